"""Charts escape, describe, and carry their numbers as a table."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.ui.charts import Chart, ChartUnfit, Series, bar_chart, heat_table, stacked_bar_chart, trend_chart

HOSTILE = '</text><script>alert("1")</script>&'
SVG = "{http://www.w3.org/2000/svg}"


def bars(labels: list[str], values: list[int | None], title: str = "图") -> Chart:
    return bar_chart(key="k", title=title, labels=labels, values=values, measure=title, corner=title, description=title)


def stacked(labels: list[str], values: list[int | None], title: str = "图") -> Chart:
    series = [Series(title, values), Series("乙", values)]
    return stacked_bar_chart(key="k", title=title, labels=labels, series=series, corner=title, description=title)


def trend(labels: list[str], values: list[int | None], title: str = "图") -> Chart:
    series = [Series(title, values), Series("乙", values)]
    return trend_chart(key="k", title=title, labels=labels, series=series, corner=title, description=title)


def heat(labels: list[str], values: list[int | None], title: str = "图") -> Chart:
    return heat_table(key="k", title=title, labels=labels, series=[Series(title, values)], corner=title)


DRAWINGS = pytest.mark.parametrize("draw", [bars, stacked, trend], ids=["bar", "stacked", "trend"])
ALL = pytest.mark.parametrize("draw", [bars, stacked, trend, heat], ids=["bar", "stacked", "trend", "heat"])
Draw = Callable[..., Chart]


@ALL
def test_a_hostile_label_stays_text(draw: Draw) -> None:
    chart = draw([HOSTILE, "乙"], [1, 2], HOSTILE)
    markup = chart.svg + chart.legend + chart.table
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup


@DRAWINGS
def test_a_drawing_is_named_and_described_for_those_who_cannot_see_it(draw: Draw) -> None:
    root = ET.fromstring(draw(["甲"], [1], "各县区受理量").svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "k-title k-desc"
    assert root.findtext(f"{SVG}title") == "各县区受理量"


@ALL
def test_the_table_beside_a_chart_holds_every_number(draw: Draw) -> None:
    table = draw(["甲", "乙"], [1234, 0]).table
    assert ">1,234</td>" in table
    assert ">0</td>" in table


@ALL
def test_a_missing_value_is_a_dash_in_the_table(draw: Draw) -> None:
    assert ">—</td>" in draw(["甲", "乙"], [1, None]).table


@ALL
def test_labels_and_values_that_do_not_match_are_refused(draw: Draw) -> None:
    with pytest.raises(ChartUnfit):
        draw(["甲"], [1, 2])


@ALL
def test_a_negative_value_is_refused_because_a_bar_cannot_show_it(draw: Draw) -> None:
    with pytest.raises(ChartUnfit):
        draw(["甲"], [-1])


def test_the_longest_bar_takes_the_whole_width_and_the_others_their_share() -> None:
    root = ET.fromstring(bars(["甲", "乙"], [200, 50]).svg)
    assert [one.get("width") for one in root.iter(f"{SVG}rect") if one.get("class") == "series-0"] == ["100%", "25%"]


def test_a_gap_in_a_trend_breaks_the_line_instead_of_falling_to_zero() -> None:
    chart = trend_chart(key="k", title="图", labels=list("abcde"), series=[Series("甲", [1, 2, None, 3, 4])])
    root = ET.fromstring(chart.svg)
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 4


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ChartUnfit):
        stacked_bar_chart(key="k", title="图", labels=["甲"], series=[Series(str(n), [1]) for n in range(6)])


@given(st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=10**9)), max_size=12))
def test_every_drawing_is_well_formed_and_inside_its_frame(values: list[int | None]) -> None:
    labels = [f"<{n}>" for n in range(len(values))]
    for draw in (bars, stacked, trend):
        for one in ET.fromstring(draw(labels, values).svg).iter():
            for name in ("width", "x", "cx"):
                length = one.get(name, "0")
                if length.endswith("%"):
                    assert -0.01 <= float(length[:-1]) <= 100.01
