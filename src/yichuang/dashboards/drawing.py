"""Drawing: between figures and the components of a page: cards, tables and charts, each number with its link.

Answers how a figure is written in the reader's language; what it means comes with it from reporting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope as Reach
from yichuang.cases.values import CHANNEL_LABELS
from yichuang.dashboards.periods import ChosenPeriod
from yichuang.dashboards.words import MONTHS
from yichuang.reporting.values import BreakdownRow, Figure, FigureSet, Scope
from yichuang.ui import charts
from yichuang.ui.formats import CHINESE, NOTHING, percent, thousands, wan
from yichuang.ui.names import Names
from yichuang.ui.values import Cell, Column, Table

DEPARTMENTS_DRAWN = 10
# The figures of a table, in its order: what one can sort by.
COLUMNS = ("accepted", "completed", "completion_rate", "on_time_rate", "mean_days", "late")
CARDS = (
    "accepted", "completed", "completion_rate", "on_time_rate", "early_rate", "mean_days",
    "promised_speed_up", "actual_speed_up", "late",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """One figure card."""

    label: str
    value: str
    unit: str = ""
    definition: str = ""
    href: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the addresses behind numbers, where the reader may see the cases."""

    chosen: ChosenPeriod
    reach: Reach
    city: str
    # Hundreds of numbers on a page lead to one list: its address is looked up once.
    list: str = field(default_factory=lambda: reverse("dashboards:cases"))
    # What a row's numbers have in common, by its scope: None where the reader may not see all its cases.
    _rows: dict[Scope, str | None] = field(default_factory=dict)

    def cases(self, measure: str, scope: Scope) -> str:
        """Return the address of the list of exactly those cases, "" where the reader may not see all of them."""
        if scope not in self._rows:
            self._rows[scope] = self._within(scope)
        within = self._rows[scope]
        return "" if within is None else f"{self.list}?measure={measure}&{within}"

    def _within(self, scope: Scope) -> str | None:
        if not self.reach.covers(division=scope.town or scope.county or self.city):
            return None
        fields = {name: getattr(scope, name) for name in ("county", "town", "department", "item", "channel")}
        return urlencode({"period": self.chosen.period.label, **{k: v for k, v in fields.items() if v}})

    def page(self, name: str, **parts: str) -> str:
        """Return the address of another page of figures in the same period."""
        return reverse(f"dashboards:{name}", kwargs=parts) + self.chosen.query


def is_none(figure: Figure) -> bool:
    """Tell whether there is no case behind a number: a link would lead to an empty list."""
    return figure.value is None or (figure.definition.unit != "days" and not figure.numerator)


def write(figure: Figure) -> str:
    """Write a figure in the reader's language, without its unit."""
    if figure.value is None:
        return NOTHING
    if figure.definition.unit == "rate":
        return percent(figure.value)
    if figure.definition.unit == "days":
        return thousands(figure.value, places=2)
    return wan(figure.value, language=get_language() or CHINESE)


def unit(figure: Figure) -> str:
    """Name the unit that stands beside a figure."""
    if figure.value is None or figure.definition.unit == "rate":
        return ""
    return _("个工作日") if figure.definition.unit == "days" else _("件")


def figure_cards(found: FigureSet, links: Links) -> tuple[Card, ...]:
    """Return the cards of a scope: what happened in the period, then what stood open at its end."""
    cards = []
    for key in CARDS:
        figure = found.figures[key]
        definition = figure.definition
        cards.append(
            Card(
                label=_(definition.label),
                value=write(figure),
                unit=unit(figure),
                definition=_(definition.text),
                href="" if is_none(figure) else links.cases(definition.measure, found.scope),
                note=_note(figure),
                tone="warn" if key == "late" and figure.value else "",
            )
        )
    standing = (
        (_("期末在办"), found.open, "open", _("期末已受理而尚未办结的办件数")),
        (_("期末超期在办"), found.open_late, "open-late", _("期末在办的办件中，承诺时限已过的件数")),
    )
    for label, count, measure, meaning in standing:
        late = measure == "open-late" and count > 0
        cards.append(
            Card(
                label=label,
                value=wan(count, language=get_language() or CHINESE),
                unit=_("件"),
                definition=meaning,
                href=links.cases(measure, found.scope) if count else "",
                tone="bad" if late else "",
            )
        )
    return tuple(cards)


def _note(figure: Figure) -> str:
    """Write out the two numbers of a ratio, so that 办结率 and 按期办结率 cannot be taken for each other."""
    if figure.denominator is None or figure.definition.unit != "rate" or figure.definition.less:
        return ""
    return f"{thousands(figure.numerator)} ÷ {thousands(figure.denominator)}"


def breakdown_table(
    rows: Sequence[BreakdownRow],
    *,
    caption: str,
    head: str,
    sort: str,
    name: Callable[[str], str],
    page: Callable[[str], str],
    cases: Callable[[str, str], str],
) -> Table:
    """Return the table of a breakdown, sorted; `page` and `cases` make the addresses of a key (and a measure)."""
    key, descending = sort.lstrip("-"), sort.startswith("-")
    if key not in COLUMNS:
        key, descending = "accepted", True
    ordered = sorted(rows, key=lambda row: (_rank(row, key, descending=descending), row.key))
    definitions = rows[0].figures if rows else {}
    columns = [Column(head), *(Column(_short(one, definitions), sort=one, numeric=True) for one in COLUMNS)]
    return Table(
        caption=caption,
        columns=columns,
        rows=[
            [
                Cell(name(row.key), href=page(row.key)),
                *(
                    Cell(
                        write(row.figures[one]),
                        href="" if is_none(row.figures[one]) else cases(row.key, row.figures[one].definition.measure),
                    )
                    for one in COLUMNS
                ),
            ]
            for row in ordered
        ],
        sort=f"-{key}" if descending else key,
        empty=_("这个期间没有办件"),
    )


def _rank(row: BreakdownRow, key: str, *, descending: bool) -> tuple[bool, float]:
    value = row.figures[key].value
    if value is None:
        return True, 0.0
    return False, -float(value) if descending else float(value)


def _short(key: str, definitions: Mapping[str, Figure]) -> str:
    if key == "mean_days":
        return _("平均办结（工作日）")
    return _(definitions[key].definition.label) if definitions else key


def trend(rows: Sequence[BreakdownRow], *, grain: str) -> charts.Chart | None:
    """Return the lines of accepted and completed cases; nothing to draw where there is no row."""
    if not rows:
        return None
    many_years = len({row.key[:4] for row in rows}) > 1
    labels = [_point(row.key, grain=grain, with_year=many_years) for row in rows]
    return charts.trend_chart(
        key="trend",
        title=_("每月受理与办结") if grain == "m" else _("每日受理与办结"),
        labels=labels,
        corner=_("月份") if grain == "m" else _("日期"),
        series=[
            charts.Series(_("受理"), [row.sums.accepted for row in rows]),
            charts.Series(_("办结"), [row.sums.completed for row in rows]),
        ],
    )


def _point(day: str, *, grain: str, with_year: bool) -> str:
    year, month, number = day[:4], int(day[5:7]), int(day[8:10])
    if grain == "d":
        return _("%(month)s月%(day)s日") % {"month": month, "day": number}
    if with_year:
        return f"{year}-{month:02d}"
    return _(MONTHS[month - 1])


def department_bars(rows: Sequence[BreakdownRow], names: Names) -> charts.Chart | None:
    """Return the bars of the departments with most accepted cases."""
    shown = rows[:DEPARTMENTS_DRAWN]
    if not shown:
        return None
    return charts.bar_chart(
        key="departments",
        title=_("受理最多的部门"),
        labels=[names.department(row.key) for row in shown],
        values=[row.sums.accepted for row in shown],
        measure=_("受理量"),
        corner=_("部门"),
        write=_counted,
    )


def channel_bars(rows: Sequence[BreakdownRow]) -> charts.Chart | None:
    """Return the bars of the channels by which applications came."""
    if not rows:
        return None
    total = sum(row.sums.accepted for row in rows) or 1
    window = sum(row.sums.accepted for row in rows if row.key == "window")
    return charts.bar_chart(
        key="channels",
        title=_("按申请渠道"),
        labels=[_(CHANNEL_LABELS.get(row.key, row.key)) for row in rows],
        values=[row.sums.accepted for row in rows],
        measure=_("受理量"),
        corner=_("渠道"),
        description=_("窗口占 %(share)s") % {"share": percent(window / total)},
        write=_counted,
    )


def _counted(value: object) -> str:
    return wan(value, language=get_language() or CHINESE)  # type: ignore[arg-type]
