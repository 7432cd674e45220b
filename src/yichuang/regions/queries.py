"""Door of the regions context: what may be asked about places.

Every question names its day. Answers are values, in an order that ends in a unique code.
"""

from datetime import date
from functools import lru_cache

from django.db import connection

from yichuang.kernel.identifiers.division_code import DivisionValidity
from yichuang.regions.models import Centre, CentreState, CentreSystem, Division, Load, Organisation, Post, Window
from yichuang.regions.records import get_centre, list_amendments, list_changes, list_contradictions, list_upcoming
from yichuang.regions.rows import centre_row, true_on, window_row
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
    WindowRow,
)

__all__ = [
    "count_centres",
    "find_closing",
    "find_organisation",
    "get_centre",
    "get_data_version",
    "get_division",
    "get_division_register",
    "get_organisation_in_force",
    "get_organisation_names",
    "get_successors",
    "get_tree",
    "list_amendments",
    "list_centres",
    "list_changes",
    "list_contradictions",
    "list_organisations",
    "list_posts",
    "list_upcoming",
    "list_windows",
]

_TREES_KEPT = 64


def get_data_version() -> str:
    """Return the name of the present state of the data, "" before the first load (one query)."""
    # Asked for every act that numbers a paper; written out, it costs a tenth of what building the statement would.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM {Load._meta.db_table} ORDER BY id DESC LIMIT 1")
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def get_tree(*, on: date) -> DivisionTree:
    """Return the tree of divisions in force on a day.

    Kept per process by day and data version: one small query when kept, one more when not.
    """
    return _tree(on, get_data_version())


def get_division(*, code: str, on: date) -> DivisionRow:
    """Return the division of `code` in force on a day; refuses with `DivisionNotKnown`."""
    row = Division.objects.filter(true_on(on), code=code).first()
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
    row = _organisations(get_data_version()).get(code)
    return None if row is None or (on is not None and not _exists(row, on)) else row


def _exists(row: OrganisationRow, on: date) -> bool:
    return row.valid_from <= on and (row.valid_until is None or row.valid_until > on)


def _organisations(version: str) -> dict[str, OrganisationRow]:
    # Before the first load there is nothing to keep.
    return _kept_organisations(version) if version else {}


@lru_cache(maxsize=2)
def _kept_organisations(version: str) -> dict[str, OrganisationRow]:  # noqa: ARG001 - the version is part of the key
    return {row.code: _organisation(row) for row in Organisation.objects.order_by("code")}


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
    rows = Organisation.objects.filter(true_on(on))
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
    rows = Centre.objects.filter(true_on(on))
    if level is not None:
        rows = rows.filter(level=level.value)
    if division is not None:
        rows = rows.filter(division=division)
    states = {state.centre_id: state for state in CentreState.objects.filter(true_on(on), centre__in=rows)}
    systems = {system.centre_id: system for system in CentreSystem.objects.filter(true_on(on), centre__in=rows)}
    return tuple(centre_row(row, states.get(row.code), systems.get(row.code)) for row in rows.order_by("code"))


def count_centres(on: date) -> dict[str, int]:
    """Return how many centres of each level are running on a day; planned, building, trial and closed do not count."""
    running = CentreState.objects.filter(true_on(on), state=CentreStateKind.RUNNING.value)
    levels = list(running.order_by("centre_id").values_list("centre__level", flat=True))
    return {level.value: levels.count(level.value) for level in Level}


def find_closing(*, centre: str, on: date) -> date | None:
    """Return the first day after a day from which a centre no longer receives people, None where none is known."""
    receiving = [CentreStateKind.RUNNING.value, CentreStateKind.TRIAL.value]
    later = CentreState.objects.filter(centre=centre, valid_from__gt=on).exclude(state__in=receiving)
    return later.order_by("valid_from", "code").values_list("valid_from", flat=True).first()


def list_windows(*, on: date, centre: str | None = None) -> tuple[WindowRow, ...]:
    """Return the windows open on a day, of one centre or of all, by centre and number."""
    rows = Window.objects.filter(true_on(on))
    if centre is not None:
        rows = rows.filter(centre=centre)
    return tuple(window_row(row) for row in rows.order_by("centre_id", "number", "code"))


def list_posts(*, on: date, centre: str | None = None, organisation: str | None = None) -> tuple[PostRow, ...]:
    """Return who holds which post on a day, by code (one query).

    With `centre` only posts at its windows, with `organisation` only posts of that organisation. Names are
    for the caller to mask before they reach a screen.
    """
    rows = Post.objects.filter(true_on(on)).select_related("staff", "window")
    if centre is not None:
        rows = rows.filter(window__centre=centre)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return tuple(_post(row) for row in rows.order_by("code"))


@lru_cache(maxsize=_TREES_KEPT)
def _tree(on: date, version: str) -> DivisionTree:  # noqa: ARG001 - the version is part of the key
    return DivisionTree((_division(row) for row in Division.objects.filter(true_on(on)).order_by("code")), on=on)


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
