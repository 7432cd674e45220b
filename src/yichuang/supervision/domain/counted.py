"""What counting findings asks and answers; pure.

Stands between supervision, which holds the findings, and reporting, which sums and publishes their numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class FoundRow:
    """How many findings share a day, a place, an office, a rule and a colour; an empty field was not told apart."""

    day: date | None
    county: str
    department: str
    item: str
    rule: str
    rule_class: str
    colour: str
    count: int


@dataclass(frozen=True, slots=True)
class FindingCount:
    """Which findings a number counts: those known at a moment, and not by then known to be wrong.

    `standing` counts only those that had not ended by then, `issued` only those for which a card (of the colour, where
    one is named) had been issued by then and not taken back.
    """

    known_at: datetime
    until: date
    start_on: date | None = None
    rules: tuple[str, ...] = ()
    except_rules: tuple[str, ...] = ()
    colour: str = ""
    county: str = ""
    counties: tuple[str, ...] = ()
    department: str = ""
    standing: bool = False
    issued: bool = False
