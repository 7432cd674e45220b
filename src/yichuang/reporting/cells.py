"""Cells: keeps the sums in step with the ledger; the only writer of the cell table.

A follower (ADR 0002): it asks which days changed since its cursor and counts those days anew from
facts, so it is exact after any correction, and live and rebuild are the same code.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from yichuang.cases import queries as cases
from yichuang.cases.commands import advance, begin_again
from yichuang.reporting.models import MEASURES, Cell

NAME = "reporting.cells"
DIMENSIONS = ("town", "department", "item", "channel")
_COLUMNS = ("grain", "dimension", "day", "county", '"key"', *MEASURES)
_INSERT = f"INSERT INTO reporting_cell ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
_DAYS_AT_ONCE = 400


def follow() -> int:
    """Bring the cells up to the end of the ledger; return how many days were counted anew (0: nothing new)."""
    total = 0
    while counted := _follow():
        total += counted
    return total


def _follow() -> int:
    """Count one stretch before the transaction that writes it: on SQLite every writer would wait for the counting.

    What changes meanwhile stands behind the stretch in the ledger, and its days are counted once more.
    """
    after = cases.find_cursor(follower=NAME) or cases.START
    days, end = cases.list_changed_days(after)
    if end == after:
        return 0
    rows = _tallied(days)

    def write(standing: cases.Cursor) -> tuple[int, cases.Cursor]:
        if standing != after:
            # Another process was quicker: what we counted may be older than what it wrote.
            return 1, standing
        _write(days, rows)
        return max(len(days), 1), end

    return advance(follower=NAME, work=write)


def rebuild() -> int:
    """Throw all cells away and count them from the beginning; return the number of days."""
    with transaction.atomic():
        begin_again(follower=NAME)
        Cell.objects.all().delete()
        return follow()


def _tallied(days: Sequence[date]) -> list[tuple[Any, ...]]:
    return [
        _stored(("d", dimension, tally.day, tally.county, tally.key, *_measures(tally)))
        for start in range(0, len(days), _DAYS_AT_ONCE)
        for dimension, tally in cases.tally_days(days[start : start + _DAYS_AT_ONCE])
    ]


def _write(days: Sequence[date], rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(days), _DAYS_AT_ONCE):
        Cell.objects.filter(grain="d", day__in=days[start : start + _DAYS_AT_ONCE]).delete()
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
    _sum_months(sorted({day.replace(day=1) for day in days}))


def _measures(tally: Any) -> tuple[int, ...]:
    return tuple(getattr(tally, name) for name in MEASURES)


def _stored(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:2], row[2] if connection.vendor == "postgresql" else row[2].isoformat(), *row[3:])


def _sum_months(months: Sequence[date]) -> None:
    Cell.objects.filter(grain="m", day__in=months).delete()
    sums = ", ".join(f"SUM({name})" for name in MEASURES)
    with connection.cursor() as cursor:
        for first in months:
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            bounds = [day.isoformat() for day in (first, first, following)]
            cursor.execute(
                f"INSERT INTO reporting_cell ({', '.join(_COLUMNS)})"
                f" SELECT 'm', dimension, %s, county, \"key\", {sums} FROM reporting_cell"
                " WHERE grain = 'd' AND day >= %s AND day < %s GROUP BY dimension, county, \"key\"",
                bounds,
            )
