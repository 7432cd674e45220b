"""Most used items: what people of a place applied for most in the newest half-year that has figures."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from yichuang.calendar.values import FIRST_DAY, LAST_DAY
from yichuang.catalogue.queries import data_version, get_terms
from yichuang.kernel.periods import Period
from yichuang.portal.region import Region
from yichuang.reporting.queries import get_progress, list_breakdown, list_trend
from yichuang.reporting.values import Scope

SHOWN = 8
_KEPT = 256
# Figures move with every case; the order of the most used items does not.
_EVENTS_A_STEP, _FEW_EVENTS = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class PopularItem:
    """An item with its address and how many cases of it were accepted in the period."""

    implementation_code: str
    name: str
    accepted: int


def list_popular(*, region: Region, on: date) -> tuple[PopularItem, ...]:
    """Return the most used items of a region, most used first (three queries when kept)."""
    counted = get_progress().counted_events
    step = counted if counted < _FEW_EVENTS else counted // _EVENTS_A_STEP * _EVENTS_A_STEP
    divisions = tuple(code for code, _name in reversed(region.path))
    return _popular(divisions, region.county, on, data_version(), step)


@lru_cache(maxsize=_KEPT)
def _popular(divisions: tuple[str, ...], county: str, on: date, _version: int, _step: int) -> tuple[PopularItem, ...]:
    period = _newest_half_year(on)
    rows = list_breakdown(period=period, by="item", scope=Scope(county=county)) if period else ()
    found: list[PopularItem] = []
    offered = _offered(on)
    for row in rows:
        # The place's own item first; what only the county or the city decides is asked for there.
        terms = next((offered[place, row.key] for place in divisions if (place, row.key) in offered), None)
        if terms:
            found.append(PopularItem(terms[0], terms[1], row.sums.accepted))
        if len(found) == SHOWN:
            break
    return tuple(found)


def _offered(on: date) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (implementation code, name) of the items on offer, by division and main item."""
    offered: dict[tuple[str, str], tuple[str, str]] = {}
    for (organisation, item), terms in get_terms(on=on).items():
        offered.setdefault((organisation.partition("-")[0], item), (terms.implementation_code, terms.name))
    return offered


def _newest_half_year(on: date) -> Period | None:
    rows = list_trend(period=Period(FIRST_DAY, LAST_DAY))
    begun = [date.fromisoformat(row.key) for row in rows if row.sums.accepted]
    last = max((month for month in begun if month <= on), default=None)
    if last is None:
        return None
    return Period.of_months(year=last.year, first_month=1 if last.month <= 6 else 7, count=6)
