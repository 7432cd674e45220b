"""Pages of figures: the city, a county, a department, an item, a town. From stored sums, never from the ledger."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed, permission
from yichuang.catalogue import queries as catalogue
from yichuang.catalogue.values import ItemUnknown
from yichuang.dashboards import drawing
from yichuang.dashboards.centres import centre_panel
from yichuang.dashboards.periods import ChosenPeriod, choose_period
from yichuang.regions import queries as regions
from yichuang.regions.values import DivisionNotKnown, Level
from yichuang.reporting.queries import get_figures, list_breakdown, list_trend
from yichuang.reporting.values import BreakdownRow, Scope
from yichuang.ui.casework import limit
from yichuang.ui.names import Names, get_item_names, get_names
from yichuang.ui.values import Table

Crumbs = list[tuple[Any, str]]


class _Page:
    """What every page of figures begins with: its period, the names of that day, the links its reader may follow."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.chosen: ChosenPeriod = choose_period(request, today=timezone.localdate())
        self.names: Names = get_names(on=self.chosen.period.last_on)
        # A guest system's cases are nobody's here; a county renamed within the period counts under both codes.
        at_start = get_names(on=self.chosen.period.start_on)
        self.city = Scope(counties=tuple(sorted({*self.names.counties, *at_start.counties})))
        self.links = drawing.Links(self.chosen, allowed(request.user, "cases.view"), self.names.city)

    def figures(self, scope: Scope) -> dict[str, Any]:
        """Return cards and trend of a scope."""
        found = get_figures(period=self.chosen.period, scope=scope)
        rows = list_trend(period=self.chosen.period, scope=scope, grain=self.chosen.grain)
        return {
            "chosen": self.chosen,
            "cards": drawing.figure_cards(found, self.links),
            "trend": drawing.trend(rows, grain=self.chosen.grain),
            "empty": not found.sums.received and not found.sums.completed,
        }

    def breakdown(self, by: str, scope: Scope) -> tuple[BreakdownRow, ...]:
        """Return the rows of a breakdown in the period."""
        return list_breakdown(period=self.chosen.period, by=by, scope=scope)

    def sort(self) -> str:
        """Return the order that the address asks for."""
        return self.request.GET.get("sort", "-accepted")

    def county_table(self, rows: tuple[BreakdownRow, ...], *, department: str = "") -> Table:
        """Return the table of counties, each leading to its own page."""

        def page(key: str) -> str:
            if department:
                return self.links.page("department", code=key, key=department)
            return self.links.page("region", code=key)

        return drawing.breakdown_table(
            rows,
            caption=_("各县区"),
            head=_("县区"),
            sort=self.sort(),
            name=self.names.county,
            page=page,
            cases=lambda key, measure: self.links.cases(measure, Scope(county=key, department=department)),
        )

    def department_table(self, rows: tuple[BreakdownRow, ...], *, county: str = "") -> Table:
        """Return the table of departments of the city or of a county."""

        def page(key: str) -> str:
            if county:
                return self.links.page("department", code=county, key=key)
            return self.links.page("city-department", key=key)

        return drawing.breakdown_table(
            rows,
            caption=_("各部门"),
            head=_("部门"),
            sort=self.sort(),
            name=self.names.department,
            page=page,
            cases=lambda key, measure: self.links.cases(measure, Scope(county=county, department=key)),
        )

    def item_table(self, department: str, *, county: str = "") -> Table:
        """Return the table of a department's items."""
        names = get_item_names(on=self.chosen.period.last_on)
        own = names.of_department(department)
        rows = tuple(
            row for row in self.breakdown("item", Scope(county=county) if county else self.city) if row.key in own
        )

        def page(key: str) -> str:
            return self.links.page("item", code=county, key=department, item=key) if county else ""

        return drawing.breakdown_table(
            rows,
            caption=_("各事项"),
            head=_("事项"),
            sort=self.sort(),
            name=names.item,
            page=page,
            cases=lambda key, measure: self.links.cases(measure, Scope(county=county, department=department, item=key)),
        )

    def crumbs(self, *more: tuple[str, str]) -> Crumbs:
        """Return the way from the overview to here."""
        return [(_("总览"), reverse("dashboards:overview") + self.chosen.query), *more]

    def region(self, name: str) -> dict[str, str]:
        """Return what the header says of the place."""
        return {"name": name}


@permission("overview.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the whole city: figures, centres, counties, trend, departments, channels."""
    page = _Page(request)
    city = page.names.division(page.names.city)
    departments = page.breakdown("department", page.city)
    context = page.figures(page.city) | {
        "title": _("%(place)s政务服务总览") % {"place": city},
        "region": page.region(city),
        "centres": regions.count_centres(on=page.chosen.period.last_on),
        "table": page.county_table(page.breakdown("county", page.city)),
        "departments": drawing.department_bars(departments, page.names),
        "department_table": page.department_table(departments),
        "channels": drawing.channel_bars(page.breakdown("channel", page.city)),
    }
    return render(request, "dashboards/overview.html", context)


@permission("overview.view")
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Show a county, a zone, or the city's own level: figures, its centre, departments, towns."""
    page = _Page(request)
    page.names.require_county(code)
    scope, name = Scope(county=code), page.names.county(code)
    departments = page.breakdown("department", scope)
    towns = page.breakdown("town", scope)
    town_table = drawing.breakdown_table(
        towns,
        caption=_("各镇（街道）"),
        head=_("镇（街道）"),
        sort=page.sort(),
        name=lambda key: page.names.division(key) if key else _("未经镇便民服务中心"),
        page=lambda key: page.links.page("town", code=code, town=key) if key else "",
        # Cases received outside a town cannot be asked for by the town they lack.
        cases=lambda key, measure: page.links.cases(measure, Scope(county=code, town=key)) if key else "",
    )
    context = page.figures(scope) | {
        "title": name,
        "region": page.region(name),
        "crumbs": page.crumbs((name, "")),
        "centre": centre_panel(division=code, on=page.chosen.period.last_on),
        "table": page.department_table(departments, county=code),
        "departments": drawing.department_bars(departments, page.names),
        "channels": drawing.channel_bars(page.breakdown("channel", scope)),
        "town_table": town_table if any(row.key for row in towns) else None,
        "towns": len([row for row in towns if row.key]),
    }
    return render(request, "dashboards/region.html", context)


@permission("overview.view")
def city_department(request: HttpRequest, key: str) -> HttpResponse:
    """Show one department in all counties, and its items."""
    page = _Page(request)
    page.names.require_department(key)
    scope, name = replace(page.city, department=key), page.names.department(key)
    context = page.figures(scope) | {
        "title": _("%(name)s系统") % {"name": name},
        "region": page.region(page.names.division(page.names.city)),
        "crumbs": page.crumbs((name, "")),
        "table": page.county_table(page.breakdown("county", scope), department=key),
        "second_table": page.item_table(key),
    }
    return render(request, "dashboards/figures.html", context)


@permission("overview.view")
def department(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show one department of a county and its items."""
    page = _Page(request)
    page.names.require_county(code)
    page.names.require_department(key)
    county, name = page.names.county(code), page.names.department(key)
    context = page.figures(Scope(county=code, department=key)) | {
        "title": _("%(place)s · %(name)s") % {"place": county, "name": name},
        "region": page.region(county),
        "crumbs": page.crumbs((county, page.links.page("region", code=code)), (name, "")),
        "table": page.item_table(key, county=code),
    }
    return render(request, "dashboards/figures.html", context)


@permission("overview.view")
def item(request: HttpRequest, code: str, key: str, item: str) -> HttpResponse:
    """Show one item of a department: its limits, its figures, the way to its guide and its cases."""
    page = _Page(request)
    page.names.require_county(code)
    page.names.require_department(key)
    on = page.chosen.period.last_on
    row = catalogue.find_item(code=item, organisation=f"{code}-{key}", on=on)
    if row is None:
        raise ItemUnknown(code=item)
    terms = catalogue.get_terms(on=on).get((f"{code}-{key}", item))
    county, name = page.names.county(code), page.names.department(key)
    scope = Scope(county=code, department=key, item=item)
    context = page.figures(scope) | {
        "title": row.name,
        "region": page.region(county),
        "crumbs": page.crumbs(
            (county, page.links.page("region", code=code)),
            (name, page.links.page("department", code=code, key=key)),
            (row.name, ""),
        ),
        "item": row,
        "terms": terms,
        "promised": limit(row.promised_amount, row.promised_unit),
        "statutory": limit(terms.statutory_amount, terms.statutory_unit) if terms else "",
        "cases": page.links.cases("accepted", scope),
    }
    return render(request, "dashboards/item.html", context)


@permission("overview.view")
def town(request: HttpRequest, code: str, town: str) -> HttpResponse:
    """Show one town of a county."""
    page = _Page(request)
    page.names.require_county(code)
    tree = page.names.tree
    if tree.level_of(town) is not Level.TOWN or tree.county_of(town) != code:
        raise DivisionNotKnown(code=town, on=tree.on.isoformat())
    county, name = page.names.county(code), page.names.division(town)
    context = page.figures(Scope(county=code, town=town)) | {
        "title": name,
        "region": page.region(name),
        "crumbs": page.crumbs((county, page.links.page("region", code=code)), (name, "")),
        "centre": centre_panel(division=town, on=page.chosen.period.last_on),
    }
    return render(request, "dashboards/figures.html", context)
