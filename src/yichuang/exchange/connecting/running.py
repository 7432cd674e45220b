"""Running: one pass over a source (read, then file), and passes over all of them for good.

Rows are read to the end of every table before the first case is filed, so that cases are filed whole. A pass that
cannot read to the end files nothing: what was landed waits, and the next pass goes on from there.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, OperationalError
from django.db.models import F, QuerySet

from yichuang.calendar.values import local_day
from yichuang.exchange.connecting.dropping import take_files
from yichuang.exchange.connecting.filing import CHUNK, CaseFiler
from yichuang.exchange.connecting.gathering import left_cases, waiting_cases
from yichuang.exchange.connecting.listing import take_up_listed
from yichuang.exchange.connecting.locking import locked
from yichuang.exchange.connecting.plan import Plan, plan_of
from yichuang.exchange.connecting.polling import Poller, Progress, from_the_start
from yichuang.exchange.connecting.volumes import take_declared
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import fault_of
from yichuang.exchange.domain.lookups import lookups_of
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.refusals import DatabaseSilent, PassBroken
from yichuang.exchange.importing import load_guests, read_mapping, translator_of
from yichuang.exchange.models import ConnectionState, ExchangeBatch, LandedRow
from yichuang.exchange.quarantine import faults_to_text
from yichuang.exchange.reading.tables.opening import open_tables
from yichuang.exchange.values import BatchState, PassReport, RowState
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

FILING = N_("入账")


def connector_of(mapping: Path) -> Actor:
    """Return the actor in whose name a mapping files."""
    name = f"connect:{mapping.stem}"[:64]
    return Actor(id=name, name=name, kind=ActorKind.CONNECTOR)


def list_mappings(folder: Path) -> list[Path]:
    """Return the mappings of the connections folder by name; none where there is no such folder."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file()) if folder.is_dir() else []


def run_once(
    *,
    mapping: Path,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
    limit: int | None = None,
    from_start: bool = False,
) -> PassReport:
    """Do one pass; see `commands.connect_once`."""
    started = time.monotonic()
    try:
        told = read_mapping(mapping)
    except Refusal as refusal:
        _note_unreadable(mapping, refusal, at=at)
        raise

    def clock() -> datetime:
        # A pass may take an hour: what reached us at its end was not received at its beginning.
        return at + timedelta(seconds=time.monotonic() - started)

    with locked(told.mapping.source):
        state = _state_of(told, from_start=from_start)
        report = PassReport(source=told.mapping.source)
        try:
            load_guests(told, mapping.parent, by=by, at=at)
            if told.mapping.of_tables:
                _read_and_file(told, state, report, by=by, clock=clock, progress=progress, limit=limit)
            else:
                take_files(mapping, told, state, report, by=by, clock=clock, progress=progress)
        except Refusal as refusal:
            _note_failure(state, refusal, at=clock())
            raise
        except Exception as fault:
            # A fault of ours is no less a failure of the source's line than one of the source.
            with suppress(DatabaseError):
                _note_failure(state, pass_broken(fault), at=clock())
            raise
        state.last_polled_at, state.failures, state.last_error, state.last_error_at = clock(), 0, "", None
        state.save(update_fields=["last_polled_at", "failures", "last_error", "last_error_at"])
    report.seconds = time.monotonic() - started
    return report


def _read_and_file(
    told: MappingFile,
    state: ConnectionState,
    report: PassReport,
    *,
    by: Actor,
    clock: Callable[[], datetime],
    progress: Progress | None,
    limit: int | None,
) -> None:
    plan = plan_of(told.mapping)
    reader = open_tables(told.mapping, environ=os.environ)
    try:
        reader.require(told.mapping)
        Poller(reader, plan, state, clock, progress=progress, limit=limit).poll(report)
        if told.mapping.declared is not None:
            take_declared(reader, told.mapping, told.mapping.declared)
    finally:
        reader.close()
    file_waiting(told, plan, report, by=by, clock=clock, progress=progress)


def file_waiting(
    told: MappingFile,
    plan: Plan,
    report: PassReport,
    *,
    by: Actor,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> None:
    """File every case of a source of which something waits."""
    source, filer, done = told.mapping.source, None, 0
    translator = None
    if any(lookups_of(told.mapping)):
        # After the rows: a code that came with them is in its dictionary by now.
        translator = translator_of(told.mapping, on=local_day(clock()))
        take_up_listed(source, translator.decoder.dictionaries)
    for keys in _pieces(source):
        if filer is None:
            translator = translator or translator_of(told.mapping, on=local_day(clock()))
            filer = CaseFiler(plan, translator, batch=batch_of(told, by=by, at=clock()), by=by)
        filer.file(keys, report, at=clock())
        done += len(keys)
        if progress is not None:
            progress(FILING, done, None)
    report.waiting = LandedRow.objects.filter(source=source, state=RowState.WAITING).count()


def _pieces(source: str) -> Iterator[list[str]]:
    """Yield what waits piece by piece: first the cases that rows have left, of which filing leaves none."""
    while keys := left_cases(source, limit=CHUNK):
        yield keys
    after = ""
    while keys := waiting_cases(source, after=after, limit=CHUNK):
        yield keys
        after = keys[-1]


def batch_of(told: MappingFile, *, by: Actor, at: datetime) -> ExchangeBatch:
    """Return the account of this source's day, by this mapping: a pass is too small to have one of its own."""
    name = f"{told.mapping.source}@{local_day(at).isoformat()}"
    same: QuerySet[ExchangeBatch] = ExchangeBatch.objects.filter(source=told.mapping.source, file=name)
    batch = next((one for one in same.order_by("-id")[:1] if one.mapping_text == told.text), None)
    if batch is None:
        batch = ExchangeBatch(source=told.mapping.source, file=name, file_digest="", encoding="", started_at=at)
    batch.mapping, batch.mapping_text = told.name[-255:], told.text
    batch.by_id, batch.by_name = by.id, by.name
    batch.state, batch.finished_at = BatchState.FINISHED, at
    batch.save()
    return batch


def _state_of(told: MappingFile, *, from_start: bool) -> ConnectionState:
    mapping = told.mapping
    state = ConnectionState.objects.filter(source=mapping.source).first() or ConnectionState(source=mapping.source)
    if state.pk is not None and state.mapping_text != told.text:
        # A mapping that was put right may know what to do with what waits in quarantine.
        LandedRow.objects.filter(source=mapping.source, state=RowState.QUARANTINED).update(state=RowState.WAITING)
    division = m.as_value(mapping.case.get("division", "")).constant or ""
    state.title, state.county = mapping.title[:200], (mapping.county or division)[:12]
    state.mapping_name, state.mapping_text = told.name[-255:], told.text
    state.every_seconds = mapping.every_seconds
    if from_start:
        state.cursors = from_the_start(state.cursors)
    state.save()
    return state


def _note_failure(state: ConnectionState, refusal: Refusal, *, at: datetime) -> None:
    # A refusal inside a transaction has taken the row in memory further than the one that stands.
    ConnectionState.objects.filter(pk=state.pk).update(
        failures=F("failures") + 1,
        last_error=faults_to_text([fault_of(refusal)]),
        last_error_at=at,
    )


def _note_unreadable(mapping: Path, refusal: Refusal, *, at: datetime) -> None:
    """Count it as a failure of the source that the mapping named when it could last be read, if there was one."""
    state = ConnectionState.objects.filter(mapping_name=mapping.name[-255:]).order_by("-id").first()
    if state is not None:
        _note_failure(state, refusal, at=at)


def pass_broken(fault: Exception) -> Refusal:
    """Return for people what a fault is that is no refusal; its trace stands in the log."""
    if isinstance(fault, OperationalError):
        return DatabaseSilent()
    return PassBroken(kind=type(fault).__name__)
