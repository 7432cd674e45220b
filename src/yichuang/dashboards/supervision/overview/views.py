"""Views of the overview: city, county, office, item; the same page with other numbers, and each chart as a file.

Everything chosen stands in the address: the period, a class of rules, what the map shows.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from yichuang.accounts.queries import permission, require
from yichuang.catalogue import queries as catalogue
from yichuang.catalogue.values import ItemUnknown
from yichuang.dashboards.refusals import PlotNotFound
from yichuang.dashboards.supervision.feeds import feed_table, list_feed_rows
from yichuang.dashboards.supervision.overview import drawing
from yichuang.dashboards.supervision.overview import map as maps
from yichuang.dashboards.supervision.overview.numbers import Numbers, gather
from yichuang.dashboards.supervision.overview.page import OverviewPage, open_page
from yichuang.dashboards.supervision.overview.plots import Plot
from yichuang.regions.queries import get_division_register
from yichuang.reporting.values import Scope
from yichuang.supervision.queries import page_findings
from yichuang.supervision.values import FindingFilter

_LISTED = 20
_DAY = timedelta(days=1)


def _county(page: OverviewPage, code: str) -> None:
    """Refuse a county that is none on that day or is not the reader's."""
    page.names.require_county(code)
    if code not in page.counties:
        require(page.reach, division=code)


@permission("supervision.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the city, or the counties of it that the reader watches: map, counties, departments, rules, trend."""
    page = open_page(request)
    if len(page.counties) == 1:
        return HttpResponseRedirect(page.address(page.counties[0]))
    department = request.GET.get("department", "")
    if department:
        page.names.require_department(department)
    scope = Scope(counties=page.counties, department=department)
    found = gather(period=page.chosen.period, scope=scope, rule_class=page.rule_class)

    def below(county: str) -> str:
        return page.address(county, department) if department else page.address(county)

    ways = page.ways(name=page.names.county, below=below)
    successors = {code: row.successors for code, row in get_division_register().items() if row.successors}
    shown = tuple(one for one in maps.places(page.names, successors, below) if one["code"] in page.counties)
    shaded = drawing.city_map(found, measure=page.measure, shown=shown)
    plots = (*(() if shaded.empty else (shaded,)), *drawing.plots(found, ways))
    city = page.names.division(page.names.city)
    return _answer(
        page,
        found,
        plots,
        title=_("%(place)s电子监察总览") % {"place": city},
        region=city,
        crumbs=page.crumbs((page.names.department(department) if department else city, "")),
        cards=drawing.cards(found, ways),
        table=drawing.table(
            found,
            ways,
            caption=_("各县区：办件与监察发现"),
            head=_("县区"),
            within=lambda key: Scope(county=key, department=department),
        ),
        filters=page.filters(department=department, city=True),
        feeds=feed_table(list_feed_rows(on=page.chosen.period.last_on, counties=page.counties), page.names),
    )


@permission("supervision.view")
def county(request: HttpRequest, county: str) -> HttpResponse:
    """Show one county, the zone, or the city's own level: its departments, rules, trend, feed."""
    page = open_page(request)
    _county(page, county)
    name = page.names.county(county)
    found = gather(period=page.chosen.period, scope=Scope(county=county), rule_class=page.rule_class)
    ways = page.ways(name=page.names.department, below=lambda key: page.address(county, key))
    return _answer(
        page,
        found,
        drawing.plots(found, ways),
        title=_("%(place)s电子监察") % {"place": name},
        region=name,
        crumbs=page.crumbs((name, "")),
        cards=drawing.cards(found, ways),
        table=drawing.table(
            found,
            ways,
            caption=_("各部门：办件与监察发现"),
            head=_("部门"),
            within=lambda key: Scope(county=county, department=key),
        ),
        filters=page.filters(),
        feeds=feed_table(list_feed_rows(on=page.chosen.period.last_on, counties=(county,)), page.names),
    )


@permission("supervision.view")
def department(request: HttpRequest, county: str, department: str) -> HttpResponse:
    """Show one department of a county: its items, rules, trend."""
    page = open_page(request)
    _county(page, county)
    page.names.require_department(department)
    place, name = page.names.county(county), page.names.department(department)
    scope = Scope(county=county, department=department)
    found = gather(period=page.chosen.period, scope=scope, rule_class=page.rule_class)
    ways = page.ways(name=page.items.item, below=lambda key: page.address(county, department, key))
    return _answer(
        page,
        found,
        drawing.plots(found, ways),
        title=_("%(place)s · %(name)s") % {"place": place, "name": name},
        region=place,
        crumbs=page.crumbs((place, page.address(county)), (name, "")),
        cards=drawing.cards(found, ways),
        table=drawing.table(
            found,
            ways,
            caption=_("各事项：办件与监察发现"),
            head=_("事项"),
            within=lambda key: Scope(county=county, department=department, item=key),
        ),
        filters=page.filters(),
    )


@permission("supervision.view")
def item(request: HttpRequest, county: str, department: str, item: str) -> HttpResponse:
    """Show one item of an office: its rules, its trend, its newest findings, each with its case."""
    page = open_page(request)
    _county(page, county)
    page.names.require_department(department)
    on = page.chosen.period.last_on
    if catalogue.find_item(code=item, organisation=f"{county}-{department}", on=on) is None:
        raise ItemUnknown(code=item)
    place, office = page.names.county(county), page.names.department(department)
    scope = Scope(county=county, department=department, item=item)
    found = gather(period=page.chosen.period, scope=scope, rule_class=page.rule_class)
    ways = page.ways(name=page.items.item, below=lambda _key: "")
    return _answer(
        page,
        found,
        drawing.plots(found, ways),
        title=page.items.item(item),
        region=place,
        crumbs=page.crumbs(
            (place, page.address(county)), (office, page.address(county, department)), (page.items.item(item), "")
        ),
        cards=drawing.cards(found, ways),
        filters=page.filters(),
        findings=_newest(page, scope),
        all_findings=ways.findings(scope),
        cases=ways.links.cases("accepted", scope),
    )


def _newest(page: OverviewPage, scope: Scope) -> list[dict[str, Any]]:
    """Return the last findings of an item in the period, each with its case and what caught it."""
    chosen = FindingFilter(
        state="all",
        county=scope.county,
        department=scope.department,
        item=scope.item,
        rule_class=page.rule_class,
        from_on=page.chosen.period.start_on,
        until=page.chosen.period.until,
    )
    rows = page_findings(chosen=chosen, scope=page.reach, after="", limit=_LISTED)
    return [{"row": row, "rule": page.rule(row.rule)} for row in rows]


def _answer(
    page: OverviewPage, found: Numbers, plots: tuple[Plot, ...], *, title: str, region: str, **more: Any
) -> HttpResponse:
    """Return the page, or one of its charts as a file where `csv` names it."""
    wanted = page.request.GET.get("csv", "")
    if wanted:
        plot = next((one for one in plots if one.key == wanted), None)
        if plot is None:
            raise PlotNotFound(key=wanted)
        response = HttpResponse(plot.file(), content_type="text/csv; charset=utf-8")
        name = f"supervision-{wanted}-{page.chosen.period.label}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
    context = {
        "title": title,
        "region": {"name": region},
        "chosen": page.chosen,
        "found": found,
        "plots": [(plot, plot.drawing, _download(page.request, plot.key)) for plot in plots],
        **more,
    }
    return render(page.request, "dashboards/supervision/overview.html", context)


def _download(request: HttpRequest, key: str) -> str:
    asked = request.GET.copy()
    asked["csv"] = key
    return f"?{asked.urlencode()}"
