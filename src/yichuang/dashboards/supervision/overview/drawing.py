"""Drawing: the numbers of a page of the overview as cards, charts and a table, each with its way onward."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.dashboards import drawing
from yichuang.dashboards.drawing import Card, Links
from yichuang.dashboards.supervision.overview import map as maps
from yichuang.dashboards.supervision.overview.numbers import ByColour, Numbers
from yichuang.dashboards.supervision.overview.plots import Plot
from yichuang.dashboards.supervision.overview.words import COLOUR_WORDS, COLOURS, MEASURES
from yichuang.dashboards.supervision.words import NO_CARD
from yichuang.reporting.values import BreakdownRow, Scope
from yichuang.ui.charts import Series
from yichuang.ui.formats import Number, thousands
from yichuang.ui.values import Cell, Column, Table

_DRAWN = 12
_PER = 1000
_CASES = ("accepted", "completed", "on_time_rate", "early_rate")


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the numbers of a page lead: to its parts, to the desk of findings, to the lists of cases."""

    links: Links
    # What every address keeps: period, class of rules and the measure of the map.
    kept: Mapping[str, str]
    name: Callable[[str], str]
    rule: Callable[[str], str]
    below: Callable[[str], str]
    department: Callable[[str], str]
    city_department: Callable[[str], str]

    def findings(self, scope: Scope, **more: str) -> str:
        """Return the desk's list of exactly those findings."""
        period = self.links.chosen.period
        asked = {
            "county": scope.county,
            "department": scope.department,
            "item": scope.item,
            "rule_class": self.kept.get("rule_class", ""),
            "from": period.start_on.isoformat(),
            "until": period.last_on.isoformat(),
            "state": "all",
            **more,
        }
        return f"{reverse('dashboards:supervision')}?{urlencode({k: v for k, v in asked.items() if v})}"


def cards(found: Numbers, ways: Ways) -> tuple[Card, ...]:
    """Return the cards: how cases went, then what supervision found."""
    shown = []
    for key in ("completed", "on_time_rate", "early_rate"):
        figure = found.figures.figures[key]
        shown.append(
            Card(
                label=_(figure.definition.label),
                value=drawing.write(figure),
                unit=drawing.unit(figure),
                definition=_(figure.definition.text),
                href="" if drawing.is_none(figure) else ways.links.cases(figure.definition.measure, found.scope),
            )
        )
    shown.append(
        Card(
            label=_("监察发现"),
            value=thousands(found.found),
            unit=_("项"),
            definition=_("情形发生在期内、规则条件成立的监察发现数；查明不成立的除外"),
            href=ways.findings(found.scope) if found.found else "",
            note=_("每千件办结 %(rate)s 项") % {"rate": thousands(_rate(found.found, found), places=1)},
        )
    )
    for colour in ("red", "yellow", "reminder"):
        count = found.colours.get(colour, 0)
        shown.append(
            Card(
                label=_(COLOUR_WORDS[colour]),
                value=thousands(count),
                unit=_("项"),
                definition=_("其中达到该等级的监察发现数，含已发、待发"),
                href=ways.findings(found.scope, colour=colour) if count else "",
                tone={"red": "bad", "yellow": "warn", "reminder": ""}[colour] if count else "",
            )
        )
    late = found.figures.open_late
    shown.append(
        Card(
            label=_("期末超期在办"),
            value=thousands(late),
            unit=_("件"),
            definition=_("期末在办的办件中，承诺时限已过的件数"),
            href=ways.links.cases("open-late", found.scope) if late else "",
            tone="bad" if late else "",
        )
    )
    return tuple(shown)


def _rate(count: int, found: Numbers) -> float | None:
    completed = found.figures.sums.completed
    return count * _PER / completed if completed else None


def plots(found: Numbers, ways: Ways) -> tuple[Plot, ...]:
    """Return the charts of a page; one without numbers is left out."""
    made = [_trend(found), _pace(found)]
    if found.below:
        made.append(_parts(found, ways))
    if found.rules:
        made.append(_rules(found, ways))
    if found.departments:
        made.append(_departments(found, ways))
    if found.below:
        made.append(_heat(found, ways))
    return tuple(plot for plot in made if not plot.empty)


def city_map(found: Numbers, *, measure: str, shown: tuple[dict[str, Any], ...]) -> Plot:
    """Return the map of the counties, shaded by one measure."""
    values = {str(one["code"]): map_value(found, str(one["code"]), measure) for one in shown}
    title = _("各县区%(measure)s") % {"measure": _(MEASURES[measure])}
    description = _("颜色越深数值越大；市本级和高新区没有单独的界线，以圆点示意")
    plot = Plot(
        key="map",
        kind="map",
        title=title,
        corner=_("县区"),
        labels=[str(one["name"]) for one in shown],
        series=[Series(_(MEASURES[measure]), [values[str(one["code"])] for one in shown])],
        hrefs=[str(one["href"]) for one in shown],
        description=description,
        per_cent=measure == "on-time",
        places=shown,
    )
    plain = maps.drawing(key="map", title=title, description=description, shown=shown, values=values, write=plot.write)
    return replace(plot, plain=plain)


def map_value(found: Numbers, county: str, measure: str) -> Number | None:
    """Return the number of a county on the map: cards, findings per 1,000 completed cases, or per cent on time."""
    colours = found.parts.get(county, {})
    row = next((row for row in found.rows if row.key == county), None)
    if measure == "cards":
        return colours.get("yellow", 0) + colours.get("red", 0)
    if row is None or not row.sums.completed:
        return None
    if measure == "rate":
        return round(sum(colours.values()) * _PER / row.sums.completed, 1)
    return round(row.sums.on_time / row.sums.completed * 100, 1)


def _colour_series(rows: Sequence[ByColour]) -> list[Series]:
    return [Series(_(COLOUR_WORDS[colour]), [row.get(colour, 0) for row in rows]) for colour in COLOURS]


def step_label(step: date, found: Numbers) -> str:
    """Name a week by its Monday, a month by year and month."""
    if found.by_month:
        return f"{step.year}-{step.month:02d}"
    return _("%(month)s月%(day)s日") % {"month": step.month, "day": step.day}


def _step_word(found: Numbers) -> str:
    return _("月份") if found.by_month else _("周（周一）")


def _trend(found: Numbers) -> Plot:
    rows = [found.colours_by_step.get(step, {}) for step in found.steps]
    return Plot(
        key="trend",
        kind="lines",
        title=_("监察发现按月变化") if found.by_month else _("监察发现按周变化"),
        corner=_step_word(found),
        labels=[step_label(step, found) for step in found.steps],
        series=_colour_series(rows),
        description=_("按情形发生的日期计"),
        cards=True,
    )


def _pace(found: Numbers) -> Plot:
    return Plot(
        key="pace",
        kind="lines",
        title=_("按期办结率按月变化") if found.by_month else _("按期办结率按周变化"),
        corner=_step_word(found),
        labels=[step_label(step, found) for step in found.steps],
        series=[Series(_("按期办结率"), [found.on_time_by_step.get(step) for step in found.steps])],
        description=_("在承诺时限内作出决定的办结量 ÷ 办结量"),
        per_cent=True,
    )


def _stack(key: str, title: str, corner: str, rows: Sequence[tuple[str, str, ByColour]], description: str = "") -> Plot:
    """Return stacked bars of rows of (label, address, counts by colour)."""
    return Plot(
        key=key,
        kind="stack",
        title=title,
        corner=corner,
        labels=[label for label, _href, _counts in rows],
        series=_colour_series([counts for _label, _href, counts in rows]),
        hrefs=[href for _label, href, _counts in rows],
        description=description,
        cards=True,
    )


def _shown_parts(found: Numbers) -> list[str]:
    """Return the parts with most findings, as many as can be drawn; of a city all of its counties."""
    ordered = sorted(found.parts, key=lambda key: (-sum(found.parts[key].values()), key))
    return ordered if found.below == "county" else ordered[:_DRAWN]


def _parts(found: Numbers, ways: Ways) -> Plot:
    title, corner = {
        "county": (_("各县区监察发现"), _("县区")),
        "department": (_("监察发现最多的部门"), _("部门")),
        "item": (_("监察发现最多的事项"), _("事项")),
    }[found.below]
    rows = [(ways.name(key), ways.below(key), found.parts[key]) for key in _shown_parts(found)]
    return _stack("parts", title, corner, rows)


def _rules(found: Numbers, ways: Ways) -> Plot:
    rows = [(ways.rule(key), ways.findings(found.scope, rule=key), counts) for key, counts in found.rules[:_DRAWN]]
    return _stack("rules", _("触发最多的规则"), _("规则"), rows)


def _departments(found: Numbers, ways: Ways) -> Plot:
    rows = [(ways.department(key), ways.city_department(key), counts) for key, counts in found.departments[:_DRAWN]]
    return _stack("departments", _("监察发现最多的部门（全市）"), _("部门"), rows)


def _heat(found: Numbers, ways: Ways) -> Plot:
    keys = _shown_parts(found)
    return Plot(
        key="heat",
        kind="heat",
        title={
            "county": _("县区 × 时间热力图"),
            "department": _("部门 × 时间热力图"),
            "item": _("事项 × 时间热力图"),
        }[found.below],
        corner={"county": _("县区"), "department": _("部门"), "item": _("事项")}[found.below],
        labels=[step_label(step, found) for step in found.steps],
        series=[
            Series(ways.name(key), [found.parts_by_step.get((key, step), 0) for step in found.steps]) for key in keys
        ],
        row_hrefs=[ways.below(key) for key in keys],
        description=_("每格为一周内（或一月内）监察发现的项数，颜色越深越多"),
    )


def table(found: Numbers, ways: Ways, *, caption: str, head: str, within: Callable[[str], Scope]) -> Table:
    """Return the table of the parts: cases and findings side by side; every number leads to what it counts."""
    by_key = {row.key: row for row in found.rows}
    keys = sorted({*by_key, *found.parts}, key=lambda key: (-sum(found.parts.get(key, {}).values()), key))
    columns = [
        Column(head),
        *(Column(_(found.figures.figures[key].definition.label), numeric=True) for key in _CASES),
        *(Column(_(COLOUR_WORDS[colour]), numeric=True) for colour in reversed(COLOURS)),
        Column(_("每千件"), numeric=True),
    ]
    return Table(
        caption=caption, columns=columns, rows=[_row(key, by_key.get(key), found, ways, within(key)) for key in keys]
    )


def _row(key: str, row: BreakdownRow | None, found: Numbers, ways: Ways, scope: Scope) -> list[Cell]:
    counts = found.parts.get(key, {})
    cells = [Cell(ways.name(key), href=ways.below(key))]
    for one in _CASES:
        if row is None:
            cells.append(Cell("—"))
            continue
        figure = row.figures[one]
        href = "" if drawing.is_none(figure) else ways.links.cases(figure.definition.measure, scope)
        cells.append(Cell(drawing.write(figure), href=href))
    for colour in reversed(COLOURS):
        count = counts.get(colour, 0)
        cells.append(Cell(thousands(count), href=ways.findings(scope, colour=colour or NO_CARD) if count else ""))
    completed = row.sums.completed if row is not None else 0
    rate = sum(counts.values()) * _PER / completed if completed else None
    cells.append(Cell(thousands(rate, places=1)))
    return cells
