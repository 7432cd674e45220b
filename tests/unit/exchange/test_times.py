"""Times of other systems: many spellings, one instant each, and no instant for a day that never was."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.exchange.domain.refusals import ImpossibleTime, UnknownTime
from yichuang.exchange.domain.times import parse_time

FORMATS = ("iso", "%Y-%m-%d %H:%M", "%Y/%m/%d %I:%M %p", "%p%I:%M %Y-%m-%d", "%Y%m%d%H%M%S", "excel")


def at(text: str, *, zone: str = "Asia/Shanghai", formats: tuple[str, ...] = FORMATS) -> datetime:
    """Read with a day's beginning at half past eight."""
    return parse_time(text, formats=formats, zone=zone, date_only_at=time(8, 30)).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2015-01-05T09:30:00+08:00", "2015-01-05T01:30"),
        ("2011-10-18T09:03:12.303+02:00", "2011-10-18T07:03:12.303"),
        ("2015-01-05 09:30", "2015-01-05T01:30"),
        ("2015/01/05 12:05 AM", "2015-01-04T16:05"),
        ("2015/01/05 下午 03:05".replace("下午 03:05", "03:05 下午"), "2015-01-05T07:05"),
        ("上午09:30 2015-01-05", "2015-01-05T01:30"),
        ("20150105093000", "2015-01-05T01:30"),
        ("42009.395833333", "2015-01-05T01:30"),
        ("42009", "2015-01-05T00:30"),
        ("2015-01-05", "2015-01-05T00:30"),
    ],
)
def test_each_spelling_means_one_instant(text: str, instant: str) -> None:
    assert at(text) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_a_time_without_offset_stands_in_the_zone_of_its_source() -> None:
    assert at("2011-07-01 12:00", zone="Europe/Amsterdam") == datetime(2011, 7, 1, 10, tzinfo=UTC)
    assert at("2011-01-01 12:00", zone="Europe/Amsterdam") == datetime(2011, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2015-02-30", "2015/2/29 09:00", "2015年13月01日", "20150230", "2015-01-05 25:10", "0001-01-01"]
)
def test_a_day_or_hour_that_never_was_is_called_impossible_not_unreadable(text: str) -> None:
    with pytest.raises(ImpossibleTime):
        at(text, formats=("iso", "%Y-%m-%d %H:%M"))


@pytest.mark.parametrize("text", ["昨天", "5. Jan 2015", "0", "12:30", "9" * 400])
def test_what_fits_no_format_says_which_formats_there_are(text: str) -> None:
    with pytest.raises(UnknownTime) as caught:
        at(text, formats=("iso", "%Y-%m-%d %H:%M"))
    assert "iso" in caught.value.explain()


@given(st.text(max_size=40))
def test_no_text_whatever_makes_the_reader_fall_over(text: str) -> None:
    with suppress(ImpossibleTime, UnknownTime):
        assert at(text).tzinfo is not None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2030, 1, 1)))
def test_an_excel_serial_reads_back_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    found = parse_time(f"{serial:.10f}", formats=("excel",), zone="UTC", date_only_at=time())
    assert abs(found.replace(tzinfo=None) - moment) <= timedelta(seconds=1)
