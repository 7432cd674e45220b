"""Door of the regions context: what may be asked about places.

Every question names its day. Answers are values, in an order that ends in a unique code.
"""

from datetime import date
from functools import lru_cache

from django.db.models import Q

from yichuang.kernel.identifiers.division_code import DivisionValidity
from yichuang.regions.models import Centre, CentreState, CentreSystem, Division, Load, Organisation, Post, Window
from yichuang.regions.values import (
    CentreRow,
    CentreStateKind,
    DivisionNotKnown,
    DivisionRow,
    DivisionTree,
    Level,
    OrganisationKind,
    OrganisationNotKnown,
    OrganisationRow,
    PostRank,
    PostRole,
    PostRow,
    WindowKind,
    WindowRow,
)

_TREES_KEPT = 64


def get_data_version() -> str:
    """Return the name of the present state of the data, "" before the first load (one query)."""
    return Load.objects.order_by("-id").values_list("version", flat=True).first() or ""


def get_tree(*, on: date) -> DivisionTree:
    """Return the tree of divisions in force on a day.

    Kept per process by day and data version: one small query when kept, one more when not.
    """
    return _tree(on, get_data_version())


def get_division(*, code: str, on: date) -> DivisionRow:
    """Return the division of `code` in force on a day; refuses with `DivisionNotKnown`."""
    row = Division.objects.filter(_true(on), code=code).first()
    if row is None:
        raise DivisionNotKnown(code=code, on=on.isoformat())
    return _division(row)


def get_division_register() -> dict[str, DivisionValidity]:
    """Return all divisions ever, in the form in which `kernel.identifiers.division_code` asks for them (one query)."""
    rows = Division.objects.values_list("code", "name", "valid_from", "valid_until", "successor_id")
    return {
        code: DivisionValidity(name, start, until, (successor,) if successor else ())
        for code, name, start, until, successor in rows
    }


def find_organisation(*, code: str, on: date | None = None) -> OrganisationRow | None:
    """Return the organisation of `code`, None when there is none or (with `on`) it does not exist on that day."""
    rows = Organisation.objects.filter(code=code)
    row = (rows if on is None else rows.filter(_true(on))).first()
    return None if row is None else _organisation(row)


def get_organisation_in_force(*, code: str, on: date) -> OrganisationRow:
    """Return the organisation of `code`, or on a later day the one that took over its duties.

    工商局 of 2015 gives 市场监管局 on a day in 2020. The last of the line is returned when nothing followed.
    Refuses with `OrganisationNotKnown`.
    """
    row = find_organisation(code=code)
    if row is None:
        raise OrganisationNotKnown(code=code)
    seen = {row.code}
    while row.valid_until is not None and row.valid_until <= on and row.successor and row.successor not in seen:
        seen.add(row.successor)
        row = find_organisation(code=row.successor) or row
    return row


def get_successors(*, on: date) -> dict[str, str]:
    """Return, by the code of each organisation that a day no longer has, who does that day what it did (one query)."""
    rows = Organisation.objects.filter(successor__isnull=False, valid_until__lte=on).order_by("code")
    followed: dict[str, str] = dict(rows.values_list("code", "successor"))

    def last(code: str) -> str:
        seen = {code}
        while code in followed and followed[code] not in seen:
            code = followed[code]
            seen.add(code)
        return code

    return {code: last(code) for code in followed}


def list_organisations(
    *, division: str | None = None, on: date, departments_only: bool = False
) -> tuple[OrganisationRow, ...]:
    """Return the organisations of a division (not of those below it), or of all, that exist on a day, by code.

    `departments_only` leaves those that stand in the numbered list of departments of 2015.
    """
    rows = Organisation.objects.filter(_true(on))
    if division is not None:
        rows = rows.filter(division=division)
    if departments_only:
        rows = rows.exclude(number="")
    return tuple(_organisation(row) for row in rows.order_by("code"))


def get_organisation_names() -> dict[str, str]:
    """Return the full names of all organisations ever, by code (one query)."""
    return dict(Organisation.objects.order_by("code").values_list("code", "name"))


def list_centres(*, on: date, level: Level | None = None, division: str | None = None) -> tuple[CentreRow, ...]:
    """Return the centres on the register on a day, with their state and supervision system, by code (three queries)."""
    rows = Centre.objects.filter(_true(on))
    if level is not None:
        rows = rows.filter(level=level.value)
    if division is not None:
        rows = rows.filter(division=division)
    states = {state.centre_id: state for state in CentreState.objects.filter(_true(on), centre__in=rows)}
    systems = {system.centre_id: system for system in CentreSystem.objects.filter(_true(on), centre__in=rows)}
    return tuple(_centre(row, states.get(row.code), systems.get(row.code)) for row in rows.order_by("code"))


def count_centres(on: date) -> dict[str, int]:
    """Return how many centres of each level are running on a day; planned, building, trial and closed do not count."""
    running = CentreState.objects.filter(_true(on), state=CentreStateKind.RUNNING.value)
    levels = list(running.order_by("centre_id").values_list("centre__level", flat=True))
    return {level.value: levels.count(level.value) for level in Level}


def list_windows(*, on: date, centre: str | None = None) -> tuple[WindowRow, ...]:
    """Return the windows open on a day, of one centre or of all, by centre and number."""
    rows = Window.objects.filter(_true(on))
    if centre is not None:
        rows = rows.filter(centre=centre)
    return tuple(_window(row) for row in rows.order_by("centre_id", "number", "code"))


def list_posts(*, on: date, centre: str | None = None, organisation: str | None = None) -> tuple[PostRow, ...]:
    """Return who holds which post on a day, by code (one query).

    With `centre` only posts at its windows, with `organisation` only posts of that organisation. Names are
    for the caller to mask before they reach a screen.
    """
    rows = Post.objects.filter(_true(on)).select_related("staff", "window")
    if centre is not None:
        rows = rows.filter(window__centre=centre)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return tuple(_post(row) for row in rows.order_by("code"))


def _true(on: date) -> Q:
    """Return the condition that a row is true on a day."""
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


@lru_cache(maxsize=_TREES_KEPT)
def _tree(on: date, version: str) -> DivisionTree:  # noqa: ARG001 - the version is part of the key
    return DivisionTree((_division(row) for row in Division.objects.filter(_true(on)).order_by("code")), on=on)


def _division(row: Division) -> DivisionRow:
    return DivisionRow(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=Level(row.level),
        parent=row.parent_id or "",
        statutory=row.statutory,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        successor=row.successor_id or "",
        source=row.source,
    )


def _organisation(row: Organisation) -> OrganisationRow:
    return OrganisationRow(
        code=row.code,
        number=row.number,
        department_key=row.department_key,
        division=row.division_id,
        name=row.name,
        short_name=row.short_name,
        kind=OrganisationKind(row.kind),
        organisation_code=row.organisation_code,
        uscc=row.uscc,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        successor=row.successor_id or "",
        source=row.source,
    )


def _centre(row: Centre, state: CentreState | None, system: CentreSystem | None) -> CentreRow:
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


def _window(row: Window) -> WindowRow:
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


def _post(row: Post) -> PostRow:
    return PostRow(
        code=row.code,
        staff_number=row.staff_id,
        staff_name=row.staff.name,
        organisation=row.organisation_id,
        window=row.window_id or "",
        centre=row.window.centre_id if row.window else "",
        role=PostRole(row.role),
        rank=PostRank(row.rank),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
