"""Submitting an application and the receipt: pressed once or five times, there is one case with one number."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.cases.commands import drop_draft, submit_draft
from yichuang.cases.queries import get_case, get_draft, list_drafts
from yichuang.cases.values import ApplicationIncomplete, Place
from yichuang.papers.queries import list_papers
from yichuang.papers.values import PaperKind
from yichuang.portal.applying.work import Work, main_item
from yichuang.portal.owning import require_own
from yichuang.portal.pages import show
from yichuang.portal.views.apply import open_work
from yichuang.ui.names import get_item_names

_TELEPHONES = ("Mobi", "Android", "iPhone")


def _place(request: HttpRequest, work: Work) -> Place:
    content = work.guide.content
    agent = request.headers.get("User-Agent", "")
    on_telephone = any(word in agent for word in _TELEPHONES)
    return Place(
        organisation=content.organisation_code,
        division=content.division,
        centre=next(iter(work.guide.centres), ""),
        channel="mobile" if on_telephone else "web",
    )


@permission("applications.own")
@require_POST
def submit(request: HttpRequest, key: str) -> HttpResponse:
    """Hand the application in and go on to its receipt; with faults, back to the page that names them all."""
    owner = get_actor(request.user)
    work = open_work(request, key)
    now = timezone.now()
    try:
        number = submit_draft(key=key, owner=owner.id, place=_place(request, work), by=owner, at=now, now=now)
    except ApplicationIncomplete as refusal:
        messages.error(request, refusal.explain(_))
        return HttpResponseRedirect(reverse("portal:step", args=[key, "check"]))
    return HttpResponseRedirect(reverse("portal:receipt", args=[number]))


@permission("applications.own")
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Show the number, its QR code, and what happens next."""
    require_own(request, number)
    file = get_case(number)
    papers = [row for row in list_papers(number) if row.kind is PaperKind.RECEIPT]
    address = request.build_absolute_uri(reverse("portal:track"))
    context = {
        "title": _("已提交"),
        "crumbs": [(_("首页"), "/"), (_("我的"), reverse("portal:mine")), (_("回执"), "")],
        "row": file.row,
        "item": get_item_names(on=timezone.localdate(file.row.received_at)).item(file.row.item),
        "tracking": f"{address}?number={number}",
        "papers": papers,
        "key": next((event.digest for event in file.events[:1]), ""),
    }
    return show(request, "portal/receipt.html", context)


@permission("applications.own")
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Show the applications that are not handed in yet."""
    names = get_item_names(on=timezone.localdate())
    rows = list_drafts(owner=get_actor(request.user).id)
    context = {
        "title": _("没填完的申请"),
        "crumbs": [(_("首页"), "/"), (_("我的"), reverse("portal:mine")), (_("没填完的申请"), "")],
        "rows": [(row, names.item(main_item(row.item))) for row in rows],
    }
    return show(request, "portal/drafts.html", context)


@permission("applications.own")
@require_POST
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a draft with its files, once the owner has said so twice."""
    owner = get_actor(request.user).id
    if request.POST.get("sure") != "1":
        draft = get_draft(key=key, owner=owner)
        names = get_item_names(on=timezone.localdate())
        context = {
            "title": _("删除这份申请？"),
            "crumbs": [(_("首页"), "/"), (_("没填完的申请"), reverse("portal:drafts")), (_("删除"), "")],
            "draft": draft,
            "item": names.item(main_item(draft.item)),
        }
        return show(request, "portal/drop.html", context)
    drop_draft(key=key, owner=owner)
    messages.success(request, _("已删除"))
    return HttpResponseRedirect(reverse("portal:drafts"))
