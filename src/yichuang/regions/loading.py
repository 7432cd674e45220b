"""Brings the tables to what the sheets say: the only writer of the regions tables.

Rows are compared by their codes. New rows are added, changed rows changed, rows that the file no longer
holds are closed on the day of the load and kept, since cases point to them for ever.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import models

from yichuang.regions.domain.faults import Fault, KeyTaken, PeriodsOverlap
from yichuang.regions.domain.reading import Sheet
from yichuang.regions.domain.tables import TABLES, Cell, Table
from yichuang.regions.models import (
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


def write(sheets: Mapping[str, Sheet], *, on: date) -> tuple[list[TableLoad], list[Fault]]:
    """Write all sheets, which must be free of faults, and return what changed.

    Faults name rows that clash with rows kept from earlier loads; the caller must then roll back.
    """
    loads: list[TableLoad] = []
    faults: list[Fault] = []
    kept = {table.file: _kept(sheets[table.file], on=on) for table in TABLES}
    for table in TABLES:
        faults += _clashes(sheets[table.file], kept[table.file])
    if not faults:
        loads = [_write_table(sheets[table.file], kept[table.file]) for table in TABLES]
    return loads, faults


def _kept(sheet: Sheet, *, on: date) -> dict[str, tuple[Dated, date]]:
    """Return the rows the sheet no longer holds, each with the day on which it ends from now on."""
    model = MODELS[sheet.table.file]
    kept = {}
    for row in model._default_manager.all():
        key = getattr(row, sheet.table.key)
        if key not in sheet.rows:
            # A row from the future ends after its first day: a row that was never true could not be kept.
            end = max(on, row.valid_from + timedelta(days=1))
            kept[key] = (row, min(row.valid_until or end, end))
    return kept


def _attributes(table: Table) -> dict[str, str]:
    """Map each column to the attribute that holds it; a foreign key holds the code itself."""
    meta = MODELS[table.file]._meta
    return {column.name: _attname(meta.get_field(column.name)) for column in table.columns}


def _attname(found: object) -> str:
    if not isinstance(found, models.Field):
        raise TypeError(f"{found!r} is no column")
    return found.attname


def _clashes(sheet: Sheet, kept: Mapping[str, tuple[Dated, date]]) -> list[Fault]:
    """Find rows of the sheet that cannot stand beside the rows kept from earlier loads."""
    table, attributes = sheet.table, _attributes(sheet.table)
    file = f"{table.file}.csv"
    faults = []
    for column in table.columns:
        if column.unique:
            taken = {getattr(row, attributes[column.name]): key for key, (row, _) in kept.items()}
            for key, cells in sheet.rows.items():
                if (found := cells[column.name]) in taken:
                    refusal = KeyTaken(found=found, code=taken[found])
                    faults.append(Fault(file, sheet.lines[key], column.name, refusal))
    if table.apart:
        periods: dict[tuple[Cell, ...], list[tuple[date, date, str]]] = {}
        for key, (row, end) in kept.items():
            group = tuple(getattr(row, attributes[name]) for name in table.apart)
            periods.setdefault(group, []).append((row.valid_from, end, key))
        for key, cells in sheet.rows.items():
            start, until = cells["valid_from"], cells["valid_until"]
            end = until if isinstance(until, date) else date.max
            for other_start, other_end, other in periods.get(tuple(cells[name] for name in table.apart), ()):
                if isinstance(start, date) and start < other_end and other_start < end:
                    faults.append(Fault(file, sheet.lines[key], "valid_from", PeriodsOverlap(code=other)))
    return faults


def _write_table(sheet: Sheet, kept: Mapping[str, tuple[Dated, date]]) -> TableLoad:
    """Write one sheet; foreign keys are checked at the end of the transaction, so the order of rows is free."""
    table, attributes, model = sheet.table, _attributes(sheet.table), MODELS[sheet.table.file]
    present = {getattr(row, table.key): row for row in model._default_manager.all()}
    added, changed, closed = [], [], []
    before: dict[str, dict[str, Cell]] = {}
    for key, cells in sheet.rows.items():
        values = {attributes[name]: cell for name, cell in cells.items()}
        row = present.get(key)
        if row is None:
            added.append(model(**values))
        elif differing := {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}:
            before[key] = differing
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    for row, end in kept.values():
        if row.valid_until != end:
            row.valid_until = end
            closed.append(row)
    _park(table, changed, before)
    if changed:
        model._default_manager.bulk_update(changed, [name for name in attributes if name != table.key], _BATCH)
    if closed:
        model._default_manager.bulk_update(closed, ["valid_until"], _BATCH)
    model._default_manager.bulk_create(added, batch_size=_BATCH)
    unchanged = len(sheet.rows) - len(added) - len(changed)
    return TableLoad(table.file, added=len(added), changed=len(changed), closed=len(closed), unchanged=unchanged)


def _park(table: Table, changed: Sequence[Dated], before: Mapping[str, Mapping[str, Cell]]) -> None:
    """Clear unique values that are about to change, so that rows may exchange them (two windows their numbers)."""
    for column in table.columns:
        if column.unique or (column.name in table.apart and not column.refers):
            moving = [row.pk for row in changed if column.name in before[getattr(row, table.key)]]
            for pk in moving:
                MODELS[table.file]._default_manager.filter(pk=pk).update(**{column.name: f"~{pk}"})
