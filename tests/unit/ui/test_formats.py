"""How figures and days are written."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.ui.formats import day, instant, percent, thousands, wan

COUNTS = st.integers(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("count", "written"),
    [(326_300, "32.63万"), (325_500, "32.55万"), (9_999, "9,999"), (10_000, "1.00万"), (418, "418"), (0, "0")],
)
def test_a_count_is_written_as_the_bulletin_writes_it(count: int, written: str) -> None:
    assert wan(count) == written


def test_a_count_in_english_is_written_out_because_english_has_no_word_for_ten_thousand() -> None:
    assert wan(326_300, language="en") == "326,300"


def test_the_bulletins_rate_is_written_with_one_decimal() -> None:
    assert percent(325_500 / 326_300) == "99.8%"
    assert percent(1) == "100.0%"


def test_a_half_is_rounded_up_as_the_digits_on_paper_show_it() -> None:
    assert percent(0.0285) == "2.9%"
    assert percent(Decimal("0.9985")) == "99.9%"
    assert wan(325_450) == "32.55万"


def test_no_value_is_a_dash_and_never_a_zero() -> None:
    assert {wan(None), percent(None), thousands(None), day(None), instant(None)} == {"—"}


def test_dates_in_both_languages() -> None:
    assert day(date(2015, 6, 30)) == "2015年6月30日"
    assert day(date(2015, 6, 30), language="en") == "30 June 2015"
    assert instant(datetime(2015, 1, 2, 9, 5)) == "2015年1月2日 09:05"
    assert instant(datetime(2015, 1, 2, 9, 5), language="en") == "2 January 2015, 09:05"


@given(COUNTS)
def test_a_count_with_separators_reads_back_to_itself(count: int) -> None:
    assert int(thousands(count).replace(",", "")) == count


@given(st.integers(min_value=10_000, max_value=10**12))
def test_a_count_in_wan_is_never_further_off_than_half_its_last_digit(count: int) -> None:
    assert abs(Decimal(wan(count).removesuffix("万")) * 10_000 - count) <= 50


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_a_larger_ratio_is_never_written_as_a_smaller_percentage(part: int, whole: int) -> None:
    assert Decimal(percent((part + 1) / whole).rstrip("%")) >= Decimal(percent(part / whole).rstrip("%"))


@given(st.floats(min_value=-0.0004, max_value=0.0004))
def test_nothing_is_never_written_with_a_minus_sign(ratio: float) -> None:
    assert percent(ratio) == "0.0%"
