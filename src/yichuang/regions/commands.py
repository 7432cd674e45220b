"""Door of the regions context: what may be done to places.

There is one act: to load a folder of data files. The files are the truth; screens show, they do not edit.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.regions.domain.faults import Fault, FileUnreadable, RegionDataFaulty
from yichuang.regions.domain.reading import read_folder
from yichuang.regions.domain.tables import TABLES
from yichuang.regions.loading import write
from yichuang.regions.models import Load
from yichuang.regions.values import LoadReport

__all__ = ["BUNDLED", "Fault", "RegionDataFaulty", "load_regions"]

# The data of Ankang that come with the house.
BUNDLED = Path(__file__).resolve().parent / "data" / "ankang"


def load_regions(*, folder: Path, by: Actor, at: datetime) -> LoadReport:
    """Bring the tables to what the files of `folder` say, wholly or not at all.

    The folder is the whole truth: a row it no longer holds is closed on the day of `at` (local time), never
    deleted. A second load of the same folder changes nothing and leaves no record.
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
    with transaction.atomic():
        last = Load.objects.order_by("id").last()
        previous = last.version if last else ""
        tables, faults = write(sheets, on=timezone.localdate(at))
        if faults:
            raise RegionDataFaulty(faults=faults)
        report = LoadReport(version=previous, tables=tuple(tables))
        if not report.is_changed:
            return report
        version = _version(previous, files, at=at)
        Load.objects.create(
            version=version,
            previous=previous,
            folder=str(folder),
            by_id=by.id,
            by_name=by.name,
            loaded_at=at,
            changes={table.file: [table.added, table.changed, table.closed] for table in tables},
        )
        return LoadReport(version=version, tables=tuple(tables))


def _version(previous: str, files: dict[str, bytes], *, at: datetime) -> str:
    """Return a name for the data after a load, which differs whenever the data may differ."""
    parts = [previous.encode(), at.isoformat().encode(), *(sm3(files[table.file]) for table in TABLES)]
    return sm3(b"".join(parts)).hex()
