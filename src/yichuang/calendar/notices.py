"""The shape of calendar law in YAML: a year's notice, opening hours, and one centre's own days.

It stands between the files in `law/` and the WorkingCalendar, and answers: what did which notice say?
Everything that could be wrong in a file is refused here, with its key, so that the calendar itself
never meets a day that is both off and worked.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from yichuang.calendar.lawfile import LawFile
from yichuang.kernel.words import N_

FIRST_DAY = date(2004, 1, 1)
LAST_DAY = date(2049, 12, 31)
_SATURDAY = 5
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_SEASON_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document that ordered days off; `mark` V = checked against a source, K = not seen."""

    number: str
    mark: Literal["V", "K"]
    issued: date | None = None
    note: str = ""


class YearNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One year: weekdays that are off and weekend days that are worked."""

    year: int
    published: bool
    notices: tuple[Notice, ...] = ()
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()


class OpeningHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """Hours of an open day, from a date on; `season` repeats each year, both ends included (MM-DD)."""

    from_on: date
    until: date | None = None
    season: tuple[str, str] | None = None
    hours: tuple[str, ...] = ()
    mark: Literal["V", "K"] = "K"
    citation: str = ""


class ExtraOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    """A centre opens on days that are not working days: weekdays 1 = Monday to 7 = Sunday, or named days."""

    weekdays: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    from_on: date = FIRST_DAY
    until: date | None = None
    hours: tuple[str, ...] = ()
    citation: str = ""


class NationalLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of years; `opening_hours` come after those of the files read before it."""

    name: str = ""
    title: str = ""
    years: tuple[YearNotice, ...] = ()
    opening_hours: tuple[OpeningHours, ...] = ()


class CentreLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A centre's own hours and days; its days enter the count of working days only with `counts: true`."""

    centre: str
    title: str = ""
    counts: bool = False
    citation: str = ""
    opening_hours: tuple[OpeningHours, ...] = ()
    also_open: tuple[ExtraOpening, ...] = ()
    closed: tuple[date, ...] = ()


class Span(NamedTuple):
    """An opening of one day, in seconds after midnight; `end` is exclusive."""

    start: int
    end: int


def spans(hours: tuple[str, ...]) -> tuple[Span, ...]:
    """Return "09:00-12:00" texts as spans; raises ValueError when they are no hours, empty or out of order."""
    found: list[Span] = []
    for text in hours:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(N_("办公时间应写作 09:00-12:00"))
        opens, closes = (int(match[i]) * 3600 + int(match[i + 1]) * 60 for i in (1, 3))
        if opens >= closes or closes > 86400 or (found and opens < found[-1].end):
            raise ValueError(N_("办公时间须先开后关、先后排列、互不重叠"))
        found.append(Span(opens, closes))
    if not found:
        raise ValueError(N_("没有写办公时间"))
    return tuple(found)


def read_national(file: LawFile) -> NationalLaw:
    """Return the years of a file; raises FaultyLaw where a day does not belong where it stands."""
    law = file.read(NationalLaw)
    years: set[int] = set()
    for index, notice in enumerate(law.years):
        if notice.year in years:
            raise file.fault(["years", index, "year"], N_("同一年份写了两次"))
        years.add(notice.year)
        for key, reason in _faults(notice):
            raise file.fault(["years", index, *key], reason)
    _check_hours(file, law.opening_hours)
    return law


def read_centre(file: LawFile) -> CentreLaw:
    """Return one centre's law; raises FaultyLaw where it contradicts itself."""
    law = file.read(CentreLaw)
    _check_hours(file, law.opening_hours)
    for index, extra in enumerate(law.also_open):
        if not extra.weekdays and not extra.days:
            raise file.fault(["also_open", index], N_("没有写哪几天开放"))
        if any(not 1 <= weekday <= 7 for weekday in extra.weekdays):
            raise file.fault(["also_open", index, "weekdays"], N_("星期应为 1（星期一）至 7（星期日）"))
        if extra.hours:
            _check_spans(file, ["also_open", index, "hours"], extra.hours)
        for position, day in enumerate(extra.days):
            if day in law.closed:
                raise file.fault(["also_open", index, "days", position], N_("同一天既开放又关闭"))
    return law


def _faults(notice: YearNotice) -> Iterator[tuple[list[str | int], str]]:
    if not FIRST_DAY.year <= notice.year <= LAST_DAY.year:
        yield ["year"], N_("年份不在 2004 至 2049 之间")
    if notice.published and not notice.notices:
        yield ["published"], N_("已公布的年份必须写明通知")
    for key, days, weekend in (("days_off", notice.days_off, False), ("days_worked", notice.days_worked, True)):
        for position, day in enumerate(days):
            if day.year != notice.year:
                yield [key, position], N_("日期不在这一年")
            elif (day.weekday() >= _SATURDAY) is not weekend:
                reason = N_("调休上班日应是星期六或星期日") if weekend else N_("放假日应是星期一至五，周末无须列出")
                yield [key, position], reason
            elif day in days[:position]:
                yield [key, position], N_("同一天写了两次")


def _check_hours(file: LawFile, entries: tuple[OpeningHours, ...]) -> None:
    for index, entry in enumerate(entries):
        _check_spans(file, ["opening_hours", index, "hours"], entry.hours)
        if entry.until is not None and entry.until <= entry.from_on:
            raise file.fault(["opening_hours", index, "until"], N_("终止日应晚于起始日"))
        if entry.season and not all(map(_SEASON_DAY.fullmatch, entry.season)):
            raise file.fault(["opening_hours", index, "season"], N_("季节应写作 [05-01, 09-30]"))


def _check_spans(file: LawFile, key: list[str | int], hours: tuple[str, ...]) -> None:
    try:
        spans(hours)
    except ValueError as fault:
        raise file.fault(key, str(fault)) from None
