"""The three clocks: due dates, pauses, days used, lateness."""

from datetime import UTC, date, datetime

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, DayOutsideCalendar, NaiveInstant
from yichuang.cases.domain.clocks import (
    Clock,
    Due,
    Limit,
    LimitNegative,
    PauseReversed,
    RunningClock,
    Unit,
    automatic_acceptance_on,
    due,
    is_late,
    late_clocks,
    paused,
    used_days,
)
from yichuang.cases.domain.statutes import load_statutes

CALENDAR = get_calendar()
TWENTY = Limit(20, Unit.WORKING_DAYS)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def _due(started: str, limit: Limit, *, paused_days: int = 0, extension_days: int = 0) -> Due:
    return due(
        calendar=CALENDAR,
        started_at=_at(started),
        limit=limit,
        paused_days=paused_days,
        extension_days=extension_days,
    )


@pytest.mark.parametrize(
    ("days", "last_day"), [(1, "2015-02-15"), (5, "2015-02-26"), (20, "2015-03-18"), (45, "2015-04-23")]
)
def test_a_limit_over_the_spring_festival_ends_at_close_of_business_of_its_last_day(days: int, last_day: str) -> None:
    ends = _due("2015-02-13T11:00", Limit(days, Unit.WORKING_DAYS))

    assert ends.on.isoformat() == last_day
    assert ends.at == _at(f"{last_day}T17:00")
    assert ends.ordinal == CALENDAR.ordinal(date(2015, 2, 13)) + days
    assert not ends.provisional


def test_the_day_of_the_start_is_the_day_in_china() -> None:
    started = datetime(2015, 2, 12, 16, 30, tzinfo=UTC)

    assert due(calendar=CALENDAR, started_at=started, limit=TWENTY).on == date(2015, 3, 18)


def test_an_extension_and_pauses_add_their_days() -> None:
    assert _due("2015-02-13T11:00", TWENTY, extension_days=10).on == date(2015, 4, 1)
    assert _due("2015-02-13T11:00", TWENTY, extension_days=10, paused_days=7).on == date(2015, 4, 13)


def test_a_joint_approval_has_45_days_and_15_more() -> None:
    law = load_statutes().in_force(date(2015, 2, 13))
    joint = Limit(law.joint_days, Unit.WORKING_DAYS)

    assert _due("2015-02-13T11:00", joint).on == date(2015, 4, 23)
    assert _due("2015-02-13T11:00", joint, extension_days=law.joint_extension_days).on == date(2015, 5, 15)


def test_a_limit_of_no_days_ends_on_the_day_of_the_start_or_the_next_working_day() -> None:
    same_day = Limit(0, Unit.WORKING_DAYS)

    assert _due("2015-02-13T11:00", same_day).on == date(2015, 2, 13)
    assert _due("2015-02-14T11:00", same_day).on == date(2015, 2, 15)


def test_a_pause_counts_the_working_days_after_its_first_day() -> None:
    def days(start: date, end: date) -> int:
        return paused(calendar=CALENDAR, started_on=start, ended_on=end)

    assert days(date(2015, 2, 16), date(2015, 2, 26)) == 3
    assert days(date(2015, 3, 23), date(2015, 3, 23)) == 0
    assert days(date(2015, 3, 7), date(2015, 3, 8)) == 0


def test_a_pause_counts_every_day_for_a_limit_in_calendar_days() -> None:
    pause = paused(calendar=CALENDAR, started_on=date(2015, 2, 16), ended_on=date(2015, 2, 26), unit=Unit.CALENDAR_DAYS)

    assert pause == 10


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PauseReversed, match="2015-02-15早于开始日2015-02-16"):
        paused(calendar=CALENDAR, started_on=date(2015, 2, 16), ended_on=date(2015, 2, 15))


def test_days_used_leave_out_the_pauses() -> None:
    used = used_days(calendar=CALENDAR, started_on=date(2015, 2, 13), ended_on=date(2015, 4, 10), paused_days=7)

    assert used == 29


def test_a_limit_in_calendar_days_that_ends_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert _due("2015-02-09T11:00", Limit(9, Unit.CALENDAR_DAYS)).on == date(2015, 2, 25)
    assert _due("2015-02-09T11:00", Limit(6, Unit.CALENDAR_DAYS)).on == date(2015, 2, 15)


def test_a_limit_in_opening_hours_ends_at_an_instant() -> None:
    ends = _due("2015-02-17T16:30", Limit(1, Unit.OPENING_HOURS))

    assert ends.at == _at("2015-02-25T09:30")
    assert (ends.on, ends.ordinal) == (date(2015, 2, 25), CALENDAR.ordinal(date(2015, 2, 25)))
    assert _due("2015-02-17T16:30", Limit(1, Unit.OPENING_HOURS), extension_days=2).at == _at("2015-02-27T09:30")


def test_a_due_date_in_a_year_without_a_notice_is_provisional() -> None:
    assert _due("2026-12-28T11:00", TWENTY).provisional
    assert not _due("2026-11-02T11:00", TWENTY).provisional


def test_negative_days_naive_instants_and_days_outside_the_calendar_are_refused() -> None:
    with pytest.raises(LimitNegative, match="-1"):
        _due("2015-02-13T11:00", Limit(-1, Unit.WORKING_DAYS))
    with pytest.raises(LimitNegative):
        _due("2015-02-13T11:00", TWENTY, paused_days=-3)
    with pytest.raises(NaiveInstant):
        due(calendar=CALENDAR, started_at=datetime(2015, 2, 13, 11), limit=TWENTY)
    with pytest.raises(DayOutsideCalendar):
        _due("1999-02-13T11:00", TWENTY)


@pytest.mark.parametrize(
    ("limit", "last_in_time", "first_late"),
    [
        (TWENTY, "2015-03-18T23:59", "2015-03-19T00:00"),
        (Limit(10, Unit.CALENDAR_DAYS), "2015-02-25T23:59", "2015-02-26T00:00"),
        (Limit(7, Unit.OPENING_HOURS), "2015-02-15T11:00", "2015-02-15T11:01"),
    ],
)
def test_an_act_is_late_from_the_moment_after_its_limit(limit: Limit, last_in_time: str, first_late: str) -> None:
    ends = _due("2015-02-13T11:00", limit)

    assert not is_late(calendar=CALENDAR, limit=limit, due=ends, ended_at=_at(last_in_time))
    assert is_late(calendar=CALENDAR, limit=limit, due=ends, ended_at=_at(first_late))


@pytest.mark.parametrize("ended", ["2015-03-17", "2015-03-18", "2015-03-19", "2015-03-21", "2015-03-23"])
def test_late_by_ordinals_is_the_same_as_used_days_over_the_limit(ended: str) -> None:
    ends = _due("2015-02-13T11:00", TWENTY, paused_days=1)
    late = is_late(calendar=CALENDAR, limit=TWENTY, due=ends, ended_at=_at(f"{ended}T11:00"))
    used = used_days(calendar=CALENDAR, started_on=date(2015, 2, 13), ended_on=date.fromisoformat(ended), paused_days=1)

    assert late == (used > 20)


def test_overdue_names_the_clock_that_is_late() -> None:
    clocks = [
        RunningClock(clock, limit, _due("2015-02-13T11:00", limit))
        for clock, limit in [(Clock.STATUTORY, TWENTY), (Clock.PROMISED, Limit(5, Unit.WORKING_DAYS))]
    ]

    def late(ended: str) -> tuple[Clock, ...]:
        return late_clocks(calendar=CALENDAR, clocks=clocks, ended_at=_at(ended))

    assert late("2015-02-26T16:00") == ()
    assert late("2015-02-27T09:00") == (Clock.PROMISED,)
    assert late("2015-03-19T09:00") == (Clock.STATUTORY, Clock.PROMISED)


def test_the_last_day_for_a_supplement_notice_lies_behind_the_spring_festival() -> None:
    law = load_statutes().in_force(date(2015, 2, 13))

    assert automatic_acceptance_on(calendar=CALENDAR, law=law, received_on=date(2015, 2, 13)) == date(2015, 2, 26)
