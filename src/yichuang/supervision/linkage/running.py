"""Running: one run of linking. Entries and cases in, exact keys, weights, assignment, outcomes, leads out.

Everything is read before anything is written, and the leads of a run are written in one transaction: a run that was cut
off leaves the leads of the run before. What reviewers said stands above what is computed.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from yichuang.cases import queries as cases
from yichuang.kernel.actor import Actor
from yichuang.supervision.domain.linkage.outcomes import Thresholds
from yichuang.supervision.domain.linkage.records import Record, case_record, entry_record
from yichuang.supervision.domain.linkage.terms import LinkTerms, terms_on
from yichuang.supervision.domain.linkage.thresholds import Label, learn
from yichuang.supervision.domain.linkage.values import LinkReport
from yichuang.supervision.domain.linkage.words import EntryState, LinkKind, Verdict
from yichuang.supervision.linkage.importing import get_salt
from yichuang.supervision.linkage.places import firm_places
from yichuang.supervision.linkage.work import Found, Work
from yichuang.supervision.models import EntryChange, Lead, LeadVerdict, LinkRun, RegisterEntry, Threshold

# What is compared is deterministic; the number is kept so that a later way of sampling can be told from this one.
SEED = 1
_AT_ONCE = 500

Progress = Callable[[str, int, int], None]


def link_registers(
    *,
    as_of: date,
    organisation: str = "",
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> LinkReport:
    """Link the entries of departments' registers, decided up to a day, to the centre's cases, and keep what it says.

    With `organisation` only that department's entries. `progress` hears (stage, done, all); stages: read, exact,
    weigh, write. The same entries, cases and verdicts give the same result on any engine (YICHUANG_BULK_URL).
    """
    # Only here: the engines take longer to load than a page to answer.
    from yichuang.supervision.linkage.engine import engine_of

    started = time.monotonic()
    tell = progress or _quiet
    terms = terms_on(as_of)
    rows = list(_entries(as_of, organisation))
    tell("read", 0, len(rows))
    entries, files = _records(rows, as_of=as_of)
    tell("read", len(rows), len(rows))
    engine = engine_of(str(settings.BULK_URL))
    before, thresholds, labels = _thresholds(terms)
    work = Work(entries, files, terms=terms, thresholds=thresholds, as_of=as_of, verdicts=_verdicts(rows))
    work.by_verdict()
    work.exactly()
    tell("exact", len(work.found), len(entries))
    model = work.weigh(engine)
    tell("weigh", len(entries), len(entries))
    with transaction.atomic():
        run = LinkRun.objects.create(
            as_of=as_of,
            organisation=organisation,
            started_at=at,
            by_id=by.id,
            by_name=by.name,
            engine=engine.name,
            seed=SEED,
            entries=len(entries),
            cases=len(files),
            model=json.dumps(model, sort_keys=True),
            result_digest=work.digest(),
        )
        Threshold.objects.create(
            run=run,
            link_from=thresholds.link_from,
            link_before=before.link_from,
            doubt_from=thresholds.doubt_from,
            doubt_before=before.doubt_from,
            verdicts=len(labels),
            same=sum(label.same for label in labels),
        )
        _write(rows, work, run, tell)
        _close(run, work, at=at, milliseconds=round(1000 * (time.monotonic() - started)))
    # Queries build the report; imported late, because they import nothing of this module's weight.
    from yichuang.supervision.linkage.looking import get_link_run

    return get_link_run(run.pk)


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


# --- what is read -----------------------------------------------------------------------------------------------------


def _entries(as_of: date, organisation: str) -> Iterable[RegisterEntry]:
    rows = RegisterEntry.objects.filter(state=EntryState.STANDING.value, decided_on__lte=as_of)
    if organisation:
        rows = rows.filter(organisation=organisation)
    return rows.select_related("register").defer("content", "faults").order_by("register__code", "identity")


def _records(rows: Sequence[RegisterEntry], *, as_of: date) -> tuple[list[Record], list[Record]]:
    places, salt = firm_places(on=as_of), get_salt()
    entries = [
        entry_record(
            register=row.register.code,
            identity=row.identity,
            county=row.county,
            organisation=row.organisation,
            item=row.item,
            item_options=row.item_options.split(),
            holder_kind=row.holder_kind,
            holder_name=row.holder_name,
            holder_code=row.holder_code,
            holder_digest=row.holder_digest,
            holder_tail=row.holder_tail,
            document_number=row.document_number,
            area=row.area,
            case_number=row.case_number,
            decided_on=row.decided_on,
            places=places,
        )
        for row in rows
        if row.decided_on is not None
    ]
    counties = sorted({row.county for row in rows})
    files = [
        case_record(
            number=one.number,
            county=one.county,
            town=one.town,
            organisation=one.organisation,
            item=one.item,
            name=one.name,
            id_type=one.id_type,
            id_number=one.id_number,
            certificate_number=one.certificate_number,
            received_on=one.received_on,
            decided_on=one.decided_on,
            closed_on=one.closed_on,
            granted=one.granted,
            places=places,
            salt=salt,
        )
        for one in cases.list_linkable(counties=counties, received_until=as_of + timedelta(days=1))
    ]
    return entries, files


def _verdicts(rows: Sequence[RegisterEntry]) -> dict[str, LeadVerdict]:
    """Return the last verdict on each entry by its record's id; one on what the row said before it changed is void."""
    ids = {row.pk: f"{row.register.code}:{row.identity}" for row in rows}
    replaced = dict(EntryChange.objects.filter(act="replace").order_by("id").values_list("entry_id", "at"))
    found: dict[str, LeadVerdict] = {}
    for verdict in LeadVerdict.objects.order_by("id"):
        if verdict.entry_id in ids and not verdict.at < replaced.get(verdict.entry_id, verdict.at):
            found[ids[verdict.entry_id]] = verdict
    return found


def _thresholds(terms: LinkTerms) -> tuple[Thresholds, Thresholds, list[Label]]:
    """Return the thresholds of the run before, those that all verdicts so far give, and the verdicts as labels."""
    last = Threshold.objects.order_by("-run_id").first()
    before = terms.thresholds if last is None else Thresholds(last.link_from, last.doubt_from)
    judged = LeadVerdict.objects.filter(same__isnull=False, weight__isnull=False).order_by("id")
    columns = ("entry_id", "case_number", "weight", "same")
    # Of two verdicts on one pair the later counts.
    pairs = {(entry, case): Label(weight, same) for entry, case, weight, same in judged.values_list(*columns)}
    labels = sorted(pairs.values())
    learnt = learn(
        labels,
        start=terms.thresholds,
        precision=terms.precision.value,
        furthest=round(100 * terms.furthest.value),
    )
    return before, learnt, labels


# --- what is written --------------------------------------------------------------------------------------------------

_COLUMNS = (
    "run_id",
    "outcome",
    "ground",
    "kind",
    "case_number",
    "matched",
    "weight",
    "probability_permille",
    "comparisons",
    "apart_days",
    "centre_volume",
    "county",
    "organisation",
    "department",
    "item",
    "decided_on",
    "verdict",
    "reviewed_at",
    "reviewed_by",
    "reason",
)


def _write(rows: Sequence[RegisterEntry], work: Work, run: LinkRun, tell: Progress) -> None:
    records = {one.id: one for one in work.entries}
    standing = dict(Lead.objects.filter(entry__in=rows).values_list("entry_id", "pk")) if len(rows) <= _AT_ONCE else {}
    if not standing and len(rows) > _AT_ONCE:
        standing = dict(Lead.objects.values_list("entry_id", "pk"))
    fresh, changed = [], []
    for row in rows:
        key = f"{row.register.code}:{row.identity}"
        lead = _lead(row, work.found[key], work.volume(records[key]), work.verdicts.get(key), run)
        if row.pk in standing:
            lead.pk = standing[row.pk]
            changed.append(lead)
        else:
            fresh.append(lead)
    # Leads of rows that were dropped or turned faulty say nothing any more.
    Lead.objects.exclude(entry__state=EntryState.STANDING.value).delete()
    for start in range(0, len(fresh), 5 * _AT_ONCE):
        Lead.objects.bulk_create(fresh[start : start + 5 * _AT_ONCE], batch_size=_AT_ONCE)
        tell("write", start, len(rows))
    for start in range(0, len(changed), 5 * _AT_ONCE):
        part = changed[start : start + 5 * _AT_ONCE]
        # Written anew under their own ids: an UPDATE of twenty columns a row takes ten times as long.
        Lead.objects.filter(pk__in=[one.pk for one in part]).delete()
        Lead.objects.bulk_create(part, batch_size=_AT_ONCE)
        tell("write", len(fresh) + start, len(rows))
    tell("write", len(rows), len(rows))


def _lead(row: RegisterEntry, found: Found, volume: int, verdict: LeadVerdict | None, run: LinkRun) -> Lead:
    weight = found.weight
    return Lead(
        entry=row,
        run=run,
        outcome=found.judged.outcome.value,
        ground=found.judged.ground.value,
        kind=found.kind.value,
        case_number=found.case,
        matched=found.judged.matched,
        weight=weight,
        probability_permille=_permille(weight) if weight is not None else 1000 * found.judged.matched,
        comparisons=json.dumps(found.parts, separators=(",", ":")) if found.parts else "",
        apart_days=found.judged.apart_days,
        centre_volume=volume,
        county=row.county,
        organisation=row.organisation,
        department=row.department,
        item=row.item,
        decided_on=row.decided_on,
        verdict=verdict.verdict if verdict else Verdict.NONE.value,
        reviewed_at=verdict.at if verdict else None,
        reviewed_by=verdict.by_name if verdict else "",
        reason=verdict.reason if verdict else "",
    )


def _permille(weight: int) -> int:
    """Return a weight as a chance: odds double with every bit (hundredths of a bit)."""
    odds = 2.0 ** max(min(weight / 100, 60.0), -60.0)
    return round(1000 * odds / (1 + odds))


def _close(run: LinkRun, work: Work, *, at: datetime, milliseconds: int) -> None:
    kinds = Counter(one.kind for one in work.found.values())
    outcomes = Counter(one.judged.outcome.value for one in work.found.values())
    run.exact, run.probable = kinds[LinkKind.EXACT] + kinds[LinkKind.REVIEWED], kinds[LinkKind.PROBABLE]
    run.inside, run.outside = outcomes["inside"], outcomes["outside"]
    run.double, run.undecided = outcomes["double"], outcomes["undecided"]
    run.finished_at, run.milliseconds = at, milliseconds
    run.save()
