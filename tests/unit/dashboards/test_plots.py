"""A plot is one set of numbers: the drawing, the table, the file and what the script gets cannot differ."""

import csv
from io import StringIO
from itertools import pairwise

import pytest

from yichuang.dashboards.supervision.overview import map as maps
from yichuang.dashboards.supervision.overview.plots import Plot
from yichuang.ui.charts import Series

LINES = Plot(
    key="trend",
    kind="lines",
    title="按周<b>",
    corner="周",
    labels=["1月5日", "1月12日"],
    series=[Series("红牌", [3, None]), Series("黄牌", [1, 1200])],
    hrefs=["/a/?x=1&y=2", ""],
)
HEAT = Plot(
    key="heat",
    kind="heat",
    title="热力图",
    corner="县区",
    labels=["1月5日", "1月12日"],
    series=[Series("紫阳县", [3, 0]), Series("=汉滨区", [1, 2])],
    row_hrefs=["/a/", ""],
)


def test_the_table_has_a_row_a_label_and_leads_onward() -> None:
    assert '<th scope="row"><a href="/a/?x=1&amp;y=2">1月5日</a></th><td class="number">3</td>' in LINES.table
    assert '<th scope="row">1月12日</th><td class="number">—</td><td class="number">1,200</td>' in LINES.table
    assert "<b>" not in LINES.table
    assert (
        '<th scope="row"><a href="/a/">紫阳县</a></th><td class="number">3</td><td class="number">0</td>' in HEAT.table
    )


def test_the_file_has_the_same_rows_and_runs_nothing_in_a_spreadsheet() -> None:
    assert LINES.file().startswith("\ufeff")
    rows = list(csv.reader(StringIO(HEAT.file().removeprefix("\ufeff"))))
    assert rows == [["县区", "1月5日", "1月12日"], ["紫阳县", "3", "0"], ["'=汉滨区", "1", "2"]]
    assert list(csv.reader(StringIO(LINES.file().removeprefix("\ufeff"))))[2] == ["1月12日", "", "1200"]


def test_the_script_gets_the_numbers_and_not_their_writing() -> None:
    assert LINES.payload["series"][1] == {"label": "黄牌", "values": [1, 1200]}
    assert LINES.payload["hrefs"] == ["/a/?x=1&y=2", ""]
    assert HEAT.payload["hrefs"] == ["/a/", ""]


def test_a_share_is_written_as_one() -> None:
    share = Plot("pace", "lines", "率", "周", ["1月5日"], [Series("率", [92.9])], per_cent=True)
    assert "92.9%" in share.table
    assert share.payload["series"][0]["values"] == [92.9]


@pytest.mark.parametrize("kind", ["lines", "bars", "stack", "heat"])
def test_every_kind_is_drawn_without_script_too(kind: str) -> None:
    series = HEAT.series if kind == "heat" else [Series("红牌", [3, 1])]
    plot = Plot("one", kind, "图", "县区", ["甲", "乙"], series)
    drawing = plot.drawing
    assert drawing.svg or "heat-table" in drawing.table
    assert drawing.title == "图"


def test_a_plot_of_nothing_is_empty() -> None:
    assert Plot("one", "bars", "图", "县区", ["甲"], [Series("红牌", [0])]).empty
    assert Plot("one", "bars", "图", "县区", ["甲"], [Series("红牌", [None])]).empty
    assert not HEAT.empty


def test_the_map_has_ten_counties_whose_labels_lie_inside_their_frame() -> None:
    shapes = maps.shapes()
    assert len(shapes) == 10
    assert {shape.code for shape in shapes} >= {"610902", "610924", "610928"}
    whole = maps.frame()
    for shape in shapes:
        x, y = whole.put(shape.label)
        assert 0 < x < 100
        assert 0 < y < whole.height
        assert _inside(shape.label, shape.rings), shape.code
    for code, point in maps.MARKS.items():
        assert _inside(point, next(shape.rings for shape in shapes if shape.code == "610902")), code


def _inside(point: tuple[float, float], rings: tuple[tuple[tuple[float, float], ...], ...]) -> bool:
    """Tell whether a point lies within rings: how often a ray to the east crosses a border."""
    x, y = point
    crossed = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossed += 1
    return crossed % 2 == 1


def test_five_shades_from_least_to_most_and_none_for_what_is_not_known() -> None:
    shown = (
        {"shape": "610924", "code": "610924", "name": "紫阳县", "short": "紫阳县"},
        {"shape": "610902", "code": "610902", "name": "汉滨区", "short": "汉滨区"},
        {"mark": [109.0, 32.7], "code": "610900", "name": "安康市本级", "short": "市本级"},
    )
    text = maps.drawing(
        key="map", title="图", description="", shown=shown, values={"610924": 9, "610902": 0, "610900": 4}, write=str
    )
    assert text.count('class="map-none"') == 8
    assert text.count('class="map-4"') == 1
    assert text.count('class="map-0"') == 1
    assert "紫阳县<tspan" in text
    assert "市本级 4" in text
