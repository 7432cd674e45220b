"""Writes what holds back as data files: the base with the amendments folded in, for an operator to keep as new files.

Loading the written folder changes nothing that holds, and leaves no amendment to be folded in.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from yichuang.regions.domain.tables import TABLES, written
from yichuang.regions.loading import held_rows, rows_of
from yichuang.regions.values import TableExport


def export_regions(*, folder: Path) -> Iterator[TableExport]:
    """Write every data file into a folder, one file at a time, and yield how many rows and how many amended ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        rows = rows_of(table)
        held = held_rows(table, rows.values())
        names = [column.name for column in table.columns]
        path = folder / f"{table.file}.csv"
        # Whoever is interrupted keeps the old file whole.
        draft = path.with_suffix(".csv.part")
        with draft.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([written(row[name]) for name in names] for row in held.values())
        draft.replace(path)
        amended = sum(1 for row in rows.values() if getattr(row, "amendment_id", None) is not None)
        yield TableExport(table.file, rows=len(held), amended=amended)
