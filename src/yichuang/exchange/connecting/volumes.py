"""Volumes: what a source itself says that it sent on each day, beside what came."""

from datetime import date

import msgspec

from yichuang.exchange.connecting.plan import plan_of
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.models import DeclaredVolume
from yichuang.exchange.reading.tables.contract import TableReader

_PAGE = 2_000


def take_declared(reader: TableReader, mapping: m.Mapping, declared: m.Declared) -> None:
    """Read the declared volumes anew and keep them by day; a line that names no day or no number is passed over."""
    table = m.Table(name=declared.table, key=(declared.day,), case=declared.day, cursor=(declared.day,))
    plan = plan_of(msgspec.structs.replace(mapping, tables={}))
    said: dict[date, int] = {}
    after: tuple[str, ...] = ()
    while rows := reader.changed(table, after=after, limit=_PAGE):
        after = rows[-1].position
        for row in rows:
            at, count = plan.time_of(row.values.get(declared.day, "")), row.values.get(declared.rows, "")
            if at is not None and count.partition(".")[0].isdecimal():
                said[at.date()] = said.get(at.date(), 0) + int(count.partition(".")[0])
    DeclaredVolume.objects.bulk_create(
        [DeclaredVolume(source=mapping.source, day=day, rows=rows) for day, rows in sorted(said.items())],
        update_conflicts=True,
        unique_fields=["source", "day"],
        update_fields=["rows"],
    )
