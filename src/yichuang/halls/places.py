"""Places: which hall somebody means, by what rules it is booked, and how many places its slots have left."""

import os
from collections.abc import Iterable
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.law import Rules, rules_for
from yichuang.halls.models import SlotPlaces
from yichuang.regions import queries as regions
from yichuang.regions.values import CentreStateKind

_RECEIVING = (CentreStateKind.RUNNING, CentreStateKind.TRIAL)


def hall_of(centre: str, *, on: date) -> tuple[WorkingCalendar, Rules]:
    """Return the calendar and the rules of a centre that receives people on a day; refuses with `CentreNotKnown`."""
    # A centre's code begins with that of its division; asked so, regions look at one division only.
    found = [row for row in regions.list_centres(on=on, division=centre.partition("-")[0]) if row.code == centre]
    if not found or found[0].state not in _RECEIVING:
        raise r.CentreNotKnown(centre=centre, on=on.isoformat())
    areas = tuple(dict.fromkeys(window.area for window in regions.list_windows(on=on, centre=centre) if window.area))
    rules = rules_for(
        centre=centre,
        level=found[0].level.value,
        areas=areas,
        on=on,
        law_dir=os.environ.get("YICHUANG_LAW_DIR", ""),
    )
    return get_calendar(centre=centre), rules


def places_of(rules: Rules, *, area: str) -> int:
    """Return the places of a slot in a part of the hall; refuses with `AreaNotKnown`."""
    places = rules.places_of(area)
    if places is None:
        raise r.AreaNotKnown(area=area)
    return places


def taken_in(centre: str, *, area: str, starts: Iterable[datetime]) -> dict[datetime, int]:
    """Return how many places of these slots are taken (one query)."""
    rows = SlotPlaces.objects.filter(centre=centre, area=area, starts_at__in=list(starts))
    return dict(rows.values_list("starts_at", "taken"))
