"""What the rules find at an instant, apart from findings and cards; pure."""

from datetime import date
from typing import NamedTuple


class JudgedRow(NamedTuple):
    """One row that one rule finds: `key` names it in its relation, `number` is its case where it has one."""

    rule: str
    relation: str
    key: str
    number: str
    source: str
    occurred_on: date
