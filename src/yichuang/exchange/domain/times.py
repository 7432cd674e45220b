"""Times: what a source writes for an instant, and which instant it means.

Formats are tried in the order of the mapping: `iso` (with or without offset), `excel` (serial days
since 1899-12-30), anything else after strptime, where 上午 and 下午 read as AM and PM. A time
without an offset stands in the mapping's zone; a day without a time gets the mapping's time of day.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from yichuang.exchange.domain.refusals import ImpossibleTime, UnknownTime
from yichuang.kernel.words import N_

ISO, EXCEL = "iso", "excel"
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial days carry no zone; the mapping's is put on below
# No case is older, and instants at the ends of time cannot be moved between zones.
FIRST_YEAR, LAST_YEAR = 1950, 2100
_LAST_SERIAL = 2_958_465
LONGEST = 40
_CLOCK_CODES = re.compile(r"%[HIMSTXcf]")
_LOOKS_LIKE_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})(.*)", re.DOTALL)
_LOOKS_LIKE_CLOCK = re.compile(r"(\d{1,2})[:时](\d{1,2})")
_HALVES = (("上午", "AM"), ("凌晨", "AM"), ("下午", "PM"), ("晚上", "PM"))


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name; raises ValueError or ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def parse_time(text: str, *, formats: Sequence[str], zone: str, date_only_at: time) -> datetime:
    """Return the aware instant that a text means; raises ImpossibleTime or UnknownTime."""
    return _parsed(text.strip(), tuple(formats), zone, date_only_at)


# The same instant stands in several columns of a case, and many cases share their days.
@lru_cache(maxsize=4096)
def _parsed(text: str, formats: tuple[str, ...], zone: str, date_only_at: time) -> datetime:
    for shape in formats:
        found = _read(text, shape, date_only_at)
        if found is not None:
            if not FIRST_YEAR <= found.year <= LAST_YEAR:
                raise ImpossibleTime(value=text, reason=N_("年份应在1950至2100之间"))
            return found if found.tzinfo else found.replace(tzinfo=zone_of(zone))
    if why := _impossible(text):
        raise ImpossibleTime(value=text, reason=why)
    raise UnknownTime(value=text, formats="、".join(formats))


def parse_day(text: str, *, formats: Sequence[str], zone: str) -> date:
    """Return the day that a text means; raises ImpossibleTime or UnknownTime."""
    return parse_time(text, formats=formats, zone=zone, date_only_at=time()).date()


def _read(text: str, shape: str, date_only_at: time) -> datetime | None:
    if shape == ISO:
        return _read_iso(text, date_only_at)
    if shape == EXCEL:
        return _read_serial(text, date_only_at)
    if "%p" in shape:
        for chinese, english in _HALVES:
            text = text.replace(chinese, english)
    try:
        found = datetime.strptime(text, shape)  # noqa: DTZ007 - the mapping's zone is put on by the caller
    except ValueError:
        return None
    return found if _CLOCK_CODES.search(shape) else datetime.combine(found.date(), date_only_at, found.tzinfo)


def _read_iso(text: str, date_only_at: time) -> datetime | None:
    if len(text) < 8 or text.isdigit():
        # "20150105" is a day to Python and a serial number to others: a mapping must say %Y%m%d.
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(found.date(), date_only_at) if len(text) == 10 else found


def _read_serial(text: str, date_only_at: time) -> datetime | None:
    if not re.fullmatch(r"\d{1,7}(\.\d+)?", text):
        return None
    serial = float(text)
    if not 1 <= serial <= _LAST_SERIAL:
        return None
    found = _EXCEL_ZERO + timedelta(days=int(serial), seconds=round(serial % 1 * 86400))
    return found if "." in text else datetime.combine(found.date(), date_only_at)


def _impossible(text: str) -> str:
    match = _LOOKS_LIKE_DATE.match(text) if len(text) <= LONGEST else None
    if match is None:
        return ""
    year, month, day, rest = int(match[1]), int(match[2]), int(match[3]), match[4]
    try:
        date(year, month, day)
    except ValueError:
        return f"{year:04d}-{month:02d}-{day:02d}"
    clock = _LOOKS_LIKE_CLOCK.search(rest)
    if clock and (int(clock[1]) > 23 or int(clock[2]) > 59):
        return clock[0]
    return ""
