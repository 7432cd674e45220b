"""The officer's and the department's own page: my cards with their deadlines, what I was told, replying."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.dashboards.supervision.asking import ask
from yichuang.dashboards.supervision.lines import card_lines
from yichuang.kernel.words import N_
from yichuang.supervision.commands import mark_read
from yichuang.supervision.queries import count_unread, list_card_notices, list_cards_of

_HERE = "dashboards:supervision-mine"
_TABS: tuple[tuple[str, str], ...] = (
    ("open", N_("未了结")),
    ("personal", N_("发给我本人的")),
    ("all", N_("全部")),
)
# So many are shown; the cards themselves stand below.
_NOTICES = 5


@permission("supervision.own")
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the cards that concern the reader, the first deadline in sight, and what he has not read yet."""
    actor, asked = get_actor(request.user), ask(request)
    wanted = request.GET.get("which", "")
    which = wanted if wanted in dict(_TABS) else "open"
    page = list_cards_of(
        actor=actor,
        scope=request.scope,  # type: ignore[attr-defined]
        state="open" if which == "open" else "all",
        personal=which == "personal",
        after=request.GET.get("after", ""),
    )
    unread = [one for one in list_card_notices(actor.id) if one.read_at is None][:_NOTICES]
    here = reverse(_HERE)
    context = {
        "title": _("我的监察卡"),
        "crumbs": [(_("工作台"), reverse("workbench:home")), (_("我的监察卡"), "")],
        "notices": unread,
        "unread": count_unread(actor.id),
        "tabs": [{"label": _(label), "href": f"{here}?which={key}", "current": key == which} for key, label in _TABS],
        "lines": card_lines(page, asked, page="dashboards:supervision-mine-card", on=timezone.localdate()),
        "page": page,
    }
    return render(request, "dashboards/supervision/mine.html", context)


@permission("supervision.own")
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark everything that the reader was told as read."""
    mark_read(owner=get_actor(request.user).id, at=timezone.now())
    return HttpResponseRedirect(reverse(_HERE))
