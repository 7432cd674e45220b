"""The first page: find a matter, switch the region, see what is new."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import permission
from yichuang.halls.queries import get_announcement, list_announcements
from yichuang.portal.pages import safe_next, show
from yichuang.portal.popular import list_popular
from yichuang.portal.region import get_region, region_of, remember
from yichuang.regions.queries import get_tree
from yichuang.regions.values import Level
from yichuang.reporting.queries import list_bulletins

_NEWEST = 3


@permission("catalogue.view")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the search box, the ways to a matter, the most used ones, announcements and bulletins."""
    today = timezone.localdate()
    region = get_region(request)
    context = {
        "title": _("首页"),
        "place": region,
        "popular": list_popular(region=region, on=today),
        "announcements": list_announcements(division=region.code, on=today, limit=_NEWEST) if region.code else (),
        "bulletins": list_bulletins(limit=_NEWEST),
    }
    return show(request, "portal/home.html", context, region=region)


@permission("catalogue.view")
@require_http_methods(["GET", "HEAD", "POST"])
def region(request: HttpRequest) -> HttpResponse:
    """Show city, counties and towns to choose from; remember the chosen one and go back."""
    tree = get_tree(on=timezone.localdate())
    wanted = safe_next(request, request.POST.get("next") or request.GET.get("next") or "/")
    if request.method == "POST":
        answer = HttpResponseRedirect(wanted)
        if request.POST.get("division") in tree:
            remember(answer, request.POST["division"])
        return answer
    here = get_region(request, request.GET.get("county", ""))
    levels = tree.levels
    counties = sorted((*levels[Level.COUNTY], *levels[Level.ZONE]))
    context = {
        "title": _("选择地区"),
        "crumbs": [(_("首页"), "/"), (_("选择地区"), "")],
        "next": wanted,
        "here": get_region(request),
        "opened": here,
        "city": region_of(tree, tree.roots[0]) if tree.roots else None,
        "counties": [(code, _(tree.name_of(code))) for code in counties],
        "towns": [(code, _(tree.name_of(code))) for code in tree.children(here.county)] if here.county else [],
    }
    return show(request, "portal/region.html", context)


@permission("catalogue.view")
@require_safe
def announcement(request: HttpRequest, announcement: int) -> HttpResponse:
    """Show one announcement."""
    today = timezone.localdate()
    row = get_announcement(announcement=announcement, on=today)
    context = {
        "title": row.title,
        "crumbs": [(_("首页"), "/"), (_("公告"), "")],
        "row": row,
        "place": region_of(get_tree(on=today), row.division).full_name,
    }
    return show(request, "portal/announcement.html", context)
