"""Targets: where the exchange tables are filled: any database that SQLAlchemy reaches, or a folder of CSV files.

Both tell what stands there of some cases, and take rows with their operation. A database keeps one row for each
identifier, changed in place; a folder gets one file a table and batch with what changed, and beside them a small note
of what was said last.
"""

import csv
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from yichuang.exchange.domain.asking import TargetRefused
from yichuang.exchange.domain.exchange_tables import TABLES, Row

DELETED = "D"
# What says how a row was carried, and nothing about the case.
CARRIED = ("cd_operation", "cd_batch", "cd_time")
_PART = 300


class Standing(NamedTuple):
    """One row as the target has it: what it says (by which it is compared), and its last operation."""

    said: str
    operation: str


class Target(Protocol):
    """What is asked of a target."""

    name: str

    @contextmanager
    def batch(self, number: str) -> Iterator[None]:
        """Take what is written within together or not at all."""
        ...

    def standing(self, table: str, numbers: Sequence[str]) -> dict[str, Standing]:
        """Return the rows of some cases by their identifiers."""
        ...

    def said(self, table: str, row: Row) -> str:
        """Return what a row would say there."""
        ...

    def write(self, table: str, rows: Sequence[Row], *, new: bool) -> None:
        """Write rows that do not stand there yet, or change those that do."""
        ...

    def withdraw(self, table: str, rows: Sequence[str], carried: Row) -> None:
        """Mark rows, by their identifiers, as no longer so."""
        ...

    def close(self) -> None:
        """Let the target go."""
        ...


def open_target(where: str) -> Target:
    """Return the target of a database address or a folder; raises TargetRefused."""
    if "://" in where:
        from yichuang.exchange.export.database import DatabaseTarget  # SQLAlchemy loads slowly

        return DatabaseTarget(where)
    return FolderTarget(Path(where))


class FolderTarget:
    """A folder: `up_pro_accept.<batch>.csv` and so on, UTF-8 with a mark for spreadsheets."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._note = sqlite3.connect(folder / "standing.sqlite3", isolation_level=None)
        except (OSError, sqlite3.Error) as fault:
            raise TargetRefused(target=str(folder), reason=str(fault)) from None
        self.name = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()
        self._folder, self._batch = folder, ""
        self._note.execute(
            "CREATE TABLE IF NOT EXISTS standing (tab TEXT, row_guid TEXT, project_no TEXT, said TEXT, operation TEXT,"
            " PRIMARY KEY (tab, row_guid))"
        )
        self._note.execute("CREATE INDEX IF NOT EXISTS by_case ON standing (tab, project_no)")

    @contextmanager
    def batch(self, number: str) -> Iterator[None]:
        """Write the files of a batch; they get their names, and the note is kept, once all is written."""
        self._batch = number
        self._note.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._note.execute("ROLLBACK")
            for table in TABLES:
                self._part(table).unlink(missing_ok=True)
            raise
        for table in TABLES:
            if (part := self._part(table)).exists():
                part.replace(self._folder / f"{table}.{number}.csv")
        self._note.execute("COMMIT")

    def _part(self, table: str) -> Path:
        return self._folder / f".{table}.{self._batch}.part"

    def standing(self, table: str, numbers: Sequence[str]) -> dict[str, Standing]:
        """Return what was said last of some cases."""
        found: dict[str, Standing] = {}
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            marks = ", ".join("?" * len(part))
            rows = self._note.execute(
                f"SELECT row_guid, said, operation FROM standing WHERE tab = ? AND project_no IN ({marks})",
                [table, *part],
            )
            found.update({guid: Standing(said, operation) for guid, said, operation in rows})
        return found

    def said(self, table: str, row: Row) -> str:
        """Return a digest of what a row says."""
        said = [str(row.get(column) or "") for column in TABLES[table] if column not in CARRIED]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def write(self, table: str, rows: Sequence[Row], *, new: bool) -> None:  # noqa: ARG002 - a file has both alike
        """Append rows to the file of the batch."""
        if not rows:
            return
        part, columns = self._part(table), list(TABLES[table])
        begins = not part.exists()
        with part.open("a", encoding="utf-8-sig" if begins else "utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            if begins:
                writer.writeheader()
            writer.writerows({name: _cell(row.get(name)) for name in columns} for row in rows)
        self._note.executemany(
            "INSERT INTO standing VALUES (?, ?, ?, ?, ?) ON CONFLICT (tab, row_guid) DO UPDATE SET"
            " said = excluded.said, operation = excluded.operation",
            [(table, row["row_guid"], row["project_no"], self.said(table, row), row["cd_operation"]) for row in rows],
        )

    def withdraw(self, table: str, rows: Sequence[str], carried: Row) -> None:
        """Say of rows that they are deleted: their identifier and case, and how that was carried."""
        for guid in rows:
            found = self._note.execute(
                "SELECT project_no FROM standing WHERE tab = ? AND row_guid = ?", [table, guid]
            ).fetchone()
            self.write(table, [{"row_guid": guid, "project_no": found[0], **carried}], new=False)

    def close(self) -> None:
        """Close the note."""
        self._note.close()


def _cell(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else "" if value is None else str(value)
