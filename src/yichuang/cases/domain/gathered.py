"""Gathered: what all cases together say of fees, files, items and sources, as values for those who compare them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class ChargedFee:
    """One fee asked for in one case; `place` counts the fees of the case from 1, `amount` is yuan as the event has it.

    `received_on` is the day whose list of fees the case is held against.
    """

    number: str
    place: int
    county: str
    organisation: str
    item: str
    received_on: date
    name: str
    amount: str
    charged_at: datetime
    paid: bool


@dataclass(frozen=True, slots=True)
class SharedFile:
    """One file that was taken in more than one case, by its digest; `number` is the first of them."""

    digest: str
    number: str
    county: str
    organisation: str
    cases: int
    applicants: int
    first_at: datetime
    last_at: datetime


class ItemTally(NamedTuple):
    """How much an item of an organisation is used: cases accepted in all, since a day, and the last day of one."""

    organisation: str
    item: str
    accepted: int
    recent: int
    last_on: date | None


class SourceTally(NamedTuple):
    """What a source has filed: where most of its cases lie, how many, and how complete the latest are.

    `recent` counts the cases received or closed since a day, `incomplete` those of them that lack what is mandatory.
    """

    source: str
    county: str
    cases: int
    recent: int
    incomplete: int


class Closings(NamedTuple):
    """What one person closed within one minute; `minute` is its first second since 1970."""

    county: str
    organisation: str
    source: str
    closed_by: str
    minute: int
    closed_wd: int
    cases: int
    promised: int
