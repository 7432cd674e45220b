"""Reconciling: what came of each source on each day and where it stands now, beside what the source declares."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncDate

from yichuang.calendar.values import CHINA
from yichuang.exchange.domain.faults import Fault
from yichuang.exchange.domain.refusals import SourceUnknown
from yichuang.exchange.models import ConnectionState, DeclaredVolume, LandedRow, QuarantinedRecord
from yichuang.exchange.quarantine import faults_from_text
from yichuang.exchange.values import OPEN, ConnectionRow, DayBalance, RowState


def list_connections(*, now: datetime) -> tuple[ConnectionRow, ...]:
    """Return every source that was ever read, by name; a handful of queries whatever their number."""
    states = list(ConnectionState.objects.defer("mapping_text", "cursors").order_by("source"))
    backlog = _counts(LandedRow.objects.filter(state=RowState.WAITING))
    broken = _counts(QuarantinedRecord.objects.filter(state__in=OPEN))
    volumes = {
        source: (rows, since)
        for source, rows, since in DeclaredVolume.objects.order_by()
        .values_list("source")
        .annotate(rows=Sum("rows"), since=Min("day"))
    }
    return tuple(
        _row(one, now=now, backlog=backlog.get(one.source, 0), broken=broken.get(one.source, 0), volumes=volumes)
        for one in states
    )


def reconcile(source: str, *, since: date, until: date) -> tuple[DayBalance, ...]:
    """Return the balance of every day from `since` on, before `until`, on which rows first came or were declared."""
    if not ConnectionState.objects.filter(source=source).exists():
        existing = "、".join(ConnectionState.objects.order_by("source").values_list("source", flat=True))
        raise SourceUnknown(source=source, existing=existing or "—")
    rows = (
        LandedRow.objects.filter(source=source, first_seen_at__gte=_start(since), first_seen_at__lt=_start(until))
        .order_by()
        .annotate(day=TruncDate("first_seen_at", tzinfo=CHINA))
        .values("day")
        .annotate(sent=Count("id"), **{f"as_{state}": Count("id", filter=Q(state=state.value)) for state in RowState})
        .values_list("day", "sent", *[f"as_{state}" for state in RowState])
    )
    declared = dict(
        DeclaredVolume.objects.filter(source=source, day__gte=since, day__lt=until).values_list("day", "rows")
    )
    found = {row[0]: row[1:] for row in rows}
    days = []
    for day in sorted({*found, *declared}):
        sent, waiting, filed, quarantined, refused = found.get(day, (0, 0, 0, 0, 0))
        days.append(DayBalance(day, sent, filed, waiting + quarantined, refused, quarantined, declared.get(day)))
    return tuple(days)


def _row(
    state: ConnectionState, *, now: datetime, backlog: int, broken: int, volumes: Mapping[str, tuple[int, date]]
) -> ConnectionRow:
    newest, (declared, since) = state.newest_changed_at, volumes.get(state.source, (None, None))
    faults: tuple[Fault, ...] = faults_from_text(state.last_error) if state.last_error else ()
    return ConnectionRow(
        source=state.source,
        title=state.title,
        county=state.county,
        mapping=state.mapping_name,
        every_seconds=state.every_seconds,
        last_polled_at=state.last_polled_at,
        last_row_at=state.last_row_at,
        newest_changed_at=newest,
        delay_seconds=None if newest is None else int((now - newest).total_seconds()),
        rows=state.rows_total,
        backlog=backlog,
        waiting=broken,
        error="；".join(fault.explain() for fault in faults),
        error_at=state.last_error_at,
        failures=state.failures,
        declared=declared,
        complete_permille=_complete(state.source, declared, since),
    )


def _complete(source: str, declared: int | None, since: date | None) -> int | None:
    """Return how much came of what was declared, in thousandths, the whole at most: days are the source's own."""
    if not declared or since is None:
        return None
    came = LandedRow.objects.filter(source=source).filter(
        Q(changed_at__gte=_start(since)) | Q(changed_at__isnull=True, first_seen_at__gte=_start(since))
    )
    return min(1000, came.count() * 1000 // declared)


def _counts(rows: object) -> dict[str, int]:
    return dict(rows.order_by().values_list("source").annotate(Count("id")))  # type: ignore[attr-defined]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
