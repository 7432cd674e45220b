"""Rows: what tables of centres and windows hold, as values."""

from datetime import date

from django.db.models import Q

from yichuang.regions.models import Centre, CentreState, CentreSystem, Window
from yichuang.regions.values import CentreRow, CentreStateKind, Level, WindowKind, WindowRow


def true_on(on: date) -> Q:
    """Return the condition that a row is true on a day."""
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def centre_row(row: Centre, state: CentreState | None, system: CentreSystem | None) -> CentreRow:
    """Return a centre with its state and system of a day."""
    return CentreRow(
        code=row.code,
        name=row.name,
        division=row.division_id,
        level=Level(row.level),
        organisation=row.organisation_id,
        floor_area=row.floor_area,
        opened_on=row.opened_on,
        state=CentreStateKind(state.state) if state else None,
        state_since=state.valid_from if state else None,
        state_source=state.source if state else "",
        supervision=system.supervision if system else None,
        compatible=system.compatible if system else None,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        successor=row.successor_id or "",
    )


def window_row(row: Window) -> WindowRow:
    """Return a window."""
    return WindowRow(
        code=row.code,
        centre=row.centre_id,
        number=row.number,
        name=row.name,
        kind=WindowKind(row.kind),
        area=row.area,
        organisation=row.organisation_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
