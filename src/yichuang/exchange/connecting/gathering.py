"""Gathering: all landed rows of a case into one record, as a file would have brought it whole.

The rows of the other tables are events, each with the alias of its table; they stand in the order in which they first
came, so that the same rows make the same record however often and in whatever pieces they were read. Of several main
rows of one case the newest counts, and rows that say the same under different keys count once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from yichuang.exchange.connecting.packing import unpack
from yichuang.exchange.connecting.plan import Plan
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import Fault
from yichuang.exchange.domain.records import Record, Row

_faults = msgspec.json.Decoder(tuple[Fault, ...]).decode
_COLUMNS = (
    "id, table_name, case_key, main, row_values, digest, batch, changed_at, received_at, deleted, corrections, faults"
)


class Gathered(NamedTuple):
    """One case: its record; whether its source deleted it; the newest batch and change among its rows.

    `record` is None where no main row has come yet.
    """

    case_key: str
    record: Record | None
    rows: int = 0
    deleted: bool = False
    batch: str = ""
    changed_at: datetime | None = None


class _Landed(NamedTuple):
    id: int
    table: str
    case_key: str
    main: bool
    values: str
    digest: str
    batch: str
    changed_at: Any
    received_at: Any
    deleted: bool
    corrections: str
    faults: str


def waiting_cases(source: str, *, after: str, limit: int) -> list[str]:
    """Return the next cases, by key, of which some row waits and whose main row has come.

    Rows that name no case are cases by themselves: they will be refused, where somebody sees it.
    """
    with connection.cursor() as cursor:
        # The state stands there as a word, and not as a parameter, so that the index of what waits is taken.
        cursor.execute(
            "SELECT DISTINCT w.case_key FROM exchange_landedrow w"
            " WHERE w.source = %s AND w.state = 'waiting' AND w.case_key > %s AND (w.case_key LIKE '?%%' OR EXISTS ("
            "  SELECT 1 FROM exchange_landedrow h WHERE h.source = %s AND h.case_key = w.case_key AND h.main))"
            " ORDER BY w.case_key LIMIT %s",
            [source, after, source, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def left_cases(source: str, *, limit: int) -> list[str]:
    """Return cases that rows have left, by key; filing forgets them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_key FROM exchange_leftcase WHERE source = %s ORDER BY case_key LIMIT %s", [source, limit]
        )
        return [row[0] for row in cursor.fetchall()]


def gather(source: str, keys: Sequence[str], *, plan: Plan) -> Iterator[Gathered]:
    """Yield the cases of these keys in their order."""
    rows: dict[str, list[_Landed]] = defaultdict(list)
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM exchange_landedrow WHERE source = %s AND case_key IN ({marks}) ORDER BY id",
            [source, *keys],
        )
        for found in cursor.fetchall():
            row = _Landed(*found)
            rows[row.case_key].append(row)
        cursor.execute(
            f"SELECT case_key, row_values FROM exchange_leftcase WHERE source = %s AND case_key IN ({marks})",
            [source, *keys],
        )
        left = dict(cursor.fetchall())
    order = {one.alias: place for place, one in enumerate(plan.tables)}
    for key in keys:
        yield _case(key, rows.get(key, []), left.get(key), order)


def _case(key: str, rows: Sequence[_Landed], left: str | None, order: dict[str, int]) -> Gathered:
    mains = [row for row in rows if row.main and row.table in order]
    live = [row for row in mains if not row.deleted]
    head = max(live or mains, key=_newness, default=None)
    newest = max(rows, key=_newness, default=None)
    batch, changed = (newest.batch, _moment(newest.changed_at)) if newest is not None else ("", None)
    details = [row for row in rows if not row.main and not row.deleted and row.table in order]
    if head is None:
        if left:
            # Every row has gone to another number: what its main row said last is enough to know the case by.
            return Gathered(key, Record(0, unpack(left)), len(rows), True, batch, changed)
        if key.startswith("?"):
            return Gathered(key, _record(None, details, order), len(rows), not details, batch, changed)
        return Gathered(key, None, len(rows))
    return Gathered(key, _record(head, details, order), len(rows), not live, batch, changed)


def _record(head: _Landed | None, details: Iterable[_Landed], order: dict[str, int]) -> Record:
    events: list[Row] = []
    faults: list[Fault] = [] if head is None else _faults_of(head)
    said: set[tuple[str, str]] = set()
    for row in sorted(details, key=lambda one: (order[one.table], one.id)):
        # The digest is that of what a row says, and not of how it was carried.
        content = (row.table, row.digest + row.corrections)
        if content in said:
            continue
        said.add(content)
        values = _values(row)
        values[m.TABLE_COLUMN] = row.table
        events.append(Row(row.id, values, _moment(row.received_at)))
        faults += _faults_of(row)
    if head is None:
        return Record(events[0].row if events else 0, {}, tuple(events), tuple(faults))
    case = _values(head)
    case[m.TABLE_COLUMN] = head.table
    return Record(head.id, case, tuple(events), tuple(faults), _moment(head.received_at))


def _values(row: _Landed) -> dict[str, str]:
    values = unpack(row.values)
    if row.corrections:
        for column, (sent, right) in json.loads(row.corrections).items():
            # A correction holds as long as the source goes on saying what was corrected.
            if values.get(column, "") == sent:
                values[column] = right
    return values


def _faults_of(row: _Landed) -> list[Fault]:
    if not row.faults or row.corrections:
        return []
    return [msgspec.structs.replace(fault, row=row.id) for fault in _faults(row.faults)]


def _newness(row: _Landed) -> tuple[bool, Any, Any, int]:
    return row.changed_at is not None, row.changed_at, row.received_at, row.id


def _moment(stored: Any) -> datetime | None:
    """Return an instant as it comes from the engine: aware, or on SQLite text in UTC."""
    if stored is None:
        return None
    if isinstance(stored, str):
        stored = datetime.fromisoformat(stored)
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)
