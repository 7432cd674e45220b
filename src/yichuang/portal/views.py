"""Pages of the public catalogue: find an item, read what it asks, know when it would be ready."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import permission
from yichuang.catalogue.queries import get_item_guide, list_themes, page_items
from yichuang.portal.guide import limit, post, readiness
from yichuang.portal.places import departments, divisions
from yichuang.regions.queries import get_organisation_names, list_centres
from yichuang.ui.values import Filter

_LONGEST_SEARCH = 60


@permission("catalogue.view")
def items(request: HttpRequest) -> HttpResponse:
    """Show the items one can apply for, found by words, department, theme and place."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "department", "theme", "division")}
    asked["q"] = asked["q"][:_LONGEST_SEARCH].replace("\0", "")
    places = divisions(on=timezone.localdate())
    if "division" not in request.GET and not asked["department"] and places:
        # Every county offers the same items: without a place the list would say each of them a dozen times.
        asked["division"] = places[0][0]
    page = page_items(
        search=asked["q"],
        department=asked["department"],
        theme=asked["theme"],
        division=asked["division"],
        after=request.GET.get("after", ""),
        limit=30,
        with_total=True,
    )
    every = ("", _("全部"))
    themes = list_themes(division=asked["division"])
    filters = [
        Filter("q", _("关键词"), asked["q"], kind="search"),
        Filter("division", _("区划"), asked["division"], [every, *places]),
        Filter("department", _("部门"), asked["department"], [every, *departments(division=asked["division"])]),
        Filter("theme", _("主题"), asked["theme"], [every, *((theme, _(theme)) for theme in themes)]),
    ]
    context = {
        "title": _("办事事项"),
        "crumbs": [(_("总览"), reverse("dashboards:overview")), (_("事项"), "")],
        "filters": filters,
        "page": page,
        "rows": [(row, limit(row.promised_amount, row.promised_unit)) for row in page],
    }
    return render(request, "portal/items.html", context)


@permission("catalogue.view")
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guide of an item, or of one handling item: conditions, materials, steps, limits, places."""
    guide = get_item_guide(code=code)
    content = guide.content
    today = timezone.localdate()
    centres = {row.code: row.name for row in list_centres(on=today, division=content.division)}
    context: dict[str, Any] = {
        "title": guide.handling.name if guide.handling else content.name,
        "crumbs": [
            (_("总览"), reverse("dashboards:overview")),
            (_("事项"), reverse("portal:items")),
            (content.name, ""),
        ],
        "region": {"name": _(content.division_name) if content.division_name else content.division},
        "guide": guide,
        "content": content,
        "promised": limit(content.promised_amount, content.promised_unit),
        "statutory": limit(content.statutory_amount, content.statutory_unit),
        "steps": [
            (step.name, post(step.post), limit(step.amount, content.promised_unit) if step.amount else "")
            for step in content.steps
        ],
        "ready": readiness(content, today=today),
        "today": today,
        "centres": [centres.get(centre, centre) for centre in guide.centres],
        "joint": _joint(content.joint_codes, content.joint_names),
    }
    return render(request, "portal/item.html", context)


def _joint(codes: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Name the organisations that decide together; a code without a name of its own is looked up."""
    if names or not codes:
        return names
    known = get_organisation_names()
    return tuple(known.get(code, code) for code in codes)
