"""Booking law: the dated rules of booking, and what single centres say of their own halls; read strictly.

It stands between `law/*.yaml` (and the city's own folder) and the slots that people can book.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import DatedAmounts, LawFile, read_amounts
from yichuang.kernel.words import N_

_LAW = Path(__file__).parent.parent / "law"
UNITS = {
    "slot_minutes": "minutes",
    "closing_minutes": "minutes",
    "days_ahead": "open-days",
    "no_show_days": "days",
    "no_show_limit": "times",
    **dict.fromkeys(("city_places", "county_places", "zone_places", "town_places", "area_places"), "places"),
}
_DAY_MINUTES = 24 * 60


class _Hall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    mark: Literal["V", "K"]
    citation: str
    slot_minutes: int | None = None
    places: int | None = None
    days_ahead: int | None = None
    areas: dict[str, int] = {}


class _CentreFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    centre: str
    title: str = ""
    versions: tuple[_Hall, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """How one hall is booked on one day; `areas` are its parts with their places, empty for a hall of one part."""

    slot_minutes: int
    closing_minutes: int
    days_ahead: int
    places: int
    no_show_days: int
    no_show_limit: int
    areas: dict[str, int] = field(default_factory=dict)

    def places_of(self, area: str) -> int | None:
        """Return the places of a slot in a part of the hall, "" for the whole; None for a part it does not have."""
        return self.areas.get(area) if area else self.places


@lru_cache(maxsize=8)
def load_amounts(folder: Path | None = None) -> DatedAmounts:
    """Return the rules of a folder that holds booking.yaml, or those shipped; raises FaultyLaw."""
    return read_amounts((folder or _LAW) / "booking.yaml", units=UNITS)


@lru_cache(maxsize=8)
def load_centres(law_dir: str = "") -> dict[str, tuple[_Hall, ...]]:
    """Return what centres say of their own halls, oldest first; the city's folder wins over the packaged one."""
    found: dict[str, tuple[_Hall, ...]] = {}
    own = sorted((Path(law_dir) / "halls").glob("*.yaml")) if law_dir else []
    for paths in (sorted((_LAW / "centres").glob("*.yaml")), own):
        here: dict[str, tuple[_Hall, ...]] = {}
        for path in paths:
            file = LawFile(path)
            content = file.read(_CentreFile)
            if content.centre in here:
                raise file.fault(["centre"], N_("另一个文件已描述同一中心"))
            _check(file, content)
            here[content.centre] = content.versions
        found |= here
    return found


def _check(file: LawFile, content: _CentreFile) -> None:
    for index, hall in enumerate(content.versions):
        here: list[str | int] = ["versions", index]
        if index and hall.from_on <= content.versions[index - 1].from_on:
            raise file.fault([*here, "from"], N_("各段须按日期先后排列"))
        if hall.slot_minutes is not None and not 5 <= hall.slot_minutes <= _DAY_MINUTES:
            raise file.fault([*here, "slot_minutes"], N_("时段应为 5 分钟至一天"))
        for key, value in (("places", hall.places), ("days_ahead", hall.days_ahead), *hall.areas.items()):
            if value is not None and value < 1:
                raise file.fault([*here, key], N_("应为正整数"))


def rules_for(*, centre: str, level: str, areas: tuple[str, ...], on: date, law_dir: str = "") -> Rules:
    """Return how a centre of a level with these parts is booked on a day; the centre's own word comes first.

    Raises NoAmountsYet before the first rules.
    """
    amounts = load_amounts().in_force(on)
    own = [hall for hall in load_centres(law_dir).get(centre, ()) if hall.from_on <= on]
    hall = own[-1] if own else None
    parts = dict.fromkeys(areas, amounts["area_places"])
    if hall is not None:
        parts |= hall.areas
    return Rules(
        slot_minutes=(hall and hall.slot_minutes) or amounts["slot_minutes"],
        closing_minutes=amounts["closing_minutes"],
        days_ahead=(hall and hall.days_ahead) or amounts["days_ahead"],
        places=(hall and hall.places) or amounts[f"{level}_places"],
        no_show_days=amounts["no_show_days"],
        no_show_limit=amounts["no_show_limit"],
        areas=parts,
    )
