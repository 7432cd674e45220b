"""Reach: whether one finding or one card lies within a reader's scope; lists are limited by supervision's own doors."""

from collections.abc import Iterable
from typing import Protocol

from yichuang.accounts.values import Scope, division_prefix


class Placed(Protocol):
    """What lies somewhere: a finding or a card."""

    @property
    def county(self) -> str:
        """Return the county, or the city for its own level."""

    @property
    def town(self) -> str:
        """Return the town, "" without one."""

    @property
    def organisation(self) -> str:
        """Return the organisation concerned."""

    @property
    def centre(self) -> str:
        """Return the centre concerned."""


def covers(scope: Scope, row: Placed) -> bool:
    """Tell whether it lies within the scope."""
    return scope.covers(division=row.town or row.county, organisation=row.organisation, centre=row.centre)


def counties_in(scope: Scope, counties: Iterable[str]) -> list[str]:
    """Return those of the counties that a scope touches, in their order."""
    prefixes = [division_prefix(area.division) for area in scope.areas]
    return [code for code in counties if any(code.startswith(one) or one.startswith(code) for one in prefixes)]
