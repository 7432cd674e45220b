"""Reads and judges the data files: between the bytes of a folder and rows that are good enough to load.

Answers one question: is the whole folder fit to load? It never raises; every fault of every file is listed,
so that whoever mends the files sees all of them in one pass.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.regions.domain.faults import (
    ColumnMissing,
    ColumnUnknown,
    Fault,
    FileMissing,
    FileUnreadable,
    KeyRepeated,
    LevelMisplaced,
    PeriodEmpty,
    PeriodsOverlap,
    ReferenceUnknown,
    RowRagged,
)
from yichuang.regions.domain.tables import TABLES, Column, Row, Table
from yichuang.regions.domain.words import Level

_LEVEL_ABOVE: dict[Level, set[str | None]] = {
    Level.CITY: {None},
    Level.COUNTY: {Level.CITY},
    Level.ZONE: {Level.CITY},
    Level.TOWN: {Level.COUNTY, Level.ZONE},
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one file by key, and the line on which each stands."""

    table: Table
    rows: dict[str, Row] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def read_folder(files: Mapping[str, bytes]) -> tuple[dict[str, Sheet], list[Fault]]:
    """Return the sheet of every table and all faults; the sheets are fit to load only when there are no faults.

    `files` maps the file stem (`divisions`) to its bytes.
    """
    faults: list[Fault] = []
    sheets: dict[str, Sheet] = {}
    for table in TABLES:
        sheets[table.file] = sheet = Sheet(table)
        content = files.get(table.file)
        if content is None:
            faults.append(Fault(_file(table), 0, "", FileMissing()))
        else:
            faults.extend(_read_sheet(sheet, content))
    for sheet in sheets.values():
        faults.extend(_references(sheet, sheets))
        faults.extend(_periods(sheet))
        faults.extend(_contradictions(sheet))
    faults.extend(_levels(sheets["divisions"]))
    return sheets, faults


def _file(table: Table) -> str:
    return f"{table.file}.csv"


def _read_sheet(sheet: Sheet, content: bytes) -> Iterator[Fault]:
    """Fill the sheet from the bytes of its file."""
    file = _file(sheet.table)
    try:
        reader = csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
        head = next(reader, [])
        columns = {column.name: column for column in sheet.table.columns}
        missing = [name for name in columns if name not in head]
        unknown = [name for name in head if name not in columns]
        yield from (Fault(file, 1, name, ColumnMissing()) for name in missing)
        yield from (Fault(file, 1, name, ColumnUnknown(columns="、".join(columns))) for name in unknown)
        if missing or unknown:
            return
        seen: dict[tuple[str, object], int] = {}
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _read_row(sheet, [columns[name] for name in head], cells, reader.line_num, seen)
    except (UnicodeDecodeError, csv.Error) as error:
        yield Fault(file, 0, "", FileUnreadable(reason=str(error)))


def _decode(content: bytes) -> str:
    """Return the text; files saved by Chinese office software are GB18030 or carry a byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _read_row(
    sheet: Sheet, columns: list[Column], cells: list[str], line: int, seen: dict[tuple[str, object], int]
) -> Iterator[Fault]:
    """Read one row; a row with a fault is still kept by its key, so that it causes no false faults elsewhere."""
    file = _file(sheet.table)
    if len(cells) != len(columns):
        yield Fault(file, line, "", RowRagged(found=len(cells), expected=len(columns)))
        return
    row: Row = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            row[column.name] = column.value(cell)
        except Refusal as refusal:
            yield Fault(file, line, column.name, refusal)
            continue
        if column.unique or column.name == sheet.table.key:
            first = seen.setdefault((column.name, row[column.name]), line)
            if first != line:
                yield Fault(file, line, column.name, KeyRepeated(found=row[column.name], row=first))
    key = row.get(sheet.table.key)
    if isinstance(key, str) and key not in sheet.rows:
        sheet.rows[key] = row
        sheet.lines[key] = line


def _references(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Fault]:
    """Find cells that point to rows which are not there."""
    for column in sheet.table.columns:
        if not column.refers:
            continue
        known = sheets[column.refers].rows
        for key, row in sheet.rows.items():
            found = row.get(column.name)
            if found is not None and found not in known:
                refusal = ReferenceUnknown(file=f"{column.refers}.csv", found=found)
                yield Fault(_file(sheet.table), sheet.lines[key], column.name, refusal)


def _periods(sheet: Sheet) -> Iterator[Fault]:
    """Find rows that end before they begin, and rows that exclude each other but are true on the same day."""
    groups: dict[tuple[object, ...], list[tuple[date, date, str]]] = {}
    for key, row in sheet.rows.items():
        start, until = row.get("valid_from"), row.get("valid_until")
        if not isinstance(start, date):
            continue
        if isinstance(until, date) and until <= start:
            refusal = PeriodEmpty(start=start.isoformat(), until=until.isoformat())
            yield Fault(_file(sheet.table), sheet.lines[key], "valid_until", refusal)
        elif sheet.table.apart:
            end = until if isinstance(until, date) else date.max
            group = tuple(row.get(name) for name in sheet.table.apart)
            groups.setdefault(group, []).append((start, end, key))
    for periods in groups.values():
        for (_, end, earlier), (start, _, later) in pairwise(sorted(periods)):
            if start < end:
                yield Fault(_file(sheet.table), sheet.lines[later], "valid_from", PeriodsOverlap(code=earlier))


def _levels(sheet: Sheet) -> Iterator[Fault]:
    """Find divisions under a level that cannot hold them; levels only fall, so no circle can pass."""
    for key, row in sheet.rows.items():
        level, parent = row.get("level"), row.get("parent")
        above = sheet.rows.get(str(parent), {}).get("level") if parent else None
        if not isinstance(level, str) or (parent and not above) or "parent" not in row:
            continue
        if above not in _LEVEL_ABOVE[Level(level)]:
            held_by = Level(str(above)).label if above else N_("无上级")
            refusal = LevelMisplaced(level=Level(level).label, parent=held_by)
            yield Fault(_file(sheet.table), sheet.lines[key], "parent", refusal)


def _contradictions(sheet: Sheet) -> Iterator[Fault]:
    """Find rows whose cells contradict each other."""
    for key, row in sheet.rows.items():
        for column, refusal in sheet.table.contradictions(row):
            yield Fault(_file(sheet.table), sheet.lines[key], column, refusal)
