"""Periods: every way of writing one, its days, its months, and the year before."""

from datetime import date

import pytest

from yichuang.kernel.periods import Period, PeriodEmpty, PeriodImpossible, PeriodKind, PeriodNotUnderstood


@pytest.mark.parametrize(
    ("text", "start_on", "last_on", "label", "title"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31), "2015", "2015年"),
        ("2015H1", date(2015, 1, 1), date(2015, 6, 30), "2015H1", "2015年上半年"),
        ("2015h2", date(2015, 7, 1), date(2015, 12, 31), "2015H2", "2015年下半年"),
        ("2015Q2", date(2015, 4, 1), date(2015, 6, 30), "2015Q2", "2015年第二季度"),
        ("2015-06", date(2015, 6, 1), date(2015, 6, 30), "2015-06", "2015年6月"),
        ("2015-12", date(2015, 12, 1), date(2015, 12, 31), "2015-12", "2015年12月"),
        ("2015W23", date(2015, 6, 1), date(2015, 6, 7), "2015W23", "2015年第23周"),
        ("2015W01", date(2014, 12, 29), date(2015, 1, 4), "2015W01", "2015年第1周"),
        ("2015-06-05", date(2015, 6, 5), date(2015, 6, 5), "2015-06-05", "2015年6月5日"),
        ("2015-06-01..2015-06-30", date(2015, 6, 1), date(2015, 6, 30), "2015-06", "2015年6月"),
        (
            "2015-06-02..2015-06-30",
            date(2015, 6, 2),
            date(2015, 6, 30),
            "2015-06-02..2015-06-30",
            "2015年6月2日至6月30日",
        ),
        (
            "2014-11-03..2015-10-31",
            date(2014, 11, 3),
            date(2015, 10, 31),
            "2014-11-03..2015-10-31",
            "2014年11月3日至2015年10月31日",
        ),
        (
            "2015-02-01..2015-04-30",
            date(2015, 2, 1),
            date(2015, 4, 30),
            "2015-02-01..2015-04-30",
            "2015年2月1日至4月30日",
        ),
    ],
)
def test_every_way_of_writing_a_period_is_read(
    text: str, start_on: date, last_on: date, label: str, title: str
) -> None:
    period = Period.parse(text)

    assert (period.start_on, period.last_on) == (start_on, last_on)
    assert (period.label, period.title) == (label, title)
    assert Period.parse(period.label) == period


@pytest.mark.parametrize(
    "text", ["", "15H1", "2015上半年", "2015-6", "2015/06", "2015W1", "2015-06-01~2015-06-30", "２０１５"]
)
def test_a_text_that_is_no_period_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(PeriodNotUnderstood) as caught:
        Period.parse(text)

    assert "2015H1" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2015H3", "半年只有H1和H2"),
        ("2015Q0", "季度只有Q1至Q4"),
        ("2015-13", "月份只有01至12"),
        ("2015-00", "月份只有01至12"),
        ("2014W53", "该年没有这一周"),
        ("2015W00", "该年没有这一周"),
        ("2015-02-29", "没有这一天"),
        ("2015-02-01..2015-02-29", "没有这一天"),
        ("0001", "年份应在1949至2999之间"),
        ("9999", "年份应在1949至2999之间"),
    ],
)
def test_a_period_no_calendar_has_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(PeriodImpossible) as caught:
        Period.parse(text)

    assert reason in str(caught.value)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodEmpty) as caught:
        Period.parse("2015-06-30..2015-06-01")

    assert "止日2015-06-01早于起日2015-06-30" in str(caught.value)


def test_a_half_year_has_its_days_and_nothing_outside() -> None:
    period = Period.parse("2015H1")

    assert len(period.days()) == 181
    assert date(2015, 6, 30) in period
    assert date(2015, 7, 1) not in period
    assert period.split_into_months_and_days() == ([(2015, month) for month in range(1, 7)], [])


def test_whole_months_and_single_days_are_told_apart() -> None:
    months, days = Period.parse("2014-11-29..2015-02-02").split_into_months_and_days()

    assert months == [(2014, 12), (2015, 1)]
    assert days == [date(2014, 11, 29), date(2014, 11, 30), date(2015, 2, 1), date(2015, 2, 2)]


def test_a_period_without_a_whole_month_is_all_single_days() -> None:
    months, days = Period.parse("2015-01-02..2015-02-27").split_into_months_and_days()

    assert months == []
    assert len(days) == 57


@pytest.mark.parametrize(
    ("text", "previous"),
    [
        ("2015H1", "2014H1"),
        ("2017-02", "2016-02"),
        ("2016-02", "2015-02"),
        ("2016-02-29", "2015-02-28"),
        ("2016-02-29..2016-03-05", "2015-02-28..2015-03-05"),
        ("2016-02-20..2016-02-28", "2015-02-20..2015-02-28"),
        ("2015W23", "2014W23"),
        ("2015W53", "2014W52"),
        ("2014-11-03..2015-10-31", "2013-11-03..2014-10-31"),
    ],
)
def test_the_same_period_one_year_earlier(text: str, previous: str) -> None:
    assert Period.parse(text).previous_year().label == previous


def test_three_months_that_are_no_quarter_are_a_range() -> None:
    assert Period.of_months(year=2015, first_month=2, count=3).kind is PeriodKind.RANGE
    assert Period.of_months(year=2015, first_month=7, count=12).kind is PeriodKind.RANGE
    assert Period.of_months(year=2014, first_month=13, count=3).label == "2015Q1"


def test_the_title_is_translated_as_one_sentence() -> None:
    words = {"{year}年上半年": "first half of {year}"}

    assert Period.parse("2015H1").describe(lambda text: words.get(text, text)) == "first half of 2015"
