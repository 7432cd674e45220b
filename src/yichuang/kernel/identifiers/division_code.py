"""Division code (行政区划代码, GB/T 2260 and the statistical codes built on it): between a code and a place on a day.

Answers which level a code of 6, 9 or 12 digits names, what lies above it, and whether it was in force
on a given day. 610928 (旬阳县) was right until 2021, 610981 (旬阳市) is right since: a code without a
date means little.

Local codes: places without a GB/T 2260 code (development zones) get the digits 71 to 79 in the county
part, a range GB/T 2260 leaves free and statistics use for such zones. 610971 is Ankang's 高新区.
A town has 3 more digits, a village 3 more again; 000 means "none".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from yichuang.kernel.identifiers.refusals import (
    DivisionNoLongerInForce,
    DivisionNotYetInForce,
    DivisionReplaced,
    DivisionUnknown,
    IdentifierKind,
    WrongPart,
)
from yichuang.kernel.identifiers.spelling import normalise, require_characters, require_length
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("行政区划代码"), citation="GB/T 2260")

# First two digits of all provinces, autonomous regions, municipalities and special regions.
_PROVINCE_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
PROVINCES = frozenset(str(code) for first, last in _PROVINCE_RANGES for code in range(first, last + 1))
LOCAL_COUNTY_PARTS = range(71, 80)
ANKANG_HIGH_TECH_ZONE = "610971"

_DIGITS = N_("区划数字")
_PROVINCE = N_("省级代码")
_CITY = N_("市级代码")
_TOWN = N_("镇级代码")
_A_PROVINCE = N_("现行省级代码")
_NOT_NONE = N_("非零代码（下级代码不为零）")


class DivisionLevel(StrEnum):
    """The level of government a division code names."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A well-formed code; `code` has the length in which it was written, `town` and `village` may be "000"."""

    code: str
    province: str
    city: str
    county: str
    town: str
    village: str

    @property
    def level(self) -> DivisionLevel:
        """Name the level of the lowest part that is not zero."""
        if self.village != "000":
            return DivisionLevel.VILLAGE
        if self.town != "000":
            return DivisionLevel.TOWN
        if self.county != "00":
            return DivisionLevel.COUNTY
        return DivisionLevel.CITY if self.city != "00" else DivisionLevel.PROVINCE

    @property
    def county_code(self) -> str:
        """Give the six digits a GB/T 2260 table knows."""
        return self.province + self.city + self.county

    @property
    def shortest(self) -> str:
        """Give the shortest form of the same place: 6 digits down to the county, 9 for a town, 12 for a village."""
        length = {DivisionLevel.TOWN: 9, DivisionLevel.VILLAGE: 12}.get(self.level, 6)
        return (self.county_code + self.town + self.village)[:length]

    @property
    def is_local(self) -> bool:
        """Tell whether the county part lies in the range for places without a GB/T 2260 code."""
        return self.city != "00" and int(self.county) in LOCAL_COUNTY_PARTS

    def parent(self) -> "DivisionCode | None":
        """Return the place above in its shortest form; None above a province."""
        match self.level:
            case DivisionLevel.VILLAGE:
                return parse(self.county_code + self.town)
            case DivisionLevel.TOWN:
                return parse(self.county_code)
            case DivisionLevel.COUNTY:
                return parse(f"{self.province}{self.city}00")
            case DivisionLevel.CITY:
                return parse(f"{self.province}0000")
            case _:
                return None

    def ancestors(self) -> Iterator["DivisionCode"]:
        """Yield the places above, nearest first."""
        above = self.parent()
        while above is not None:
            yield above
            above = above.parent()


@dataclass(frozen=True, slots=True)
class DivisionValidity:
    """One row of a dated division table: in force from `from_on` up to, not including, `until` (None: still)."""

    name: str
    from_on: date
    until: date | None = None
    successors: tuple[str, ...] = ()


class DivisionRegistry(Protocol):
    """Whoever knows the dated division table, asked by code in shortest form; any mapping of that kind will do."""

    def get(self, code: str, /) -> DivisionValidity | None:
        """Return the row of `code`, None when unknown."""


def parse(text: str) -> DivisionCode:
    """Return the parts of a code of 6, 9 or 12 digits, judged for shape, not for being in force.

    Refuses with `WrongLength`, `WrongCharacter` or `WrongPart` (unknown province, or a gap: a lower part
    given under a part that is zero).
    """
    code = normalise(text)
    require_length(code, kind=KIND, lengths=(6, 9, 12))
    require_characters(code, kind=KIND, part=_DIGITS, start=0, stop=len(code))
    if code[:2] not in PROVINCES:
        raise WrongPart(kind=KIND, part=_PROVINCE, position=1, last_position=2, expected=_A_PROVINCE, found=code[:2])
    whole = code.ljust(12, "0")
    # A town may stand directly below a city (some cities have no counties); every other gap is a mistake.
    gaps = (
        (_CITY, 2, 4, whole[4:] != "00000000"),
        (_TOWN, 6, 9, whole[9:] != "000"),
    )
    for part, start, stop, has_lower in gaps:
        if has_lower and not whole[start:stop].strip("0"):
            raise WrongPart(
                kind=KIND,
                part=part,
                position=start + 1,
                last_position=stop,
                expected=_NOT_NONE,
                found=whole[start:stop],
            )
    return DivisionCode(
        code=code, province=whole[:2], city=whole[2:4], county=whole[4:6], town=whole[6:9], village=whole[9:]
    )


def check(text: str) -> None:
    """Refuse a text that is no division code by shape, for the reasons `parse` names."""
    parse(text)


def check_in_force(text: str, *, on: date, registry: DivisionRegistry) -> DivisionValidity:
    """Return the row that makes a code valid on the day `on`.

    The row of the code itself decides; a town or village without a row is judged by its county (or city).
    Refuses with the reasons of `parse`, `DivisionUnknown`, `DivisionNotYetInForce`, `DivisionReplaced`
    (naming the successors) or `DivisionNoLongerInForce`.
    """
    code = parse(text)
    known_as = code.shortest
    validity = registry.get(known_as)
    if validity is None:
        known_as = code.county_code
        validity = registry.get(known_as)
    if validity is None:
        raise DivisionUnknown(kind=KIND, code=code.code)
    if on < validity.from_on:
        raise DivisionNotYetInForce(
            kind=KIND, code=known_as, name=validity.name, from_on=validity.from_on.isoformat(), on=on.isoformat()
        )
    if validity.until is not None and on >= validity.until:
        details = {
            "code": known_as,
            "name": validity.name,
            "until": validity.until.isoformat(),
            "on": on.isoformat(),
        }
        if not validity.successors:
            raise DivisionNoLongerInForce(kind=KIND, **details)
        raise DivisionReplaced(kind=KIND, **details, successors=_names(validity.successors, registry=registry))
    return validity


def generate(*, province: str, city: str = "00", county: str = "00", town: str = "", village: str = "") -> str:
    """Return the code for its parts, as long as the parts given; refuses what `parse` would refuse."""
    return parse(province + city + county + town + village).code


def _names(codes: tuple[str, ...], *, registry: DivisionRegistry) -> str:
    """List codes with their names where the registry knows them."""
    rows = ((code, registry.get(code)) for code in codes)
    return "、".join(f"{code}（{row.name}）" if row else code for code, row in rows)
