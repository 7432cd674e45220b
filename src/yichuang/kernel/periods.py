"""Periods of figures: between what a person types ("2015H1") and the days a figure counts.

Answers which days belong to a period, how it is called, and which whole months it contains (figures are
kept by month, the rest is added up by day). `until` is exclusive, like every `until` in this house.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

EARLIEST_YEAR = 1949
LATEST_YEAR = 2999

_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(days=7)

_TITLES = {
    "year": N_("{year}年"),
    "H1": N_("{year}年上半年"),
    "H2": N_("{year}年下半年"),
    "Q1": N_("{year}年第一季度"),
    "Q2": N_("{year}年第二季度"),
    "Q3": N_("{year}年第三季度"),
    "Q4": N_("{year}年第四季度"),
    "month": N_("{year}年{month}月"),
    "week": N_("{year}年第{week}周"),
    "day": N_("{year}年{month}月{day}日"),
    "range": N_("{year}年{month}月{day}日至{last_year}年{last_month}月{last_day}日"),
    "range within a year": N_("{year}年{month}月{day}日至{last_month}月{last_day}日"),
}


class PeriodNotUnderstood(Refusal):
    """The text is none of the forms of a period."""

    sentence = N_("“{text}”不是统计期间的写法")
    remedy = N_("请写作2015、2015H1、2015Q2、2015-06、2015W23、2015-06-05或2015-06-01..2015-06-30之一")


class PeriodImpossible(Refusal):
    """The text has the form of a period, but no calendar has it."""

    sentence = N_("统计期间“{text}”不存在：{reason}")
    remedy = N_("请核对年、月、日或周次")


class PeriodEmpty(Refusal):
    """The period ends before it begins."""

    sentence = N_("统计期间的止日{last_on}早于起日{start_on}")
    remedy = N_("请把起日写在前、止日写在后；止日包括在期间内")


class PeriodKind(StrEnum):
    """How a period lies in the calendar; `RANGE` is any other run of days."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    RANGE = "range"


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start_on` up to, not including, `until`; never empty."""

    start_on: date
    until: date

    def __post_init__(self) -> None:
        if self.until <= self.start_on:
            last_on = self.until - _ONE_DAY if self.until > date.min else self.until
            raise PeriodEmpty(start_on=self.start_on.isoformat(), last_on=last_on.isoformat())

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period written as 2015, 2015H1, 2015Q2, 2015-06, 2015W23, a day, or two days joined by "..".

        The last day of a range is included. Lower-case letters are accepted. Weeks are those of ISO 8601
        (GB/T 7408): they begin on Monday and may begin in the year before.
        Refuses with `PeriodNotUnderstood`, `PeriodImpossible` or `PeriodEmpty`.
        """
        plain = text.strip().upper()
        for pattern, read in _FORMS:
            match = pattern.fullmatch(plain)
            if match is not None:
                return read(plain, *match.groups())
        raise PeriodNotUnderstood(text=text)

    @classmethod
    def of_months(cls, *, year: int, first_month: int, count: int) -> Period:
        """Return `count` whole months from the first day of a month; may run into the next year."""
        return cls(_first_of(year, first_month), _first_of(year, first_month + count))

    @property
    def kind(self) -> PeriodKind:
        """Tell the largest calendar unit that the days make up, however the period was written."""
        start = self.start_on
        months = 0
        if start.day == 1 and self.until.day == 1:
            months = (self.until.year - start.year) * 12 + self.until.month - start.month
        kind = _KIND_OF_MONTHS.get(months)
        if kind is not None and (start.month - 1) % months == 0:
            return kind
        length = self.until - start
        if length == _ONE_WEEK and start.isoweekday() == 1:
            return PeriodKind.WEEK
        return PeriodKind.DAY if length == _ONE_DAY else PeriodKind.RANGE

    @property
    def label(self) -> str:
        """Give the canonical text: `Period.parse(period.label) == period`."""
        year = f"{self.start_on.year:04d}"
        week = self.start_on.isocalendar()
        first = self.start_on.isoformat()
        labels = {
            PeriodKind.YEAR: year,
            PeriodKind.HALF: f"{year}H{self._ordinal(6)}",
            PeriodKind.QUARTER: f"{year}Q{self._ordinal(3)}",
            PeriodKind.MONTH: first[:7],
            PeriodKind.WEEK: f"{week.year:04d}W{week.week:02d}",
            PeriodKind.DAY: first,
            PeriodKind.RANGE: f"{first}..{self.last_on.isoformat()}",
        }
        return labels[self.kind]

    @property
    def title(self) -> str:
        """Give the Chinese name, such as 2015年上半年."""
        return self.describe()

    def describe(self, translate: Callable[[str], str] = _same) -> str:
        """Return the name of the period in the language of `translate`."""
        start, last = self.start_on, self.last_on
        week_year, week, _ = start.isocalendar()
        kind = self.kind
        key = {
            PeriodKind.HALF: f"H{self._ordinal(6)}",
            PeriodKind.QUARTER: f"Q{self._ordinal(3)}",
            PeriodKind.RANGE: "range within a year" if start.year == last.year else "range",
        }.get(kind, kind.value)
        return translate(_TITLES[key]).format(
            year=week_year if kind is PeriodKind.WEEK else start.year,
            month=start.month,
            day=start.day,
            week=week,
            last_year=last.year,
            last_month=last.month,
            last_day=last.day,
        )

    @property
    def last_on(self) -> date:
        """Give the last day within the period."""
        return self.until - _ONE_DAY

    def __contains__(self, on: date) -> bool:
        return self.start_on <= on < self.until

    def days(self) -> list[date]:
        """Return every day within, in order."""
        return [self.start_on + timedelta(days=number) for number in range((self.until - self.start_on).days)]

    def months(self) -> list[tuple[int, int]]:
        """Return (year, month) of every month that lies wholly within, in order."""
        start = self.start_on
        first = start.year * 12 + start.month - 1 + (start.day > 1)
        end = self.until.year * 12 + self.until.month - 1
        return [(number // 12, number % 12 + 1) for number in range(first, end)]

    def split_into_months_and_days(self) -> tuple[list[tuple[int, int]], list[date]]:
        """Return the whole months within and the single days outside them: together every day exactly once."""
        months = self.months()
        if not months:
            return [], self.days()
        whole_from = _first_of(*months[0])
        whole_until = _first_of(months[-1][0], months[-1][1] + 1)
        head = Period(self.start_on, whole_from).days() if self.start_on < whole_from else []
        tail = Period(whole_until, self.until).days() if whole_until < self.until else []
        return months, head + tail

    def previous_year(self) -> Period:
        """Return the same period one year earlier, for comparison (同比).

        A week becomes the week of the same number (week 53 becomes 52 where the year has none). Other
        periods keep their month and day; a 29 February that the earlier year lacks is left out.
        """
        if self.kind is PeriodKind.WEEK:
            year, week, _ = self.start_on.isocalendar()
            start_on = _monday(year - 1, week) or date.fromisocalendar(year - 1, 52, 1)
            return Period(start_on, start_on + _ONE_WEEK)
        until = _year_earlier(self.until, instead=(3, 1))
        return Period(_year_earlier(self.start_on, instead=(2, 28)), until)

    def _ordinal(self, months: int) -> int:
        return (self.start_on.month - 1) // months + 1


_KIND_OF_MONTHS = {12: PeriodKind.YEAR, 6: PeriodKind.HALF, 3: PeriodKind.QUARTER, 1: PeriodKind.MONTH}


def _first_of(year: int, month: int) -> date:
    """Return the first day of a month; month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _year_earlier(on: date, *, instead: tuple[int, int]) -> date:
    if (on.month, on.day) == (2, 29):
        return date(on.year - 1, *instead)
    return on.replace(year=on.year - 1)


def _monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _year(text: str, written: str) -> int:
    year = int(written)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise PeriodImpossible(text=text, reason=N_("年份应在1949至2999之间"))
    return year


def _day(text: str, written: str) -> date:
    _year(text, written[:4])
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise PeriodImpossible(text=text, reason=N_("没有这一天")) from None


def _read_year(text: str, year: str) -> Period:
    return Period.of_months(year=_year(text, year), first_month=1, count=12)


def _read_half(text: str, year: str, half: str) -> Period:
    if half not in "12":
        raise PeriodImpossible(text=text, reason=N_("半年只有H1和H2"))
    return Period.of_months(year=_year(text, year), first_month=int(half) * 6 - 5, count=6)


def _read_quarter(text: str, year: str, quarter: str) -> Period:
    if quarter not in "1234":
        raise PeriodImpossible(text=text, reason=N_("季度只有Q1至Q4"))
    return Period.of_months(year=_year(text, year), first_month=int(quarter) * 3 - 2, count=3)


def _read_month(text: str, year: str, month: str) -> Period:
    if not 1 <= int(month) <= 12:
        raise PeriodImpossible(text=text, reason=N_("月份只有01至12"))
    return Period.of_months(year=_year(text, year), first_month=int(month), count=1)


def _read_week(text: str, year: str, week: str) -> Period:
    start_on = _monday(_year(text, year), int(week))
    if start_on is None:
        raise PeriodImpossible(text=text, reason=N_("该年没有这一周"))
    return Period(start_on, start_on + _ONE_WEEK)


def _read_day(text: str, day: str) -> Period:
    start_on = _day(text, day)
    return Period(start_on, start_on + _ONE_DAY)


def _read_range(text: str, first: str, last: str) -> Period:
    return Period(_day(text, first), _day(text, last) + _ONE_DAY)


_DAY_PATTERN = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = (
    (re.compile(r"([0-9]{4})"), _read_year),
    (re.compile(r"([0-9]{4})H([0-9])"), _read_half),
    (re.compile(r"([0-9]{4})Q([0-9])"), _read_quarter),
    (re.compile(r"([0-9]{4})-([0-9]{2})"), _read_month),
    (re.compile(r"([0-9]{4})W([0-9]{2})"), _read_week),
    (re.compile(_DAY_PATTERN), _read_day),
    (re.compile(_DAY_PATTERN + r"\.\." + _DAY_PATTERN), _read_range),
)
