"""Rules: who issues a bulletin, and from which size on it names somebody; dated data, not code."""

from functools import lru_cache
from pathlib import Path

import msgspec

from yichuang.regions.values import DivisionRow, Level

LAW = Path(__file__).resolve().parent.parent / "law" / "issuers.yaml"


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who issues a division's bulletin."""

    authority: str
    agency_code: str
    addressees: str
    copies_to: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says."""

    issuers: dict[str, Issuer]
    new_within_days: int
    departments_named: int
    counties_named: int
    few_entered_percent: int


@lru_cache(maxsize=1)
def get_rules() -> Rules:
    """Return the rules that come with the house."""
    return msgspec.yaml.decode(LAW.read_bytes(), type=Rules)


def issuer_of(row: DivisionRow) -> Issuer:
    """Return who issues the bulletin of a division: its own entry, or that of its kind with its name put in."""
    issuers = get_rules().issuers
    if row.code in issuers:
        return issuers[row.code]
    kind = issuers["zone" if row.level is Level.ZONE else "default"]
    return msgspec.structs.replace(
        kind,
        authority=kind.authority.format(division=row.name),
        addressees=kind.addressees.format(kind=row.name[-1:]),
    )
