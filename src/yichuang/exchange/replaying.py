"""Replaying: quarantined records through translation and ledger again, by the same path as the first time."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.exchange.connecting.filing import CaseFiler
from yichuang.exchange.connecting.plan import plan_of
from yichuang.exchange.connecting.running import batch_of
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.records import record_from_json
from yichuang.exchange.domain.refusals import RecordSettled, RecordUnknown
from yichuang.exchange.domain.translate import Translator
from yichuang.exchange.filing import file_records
from yichuang.exchange.importing import CHUNK, load_guests, read_mapping, translator_of
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord
from yichuang.exchange.presets import mapping_of
from yichuang.exchange.quarantine import change
from yichuang.exchange.reading.tables.refusals import SourceRefusal
from yichuang.exchange.values import OPEN, STATE_LABELS, PassReport, QuarantineState, ReplayReport
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_


def get_open(record: int, *, act: str) -> QuarantinedRecord:
    """Return a record that still waits, locked; raises RecordUnknown or RecordSettled."""
    row = QuarantinedRecord.objects.select_for_update().filter(pk=record).first()
    if row is None:
        raise RecordUnknown(record=record)
    state = QuarantineState(row.state)
    if state not in OPEN:
        raise RecordSettled(record=record, state=STATE_LABELS[state], act=act)
    return row


def run(*, by: Actor, at: datetime, records: Sequence[int], mapping: Path | None, source: str) -> ReplayReport:
    """Replay; see `commands.replay_records`. Raises a SourceRefusal, when all others have been sent, where the
    dictionaries of a source cannot be read.
    """
    told = read_mapping(mapping) if mapping is not None else None
    if told is not None and mapping is not None:
        load_guests(told, mapping.parent, by=by, at=at)
    waiting = QuarantinedRecord.objects.filter(state__in=OPEN).order_by("batch_id", "id")
    if told is not None:
        waiting = waiting.filter(source=told.mapping.source)
    if source:
        waiting = waiting.filter(source=source)
    if records:
        with transaction.atomic():
            for record in records:
                get_open(record, act=N_("重送"))
        waiting = waiting.filter(pk__in=records)
    by_batch: dict[int, list[int]] = {}
    for batch_id, pk in waiting.values_list("batch_id", "id"):
        by_batch.setdefault(batch_id, []).append(pk)
    sent = filed = new_events = unchanged = 0
    refused: SourceRefusal | None = None
    for batch_id, ids in by_batch.items():
        batch = ExchangeBatch.objects.get(pk=batch_id)
        by_this = told or mapping_of(name=batch.mapping, text=batch.mapping_text)
        try:
            translator = translator_of(by_this.mapping, on=local_day(at), encoding=batch.encoding)
        except SourceRefusal as refusal:
            # Its dictionaries cannot be read now: that holds up no other source.
            refused = refusal
            continue
        for start in range(0, len(ids), CHUNK):
            answer = _replay(ids[start : start + CHUNK], by_this, translator, by=by, at=at)
            sent, filed, new_events, unchanged = (
                sum(pair) for pair in zip((sent, filed, new_events, unchanged), answer, strict=True)
            )
    if refused is not None:
        raise refused
    return ReplayReport(sent, filed, new_events, unchanged, sent - filed - unchanged)


@transaction.atomic
def _replay(
    ids: Sequence[int], told: MappingFile, translator: Translator, *, by: Actor, at: datetime
) -> tuple[int, int, int, int]:
    rows = list(QuarantinedRecord.objects.select_for_update().filter(pk__in=ids, state__in=OPEN).order_by("id"))
    landed = [row for row in rows if row.case_key]
    counts = _gather_again(landed, told, translator, by=by, at=at) if landed else (0, 0, 0, 0)
    rows = [row for row in rows if not row.case_key]
    translated = [translator.translate(record_from_json(row.record), received_at=at) for row in rows]
    filed = new_events = unchanged = 0
    outcomes = file_records(translated, translator=translator, by=by, now=at)
    for row, one in zip(rows, outcomes, strict=True):
        if one.faults:
            change(row, state=QuarantineState(row.state), act="replay", by=by, at=at, faults=one.faults,
                   details="、".join(dict.fromkeys(fault.code for fault in one.faults)))  # fmt: skip
            continue
        row.source_key = one.translated.key
        change(row, state=QuarantineState.REPLAYED, act="replay", by=by, at=at, faults=())
        filed += one.new_events > 0
        unchanged += one.new_events == 0
        new_events += one.new_events
    sent = (len(rows), filed, new_events, unchanged)
    return tuple(sum(pair) for pair in zip(counts, sent, strict=True))  # type: ignore[return-value] - four of them


def _gather_again(
    rows: Sequence[QuarantinedRecord], told: MappingFile, translator: Translator, *, by: Actor, at: datetime
) -> tuple[int, int, int, int]:
    """Replay cases of connections: from their landed rows as they stand now, with what was put right in them."""
    plan = plan_of(told.mapping)
    report = PassReport(source=told.mapping.source)
    filer = CaseFiler(plan, translator, batch=batch_of(told, by=by, at=at), by=by)
    filer.file(sorted({row.case_key for row in rows}), report, at=at)
    return len(rows), report.filed, report.new_events, report.unchanged
