"""Charts: bars, stacked bars, a trend and a heat table as accessible markup, without script.

Pure: labels arrive translated, numbers are written by the caller's `write`. Every drawing has a
title, a description and a table with the same numbers; colour never carries a meaning alone (series
differ in pattern too). Lengths across are percentages and lengths down are em, so that a chart fits
a phone and grows with the reader's text size; nothing is scaled down to illegible.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.ui.formats import Number, thousands

SERIES = 5
HEAT_STEPS = 5
_ROW = 3.0  # em for one bar: a line of text and the bar below it
_PLOT = 12.0  # em of a trend's plot
_LEFT, _RIGHT = 17.0, 96.0  # per cent: the first and the last point of a trend, right of the axis labels

Write = Callable[[Number | None], str]


class ChartUnfit(Refusal):
    """The numbers cannot be drawn this way."""

    sentence = N_("图表“{title}”画不出来：{reason}")
    remedy = N_("请核对标签与数值的个数，数值不能为负")


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of numbers; None is a gap, not a zero."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: markup that is safe to print, and its table; `svg` is empty for a heat table."""

    key: str
    title: str
    description: str
    svg: str
    table: str
    legend: str = ""


def _check(title: str, labels: Sequence[str], rows: Sequence[Sequence[Number | None]]) -> None:
    for row in rows:
        if len(row) != len(labels):
            raise ChartUnfit(title=title, reason=f"{len(labels)} ≠ {len(row)}")
        negative = next((value for value in row if value is not None and value < 0), None)
        if negative is not None:
            raise ChartUnfit(title=title, reason=str(negative))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _table(*, title: str, corner: str, labels: Sequence[str], series: Sequence[Series], write: Write) -> str:
    heads = "".join(f'<th scope="col" class="number">{escape(one.label)}</th>' for one in series)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f'<td class="number">{escape(write(one.values[at]))}</td>' for one in series)
        + "</tr>"
        for at, label in enumerate(labels)
    )
    return (
        f'<table class="chart-table"><caption>{escape(title)}</caption><thead><tr><th scope="col">{escape(corner)}</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _svg(*, key: str, title: str, description: str, height: float, body: str) -> str:
    name = escape(key)
    return (
        f'<svg class="chart-svg" role="img" aria-labelledby="{name}-title {name}-desc" width="100%" '
        f'height="{_number(height)}em" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{body}</svg>"
    )


def _patterns(key: str, count: int) -> str:
    """Return one fill pattern per series: the stripes differ in angle, so print and colour-blind eyes can tell."""
    found = []
    for at in range(count):
        angle = (0, 45, 90, 135, 20)[at % SERIES]
        stripe = "" if at % SERIES == 0 else '<rect width="2" height="8" class="chart-stripe"/>'
        found.append(
            f'<pattern id="{escape(key)}-fill-{at}" width="8" height="8" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({angle})"><rect width="8" height="8" class="series-{at % SERIES}"/>'
            f"{stripe}</pattern>"
        )
    return "<defs>" + "".join(found) + "</defs>"


def _legend(key: str, series: Sequence[Series], *, lines: bool = False) -> str:
    """Return the legend: swatches of the fills, or strokes of the lines."""
    fill = f'<rect width="100%" height="100%" fill="url(#{escape(key)}-fill-{{}})"/>'
    stroke = '<line x1="0" x2="100%" y1="50%" y2="50%" class="chart-line line-{}"/>'
    width = 2 if lines else 1
    entries = "".join(
        f'<li><svg class="chart-swatch" aria-hidden="true" width="{width}em" height="1em">'
        f"{stroke.format(at) if lines else fill.format(at)}</svg>{escape(one.label)}</li>"
        for at, one in enumerate(series)
    )
    return f'<ul class="chart-legend">{entries}</ul>'


def bar_chart(
    *,
    key: str,
    title: str,
    labels: Sequence[str],
    values: Sequence[Number | None],
    measure: str,
    corner: str = "",
    description: str = "",
    write: Write = thousands,
) -> Chart:
    """Return horizontal bars, one a label, with the value written at the right; raises ChartUnfit.

    `key` is unique on its page, `measure` names what is counted, `corner` what the labels are.
    """
    _check(title, labels, [values])
    top = max((float(value) for value in values if value is not None), default=0.0) or 1.0
    parts = []
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        line = at * _ROW
        width = float(value or 0) / top * 100
        parts.append(
            f'<text x="0" y="{_number(line + 1.1)}em">{escape(label)}</text>'
            f'<text x="100%" y="{_number(line + 1.1)}em" class="chart-value">{escape(write(value))}</text>'
            f'<rect x="0" y="{_number(line + 1.5)}em" width="100%" height="0.8em" class="chart-track"/>'
            f'<rect x="0" y="{_number(line + 1.5)}em" width="{_number(width)}%" height="0.8em" class="series-0"/>'
        )
    return Chart(
        key=key,
        title=title,
        description=description,
        svg=_svg(key=key, title=title, description=description, height=len(labels) * _ROW, body="".join(parts)),
        table=_table(title=title, corner=corner, labels=labels, series=[Series(measure, values)], write=write),
    )


def stacked_bar_chart(
    *,
    key: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    corner: str = "",
    description: str = "",
    write: Write = thousands,
) -> Chart:
    """Return horizontal bars divided by series (five at most), all on one scale; raises ChartUnfit."""
    _check(title, labels, [one.values for one in series])
    if len(series) > SERIES:
        raise ChartUnfit(title=title, reason=f"{len(series)} > {SERIES}")
    totals = [sum(float(one.values[at] or 0) for one in series) for at in range(len(labels))]
    top = max(totals, default=0.0) or 1.0
    parts = [_patterns(key, len(series))]
    for at, label in enumerate(labels):
        line, left = at * _ROW, 0.0
        parts.append(f'<text x="0" y="{_number(line + 1.1)}em">{escape(label)}</text>')
        parts.append(
            f'<text x="100%" y="{_number(line + 1.1)}em" class="chart-value">'
            f"{escape(write(round(totals[at], 6)))}</text>"
        )
        for which, one in enumerate(series):
            width = float(one.values[at] or 0) / top * 100
            parts.append(
                f'<rect x="{_number(left)}%" y="{_number(line + 1.5)}em" width="{_number(width)}%" height="0.8em" '
                f'fill="url(#{escape(key)}-fill-{which})" class="chart-part"/>'
            )
            left += width
    return Chart(
        key=key,
        title=title,
        description=description,
        svg=_svg(key=key, title=title, description=description, height=len(labels) * _ROW, body="".join(parts)),
        table=_table(title=title, corner=corner, labels=labels, series=series, write=write),
        legend=_legend(key, series),
    )


def _round_up(value: float) -> float:
    """Return the next round number: the top of an axis whose half reads well too."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(
        (step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-9)), 10 * power
    )


def trend_chart(
    *,
    key: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    corner: str = "",
    description: str = "",
    write: Write = thousands,
) -> Chart:
    """Return lines over ordered labels (days, months); a missing value is a gap; raises ChartUnfit.

    At most five series. The axis begins at zero, so that a fall is never drawn larger than it is.
    """
    _check(title, labels, [one.values for one in series])
    if len(series) > SERIES:
        raise ChartUnfit(title=title, reason=f"{len(series)} > {SERIES}")
    top = _round_up(max((float(v) for one in series for v in one.values if v is not None), default=0.0))
    step = (_RIGHT - _LEFT) / max(len(labels) - 1, 1)
    across = [_LEFT + at * step for at in range(len(labels))]
    shares = (0.0, 0.5, 1.0)
    rules = "".join(
        f'<line x1="0" x2="100%" y1="{_number(_PLOT - _PLOT * share + 1.2)}em" '
        f'y2="{_number(_PLOT - _PLOT * share + 1.2)}em" class="chart-rule"/>'
        for share in shares
    )
    # Drawn after the lines, with a rim: in large type on a phone a line may run behind a number, never through it.
    scale = "".join(
        f'<text x="0" y="{_number(_PLOT - _PLOT * share + 1.0)}em" class="chart-axis chart-scale">'
        f"{escape(write(top * share))}</text>"
        for share in shares
    )
    lines, points = [], []
    for which, one in enumerate(series):
        run: list[str] = []
        runs = [run]
        for x, value in zip(across, one.values, strict=True):
            if value is None:
                run = []
                runs.append(run)
                continue
            share = float(value) / top
            run.append(f"{_number(x)},{_number(100 - share * 100)}")
            y = _number(_PLOT - _PLOT * share + 1.2)
            points.append(f'<circle cx="{_number(x)}%" cy="{y}em" r="0.22em" class="series-{which}"/>')
        lines += [
            f'<polyline points="{" ".join(part)}" class="chart-line line-{which}"/>' for part in runs if len(part) > 1
        ]
    every = max(1, ceil(len(labels) / 6))
    shown = [at for at in range(len(labels)) if at % every == 0]
    axis = "".join(
        f'<text x="{_number(across[at])}%" y="{_number(_PLOT + 2.6)}em" class="chart-axis chart-middle">'
        f"{escape(labels[at])}</text>"
        for at in shown
    )
    body = (
        rules
        + f'<svg x="0" y="1.2em" width="100%" height="{_number(_PLOT)}em" viewBox="0 0 100 100" '
        + 'preserveAspectRatio="none" overflow="visible">'
        + "".join(lines)
        + "</svg>"
        + "".join(points)
        + scale
        + axis
    )
    return Chart(
        key=key,
        title=title,
        description=description,
        svg=_svg(key=key, title=title, description=description, height=_PLOT + 3.2, body=body),
        table=_table(title=title, corner=corner, labels=labels, series=series, write=write),
        legend=_legend(key, series, lines=True) if len(series) > 1 else "",
    )


def heat_table(
    *,
    key: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    corner: str = "",
    description: str = "",
    write: Write = thousands,
) -> Chart:
    """Return a table whose cells are shaded in five steps between least and most; raises ChartUnfit.

    It is a table, not a drawing: the numbers themselves are the alternative to the shade.
    """
    _check(title, labels, [one.values for one in series])
    known = [float(value) for one in series for value in one.values if value is not None]
    least, most = min(known, default=0.0), max(known, default=0.0)
    width = (most - least) or 1.0

    def cell(value: Number | None) -> str:
        if value is None:
            return f'<td class="number">{escape(write(None))}</td>'
        step = min(HEAT_STEPS - 1, int((float(value) - least) / width * HEAT_STEPS))
        return f'<td class="number heat-{step}">{escape(write(value))}</td>'

    heads = "".join(f'<th scope="col" class="number">{escape(label)}</th>' for label in labels)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.label)}</th>{"".join(cell(value) for value in one.values)}</tr>'
        for one in series
    )
    table = (
        f'<table class="chart-table heat-table"><caption>{escape(title)}</caption><thead><tr>'
        f'<th scope="col">{escape(corner)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )
    return Chart(key=key, title=title, description=description, svg="", table=table)
