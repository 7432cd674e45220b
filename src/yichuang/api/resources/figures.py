"""Figures: the counted numbers of the system's area, as the pages and bulletins have them."""

from typing import Literal

from django.http import HttpRequest
from ninja import Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api import telling
from yichuang.api.access import Needs, client_of
from yichuang.api.reach import figures_of
from yichuang.api.resources.shared import reading
from yichuang.kernel.periods import Period
from yichuang.reporting.queries import get_figures, list_breakdown

router = Router(tags=["figures"])


@router.get(
    "/figures",
    response=reading(s.Figures),
    auth=Needs(SystemScope.READ_FIGURES),
    url_name="figures",
    operation_id="get_figures",
    summary="Get all figures of a place and period",
)
def figures(
    request: HttpRequest,
    *,
    period: s.Text,
    county: s.Code = "",
    town: s.Code = "",
    department: s.Code = "",
    item: s.Code = "",
    channel: s.Code = "",
) -> s.Figures:
    """`period` as 2015, 2015H1, 2015Q2, 2015-06, 2015W23, a day, or two days joined by `..`."""
    scope = figures_of(client_of(request), county=county, town=town, department=department, item=item, channel=channel)
    found = get_figures(period=Period.parse(period), scope=scope)
    return s.Figures(
        period=found.period.label,
        from_on=found.period.start_on,
        until=found.period.until,
        counties=[scope.county] if scope.county else list(scope.counties),
        figures=telling.figures(found.figures.values()),
        open=found.open,
        open_late=found.open_late,
    )


@router.get(
    "/figures/breakdown",
    response=reading(s.Breakdown),
    auth=Needs(SystemScope.READ_FIGURES),
    url_name="breakdown",
    operation_id="get_breakdown",
    summary="Break figures down by one dimension",
)
def breakdown(
    request: HttpRequest,
    period: s.Text,
    by: Literal["county", "town", "department", "item", "channel"],
    county: s.Code = "",
    department: s.Code = "",
) -> s.Breakdown:
    """One line a key, most accepted first; two dimensions at once are refused, because sums are kept by one."""
    scope = figures_of(client_of(request), county=county, town="", department=department, item="", channel="")
    asked = Period.parse(period)
    rows = list_breakdown(period=asked, by=by, scope=scope)
    return s.Breakdown(
        period=asked.label,
        by=by,
        lines=[s.BreakdownLine(key=row.key, figures=telling.figures(row.figures.values())) for row in rows],
    )
