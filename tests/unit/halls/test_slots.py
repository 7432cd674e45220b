"""Slots of a day: cut from the openings, offered on open days, closed in time."""

from datetime import date, datetime, time, timedelta

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, Span
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.law import Rules
from yichuang.halls.domain.slots import bookable_days, check_slot, open_slots, slots_of

FRIDAY = date(2015, 6, 5)
RULES = Rules(
    slot_minutes=30, closing_minutes=30, days_ahead=3, places=2, no_show_days=90, no_show_limit=3, areas={"民生": 1}
)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("openings", "starts"),
    [
        ([(9, 10.5)], [time(9), time(9, 30), time(10)]),
        ([(9, 9.75), (14, 14.5)], [time(9), time(14)]),
        ([(9, 9.25)], []),
        ([(23.5, 24)], [time(23, 30)]),
        ([], []),
    ],
)
def test_openings_are_cut_into_whole_slots(openings: list[tuple[float, float]], starts: list[time]) -> None:
    spans = [Span(int(opens * 3600), int(closes * 3600)) for opens, closes in openings]
    assert [slot.start for slot in slots_of(spans, on=FRIDAY, minutes=30)] == starts


def test_open_days_ahead_skip_weekend_and_holiday_and_today_does_not_count() -> None:
    days = bookable_days(calendar=get_calendar(), at=at(FRIDAY, 8), days_ahead=3)
    assert days == (FRIDAY, date(2015, 6, 8), date(2015, 6, 9), date(2015, 6, 10))
    assert bookable_days(calendar=get_calendar(), at=at(date(2015, 10, 1), 8), days_ahead=1) == (date(2015, 10, 8),)


def test_at_the_end_of_the_calendar_no_day_is_guessed() -> None:
    assert bookable_days(calendar=get_calendar(), at=at(date(2049, 12, 31), 8), days_ahead=3) == (date(2049, 12, 31),)


def test_a_make_up_saturday_can_be_booked() -> None:
    assert open_slots(calendar=get_calendar(), rules=RULES, on=date(2015, 10, 10), at=at(FRIDAY, 8))


def test_booking_closes_half_an_hour_before_the_slot() -> None:
    for moment, first in ((at(FRIDAY, 8, 30), time(9)), (at(FRIDAY, 8, 31), time(9, 30))):
        assert open_slots(calendar=get_calendar(), rules=RULES, on=FRIDAY, at=moment)[0].start == first


def test_the_instant_counts_not_the_zone_in_which_it_is_written() -> None:
    in_london = at(FRIDAY, 8, 45).astimezone(tz=None)
    with pytest.raises(r.SlotOver):
        check_slot(calendar=get_calendar(), rules=RULES, on=FRIDAY, start=time(9), at=in_london)


@pytest.mark.parametrize(
    ("on", "start", "refusal"),
    [
        (FRIDAY - timedelta(days=1), time(9), r.DayNotBookable),
        (FRIDAY + timedelta(days=1), time(9), r.DayNotBookable),
        (date(2015, 6, 11), time(9), r.DayNotBookable),
        (date(2060, 1, 1), time(9), r.DayNotBookable),
        (FRIDAY, time(12, 30), r.SlotNotKnown),
        (FRIDAY, time(9, 1), r.SlotNotKnown),
    ],
)
def test_what_is_no_slot_is_refused(on: date, start: time, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_slot(calendar=get_calendar(), rules=RULES, on=on, start=start, at=at(FRIDAY, 8))


def test_a_part_of_the_hall_has_its_own_places() -> None:
    assert [RULES.places_of(area) for area in ("", "民生", "城建")] == [2, 1, None]
