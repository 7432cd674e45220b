"""Reach: between what a reader may see (a scope of areas) and the filter of cases that says exactly that."""

from dataclasses import replace

from yichuang.accounts.values import Area, Scope, division_prefix
from yichuang.cases.values import CaseFilter
from yichuang.regions.queries import get_division_register

# No case has this county: the filter of an area in which there is nothing.
NOWHERE = "-"
_COUNTY, _TOWN = 6, 9


def reachable(scope: Scope) -> tuple[Area, ...]:
    """Return the areas that are listed one at a time, the widest first; an area limited to a centre lists nothing.

    Two areas cannot be joined in one filter without showing what only their combination covers.
    """
    if scope.everything:
        return (Area(),)
    plain = {area for area in scope.areas if not area.centre}
    return tuple(sorted(plain, key=lambda area: (bool(area.organisation), area.division, area.organisation)))


def narrow(chosen: CaseFilter, area: Area | None) -> CaseFilter:
    """Return the filter within one area (one query where a division limits it); no area, no case."""
    if area is None:
        return replace(chosen, counties=(NOWHERE,))
    if area.organisation:
        chosen = replace(chosen, organisations=(area.organisation,))
    if not area.division:
        return chosen
    prefix = division_prefix(area.division)
    if len(prefix) == _TOWN:
        town = prefix if chosen.town in ("", prefix) else NOWHERE
        return replace(chosen, town=town, counties=(prefix[:_COUNTY],))
    counties = sorted(code for code in get_division_register() if len(code) == _COUNTY and code.startswith(prefix))
    return replace(chosen, counties=tuple(counties) or (NOWHERE,))


def covers(scope: Scope, *, county: str, town: str = "", organisation: str = "") -> bool:
    """Tell whether one case lies within the scope."""
    return scope.covers(division=town or county, organisation=organisation)
