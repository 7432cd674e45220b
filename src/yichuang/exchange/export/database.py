"""A database as the target of exchange tables, whichever kind: what stands there is used, what is missing is made.

Names come from our own list and the database's own catalogue, values are always bound.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from yichuang.exchange.domain.asking import TargetRefused
from yichuang.exchange.domain.exchange_tables import TABLES, Row
from yichuang.exchange.export.targets import CARRIED, Standing

# Without these a row can be neither found again nor carried on.
_NEEDED = ("row_guid", "project_no", "cd_operation", "cd_batch", "cd_time")
_PART = 300


class DatabaseTarget:
    """One database with the exchange tables; columns that it does not have are not written."""

    def __init__(self, url: str) -> None:
        self._shown = url.rpartition("@")[2]
        try:
            made = sa.make_url(url)
            self._engine = sa.create_engine(made, pool_pre_ping=True, hide_parameters=True)
            self.name = hashlib.sha256(
                f"{made.get_backend_name()}://{made.host}:{made.port}/{made.database}".encode()
            ).hexdigest()
            self._tables = self._prepare()
        except (exc.SQLAlchemyError, ImportError, ValueError) as fault:
            raise TargetRefused(target=self._shown, reason=_plainly(fault)) from None
        self._connection: sa.Connection | None = None

    def _prepare(self) -> dict[str, sa.Table]:
        found = sa.MetaData()
        with self._engine.begin() as connection:
            there = set(sa.inspect(connection).get_table_names())
            for name, columns in TABLES.items():
                if name in there:
                    table = sa.Table(name, found, autoload_with=connection)
                    missing = [one for one in _NEEDED if one not in table.columns]
                    if missing:
                        raise TargetRefused(target=f"{self._shown} {name}", reason="、".join(missing))
                    continue
                table = sa.Table(
                    name,
                    found,
                    *[
                        sa.Column(one, _type(longest), primary_key=one == "row_guid")
                        for one, longest in columns.items()
                    ],
                    sa.Index(f"{name}_no", "project_no"),
                    sa.Index(f"{name}_time", "cd_time", "row_guid"),
                )
                table.create(connection)
        return {name: found.tables[name] for name in TABLES}

    @contextmanager
    def batch(self, number: str) -> Iterator[None]:  # noqa: ARG002 - it stands in the rows
        """Write in one transaction."""
        try:
            with self._engine.begin() as connection:
                self._connection = connection
                yield
        except exc.SQLAlchemyError as fault:
            raise TargetRefused(target=self._shown, reason=_plainly(fault)) from None
        finally:
            self._connection = None

    def _open(self) -> sa.Connection:
        assert self._connection is not None, "outside a batch"
        return self._connection

    def standing(self, table: str, numbers: Sequence[str]) -> dict[str, Standing]:
        """Return the rows of some cases as the database has them."""
        own = self._tables[table]
        found: dict[str, Standing] = {}
        for start in range(0, len(numbers), _PART):
            asked = sa.select(own).where(own.c.project_no.in_(list(numbers[start : start + _PART])))
            for row in self._open().execute(asked).mappings():
                found[str(row["row_guid"])] = Standing(self._said(table, dict(row)), str(row["cd_operation"] or ""))
        return found

    def said(self, table: str, row: Row) -> str:
        """Return what a row would say in the columns that the database has."""
        return self._said(table, self._fitted(table, row))

    def _said(self, table: str, row: Row) -> str:
        own = self._tables[table].c
        said = [_compared(row.get(one)) for one in TABLES[table] if one in own and one not in CARRIED]
        return json.dumps(said, ensure_ascii=False)

    def write(self, table: str, rows: Sequence[Row], *, new: bool) -> None:
        """Insert rows, or change them in place."""
        if not rows:
            return
        own = self._tables[table]
        fitted = [self._fitted(table, row) for row in rows]
        if new:
            self._open().execute(sa.insert(own), fitted)
            return
        change = sa.update(own).where(own.c.row_guid == sa.bindparam("this_row"))
        self._open().execute(change, [{**row, "this_row": row["row_guid"]} for row in fitted])

    def withdraw(self, table: str, rows: Sequence[str], carried: Row) -> None:
        """Mark rows as deleted; what they said stays, as the tables have it."""
        own = self._tables[table]
        for start in range(0, len(rows), _PART):
            part = list(rows[start : start + _PART])
            fitted = {name: value for name, value in self._fitted(table, carried).items() if name in carried}
            self._open().execute(sa.update(own).where(own.c.row_guid.in_(part)).values(**fitted))

    def _fitted(self, table: str, row: Row) -> Row:
        """Return a row in the columns and types that the database has."""
        own = self._tables[table].c
        fitted: Row = {}
        for name in TABLES[table]:
            if name not in own:
                continue
            value = row.get(name)
            if isinstance(value, datetime) and not isinstance(own[name].type, (sa.DateTime, sa.Date)):
                value = value.isoformat(" ")
            elif isinstance(value, str) and isinstance(own[name].type, sa.Integer):
                value = int(value) if value.isdecimal() else None
            fitted[name] = value or None
        return fitted

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _type(longest: int) -> Any:
    return sa.DateTime() if longest == 0 else sa.Text() if longest < 0 else sa.String(longest)


def _compared(value: Any) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0).isoformat(" ")
    return "" if value is None else str(value).rstrip()


def _plainly(fault: Exception) -> str:
    """Return a library's words on one line, without the statement and whatever may stand in an address."""
    said = str(getattr(fault, "orig", None) or fault)
    return said.splitlines()[0][:200] if said else type(fault).__name__
