"""Rating a stretch of service: five levels, none chosen beforehand, once for each."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yichuang.accounts.queries import permission
from yichuang.cases.queries import get_case
from yichuang.feedback.commands import rate as give
from yichuang.feedback.queries import list_tags
from yichuang.feedback.values import Channel, Level, Service
from yichuang.kernel.refusal import Refusal
from yichuang.portal import ratings
from yichuang.portal.pages import show
from yichuang.portal.refusals import LevelMissing
from yichuang.portal.tracking import require_reach
from yichuang.ui.names import get_item_names

_TELEPHONES = ("Mobi", "Android", "iPhone")


@permission("tracking.view")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, number: str, service: str) -> HttpResponse:
    """Show the five levels, or keep what was chosen; a bad rating is followed up by name and deadline."""
    now = timezone.now()
    require_reach(request, number, at=now)
    if service not in set(Service):
        raise Http404
    file = get_case(number, personal=True)
    chosen = request.POST.get("level", "")
    tags = tuple(request.POST.getlist("tags"))
    text = request.POST.get("text", "").replace("\0", "").strip()
    refusal = ""
    if request.method == "POST":
        try:
            if chosen not in {str(level.value) for level in Level}:
                raise LevelMissing()
            agent = request.headers.get("User-Agent", "")
            level = Level(int(chosen))
            # Boxes ticked below another level, before the mind was changed, do not belong to this one.
            fitting = {tag.key for tag in list_tags(level=level, on=timezone.localdate())}
            give(
                case_number=number,
                service=Service(service),
                level=level,
                tags=tuple(tag for tag in tags if tag in fitting),
                text=text,
                channel=Channel.MOBILE if any(word in agent for word in _TELEPHONES) else Channel.PC,
                organisation=file.row.organisation,
                division=file.row.town or file.row.county,
                item=file.row.item,
                rater_digest=ratings.rater_of(file.applicant),
                served_on=ratings.served_on(file, Service(service)),
                at=now,
            )
        except Refusal as refused:
            refusal = refused.explain(_)
        else:
            messages.success(request, _("谢谢您的评价"))
            return HttpResponseRedirect(reverse("portal:case", args=[number]))
    context = {
        "title": _("评价：%(service)s") % {"service": _(Service(service).label)},
        "crumbs": [(_("首页"), "/"), (number, reverse("portal:case", args=[number])), (_("评价"), "")],
        "row": file.row,
        "item": get_item_names(on=timezone.localdate(file.row.received_at)).item(file.row.item),
        "levels": [
            (str(level.value), _(level.label), level.stars, str(level.value) == chosen, _tags(level, tags))
            for level in Level
        ],
        "text": text,
        "refusal": refusal,
    }
    return show(request, "portal/rate.html", context, status=422 if refusal else 200)


def _tags(level: Level, chosen: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    return [(tag.key, _(tag.title), tag.key in chosen) for tag in list_tags(level=level, on=timezone.localdate())]
