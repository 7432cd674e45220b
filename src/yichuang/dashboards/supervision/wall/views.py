"""Views of the wall screen: the page, and the snapshot it asks for again and again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import permission
from yichuang.dashboards.supervision.overview import map as maps
from yichuang.dashboards.supervision.overview.page import OverviewPage, open_page
from yichuang.dashboards.supervision.views.desk import stream_address
from yichuang.dashboards.supervision.wall.snapshot import take
from yichuang.regions.queries import get_division_register
from yichuang.ui.charts import Series
from yichuang.ui.formats import thousands


def _snapshot(page: OverviewPage) -> dict[str, Any]:
    return take(
        period=page.chosen.period,
        counties=page.counties,
        names=page.names,
        rule=page.rule,
        reach=page.reach,
        at=timezone.now(),
    )


@permission("supervision.view")
def wall(request: HttpRequest) -> HttpResponse:
    """Show the wall: complete as it is sent, kept fresh by its script."""
    page = open_page(request)
    successors = {code: row.successors for code, row in get_division_register().items() if row.successors}
    shown = tuple(one for one in maps.places(page.names, successors, lambda _code: "") if one["code"] in page.counties)
    snapshot = _snapshot(page)
    values = {one["code"]: one["value"] for one in snapshot["counties"]}
    title = _("黄牌和红牌")
    context = {
        "title": _("%(place)s电子监察") % {"place": page.names.division(page.names.city)},
        "snapshot": snapshot,
        "places": shown,
        "map": maps.drawing(key="map", title=title, description="", shown=shown, values=values, write=thousands),
        "series": [Series(one["label"], one["values"]) for one in snapshot["trend"]["series"]],
        "back": page.address(),
        "kept": page.chosen.query,
        "stream": stream_address(request),
    }
    return render(request, "dashboards/supervision/wall.html", context)


@permission("supervision.view")
@never_cache
def data(request: HttpRequest) -> HttpResponse:
    """Return the snapshot as JSON."""
    return JsonResponse(_snapshot(open_page(request)))
