"""Laws of day counting that must hold for every day, not only for the ones somebody thought of."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, FIRST_DAY, LAST_DAY

CHINA_DAYS = get_calendar()
days = st.dates(FIRST_DAY + timedelta(days=1), LAST_DAY - timedelta(days=1200))
periods = st.integers(0, 400)
instants = st.datetimes(datetime(2004, 1, 2), datetime(2045, 1, 1), timezones=st.just(CHINA))


@given(days)
def test_the_ordinal_grows_by_one_on_a_working_day_and_by_nothing_on_a_day_off(day: date) -> None:
    step = CHINA_DAYS.ordinal(day) - CHINA_DAYS.ordinal(day - timedelta(days=1))

    assert step == int(CHINA_DAYS.is_working_day(day))


@given(days, days)
def test_a_later_day_never_has_a_smaller_ordinal(one: date, other: date) -> None:
    assert (CHINA_DAYS.ordinal(one) - CHINA_DAYS.ordinal(other)) * (one - other).days >= 0


@given(days, periods)
def test_counting_back_gives_the_period_that_was_added(day: date, period: int) -> None:
    assert CHINA_DAYS.between(day, CHINA_DAYS.add(day, period)) == period


@given(days.filter(CHINA_DAYS.is_working_day), periods)
def test_adding_the_days_between_leads_to_the_working_day_again(end: date, back: int) -> None:
    start = max(FIRST_DAY, end - timedelta(days=back))

    assert CHINA_DAYS.add(start, CHINA_DAYS.between(start, end)) == end


@given(days, periods, periods)
def test_two_periods_in_a_row_end_where_their_sum_ends(day: date, first: int, second: int) -> None:
    assert CHINA_DAYS.add(CHINA_DAYS.add(day, first), second) == CHINA_DAYS.add(day, first + second)


@given(st.dates(date(2004, 1, 2), LAST_DAY))
def test_the_day_of_an_ordinal_is_the_last_working_day_up_to_it(day: date) -> None:
    found = CHINA_DAYS.day_of(CHINA_DAYS.ordinal(day))

    assert found <= day
    assert CHINA_DAYS.is_working_day(found)
    assert not any(CHINA_DAYS.is_working_day(found + timedelta(days=n)) for n in range(1, (day - found).days + 1))


@given(days, st.integers(1, 400))
def test_a_period_of_at_least_one_day_ends_on_a_working_day_after_its_start(day: date, period: int) -> None:
    end = CHINA_DAYS.add(day, period)

    assert end > day
    assert CHINA_DAYS.is_working_day(end)


@given(instants, instants, instants)
def test_opening_seconds_add_up_over_any_third_instant(one: datetime, two: datetime, three: datetime) -> None:
    seconds = CHINA_DAYS.opening_seconds

    assert seconds(one, two) + seconds(two, three) == seconds(one, three)


@given(instants, st.fractions(Fraction(1, 3600), 400).map(lambda f: Fraction(round(f * 3600), 3600)))
def test_adding_opening_hours_passes_exactly_those_hours(at: datetime, hours: Fraction) -> None:
    end = CHINA_DAYS.add_opening_hours(at, hours)

    assert CHINA_DAYS.opening_seconds(at, end) == hours * 3600
    assert CHINA_DAYS.opening_seconds(at, end - timedelta(seconds=1)) < hours * 3600
