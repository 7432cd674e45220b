"""Pages for who looks after connections: the health of all, one source, what waits, and conflicts between nodes."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.accounts.queries import allowed, get_actor, permission
from yichuang.dashboards.exchange import reach
from yichuang.dashboards.exchange.forms import CorrectForm, DropForm, SettleForm
from yichuang.dashboards.exchange.nodes import branch, choices_for, conflict_table, node_table
from yichuang.dashboards.exchange.sources import balance_table, facts_of, list_within, source_table, state_of
from yichuang.exchange.commands import correct_record, drop_record, replay_records, settle_conflict
from yichuang.exchange.queries import (
    get_conflict,
    get_quarantined,
    is_node,
    list_conflicts,
    list_connections,
    list_nodes,
    list_quarantine,
)
from yichuang.exchange.values import (
    CHOICES,
    CONFLICT_LABELS,
    OPEN,
    STATE_LABELS,
    ConflictState,
    ConflictUnknown,
    QuarantinedFile,
    QuarantineState,
    RecordUnknown,
)
from yichuang.kernel.page import Page
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.queries import count_findings, get_rules
from yichuang.supervision.values import FindingFilter
from yichuang.ui.casework import source_of
from yichuang.ui.names import get_names
from yichuang.ui.templatetags.ui import instant
from yichuang.ui.values import Filter, Tone

SETTLE = "imports.settle"
_HEALTH = "dashboards:exchange"
_REFUSED = 422
_DAYS = 30
_AT_ONCE = 50
_TONES = {
    QuarantineState.WAITING: Tone.WARN,
    QuarantineState.CORRECTED: Tone.INFO,
    QuarantineState.REPLAYED: Tone.GOOD,
    QuarantineState.DROPPED: Tone.NEUTRAL,
}
_ACTS = {
    "correct": N_("更正"),
    "replay": N_("重新入库"),
    "drop": N_("丢弃"),
    "superseded": N_("后来的数据已入库"),
}


@permission("imports.view")
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show who is connected, how late and how complete each is, and what somebody has to look at."""
    now, names = timezone.now(), get_names(on=timezone.localdate())
    scope = request.scope  # type: ignore[attr-defined]
    counties = reach.counties_of(scope, names)
    context: dict[str, Any] = {
        "title": _("数据交换"),
        "crumbs": [(_("数据交换"), "")],
        "at": instant(now),
        "sources": source_table(list_within(counties=counties, now=now), names, now=now),
        "alerts": _alerts(request),
    }
    if is_node() and reach.NO_COUNTY in counties:
        nodes = list_nodes(at=now)
        titles = {node.name: node.title for node in nodes}
        context["nodes"] = node_table(nodes, now=now)
        context["conflicts"] = conflict_table(list_conflicts(everything=True, limit=_AT_ONCE), titles)
    return render(request, "dashboards/exchange/health.html", context)


def _alerts(request: HttpRequest) -> list[tuple[str, int, str]]:
    """Return which rules on sources and nodes find something now, how often, and where to see it."""
    scope = allowed(request.user, "supervision.view")
    if not scope:
        return []
    rules = get_rules()
    watched = {rule.id: rule for name in ("feeds", "nodes") for rule in rules.of(name)}
    standing = count_findings(chosen=FindingFilter(), scope=scope, by="rule")
    desk = reverse("dashboards:supervision")
    language = (getattr(request, "LANGUAGE_CODE", "") or "zh")[:2]
    return [
        (rule.title.en if language == "en" else rule.title.zh, standing[name], f"{desk}?rule={name}")
        for name, rule in sorted(watched.items())
        if standing.get(name)
    ]


@permission("imports.view")
@never_cache
@require_safe
def source(request: HttpRequest, source: str) -> HttpResponse:
    """Show one connected system: how it stands, and day by day that what was sent adds up."""
    now, names = timezone.now(), get_names(on=timezone.localdate())
    counties = reach.counties_of(request.scope, names)  # type: ignore[attr-defined]
    row = next((one for one in list_within(counties=counties, now=now) if one.source == source), None)
    if row is None:
        raise Http404
    words, tone = state_of(row, now=now)
    # A source that has gone silent shows its last days, not an empty month.
    last = timezone.localdate(row.last_row_at) if row.last_row_at else timezone.localdate(now)
    context = {
        "title": row.title or source_of(row.source),
        "crumbs": [(_("数据交换"), reverse(_HEALTH)), (row.source, "")],
        "row": row,
        "state": words,
        "tone": tone.value,
        "facts": facts_of(row, names),
        "balance": balance_table(source, since=last - timedelta(days=_DAYS), until=last + timedelta(days=1)),
        "waiting": reverse("dashboards:exchange-quarantine") + f"?source={row.source}",
    }
    return render(request, "dashboards/exchange/source.html", context)


@permission("imports.view")
@never_cache
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show the records that could not be filed, each with what is wrong with it."""
    now, names = timezone.now(), get_names(on=timezone.localdate())
    counties = reach.counties_of(request.scope, names)  # type: ignore[attr-defined]
    connections = list_connections(now=now)
    chosen, state = request.GET.get("source", ""), request.GET.get("state", "")
    reachable = [row.source for row in connections if row.county in counties]
    whole = reach.NO_COUNTY in counties
    if chosen or not whole:
        chosen = chosen or (reachable[0] if reachable else "-")
        if reach.county_of(chosen, rows=connections) not in counties:
            raise Http404
    states = (QuarantineState(state),) if state in set(QuarantineState) else OPEN
    after = request.GET.get("after", "")
    rows = list_quarantine(source=chosen, states=states, after=int(after) if after.isdigit() else 0, limit=_AT_ONCE + 1)
    shown = rows[:_AT_ONCE]
    every = [("", _("全部"))] if whole else []
    context = {
        "title": _("隔离区"),
        "crumbs": [(_("数据交换"), reverse(_HEALTH)), (_("隔离区"), "")],
        "filters": [
            Filter("source", _("来源系统"), chosen, [*every, *((one, one) for one in reachable)]),
            Filter(
                "state",
                _("状态"),
                state,
                [("", _("待处理")), *((one.value, _(STATE_LABELS[one])) for one in QuarantineState)],
            ),
        ],
        "lines": [
            {
                "row": row,
                "href": reverse("dashboards:exchange-record", args=[row.id]),
                "name": source_of(row.source),
                "state": _(STATE_LABELS[row.state]),
                "tone": _TONES[row.state].value,
                "faults": [fault.explain(_) for fault in row.faults],
                "came": instant(row.created_at),
            }
            for row in shown
        ],
        "page": Page(rows=shown, next_after=str(shown[-1].id) if len(rows) > _AT_ONCE else ""),
    }
    return render(request, "dashboards/exchange/quarantine.html", context)


@permission("imports.view")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, record: int) -> HttpResponse:
    """Show one record that could not be filed; put a field right and file it again, or drop it for a reason."""
    held, open_to_me = _held(request, record)
    act = request.POST.get("act", "")
    correcting = _correct_form(held, request.POST if act == "correct" else None)
    dropping = DropForm(request.POST if act == "drop" else None)
    if request.method != "POST":
        return _record_page(request, held, correcting, dropping, open_to_me=open_to_me)
    if not open_to_me:
        raise Http404
    form = dropping if act == "drop" else correcting
    if act == "replay" or form.is_valid():
        try:
            return _put_right(request, record, act, {} if act == "replay" else form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
    return _record_page(request, held, correcting, dropping, open_to_me=True, status=_REFUSED)


def _put_right(request: HttpRequest, record: int, act: str, typed: dict[str, Any]) -> HttpResponse:
    by, at = get_actor(request.user), timezone.now()
    there = reverse("dashboards:exchange-quarantine")
    if act == "drop":
        drop_record(record=record, reason=typed["reason"], by=by, at=at)
        messages.success(request, _("已丢弃，原因已记录"))
        return HttpResponseRedirect(there)
    if act == "correct":
        correct_record(record=record, changes={typed["field"]: typed["value"]}, by=by, at=at)
    if replay_records(by=by, at=at, records=[record]).waiting:
        messages.warning(request, _("仍有错误，没有入库。请看下面列出的原因"))
        return HttpResponseRedirect(reverse("dashboards:exchange-record", args=[record]))
    messages.success(request, _("已入库"))
    return HttpResponseRedirect(there)


def _held(request: HttpRequest, record: int) -> tuple[QuarantinedFile, bool]:
    """Return a record within reach, and whether the reader may settle it."""
    try:
        held = get_quarantined(record)
    except RecordUnknown:
        raise Http404 from None
    names, rows = get_names(on=timezone.localdate()), list_connections(now=timezone.now())
    county = reach.county_of(held.row.source, rows=rows)
    if county not in reach.counties_of(request.scope, names):  # type: ignore[attr-defined]
        raise Http404
    settling = county in reach.counties_of(allowed(request.user, SETTLE), names)
    return held, settling and held.row.state in OPEN


def _correct_form(held: QuarantinedFile, data: Any) -> CorrectForm:
    names = [name for name, _value in held.fields]
    first = next((fault.field for fault in held.row.faults if fault.field in names), "")
    return CorrectForm(data, fields=names, first=first)


def _record_page(
    request: HttpRequest,
    held: QuarantinedFile,
    correcting: CorrectForm,
    dropping: DropForm,
    *,
    open_to_me: bool,
    status: int = 200,
) -> HttpResponse:
    row = held.row
    context = {
        "title": row.source_key or _("第 %(row)s 行") % {"row": row.row},
        "crumbs": [
            (_("数据交换"), reverse(_HEALTH)),
            (_("隔离区"), reverse("dashboards:exchange-quarantine")),
            (str(row.id), ""),
        ],
        "row": row,
        "source": source_of(row.source),
        "state": _(STATE_LABELS[row.state]),
        "tone": _TONES[row.state].value,
        "faults": [fault.explain(_) for fault in row.faults],
        # Columns of the case itself first; those of its other rows, by far the most, folded.
        "fields": [pair for pair in held.fields if not pair[0].startswith("#")],
        "steps": [pair for pair in held.fields if pair[0].startswith("#")],
        "acts": [
            (instant(act.at), act.by, _(_ACTS[act.act]) if act.act in _ACTS else act.act, act.details)
            for act in held.acts
        ],
        "open": open_to_me,
        "correcting": correcting,
        "dropping": dropping,
    }
    return render(request, "dashboards/exchange/record.html", context, status=status)


@permission("imports.view")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, conflict: int) -> HttpResponse:
    """Show two branches of a case, or what its holder refused, and settle it."""
    names = get_names(on=timezone.localdate())
    if reach.NO_COUNTY not in reach.counties_of(request.scope, names):  # type: ignore[attr-defined]
        raise Http404
    settling = reach.NO_COUNTY in reach.counties_of(allowed(request.user, SETTLE), names)
    try:
        row = get_conflict(conflict)
    except ConflictUnknown:
        raise Http404 from None
    form = SettleForm(request.POST or None, choices=choices_for(row.kind))
    status = 200
    if request.method == "POST":
        if not settling:
            raise Http404
        status = _REFUSED
        if form.is_valid():
            choice = form.cleaned_data["choice"]
            try:
                settle_conflict(conflict=conflict, choice=choice, by=get_actor(request.user), at=timezone.now())
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("冲突已裁定"))
                return HttpResponseRedirect(reverse(_HEALTH))
    titles = {node.name: node.title for node in list_nodes()}
    context = {
        "title": _(CONFLICT_LABELS[row.kind]),
        "crumbs": [(_("数据交换"), reverse(_HEALTH)), (row.number, "")],
        "row": row,
        "node": titles.get(row.node, row.node),
        "found": instant(row.found_at),
        "settled": instant(row.settled_at),
        "choice": _(CHOICES[row.choice]) if row.choice in CHOICES else "",
        "ours": branch(_("本节点的记录"), row.ours) if row.ours else None,
        "theirs": branch(_("对方节点的记录"), row.theirs) if row.theirs else None,
        "open": settling and row.state is ConflictState.OPEN,
        "form": form,
    }
    return render(request, "dashboards/exchange/conflict.html", context, status=status)
