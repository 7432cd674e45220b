"""Records: all that is known of one centre, each fact with where it comes from, and what changed since it was read."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Q

from yichuang.regions.amending import contradictions_of, loads_since
from yichuang.regions.domain.refusals import CentreUnknown
from yichuang.regions.models import Amendment, Centre, CentreState, CentreSystem, Load, Post, Window
from yichuang.regions.rows import centre_row, true_on, window_row
from yichuang.regions.values import (
    AmendmentKind,
    AmendmentRow,
    CentreRecord,
    CentreStateKind,
    Contradiction,
    LoadRow,
    StateRow,
    SystemRow,
    WindowRecord,
)

_Dated = TypeVar("_Dated", CentreState, CentreSystem)


def get_centre(*, code: str, on: date) -> CentreRecord:
    """Return what is on record for a centre, its windows as of a day and later (seven queries at most).

    Refuses with `CentreUnknown` where no such centre was ever on record.
    """
    row = Centre.objects.filter(code=code).first()
    if row is None:
        raise CentreUnknown(centre=code)
    version = Load.objects.order_by("-id").values_list("id", flat=True).first() or 0
    states = list(CentreState.objects.filter(centre=code).order_by("valid_from", "code"))
    systems = list(CentreSystem.objects.filter(centre=code).order_by("valid_from", "code"))
    windows = Window.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), centre=code)
    at_window = (
        Post.objects.filter(true_on(on), window__centre=code).order_by("code").values_list("window_id", flat=True)
    )
    posts = Counter(at_window)
    return CentreRecord(
        centre=centre_row(row, _of_day(states, on), _of_day(systems, on)),
        amendment=row.amendment_id,
        states=tuple(
            StateRow(
                code=one.code,
                state=CentreStateKind(one.state),
                valid_from=one.valid_from,
                valid_until=one.valid_until,
                source=one.source,
                amendment=one.amendment_id,
                filed=one.filed,
            )
            for one in states
        ),
        systems=tuple(
            SystemRow(
                code=one.code,
                supervision=one.supervision,
                compatible=one.compatible,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
                source=one.source,
                amendment=one.amendment_id,
                filed=one.filed,
            )
            for one in systems
        ),
        windows=tuple(
            WindowRecord(window_row(one), posts[one.code], one.amendment_id, one.filed)
            for one in windows.order_by("number", "valid_from", "code")
        ),
        amendments=list_amendments(centre=code),
        version=version,
    )


def list_amendments(*, centre: str) -> tuple[AmendmentRow, ...]:
    """Return the amendments of a centre, the last recorded first (one query)."""
    return _listed(Amendment.objects.filter(centre=centre).order_by("-id"))


def list_contradictions(*, centre: str) -> tuple[Contradiction, ...]:
    """Return where the data files and the amendments of a centre disagree, and what holds (six queries at most)."""
    return tuple(contradictions_of(centre))


def list_upcoming(*, on: date) -> dict[str, tuple[AmendmentRow, ...]]:
    """Return by centre the amendments that come into force after a day, the first to come first (two queries)."""
    withdrawn = Amendment.objects.filter(withdraws__isnull=False).values("withdraws")
    rows = Amendment.objects.filter(in_force_on__gt=on, withdraws__isnull=True).exclude(pk__in=withdrawn)
    found: dict[str, list[AmendmentRow]] = {}
    for row in _listed(rows.order_by("in_force_on", "id")):
        found.setdefault(row.centre, []).append(row)
    return {centre: tuple(rows) for centre, rows in found.items()}


def list_changes(*, centre: str, since: int) -> tuple[AmendmentRow | LoadRow, ...]:
    """Return what changed a centre since a version was read, the oldest first: amendments, and loads of the files."""
    amendments = list(Amendment.objects.filter(centre=centre, load_id__gt=since).order_by("load_id"))
    found: list[tuple[int, AmendmentRow | LoadRow]] = list(
        zip((row.load_id for row in amendments), _listed(amendments), strict=True)
    )
    found += [(row.pk, LoadRow(row.by_name, row.loaded_at)) for row in loads_since(since)]
    return tuple(row for _version, row in sorted(found, key=lambda one: one[0]))


def _of_day(rows: Iterable[CentreState] | Iterable[CentreSystem], on: date):  # type: ignore[no-untyped-def]
    return next(
        (row for row in rows if row.valid_from <= on and (row.valid_until is None or on < row.valid_until)), None
    )


def _listed(rows: Iterable[Amendment]) -> tuple[AmendmentRow, ...]:
    found = list(rows)
    taken_back = dict(
        Amendment.objects.filter(withdraws__in=[row.pk for row in found]).values_list("withdraws_id", "id")
    )
    return tuple(_amendment(row, taken_back.get(row.pk)) for row in found)


def _amendment(row: Amendment, withdrawn_by: int | None) -> AmendmentRow:
    details = row.details
    window = details.get("windows", {})
    state = details.get("centre_states", {}).get("state", "")
    system = details.get("centre_systems", {})
    return AmendmentRow(
        id=row.pk,
        centre=row.centre,
        kind=AmendmentKind(row.kind),
        in_force_on=row.in_force_on,
        reason=row.reason,
        by_id=row.by_id,
        by_name=row.by_name,
        recorded_at=row.recorded_at,
        state=CentreStateKind(state) if state else None,
        supervision=system["supervision"] == "yes" if system else None,
        compatible=system["compatible"] == "yes" if system else None,
        window=details.get("window", ""),
        number=window.get("number", "") or details.get("number", ""),
        name=window.get("name", "") or details.get("centres", {}).get("name", "") or details.get("name", ""),
        organisation=window.get("organisation", "") or details.get("centres", {}).get("organisation", ""),
        with_windows=bool(details.get("with_windows")),
        withdraws=row.withdraws_id,
        withdrawn_by=withdrawn_by,
    )
