"""Keyset: the rows strictly behind a position, in the order of their positions, as every dialect can say it.

Row values cannot be compared in SQL Server or Oracle, so the comparison is written out: a > x, or a = x and
b > y. The first column is compared once more by itself, because that is what an index can be entered by.
NULL and the empty text both stand at "", before everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables.texts import as_bound

_TYPES: dict[str, Any] = {c.INSTANT: sa.DateTime(), c.DAY: sa.Date()}
_NULLS_LAST = frozenset({"postgresql", "oracle"})


class KeyColumn(NamedTuple):
    """One column of a position as the database has it."""

    name: str
    type: Any
    kind: str
    nullable: bool = True


@dataclass(frozen=True)
class Behind:
    """One condition and one order."""

    condition: sa.ColumnElement[bool] | None
    order: tuple[sa.ColumnElement[Any], ...]

    def select(self, columns: Sequence[sa.ColumnElement[Any]], table: sa.FromClause) -> sa.Select[Any]:
        """Return the statement without its limit."""
        statement = sa.select(*columns).select_from(table).order_by(*self.order)
        return statement if self.condition is None else statement.where(self.condition)


def behind(columns: Sequence[KeyColumn], after: c.Position, *, dialect: str) -> Behind:
    """Return condition and order for what stands behind `after`, which may be the beginning of a position."""
    # Only while rows without a first value are read need they be told from the rest.
    begun = bool(after) and after[0] != ""
    keys = [
        _Key(
            column, dialect, may_be_null=column.nullable and not (place == 0 and begun), last=place == len(columns) - 1
        )
        for place, column in enumerate(columns)
    ]
    order = tuple(key.order() for key in keys)
    condition = _after(keys, after)
    if condition is not None and begun and len(after) > 1:
        condition = sa.and_(keys[0].part >= keys[0].bound(after[0]), condition)
    return Behind(condition, order)


def unplaced_behind(columns: Sequence[KeyColumn], after: c.Position, *, dialect: str) -> Behind:
    """Return condition and order for the rows without a first value that stand behind `after`, a position of theirs."""
    keys = [_Key(column, dialect, may_be_null=column.nullable, last=column is columns[-1]) for column in columns]
    plain: sa.ColumnClause[Any] = sa.column(columns[0].name)
    empty: sa.ColumnElement[bool] = plain.is_(None)
    if keys[0].text and dialect != "oracle":
        empty = sa.or_(empty, plain == sa.literal_column("''"))
    rest = _after(keys[1:], after[1:])
    return Behind(empty if rest is None else sa.and_(empty, rest), tuple(key.order() for key in keys[1:]))


def among(column: KeyColumn, texts: Sequence[str], *, dialect: str) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of some texts, as its own type reads them."""
    key = _Key(column, dialect, may_be_null=False)
    return sa.or_(*(key.equal(text) for text in texts))


def _after(keys: Sequence["_Key"], after: c.Position) -> sa.ColumnElement[bool] | None:
    found: sa.ColumnElement[bool] | None = None
    for key, text in reversed(list(zip(keys, after, strict=False))):
        greater = key.greater(text)
        found = greater if found is None else sa.or_(greater, sa.and_(key.equal(text), found))
    return found


class _Key:
    """One column of the comparison."""

    def __init__(self, column: KeyColumn, dialect: str, *, may_be_null: bool, last: bool = False) -> None:
        self.column, self.dialect, self.may_be_null = column, dialect, may_be_null
        self.text = column.kind == c.TEXT
        self.part: Any = sa.column(column.name)
        # In the last column NULL and "" cannot be parted by what follows: the plain column can use its index.
        if may_be_null and self.text and not last:
            self.part = sa.func.coalesce(self.part, sa.literal_column("''"))
            self.may_be_null = dialect == "oracle"

    def order(self) -> sa.ColumnElement[Any]:
        if self.may_be_null and self.dialect in _NULLS_LAST:
            return sa.nulls_first(self.part)  # type: ignore[no-any-return]
        return self.part  # type: ignore[no-any-return]

    def greater(self, text: str) -> sa.ColumnElement[bool]:
        if text == "" and (not self.text or self.dialect == "oracle"):
            return self.part.is_not(None)  # type: ignore[no-any-return]
        return self.part > self.bound(text)  # type: ignore[no-any-return]

    def equal(self, text: str) -> sa.ColumnElement[bool]:
        if text == "" and (not self.text or self.dialect == "oracle"):
            return self.part.is_(None)  # type: ignore[no-any-return]
        return self.part == self.bound(text)  # type: ignore[no-any-return]

    def bound(self, text: str) -> Any:
        """Return a text of a position as a bound value that this column compares with."""
        if self.dialect == "postgresql":
            # The column's own type reads its own text: no other kind of database can be told so.
            return sa.cast(sa.bindparam(None, text, sa.String(), unique=True), self.column.type)
        kind = self.column.kind
        value = as_bound(text, kind if self.dialect != "sqlite" or kind == c.NUMBER else c.TEXT)
        if self.dialect == "sqlite" and not isinstance(value, str | int):
            value = float(value)
        if isinstance(value, str):
            return sa.bindparam(None, value, sa.String(), unique=True)
        if getattr(value, "tzinfo", None) is not None and self.dialect in {"mysql", "mariadb"}:
            value = value.replace(tzinfo=None)
        return sa.bindparam(None, value, _TYPES.get(kind), unique=True)
