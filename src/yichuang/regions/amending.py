"""Keeps amendments: reads what is on record for a centre, lets the domain decide, appends, and lays all anew.

Every change of the data, by load or by amendment, is one link of one chain: the link is taken first, so that nobody
decides upon what another is about to change.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.regions.domain import acts
from yichuang.regions.domain import refusals as r
from yichuang.regions.domain.amendments import Amended, AmendmentKind, Contradiction
from yichuang.regions.domain.deciding import Facts, clean_reason, decide
from yichuang.regions.domain.merging import AMENDABLE, Rows, merge
from yichuang.regions.domain.tables import POSTS
from yichuang.regions.loading import filed_rows, marks_of, rows_of, store
from yichuang.regions.models import Amendment, Centre, Dated, Division, Load, Organisation
from yichuang.regions.values import DivisionNotKnown, Level

# As many as may change the data in the same instant.
_TRIES = 8
_SOURCE = 200
# What a load may change of a centre.
_OF_CENTRES = ("centres", "centre_states", "centre_systems", "windows")
Result = TypeVar("Result")


def again_when_overtaken(work: Callable[[], Result]) -> Result:
    """Do work in a transaction, anew where another change of the data came first."""
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return work()
        except IntegrityError:
            if not left:
                raise
    raise AssertionError  # the last try has returned or raised


def link(*, parts: list[bytes], folder: str = "", by: Actor, at: datetime) -> Load:
    """Take the next link of the chain of changes; another who takes it at the same time waits and then fails."""
    last = Load.objects.order_by("id").last()
    previous = last.version if last else ""
    version = sm3(b"".join([previous.encode(), at.isoformat().encode(), *parts])).hex()
    return Load.objects.create(
        version=version, previous=previous, folder=folder, by_id=by.id, by_name=by.name, loaded_at=at, changes={}
    )


def amend(
    *,
    centre: str,
    act: acts.Act,
    in_force_on: date,
    reason: str,
    by: Actor,
    at: datetime,
    expected_version: int | None,
) -> int:
    """Record one amendment and return its number."""
    reason = clean_reason(reason)

    def work() -> int:
        taken = link(parts=[centre.encode(), repr(act).encode(), by.id.encode()], by=by, at=at)
        if expected_version is not None and is_changed(centre, since=expected_version, before=taken.pk):
            raise r.CentreChanged()
        on = timezone.localdate(at) if isinstance(act, acts.WithdrawAmendment) else in_force_on
        present = _present(centre)
        facts = Facts(
            centre=centre,
            filed=_filed(present),
            amendments=tuple(list_amended(centre)[centre]),
            level=_check_places(act, on=on),
        )
        decided = decide(facts, act, on=on, today=timezone.localdate(at))
        row = Amendment.objects.create(
            centre=centre,
            kind=decided.kind.value,
            in_force_on=on,
            details=dict(decided.details),
            withdraws_id=decided.details.get("amendment"),
            reason=reason,
            by_id=by.id,
            by_name=by.name,
            recorded_at=at,
            load=taken,
        )
        book = replace(facts, amendments=(*facts.amendments, amended(row))).merged()
        marks = marks_of([book])
        for table in AMENDABLE:
            store(table, book.rows[table.file], present[table.file], marks[table.file])
        return row.pk

    return again_when_overtaken(work)


def is_changed(centre: str, *, since: int, before: int | None = None) -> bool:
    """Tell whether an amendment of a centre was recorded, or files were loaded that change centres, since a version."""
    amendments = Amendment.objects.filter(centre=centre, load_id__gt=since)
    if before is not None:
        amendments = amendments.filter(load_id__lt=before)
    return amendments.exists() or any(loads_since(since))


def loads_since(version: int) -> list[Load]:
    """Return the loads of files since a version that changed centres or windows."""
    rows = Load.objects.filter(pk__gt=version).exclude(folder="").order_by("pk")
    return [row for row in rows if any(any(row.changes.get(file, ())) for file in _OF_CENTRES)]


def code_of_new_centre(division: str, *, on: date) -> str:
    """Return the code of a new centre as the files write it: `<division>-centre`, a town's `<town>-hall`.

    Where an earlier centre has the code, the day stands behind it. Refuses with `DivisionNotKnown`.
    """
    code = f"{division}-hall" if level_of(division, on=on) is Level.TOWN else f"{division}-centre"
    return f"{code}-{on:%Y%m%d}" if Centre.objects.filter(code=code).exists() else code


def level_of(division: str, *, on: date) -> Level:
    """Return the level of a division in force on a day; refuses with `DivisionNotKnown`."""
    found = Division.objects.filter(_true(on), code=division).values_list("level", flat=True).first()
    if found is None:
        raise DivisionNotKnown(code=division, on=on.isoformat())
    return Level(found)


def list_amended(centre: str = "") -> dict[str, list[Amended]]:
    """Return the amendments of one centre or of all, by centre, in the order of recording (one query)."""
    rows = Amendment.objects.order_by("id")
    found: dict[str, list[Amended]] = defaultdict(list)
    for row in rows.filter(centre=centre) if centre else rows:
        found[row.centre].append(amended(row))
    return found


def amended(row: Amendment) -> Amended:
    """Return an amendment as the domain sees it."""
    recorded_on = timezone.localdate(row.recorded_at).isoformat()
    return Amended(
        id=row.pk,
        centre=row.centre,
        kind=AmendmentKind(row.kind),
        on=row.in_force_on,
        details=row.details,
        source=f"修订{row.pk}（{row.by_name}，{recorded_on}）：{row.reason}"[:_SOURCE],
    )


def contradictions_of(centre: str) -> list[Contradiction]:
    """Return where the files and the amendments of a centre disagree today."""
    amendments = list_amended(centre)[centre]
    return merge(_filed(_present(centre)), amendments).contradictions if amendments else []


def _true(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def _present(centre: str) -> dict[str, dict[str, Dated]]:
    """Return the rows of one centre as they stand."""
    chosen = {table.file: Q(centre=centre) for table in AMENDABLE}
    chosen["centres"], chosen[POSTS.file] = Q(code=centre), Q(window__centre=centre)
    return {table.file: rows_of(table, chosen[table.file]) for table in AMENDABLE}


def _filed(present: dict[str, dict[str, Dated]]) -> Rows:
    return {table.file: filed_rows(table, present[table.file].values()) for table in AMENDABLE}


def _check_places(act: acts.Act, *, on: date) -> str:
    """Refuse an organisation, or for a new centre a division, that the day does not have; return the level."""
    match act:
        case acts.OpenWindow() | acts.ReseatWindow() | acts.RegisterCentre():
            if not Organisation.objects.filter(_true(on), code=act.organisation).exists():
                raise r.OrganisationNotSeatable(on=on.isoformat(), organisation=act.organisation)
    if not isinstance(act, acts.RegisterCentre):
        return ""
    standing = Centre.objects.filter(division=act.division).exclude(valid_until__lte=on).order_by("code").first()
    if standing is not None:
        raise r.CentreExists(centre=standing.code)
    return level_of(act.division, on=on).value
