"""The three clocks of a case: statutory, promised, step. When is it due, how much is used, which clock is late?

It stands between the facts of a case (when accepted, paused, extended, ended) and the law and calendar that
judge them, which are arguments. Before acceptance no clock runs, so a supplement stops nothing; after it only
the special procedures of art. 45 stop a clock and only art. 42 extends it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases.domain.statutes import Law
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class Clock(StrEnum):
    """Which of the three clocks; "overdue" must always name one."""

    STATUTORY = "statutory"
    PROMISED = "promised"
    STEP = "step"


CLOCK_LABELS: dict[Clock, str] = {
    Clock.STATUTORY: N_("法定时限"),
    Clock.PROMISED: N_("承诺时限"),
    Clock.STEP: N_("环节时限"),
}


class Unit(StrEnum):
    """What a limit counts."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"
    OPENING_HOURS = "opening-hours"


class LimitNegative(Refusal):
    """A limit, a pause or an extension of less than nothing."""

    sentence = N_("期限、扣除和延长的天数不能为负：{amount}")
    remedy = N_("请核对事项的时限和特别程序的起止日期")


class PauseReversed(Refusal):
    """A special procedure that ends before it starts."""

    sentence = N_("特别程序的结束日{ended_on}早于开始日{started_on}")
    remedy = N_("请核对特别程序的起止日期")
    citation = N_("行政许可法第四十五条")


class Limit(msgspec.Struct, frozen=True, gc=False):
    """An amount of time as law or promise states it."""

    amount: int
    unit: Unit


class Due(msgspec.Struct, frozen=True, gc=False):
    """The last day, and the instant at which it ends: close of business, or the exact instant for hours.

    `ordinal` is the working-day ordinal of `on`; `provisional` means that the year has no published notice yet.
    """

    on: date
    at: datetime
    ordinal: int
    provisional: bool


class RunningClock(msgspec.Struct, frozen=True, gc=False):
    """One clock of one case: what it allows and when it runs out."""

    clock: Clock
    limit: Limit
    due: Due


def due(
    *,
    calendar: WorkingCalendar,
    started_at: datetime,
    limit: Limit,
    paused_days: int = 0,
    extension_days: int = 0,
) -> Due:
    """Return when a limit runs out, for acceptance (or a step's start) at `started_at`.

    The day of the start does not count (民法典第二百零一条); working days follow 行政许可法第八十二条. Pauses and
    extension are in days of the limit's unit, in working days for a limit in hours. A limit in calendar days that
    would end on a day off ends on the next working day (民法典第二百零三条). A limit of 0 days ends on the day of
    the start, or the next working day. Raises DayOutsideCalendar, NaiveInstant, LimitNegative.
    """
    amount = limit.amount
    added = paused_days + extension_days
    if amount < 0 or paused_days < 0 or extension_days < 0:
        raise LimitNegative(amount=min(amount, paused_days, extension_days))
    unit = limit.unit
    if unit is Unit.WORKING_DAYS:
        started_on = local_day(started_at)
        ordinal = calendar.ordinal(started_on) + amount + added
        if amount + added == 0 and not calendar.is_working_day(started_on):
            ordinal += 1
        on = calendar.day_of(ordinal)
        return Due(on, calendar.close_of_business(on), ordinal, calendar.is_provisional(on))
    if unit is Unit.CALENDAR_DAYS:
        on = _working_day_from(calendar, local_day(started_at) + timedelta(days=amount + added))
        return Due(on, calendar.close_of_business(on), calendar.ordinal(on), calendar.is_provisional(on))
    at = calendar.add_opening_hours(started_at, amount)
    if added:
        # The hour of the day stays; an on-the-spot matter that became a procedure is counted by days from there.
        at = datetime.combine(calendar.add(at.date(), added), at.time(), tzinfo=CHINA)
    on = at.date()
    return Due(on, at, calendar.ordinal(on), calendar.is_provisional(on))


def _working_day_from(calendar: WorkingCalendar, day: date) -> date:
    return day if calendar.is_working_day(day) else calendar.day_of(calendar.ordinal(day) + 1)


def paused(*, calendar: WorkingCalendar, started_on: date, ended_on: date, unit: Unit = Unit.WORKING_DAYS) -> int:
    """Return the days that one special procedure takes out of a limit (行政许可法第四十五条).

    Working days after the day it started, up to and including the day it ended; 0 for one that ends on the day it
    started. Calendar days for a limit in calendar days. Raises PauseReversed, DayOutsideCalendar.
    """
    if ended_on < started_on:
        raise PauseReversed(started_on=started_on, ended_on=ended_on)
    if unit is Unit.CALENDAR_DAYS:
        return (ended_on - started_on).days
    return calendar.ordinal(ended_on) - calendar.ordinal(started_on)


def used_days(*, calendar: WorkingCalendar, started_on: date, ended_on: date, paused_days: int = 0) -> int:
    """Return the working days used: ordinal of the end less ordinal of the start less pauses.

    The same subtraction as in the facts, so that one case and ten million agree.
    """
    return calendar.ordinal(ended_on) - calendar.ordinal(started_on) - paused_days


def is_late(*, calendar: WorkingCalendar, limit: Limit, due: Due, ended_at: datetime) -> bool:
    """Return whether an act at `ended_at` came after the limit had run out.

    Working days compare ordinals (`used_days > limit` in the facts), so an act on the due day is in time at any
    hour, and one on a Saturday after a Friday that was due has used no further working day. Calendar days compare
    dates, hours compare instants.
    """
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.ordinal(local_day(ended_at)) > due.ordinal
    if limit.unit is Unit.CALENDAR_DAYS:
        return local_day(ended_at) > due.on
    return ended_at > due.at


def late_clocks(*, calendar: WorkingCalendar, clocks: Iterable[RunningClock], ended_at: datetime) -> tuple[Clock, ...]:
    """Return the names of the clocks that an act at `ended_at` would miss, in the order given."""
    return tuple(
        one.clock for one in clocks if is_late(calendar=calendar, limit=one.limit, due=one.due, ended_at=ended_at)
    )


def automatic_acceptance_on(*, calendar: WorkingCalendar, law: Law, received_on: date) -> date:
    """Return the last day for the supplement notice (行政许可法第三十二条第一款第四项).

    If none was given by the end of that day, the application is accepted by law on the following day, and the
    acceptance counts from the day of receipt.
    """
    return calendar.add(received_on, law.supplement_notice_days)
