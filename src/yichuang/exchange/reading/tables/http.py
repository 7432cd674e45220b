"""HTTP: records of a service that answers in JSON, page by page, as rows of tables.

A service need not give its records in order, and its pages shift while they are read: a row that changes
moves to another page and pulls its neighbours along. So all pages are read, once more where pages are counted,
until a round brings nothing new; then the rows are put in order. Only a service that demonstrably keeps the
order may be read in pieces.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice, pairwise
from typing import Any

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import fault_of, nearest
from yichuang.exchange.domain.refusals import WrongFormat
from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables.asking import Asker
from yichuang.exchange.reading.tables.environment import expand
from yichuang.exchange.reading.tables.refusals import (
    AddressMissing,
    RecordsMissing,
    ReplyBroken,
    TableColumnMissing,
    TableMissing,
)
from yichuang.exchange.reading.tables.replies import Reply, at_path, columns_of
from yichuang.exchange.reading.tables.rows import as_row
from yichuang.kernel.words import N_

HELD = 100_000
MOST_HELD = 1_000_000
_ROUNDS = 4
_MOST_PAGES = 100_000
_COUNTED = frozenset({"page", "offset"})
_PARAMETERS = {"page": "page", "offset": "offset", "cursor": "cursor"}


class HttpReader:
    """One service; every table is one address of it."""

    def __init__(
        self,
        connection: m.Connection,
        tables: Iterable[m.Table],
        *,
        environ: Mapping[str, str],
        **clock: Callable[..., Any],
    ) -> None:
        """Prepare; `clock` may give `sleep` and `now` of the asker."""
        self._asker = Asker(connection, environ=environ, **clock)
        self._paging, self._environ = connection.http.paging, environ
        self._tables = {table.name: table for table in tables}
        self._waiting: dict[str, tuple[c.Position, list[c.SourceRow]]] = {}
        self._told: set[tuple[str, str]] = set()

    def shapes(self) -> tuple[c.TableShape, ...]:
        """Return what the first page of each table holds; every column is text."""
        found = []
        for name in sorted(self._tables):
            columns: dict[str, None] = {}
            for record in self.sample(name, limit=self._paging.size):
                columns.update(dict.fromkeys(record))
            found.append(c.TableShape(name, tuple(c.ColumnShape(one, c.TEXT) for one in columns)))
        return tuple(found)

    def require(self, mapping: m.Mapping) -> None:
        """Refuse a key, case or cursor column that no record of the first page has; an empty page says nothing."""
        for table in mapping.tables.values():
            known: dict[str, None] = {}
            with suppress(*(AddressMissing,) if table.optional else ()):
                for record in self.sample(table.name, limit=self._paging.size):
                    known.update(dict.fromkeys(record))
            for column in filter(None, (*table.order, table.case)) if known else ():
                if column not in known:
                    names = list(known)
                    raise TableColumnMissing(
                        source=self._asker.shown,
                        table=table.name,
                        column=column,
                        existing="、".join(names),
                        nearest=nearest(column, names) or "—",
                    )

    def changed(self, table: m.Table, *, after: c.Position, limit: int) -> list[c.SourceRow]:
        """Return the rows behind a position; those read and not yet returned are kept for the next page."""
        stopped, rows = self._waiting.pop(table.name, (None, []))
        if stopped != after or not rows:
            try:
                rows = self._all(table, after)
            except AddressMissing:
                if not table.optional:
                    raise
                return []
        page, rest = rows[:limit], rows[limit:]
        if rest:
            self._waiting[table.name] = page[-1].position, rest
        return page

    def sample(self, name: str, *, limit: int, pages: int = 1) -> list[dict[str, str]]:
        """Return the first records of a table, from its first pages."""
        table = self._tables.get(name)
        if table is None:
            names = list(self._tables)
            close, existing = nearest(name, names) or "—", "、".join(names)
            raise TableMissing(source=self._asker.shown, table=name, existing=existing, nearest=close)
        found: list[dict[str, str]] = []
        for page in islice(self._pages(table, ()), pages):
            found += [columns_of(record) for record in page if isinstance(record, dict)]
            if len(found) >= limit:
                break
        return found[:limit]

    def count(self, name: str) -> int | None:  # noqa: ARG002 - the contract's; no service tells
        """Return None: only reading everything would tell."""
        return None

    def close(self) -> None:
        """Close the connections."""
        self._asker.close()
        self._waiting.clear()

    def _all(self, table: m.Table, after: c.Position) -> list[c.SourceRow]:
        """Return every row behind a position, in order; the first HELD of them where the service keeps the order."""
        found: dict[tuple[str, c.Position], c.SourceRow] = {}
        nowhere: dict[str, c.SourceRow] = {}
        ordered, bound = bool(table.since), None
        for _ in range(_ROUNDS):
            before, pages = len(found), 0
            for page in self._pages(table, after):
                pages += 1
                rows = [self._row(table, record, number) for number, record in enumerate(page, start=1)]
                nowhere.update((row.key, row) for row in rows if not row.position[0])
                placed = [row for row in rows if row.position[0]]
                ordered = ordered and (bound is not None or _in_order(placed, found))
                found.update(((row.key, row.position), row) for row in placed if _is_behind(row.position, after))
                if len(found) >= MOST_HELD:
                    raise ReplyBroken(source=self._asker.shown, reason=N_("记录太多，又不按cursor排序"))
                end = _order(placed[-1].position) if placed else ()
                if bound is None and ordered and len(found) >= HELD:
                    bound = end
                if bound is not None and end >= bound:
                    break
            if self._paging.kind not in _COUNTED or pages < 2 or len(found) == before:
                break
        rows = sorted(found.values(), key=lambda row: _order(row.position))
        # Before the others, so that the last row stands somewhere.
        return [*self._first_told(table, nowhere, after), *rows] if rows or not after else []

    def _first_told(self, table: m.Table, rows: Mapping[str, c.SourceRow], after: c.Position) -> list[c.SourceRow]:
        """Return the rows that stand nowhere in the order, each once: no position will ever be behind them."""
        new = [row for key, row in rows.items() if (table.name, key) not in self._told]
        self._told.update((table.name, row.key) for row in new)
        return [row._replace(position=after or ("",)) for row in new]

    def _row(self, table: m.Table, record: Any, number: int) -> c.SourceRow:
        if not isinstance(record, dict):
            fault = fault_of(WrongFormat(file=table.name, format="JSON", reason=N_("记录不是对象")), row=number)
            text = record if isinstance(record, str) else str(record)
            return as_row(table, {"@text": text[:2000]}, position=("",), faults=(fault,))
        values = columns_of(record)
        return as_row(table, values, position=tuple(values.get(name, "") for name in table.order) or ("",))

    def _pages(self, table: m.Table, after: c.Position) -> Iterator[list[Any]]:
        """Yield the records of each page until there are no more."""
        paging = self._paging
        name = paging.parameter or _PARAMETERS.get(paging.kind, "")
        address = self._asker.address(table.path or table.name)
        parameters = {key: expand(text, self._environ) for key, text in table.parameters.items()}
        if table.since and after and after[0]:
            parameters[table.since] = after[0]
        if paging.size_parameter:
            parameters[paging.size_parameter] = str(paging.size)
        place = paging.first if paging.kind == "page" else 0
        if paging.kind in _COUNTED:
            parameters[name] = str(place)
        seen: set[str] = set()
        previous: list[Any] | None = None
        for _ in range(_MOST_PAGES):
            reply = self._asker.ask(address, parameters)
            page = self._records(table, reply)
            # A service that has no page 7 may give page 6 again.
            if paging.kind in _COUNTED and (not page or page == previous):
                return
            yield page
            previous = page
            if paging.kind in _COUNTED:
                place += 1 if paging.kind == "page" else len(page)
                parameters[name] = str(place)
                continue
            further = self._further(reply)
            if not further:
                return
            if further in seen:
                raise ReplyBroken(source=self._asker.shown, reason=N_("翻页又回到了同一页"))
            seen.add(further)
            if paging.kind == "link":
                address, parameters = self._asker.address(further), {}
            else:
                parameters[name] = further

    def _further(self, reply: Reply) -> str:
        """Return the cursor or the address of the next page, empty where this was the last."""
        if self._paging.kind not in {"cursor", "link"}:
            return ""
        found = at_path(reply.data, self._paging.next) if self._paging.next else None
        if self._paging.kind == "link" and not self._paging.next:
            found = reply.links.get("next", {}).get("url")
        return found if isinstance(found, str) else ""

    def _records(self, table: m.Table, reply: Reply) -> list[Any]:
        found = at_path(reply.data, table.records)
        if isinstance(found, list):
            return found
        if (
            found is None
            and isinstance(reply.data, dict)
            and table.records
            and _says_nothing(reply.data, table.records)
        ):
            return []
        raise RecordsMissing(source=self._asker.shown, path=table.records or "—")


def _says_nothing(data: Any, path: str) -> bool:
    """Return whether the list is there and null, as some services write "no records"."""
    above, _, last = path.rpartition(".")
    holder = at_path(data, above)
    return isinstance(holder, dict) and last in holder


def _order(position: c.Position) -> tuple[str, ...]:
    """Return what a position is ordered by: numbers by their value, everything else as text."""
    return tuple(part.zfill(40) if part.isdecimal() else part for part in position)


def _is_behind(position: c.Position, after: c.Position) -> bool:
    return _order(position)[: len(after)] > _order(after) if after else True


def _in_order(rows: list[c.SourceRow], found: Mapping[tuple[str, c.Position], c.SourceRow]) -> bool:
    last = next(reversed(list(found.values())), None)
    keys = [_order(row.position) for row in ([last] if last is not None else []) + rows]
    return all(one <= other for one, other in pairwise(keys))
