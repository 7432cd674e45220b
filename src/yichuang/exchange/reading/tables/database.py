"""Databases: exchange tables of any kind of database, read on from a position by keyset, never by offset.

Names come from the database's own catalogue and values are always bound: nothing of a mapping is ever pasted
into a statement. Columns of large binary objects (pictures, scans) are not read.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import URL

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import nearest
from yichuang.exchange.domain.lookups import lookups_of
from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables import dialects
from yichuang.exchange.reading.tables.keyset import Behind, KeyColumn, among, behind, unplaced_behind
from yichuang.exchange.reading.tables.refusals import DictionaryTooLarge, TableColumnMissing, TableMissing
from yichuang.exchange.reading.tables.rows import as_row
from yichuang.exchange.reading.tables.texts import as_text

MOST_OF_A_DICTIONARY = 100_000
_TIES = 32
_MOST_UNPLACED = 50_000
_MOST_SHOWN = 40


class _Column(NamedTuple):
    """One column that is read: its name here (as the mapping writes it) and there, its type, its kind."""

    name: str
    there: str
    type: Any
    kind: str
    nullable: bool
    comment: str


class _Known(NamedTuple):
    """One table that was looked up."""

    clause: sa.TableClause
    columns: dict[str, _Column]
    key: tuple[str, ...]
    comment: str


class DatabaseReader:
    """One database. `charset` names the letters that lie in texts whose columns say something else."""

    def __init__(
        self,
        url: URL,
        *,
        schema: str = "",
        charset: str = "",
        timeout_seconds: int = 60,
        names: Iterable[str] = (),
    ) -> None:
        """Prepare; the first connection is made by the first question."""
        self.url = dialects.with_driver(url)
        self._spelt = {name.casefold(): name for name in names}
        self._schema = schema or None
        self._charset = charset or "utf-8"
        self._engine = dialects.make_engine(url, timeout_seconds=timeout_seconds)
        self._dialect = self._engine.dialect.name
        self._data = dialects.make_engine(url, timeout_seconds=timeout_seconds, as_stored=True, charset=charset)
        self._known: dict[str, _Known] = {}
        self._seen_unplaced: dict[str, c.Position | None] = {}
        self._names: tuple[str, ...] = ()

    def shapes(self) -> tuple[c.TableShape, ...]:
        """Return tables and views in order of their names; system tables are not among them."""
        with dialects.said_plainly(self.url):
            names, estimates = self._list_names(), self._estimates()
            found = []
            for name in names:
                # A view over a table that is gone cannot be described: it is as good as absent.
                with suppress(exc.NoSuchTableError, exc.UnreflectableTableError, exc.ProgrammingError):
                    known = self._look_up(name)
                    found.append(
                        c.TableShape(name, _shapes(known), estimates.get(name.casefold()), known.comment, known.key)
                    )
        return tuple(found)

    def require(self, mapping: m.Mapping) -> None:
        """Refuse what `tables:` of the mapping names and the source lacks."""
        for table in mapping.tables.values():
            known = self._find(table)
            if known is None:
                continue
            for name in (*table.order, table.case, table.operation, table.batch, table.changed):
                if name:
                    self._column(known, table.name, name)
        for lookup in lookups_of(mapping):
            self._dictionary_columns(lookup)

    def changed(self, table: m.Table, *, after: c.Position, limit: int) -> list[c.SourceRow]:
        """Return the rows behind a position; see the contract. Rows without a first cursor value come first."""
        known = self._find(table)
        if known is None:
            return []
        names = tuple(self._column(known, table.name, name).name for name in table.order)
        found = []
        for values in self._page(known, names, after, limit):
            position = tuple(values.get(name, "") for name in names)
            # A time finer than its text comes again behind itself.
            if position != after:
                found.append(as_row(table, values, position=position))
        if not after or not after[0]:
            # Rows without a first value are on the way itself.
            self._seen_unplaced[table.name] = None
            return found
        # Before the others, so that the last row of the page stands somewhere.
        return [*self._unplaced(table, known, names, after, limit), *found] if found else found

    def _unplaced(
        self, table: m.Table, known: _Known, names: tuple[str, ...], after: c.Position, limit: int
    ) -> list[c.SourceRow]:
        """Return rows whose first cursor value is missing, each once while this reader is open.

        They may have come after everything with a value had been read: no position is ever behind them.
        """
        found: list[c.SourceRow] = []
        begun = self._seen_unplaced.get(table.name, ("",) if known.columns[names[0]].nullable else None)
        while begun is not None and len(found) < _MOST_UNPLACED:
            page = self._page(known, names, begun, limit, place=unplaced_behind)
            begun = tuple(page[-1].get(name, "") for name in names) if page else None
            found += [as_row(table, values, position=after) for values in page]
        self._seen_unplaced[table.name] = begun
        return found

    def dictionary_rows(self, lookup: m.Lookup) -> list[dict[str, str]]:
        """Return the rows of a dictionary table by the names of the lookup's columns; refuses with DictionaryTooLarge.

        Of its conditions those on single values are the database's to judge, by its own collation; a row too many may
        come, and none is missing.
        """
        columns = self._dictionary_columns(lookup)
        known = self._table(lookup.table)._replace(columns=columns)
        statement = sa.select(*self._selected(known)).limit(MOST_OF_A_DICTIONARY + 1)
        for one in lookup.when:
            texts = (one.equals,) if one.equals is not None else one.among
            # Other letters may lie there as bytes that their column gives another meaning.
            if texts and all(text and text.isascii() for text in texts):
                column = columns[one.column]
                key = KeyColumn(column.there, column.type, column.kind, column.nullable)
                statement = statement.where(among(key, texts, dialect=self._dialect))
        rows = self._fetch(known, statement)
        if len(rows) > MOST_OF_A_DICTIONARY:
            limit = f"{MOST_OF_A_DICTIONARY:,}"
            raise DictionaryTooLarge(source=dialects.shown(self.url), table=lookup.table, limit=limit)
        return rows

    def _dictionary_columns(self, lookup: m.Lookup) -> dict[str, _Column]:
        known = self._table(lookup.table)
        names = dict.fromkeys((lookup.code, lookup.meaning, *(one.column for one in lookup.when)))
        return {name: self._column(known, lookup.table, name)._replace(name=name) for name in names}

    def sample(self, name: str, *, limit: int) -> list[dict[str, str]]:
        """Return some rows, those with the highest primary key first where there is one."""
        known = self._table(name)
        order: list[sa.ColumnElement[Any]] = [
            sa.column(known.columns[key].there).desc() for key in known.key if key in known.columns
        ]
        return self._fetch(known, sa.select(*self._selected(known)).order_by(*order).limit(limit))

    def count(self, name: str) -> int | None:
        """Return the number of rows."""
        known = self._table(name)
        with dialects.said_plainly(self.url), self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(known.clause)).scalar_one())

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
        self._data.dispose()

    def _page(
        self,
        known: _Known,
        names: tuple[str, ...],
        after: c.Position,
        limit: int,
        *,
        place: Callable[..., Behind] = behind,
    ) -> list[dict[str, str]]:
        """Return a page that does not end between rows whose positions the database may hold for equal.

        A case-insensitive collation takes "a1" and "A1" for one value: the next page would begin behind both.
        """
        columns = [known.columns[name] for name in names]
        keys = [KeyColumn(one.there, one.type, one.kind, one.nullable) for one in columns]
        found = place(keys, after, dialect=self._dialect)
        wanted = limit + _TIES
        while True:
            rows = self._fetch(known, found.select(self._selected(known), known.clause).limit(wanted))
            end = _end(rows, columns, limit)
            if end < len(rows) or len(rows) < wanted:
                return rows[:end]
            wanted *= 2

    def _selected(self, known: _Known) -> list[sa.ColumnElement[Any]]:
        columns: list[sa.ColumnElement[Any]] = [sa.column(one.there) for one in known.columns.values()]
        if self._dialect == "postgresql":
            # It writes every value as text itself: no date is too far away, no number rounded.
            return [sa.cast(one, sa.Text) for one in columns]
        return list(columns)

    def _fetch(self, known: _Known, statement: sa.Select[Any]) -> list[dict[str, str]]:
        if not statement.get_final_froms():
            statement = statement.select_from(known.clause)
        with dialects.said_plainly(self.url), self._data.connect() as connection:
            rows = connection.execute(statement).all()
        readers = [(column.name, self._text_of(column)) for column in known.columns.values()]
        return [
            {name: text(value) for (name, text), value in zip(readers, row, strict=True) if value is not None}
            for row in rows
        ]

    def _text_of(self, column: _Column) -> Callable[[Any], str]:
        """Return what makes this column's values the texts that the source means."""
        charset = self._charset

        def plain(value: Any) -> str:
            return value if value.__class__ is str else as_text(value, charset=charset)

        def bits(value: Any) -> str:
            return str(int.from_bytes(value, "big")) if isinstance(value, bytes) else plain(value)

        def padded(value: Any) -> str:
            return plain(value).rstrip(" ")

        def in_utc(value: Any) -> str:
            # The session's zone is UTC; a DATETIME column has no zone.
            text = plain(value)
            return f"{text}+00:00" if ":" in text else text

        if isinstance(column.type, mysql.BIT):
            return bits
        if isinstance(column.type, sa.CHAR | sa.NCHAR):
            return padded
        return in_utc if self._dialect in dialects.MYSQL and isinstance(column.type, sa.TIMESTAMP) else plain

    def _table(self, name: str) -> _Known:
        if name not in self._known:
            with dialects.said_plainly(self.url):
                names = self._list_names()
                found = name if name in names else next((o for o in names if o.casefold() == name.casefold()), "")
                try:
                    self._known[name] = self._look_up(found or name)
                except exc.NoSuchTableError:
                    close = nearest(name, names) or "—"
                    existing = "、".join(names[:_MOST_SHOWN]) or "—"
                    raise TableMissing(
                        source=dialects.shown(self.url), table=name, existing=existing, nearest=close
                    ) from None
        return self._known[name]

    def _find(self, table: m.Table) -> _Known | None:
        try:
            return self._table(table.name)
        except TableMissing:
            if table.optional:
                return None
            raise

    def _column(self, known: _Known, table: str, name: str) -> _Column:
        found = known.columns.get(name) or next(
            (one for one in known.columns.values() if one.name.casefold() == name.casefold()), None
        )
        if found is None:
            names = list(known.columns)
            raise TableColumnMissing(
                source=dialects.shown(self.url),
                table=table,
                column=name,
                existing="、".join(names),
                nearest=nearest(name, names) or "—",
            )
        return found

    def _list_names(self) -> tuple[str, ...]:
        if not self._names:
            inspector = sa.inspect(self._engine)
            tables, views = inspector.get_table_names(self._schema), inspector.get_view_names(self._schema)
            self._names = tuple(sorted({*tables, *views}))
        return self._names

    def _look_up(self, name: str) -> _Known:
        """Return what the catalogue says of a table; `schema.table` is a table of another schema."""
        inspector = sa.inspect(self._engine)
        schema, _, plain = ("", "", name) if name in self._list_names() else name.rpartition(".")
        where = {"schema": schema or self._schema}
        described = inspector.get_columns(plain, **where)
        columns = {}
        # Two columns may differ in large and small letters only: those keep their own names.
        alike = Counter(str(one["name"]).casefold() for one in described)
        for one in described:
            if isinstance(one["type"], sa.LargeBinary) and not isinstance(one["type"], sa.BINARY | sa.VARBINARY):
                continue
            there = str(one["name"])
            here = self._spelt.get(there.casefold(), there) if alike[there.casefold()] == 1 else there
            comment, nullable = one.get("comment") or "", bool(one.get("nullable", True))
            columns[here] = _Column(here, there, one["type"], dialects.kind_of(one["type"]), nullable, comment)
        if not columns:
            raise exc.NoSuchTableError(name)
        key: list[str] = []
        comment = ""
        with suppress(NotImplementedError, exc.SQLAlchemyError):
            key = list(inspector.get_pk_constraint(plain, **where)["constrained_columns"])
        with suppress(NotImplementedError, exc.SQLAlchemyError):
            comment = inspector.get_table_comment(plain, **where).get("text") or ""
        names = tuple(self._spelt.get(one.casefold(), one) for one in key)
        return _Known(sa.table(plain, schema=schema or self._schema), columns, names, comment)

    def _estimates(self) -> Mapping[str, int]:
        statement = _ESTIMATES.get(self._engine.dialect.name)
        if statement is None:
            return {}
        with self._engine.connect() as connection:
            return {
                str(name).casefold(): int(rows) for name, rows in connection.execute(sa.text(statement)) if rows >= 0
            }


_OF_MYSQL = "SELECT table_name, COALESCE(table_rows, -1) FROM information_schema.tables WHERE table_schema = DATABASE()"
_ESTIMATES = {
    "postgresql": "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind IN ('r', 'p', 'm')"
    " AND pg_table_is_visible(oid)",
    "mysql": _OF_MYSQL,
    "mariadb": _OF_MYSQL,
}


def _shapes(known: _Known) -> tuple[c.ColumnShape, ...]:
    return tuple(c.ColumnShape(one.name, one.kind, one.nullable, one.comment) for one in known.columns.values())


def _end(rows: list[dict[str, str]], columns: list[_Column], limit: int) -> int:
    """Return where a page of about `limit` rows may end: behind the last row that its successor might equal."""
    if len(rows) <= limit:
        return len(rows)

    def folded(row: dict[str, str]) -> tuple[str, ...]:
        return tuple(_folded(row.get(one.name, "")) for one in columns)

    end = limit
    while end < len(rows) and folded(rows[end]) == folded(rows[end - 1]):
        end += 1
    return end


def _folded(text: str) -> str:
    """Return what is left of a text under the coarsest collation that a database may order it by."""
    if text.isascii():
        return text.casefold().rstrip()
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _BEYOND.sub("\ufffd", plain).casefold().rstrip()


_BEYOND = re.compile("[\U00010000-\U0010ffff]")
