"""Figures as arithmetic: whatever the sums, ratios keep their place and writing rounds half up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.reporting.bulletins.book import exact, show
from yichuang.reporting.domain.figures import DEFINITIONS, Sums, display, figure, figures

CASES = st.integers(0, 2_000_000)


@st.composite
def consistent_sums(draw: st.DrawFn) -> Sums:
    """Return sums as cases can make them: late and on time make up completed, early is part of on time."""
    on_time, late = draw(CASES), draw(CASES)
    judged = draw(st.integers(0, on_time + late))
    days = st.integers(0, judged * 40)
    promised = draw(days)
    return Sums(
        received=draw(CASES),
        accepted=draw(CASES),
        completed=on_time + late,
        on_time=on_time,
        early=draw(st.integers(0, on_time)),
        late=late,
        late_statutory=draw(st.integers(0, late)),
        judged=judged,
        used_days=draw(days),
        promised_days=promised,
        statutory_days=promised + draw(days),
    )


@given(consistent_sums())
def test_on_time_and_late_together_are_everything_completed(sums: Sums) -> None:
    rate = figure("on_time_rate", sums).value
    if sums.completed == 0:
        assert rate is None
    else:
        assert rate is not None
        assert abs(rate + Decimal(sums.late) / sums.completed - 1) < Decimal("1e-20")


@given(consistent_sums())
def test_no_more_can_be_early_than_on_time(sums: Sums) -> None:
    early, on_time = figure("early_rate", sums).value, figure("on_time_rate", sums).value
    assert (early is None) == (on_time is None)
    assert early is None or on_time is None or early <= on_time


@given(consistent_sums())
def test_every_figure_can_be_shown_whatever_the_sums(sums: Sums) -> None:
    for key, made in figures(sums).items():
        text = display(made)
        assert (text == "—") == (made.value is None), key
        assert "E" not in text
        if DEFINITIONS[key].unit == "rate" and made.value is not None:
            assert abs(Decimal(text.removesuffix("%")) / 100 - made.value) <= Decimal("0.0005")


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_the_bulletin_and_the_pages_write_one_ratio_alike(completed: int, accepted: int) -> None:
    made = figure("completion_rate", Sums(completed=completed, accepted=accepted))
    assert show(made.value, way="percent") == display(made)
    mean = figure("mean_days", Sums(used_days=completed, judged=accepted))
    assert show(mean.value, way="days") == display(mean)


@pytest.mark.parametrize(
    ("value", "way", "text"),
    [
        ("326300", "wan", "32.63万"),
        ("325500", "wan", "32.55万"),
        ("9999", "wan", "9999"),
        ("418", "count", "418"),
        ("12345", "count", "12345"),
        ("0.9975", "percent", "99.8%"),
        ("1.125", "days", "1.13"),
        ("1.135", "days", "1.14"),
        (None, "percent", "—"),
        (None, "days", "—"),
    ],
)
def test_official_writing_rounds_half_up(value: str | None, way: str, text: str) -> None:
    assert show(None if value is None else Decimal(value), way=way) == text  # type: ignore[arg-type]


def test_what_is_undefined_is_kept_as_nothing_and_not_as_nought() -> None:
    assert exact(None) == ""
    assert exact(Decimal(0)) == "0"
