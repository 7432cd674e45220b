"""Door of the regions context: what may be done to places.

The data files are the base: a load brings them in. Beside them a centre's manager records amendments, one act each,
dated and never rewritten; who may amend which centre is decided by the caller (`accounts.queries.require`, action
`centres.manage`).
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.regions import amending
from yichuang.regions.domain.faults import Fault, FileUnreadable, RegionDataFaulty
from yichuang.regions.domain.reading import Sheet, read_folder
from yichuang.regions.domain.tables import TABLES
from yichuang.regions.exporting import export_regions
from yichuang.regions.loading import write
from yichuang.regions.values import Act, LoadReport, RegisterCentre, WithdrawAmendment

__all__ = [
    "BUNDLED",
    "Fault",
    "RegionDataFaulty",
    "amend_centre",
    "export_regions",
    "load_regions",
    "register_centre",
    "withdraw_amendment",
]

# The data of Ankang that come with the house.
BUNDLED = Path(__file__).resolve().parent / "data" / "ankang"


def load_regions(*, folder: Path, by: Actor, at: datetime) -> LoadReport:
    """Bring the tables to what the files of `folder` say with the amendments beside them, wholly or not at all.

    A row the folder no longer holds is closed on the day of `at` (local time), never deleted. Amendments stay: where
    a file says something else, the later date in force holds and the report says so. A second load of the same
    folder changes nothing and leaves no record.
    Refuses with `RegionDataFaulty`, which holds every fault with its file, line, column and reason.
    """
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for table in TABLES:
        path = folder / f"{table.file}.csv"
        try:
            files[table.file] = path.read_bytes()
        except FileNotFoundError:
            continue  # reported as missing, with the other faults, by the reader
        except OSError as error:
            files[table.file] = b""
            faults.append(Fault(path.name, 0, "", FileUnreadable(reason=str(error))))
    sheets, found = read_folder(files)
    faults += found
    if faults:
        raise RegionDataFaulty(faults=faults)
    return amending.again_when_overtaken(lambda: _load(sheets, files, folder=folder, by=by, at=at))


def _load(sheets: dict[str, Sheet], files: dict[str, bytes], *, folder: Path, by: Actor, at: datetime) -> LoadReport:
    # Taken before anything is written, so that an amendment recorded meanwhile waits and is not lost.
    taken = amending.link(parts=[sm3(files[table.file]) for table in TABLES], folder=str(folder), by=by, at=at)
    done, faults = write(sheets, amending.list_amended(), on=timezone.localdate(at))
    if faults:
        raise RegionDataFaulty(faults=faults)
    report = LoadReport(
        version=taken.version,
        tables=tuple(done.tables),
        contradictions=tuple(done.contradictions),
        unfolded=done.unfolded,
    )
    if not report.is_changed:
        taken.delete()
        return replace(report, version=taken.previous)
    taken.changes = {table.file: [table.added, table.changed, table.closed] for table in done.tables}
    taken.save(update_fields=["changes"])
    return report


def register_centre(*, act: RegisterCentre, in_force_on: date, reason: str, by: Actor, at: datetime) -> str:
    """Register a new centre or town hall from a day on, with its state of that day; return its code.

    Refuses with `CentreExists`, `DivisionNotKnown`, `OrganisationNotSeatable`, `TextUnfitHere`, `ReasonMissing` or
    `TooFarAway`.
    """
    code = amending.code_of_new_centre(act.division, on=in_force_on)
    amending.amend(centre=code, act=act, in_force_on=in_force_on, reason=reason, by=by, at=at, expected_version=None)
    return code


def amend_centre(
    *,
    centre: str,
    act: Act,
    in_force_on: date,
    reason: str,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Record one amendment of a centre that holds from a day on, past or to come, and return its number.

    Refuses with `CentreChanged` where the centre has changed since `expected_version` (`CentreRecord.version`), and
    with the refusals of `regions.domain.refusals`: a window with posts or a centre with windows is not closed unless
    the act says that these end too, nothing is recorded that changes nothing or that a later record contradicts.
    """
    return amending.amend(
        centre=centre,
        act=act,
        in_force_on=in_force_on,
        reason=reason,
        by=by,
        at=at,
        expected_version=expected_version,
    )


def withdraw_amendment(
    *, centre: str, amendment: int, reason: str, by: Actor, at: datetime, expected_version: int | None = None
) -> int:
    """Take back an amendment that is not in force yet, by another that says so; return the number of that one.

    Refuses with `AmendmentUnknown`, `AmendmentWithdrawn`, `AmendmentInForce` or `AmendmentContradicted` (a later one
    builds upon it), and with `CentreChanged` and `ReasonMissing`.
    """
    return amending.amend(
        centre=centre,
        act=WithdrawAmendment(amendment),
        in_force_on=timezone.localdate(at),
        reason=reason,
        by=by,
        at=at,
        expected_version=expected_version,
    )
