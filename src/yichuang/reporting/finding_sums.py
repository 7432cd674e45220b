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
    return tuple(_from_cells(period, scope, fields, rule_class, fallen) for fields in by)


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


def _from_cells(
    period: Period, scope: Scope, fields: Sequence[str], rule_class: str, fallen: Sequence[FoundRow]
) -> Sums:
    dimension = _dimension(scope, fields)
    columns = [_COLUMNS.get(name, '"key"') for name in fields]
    condition, parameters = _where(period, by_day="day" in fields)
    condition += " AND dimension = %s"
    parameters.append(dimension)
    for column, value in (
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
        found = Counter({_key(fields, row[:-1]): int(row[-1]) for row in cursor.fetchall()})
    for row in fallen:
        found[tuple(getattr(row, name) for name in fields)] -= row.count
    return {key: count for key, count in found.items() if count > 0}


def _dimension(scope: Scope, fields: Sequence[str]) -> str:
    """Return the dimension whose cells answer; raises ScopeTooNarrow where it would take two."""
    if "item" in fields:
        raise ScopeTooNarrow(first="department", second="item")
    department = "department" in fields or bool(scope.department)
    if department and "rule" in fields:
        raise ScopeTooNarrow(first="department", second="rule")
    return "department" if department else "rule" if "rule" in fields else "all"


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
