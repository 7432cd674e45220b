"""Positions: how far each table was read, and from where to read again so that no late commit is missed.

A row may become visible after rows that stand behind it: its transaction took its time first and committed later.
A table's `overlap_seconds` says how long that may take. So not only the last position is kept, but some before it,
each with the time at which we had read up to it and, where the cursor is a time, with what the source's clock said.
A position is safe once either clock has left it behind by the overlap: nothing can appear before it any more. Only
differences of one clock are taken, so a source whose clock is wrong by a day is read no worse. A row dated far into
the future must not draw the position after it, or all that comes behind it in time would be missed: such a position
is not kept, and its rows are simply read again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

_MOST_KEPT = 64
_AHEAD = timedelta(hours=36)


class Point(msgspec.Struct, frozen=True):
    """A position, when we had read up to it, and what the source's clock said there (None: its cursor is no time)."""

    position: tuple[str, ...]
    read_at: datetime
    source_at: datetime | None = None


class Reached(msgspec.Struct, frozen=True):
    """How far one table was read, by columns of these names; the newest point stands last.

    `whole` says that it has been read to its end at least once: what comes from then on is news.
    """

    order: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    whole: bool = False

    @property
    def last(self) -> tuple[str, ...]:
        """Return the newest position; () at the start."""
        return self.points[-1].position if self.points else ()

    def passes(self, point: Point) -> bool:
        """Return whether a point certainly stands behind all that were noted, by the source's own clock."""
        times = [one.source_at for one in self.points]
        return point.source_at is not None and all(at is not None and at < point.source_at for at in times)

    def again(self, *, overlap: timedelta, now: datetime) -> tuple[str, ...]:
        """Return the newest position behind which nothing can appear any more; () is the start."""
        if not overlap:
            return self.last
        newest = max((one.source_at for one in self.points if one.source_at is not None), default=None)
        return next((one.position for one in reversed(self.points) if _safe(one, overlap, now, newest)), ())

    def noted(self, point: Point, *, overlap: timedelta) -> "Reached":
        """Return this with one more point, without those that no reading will start from any more."""
        if point.source_at is not None and point.source_at - point.read_at > _AHEAD:
            return self
        points = [one for one in self.points if one.position != point.position]
        if not overlap:
            return replace(self, points=(point,))
        points.append(point)
        newest = max((one.source_at for one in points if one.source_at is not None), default=None)
        safe = [place for place, one in enumerate(points) if _safe(one, overlap, point.read_at, newest)]
        return replace(self, points=_thinned(points[max(safe, default=0) :]))


def _safe(point: Point, overlap: timedelta, now: datetime, newest: datetime | None) -> bool:
    if now - point.read_at > overlap:
        return True
    return point.source_at is not None and newest is not None and newest - point.source_at > overlap


def _thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """Keep the first, the last, and every other one between where there are too many."""
    while len(points) > _MOST_KEPT:
        points = [*points[:-1:2], points[-1]]
    return tuple(points)
