"""The public catalogue: find an item, be led to what one's own situation needs, know when one has it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yichuang.accounts.queries import permission
from yichuang.catalogue.queries import list_departments, list_life_events, suggest_items
from yichuang.portal import finding
from yichuang.portal.applying.work import main_item
from yichuang.portal.guide import guide_page, limit
from yichuang.portal.nearby import find_nearby
from yichuang.portal.pages import show
from yichuang.portal.region import get_region, remember
from yichuang.regions.values import Level

_SUGGESTED = 8


@permission("catalogue.view")
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Show the items one can apply for, found by words, whose matter it is, department, theme and place."""
    asked = finding.ask(request)
    page = finding.find(asked)
    events = list_life_events(language=_language()) if asked.event else ()
    filters = finding.filters(asked)
    nearby = () if asked.after else find_nearby(asked, here=[row.item_code for row in page])
    context = {
        "title": _("办事事项"),
        "crumbs": [(_("首页"), "/"), (pgettext("list", "事项"), "")],
        "asked": asked,
        "event": next((one for one in events if one.key == asked.event), None),
        "filters": filters,
        "chosen": finding.chosen(filters),
        "page": page,
        "rows": [(row, limit(row.promised_amount, row.promised_unit)) for row in page],
        "nearby": nearby,
        "in_city": asked.region.level is Level.CITY,
    }
    answer = show(request, "portal/items.html", context, region=asked.region)
    if asked.region.code and request.GET.get("division") == asked.region.code:
        # Who has named a place in his search means it on the next page as well.
        remember(answer, asked.region.code)
    return answer


def _language() -> str:
    return get_language() or "zh-hans"


@permission("catalogue.view")
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return what the words that are being typed may mean, as a fragment of the first page."""
    asked = finding.ask(request)
    rows = suggest_items(text=asked.words, division=asked.region.code, limit=_SUGGESTED) if asked.words else ()
    here = [main_item(row.code) for row in rows]
    nearby = find_nearby(asked, here=here, limit=_SUGGESTED) if asked.words else ()
    context = {"rows": rows[: _SUGGESTED - len(nearby)], "nearby": nearby, "asked": asked}
    return render(request, "portal/suggestions.html", context)


@permission("catalogue.view")
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Show the events of a life, and of a firm's life, that lead to items."""
    context = {
        "title": _("人生大事"),
        "crumbs": [(_("首页"), "/"), (_("人生大事"), "")],
        "groups": [
            (_("个人"), list_life_events(audience="natural", language=_language())),
            (_("企业"), list_life_events(audience="legal", language=_language())),
        ],
    }
    return show(request, "portal/events.html", context)


@permission("catalogue.view")
@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    """Show the departments that have items in the region, each with how many."""
    region = get_region(request)
    context = {
        "title": _("按部门找"),
        "crumbs": [(_("首页"), "/"), (_("按部门找"), "")],
        "rows": list_departments(division=region.code) or list_departments(division=region.county),
    }
    return show(request, "portal/departments.html", context, region=region)


@permission("catalogue.view")
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guide of an item, or of one handling item: conditions, materials, steps, limits, places."""
    return show(request, "portal/item.html", guide_page(code, query=request.GET, today=timezone.localdate()))


@permission("catalogue.view")
@require_safe
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Show the same guide for paper: everything opened, no buttons, with the address it came from."""
    page = guide_page(code, query=request.GET, today=timezone.localdate())
    return show(request, "portal/item_print.html", {**page, "address": request.build_absolute_uri()})
