"""Importing: one file by one mapping into the ledger. Read -> validate -> translate -> file; nothing is lost.

The file is read to its end once before its first row is filed, so that a file cut off in the middle is
refused as a whole. Then every chunk of records is filed, and what cannot be filed kept, in one
transaction: an import that is cut off can simply be started again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.catalogue.commands import load_catalogue
from yichuang.exchange.domain.faults import fault_of
from yichuang.exchange.domain.mapping import ORGANISATIONS, Mapping
from yichuang.exchange.domain.mapping_file import MappingFaulty, MappingFile
from yichuang.exchange.domain.records import Record
from yichuang.exchange.domain.refusals import FileMissing, NotYaml, RowRepeated
from yichuang.exchange.domain.translate import Translated, Translator
from yichuang.exchange.filing import Outcome, file_records
from yichuang.exchange.guests import guest_of
from yichuang.exchange.models import ExchangeBatch
from yichuang.exchange.organisations import organisations_by_name
from yichuang.exchange.presets import mapping_of
from yichuang.exchange.quarantine import Keeper
from yichuang.exchange.reading.opening import open_source, require_columns, values_of
from yichuang.exchange.reading.source import digest_of
from yichuang.exchange.reading.tables.dictionaries import read_dictionaries
from yichuang.exchange.values import BatchState, ImportReport
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_

CHUNK = 500
FAULTS_SHOWN = 20

Progress = Callable[[int, int], None]


class _Undone(Exception):
    """Ends a dry run: everything it wrote is taken back."""


def read_mapping(path: Path) -> MappingFile:
    """Return the mapping of a file; raises FileMissing or MappingFaulty."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileMissing(file=str(path), reason=error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        fault = fault_of(NotYaml(reason=N_("不是 UTF-8 编码")), row=line)
        raise MappingFaulty(mapping=path.name, faults=[fault]) from None
    return mapping_of(name=path.name, text=text)


def run(
    *,
    file: Path,
    mapping: Path,
    by: Actor,
    at: datetime,
    encoding: str,
    dry_run: bool,
    progress: Progress | None,
) -> ImportReport:
    """Import a file; see `commands.import_file`."""
    started = time.monotonic()
    told = read_mapping(mapping)
    source = open_source(file, told.mapping, encoding=encoding)
    total = source.survey()
    require_columns(source, told, name=file.name)
    report = ImportReport(source=told.mapping.source, file=file.name, encoding=source.encoding, dry_run=dry_run)
    translator = translator_of(told.mapping, on=local_day(at), encoding=source.encoding)

    def work() -> None:
        load_guests(told, mapping.parent, by=by, at=at)
        batch = ExchangeBatch.objects.create(
            source=told.mapping.source,
            file=file.name[-255:],
            file_digest=digest_of(file),
            encoding=source.encoding,
            mapping=mapping.name[-255:],
            mapping_text=told.text,
            started_at=at,
            by_id=by.id,
            by_name=by.name,
        )
        keeper = Keeper(batch, by=by, at=at)
        for records in _chunks(_translated(source.records(), translator, at)):
            with transaction.atomic():
                outcomes = file_records(
                    records, translator=translator, by=by, now=at, corrections=told.mapping.accepts_corrections
                )
                _take(report, keeper, list(outcomes))
                _note(batch, report)
            if progress is not None:
                progress(report.read, total)
        batch.state, batch.finished_at = BatchState.FINISHED, at
        _note(batch, report)

    if dry_run:
        try:
            with transaction.atomic():
                work()
                raise _Undone
        except _Undone:
            pass
    else:
        work()
    report.seconds = time.monotonic() - started
    return report


def translator_of(mapping: Mapping, *, on: date, encoding: str = "utf-8") -> Translator:
    """Return the translator of a mapping, with our own organisations and the source's dictionaries where the mapping
    asks for them: dictionary tables are read here. Refuses with a SourceRefusal.
    """
    asked = any(value.codes == ORGANISATIONS for value in values_of(mapping))
    return Translator(
        mapping,
        encoding=encoding,
        organisations=organisations_by_name(on=on) if asked else None,
        dictionaries=read_dictionaries(mapping),
    )


def load_guests(told: MappingFile, folder: Path, *, by: Actor, at: datetime) -> None:
    """Load the catalogue that a mapping brings for a source from outside the city; the second time nothing changes."""
    guest = told.mapping.catalogue
    if guest is not None:
        load_catalogue(folder=folder / guest.folder, exercisers=[guest_of(guest.organisation)], by=by, at=at)


def _translated(records: Iterator[Record], translator: Translator, at: datetime) -> Iterator[Translated]:
    """Translate, and set aside every record whose key stood in the file before."""
    first: dict[str, int] = {}
    for record in records:
        one = translator.translate(record, received_at=at)
        if one.key in first and one.filing is not None:
            refusal = RowRepeated(key=one.key, row=first[one.key])
            field = translator.case["source_key"].column
            one = one._replace(filing=None, faults=(fault_of(refusal, row=record.row, field=field, value=one.key),))
        elif one.filing is not None:
            first[one.key] = record.row
        yield one


def _chunks(records: Iterator[Translated]) -> Iterator[list[Translated]]:
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def _take(report: ImportReport, keeper: Keeper, outcomes: Sequence[Outcome]) -> None:
    broken = [one for one in outcomes if one.faults]
    good = [one for one in outcomes if not one.faults]
    keeper.settle(good)
    waiting, settled = keeper.keep(broken)
    report.read += len(outcomes)
    report.filed += sum(one.new_events > 0 for one in good)
    report.unchanged += sum(one.new_events == 0 for one in good)
    report.new_events += sum(one.new_events for one in good)
    report.source_events += sum(len(one.translated.record.events) or 1 for one in good)
    report.ignored += sum(one.translated.ignored for one in good)
    report.waiting += waiting
    report.settled += settled
    room = FAULTS_SHOWN - len(report.faults)
    report.faults += [(one.translated.key, one.faults) for one in broken[: max(room, 0)]]


def _note(batch: ExchangeBatch, report: ImportReport) -> None:
    for name in ("read", "filed", "new_events", "unchanged", "waiting", "settled", "source_events"):
        setattr(batch, name, getattr(report, name))
    batch.save()
