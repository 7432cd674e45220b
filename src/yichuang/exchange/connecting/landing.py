"""Landing: rows as their source sent them into our own table; the only writer of it besides filing's own marks.

A row that came before with the same content changes nothing, so that anything may be read again at any time. What a
batch says of one row more than once is taken in its order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from yichuang.exchange.connecting.packing import pack
from yichuang.exchange.connecting.plan import Plan, TablePlan
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.refusals import OperationUnknown
from yichuang.exchange.reading.tables.contract import SourceRow
from yichuang.exchange.values import RowState

_PART = 500
LONGEST_KEY = 200
_BATCH = 64
_COLUMNS = (
    "source", "table_name", "row_key", "case_key", "main", "row_values", "digest", "operation", "batch", "changed_at",
    "first_seen_at", "received_at", "version", "deleted", "state", "corrections", "faults",
)  # fmt: skip
_INSERT = f"INSERT INTO exchange_landedrow ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
_UPDATE = (
    "UPDATE exchange_landedrow SET case_key = %s, row_values = %s, digest = %s, operation = %s, batch = %s,"
    " changed_at = %s, received_at = %s, version = version + 1, deleted = %s, state = 'waiting', faults = %s"
    " WHERE id = %s"
)
_DELETE = (
    "UPDATE exchange_landedrow SET operation = %s, batch = %s, changed_at = %s, received_at = %s,"
    " version = version + 1, deleted = %s, state = 'waiting' WHERE id = %s"
)


@dataclass(slots=True)
class Landed:
    """What a page of rows did."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    newest_changed_at: datetime | None = None


@dataclass(slots=True)
class _Kept:
    """One row as it stands, or will stand when this page is written; `id` is 0 while it is not there yet."""

    id: int
    case_key: str
    digest: str
    deleted: bool
    values: str = ""
    operation: str = m.INSERT
    batch: str = ""
    changed_at: datetime | None = None
    faults: str = ""
    touched: str = ""
    left: list[str] = field(default_factory=list)


def land(source: str, table: TablePlan, rows: Sequence[SourceRow], *, plan: Plan, at: datetime, news: bool) -> Landed:
    """Land the rows of one table; the caller holds the transaction.

    What is no news stood at the source before it was connected: it counts as received when the source says that it
    wrote it, for that it was not read earlier is our doing.
    """
    told = Landed(rows=len(rows))
    kept = _standing(source, table.alias, {_key_of(row, table) for row in rows})
    for row in rows:
        changed_at = plan.time_of(row.changed)
        if changed_at is not None and (told.newest_changed_at is None or changed_at > told.newest_changed_at):
            told.newest_changed_at = changed_at
        _take(kept, row, table, plan=plan, changed_at=changed_at)
    _write(source, table, kept, told, at=at, news=news)
    return told


def _take(kept: dict[str, _Kept], row: SourceRow, table: TablePlan, *, plan: Plan, changed_at: datetime | None) -> None:
    key = _key_of(row, table)
    operation = plan.operation_of(row.operation)
    faults = tuple(row.faults)
    if operation is None:
        possible = "、".join(plan.mapping.operations) or "—"
        refusal = OperationUnknown(value=row.operation, possible=possible)
        faults = (*faults, fault_of(refusal, field=table.table.operation, value=row.operation))
    deleted = operation == m.DELETE
    old = kept.get(key)
    if old is not None and deleted:
        # Of a deleted row often only its key is sent: what it said before is kept.
        if not old.deleted:
            old.deleted, old.operation, old.batch, old.changed_at = True, m.DELETE, row.batch[:_BATCH], changed_at
            old.touched = old.touched or "deleted"
        return
    digest = _digest(row, table, faults)
    if old is not None and old.digest == digest and not old.deleted:
        return
    case_key = _case_of(row, key)
    if old is None:
        kept[key] = old = _Kept(0, case_key, digest, deleted)
        old.touched = "new"
    else:
        if old.case_key != case_key:
            old.left.append(old.case_key)
        old.case_key, old.digest, old.deleted = case_key, digest, deleted
        old.touched = old.touched if old.touched == "new" else "changed"
    old.values, old.operation, old.batch = pack(row.values), operation or m.INSERT, row.batch[:_BATCH]
    old.changed_at, old.faults = changed_at, pack(list(faults)) if faults else ""


def _write(source: str, table: TablePlan, kept: dict[str, _Kept], told: Landed, *, at: datetime, news: bool) -> None:
    moment = connection.ops.adapt_datetimefield_value
    now = moment(at)
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    gone: list[tuple[Any, ...]] = []
    left: list[tuple[int, str]] = []
    for key, one in kept.items():
        when = moment(one.changed_at) if one.changed_at is not None else None
        if one.touched == "new":
            received = now if news or one.changed_at is None else moment(min(one.changed_at, at))
            new.append(
                (source, table.alias, key, one.case_key, table.table.main, one.values, one.digest, one.operation,
                 one.batch, when, now, received, 1, one.deleted, RowState.WAITING.value, "", one.faults)
            )  # fmt: skip
            told.deleted += one.deleted
        elif one.touched == "changed":
            changed.append(
                (one.case_key, one.values, one.digest, one.operation, one.batch, when, now, one.deleted, one.faults,
                 one.id)
            )  # fmt: skip
            left += [(one.id, case) for case in one.left if case != one.case_key]
        elif one.touched == "deleted":
            gone.append((one.operation, one.batch, when, now, True, one.id))
    told.new, told.changed, told.deleted = len(new), len(changed), told.deleted + len(gone)
    if left:
        _leave(source, left, main=table.table.main)
    with connection.cursor() as cursor:
        for statement, values in ((_INSERT, new), (_UPDATE, changed), (_DELETE, gone)):
            if values:
                cursor.executemany(statement, values)


def _standing(source: str, alias: str, keys: Iterable[str]) -> dict[str, _Kept]:
    wanted = sorted(keys)
    found: dict[str, _Kept] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _PART):
            part = wanted[start : start + _PART]
            cursor.execute(
                "SELECT row_key, id, case_key, digest, deleted FROM exchange_landedrow"
                f" WHERE source = %s AND table_name = %s AND row_key IN ({', '.join(['%s'] * len(part))})",
                [source, alias, *part],
            )
            found.update(
                {key: _Kept(pk, case, digest, bool(gone)) for key, pk, case, digest, gone in cursor.fetchall()}
            )
    return found


def _leave(source: str, left: Sequence[tuple[int, str]], *, main: bool) -> None:
    """Note the cases that rows have left, with the old values of a main row, by which such a case is known."""
    with connection.cursor() as cursor:
        for pk, case in left:
            values = ""
            if main:
                cursor.execute("SELECT row_values FROM exchange_landedrow WHERE id = %s", [pk])
                values = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO exchange_leftcase (source, case_key, row_values) VALUES (%s, %s, %s)"
                " ON CONFLICT (source, case_key) DO UPDATE SET row_values ="
                " CASE WHEN excluded.row_values = '' THEN exchange_leftcase.row_values ELSE excluded.row_values END",
                [source, case, values],
            )


def _digest(row: SourceRow, table: TablePlan, faults: tuple[Fault, ...]) -> str:
    """Return what tells whether a row says something else: its content and its case, not how it was carried."""
    said = {name: value for name, value in row.values.items() if name not in table.ignored}
    text = pack([row.case, said, [fault.code for fault in faults]])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _key_of(row: SourceRow, table: TablePlan) -> str:
    if not row.key:
        return f"?{_digest(row, table, ())}"
    return fitting(row.key)


def _case_of(row: SourceRow, key: str) -> str:
    # Whoever names no case stands alone, where somebody will look at it.
    return fitting(row.case) if row.case else f"?{key}"[:LONGEST_KEY]


def fitting(key: str) -> str:
    """Return a key as our table can hold it: one that is too long keeps its beginning and the digest of the whole."""
    clean = key.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
    if len(clean) <= LONGEST_KEY:
        return clean
    return f"{clean[:160]}#{hashlib.blake2b(clean.encode(), digest_size=16).hexdigest()}"
