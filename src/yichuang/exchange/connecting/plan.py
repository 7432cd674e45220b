"""Plan: what a mapping asks of each of its tables, worked out once for a pass."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.times import parse_time
from yichuang.exchange.reading.opening import named_columns
from yichuang.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table: `ignored` columns say how a row was carried and nothing about its case."""

    alias: str
    table: m.Table
    ignored: frozenset[str]

    @property
    def overlap(self) -> timedelta:
        """How long a change of this table may take to become visible."""
        return timedelta(seconds=self.table.overlap_seconds)


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping, by table."""

    mapping: m.Mapping
    tables: tuple[TablePlan, ...]

    def time_of(self, text: str) -> datetime | None:
        """Return the instant that a technical column means, None where it means none."""
        if not text:
            return None
        try:
            return parse_time(text, formats=(*self.mapping.times, "iso"), zone=self.mapping.zone, date_only_at=time())
        except Refusal:
            return None

    def operation_of(self, flag: str) -> str | None:
        """Return insert, update or delete; None for a flag that the mapping does not know."""
        if not flag:
            return m.INSERT
        known = self.mapping.operations
        return known.get(flag) or known.get(flag.strip().upper())


def plan_of(mapping: m.Mapping) -> Plan:
    """Return the plan of a mapping; the main table stands first, so that its rows are there before their details."""
    named = {column.rpartition(".")[2] for _path, column, _of_event in named_columns(mapping)}
    tables = sorted(mapping.tables.items(), key=lambda pair: not pair[1].main)
    return Plan(mapping, tuple(TablePlan(alias, table, table.technical - named) for alias, table in tables))
