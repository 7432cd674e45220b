"""Filling: a vendor's exchange database, made and filled at a database URL, and its second day.

Everything that is planted is told: what was written, and what an honest reader must make of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from yichuang.cases.values import CodeVariant, Result
from yichuang.exchange.invented.cases import OFFERS, Ending, InventedCase, Offer, Step, invent
from yichuang.exchange.invented.vendors import (
    UP_PRO_TIMES,
    Rows,
    as_habit,
    digits_in_utc,
    pinyin_rows,
    plain,
    tables_of,
    twelve_hours,
    up_pro_rows,
)
from yichuang.exchange.reading.tables.dialects import MYSQL, with_driver

CHUNK = 500
GB = "gb18030"
_LONG = 500


@dataclass(frozen=True, slots=True)
class Planted:
    """What was written where, and the truth about it; `charset` names letters that the columns do not admit to."""

    vendor: str
    url: str
    division: str
    charset: str
    cases: tuple[InventedCase, ...]
    rows: Mapping[str, int]

    @property
    def standing(self) -> tuple[InventedCase, ...]:
        """Return the cases that their county has not deleted."""
        return tuple(case for case in self.cases if not case.deleted)

    @property
    def variant(self) -> CodeVariant:
        """Return the list that this vendor takes its result codes from."""
        return variant_of(self.vendor)


def variant_of(vendor: str) -> CodeVariant:
    """Return the list that a vendor takes its result codes from."""
    return CodeVariant.NEWER if vendor == "a" else CodeVariant.OLDER


def fill(
    url: str,
    *,
    vendor: str = "a",
    cases: int,
    seed: int,
    since: date,
    division: str = "610924",
    offers: Sequence[Offer] = OFFERS,
    progress: Callable[[int, int], None] | None = None,
) -> Planted:
    """Make the vendor's tables at a database URL anew and write the cases into them; returns what was planted."""
    engine = sa.create_engine(with_driver(sa.make_url(url)))
    writer = _Writer(engine, vendor, division)
    try:
        writer.make()
        prefix = {"a": "ZY", "b": "HB", "c": "XY"}[vendor]
        invented = invent(cases, seed=seed, since=since, division=division, prefix=prefix, offers=offers)
        kept: list[InventedCase] = []
        rows: Counter[str] = Counter()
        while chunk := [as_habit(case, vendor) for case in islice(invented, CHUNK)]:
            rows += writer.write(chunk)
            kept += chunk
            if progress is not None:
                progress(len(kept), cases)
    finally:
        engine.dispose()
    return Planted(vendor, url, division, writer.charset, tuple(kept), rows)


def change(url: str, planted: Planted, *, at: datetime) -> Planted:
    """Write the second day: endings corrected, cases deleted, what was open closed, a step that comes too late.

    Of the cases by their serial numbers: every 10th that was granted is corrected to another hour (U), every 12th
    deleted (D), every open one closed, every 14th gains a step between two others. `at` is when the county writes.
    """
    engine = sa.create_engine(with_driver(sa.make_url(url)))
    writer = _Writer(engine, planted.vendor, planted.division)
    try:
        changed = {case.serial: one for case in planted.cases if (one := _second_day(case)) is not None}
        writer.rewrite([(case, changed[case.serial]) for case in planted.cases if case.serial in changed], at=at)
    finally:
        engine.dispose()
    return replace(planted, cases=tuple(changed.get(case.serial, case) for case in planted.cases))


def _second_day(case: InventedCase) -> InventedCase | None:
    if case.serial % 12 == 0:
        return replace(case, deleted=True)
    if case.ending is None and case.accepted_at is not None:
        last = case.steps[-1].finished_at if case.steps else case.accepted_at
        return replace(case, ending=Ending(Result.GRANTED, last + timedelta(hours=4)))
    if case.ending is not None and case.ending.result is Result.GRANTED:
        if case.serial % 10 == 0:
            # Another hour of the same day: nothing else of the truth depends on it.
            ending = replace(case.ending, at=case.ending.at + timedelta(minutes=45))
            return replace(case, ending=ending, corrected=True)
        if case.serial % 14 == 0 and len(case.steps) == 2:
            first, second = case.steps
            between = first.finished_at + timedelta(minutes=2)
            extra = Step("现场踏勘", between, between + timedelta(minutes=1), "郑干事", "踏勘属实")
            return replace(case, steps=(first, second, extra), corrected=True)
    return None


class _Writer:
    """One vendor's hand on one database."""

    def __init__(self, engine: sa.Engine, vendor: str, division: str) -> None:
        self.engine, self.vendor, self.division = engine, vendor, division
        # Only MySQL lets GB18030 lie in columns that are declared as something else.
        self.charset = GB if vendor == "a" and engine.dialect.name in MYSQL else ""
        self.meta = sa.MetaData()
        self.tables = {name: self._table(name, columns) for name, columns in tables_of(vendor).items()}

    def make(self) -> None:
        self.meta.drop_all(self.engine)
        self.meta.create_all(self.engine)

    def write(self, cases: Iterable[InventedCase]) -> Counter[str]:
        """Insert the rows of these cases; returns how many into each table."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for case in cases:
            for table, row in self.rows_of(case):
                rows.setdefault(table, []).append(self._fit(table, row))
        with self.engine.begin() as connection:
            for name, given in rows.items():
                connection.execute(self.tables[name].insert(), given)
        return Counter({name: len(given) for name, given in rows.items()})

    def rewrite(self, pairs: Sequence[tuple[InventedCase, InventedCase]], *, at: datetime) -> None:
        """Write what differs between the first and the second day, with its operation flag and the time of writing."""
        operation, batch, written = self._names()
        stamp = plain(at) if self.vendor != "c" else digits_in_utc(at)
        with self.engine.begin() as connection:
            for before, after in pairs:
                old = {self._key(name, row): row for name, row in self.rows_of(before)}
                for name, row in self.rows_of(after):
                    key = self._key(name, row)
                    flag = self._flag(old.get(key), row, after, (batch, written))
                    if not flag:
                        continue
                    marks = {operation: flag, batch: f"{at:%Y%m%d%H}", written: stamp}
                    table, values = self.tables[name], self._fit(name, {**row, **marks})
                    if key in old:
                        first = next(iter(table.primary_key.columns))
                        connection.execute(table.update().where(first == values[first.name]).values(**values))
                    else:
                        connection.execute(table.insert(), [values])

    def _key(self, name: str, row: Mapping[str, Any]) -> tuple[str, str]:
        return name, str(row[next(iter(self.tables[name].primary_key.columns)).name])

    def rows_of(self, case: InventedCase) -> Rows:
        if self.vendor == "c":
            return pinyin_rows(case, time=digits_in_utc, division=self.division)
        time = twelve_hours if self.vendor == "a" else plain
        return up_pro_rows(case, vendor=self.vendor, time=time, variant=variant_of(self.vendor))

    def _flag(
        self,
        before: Mapping[str, Any] | None,
        row: Mapping[str, Any],
        case: InventedCase,
        carried: tuple[str, str],
    ) -> str:
        if case.deleted:
            return "D"
        if before is None:
            return "I"
        said = {name: value for name, value in row.items() if name not in carried}
        return "U" if said != {name: value for name, value in before.items() if name not in carried} else ""

    def _names(self) -> tuple[str, str, str]:
        return ("CZBZ", "PCH", "GXSJ") if self.vendor == "c" else ("cd_operation", "cd_batch", "cd_time")

    def _table(self, name: str, columns: Sequence[str]) -> sa.Table:
        return sa.Table(name, self.meta, *(self._column(column, place == 0) for place, column in enumerate(columns)))

    def _column(self, name: str, first: bool) -> sa.Column[Any]:
        timed = name == "cd_time" or (self.vendor == "b" and name in UP_PRO_TIMES)
        kind: Any = sa.DateTime() if timed else sa.String(64 if first else _LONG if "explain" in name else 200)
        if self.charset and not timed:
            kind = mysql.VARCHAR(kind.length, charset="latin1")
        indexed = name in {"cd_time", "GXSJ"}
        return sa.Column(name, kind, primary_key=first, index=indexed, nullable=not first)

    def _fit(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row with all columns, its texts in the letters that the vendor really writes."""
        fitted: dict[str, Any] = {}
        for column in self.tables[table].columns:
            value = row.get(column.name)
            if isinstance(value, datetime):
                value = value.replace(tzinfo=None)
            elif self.charset and isinstance(value, str):
                value = value.encode(self.charset)
            fitted[column.name] = value
        return fitted
