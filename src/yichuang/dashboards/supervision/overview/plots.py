"""Plots: one set of numbers, shown four ways: drawn by script, drawn without, as a table, as a file.

Stands between the numbers of a page and its charts. All four come from the same value, so they cannot differ.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import StringIO
from typing import Any

from yichuang.dashboards.export import MARK, escape_cell
from yichuang.ui import charts
from yichuang.ui.charts import Series
from yichuang.ui.formats import Number, thousands


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart: `labels` down, `series` across; `hrefs` leads from a label onward ("" nowhere).

    `kind` is lines, bars, stack, heat or map; of a heat map each series is a row. `places` are the shapes of a map.
    `cards` says that the series are colours of cards, mildest first.
    """

    key: str
    kind: str
    title: str
    corner: str
    labels: Sequence[str]
    series: Sequence[Series]
    hrefs: Sequence[str] = ()
    description: str = ""
    cards: bool = False
    per_cent: bool = False
    plain: str = ""
    places: Sequence[dict[str, Any]] = field(default_factory=tuple)
    row_hrefs: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)

    @property
    def payload(self) -> dict[str, Any]:
        """Return what the script draws from."""
        return {
            "kind": self.kind,
            "title": self.title,
            "description": self.description,
            "labels": list(self.labels),
            "series": [{"label": one.label, "values": [_plain(value) for value in one.values]} for one in self.series],
            "hrefs": list(self.row_hrefs if self.kind == "heat" else self.hrefs),
            "cards": self.cards,
            "percent": self.per_cent,
            "places": list(self.places),
        }

    @property
    def drawing(self) -> charts.Chart:
        """Return the drawing that needs no script; a heat map is its own table."""
        given = {
            "key": self.key,
            "title": self.title,
            "labels": self.labels,
            "corner": self.corner,
            "description": self.description,
            "write": self.write,
        }
        match self.kind:
            case "lines":
                return charts.trend_chart(series=self.series, **given)
            case "stack":
                return charts.stacked_bar_chart(series=self.series, **given)
            case "bars":
                return charts.bar_chart(values=self.series[0].values, measure=self.series[0].label, **given)
            case "heat":
                return charts.heat_table(series=self.series, **given)
            case _:
                return charts.Chart(self.key, self.title, self.description, svg=self.plain, table="")

    def write(self, value: Number | None) -> str:
        """Write one number."""
        if self.per_cent and value is not None:
            return f"{thousands(value, places=1)}%"
        return thousands(value)

    @property
    def table(self) -> str:
        """Return the table as markup: of a heat map with the same rows, else one row a label."""
        heads, rows = self._grid()
        top = "".join(f'<th scope="col" class="number">{escape(head)}</th>' for head in heads[1:])
        body = "".join(
            f'<tr><th scope="row">{_linked(label, href)}</th>'
            + "".join(f'<td class="number">{escape(self.write(value))}</td>' for value in values)
            + "</tr>"
            for label, href, values in rows
        )
        return (
            f'<table class="chart-table"><caption>{escape(self.title)}</caption><thead><tr>'
            f'<th scope="col">{escape(heads[0])}</th>{top}</tr></thead><tbody>{body}</tbody></table>'
        )

    def file(self) -> str:
        """Return the numbers as CSV that a spreadsheet opens rightly and runs nothing of."""
        heads, rows = self._grid()
        buffer = StringIO(MARK)
        buffer.seek(0, 2)
        writer = csv.writer(buffer)
        writer.writerow([escape_cell(head) for head in heads])
        for label, _href, values in rows:
            writer.writerow([escape_cell(label), *("" if value is None else str(_plain(value)) for value in values)])
        return buffer.getvalue()

    def _grid(self) -> tuple[list[str], list[tuple[str, str, list[Number | None]]]]:
        if self.kind == "heat":
            hrefs = self.row_hrefs or [""] * len(self.series)
            rows = [(one.label, href, list(one.values)) for one, href in zip(self.series, hrefs, strict=True)]
            return [self.corner, *self.labels], rows
        hrefs = self.hrefs or [""] * len(self.labels)
        return (
            [self.corner, *(one.label for one in self.series)],
            [
                (label, href, [one.values[at] for one in self.series])
                for at, (label, href) in enumerate(zip(self.labels, hrefs, strict=True))
            ],
        )


def _linked(label: str, href: str) -> str:
    return f'<a href="{escape(href)}">{escape(label)}</a>' if href else escape(label)


def _plain(value: Number | None) -> int | float | None:
    """Return a number as JSON and a spreadsheet know it."""
    if value is None or isinstance(value, int):
        return value
    return round(float(value), 4)
