"""The door for reading figures and bulletins: sums come from cells, never from a scan of the ledger."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection

from yichuang.cases import queries as cases
from yichuang.cases.values import CaseFilter
from yichuang.catalogue.queries import get_terms
from yichuang.kernel.periods import Period
from yichuang.reporting.bulletins.codec import decode_notice
from yichuang.reporting.bulletins.queries import Annex
from yichuang.reporting.cells import DIMENSIONS, NAME
from yichuang.reporting.finding_sums import sum_findings
from yichuang.reporting.models import MEASURES, Bulletin
from yichuang.reporting.values import (
    BreakdownRow,
    BulletinFile,
    BulletinNotFound,
    BulletinRow,
    FigureSet,
    Progress,
    Scope,
    ScopeTooNarrow,
    Sums,
    figures,
)

__all__ = [
    "behind",
    "case_filter",
    "get_bulletin",
    "get_figures",
    "get_progress",
    "list_breakdown",
    "list_bulletins",
    "list_trend",
    "sum_findings",
]

_SUMS = ", ".join(f"COALESCE(SUM({name}), 0)" for name in MEASURES)


def _dimension(scope: Scope, wanted: str = "") -> tuple[str, str]:
    """Return the dimension whose cells answer a scope, and the key to hold fast ("" for all).

    Raises ScopeTooNarrow where two dimensions would have to be held at once: cells keep each by itself.
    """
    given = [name for name in DIMENSIONS if getattr(scope, name) and name != wanted]
    if "department" in given and ("item" in given or wanted == "item"):
        # An item names its department.
        given.remove("department")
    if len(given) + (wanted in DIMENSIONS) > 1:
        raise ScopeTooNarrow(first=wanted if wanted in DIMENSIONS else given[0], second=given[-1])
    name = wanted if wanted in DIMENSIONS else given[0] if given else "channel"
    return name, getattr(scope, name)


def _items_of(department: str, *, period: Period) -> frozenset[str]:
    """Return the main items that any organisation of a department had at the beginning or the end of a period."""
    return frozenset(
        item
        for on in (period.start_on, period.until - timedelta(days=1))
        for organisation, item in get_terms(on=on)
        if organisation.partition("-")[2] == department
    )


def _counties(scope: Scope) -> tuple[str, list[Any]]:
    """Return the condition that keeps cells inside the counties of a scope, and its parameters."""
    if scope.county:
        return " AND county = %s", [scope.county]
    if scope.counties:
        return f" AND county IN ({', '.join(['%s'] * len(scope.counties))})", [*scope.counties]
    return "", []


def _where(period: Period, scope: Scope, dimension: str, key: str) -> tuple[str, list[Any]]:
    months, days = period.split_into_months_and_days()
    grains: list[str] = []
    parameters: list[Any] = [dimension]
    if months:
        first, last = date(*months[0], 1), date(*months[-1], 1)
        grains.append("(grain = 'm' AND day >= %s AND day <= %s)")
        parameters += [first.isoformat(), last.isoformat()]
    if days:
        grains.append(f"(grain = 'd' AND day IN ({', '.join(['%s'] * len(days))}))")
        parameters += [day.isoformat() for day in days]
    condition = f"dimension = %s AND ({' OR '.join(grains) or '1 = 0'})"
    within, counties = _counties(scope)
    condition += within
    parameters += counties
    if key:
        condition += ' AND "key" = %s'
        parameters.append(key)
    return condition, parameters


def _sums(condition: str, parameters: Sequence[Any], by: str = "") -> list[tuple[str, Sums]]:
    with connection.cursor() as cursor:
        if by:
            cursor.execute(
                f"SELECT {by}, {_SUMS} FROM reporting_cell WHERE {condition} GROUP BY 1 ORDER BY 1", parameters
            )
            return [(str(row[0]), Sums(*map(int, row[1:]))) for row in cursor.fetchall()]
        cursor.execute(f"SELECT {_SUMS} FROM reporting_cell WHERE {condition}", parameters)
        return [("", Sums(*map(int, cursor.fetchone())))]


def get_figures(*, period: Period, scope: Scope = Scope()) -> FigureSet:  # noqa: B008 - frozen
    """Return all figures of a scope and period.

    The scope may name one of town, item, channel or department (an item names its department already).
    """
    condition, parameters = _where(period, scope, *_dimension(scope))
    sums = _sums(condition, parameters)[0][1]
    return FigureSet(
        period=period,
        scope=scope,
        sums=sums,
        figures=figures(sums),
        open=cases.count_cases(case_filter(period=period, scope=scope, measure="open")),
        open_late=cases.count_cases(case_filter(period=period, scope=scope, measure="open-late")),
    )


def list_breakdown(*, period: Period, by: str, scope: Scope = Scope()) -> tuple[BreakdownRow, ...]:  # noqa: B008 - frozen
    """Return one row per county, town, department, item or channel within a scope, most accepted first.

    Name a department in the scope and only its items, as the catalogue has them, are returned. Raises
    ScopeTooNarrow.
    """
    if by == "county":
        condition, parameters = _where(period, scope, *_dimension(scope))
        rows = _sums(condition, parameters, by="county")
    else:
        condition, parameters = _where(period, scope, *_dimension(scope, wanted=by))
        rows = _sums(condition, parameters, by='"key"')
    if by == "item" and scope.department:
        own = _items_of(scope.department, period=period)
        rows = [row for row in rows if row[0] in own]
    return tuple(
        BreakdownRow(key, sums, figures(sums))
        for key, sums in sorted(rows, key=lambda row: (-row[1].accepted, row[0]))
        if sums.received or sums.accepted or sums.completed
    )


def list_trend(*, period: Period, scope: Scope = Scope(), grain: str = "m") -> tuple[BreakdownRow, ...]:  # noqa: B008 - frozen
    """Return one row per month ("m") or day ("d") of a period, in order; the key is the month's or the day's date."""
    dimension, key = _dimension(scope)
    condition = "dimension = %s AND grain = %s AND day >= %s AND day < %s"
    start = period.start_on.replace(day=1) if grain == "m" else period.start_on
    parameters: list[Any] = [dimension, grain, start.isoformat(), period.until.isoformat()]
    within, counties = _counties(scope)
    condition += within
    parameters += counties
    if key:
        condition += ' AND "key" = %s'
        parameters.append(key)
    return tuple(BreakdownRow(day, sums, figures(sums)) for day, sums in _sums(condition, parameters, by="day"))


def case_filter(*, period: Period, measure: str, scope: Scope = Scope()) -> CaseFilter:  # noqa: B008 - frozen
    """Return the filter that selects exactly the cases which a figure of this scope, period and measure counts."""
    return CaseFilter(
        measure=measure,
        start_on=period.start_on,
        until=period.until,
        county=scope.county,
        counties=scope.counties,
        town=scope.town,
        department=scope.department,
        item=scope.item,
        channel=scope.channel,
    )


def behind(*, period: Period, measure: str, scope: Scope = Scope()) -> tuple[int, str]:  # noqa: B008 - frozen
    """Return the number and the digest of the cases behind a figure, counted from facts and not from cells."""
    return cases.digest_cases(case_filter(period=period, measure=measure, scope=scope))


def get_progress() -> Progress:
    """Return how far the figures have followed the ledger."""
    read = cases.find_cursor(follower=NAME) or cases.START
    return Progress(read.position, cases.count_events())


def list_bulletins(*, division: str = "", limit: int = 50) -> tuple[BulletinRow, ...]:
    """Return drafted bulletins, newest first."""
    rows = Bulletin.objects.all()
    if division:
        rows = rows.filter(division=division)
    return tuple(_bulletin_row(row) for row in rows[:limit])


def get_bulletin(*, period: str, division: str) -> BulletinFile:
    """Return the newest draft of a period and division; raises BulletinNotFound."""
    row = Bulletin.objects.filter(period=period, division=division).first()
    if row is None:
        raise BulletinNotFound(period=period, division=division)
    return BulletinFile(_bulletin_row(row), decode_notice(row.notice), msgspec.json.decode(row.annex, type=Annex))


def _bulletin_row(row: Bulletin) -> BulletinRow:
    title = msgspec.json.decode(row.notice, type=_Titled).title
    return BulletinRow(row.pk, row.period, row.division, title, row.drafted_at, row.drafted_by)


class _Titled(msgspec.Struct):
    title: str
