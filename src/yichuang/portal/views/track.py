"""Following a case: by number and the last digits of the phone, or as one's own; what one may do with it on the way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.accounts.queries import get_actor, permission
from yichuang.cases.commands import claim_case, perform
from yichuang.cases.queries import find_tracked, get_case, get_supplement
from yichuang.cases.values import CaseFile, CaseNotFound, TrackingLocked, TrackingRefused, acts
from yichuang.certificates.queries import list_by_case
from yichuang.kernel.masking import mask_name
from yichuang.kernel.texts import TextUnfit, clean
from yichuang.kernel.words import N_
from yichuang.papers.queries import list_papers_of
from yichuang.portal import plainly, ratings
from yichuang.portal.filled import filled_in
from yichuang.portal.owning import claim_of, require_own
from yichuang.portal.pages import show
from yichuang.portal.tracking import remember, require_reach
from yichuang.ui import clock
from yichuang.ui.casework import COMPANY_ID_TYPES
from yichuang.ui.lights import Judge
from yichuang.ui.names import get_item_names, get_names

_LONGEST_NUMBER = 40
_LONGEST_REASON = 500


@permission("tracking.view")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and digits; open the case where they belong together. Too many wrong ones lock for a while."""
    number = (request.POST if request.method == "POST" else request.GET).get("number", "").strip()[:_LONGEST_NUMBER]
    refusal, status = "", 200
    if request.method == "POST":
        now = timezone.now()
        try:
            found = find_tracked(
                number=number,
                phone_tail=request.POST.get("tail", "").strip(),
                address=request.META.get("REMOTE_ADDR", ""),
                at=now,
            )
        except (TrackingRefused, TrackingLocked) as refused:
            refusal = refused.explain(_)
            status = 429 if isinstance(refused, TrackingLocked) else 404
        else:
            remember(request, found.row.number, at=now)
            return HttpResponseRedirect(reverse("portal:case", args=[found.row.number]))
    context = {
        "title": _("进度查询"),
        "crumbs": [(_("首页"), "/"), (_("进度查询"), "")],
        "number": number,
        "refusal": refusal,
    }
    return show(request, "portal/track.html", context, status=status)


@permission("tracking.view")
@never_cache
@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show where a case stands, who has it, the days, and what is expected; its owner may do more with it."""
    now = timezone.now()
    own = require_reach(request, number, at=now)
    file = get_case(number, personal=own, with_acts=own)
    row = file.row
    on = timezone.localdate(row.received_at)
    names = get_names(on=on)
    context = {
        "title": get_item_names(on=on).item(row.item),
        "crumbs": _crumbs(own, number),
        "row": row,
        "own": own,
        "standing": plainly.standing(file, names=names),
        "days": clock.count(file, now=now),
        "light": Judge(now=now).light(row),
        "applicant": _masked(file),
        "agent": file.agent_name,
        "happenings": plainly.happenings(file.events, names=names),
        "supplement": get_supplement(number=number) if row.status == "supplementing" else None,
        "papers": list_papers_of(number, acts=file.acts),
        "certificates": list_by_case(number) if own else (),
        "rateable": ratings.offered(file),
        "withdrawable": own and "Withdraw" in file.open_acts,
        "filled": filled_in(file, on=on) if own else [],
        "claimable": not own and claim_of(request, number) is not None,
    }
    return show(request, "portal/case.html", context)


@permission("applications.own")
@require_POST
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Put a case that was taken in at a window into the account of its applicant, who has shown number and digits."""
    now = timezone.now()
    if not require_reach(request, number, at=now):
        held = claim_of(request, number)
        if held is None:
            raise CaseNotFound(number=number)
        actor = get_actor(request.user)
        claim_case(number=number, owner=actor.id, id_type=held[0], id_number=held[1], by=actor, at=now)
        messages.success(request, _("已放到“我的”里，以后可以在网上补充材料、下载文书"))
    return HttpResponseRedirect(reverse("portal:case", args=[number]))


def _crumbs(own: bool, number: str) -> list[tuple[str, str]]:
    above = (_("我的"), reverse("portal:mine")) if own else (_("进度查询"), reverse("portal:track"))
    return [(_("首页"), "/"), above, (number, "")]


def _masked(file: CaseFile) -> str:
    """Return the applicant's name as far as even his own screen shows it in a hall full of people."""
    if file.applicant is None:
        return ""
    return mask_name(file.applicant.name, is_company=file.applicant.id_type in COMPANY_ID_TYPES)


@permission("applications.own")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once more, then take the application back."""
    require_own(request, number)
    file = get_case(number)
    reason, refusal = request.POST.get("reason", "").replace("\0", ""), ""
    if request.method == "POST" and request.POST.get("sure") == "1":
        now = timezone.now()
        try:
            reason = clean(reason, label=N_("撤回的原因"), limit=_LONGEST_REASON)
            perform(number=number, act=acts.Withdraw(reason=reason), by=get_actor(request.user), at=now, now=now)
        except TextUnfit as refused:
            refusal = refused.explain(_)
        else:
            messages.success(request, _("申请已撤回"))
            return HttpResponseRedirect(reverse("portal:case", args=[number]))
    context = {
        "title": _("撤回申请？"),
        "crumbs": [*_crumbs(True, number)[:2], (number, reverse("portal:case", args=[number])), (_("撤回"), "")],
        "row": file.row,
        "item": get_item_names(on=timezone.localdate(file.row.received_at)).item(file.row.item),
        "reason": reason,
        "refusal": refusal,
    }
    return show(request, "portal/withdraw.html", context, status=422 if refusal else 200)
