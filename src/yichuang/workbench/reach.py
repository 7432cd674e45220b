"""Reach: between what an officer may do (a scope of areas) and the lists and single cases that are his.

Two areas are listed one at a time: no filter joins areas that no grant joins. A list of one area is asked for by the
narrowest thing that the grant names: a centre, an organisation, a town, else the county or every county of the city.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.accounts.values import Area, Scope, division_prefix
from yichuang.catalogue.queries import get_terms
from yichuang.regions.queries import get_division_register, list_organisations
from yichuang.ui.names import Names

# No case has this county: the arguments of an area in which there is nothing.
NOWHERE = "-"
_COUNTY, _TOWN = 6, 9


@dataclass(frozen=True, slots=True)
class Chosen:
    """The area that a list shows, out of those the officer may see."""

    areas: tuple[Area, ...]
    at: int

    @property
    def area(self) -> Area | None:
        """Return the area shown, None where there is none."""
        return self.areas[self.at] if self.areas else None

    def choices(self, names: Names) -> list[tuple[str, str]]:
        """Return (place, name) of every area."""
        return [(str(at), area_name(area, names)) for at, area in enumerate(self.areas)]


def choose(scope: Scope, asked: str) -> Chosen:
    """Return the areas of a scope, the widest first, and the one asked for."""
    areas = (Area(),) if scope.everything else tuple(sorted(set(scope.areas), key=_order))
    at = int(asked) if asked.isdecimal() and int(asked) < len(areas) else 0
    return Chosen(areas, at)


def _order(area: Area) -> tuple[bool, bool, str, str, str]:
    return bool(area.organisation), bool(area.centre), area.division, area.organisation, area.centre


def arguments(area: Area | None) -> dict[str, Any]:
    """Return the arguments that limit a list of cases to one area."""
    if area is None:
        return {"counties": (NOWHERE,)}
    found: dict[str, Any] = {}
    if area.centre:
        found["centres"] = (area.centre,)
    if area.organisation:
        found["organisations"] = (area.organisation,)
    prefix = division_prefix(area.division)
    if len(prefix) == _TOWN:
        # A town that receives for a county's organisation sees what it received itself.
        found["towns"] = (prefix,)
    elif area.division and not found:
        inside = (code for code in get_division_register() if len(code) == _COUNTY and code.startswith(prefix))
        found["counties"] = tuple(sorted(inside)) or (NOWHERE,)
    return found


def covers(scope: Scope, *, county: str, town: str = "", organisation: str = "", centre: str = "") -> bool:
    """Tell whether one case lies within the scope."""
    return scope.covers(division=town or county, organisation=organisation, centre=centre)


def area_name(area: Area, names: Names) -> str:
    """Name an area for people."""
    if area.organisation:
        return names.organisation(area.organisation)
    return names.division(area.division) if area.division else names.division(names.city)


def organisations_of(county: str, *, on: date) -> list[str]:
    """Return the codes of a county's organisations: those on the register that day, and those that exercise items.

    An organisation whose duties passed on years ago may still stand in the item list.
    """
    registered = {row.code for row in list_organisations(division=county, on=on)}
    exercising = {code for code, _item in get_terms(on=on) if code.startswith(f"{county}-")}
    return sorted(registered | exercising)


def county_of(area: Area | None) -> str:
    """Return the county that an area lies in, "" where it is wider."""
    return "" if area is None or len(area.division) < _COUNTY else area.division[:_COUNTY]
