"""Leads: entries of departments' own registers beside the centre's cases, and what a reviewer says of each."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import get_actor, permission
from yichuang.dashboards.supervision.asking import Asked, ask
from yichuang.dashboards.supervision.forms import VerdictForm
from yichuang.dashboards.supervision.parts import parts
from yichuang.dashboards.supervision.reach import counties_in
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.commands import review_lead
from yichuang.supervision.queries import count_leads, get_lead, page_leads
from yichuang.supervision.values import LeadFile, LeadFilter, LeadOutcome, LeadRow, LeadUnknown, Side, Verdict
from yichuang.ui.templatetags.ui import day, instant
from yichuang.ui.values import Filter, Tone

_LIST = "dashboards:supervision-leads"
_REFUSED = 422
# A weight of so many bits fills the bar.
_FULL_BITS = 12.0
_TONES = {
    LeadOutcome.OUTSIDE: Tone.BAD,
    LeadOutcome.DOUBLE: Tone.WARN,
    LeadOutcome.UNDECIDED: Tone.INFO,
    LeadOutcome.INSIDE: Tone.GOOD,
}
_VERDICT_TONES = {Verdict.NONE: Tone.NEUTRAL, Verdict.CONFIRMED: Tone.BAD, Verdict.REJECTED: Tone.GOOD}


@permission("supervision.review")
@never_cache
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Show the entries that a reviewer is asked about, within his scope."""
    asked, scope = ask(request), request.scope  # type: ignore[attr-defined]
    chosen = _chosen(request, asked)
    page = page_leads(chosen=chosen, scope=scope, after=request.GET.get("after", ""))
    context = {
        "title": _("体外循环疑点"),
        "crumbs": [(_("电子监察"), reverse("dashboards:supervision")), (_("体外循环疑点"), "")],
        "parts": parts(request, here=_LIST),
        "filters": _filters(request, asked, counties_in(scope, asked.names.counties)),
        "counts": _counts(count_leads(chosen=LeadFilter(), scope=scope, by="outcome")),
        "lines": [_line(row, asked) for row in page],
        "page": page,
    }
    return render(request, "dashboards/supervision/leads.html", context)


def _chosen(request: HttpRequest, asked: Asked) -> LeadFilter:
    query = request.GET
    limits: dict[str, Any] = {name: asked.query.get(name, "") for name in ("county", "department", "item", "text")}
    if query.get("outcome") in set(LeadOutcome):
        limits["outcomes"] = (LeadOutcome(query["outcome"]),)
    return LeadFilter(reviewed={"yes": True, "all": None}.get(query.get("reviewed", ""), False), **limits)


def _filters(request: HttpRequest, asked: Asked, counties: list[str]) -> list[Filter]:
    every = ("", _("全部"))
    names, query = asked.names, request.GET
    return [
        Filter(
            "outcome",
            _("比对结论"),
            query.get("outcome", ""),
            [every, *((one.value, _(one.label)) for one in LeadOutcome)],
        ),
        Filter(
            "reviewed",
            _("核查"),
            query.get("reviewed", ""),
            [("", _("未核查")), ("yes", _("已核查")), ("all", _("全部"))],
        ),
        Filter("county", _("县区"), query.get("county", ""), [every, *((one, names.county(one)) for one in counties)]),
        Filter(
            "department",
            _("部门"),
            query.get("department", ""),
            [every, *sorted((key, names.department(key)) for key in names.departments)],
        ),
        Filter("text", _("文号或持证人"), query.get("text", ""), kind="search"),
    ]


def _counts(counts: Any) -> list[tuple[str, int, str, str]]:
    here = reverse(_LIST)
    return [
        (_(one.label), counts.get(one.value, 0), f"{here}?outcome={one.value}&reviewed=all", _TONES[one].value)
        for one in (LeadOutcome.OUTSIDE, LeadOutcome.DOUBLE, LeadOutcome.UNDECIDED)
    ]


def _line(row: LeadRow, asked: Asked) -> dict[str, Any]:
    return {
        "row": row,
        "title": row.item_name or asked.item(row.item) or row.register_title,
        "outcome": _(row.outcome.label),
        "tone": _TONES[row.outcome].value,
        "ground": _(row.ground.label),
        "verdict": _(row.verdict.label),
        "verdict_tone": _VERDICT_TONES[row.verdict].value,
        "place": asked.names.organisation(row.organisation) if row.organisation else asked.names.county(row.county),
        "href": reverse("dashboards:supervision-lead", args=[row.id]),
        "decided": day(row.decided_on),
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """What one comparison is worth, as a bar: to the right for one and the same matter, to the left against it."""

    label: str
    register_value: str
    case_value: str
    agreement: str
    weight: str
    against: float
    supports: float


def _bar(side: Side) -> Bar:
    weight = side.weight or 0.0
    share = min(abs(weight) / _FULL_BITS, 1.0) * 100
    return Bar(
        label=_(side.label),
        register_value=side.register_value or "—",
        case_value=side.case_value or "—",
        # Asked for nothing, the catalogue would answer with its own head.
        agreement=_(side.agreement) if side.agreement else "",
        weight="" if side.weight is None else f"{side.weight:+.1f}",
        against=share if weight < 0 else 0.0,
        supports=share if weight > 0 else 0.0,
    )


@permission("supervision.review")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, lead: int) -> HttpResponse:
    """Show both sides of a lead and what each comparison is worth; take the reviewer's verdict."""
    file = get_lead(lead)
    row = file.row
    if not request.scope.covers(division=row.county, organisation=row.organisation):  # type: ignore[attr-defined]
        raise LeadUnknown(lead=lead)
    if request.method != "POST":
        return _page(request, file, VerdictForm())
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, file, form, status=_REFUSED)
    typed = form.cleaned_data
    try:
        review_lead(
            lead=lead,
            verdict=Verdict(typed["verdict"]),
            reason=typed["reason"],
            case_number=typed["case_number"],
            by=get_actor(request.user),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, file, form, status=_REFUSED)
    messages.success(request, _("核查结论已记录"))
    return HttpResponseRedirect(reverse("dashboards:supervision-lead", args=[lead]))


def _page(request: HttpRequest, file: LeadFile, form: VerdictForm, *, status: int = 200) -> HttpResponse:
    asked, row = ask(request), file.row
    line = _line(row, asked)
    context = line | {
        "crumbs": [(_("体外循环疑点"), reverse(_LIST)), (_("疑点 %(id)s") % {"id": row.id}, "")],
        "parts": parts(request, here=""),
        "file": file,
        "row": row,
        "summary": _(file.summary).format(**file.summary_details) if file.summary else "",
        "bars": [_bar(side) for side in file.sides],
        "total": "" if row.weight is None else f"{row.weight:+.1f}",
        "facts": [
            (_("登记簿"), f"{row.register_title}（{_(row.register_kind.label)}）"),
            (_("行号"), row.row),
            (_("部门"), line["place"]),
            (_("文号"), row.document_number or "—"),
            (_("持证人"), row.holder or "—"),
            (_("登记的决定日"), day(row.decided_on)),
            (_("中心同一事项的办件数"), row.centre_volume),
            (_("对应方式"), _(row.kind.label)),
        ],
        "case_href": reverse("dashboards:case", args=[row.case_number]) if row.case_number else "",
        "verdicts": [
            (_(one.verdict.label), _VERDICT_TONES[one.verdict].value, one.reason, one.by, instant(one.at))
            for one in file.verdicts
        ],
        "form": form,
    }
    return render(request, "dashboards/supervision/lead.html", context, status=status)
