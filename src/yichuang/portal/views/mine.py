"""My own: cases, drafts, messages, bookings and what one has asked, on one page; nobody else's."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yichuang.accounts.queries import get_actor, list_represented, permission
from yichuang.cases.queries import list_drafts, page_own
from yichuang.cases.values import RESULT_LABELS, STATUS_LABELS, OwnRow, Result, Status
from yichuang.feedback.queries import list_own
from yichuang.halls.queries import list_bookings
from yichuang.kernel.masking import mask_name
from yichuang.notices.commands import mark_read
from yichuang.notices.queries import count_unread, list_messages
from yichuang.portal.applying.work import main_item
from yichuang.portal.identity import person_of
from yichuang.portal.pages import show
from yichuang.ui.names import get_item_names, get_names
from yichuang.ui.values import Tone

_WAITS_FOR_HIM = frozenset({Status.SUPPLEMENTING})
_TONES = {
    Status.SUPPLEMENTING: Tone.WARN,
    Status.GRANTED: Tone.GOOD,
    Status.DELIVERED: Tone.GOOD,
    Status.REFUSED: Tone.BAD,
    Status.NOT_ACCEPTED: Tone.BAD,
    Status.LAPSED: Tone.BAD,
}


@permission("applications.own")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the signed-in person has under way, what waits for him first."""
    owner = get_actor(request.user).id
    today = timezone.localdate()
    names, items = get_names(on=today), get_item_names(on=today)
    page = page_own(owner=owner, after=request.GET.get("after", ""))
    context = {
        "title": _("我的"),
        "crumbs": [(_("首页"), "/"), (_("我的"), "")],
        "person": person_of(request.user),
        "firms": list_represented(request.user),
        "page": page,
        "cases": [
            (row, items.item(row.item), names.organisation(row.organisation), *_standing(row), _masked(row))
            for row in page
        ],
        "waiting": sum(row.status in _WAITS_FOR_HIM for row in page),
        "drafts": [(row, items.item(main_item(row.item))) for row in list_drafts(owner=owner)],
        "bookings": list_bookings(owner=owner),
        "unread": count_unread(owner=owner),
        "matters": list_own(owner=owner, on=today, limit=10),
    }
    return show(request, "portal/mine.html", context)


def _standing(row: OwnRow) -> tuple[str, Tone]:
    if row.result and row.result in set(Result):
        result = Result(row.result)
        bad = result in {Result.NOT_GRANTED, Result.NOT_ACCEPTED}
        return _(RESULT_LABELS[result]), Tone.BAD if bad else Tone.GOOD
    status = Status(row.status)
    return _(STATUS_LABELS[status]), _TONES.get(status, Tone.INFO)


def _masked(row: OwnRow) -> str:
    return mask_name(row.applicant_name, is_company=len(row.applicant_name) > 6)


@permission("applications.own")
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show what the person was told of his cases, newest first; what is shown counts as read."""
    owner = get_actor(request.user).id
    page = list_messages(owner=owner, after=request.GET.get("after", ""))
    unread = tuple(row.id for row in page if row.read_at is None)
    if unread:
        mark_read(owner=owner, messages=unread, at=timezone.now())
    context = {
        "title": _("我的消息"),
        "crumbs": [(_("首页"), "/"), (_("我的"), reverse("portal:mine")), (_("我的消息"), "")],
        "page": page,
    }
    return show(request, "portal/messages.html", context)
