"""The clock of a case drawn on one line: when it began, when it stood still, when it was due, how far it went over.

Pure: days come in, markup goes out. Lengths across are percentages, lengths down are em, so that it fits a telephone
and grows with the reader's text. The drawing only repeats what the list below it says in words, mark by mark.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from html import escape
from itertools import pairwise

_LEFT, _RIGHT = 5.0, 95.0
# Marks nearer than this, in per cent, would cover each other on a telephone: the next one stands a row lower.
_NEAREST = 8.5
_ROWS = 4
_ROW, _BAR, _BAR_TOP = 1.9, 0.9, 0.4


class Kind(StrEnum):
    """What a stretch of time or a mark is."""

    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    START = "start"
    DUE = "due"
    END = "end"
    BREACH = "breach"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Mark:
    """One day that counts, with its words in the reader's language."""

    on: date
    label: str
    kind: Kind
    number: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from one to another, during which the clock ran, stood still, or had run out."""

    start: date
    end: date
    kind: Kind


@dataclass(frozen=True, slots=True)
class ClockLine:
    """The drawing and its marks, numbered in the order of time."""

    svg: str
    marks: tuple[Mark, ...]


def stretches(
    *, start: date, due: date | None, end: date, pauses: Sequence[tuple[date, date | None]]
) -> tuple[Stretch, ...]:
    """Cut the time between start and end into stretches that run, stand still, or are over the limit."""
    cuts = {start, end}
    stops = [(max(begin, start), min(stop or end, end)) for begin, stop in pauses]
    stops = [(begin, stop) for begin, stop in stops if begin < stop]
    for begin, stop in stops:
        cuts |= {begin, stop}
    if due is not None and start < due < end:
        cuts.add(due)
    found: list[Stretch] = []
    ordered = sorted(cuts)
    for begin, stop in pairwise(ordered):
        middle = begin + (stop - begin) / 2
        still = any(one[0] <= middle < one[1] for one in stops)
        over = due is not None and begin >= due
        found.append(Stretch(begin, stop, Kind.PAUSED if still else Kind.OVER if over else Kind.RUNNING))
    return tuple(found)


def draw(marks: Sequence[Mark], parts: Sequence[Stretch]) -> ClockLine:
    """Return the drawing; marks are put in the order of time and numbered."""
    ordered = sorted(marks, key=lambda mark: mark.on)
    numbered = tuple(Mark(mark.on, mark.label, mark.kind, at) for at, mark in enumerate(ordered, 1))
    days = [mark.on for mark in numbered] + [day for part in parts for day in (part.start, part.end)]
    first, last = (min(days), max(days)) if days else (date.min, date.min)
    if first == last:
        last = first + timedelta(days=1)

    def across(day: date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (day - first).days / (last - first).days

    taken = [-_NEAREST] * _ROWS
    placed: list[tuple[Mark, float, int]] = []
    for mark in numbered:
        at = across(mark.on)
        row = next((one for one in range(_ROWS) if at - taken[one] >= _NEAREST), _ROWS - 1)
        taken[row] = at
        placed.append((mark, at, row))
    rows = max((row for _mark, _at, row in placed), default=0) + 1
    height = _BAR_TOP + _BAR + 0.5 + rows * _ROW
    body = [_part(part, across) for part in parts]
    body += [_mark(mark, at, row) for mark, at, row in placed]
    frame = f'<svg class="clock-line" style="height:{height:.2f}em" aria-hidden="true" focusable="false">'
    return ClockLine(f"{frame}{''.join(body)}</svg>", numbered)


def _part(part: Stretch, across: Callable[[date], float]) -> str:
    left, right = across(part.start), across(part.end)
    return (
        f'<rect class="clock-{part.kind.value}" x="{left:.2f}%" width="{max(right - left, 0.4):.2f}%"'
        f' y="{_BAR_TOP}em" height="{_BAR}em"/>'
    )


def _mark(mark: Mark, at: float, row: int) -> str:
    middle = _BAR_TOP + _BAR + 0.5 + row * _ROW + _ROW / 2 - 0.2
    kind = f"clock-mark-{mark.kind.value}"
    return (
        f'<line class="clock-stem" x1="{at:.2f}%" x2="{at:.2f}%" y1="{_BAR_TOP - 0.2}em" y2="{middle - 0.7:.2f}em"/>'
        f'<circle class="{kind}" cx="{at:.2f}%" cy="{middle:.2f}em" r=".78em"/>'
        f'<text class="{kind}-number" x="{at:.2f}%" y="{middle:.2f}em" dy=".34em" text-anchor="middle">'
        f"{escape(str(mark.number))}</text>"
    )
