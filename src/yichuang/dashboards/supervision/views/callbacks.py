"""Call-backs: cases drawn by lot whose applicants are asked whether place, date, visits and fees are as recorded."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import allowed, get_actor, permission
from yichuang.cases.queries import get_case
from yichuang.cases.values import CaseFile, CaseNotFound
from yichuang.dashboards.supervision.asking import Asked, ask
from yichuang.dashboards.supervision.forms import CallbackForm
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.reach import counties_in
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.commands import record_callback
from yichuang.supervision.queries import get_callback, page_callbacks
from yichuang.supervision.values import CallbackFilter, CallbackRow, CallbackState, CallbackUnknown
from yichuang.ui import casework
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Filter, Tone

_LIST = "dashboards:supervision-callbacks"
_REFUSED = 422
_TONES = {
    CallbackState.DRAWN: Tone.WARN,
    CallbackState.DONE: Tone.GOOD,
    CallbackState.UNREACHABLE: Tone.NEUTRAL,
    CallbackState.DECLINED: Tone.NEUTRAL,
}
# field of the form, the question as it is asked on the telephone
_QUESTIONS: tuple[tuple[str, str], ...] = (
    ("place", N_("办理地点：是在政务服务中心办的吗")),
    ("date", N_("办理日期：和记录的日期一致吗")),
    ("visits", N_("跑动次数：和记录的次数一致吗")),
    ("fees", N_("收费：和记录的收费一致吗")),
)
_ANSWERS = {"yes": True, "no": False, "": None}


@permission("supervision.review")
@never_cache
@require_safe
def callbacks(request: HttpRequest) -> HttpResponse:
    """Show the cases drawn for a call-back within the reader's scope."""
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    state = request.GET.get("state", CallbackState.DRAWN.value)
    chosen = CallbackFilter(
        state=CallbackState(state) if state in set(CallbackState) else None,
        county=asked.query.get("county", ""),
        disagrees=True if request.GET.get("disagrees") else None,
    )
    page = page_callbacks(chosen=chosen, scope=scope, after=request.GET.get("after", ""))
    every = ("all", _("全部"))
    counties = counties_in(scope, asked.names.counties)
    context = {
        "title": _("抽样回访"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("抽样回访"), "")],
        "parts": parts(request, here=_LIST),
        "filters": [
            Filter("state", _("状态"), state, [*((one.value, _(one.label)) for one in CallbackState), every]),
            Filter(
                "county",
                _("县区"),
                chosen.county,
                [("", _("全部")), *((one, asked.names.county(one)) for one in counties)],
            ),
            Filter(
                "disagrees",
                _("与记录"),
                request.GET.get("disagrees", ""),
                [("", _("全部")), ("1", _("有不符的"))],
            ),
        ],
        "lines": [_line(row, asked) for row in page],
        "page": page,
    }
    return render(request, "dashboards/supervision/callbacks.html", context)


def _line(row: CallbackRow, asked: Asked) -> dict[str, Any]:
    return {
        "row": row,
        "title": asked.item(row.item) or row.number,
        "state": _(row.state.label),
        "tone": _TONES[row.state].value,
        "place": asked.names.organisation(row.organisation) if row.organisation else asked.names.county(row.county),
        "drawn": day(row.drawn_on),
        "href": reverse("dashboards:supervision-callback", args=[row.number]),
    }


@permission("supervision.review")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def callback(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the record says, to be read out, and take down what the applicant says."""
    row = get_callback(number)
    if not request.scope.covers(division=row.county, organisation=row.organisation):  # type: ignore[attr-defined]
        raise CallbackUnknown(number=number)
    if request.method != "POST":
        return _page(request, row, _form(None))
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=_REFUSED)
    typed = form.cleaned_data
    try:
        record_callback(
            number=number,
            state=CallbackState(typed["state"]),
            place_agrees=_ANSWERS[typed["place"]],
            date_agrees=_ANSWERS[typed["date"]],
            visits_agree=_ANSWERS[typed["visits"]],
            fees_agree=_ANSWERS[typed["fees"]],
            notes=typed["notes"],
            by=get_actor(request.user),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, row, form, status=_REFUSED)
    messages.success(request, _("回访已记录"))
    return HttpResponseRedirect(reverse(_LIST))


def _form(data: Any) -> CallbackForm:
    return CallbackForm(data, questions=[(name, _(label)) for name, label in _QUESTIONS])


def _case(number: str) -> CaseFile | None:
    try:
        return get_case(number, personal=True)
    except CaseNotFound:
        return None


def _page(request: HttpRequest, row: CallbackRow, form: CallbackForm, *, status: int = 200) -> HttpResponse:
    asked, case = ask(request), _case(row.number)
    line = _line(row, asked)
    facts: list[tuple[str, object]] = [
        (_("办件编号"), row.number),
        (_("事项"), line["title"]),
        (_("受理部门"), line["place"]),
        (_("抽取日"), line["drawn"]),
    ]
    if case is not None:
        facts += [
            (_("收件时间"), instant(case.row.received_at)),
            (_("受理时间"), instant(case.row.accepted_at)),
            (_("办结时间"), instant(case.row.closed_at)),
        ]
    if row.called_at:
        facts += [(_("回访时间"), instant(row.called_at)), (_("回访人"), row.called_by)]
    whole = allowed(request.user, "cases.personal").covers(division=row.county, organisation=row.organisation)
    context = line | {
        "crumbs": [(_("抽样回访"), reverse(_LIST)), (row.number, "")],
        "parts": parts(request, here=""),
        "row": row,
        "facts": facts,
        "person": casework.person(case.applicant, whole=whole) if case else None,
        "answers": _answers(row),
        "form": form,
        # Who could not be reached may be called again.
        "open": row.state in (CallbackState.DRAWN, CallbackState.UNREACHABLE),
    }
    return render(request, "dashboards/supervision/callback.html", context, status=status)


def _answers(row: CallbackRow) -> list[tuple[str, str, str]]:
    """Return what the applicant said, in words and tones."""
    found = (
        (_("办理地点"), row.place_agrees),
        (_("办理日期"), row.date_agrees),
        (_("跑动次数"), row.visits_agree),
        (_("收费"), row.fees_agree),
    )
    said = {True: (_("相符"), "good"), False: (_("不符"), "bad"), None: (_("没有问到"), "neutral")}
    return [(label, *said[answer]) for label, answer in found]
