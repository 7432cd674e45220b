"""Rules: who issues a bulletin, and from which size on it names somebody; dated data, not code."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from yichuang.regions.values import DivisionRow, Level

LAW = Path(__file__).resolve().parent.parent / "law" / "issuers.yaml"
PROBLEMS = LAW.with_name("problems.yaml")


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who issues a division's bulletin."""

    authority: str
    agency_code: str
    addressees: str
    copies_to: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says."""

    issuers: dict[str, Issuer]
    weekly: dict[str, Issuer]
    new_within_days: int
    departments_named: int
    counties_named: int
    few_entered_percent: int


@lru_cache(maxsize=1)
def get_rules() -> Rules:
    """Return the rules that come with the house."""
    return msgspec.yaml.decode(LAW.read_bytes(), type=Rules)


class Compared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of what comparing registers gives: leads that wait for a reviewer, and what he confirmed."""

    leads: tuple[str, ...]
    confirmed: tuple[str, ...]


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules whose findings each sentence on problems speaks of."""

    off_system: Compared
    double_track: Compared
    authority: tuple[str, ...]
    two_offices: tuple[str, ...]
    not_entered: tuple[str, ...]


class Problems(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """What a bulletin says of findings, since a day."""

    since: date
    citation: str
    mark: str
    sentences: Sentences
    counties_named: int
    departments_named: int
    rules_named: int
    current_within_days: int

    @property
    def leads(self) -> tuple[str, ...]:
        """Return the rules whose findings are leads only, which nobody may count as problems yet."""
        return (*self.sentences.off_system.leads, *self.sentences.double_track.leads)


@lru_cache(maxsize=1)
def _problems() -> tuple[Problems, ...]:
    rows = msgspec.yaml.decode(PROBLEMS.read_bytes(), type=tuple[Problems, ...])
    return tuple(sorted(rows, key=lambda row: row.since))


def problems_on(on: date) -> Problems:
    """Return what holds on a day; before the first day, what held first."""
    rows = _problems()
    return next((row for row in reversed(rows) if row.since <= on), rows[0])


def issuer_of(row: DivisionRow, *, weekly: bool = False) -> Issuer:
    """Return who issues a division's bulletin or weekly notice: its own entry, or its kind's with its name put in."""
    rules = get_rules()
    issuers = rules.weekly if weekly else rules.issuers
    if row.code in issuers:
        return issuers[row.code]
    kind = issuers["zone" if row.level is Level.ZONE else "default"]
    return msgspec.structs.replace(
        kind,
        authority=kind.authority.format(division=row.name),
        addressees=kind.addressees.format(kind=row.name[-1:]),
    )
