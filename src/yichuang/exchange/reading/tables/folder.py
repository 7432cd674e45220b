"""Drop folders: which files that somebody else puts there are finished, and in which order they came.

A file came when its entry in this folder last changed by this machine's own clock (ctime): moving or copying an
old file in makes it new, whatever time it bears. A file that is still growing, or has the name of one that is
being written, is left for the next time.
"""

import shutil
import stat
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from yichuang.exchange.reading.tables.refusals import FolderMissing

SETTLE_SECONDS = 5.0
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".writing", ".lock", "~")
_NANO = 1_000_000_000


class ReadyFile(NamedTuple):
    """One finished file; `changed_ns` is when it came, in nanoseconds since 1970."""

    path: Path
    name: str
    size: int
    changed_ns: int


def list_ready(
    folder: Path, *, pattern: str = "", now: float, settle_seconds: float | None = None
) -> tuple[ReadyFile, ...]:
    """Return the finished files in the order in which they came, those that came together by name.

    `now` is seconds since 1970; what changed less than `settle_seconds` (SETTLE_SECONDS) before it is not finished.
    Sub-folders are not looked into, links are not followed. Refuses with FolderMissing.
    """
    wanted = (pattern or "*").casefold()
    settled_ns = (now - (SETTLE_SECONDS if settle_seconds is None else settle_seconds)) * _NANO
    found: list[ReadyFile] = []
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise FolderMissing(source=str(folder), reason=error.strerror or str(error)) from None
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name.casefold().endswith(_UNFINISHED) or not fnmatchcase(name.casefold(), wanted):
            continue
        try:
            state = entry.lstat()
        except OSError:
            continue  # Taken back in this very moment.
        if not stat.S_ISREG(state.st_mode) or state.st_ctime_ns > settled_ns:
            continue
        found.append(ReadyFile(entry, name, state.st_size, state.st_ctime_ns))
    return tuple(sorted(found, key=lambda one: (one.changed_ns, one.name)))


def put_away(file: Path, done: Path) -> Path:
    """Move a file that was read into another folder and return where it lies now; nothing there is overwritten.

    Refuses with FolderMissing.
    """
    try:
        done.mkdir(parents=True, exist_ok=True)
        place, number = done / file.name, 1
        while place.exists():
            number += 1
            place = done / f"{file.stem}-{number}{file.suffix}"
        shutil.move(file, place)
    except OSError as error:
        raise FolderMissing(source=str(done), reason=error.strerror or str(error)) from None
    return place
