"""Brings the tables to what the sheets and the amendments say: the only writer of the regions tables.

Rows are compared by their codes. New rows are added, changed rows changed, rows that the file no longer
holds are closed on the day of the load and kept, since cases point to them for ever. Amendments are laid over
what the files say each time anew, so that neither a load nor an amendment forgets the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models

from yichuang.regions.domain.amendments import Amended, Contradiction
from yichuang.regions.domain.faults import Fault, KeyTaken, PeriodsOverlap
from yichuang.regions.domain.merging import AMENDABLE, Merged, Rows, end_of, merge, part_of, start_of
from yichuang.regions.domain.reading import Sheet
from yichuang.regions.domain.tables import TABLES, Cell, Row, Table, written
from yichuang.regions.models import (
    Amendable,
    Centre,
    CentreState,
    CentreSystem,
    Dated,
    Division,
    Organisation,
    Post,
    StaffMember,
    Window,
)
from yichuang.regions.values import TableLoad

MODELS: Mapping[str, type[Dated]] = {
    "divisions": Division,
    "organisations": Organisation,
    "centres": Centre,
    "centre_states": CentreState,
    "centre_systems": CentreSystem,
    "windows": Window,
    "staff": StaffMember,
    "posts": Post,
}
_BATCH = 500
_OF_AMENDMENTS = ("filed", "amendment_id")


@dataclass(frozen=True, slots=True)
class Written:
    """What a load changed of the files' own rows, and where files and amendments disagree."""

    tables: list[TableLoad]
    contradictions: list[Contradiction]
    unfolded: int


def write(
    sheets: Mapping[str, Sheet], amendments: Mapping[str, list[Amended]], *, on: date
) -> tuple[Written, list[Fault]]:
    """Write all sheets, which must be free of faults, with the amendments of each centre, and return what changed.

    Faults name rows that clash with rows kept from earlier loads; the caller must then roll back.
    """
    present = {table.file: rows_of(table) for table in TABLES}
    before = {table.file: filed_rows(table, present[table.file].values()) for table in TABLES}
    kept = {table.file: _kept(sheets[table.file], before[table.file], on=on) for table in TABLES}
    faults = [fault for table in TABLES for fault in _clashes(sheets[table.file], kept[table.file])]
    if faults:
        return Written([], [], 0), faults
    filed: Rows = {table.file: sheets[table.file].rows | kept[table.file] for table in TABLES}
    loads = [_compared(sheets[table.file], before[table.file], kept[table.file]) for table in TABLES]
    merged = [merge(part_of(filed, centre), amendments[centre]) for centre in sorted(amendments)]
    held = {file: dict(rows) for file, rows in filed.items()}
    for book in merged:
        for file, rows in book.rows.items():
            held[file] |= rows
    marks = marks_of(merged)
    for table in TABLES:
        store(table, held[table.file], present[table.file], marks.get(table.file, {}))
    standing = sum(len(book.laid) for book in merged)
    folded = sum(len(book.folded) for book in merged)
    return Written(loads, [one for book in merged for one in book.contradictions], standing - folded), []


def rows_of(table: Table, chosen: models.Q | None = None) -> dict[str, Dated]:
    """Return the rows of a table, or some of them, by key."""
    rows = MODELS[table.file]._default_manager.order_by("pk")
    return {getattr(row, table.key): row for row in (rows if chosen is None else rows.filter(chosen))}


def filed_rows(table: Table, rows: Iterable[Dated]) -> dict[str, Row]:
    """Return what the data files say, by key: rows that amendments made are left out, others put back."""
    attributes = _attributes(table)
    found: dict[str, Row] = {}
    for row in rows:
        if isinstance(row, Amendable) and row.filed is not None:
            found[getattr(row, table.key)] = {
                column.name: column.value(row.filed.get(column.name, "")) for column in table.columns
            }
        elif not isinstance(row, Amendable) or row.amendment_id is None:
            found[getattr(row, table.key)] = {name: getattr(row, attribute) for name, attribute in attributes.items()}
    return found


def held_rows(table: Table, rows: Iterable[Dated]) -> dict[str, Row]:
    """Return what holds, by key, as cells."""
    attributes = _attributes(table)
    return {
        getattr(row, table.key): {name: getattr(row, attribute) for name, attribute in attributes.items()}
        for row in rows
    }


def marks_of(merged: Iterable[Merged]) -> dict[str, dict[str, tuple[dict[str, str] | None, int]]]:
    """Return by file and code what the file says of a row that is amended (None: nothing), and by which amendment."""
    marks: dict[str, dict[str, tuple[dict[str, str] | None, int]]] = {table.file: {} for table in AMENDABLE}
    for book in merged:
        for (file, code), amendment in book.touched.items():
            own = book.filed[file].get(code)
            said = {name: written(cell) for name, cell in own.items()} if own is not None else None
            if own is None or own != book.rows[file][code]:
                marks[file][code] = (said, amendment)
    return marks


def _kept(sheet: Sheet, before: Mapping[str, Row], *, on: date) -> dict[str, Row]:
    """Return the rows the sheet no longer holds, each ending as it does from now on."""
    kept = {}
    for key, row in before.items():
        if key not in sheet.rows:
            # A row from the future ends after its first day: a row that was never true could not be kept.
            end = max(on, start_of(row) + timedelta(days=1))
            kept[key] = {**row, "valid_until": min(end_of(row), end)}
    return kept


def _attributes(table: Table) -> dict[str, str]:
    """Map each column to the attribute that holds it; a foreign key holds the code itself."""
    meta = MODELS[table.file]._meta
    return {column.name: _attname(meta.get_field(column.name)) for column in table.columns}


def _attname(found: object) -> str:
    if not isinstance(found, models.Field):
        raise TypeError(f"{found!r} is no column")
    return found.attname


def _clashes(sheet: Sheet, kept: Mapping[str, Row]) -> list[Fault]:
    """Find rows of the sheet that cannot stand beside the rows kept from earlier loads."""
    table = sheet.table
    file = f"{table.file}.csv"
    faults = []
    for column in table.columns:
        if column.unique:
            taken = {row[column.name]: key for key, row in kept.items()}
            for key, cells in sheet.rows.items():
                if (found := cells[column.name]) in taken:
                    refusal = KeyTaken(found=found, code=taken[found])
                    faults.append(Fault(file, sheet.lines[key], column.name, refusal))
    if table.apart:
        periods: dict[tuple[Cell, ...], list[tuple[date, date, str]]] = {}
        for key, row in kept.items():
            periods.setdefault(tuple(row[name] for name in table.apart), []).append((start_of(row), end_of(row), key))
        for key, cells in sheet.rows.items():
            for other_start, other_end, other in periods.get(tuple(cells[name] for name in table.apart), ()):
                if start_of(cells) < other_end and other_start < end_of(cells):
                    faults.append(Fault(file, sheet.lines[key], "valid_from", PeriodsOverlap(code=other)))
    return faults


def _compared(sheet: Sheet, before: Mapping[str, Row], kept: Mapping[str, Row]) -> TableLoad:
    """Return what the file changes of what files said before; amendments are no change of the file."""
    added = sum(1 for key in sheet.rows if key not in before)
    changed = sum(1 for key, row in sheet.rows.items() if key in before and before[key] != row)
    closed = sum(1 for key, row in kept.items() if before[key] != row)
    unchanged = len(sheet.rows) - added - changed
    return TableLoad(sheet.table.file, added=added, changed=changed, closed=closed, unchanged=unchanged)


def store(
    table: Table,
    held: Mapping[str, Row],
    present: Mapping[str, Dated],
    marks: Mapping[str, tuple[dict[str, str] | None, int]],
) -> None:
    """Write what holds of a table; foreign keys are checked at the end of the transaction, so rows need no order.

    A row of an amendment that was withdrawn before its day was never true, and goes.
    """
    attributes, model = _attributes(table), MODELS[table.file]
    names = [name for name in attributes.values() if name != _attributes(table)[table.key]]
    amendable = issubclass(model, Amendable)
    added, changed = [], []
    before: dict[str, dict[str, Any]] = {}
    for key, cells in held.items():
        values: dict[str, Any] = {attributes[name]: cell for name, cell in cells.items()}
        if amendable:
            values |= dict(zip(_OF_AMENDMENTS, marks.get(key, (None, None)), strict=True))
        row = present.get(key)
        if row is None:
            added.append(model(**values))
        elif differing := {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}:
            before[key] = differing
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    gone = [row.pk for key, row in present.items() if key not in held]
    if gone:
        # Posts at a window that goes are written later in this transaction; Django's own check would not wait.
        rows = model._default_manager.filter(pk__in=gone)
        rows._raw_delete(rows.db)
    _park(table, changed, before)
    if changed:
        model._default_manager.bulk_update(changed, [*names, *(("filed", "amendment") if amendable else ())], _BATCH)
    model._default_manager.bulk_create(added, batch_size=_BATCH)


def _park(table: Table, changed: Sequence[Dated], before: Mapping[str, Mapping[str, Any]]) -> None:
    """Clear unique values that are about to change, so that rows may exchange them (two windows their numbers)."""
    for column in table.columns:
        if column.unique or (column.name in table.apart and not column.refers):
            moving = [row.pk for row in changed if column.name in before[getattr(row, table.key)]]
            for pk in moving:
                MODELS[table.file]._default_manager.filter(pk=pk).update(**{column.name: f"~{pk}"})
