"""Totals: how many cases a list holds in all, where the stored sums know it; a list itself is never counted through."""

from yichuang.cases.queries import count_cases
from yichuang.cases.values import CaseFilter
from yichuang.kernel.periods import Period
from yichuang.reporting.queries import list_breakdown
from yichuang.reporting.values import Scope, ScopeTooNarrow
from yichuang.ui.names import ItemNames

# Measures that few cases satisfy: counting them costs as much as the count.
_FEW = frozenset({"open", "open-late"})
_SUMS = {name: name.replace("-", "_") for name in ("received", "accepted", "completed", "on-time", "early", "late")}
_SUMS |= {"late-statutory": "late_statutory", "judged": "judged"}


def find_total(wanted: CaseFilter, *, items: ItemNames) -> int | None:
    """Return how many cases a filter selects, None where no stored figure counts exactly them (at most two queries)."""
    if wanted.measure in _FEW:
        return count_cases(wanted)
    scope = _scope(wanted, items=items)
    if scope is None or wanted.start_on is None or wanted.until is None or wanted.measure not in _SUMS:
        return None
    try:
        rows = list_breakdown(period=Period(wanted.start_on, wanted.until), by="county", scope=scope)
    except ScopeTooNarrow:
        return None
    return sum(int(getattr(row.sums, _SUMS[wanted.measure])) for row in rows)


def _scope(wanted: CaseFilter, *, items: ItemNames) -> Scope | None:
    """Return the scope of figures that is the same as the filter, None where there is none."""
    if wanted.centre or wanted.kind or wanted.source or wanted.organisation:
        return None
    county, department = wanted.county, wanted.department
    if wanted.counties and county and county not in wanted.counties:
        return None
    if wanted.organisations:
        # An organisation is the department of one county.
        place, _dash, key = wanted.organisations[0].partition("-")
        if len(wanted.organisations) > 1 or county not in ("", place) or department not in ("", key):
            return None
        county, department = place, key
    if wanted.item and department and items.departments_of(wanted.item) != {department}:
        # Cells of an item hold all its departments.
        return None
    return Scope(
        county=county,
        counties=() if county else wanted.counties,
        town=wanted.town,
        department="" if wanted.item else department,
        item=wanted.item,
        channel=wanted.channel,
    )
