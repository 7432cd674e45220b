"""Opening hours: what an on-the-spot matter is judged by, and how a centre changes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from yichuang.calendar.queries import forget_calendars, get_calendar
from yichuang.calendar.values import CHINA, NaiveInstant, NegativePeriod, WorkingCalendar

CENTRE = """
centre: "610900"
title: 安康市政务服务中心
counts: {counts}
opening_hours:
  - {{from: 2015-05-01, season: ["05-01", "09-30"], hours: ["09:00-12:00", "14:00-18:00"]}}
also_open:
  - {{weekdays: [6], from: 2015-01-01, until: 2016-01-01, hours: ["09:00-12:00"]}}
closed: [2015-06-30, 2015-02-21]
"""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
def law_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "calendar" / "centres").mkdir(parents=True)
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    forget_calendars()
    yield tmp_path
    forget_calendars()


@pytest.fixture
def centre(law_dir: Path) -> WorkingCalendar:
    (law_dir / "calendar/centres/ankang.yaml").write_text(CENTRE.format(counts="false"), encoding="utf-8")
    return get_calendar(centre="610900")


def test_a_working_day_has_seven_opening_hours_and_a_day_off_none() -> None:
    china = get_calendar()

    assert china.opening_seconds(_at("2015-02-17T00:00"), _at("2015-02-18T00:00")) == 7 * 3600
    assert china.opening_seconds(_at("2015-02-18T00:00"), _at("2015-02-25T00:00")) == 0
    assert china.opening_seconds(_at("2015-02-17T11:30"), _at("2015-02-17T13:30")) == 3600
    assert china.opening_seconds(_at("2015-02-17T13:30"), _at("2015-02-17T11:30")) == -3600


def test_instants_of_any_time_zone_are_read_in_china() -> None:
    china = get_calendar()

    assert china.opening_seconds(datetime(2015, 2, 17, 1, tzinfo=UTC), datetime(2015, 2, 17, 2, tzinfo=UTC)) == 3600


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        get_calendar().opening_seconds(datetime(2015, 2, 17, 9), _at("2015-02-17T10:00"))


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ("2015-02-17T16:30", 1, "2015-02-25T09:30"),
        ("2015-02-17T09:00", 7, "2015-02-17T17:00"),
        ("2015-02-17T12:30", 1, "2015-02-17T14:00"),
        ("2015-02-21T12:30", Fraction(1, 2), "2015-02-25T09:30"),
        ("2015-02-17T09:00", 0.25, "2015-02-17T09:15"),
        ("2015-02-21T12:30", 0, "2015-02-21T12:30"),
    ],
)
def test_hours_are_counted_over_noon_night_and_spring_festival(at: str, hours: float, expected: str) -> None:
    assert get_calendar().add_opening_hours(_at(at), hours) == _at(expected)


def test_negative_hours_are_refused() -> None:
    with pytest.raises(NegativePeriod):
        get_calendar().add_opening_hours(_at("2015-02-17T09:00"), -1)


def test_the_close_of_business_is_the_end_of_the_last_opening_in_chinas_time() -> None:
    close = get_calendar().close_of_business(date(2015, 2, 17))

    assert close.isoformat() == "2015-02-17T17:00:00+08:00"
    assert close.tzinfo is CHINA


def test_without_any_office_hours_a_day_ends_at_midnight() -> None:
    bare = WorkingCalendar(name="bare", years=[], opening_hours=[])

    assert bare.close_of_business(date(2015, 2, 17)) == _at("2015-02-18T00:00")


def test_a_centre_has_summer_hours_from_the_day_it_introduced_them(centre: WorkingCalendar) -> None:
    assert centre.close_of_business(date(2015, 4, 30)).hour == 17
    assert centre.close_of_business(date(2015, 5, 4)).hour == 18
    assert centre.close_of_business(date(2015, 9, 30)).hour == 18
    assert centre.close_of_business(date(2015, 10, 8)).hour == 17


def test_saturday_opening_adds_hours_but_no_working_day_unless_the_file_says_so(
    centre: WorkingCalendar, law_dir: Path
) -> None:
    saturday, closed = date(2015, 3, 7), date(2015, 6, 30)

    assert centre.opening_seconds(_at("2015-03-07T00:00"), _at("2015-03-08T00:00")) == 3 * 3600
    assert centre.opening_seconds(_at("2016-03-05T00:00"), _at("2016-03-06T00:00")) == 0
    assert centre.opening_seconds(_at("2015-02-21T00:00"), _at("2015-02-22T00:00")) == 0
    assert centre.opening_seconds(_at("2015-06-30T00:00"), _at("2015-07-01T00:00")) == 0
    assert not centre.is_working_day(saturday)
    assert centre.is_working_day(closed)

    (law_dir / "calendar/centres/ankang.yaml").write_text(CENTRE.format(counts="true"), encoding="utf-8")
    forget_calendars()
    counting = get_calendar(centre="610900")
    assert counting.is_working_day(saturday)
    assert not counting.is_working_day(closed)
    assert counting != centre


def test_the_country_keeps_its_count_whatever_a_centre_does(centre: WorkingCalendar) -> None:
    assert get_calendar().between(date(2014, 12, 31), date(2015, 12, 31)) == 249
    assert centre.between(date(2014, 12, 31), date(2015, 12, 31)) == 249
