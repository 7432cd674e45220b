"""Reach: which sources somebody may look after, by the county that they report for."""

from collections.abc import Collection
from typing import Any

from yichuang.exchange.values import ConnectionRow
from yichuang.ui.names import Names

NO_COUNTY = ""


def counties_of(scope: Any, names: Names) -> tuple[str, ...]:
    """Return the counties in reach; who reaches the whole city also looks after what belongs to no county."""
    reached = tuple(code for code in names.counties if scope.covers(division=code))
    return (*reached, NO_COUNTY) if scope.covers(division=names.city) else reached


def county_of(source: str, *, rows: Collection[ConnectionRow]) -> str:
    """Return the county that a source reports for; one that came by file belongs to none."""
    return next((row.county for row in rows if row.source == source), NO_COUNTY)
