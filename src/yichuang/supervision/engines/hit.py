"""A hit: one row that one rule found, with what is needed to tell whom it concerns and to judge it again."""

from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.supervision.domain.relations import Value

# Who is concerned; a relation that lacks one of these columns gives the empty text.
CONCERNED = ("number", "county", "organisation", "department", "item", "centre", "town", "source")


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding of one engine.

    `evidence` holds every column that condition, day of breach, anchor and evidence of the rule name. `version`,
    `case_id` and `open` are of cases: 0, None and True elsewhere.
    """

    rule_id: str
    key: str
    number: str
    county: str
    organisation: str
    department: str
    item: str
    centre: str
    town: str
    source: str
    version: int
    case_id: int | None
    open: bool
    occurred_wd: int
    evidence: Mapping[str, Value]
