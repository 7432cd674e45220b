"""The door to calendars: which calendar holds for a centre, and which years have been published.

The law ships with the package. A city that sets YICHUANG_LAW_DIR adds its own: every file in
`$YICHUANG_LAW_DIR/calendar/` may add or replace years and opening hours, so that next year's notice needs
no release; files in `$YICHUANG_LAW_DIR/calendar/centres/` describe centres. Files are read once a process.
"""

import os
from functools import lru_cache
from pathlib import Path

from yichuang.calendar.lawfile import LawFile
from yichuang.calendar.notices import CentreLaw, OpeningHours, YearNotice, read_centre, read_national
from yichuang.calendar.values import WorkingCalendar
from yichuang.kernel.words import N_

__all__ = ["forget_calendars", "get_calendar", "list_years"]

_PACKAGED = Path(__file__).parent / "law"


def get_calendar(*, centre: str = "") -> WorkingCalendar:
    """Return the calendar of a centre, or of the country; a centre without a file of its own follows the country.

    Cached; raises FaultyLaw with file, line, key and reason.
    """
    return _calendar(os.environ.get("YICHUANG_LAW_DIR", ""), centre)


def list_years() -> tuple[YearNotice, ...]:
    """Return what is known of each year, oldest first; raises FaultyLaw."""
    return _national(os.environ.get("YICHUANG_LAW_DIR", ""))[0]


def forget_calendars() -> None:
    """Drop what was read, so that the next question reads the files again (after a notice was added)."""
    _calendar.cache_clear()
    _national.cache_clear()
    _centres.cache_clear()


@lru_cache(maxsize=512)
def _calendar(law_dir: str, centre: str) -> WorkingCalendar:
    law = _centres(law_dir).get(centre) if centre else None
    if centre and law is None:
        return _calendar(law_dir, "")
    years, hours = _national(law_dir)
    return WorkingCalendar(name=centre or "china", years=years, opening_hours=hours, centre=law)


@lru_cache(maxsize=8)
def _national(law_dir: str) -> tuple[tuple[YearNotice, ...], tuple[OpeningHours, ...]]:
    years: dict[int, YearNotice] = {}
    hours: list[OpeningHours] = []
    for path in (_PACKAGED / "china.yaml", *_files(law_dir, "calendar")):
        law = read_national(LawFile(path))
        years |= {notice.year: notice for notice in law.years}
        hours += law.opening_hours
    return tuple(years[year] for year in sorted(years)), tuple(hours)


@lru_cache(maxsize=8)
def _centres(law_dir: str) -> dict[str, CentreLaw]:
    found: dict[str, CentreLaw] = {}
    # A folder's own file wins over the packaged one, but two files of one folder must not fight over a centre.
    for paths in (sorted((_PACKAGED / "centres").glob("*.yaml")), _files(law_dir, "calendar/centres")):
        here: dict[str, CentreLaw] = {}
        for path in paths:
            file = LawFile(path)
            law = read_centre(file)
            if law.centre in here:
                raise file.fault(["centre"], N_("另一个文件已描述同一中心"))
            here[law.centre] = law
        found |= here
    return found


def _files(law_dir: str, folder: str) -> list[Path]:
    return sorted((Path(law_dir) / folder).glob("*.yaml")) if law_dir else []
