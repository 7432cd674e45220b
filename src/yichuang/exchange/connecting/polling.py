"""Polling: what has changed at a source, page by page, into our own table.

Each page and the position behind it are one transaction: cut off anywhere, the next pass goes on from there. Nothing
is held in memory but a page, however long the way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import transaction
from msgspec.structs import replace

from yichuang.exchange.connecting.landing import land
from yichuang.exchange.connecting.plan import Plan, TablePlan
from yichuang.exchange.domain.positions import Point, Reached
from yichuang.exchange.models import ConnectionState
from yichuang.exchange.reading.tables.contract import SourceRow, TableReader
from yichuang.exchange.reading.tables.refusals import TableMissing
from yichuang.exchange.values import PassReport
from yichuang.kernel.words import N_

PAGE = 5_000
READING = N_("读取")

Progress = Callable[[str, int, int | None], None]
Clock = Callable[[], datetime]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Reached]).decode


class _Way(NamedTuple):
    """One table on its way: behind which position it is read, how far it had been, and whether we are past that."""

    table: TablePlan
    reached: Reached
    after: tuple[str, ...]
    past: bool


@dataclass(slots=True)
class Poller:
    """Reads one source on from where it was left."""

    reader: TableReader
    plan: Plan
    state: ConnectionState
    clock: Clock
    progress: Progress | None = None
    limit: int | None = None
    page: int = field(default_factory=lambda: PAGE)

    def poll(self, report: PassReport) -> None:
        """Land everything that is new, `limit` rows of each table at most; raises a SourceRefusal."""
        for table in self.plan.tables:
            try:
                self._poll(table, report)
            except TableMissing:
                if not table.table.optional:
                    raise

    def _poll(self, table: TablePlan, report: PassReport) -> None:
        way, before = self._begin(table), report.landed + report.changed
        while self.limit is None or report.landed + report.changed - before < self.limit:
            size = self.page if self.limit is None else min(self.page, self.limit)
            rows = self.reader.changed(table.table, after=way.after, limit=size)
            if not rows:
                self._end(way)
                break
            way = self._take(way, rows, report)
            if self.progress is not None:
                self.progress(READING, report.landed + report.changed + report.deleted, None)

    def _begin(self, table: TablePlan) -> _Way:
        reached = _decode(self.state.cursors).get(table.alias, Reached())
        if reached.order != table.table.order:
            # Never read, or by other columns: from the start, which changes nothing where nothing has changed.
            reached = Reached(order=table.table.order, whole=reached.whole)
        after = reached.again(overlap=table.overlap, now=self.clock())
        return _Way(table, reached, after, after == reached.last)

    @transaction.atomic
    def _take(self, way: _Way, rows: list[SourceRow], report: PassReport) -> _Way:
        now, state, table = self.clock(), self.state, way.table
        told = land(state.source, table, rows, plan=self.plan, at=now, news=way.reached.whole)
        point = self._point(rows[-1].position)
        past = way.past or way.reached.passes(point) or any(row.position == way.reached.last for row in rows)
        reached = way.reached.noted(point, overlap=table.overlap) if past else way.reached
        state.rows_total += told.new
        if told.new or told.changed or told.deleted:
            state.last_row_at = now
        newest = told.newest_changed_at
        if newest is not None and (state.newest_changed_at is None or newest > state.newest_changed_at):
            state.newest_changed_at = newest
        self._keep(table, reached)
        report.landed += told.new
        report.changed += told.changed
        report.deleted += told.deleted
        return _Way(table, reached, point.position, past)

    def _end(self, way: _Way) -> None:
        """Note that a table was read to its end, and where that is if its last row has gone or moved meanwhile."""
        reached = way.reached
        if not way.past and way.after:
            reached = reached.noted(self._point(way.after), overlap=way.table.overlap)
        if reached is not way.reached or not reached.whole:
            self._keep(way.table, replace(reached, whole=True))

    def _point(self, position: tuple[str, ...]) -> Point:
        return Point(position, self.clock(), self.plan.time_of(position[0]))

    def _keep(self, table: TablePlan, reached: Reached) -> None:
        state = self.state
        cursors = _decode(state.cursors)
        cursors[table.alias] = reached
        state.cursors = _encode(cursors).decode()
        state.last_polled_at = self.clock()
        state.save(update_fields=["cursors", "last_polled_at", "rows_total", "last_row_at", "newest_changed_at"])


def from_the_start(cursors: str) -> str:
    """Return the positions of a source whose tables are to be read again from their first row."""
    return _encode({alias: Reached(whole=reached.whole) for alias, reached in _decode(cursors).items()}).decode()
