"""Looking: registers, runs and leads as values, inside the reader's scope. Persons come out masked."""

import json
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.kernel.masking import mask_name
from yichuang.kernel.page import Page
from yichuang.supervision.domain.linkage.refusals import LeadUnknown
from yichuang.supervision.domain.linkage.rows import PERSON
from yichuang.supervision.domain.linkage.values import (
    LeadFile,
    LeadFilter,
    LeadRow,
    LinkReport,
    RegisterRow,
    ThresholdRow,
    VerdictRow,
)
from yichuang.supervision.domain.linkage.words import (
    EntryState,
    Ground,
    LeadOutcome,
    LinkKind,
    RegisterKind,
    Verdict,
)
from yichuang.supervision.linkage.evidence import content_of, sides_of, sum_up
from yichuang.supervision.models import Lead, LeadVerdict, LinkRun, Register, RegisterEntry, RegisterImport, Threshold

_GROUPS = {
    "outcome": "outcome",
    "county": "county",
    "department": "department",
    "organisation": "organisation",
    "item": "item",
    "register": "entry__register__code",
    "verdict": "verdict",
    "ground": "ground",
}


def chosen_leads(chosen: LeadFilter, *, scope: Scope) -> "QuerySet[Lead, Lead]":
    """Return what a filter selects inside a scope."""
    rows = Lead.objects.filter(within(scope, division="county", organisation="organisation"))
    rows = rows.filter(outcome__in=[one.value for one in chosen.outcomes])
    if chosen.reviewed is not None:
        rows = rows.exclude(verdict="") if chosen.reviewed else rows.filter(verdict="")
    if chosen.verdict is not None:
        rows = rows.filter(verdict=chosen.verdict.value)
    for name in ("county", "department", "organisation", "item"):
        if value := getattr(chosen, name):
            rows = rows.filter(**{name: value})
    if chosen.register:
        rows = rows.filter(entry__register__code=chosen.register)
    if chosen.from_on:
        rows = rows.filter(decided_on__gte=chosen.from_on)
    if chosen.until:
        rows = rows.filter(decided_on__lt=chosen.until)
    if chosen.number:
        rows = rows.filter(case_number=chosen.number)
    if text := chosen.text.strip():
        rows = rows.filter(Q(entry__document_number__contains=text) | Q(entry__holder_name__contains=text))
    return rows


def page_leads(*, chosen: LeadFilter, scope: Scope, after: str = "", limit: int = 50) -> Page[LeadRow]:
    """Return one page of leads, the latest decision first; `after` is a page's cursor."""
    rows = chosen_leads(chosen, scope=scope).select_related("entry", "entry__register")
    if after:
        on, _, lead = after.partition("~")
        if not lead.isdigit():
            raise LeadUnknown(lead=after)
        rows = rows.filter(Q(decided_on__lt=on) | Q(decided_on=on, pk__lt=int(lead)))
    found = list(rows.order_by("-decided_on", "-id")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    next_after = f"{found[-1].decided_on.isoformat()}~{found[-1].pk}" if more else ""
    return Page(tuple(map(lead_row, found)), next_after)


def count_leads(*, chosen: LeadFilter, scope: Scope, by: str = "outcome") -> dict[str, int]:
    """Return how many leads a filter selects, by outcome, county, department, organisation, item or register."""
    column = _GROUPS[by]
    rows = chosen_leads(chosen, scope=scope).order_by().values_list(column).annotate(Count("id"))
    return dict(sorted((str(key), int(count)) for key, count in rows))


def get_lead(lead: int) -> LeadFile:
    """Return a lead with its evidence side by side and every verdict so far; raises LeadUnknown."""
    row = Lead.objects.select_related("entry", "entry__register", "run").filter(pk=lead).first()
    if row is None:
        raise LeadUnknown(lead=lead)
    told = _threshold(Threshold.objects.filter(run_id=row.run_id).first())
    verdicts = tuple(
        VerdictRow(Verdict(one.verdict), one.reason, one.case_number, one.at, one.by_name)
        for one in LeadVerdict.objects.filter(entry_id=row.entry_id).order_by("id")
    )
    shown = lead_row(row)
    parts = json.loads(row.comparisons) if row.comparisons else []
    summary, details = sum_up(shown, told)
    return LeadFile(
        row=shown,
        sides=sides_of(row, parts),
        content=content_of(row.entry),
        thresholds=told,
        summary=summary,
        summary_details=details,
        verdicts=verdicts,
        run=row.run_id,
        run_on=row.run.as_of,
    )


def lead_row(row: Lead) -> LeadRow:
    """Return a lead as a value; its entry and the entry's register are read with it."""
    entry = row.entry
    return LeadRow(
        id=row.pk,
        register=entry.register.code,
        register_title=entry.register.title,
        register_kind=RegisterKind(entry.register.kind),
        row=entry.row,
        outcome=LeadOutcome(row.outcome),
        ground=Ground(row.ground),
        kind=LinkKind(row.kind),
        matched=row.matched,
        case_number=row.case_number,
        probability_permille=row.probability_permille,
        weight=None if row.weight is None else row.weight / 100,
        apart_days=row.apart_days,
        centre_volume=row.centre_volume,
        county=row.county,
        organisation=row.organisation,
        department=row.department,
        item=row.item,
        item_name=entry.item_name,
        document_number=entry.document_number,
        holder=mask_name(entry.holder_name, is_company=entry.holder_kind != PERSON),
        decided_on=row.decided_on,
        verdict=Verdict(row.verdict),
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        reason=row.reason,
    )


def list_registers(*, scope: Scope) -> tuple[RegisterRow, ...]:
    """Return the registers of a scope with what linking said of their entries, by code."""
    rows = list(Register.objects.filter(within(scope, division="county", organisation="organisation")).order_by("code"))
    entries: dict[int, dict[str, int]] = {}
    for register, state, count in (
        RegisterEntry.objects.order_by().values_list("register_id", "state").annotate(Count("id"))
    ):
        entries.setdefault(register, {})[state] = count
    outcomes: dict[int, dict[LeadOutcome, int]] = {}
    for register, outcome, count in (
        Lead.objects.order_by().values_list("entry__register_id", "outcome").annotate(Count("id"))
    ):
        outcomes.setdefault(register, {})[LeadOutcome(outcome)] = count
    latest = dict(RegisterImport.objects.order_by().values_list("register_id").annotate(Max("finished_at")))
    return tuple(
        RegisterRow(
            code=row.code,
            kind=RegisterKind(row.kind),
            title=row.title,
            county=row.county,
            organisation=row.organisation,
            department=row.department,
            entries=entries.get(row.pk, {}).get(EntryState.STANDING.value, 0),
            faulty=entries.get(row.pk, {}).get(EntryState.FAULTY.value, 0),
            outcomes={one: outcomes.get(row.pk, {}).get(one, 0) for one in LeadOutcome},
            unlinked=entries.get(row.pk, {}).get(EntryState.STANDING.value, 0) - sum(outcomes.get(row.pk, {}).values()),
            imported_at=latest.get(row.pk),
        )
        for row in rows
    )


def list_link_runs(limit: int = 20) -> tuple[LinkReport, ...]:
    """Return the latest runs of linking with their thresholds, newest first."""
    rows = LinkRun.objects.order_by("-id").defer("model").select_related("threshold")[:limit]
    return tuple(map(_report, rows))


def get_link_run(run: int) -> LinkReport:
    """Return one run."""
    return _report(LinkRun.objects.defer("model").select_related("threshold").get(pk=run))


def _report(row: LinkRun) -> LinkReport:
    return LinkReport(
        id=row.pk,
        as_of=row.as_of,
        organisation=row.organisation,
        started_at=row.started_at,
        finished_at=row.finished_at,
        by=row.by_name,
        engine=row.engine,
        seed=row.seed,
        entries=row.entries,
        cases=row.cases,
        exact=row.exact,
        probable=row.probable,
        outcomes={one: int(getattr(row, one.value)) for one in LeadOutcome},
        thresholds=_threshold(getattr(row, "threshold", None)),
        result_digest=row.result_digest,
        seconds=row.milliseconds / 1000,
    )


def _threshold(row: Any) -> ThresholdRow | None:
    if row is None:
        return None
    return ThresholdRow(
        row.link_from / 100,
        row.link_before / 100,
        row.doubt_from / 100,
        row.doubt_before / 100,
        row.verdicts,
        row.same,
    )
