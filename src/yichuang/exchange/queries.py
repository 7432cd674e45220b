"""The door for reading: batches and quarantine, as values. Fields of persons come out masked."""

from collections.abc import Sequence

from django.db.models import Count

from yichuang.exchange.connecting.reconciling import list_connections, reconcile
from yichuang.exchange.domain.faults import shorten
from yichuang.exchange.domain.mapping_file import MappingFaulty
from yichuang.exchange.domain.records import record_from_json
from yichuang.exchange.domain.refusals import RecordUnknown
from yichuang.exchange.domain.translate import Translator
from yichuang.exchange.export.files import stream as stream_log
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord, QuarantineLog
from yichuang.exchange.nodes.configuration import is_node
from yichuang.exchange.nodes.conflicts import get_conflict, list_conflicts
from yichuang.exchange.nodes.declaring import list_days as list_declared_days
from yichuang.exchange.nodes.fetching import get_coming
from yichuang.exchange.nodes.incoming import wanted as wanted_number
from yichuang.exchange.nodes.outgoing import after as envelopes_after
from yichuang.exchange.nodes.outgoing import pending as pending_envelopes
from yichuang.exchange.nodes.requests import list_requests
from yichuang.exchange.nodes.showing import list_held, list_node_names, list_nodes
from yichuang.exchange.presets import mapping_of
from yichuang.exchange.quarantine import faults_from_text
from yichuang.exchange.reading.source import digest_of as digest_file
from yichuang.exchange.sources import list_sources
from yichuang.exchange.tables import peek_table, read_table
from yichuang.exchange.values import (
    OPEN,
    BatchRow,
    BatchState,
    QuarantineAct,
    QuarantinedFile,
    QuarantineRow,
    QuarantineState,
)
from yichuang.exchange.webhooks.subscribing import any_active as has_webhooks
from yichuang.exchange.webhooks.subscribing import get as get_webhook
from yichuang.exchange.webhooks.subscribing import list_of as list_webhooks
from yichuang.exchange.webhooks.subscribing import page_deliveries as page_webhook_deliveries
from yichuang.kernel.masking import mask_identifier

__all__ = [
    "count_quarantine",
    "digest_file",
    "envelopes_after",
    "get_coming",
    "get_conflict",
    "get_quarantined",
    "get_webhook",
    "has_webhooks",
    "is_node",
    "list_batches",
    "list_conflicts",
    "list_connections",
    "list_declared_days",
    "list_held",
    "list_node_names",
    "list_nodes",
    "list_quarantine",
    "list_requests",
    "list_sources",
    "list_webhooks",
    "page_webhook_deliveries",
    "peek_table",
    "pending_envelopes",
    "read_table",
    "reconcile",
    "stream_log",
    "wanted_number",
]


def list_batches(*, source: str = "", limit: int = 50) -> tuple[BatchRow, ...]:
    """Return the latest imports, newest first."""
    rows = ExchangeBatch.objects.order_by("-id")
    if source:
        rows = rows.filter(source=source)
    return tuple(_batch(row) for row in rows.defer("mapping_text")[:limit])


def list_quarantine(
    *, source: str = "", states: Sequence[QuarantineState] = OPEN, after: int = 0, limit: int = 50
) -> tuple[QuarantineRow, ...]:
    """Return quarantined records in the order in which they came, from behind the record `after`."""
    rows = QuarantinedRecord.objects.filter(state__in=states, id__gt=after).order_by("id")
    if source:
        rows = rows.filter(source=source)
    return tuple(_row(row) for row in rows.select_related("batch").defer("original", "record")[:limit])


def count_quarantine(*, source: str = "") -> dict[QuarantineState, int]:
    """Return how many records stand in each state."""
    rows = QuarantinedRecord.objects.order_by()
    if source:
        rows = rows.filter(source=source)
    counted = dict(rows.values_list("state").annotate(Count("id")))
    return {state: counted.get(state.value, 0) for state in QuarantineState}


def get_quarantined(record: int) -> QuarantinedFile:
    """Return one quarantined record with its fields, faults and what was done to it; raises RecordUnknown."""
    row = QuarantinedRecord.objects.select_related("batch").filter(pk=record).first()
    if row is None:
        raise RecordUnknown(record=record)
    personal = _personal(row.batch)
    fields = []
    for name, value in record_from_json(row.record).fields():
        column = name.partition(".")[2] if name.startswith("#") else name
        hidden = personal is None or column in personal
        fields.append((name, shorten(mask_identifier("other", value) if hidden else value)))
    log = QuarantineLog.objects.filter(record=row).order_by("id")
    acts = tuple(QuarantineAct(one.at, one.by_name, one.act, one.details) for one in log)
    return QuarantinedFile(_row(row), tuple(fields), acts)


def _personal(batch: ExchangeBatch) -> frozenset[str] | None:
    """Return the columns that belong to a person; None where nobody can tell any more, and all must be hidden."""
    try:
        return Translator(mapping_of(name=batch.mapping, text=batch.mapping_text).mapping).personal
    except MappingFaulty:
        return None


def _batch(row: ExchangeBatch) -> BatchRow:
    return BatchRow(
        id=row.pk,
        source=row.source,
        file=row.file,
        mapping=row.mapping,
        state=BatchState(row.state),
        started_at=row.started_at,
        finished_at=row.finished_at,
        by=row.by_name,
        read=row.read,
        filed=row.filed,
        new_events=row.new_events,
        unchanged=row.unchanged,
        waiting=row.waiting,
        settled=row.settled,
        source_events=row.source_events,
    )


def _row(row: QuarantinedRecord) -> QuarantineRow:
    return QuarantineRow(
        id=row.pk,
        source=row.source,
        source_key=row.source_key,
        file=row.batch.file,
        row=row.row,
        state=QuarantineState(row.state),
        faults=faults_from_text(row.faults),
        created_at=row.created_at,
    )
