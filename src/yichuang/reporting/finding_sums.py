"""Finding sums: how many findings by county, rule, department, day, colour: from cells, never from a scan of findings.

Stands between pages of supervision and the cells. One office of one county has few findings: there they are counted
themselves, which the cells, kept by one dimension at a time, could not tell.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from yichuang.kernel.periods import Period
from yichuang.reporting.values import Scope, ScopeTooNarrow
from yichuang.supervision import queries as supervision
from yichuang.supervision.values import FoundRow

# What findings can be told apart by; "day" is a date, the others are codes.
FIELDS = ("day", "county", "department", "item", "rule", "rule_class", "colour")
_COLUMNS = {"day": "day", "county": "county", "rule_class": "rule_class", "colour": "colour"}

Sums = dict[tuple[Any, ...], int]


def sum_findings(
    *, period: Period, scope: Scope, by: Sequence[Sequence[str]], rule_class: str = ""
) -> tuple[Sums, ...]:
    """Return one breakdown for each entry of `by`: the number of findings by a tuple of the fields it names.

    Days are those of the breach. What fell away later is not counted. A scope may name a county, counties, a
    department, and with county and department an item. Raises ScopeTooNarrow where rules and departments of more
    than one office are to be told apart at once.
    """
    if scope.county and scope.department:
        return tuple(_counted(period, scope, fields, rule_class) for fields in by)
    fallen = [
        row
        for row in supervision.list_fallen(
            start_on=period.start_on, until=period.until, county=scope.county, department=scope.department
        )
        if (not scope.counties or row.county in scope.counties) and rule_class in ("", row.rule_class)
    ]
    # One reading of a dimension answers all breakdowns that need no other.
    wanted: dict[str, set[str]] = {}
    for fields in by:
        wanted.setdefault(_dimension(scope, fields, rule_class), set()).update(fields)
    read = {
        dimension: _read(
            period,
            scope,
            [name for name in FIELDS if name in fields],
            dimension=dimension,
            rule_class=rule_class,
            fallen=fallen,
        )
        for dimension, fields in wanted.items()
    }
    return tuple(_told(read[_dimension(scope, fields, rule_class)], fields) for fields in by)


_Rows = tuple[list[str], Counter[tuple[Any, ...]]]


def _told(rows: _Rows, fields: Sequence[str]) -> Sums:
    """Return the sums by some of the fields by which they were read."""
    names, counts = rows
    places = [names.index(name) for name in fields]
    found: Counter[tuple[Any, ...]] = Counter()
    for key, count in counts.items():
        found[tuple(key[place] for place in places)] += count
    return {key: count for key, count in found.items() if count > 0}


def _counted(period: Period, scope: Scope, fields: Sequence[str], rule_class: str) -> Sums:
    rows = supervision.group_findings(
        start_on=period.start_on,
        until=period.until,
        county=scope.county,
        department=scope.department,
        item=scope.item,
        rule_class=rule_class,
        by=fields,
    )
    return {tuple(getattr(row, name) for name in fields): row.count for row in rows}


def _read(
    period: Period,
    scope: Scope,
    names: list[str],
    *,
    dimension: str,
    rule_class: str,
    fallen: Sequence[FoundRow],
) -> _Rows:
    """Return the cells of one dimension in a scope and period, summed by fields, less what fell away."""
    columns = [_COLUMNS.get(name, '"key"') for name in names]
    condition, parameters = _where(period, by_day="day" in names)
    for column, value in (
        ("dimension", dimension),
        ("county", scope.county),
        ("rule_class", rule_class),
        ('"key"', scope.department),
    ):
        if value:
            condition += f" AND {column} = %s"
            parameters.append(value)
    if scope.counties and not scope.county:
        condition += f" AND county IN ({', '.join(['%s'] * len(scope.counties))})"
        parameters += scope.counties
    told = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {told + ', ' if told else ''}COALESCE(SUM(found), 0) FROM reporting_findingcell WHERE {condition}"
            + (f" GROUP BY {told} ORDER BY {told}" if told else ""),
            parameters,
        )
        found = Counter({_key(names, row[:-1]): int(row[-1]) for row in cursor.fetchall()})
    for row in fallen:
        found[tuple(getattr(row, name) for name in names)] -= row.count
    return names, found


def _dimension(scope: Scope, fields: Sequence[str], rule_class: str) -> str:
    """Return the dimension whose cells answer; raises ScopeTooNarrow where it would take two."""
    if "item" in fields:
        raise ScopeTooNarrow(first="department", second="item")
    by_class = bool(rule_class) or "rule_class" in fields
    if "department" in fields or scope.department:
        if "rule" in fields:
            raise ScopeTooNarrow(first="department", second="rule")
        return "dept-class" if by_class else "department"
    if "rule" in fields:
        return "rule"
    return "all-class" if by_class else "all"


def _key(fields: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        date.fromisoformat(value) if name == "day" and isinstance(value, str) else value
        for name, value in zip(fields, values, strict=True)
    )


def _where(period: Period, *, by_day: bool) -> tuple[str, list[Any]]:
    """Return the condition that selects the cells of a period: whole months and single days, or days only."""
    if by_day:
        bounds = [period.start_on.isoformat(), period.until.isoformat()]
        return "grain = 'd' AND day >= %s AND day < %s", bounds
    months, days = period.split_into_months_and_days()
    parts, parameters = [], []
    if months:
        parts.append("(grain = 'm' AND day >= %s AND day <= %s)")
        parameters += [date(*months[0], 1).isoformat(), date(*months[-1], 1).isoformat()]
    if days:
        parts.append(f"(grain = 'd' AND day IN ({', '.join(['%s'] * len(days))}))")
        parameters += [day.isoformat() for day in days]
    return f"({' OR '.join(parts)})", parameters
