"""One case before one officer: clocks, what can be done, applicant, materials, papers, everything that happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yichuang.accounts.queries import permission
from yichuang.cases.queries import get_case, list_attachments
from yichuang.cases.values import CHANNEL_LABELS, KIND_LABELS
from yichuang.certificates.queries import list_by_case
from yichuang.documents import qr_svg
from yichuang.feedback.queries import ratings_of
from yichuang.feedback.values import Service
from yichuang.papers.queries import list_papers
from yichuang.ui import casework, clock
from yichuang.ui.lights import Judge
from yichuang.ui.templatetags.ui import instant
from yichuang.workbench.desk import Desk, open_desk
from yichuang.workbench.heading import head_of
from yichuang.workbench.nodes import expected_of, requests_of
from yichuang.workbench.sheet import answers_of, materials_of, situation_of
from yichuang.workbench.tasks.offers import asks, grouped, offers


@permission("cases.view")
@never_cache
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case and the tasks that are possible now for this officer."""
    desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    return render(request, "workbench/case.html", _context(desk))


@permission("cases.receive")
@never_cache
def received(request: HttpRequest, number: str) -> HttpResponse:
    """Show the receipt of an application that has just been taken in, and the five outcomes."""
    desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    return render(request, "workbench/received.html", _context(desk))


@permission("cases.view")
@never_cache
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """Invite the applicant to rate the service: a code for his own phone, and the same page on the window's screen."""
    desk = open_desk(request, number=number, scope=request.scope)  # type: ignore[attr-defined]
    address = request.build_absolute_uri(reverse("portal:rate", args=[number, Service.COMPLETION.value]))
    context = {
        **head_of(desk),
        "title": _("请申请人评价"),
        "desk": desk,
        "address": address,
        "code": mark_safe(qr_svg(address)),
        "ratings": [(one.service.label, one.level.label) for one in ratings_of(number)],
    }
    return render(request, "workbench/rating.html", context)


def _context(desk: Desk) -> dict[str, Any]:
    state, number = desk.state, desk.state.number
    file = get_case(number, personal=True)
    row = file.row
    found, head = offers(desk), head_of(desk)
    return {
        **head,
        "title": desk.items.item(state.item),
        "desk": desk,
        "case": file,
        "row": row,
        "promised": desk.promised,
        "days": clock.count(file, now=Judge(now=desk.now).at(row.source)),
        "person": casework.person(file.applicant, whole=desk.whole),
        "agent": _agent(desk),
        "groups": grouped(found),
        "asks": asks(desk),
        "expected": expected_of(state.status) if state.holder else "",
        "requests": requests_of(number),
        "offers": {offer.task.slug: offer for offer in found},
        "facts": [
            (_("受理部门"), desk.names.organisation(state.organisation)),
            (_("收件地点"), desk.names.place(county=state.county, town=desk.town)),
            (_("渠道"), _(CHANNEL_LABELS.get(row.channel, row.channel))),
            (_("办件类型"), _(KIND_LABELS.get(desk.kind, desk.kind))),
            (_("收件时间"), instant(row.received_at)),
            (_("受理时间"), instant(row.accepted_at)),
            (_("办结时间"), instant(row.closed_at)),
            (_("经办人"), state.handler_name or _("未指定")),
            (_("代办员"), state.agent_name or _("无")),
            *([(_("办理节点"), head["held"])] if state.holder else []),
        ],
        "consultations": [
            {
                "line": line,
                "name": desk.names.organisation(line.organisation),
                "agreed": _("已答复：同意") if line.agreed else _("已答复：不同意"),
            }
            for line in state.consultations
        ],
        "materials": materials_of(desk, files=list_attachments(number=number)),
        "situation": situation_of(desk) if desk.whole else (),
        "answers": answers_of(desk) if desk.whole else (),
        "papers": list_papers(number),
        "certificates": list_by_case(number),
        "rated": ratings_of(number),
        "reviews": state.reviews,
        "happenings": [
            casework.happening(one, when=instant(one.source_at), names=desk.names) for one in reversed(file.events)
        ],
        "archive": reverse("workbench:archive", args=[number, "zip"]),
    }


def _agent(desk: Desk) -> casework.Person | None:
    """Return who acts for the applicant, masked like him."""
    application = desk.application
    return casework.person(application.agent, whole=desk.whole) if application and application.agent else None
