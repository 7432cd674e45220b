"""Reports: what judging did and would do, how bulk acts fared, and rankings; as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from yichuang.supervision.domain.scoring import DepartmentScore
from yichuang.supervision.domain.words import Colour


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one card fared in a bulk act; `refusal` is None where it was done."""

    number: str
    refusal: Exception | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A card's facts judged again by the text of the rule that caught it: does the card still follow?"""

    follows: bool
    occurred_on: date | None
    same_text: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One batch of judging; `kind` is live, tick, sweep, rebuild, calendar or rules."""

    id: int
    kind: str
    started_at: datetime
    milliseconds: int
    judged: int
    found: int
    ended: int
    reminders: int
    yellow: int
    red: int
    rules_digest: str


@dataclass(frozen=True, slots=True)
class RulesState:
    """Which rules are in force: `faults` are those of a broken file, while the last good set stays in force.

    `behind` counts events that the ledger holds and judging has not read yet.
    """

    digest: str
    rules: int
    faults: tuple[str, ...]
    judged_at: datetime | None
    judged_on: date | None
    behind: int


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one judging did."""

    judged: int
    found: int
    ended: int
    changed: int = 0


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one working-day tick did; `done` is False where the day had been done already."""

    day: date
    done: bool
    relations: Mapping[str, int] = field(default_factory=dict)
    findings: SweepReport | None = None
    escalated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """Cards of one rule and colour under the old and the new set of rules; colour None: findings without card."""

    rule: str
    colour: Colour | None
    old: int
    new: int
    only_old: int
    only_new: int


@dataclass(frozen=True, slots=True)
class BacktestCase:
    """One finding that only one of the two sets makes; `side` is old or new."""

    side: str
    rule: str
    colour: Colour | None
    key: str
    number: str
    county: str
    organisation: str
    item: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Backtest:
    """The difference between two sets of rules: by rule and colour, and finding by finding; `judged` counts rows."""

    rows: tuple[BacktestRow, ...]
    cases: tuple[BacktestCase, ...]
    old_digest: str
    new_digest: str
    as_of: date | None
    judged: int


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One place of a ranking; equal scores share a place."""

    place: int
    score: DepartmentScore


@dataclass(frozen=True, slots=True)
class CountyScore:
    """The mean of the departments' scores of one county, with one decimal place."""

    county: str
    score: Decimal
    departments: int
    yellow: int
    red: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking of the departments of a division in one month; `digest` is SM3 over what was published."""

    month: str
    division: str
    rows: tuple[RankingRow, ...]
    published_at: datetime | None = None
    published_by: str = ""
    digest: str = ""
