"""Numbers: everything one page of the overview shows, in a number of questions that does not grow with cases.

Stands between the sums of reporting and the charts; answers: how do this place, this office, this item stand in the
period, in cases and in findings?
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from yichuang.kernel.periods import Period
from yichuang.reporting.queries import get_figures, list_breakdown, list_trend, sum_findings
from yichuang.reporting.values import BreakdownRow, FigureSet, Scope

# A longer period is told month by month.
_DAYS_BY_WEEK = 400

ByColour = dict[str, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one page. `below` is what the place is divided into: county, department or item.

    `steps` are the first days of the weeks (or months) of the period; findings are told by the day of the breach.
    """

    period: Period
    scope: Scope
    below: str
    figures: FigureSet
    rows: tuple[BreakdownRow, ...]
    steps: tuple[date, ...]
    by_month: bool
    colours: ByColour
    rules: tuple[tuple[str, ByColour], ...]
    parts: Mapping[str, ByColour]
    departments: tuple[tuple[str, ByColour], ...]
    colours_by_step: Mapping[date, ByColour]
    parts_by_step: Mapping[tuple[str, date], int]
    completed_by_step: Mapping[date, int]
    on_time_by_step: Mapping[date, float | None] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """Return how many findings there are in all."""
        return sum(self.colours.values())

    @property
    def carded(self) -> int:
        """Return how many reached the measure of a yellow or a red card."""
        return self.colours.get("yellow", 0) + self.colours.get("red", 0)


def gather(*, period: Period, scope: Scope, rule_class: str = "") -> Numbers:
    """Return the numbers of a scope and period; findings may be narrowed to one class of rules.

    Below the city are counties, below a county departments, below an office items, below an item nothing.
    """
    office = bool(scope.county and scope.department)
    below = "" if scope.item else "item" if office else "department" if scope.county else "county"
    by_month = (period.until - period.start_on).days > _DAYS_BY_WEEK
    steps = _steps(period, by_month=by_month)
    asked = [("colour",), ("day", "colour")]
    asked.append((below, "colour") if below else ("colour",))
    asked.append(("day", below) if below else ("day",))
    told_by_rule = office or not scope.department
    asked += [("rule", "colour")] if told_by_rule else []
    asked += [("department", "colour")] if below == "county" and not scope.department else []
    sums = list(sum_findings(period=period, scope=scope, by=asked, rule_class=rule_class))
    by_colour, by_day, by_part, by_part_and_day = sums[:4]
    rest = sums[4:]
    rules = _ranked(rest.pop(0)) if told_by_rule else ()
    departments = _ranked(rest.pop(0)) if rest else ()
    colours_by_step: dict[date, ByColour] = {}
    for (day, colour), count in by_day.items():
        held = colours_by_step.setdefault(step_of(day, by_month=by_month), {})
        held[colour] = held.get(colour, 0) + count
    parts_by_step: Counter[tuple[str, date]] = Counter()
    if below:
        for (day, part), count in by_part_and_day.items():
            parts_by_step[part, step_of(day, by_month=by_month)] += count
    completed, on_time = _completed(list_trend(period=period, scope=scope, grain="d"), by_month=by_month)
    return Numbers(
        period=period,
        scope=scope,
        below=below,
        figures=get_figures(period=period, scope=scope),
        rows=list_breakdown(period=period, by=below, scope=scope) if below else (),
        steps=steps,
        by_month=by_month,
        colours={colour: count for (colour,), count in by_colour.items()},
        rules=rules,
        parts=dict(_gathered(by_part)) if below else {},
        departments=departments,
        colours_by_step=colours_by_step,
        parts_by_step=parts_by_step,
        completed_by_step=completed,
        on_time_by_step=on_time,
    )


def step_of(day: date, *, by_month: bool) -> date:
    """Return the Monday of a day's week, or the first of its month."""
    return day.replace(day=1) if by_month else day - timedelta(days=day.weekday())


def _steps(period: Period, *, by_month: bool) -> tuple[date, ...]:
    found = dict.fromkeys(step_of(day, by_month=by_month) for day in period.days())
    return tuple(found)


def _gathered(sums: Mapping[tuple[str, str], int]) -> Iterable[tuple[str, ByColour]]:
    found: dict[str, ByColour] = {}
    for (key, colour), count in sums.items():
        found.setdefault(key, {})[colour] = count
    return found.items()


def _ranked(sums: Mapping[tuple[str, str], int]) -> tuple[tuple[str, ByColour], ...]:
    """Return keys with their counts by colour, most first."""
    return tuple(sorted(_gathered(sums), key=lambda row: (-sum(row[1].values()), row[0])))


def _completed(rows: Iterable[BreakdownRow], *, by_month: bool) -> tuple[dict[date, int], dict[date, float | None]]:
    completed: Counter[date] = Counter()
    on_time: Counter[date] = Counter()
    for row in rows:
        step = step_of(date.fromisoformat(row.key), by_month=by_month)
        completed[step] += row.sums.completed
        on_time[step] += row.sums.on_time
    return dict(completed), {
        step: round(on_time[step] / count * 100, 1) if count else None for step, count in completed.items()
    }
