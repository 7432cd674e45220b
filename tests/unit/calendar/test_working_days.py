"""Working days of China: the vectors of the research, and every day against two independent packages."""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import holidays
import pytest

from yichuang.calendar.queries import get_calendar, list_years
from yichuang.calendar.values import DayOutsideCalendar, NegativePeriod, OrdinalOutsideCalendar, WorkingCalendar

# The notice of 2005-12-16 (国办发明电〔2005〕35号) makes this Saturday a working day; chinesecalendar misses it.
DISPUTED = date(2005, 12, 31)
LAST_PUBLISHED = date(2026, 12, 31)


@pytest.fixture(scope="module")
def china() -> WorkingCalendar:
    return get_calendar()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (date(2015, 2, 13), ["2015-02-15", "2015-02-26", "2015-03-18", "2015-04-01", "2015-04-23"]),
        (date(2015, 7, 23), ["2015-07-24", "2015-07-30", "2015-08-20", "2015-09-06", "2015-09-25"]),
        (date(2015, 9, 30), ["2015-10-08", "2015-10-13", "2015-11-03", "2015-11-17", "2015-12-08"]),
        (date(2015, 9, 2), ["2015-09-06", "2015-09-10", "2015-10-08", "2015-10-21", "2015-11-11"]),
    ],
)
def test_a_period_of_1_5_20_30_and_45_days_ends_on_the_day_of_the_research(
    china: WorkingCalendar, accepted: date, expected: list[str]
) -> None:
    assert [china.add(accepted, days).isoformat() for days in (1, 5, 20, 30, 45)] == expected


def test_the_months_of_2015_have_the_working_days_of_the_research(china: WorkingCalendar) -> None:
    ends = [date(2014, 12, 31), *(date(2015, m + 1, 1) - timedelta(days=1) for m in range(1, 12)), date(2015, 12, 31)]
    months = [china.between(ends[i], ends[i + 1]) for i in range(12)]

    assert months == [21, 17, 22, 21, 20, 21, 23, 21, 21, 18, 21, 23]
    assert china.between(date(2014, 12, 31), date(2015, 12, 31)) == 249
    assert china.between(date(2014, 12, 31), date(2015, 6, 30)) == 122


def test_every_day_until_2026_agrees_with_chinesecalendar_save_the_one_it_misses(china: WorkingCalendar) -> None:
    differing = [
        day
        for day in _days(date(2004, 1, 1), LAST_PUBLISHED)
        if china.is_working_day(day) != chinese_calendar.is_workday(day)
    ]

    assert differing == [DISPUTED]


def test_every_day_until_2026_agrees_with_holidays(china: WorkingCalendar) -> None:
    other = holidays.country_holidays("CN", years=range(2004, 2027))

    assert [
        day for day in _days(date(2004, 1, 1), LAST_PUBLISHED) if china.is_working_day(day) != other.is_working_day(day)
    ] == []


def test_the_make_up_days_of_2015_count_and_the_victory_day_does_not(china: WorkingCalendar) -> None:
    assert all(china.is_working_day(date(2015, m, d)) for m, d in [(1, 4), (2, 15), (2, 28), (9, 6), (10, 10)])
    assert not china.is_working_day(date(2015, 9, 3))


def test_a_year_without_a_notice_counts_weekends_only_and_is_provisional(china: WorkingCalendar) -> None:
    assert china.is_working_day(date(2027, 10, 1))
    assert not china.is_working_day(date(2027, 10, 2))
    assert china.is_provisional(date(2027, 1, 4))
    assert not china.is_provisional(LAST_PUBLISHED)


def test_ordinals_start_with_the_first_working_day_of_2004_and_undo_themselves(china: WorkingCalendar) -> None:
    assert china.ordinal(date(2004, 1, 1)) == 0
    assert china.ordinal(date(2004, 1, 2)) == 1
    assert china.day_of(1) == date(2004, 1, 2)
    assert china.day_of(china.ordinal(date(2015, 2, 21))) == date(2015, 2, 17)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2050, 1, 1)])
def test_a_day_outside_2004_to_2049_is_refused_by_every_question(china: WorkingCalendar, day: date) -> None:
    for question in (china.ordinal, china.is_working_day, china.is_provisional, china.close_of_business):
        with pytest.raises(DayOutsideCalendar, match=day.isoformat()):
            question(day)


def test_a_period_that_ends_after_2049_or_is_negative_is_refused(china: WorkingCalendar) -> None:
    with pytest.raises(OrdinalOutsideCalendar):
        china.add(date(2049, 12, 30), 20)
    with pytest.raises(OrdinalOutsideCalendar):
        china.day_of(0)
    with pytest.raises(NegativePeriod):
        china.add(date(2015, 2, 13), -1)


def test_calendars_with_the_same_data_are_equal_and_the_version_names_the_data(china: WorkingCalendar) -> None:
    without_2026 = WorkingCalendar(
        name="china", years=[n for n in list_years() if n.year != 2026], opening_hours=[], centre=None
    )

    assert get_calendar() is china
    assert get_calendar(centre="a centre without a file") is china
    assert china != without_2026
    assert len({china, get_calendar(), without_2026}) == 2


def test_every_published_year_names_its_notice_and_the_years_have_no_gap() -> None:
    years = list_years()

    assert [notice.year for notice in years] == list(range(2004, 2027))
    assert all(notice.published and notice.notices for notice in years)
    assert [n.number for n in years[11].notices] == ["国办发明电〔2014〕28号", "国发明电〔2015〕1号"]
