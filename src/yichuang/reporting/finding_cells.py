"""Finding cells: keeps the sums of findings in step with supervision; the only writer of their table.

Findings are never deleted and never change their day or place, so each is added once, by the cells of its day and of
its month. What falls away later is rare and is taken off on reading.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

from yichuang.reporting.models import FindingCell, FindingsRead
from yichuang.supervision import queries as supervision
from yichuang.supervision.values import FoundRow

NAME = "reporting.findings"
_KEY = ("grain", "dimension", "day", "county", '"key"', "rule_class", "colour")
_INSERT = (
    f"INSERT INTO reporting_findingcell ({', '.join(_KEY)}, found) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET found = reporting_findingcell.found + excluded.found"
)

_Cell = tuple[str, str, date, str, str, str, str]


def follow() -> int:
    """Add new findings to the cells, some tens of thousands at a time; return how many (0: nothing new)."""
    standing = FindingsRead.objects.filter(name=NAME).first()
    if not supervision.tally_found(after=standing.last if standing else 0, limit=1)[0]:
        # Without news no write transaction is opened: on SQLite it would keep writers waiting.
        return 0
    with transaction.atomic():
        read, _ = FindingsRead.objects.select_for_update().get_or_create(name=NAME)
        rows, last = supervision.tally_found(after=read.last)
        _add(rows)
        FindingsRead.objects.filter(pk=read.pk).update(last=last)
    return sum(row.count for row in rows)


def rebuild() -> int:
    """Throw all cells away and add every finding again; return how many."""
    with transaction.atomic():
        FindingsRead.objects.filter(name=NAME).delete()
        FindingCell.objects.all().delete()
        total = 0
        while found := follow():
            total += found
    return total


def _add(rows: Iterable[FoundRow]) -> None:
    found: Counter[_Cell] = Counter()
    for row in rows:
        # Most pages ask for all classes: sums without the class are an eighth of those with it.
        for dimension, key, rule_class in (
            ("all", "", ""),
            ("all-class", "", row.rule_class),
            ("rule", row.rule, row.rule_class),
            ("department", row.department, ""),
            ("dept-class", row.department, row.rule_class),
        ):
            for grain, day in (("d", row.day), ("m", row.day.replace(day=1))):
                found[grain, dimension, day, row.county, key, rule_class, row.colour] += row.count
    plain = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT,
            [(*cell[:2], cell[2] if plain else cell[2].isoformat(), *cell[3:], count) for cell, count in found.items()],
        )
