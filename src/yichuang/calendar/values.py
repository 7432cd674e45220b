"""The door to working days as values: one immutable calendar, its refusals, and what a notice said.

It stands between dated law and everybody who counts days, and answers: is this a working day, which
number does it have, and when does the centre close? A day maps to a cumulative working-day ordinal, so
a period is an integer subtraction in every engine.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from yichuang.calendar.amounts import Amounts, DatedAmounts, NoAmountsYet, read_amounts
from yichuang.calendar.lawfile import FaultyLaw, LawFile
from yichuang.calendar.notices import (
    FIRST_DAY,
    LAST_DAY,
    CentreLaw,
    Notice,
    OpeningHours,
    Span,
    YearNotice,
    spans,
)
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "CHINA",
    "FIRST_DAY",
    "LAST_DAY",
    "Amounts",
    "DatedAmounts",
    "DayOutsideCalendar",
    "FaultyLaw",
    "LawFile",
    "NaiveInstant",
    "NegativePeriod",
    "NoAmountsYet",
    "Notice",
    "OrdinalOutsideCalendar",
    "Span",
    "WorkingCalendar",
    "YearNotice",
    "local_day",
    "read_amounts",
]

CHINA = ZoneInfo("Asia/Shanghai")
_BASE = FIRST_DAY.toordinal()
_DAYS = LAST_DAY.toordinal() - _BASE + 1
_SATURDAY = 5
# Without office hours the last day of a period ends at midnight (民法典第二百零三条).
_WHOLE_DAY = (Span(0, 86400),)


class DayOutsideCalendar(Refusal):
    """The day, or the day a period would end on, lies outside 2004-2049."""

    sentence = N_("{day}不在工作日历范围内（2004-01-01 至 2049-12-31）")
    remedy = N_("请核对日期；行政许可法自 2004-07-01 起施行，此前的办件不计算时限")


class OrdinalOutsideCalendar(DayOutsideCalendar):
    """A period ends after the last day of the calendar, or before its first."""

    sentence = N_("第{ordinal}个工作日不在工作日历范围内（2004-01-01 至 2049-12-31）")


class NaiveInstant(Refusal):
    """An instant without a time zone: on which day it falls would depend on the machine."""

    sentence = N_("时间{at}没有时区")
    remedy = N_("请在映射文件中写明来源系统的时区，例如 Asia/Shanghai")


class NegativePeriod(Refusal):
    """A period of less than nothing."""

    sentence = N_("期限不能为负数：{amount}")
    remedy = N_("请填写零或正数")


class WorkingCalendar:
    """The working days and opening hours of the country or of one centre; equal where its data are equal.

    Days run from 2004-01-01 to 2049-12-31. A year without a published notice counts weekends only and is
    provisional. Instants are aware; days and hours are those of China, which has had no summer time since 1992.
    """

    __slots__ = (
        "_close_seconds",
        "_closes",
        "_opened",
        "_ordinals",
        "_provisional",
        "_spans",
        "_worked",
        "name",
        "version",
    )

    name: str
    version: str

    def __init__(
        self,
        *,
        name: str,
        years: Iterable[YearNotice],
        opening_hours: Iterable[OpeningHours],
        centre: CentreLaw | None = None,
    ) -> None:
        published = {notice.year: notice for notice in years if notice.published}
        hours = (*opening_hours, *(centre.opening_hours if centre else ()))
        self.name = name
        content = msgspec.json.encode((name, sorted(published.items()), hours, centre))
        self.version = hashlib.sha256(content).hexdigest()[:16]
        self._provisional = bytes(year not in published for year in range(FIRST_DAY.year, LAST_DAY.year + 1))

        country = _working_days(published)
        extra = _extra_openings(centre) if centre else {}
        closed = {day.toordinal() - _BASE for day in centre.closed} if centre else set()
        working = bytearray(country)
        if centre and centre.counts:
            for index in extra:
                working[index] = 1
            for index in closed:
                working[index] = 0
        self._count(working)
        self._open(country, hours, extra, closed)

    def _count(self, working: bytearray) -> None:
        ordinals = array("i", bytes(4 * _DAYS))
        worked: list[date] = []
        for index in range(_DAYS):
            if working[index]:
                worked.append(date.fromordinal(_BASE + index))
            ordinals[index] = len(worked)
        # A tuple hands out existing integers; an array would make a new one at each look-up.
        self._ordinals = tuple(ordinals)
        self._worked = tuple(worked)

    def _open(
        self, country: bytearray, hours: tuple[OpeningHours, ...], extra: dict[int, tuple[Span, ...]], closed: set[int]
    ) -> None:
        usual = _usual_hours(hours)
        opened = [0]
        days: list[tuple[Span, ...]] = []
        for index in range(_DAYS):
            today = () if index in closed else extra.get(index, usual[index] if country[index] else ())
            # An extra opening without hours of its own keeps the usual ones.
            if today == () and index in extra and index not in closed:
                today = usual[index]
            days.append(today)
            opened.append(opened[-1] + sum(span.end - span.start for span in today))
        self._spans = tuple(days)
        self._opened = tuple(opened)
        self._close_seconds = tuple((days[index] or usual[index])[-1].end for index in range(_DAYS))
        self._closes: dict[date, datetime] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.name!r}, {self.version})"

    def is_working_day(self, day: date) -> bool:
        """Return whether the day counts; raises DayOutsideCalendar."""
        number = self.ordinal(day)
        return number > 0 and self._worked[number - 1].toordinal() == day.toordinal()

    def ordinal(self, day: date) -> int:
        """Return the number of working days from 2004-01-01 up to and including `day`; raises DayOutsideCalendar."""
        index = day.toordinal() - _BASE
        if index >= 0:
            try:
                return self._ordinals[index]
            except IndexError:
                pass
        raise DayOutsideCalendar(day=day)

    def day_of(self, ordinal: int) -> date:
        """Return the working day that has this ordinal (1 is the first of 2004); raises OrdinalOutsideCalendar."""
        if ordinal > 0:
            try:
                return self._worked[ordinal - 1]
            except IndexError:
                pass
        raise OrdinalOutsideCalendar(ordinal=ordinal)

    def add(self, day: date, working_days: int) -> date:
        """Return the last day of a period of working days; day 1 is the first working day after `day`.

        Zero days from a day off is the working day before it. Raises DayOutsideCalendar, NegativePeriod.
        """
        if working_days < 0:
            raise NegativePeriod(amount=working_days)
        return self.day_of(self.ordinal(day) + working_days)

    def between(self, start: date, end: date) -> int:
        """Return the working days after `start` up to and including `end`; negative when `end` comes first."""
        return self.ordinal(end) - self.ordinal(start)

    def is_provisional(self, day: date) -> bool:
        """Return whether no notice has been published for the day's year; raises DayOutsideCalendar."""
        index = day.year - FIRST_DAY.year
        if 0 <= index < len(self._provisional):
            return self._provisional[index] == 1
        raise DayOutsideCalendar(day=day)

    def opening_seconds(self, start: datetime, end: datetime) -> int:
        """Return the seconds of opening hours between two aware instants; negative when `end` comes first."""
        return self._seconds_opened(end) - self._seconds_opened(start)

    def add_opening_hours(self, at: datetime, hours: float | Fraction) -> datetime:
        """Return the first instant at which `hours` of opening time have passed since `at`, in China's time.

        Whole seconds; a period that is used up at closing ends at closing, not at the next opening.
        Raises DayOutsideCalendar, NegativePeriod.
        """
        if hours < 0:
            raise NegativePeriod(amount=hours)
        if hours == 0:
            return _local(at)
        target = self._seconds_opened(at) + max(1, round(Fraction(hours) * 3600))
        index = bisect_left(self._opened, target) - 1
        if index >= _DAYS:
            raise DayOutsideCalendar(day=at.date())
        missing = target - self._opened[index]
        for span in self._spans[index]:
            if missing <= span.end - span.start:
                return _instant(index, span.start + missing)
            missing -= span.end - span.start
        raise AssertionError("the sums of opening seconds do not fit the openings")

    def openings(self, day: date) -> tuple[Span, ...]:
        """Return when the day is open, in order, in seconds after midnight; empty on a closed day.

        Raises DayOutsideCalendar.
        """
        index = day.toordinal() - _BASE
        if not 0 <= index < _DAYS:
            raise DayOutsideCalendar(day=day)
        return self._spans[index]

    def close_of_business(self, day: date) -> datetime:
        """Return the instant at which the day's last opening ends, or would end on a closed day, in China's time."""
        try:
            return self._closes[day]
        except KeyError:
            index = day.toordinal() - _BASE
            if not 0 <= index < _DAYS:
                raise DayOutsideCalendar(day=day) from None
            # Filled as it is asked for: a result kept, not a state.
            close = self._closes[day] = _instant(index, self._close_seconds[index])
            return close

    def _seconds_opened(self, at: datetime) -> int:
        """Return the opening seconds from 2004-01-01 up to an instant, its fraction of a second cut off."""
        local = _local(at)
        index = local.toordinal() - _BASE
        if not 0 <= index < _DAYS:
            raise DayOutsideCalendar(day=local.date())
        second = local.hour * 3600 + local.minute * 60 + local.second
        today = sum(min(second, span.end) - span.start for span in self._spans[index] if second > span.start)
        return self._opened[index] + today


def local_day(at: datetime) -> date:
    """Return the day in China on which an aware instant falls; raises NaiveInstant."""
    return _local(at).date()


def _local(at: datetime) -> datetime:
    if at.tzinfo is CHINA:
        return at
    if at.tzinfo is None:
        raise NaiveInstant(at=at)
    return at.astimezone(CHINA)


def _instant(index: int, second: int) -> datetime:
    day = datetime.fromordinal(_BASE + index) + timedelta(seconds=second)
    return day.replace(tzinfo=CHINA)


def _working_days(published: Mapping[int, YearNotice]) -> bytearray:
    working = bytearray((_BASE + index - 1) % 7 < _SATURDAY for index in range(_DAYS))
    for notice in published.values():
        for day in notice.days_off:
            working[day.toordinal() - _BASE] = 0
        for day in notice.days_worked:
            working[day.toordinal() - _BASE] = 1
    return working


def _usual_hours(entries: tuple[OpeningHours, ...]) -> list[tuple[Span, ...]]:
    """Return for each day the hours that a working day has; a later entry wins."""
    usual: list[tuple[Span, ...]] = [_WHOLE_DAY] * _DAYS
    for entry in entries:
        today = spans(entry.hours)
        start = max(0, entry.from_on.toordinal() - _BASE)
        stop = _DAYS if entry.until is None else min(_DAYS, entry.until.toordinal() - _BASE)
        for index in range(start, stop):
            if entry.season is None or _in_season(date.fromordinal(_BASE + index), entry.season):
                usual[index] = today
    return usual


def _in_season(day: date, season: tuple[str, str]) -> bool:
    first, last = season
    here = f"{day.month:02}-{day.day:02}"
    # A winter season runs over the turn of the year.
    return first <= here <= last if first <= last else here >= first or here <= last


def _extra_openings(centre: CentreLaw) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = {}
    for extra in centre.also_open:
        hours = spans(extra.hours) if extra.hours else ()
        start = max(0, extra.from_on.toordinal() - _BASE)
        stop = _DAYS if extra.until is None else min(_DAYS, extra.until.toordinal() - _BASE)
        weekdays = {weekday % 7 for weekday in extra.weekdays}
        found.update({index: hours for index in range(start, stop) if (_BASE + index) % 7 in weekdays})
        found.update({day.toordinal() - _BASE: hours for day in extra.days})
    return found
