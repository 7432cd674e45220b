"""Map: the counties' shapes, matched to the divisions of a day, and drawn without script.

Stands between the vendored borders (see static/dashboards/vendor/README.md) and a map of numbers. The file knows the
codes of its own year; a county that has changed its code since (旬阳, 610928 until 2021-01-20, 610981 after) is found
by the register of divisions.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yichuang.ui.charts import HEAT_STEPS
from yichuang.ui.formats import Number
from yichuang.ui.names import Names

FILE = Path(__file__).parents[2] / "static" / "dashboards" / "vendor" / "ankang.geojson"
# The city's own level and the high-tech zone have no border of their own; where they are drawn is schematic.
MARKS: Mapping[str, tuple[float, float]] = {"610900": (109.03, 32.66), "610971": (108.97, 32.77)}
_KINDS = (" County", " District", " City")
_WIDTH = 100.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One county of the file: its code there, its rings and the place of its label, in degrees."""

    code: str
    rings: tuple[tuple[Point, ...], ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Frame:
    """How degrees become shares of the drawing; `height` is that of a drawing 100 wide."""

    west: float
    north: float
    scale: float
    narrow: float
    height: float

    def put(self, point: Point) -> Point:
        """Return the place of a point in the drawing."""
        return (point[0] - self.west) * self.narrow * self.scale, (self.north - point[1]) * self.scale


@cache
def shapes() -> tuple[Shape, ...]:
    """Return the counties of the vendored file."""
    found = []
    for feature in json.loads(FILE.read_text(encoding="utf-8"))["features"]:
        told, geometry = feature["properties"], feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = tuple(tuple((x, y) for x, y in ring) for part in parts for ring in part)
        found.append(Shape(told["code"], rings, (told["cp"][0], told["cp"][1])))
    return tuple(found)


@cache
def frame() -> Frame:
    """Return the frame that holds all shapes: a degree of longitude is narrower than one of latitude."""
    points = [point for shape in shapes() for ring in shape.rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    scale = _WIDTH / ((east - west) * narrow)
    return Frame(west, north, scale, narrow, (north - south) * scale)


def division_of(code: str, names: Names, successors: Mapping[str, tuple[str, ...]]) -> str:
    """Return the division of that day which a shape's code stands for, "" where there is none any more.

    Looks forward to successors and back to predecessors, as the file may be older or younger than the day.
    """
    if code in names.counties:
        return code
    seen, waiting = {code}, [code]
    before = {later: earlier for earlier, followed in successors.items() for later in followed}
    while waiting:
        one = waiting.pop()
        for other in (*successors.get(one, ()), before.get(one, "")):
            if other in names.counties:
                return other
            if other and other not in seen:
                seen.add(other)
                waiting.append(other)
    return ""


def places(
    names: Names, successors: Mapping[str, tuple[str, ...]], page: Callable[[str], str]
) -> tuple[dict[str, Any], ...]:
    """Return what the map shows: the shape's code in the file, the division's code and name, its mark, its page."""
    found = []
    for shape in shapes():
        code = division_of(shape.code, names, successors)
        if code:
            name = names.county(code)
            found.append({"shape": shape.code, "code": code, "name": name, "short": _short(name), "href": page(code)})
    for code, point in MARKS.items():
        if code in names.counties:
            one = {"mark": list(point), "code": code, "name": names.county(code), "href": page(code)}
            # On the map itself there is room for a short word only.
            found.append(one | {"short": _("市本级") if code == names.city else _("高新区")})
    return tuple(found)


def _short(name: str) -> str:
    """Return the name as it is written on a map: in English without its kind, for which there is no room."""
    for kind in _KINDS:
        name = name.removesuffix(kind)
    return name


def drawing(
    *,
    key: str,
    title: str,
    description: str,
    shown: tuple[dict[str, Any], ...],
    values: Mapping[str, Number | None],
    write: Callable[[Number | None], str],
) -> str:
    """Return the map as SVG: each county shaded in five steps, with its name and number written on it.

    Places are shares of the drawing and letters keep their size, so that a phone shows the same words.
    """
    by_shape = {one["shape"]: one for one in shown if "shape" in one}
    known = [float(values[one["code"]] or 0) for one in shown if values.get(one["code"]) is not None]
    least, most = min(known, default=0.0), max(known, default=0.0)
    whole = frame()
    paths, words = [], []
    for shape in shapes():
        one = by_shape.get(shape.code)
        step = _step(values.get(one["code"]) if one else None, least, most)
        paths.append(f'<path d="{_path(shape, whole)}" class="map-{step}"/>')
        if one:
            words.append(_words(one, values, write, at=whole.put(shape.label), height=whole.height, dark=step in "34"))
    for one in shown:
        if "mark" in one:
            words.append(_mark(one, values, write, at=whole.put(tuple(one["mark"])), height=whole.height))
    name = escape(key)
    return (
        f'<svg class="map" role="img" aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" '
        f'style="aspect-ratio: {_WIDTH:.0f} / {whole.height:.2f}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f'<svg viewBox="0 0 {_WIDTH:.0f} {whole.height:.2f}" width="100%" height="100%">{"".join(paths)}</svg>'
        f"{''.join(words)}</svg>"
    )


def _step(value: Number | None, least: float, most: float) -> str:
    if value is None:
        return "none"
    return str(min(HEAT_STEPS - 1, int((float(value) - least) / ((most - least) or 1.0) * HEAT_STEPS)))


def _path(shape: Shape, whole: Frame) -> str:
    rings = (" ".join(f"{x:.2f},{y:.2f}" for x, y in map(whole.put, ring)) for ring in shape.rings)
    return "".join(f"M{ring}Z" for ring in rings)


def _words(
    one: dict[str, Any],
    values: Mapping[str, Number | None],
    write: Callable[[Number | None], str],
    *,
    at: Point,
    height: float,
    dark: bool,
) -> str:
    x, y = at[0], at[1] / height * 100
    kind = "map-word map-word-light" if dark else "map-word"
    return (
        f'<text class="{kind}" x="{x:.1f}%" y="{y:.1f}%">{escape(one["short"])}'
        f'<tspan x="{x:.1f}%" dy="1.15em" class="map-number">{escape(write(values.get(one["code"])))}</tspan></text>'
    )


def _mark(
    one: dict[str, Any],
    values: Mapping[str, Number | None],
    write: Callable[[Number | None], str],
    *,
    at: Point,
    height: float,
) -> str:
    x, y = at[0], at[1] / height * 100
    told = f"{one['short']} {write(values.get(one['code']))}"
    return (
        f'<circle class="map-mark" cx="{x:.1f}%" cy="{y:.1f}%" r="0.3em"/>'
        f'<text class="map-mark-word" x="{x + 1.2:.1f}%" y="{y:.1f}%" dy="0.35em">{escape(told)}</text>'
    )
