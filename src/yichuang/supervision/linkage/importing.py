"""Importing: a department's list into entries. Read -> recognise -> read rows -> keep; nothing is lost, twice is once.

Each chunk of rows is one transaction: an import that was cut off is simply started again. A row that cannot be read is
kept with every fault, and is neither linked nor lost; the same row put right in a later file stands beside it.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.exchange import queries as exchange
from yichuang.exchange.values import TableLine
from yichuang.kernel.actor import Actor
from yichuang.supervision.domain.linkage.mapping import RegisterMapping, choose_head, read_mapping
from yichuang.supervision.domain.linkage.normalise import read_day
from yichuang.supervision.domain.linkage.refusals import RegisterMappingFaulty, RegisterUnknown
from yichuang.supervision.domain.linkage.rows import Entry, RowReader, tell_twins_apart
from yichuang.supervision.domain.linkage.values import RegisterReport, RowFault
from yichuang.supervision.domain.linkage.words import EntryState, RegisterKind
from yichuang.supervision.linkage.places import read_places
from yichuang.supervision.models import EntryChange, LinkSalt, Register, RegisterEntry, RegisterImport

CHUNK = 1_000
_SALT_BYTES = 32
_QUARTERS_LOOKED_AT = 8

Progress = Callable[[int, int], None]


def import_register(
    *,
    file: Path,
    register: str,
    mapping: Path | None = None,
    by: Actor,
    at: datetime,
    encoding: str = "auto",
    progress: Progress | None = None,
) -> RegisterReport:
    """Keep the rows of a department's list as entries of its register, which the first import creates.

    Without `mapping` the register's last one is used; known headings need none. `progress` is called with (rows done,
    rows in all). Importing twice changes nothing. Every faulty row is in the report with all its faults, and kept.
    Refuses the file as a whole with RegisterUnknown, RegisterMappingFaulty, HeadingsUnknown or what exchange says of
    files: FileMissing, FileEmpty, FileBroken, FileForbidden, SheetMissing, WrongEncoding, ColumnRepeated, HeaderFaulty.
    """
    started = time.monotonic()
    text, told = _mapping(register, mapping)
    options = {"sheet": told.sheet, "delimiter": told.delimiter, "encoding": encoding}
    head, headings = choose_head(exchange.peek_table(file, **options), told, file=file.name)
    code, lines = exchange.read_table(file, header_row=head, **options)
    rows = list(lines)
    report = RegisterReport(register=register, file=file.name, encoding=code, read=len(rows), columns=headings)
    report.unused = tuple(name for name in (rows[0].values if rows else {}) if name not in headings.values())
    entries = _read(rows, told, headings, at=at)
    row = _register(register, told, text, by=by, at=at)
    batch = RegisterImport.objects.create(
        register=row,
        file=file.name[-255:],
        file_digest=exchange.digest_file(file),
        encoding=code[:16],
        started_at=at,
        by_id=by.id,
        by_name=by.name,
        read=len(rows),
    )
    done = 0
    for part in _chunks(entries):
        with transaction.atomic():
            _keep(part, row, batch, report, by=by, at=at)
            for name in ("added", "changed", "unchanged", "faulty"):
                setattr(batch, name, getattr(report, name))
            batch.save()
        done += len(part)
        if progress is not None:
            progress(done, len(rows))
    RegisterImport.objects.filter(pk=batch.pk).update(finished_at=at)
    report.seconds = time.monotonic() - started
    return report


def get_salt() -> bytes:
    """Return the installation's key for digests of persons' numbers; the first call makes it."""
    row, _ = LinkSalt.objects.get_or_create(only=True, defaults={"salt": os.urandom(_SALT_BYTES)})
    return bytes(row.salt)


def _mapping(register: str, path: Path | None) -> tuple[str, RegisterMapping]:
    if path is not None:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise RegisterMappingFaulty(mapping=path.name, faults=[(0, "", str(error))]) from None
        return text, read_mapping(text, name=path.name)
    found = Register.objects.filter(code=register).first()
    if found is None:
        raise RegisterUnknown(register=register)
    return found.mapping, read_mapping(found.mapping, name=register)


def _register(code: str, told: RegisterMapping, text: str, *, by: Actor, at: datetime) -> Register:
    organisation = told.organisation
    stated = {
        "kind": RegisterKind(told.kind).value,
        "title": told.title or code,
        "county": told.county or organisation.partition("-")[0][:6],
        "organisation": organisation,
        "department": organisation.partition("-")[2],
        "mapping": text,
    }
    row, _ = Register.objects.update_or_create(
        code=code, defaults=stated, create_defaults={**stated, "created_at": at, "created_by": by.name}
    )
    return row


def _read(
    lines: Sequence[TableLine], told: RegisterMapping, headings: Mapping[str, str], *, at: datetime
) -> list[Entry]:
    reader = RowReader(told, headings, read_places(days=_days(lines, headings, at)), salt=get_salt())
    entries = []
    for line in lines:
        entry = reader.read(line.row, line.values)
        entry.faults += [RowFault(line.row, "", "", reason) for reason in line.faults]
        entries.append(entry)
    tell_twins_apart(entries)
    return entries


def _days(lines: Iterable[TableLine], headings: Mapping[str, str], at: datetime) -> set[date]:
    """Return the first days of the quarters that the list speaks of, and the last: names are looked up as they were."""
    column = headings["decided_on"]
    found = Counter(
        date(day.year, day.month - (day.month - 1) % 3, 1)
        for line in lines
        if (day := read_day(line.values.get(column, ""))) is not None
    )
    # A mistyped year must not have the whole of history read.
    quarters = {day for day, _ in sorted(found.most_common(_QUARTERS_LOOKED_AT))}
    ends = {(day + timedelta(days=95)).replace(day=1) - timedelta(days=1) for day in quarters}
    return quarters | ends or {local_day(at)}


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while part := list(islice(rest, CHUNK)):
        yield part


def _keep(
    part: Sequence[Entry], register: Register, batch: RegisterImport, report: RegisterReport, *, by: Actor, at: datetime
) -> None:
    standing = {
        row.identity: row
        for row in RegisterEntry.objects.filter(register=register, identity__in=[one.identity for one in part])
    }
    fresh, changed, history = [], [], []
    for entry in part:
        report.faults += entry.faults
        found = standing.get(entry.identity)
        if found is not None and found.content_digest == entry.content_digest:
            # What was known last time may be known better now (a department added to the mapping, an item published).
            if found.state != EntryState.DROPPED.value and _refill(found, entry):
                found.changed_at = at
                changed.append(found)
            report.faulty += bool(entry.faults)
            report.unchanged += not entry.faults
        elif found is not None:
            history.append(_change(found, act="replace", by=by, at=at))
            _refill(found, entry)
            found.row, found.imported, found.content_digest = entry.row, batch, entry.content_digest
            found.content, found.changed_at = entry.content, at
            changed.append(found)
            report.faulty += bool(entry.faults)
            report.changed += not entry.faults
        else:
            row = RegisterEntry(
                register=register,
                imported=batch,
                identity=entry.identity,
                content_digest=entry.content_digest,
                content=entry.content,
                row=entry.row,
                changed_at=at,
            )
            _refill(row, entry)
            fresh.append(row)
            report.faulty += bool(entry.faults)
            report.added += not entry.faults
    RegisterEntry.objects.bulk_create(fresh)
    if changed:
        RegisterEntry.objects.bulk_update(
            changed, [*_FILLED, "row", "imported", "content_digest", "content", "changed_at"], batch_size=200
        )
    EntryChange.objects.bulk_create(history)


_FILLED = (
    "state",
    "faults",
    "county",
    "organisation",
    "department",
    "item",
    "item_options",
    "item_name",
    "document_number",
    "prefix",
    "serial",
    "holder_kind",
    "holder_name",
    "holder_code",
    "holder_digest",
    "holder_tail",
    "area",
    "case_number",
    "decided_on",
    "published_on",
    "amount_fen",
)


def _refill(row: RegisterEntry, entry: Entry) -> bool:
    """Put what was read into the row; return whether it differs from what stood there."""
    told = {name: getattr(entry, name) for name in _FILLED[3:] if name not in {"department", "item_options"}}
    told |= {
        "state": (EntryState.FAULTY if entry.faults else EntryState.STANDING).value,
        "faults": json.dumps([[one.column, one.value, one.reason] for one in entry.faults]) if entry.faults else "",
        "county": entry.county,
        "organisation": entry.organisation,
        "department": entry.department,
        "item_options": " ".join(entry.item_options),
    }
    differs = False
    for name, value in told.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            differs = True
    return differs


def _change(row: RegisterEntry, *, act: str, by: Actor, at: datetime, reason: str = "") -> EntryChange:
    return EntryChange(entry=row, act=act, content=row.content, reason=reason, at=at, by_id=by.id, by_name=by.name)


def drop_row(row: RegisterEntry, *, reason: str, by: Actor, at: datetime) -> None:
    """Take an entry out of linking for a reason; it is kept."""
    _change(row, act="drop", by=by, at=at, reason=reason).save()
    row.state, row.changed_at = EntryState.DROPPED.value, at
    row.save(update_fields=["state", "changed_at"])
