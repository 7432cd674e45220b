"""Tallies: sums of many cases at once, counted from facts, for figures."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from yichuang.cases import selection
from yichuang.cases.rows import as_day
from yichuang.cases.values import CaseFilter, DailyTally

_SUM = "SUM(CASE WHEN {} THEN 1 ELSE 0 END)"
# Two dimensions a scan: counted together, then summed to each.
_PAIRS = (("department", "item"), ("town", "channel"))


def tally_days(days: Sequence[date]) -> Iterator[tuple[str, DailyTally]]:
    """Yield (dimension, tally) for the given days, one tally per day, county and key, counted from facts.

    Dimension is department, item, town or channel; town "" holds what was received outside a town.
    """
    if not days:
        return
    names = [str(selection.stored_day(day)) for day in days]
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        for pair in _PAIRS:
            sums: tuple[_Sums, _Sums] = ({}, {})
            for offset, sql in _scans(", ".join(pair), places):
                cursor.execute(sql, names)
                for day, county, first, second, *counts in cursor.fetchall():
                    for cells, key in zip(sums, (first, second), strict=True):
                        cell = cells.setdefault((day, county, key), [0] * 11)
                        for place, count in enumerate(counts, start=offset):
                            cell[place] += count or 0
            for dimension, cells in zip(pair, sums, strict=True):
                for (day, county, key), cell in sorted(cells.items()):
                    yield dimension, DailyTally(as_day(day), county, key, *map(int, cell))


_Sums = dict[tuple[Any, str, str], list[int]]


def _scans(keys: str, places: str) -> Iterator[tuple[int, str]]:
    """Yield the three scans with the place of their first sum: by day of receipt, of acceptance, of closing."""
    late, judged = selection.MEASURES["late"].condition, selection.MEASURES["judged"].condition
    grouped = f"county, {keys}"
    yield 0, f"SELECT received_on, {grouped}, COUNT(*) FROM cases_facts WHERE received_on IN ({places})" + _GROUP
    yield (
        1,
        f"SELECT accepted_on, {grouped}, COUNT(*) FROM cases_facts"
        f" WHERE {selection.MEASURES['accepted'].condition} AND accepted_on IN ({places})" + _GROUP,
    )
    yield (
        2,
        f"SELECT closed_on, {grouped}, COUNT(*), {_SUM.format('late_promised IS NOT TRUE')},"
        f" {_SUM.format('early')}, {_SUM.format(late)}, {_SUM.format('late_statutory')}, {_SUM.format(judged)},"
        f" SUM(CASE WHEN {judged} THEN used_days ELSE 0 END),"
        f" SUM(CASE WHEN {judged} THEN promised_amount ELSE 0 END),"
        f" SUM(CASE WHEN {judged} THEN COALESCE(statutory_amount, promised_amount) ELSE 0 END)"
        f" FROM cases_facts WHERE {selection.MEASURES['completed'].condition} AND closed_on IN ({places})" + _GROUP,
    )


_GROUP = " GROUP BY 1, 2, 3, 4"


def sum_used_days(chosen: CaseFilter) -> int:
    """Return the working days used by all cases that the filter selects, pauses taken out."""
    condition, parameters = selection.where(chosen)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(f.used_days), 0) FROM cases_facts f WHERE {condition}", parameters)
        return int(cursor.fetchone()[0])
