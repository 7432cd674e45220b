"""Snapshot: everything the wall shows at one moment, as plain data of a fixed size.

Stands between the numbers of the overview and the wall's page and script. Lists are cut to what the wall has room for,
so that a screen which runs for a day holds no more in the evening than in the morning.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.values import Scope as Reach
from yichuang.dashboards.supervision.overview.drawing import map_value, step_label
from yichuang.dashboards.supervision.overview.numbers import Numbers, gather
from yichuang.dashboards.supervision.overview.words import COLOUR_WORDS, COLOURS
from yichuang.dashboards.supervision.words import NO_CARD
from yichuang.kernel.periods import Period
from yichuang.reporting.queries import get_figures, sum_findings
from yichuang.reporting.values import Scope
from yichuang.supervision.queries import page_findings
from yichuang.supervision.values import FindingFilter, FindingRow
from yichuang.ui.formats import percent, thousands
from yichuang.ui.names import Names

NEWEST = 12
RULES = 8
STEPS = 30
_DAY = timedelta(days=1)


def take(
    *, period: Period, counties: Sequence[str], names: Names, rule: Callable[[str], str], reach: Reach, at: datetime
) -> dict[str, Any]:
    """Return the snapshot of the counties that a reader watches."""
    scope = Scope(counties=tuple(counties))
    found = gather(period=period, scope=scope)
    today = timezone.localdate(at)
    return {
        "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S"),
        "period": period.describe(_),
        "today": _today(today, scope),
        "tiles": _tiles(found),
        "counties": [_county(code, found, names) for code in counties],
        "trend": {
            "labels": [step_label(step, found) for step in found.steps[-STEPS:]],
            "series": [
                {
                    "label": _(COLOUR_WORDS[colour]),
                    "values": [found.colours_by_step.get(step, {}).get(colour, 0) for step in found.steps[-STEPS:]],
                }
                for colour in COLOURS
            ],
        },
        "pace": {
            "labels": [step_label(step, found) for step in found.steps[-STEPS:]],
            "values": [_rounded(found.on_time_by_step.get(step)) for step in found.steps[-STEPS:]],
        },
        "rules": [{"title": rule(key), "count": sum(counts.values())} for key, counts in found.rules[:RULES]],
        "newest": newest(reach=reach, names=names, rule=rule),
    }


def newest(*, reach: Reach, names: Names, rule: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the findings that were found last, within the reader's scope."""
    rows = page_findings(chosen=FindingFilter(state="all"), scope=reach, after="", limit=NEWEST)
    return [told(row, names=names, rule=rule) for row in rows]


def told(row: FindingRow, *, names: Names, rule: Callable[[str], str]) -> dict[str, Any]:
    """Return one finding as the wall tells it: no person, no number of a case."""
    return {
        "id": row.id,
        "rule": rule(row.rule),
        "colour": row.colour.value if row.colour else NO_CARD,
        "word": _(COLOUR_WORDS[row.colour.value if row.colour else ""]),
        "place": names.county(row.county) if row.county else "",
        "office": names.department(row.department) if row.department else "",
        "when": timezone.localtime(row.found_at).strftime("%m-%d %H:%M"),
    }


def _today(today: date, scope: Scope) -> list[dict[str, str]]:
    """Return what has happened today: cases by their sums, findings by the day of the breach."""
    period = Period(today, today + _DAY)
    figures = get_figures(period=period, scope=scope)
    (by_colour,) = sum_findings(period=period, scope=scope, by=[("colour",)])
    return [
        {"key": "received", "label": _("今日收件"), "value": thousands(figures.sums.received)},
        {"key": "completed", "label": _("今日办结"), "value": thousands(figures.sums.completed)},
        {"key": "found", "label": _("今日发现"), "value": thousands(sum(by_colour.values()))},
        {"key": "open-late", "label": _("超期在办"), "value": thousands(figures.open_late)},
    ]


def _tiles(found: Numbers) -> list[dict[str, str]]:
    figures = found.figures.figures
    return [
        {"key": "accepted", "label": _("受理量"), "value": thousands(found.figures.sums.accepted)},
        {"key": "completed", "label": _("办结量"), "value": thousands(found.figures.sums.completed)},
        {"key": "on-time", "label": _("按期办结率"), "value": percent(figures["on_time_rate"].value)},
        {"key": "early", "label": _("提前办结率"), "value": percent(figures["early_rate"].value)},
        *(
            {"key": colour, "label": _(COLOUR_WORDS[colour]), "value": thousands(found.colours.get(colour, 0))}
            for colour in ("red", "yellow", "reminder")
        ),
        {"key": NO_CARD, "label": _(COLOUR_WORDS[""]), "value": thousands(found.colours.get("", 0))},
    ]


def _county(code: str, found: Numbers, names: Names) -> dict[str, Any]:
    row = next((row for row in found.rows if row.key == code), None)
    colours = found.parts.get(code, {})
    return {
        "code": code,
        "name": names.county(code),
        "value": map_value(found, code, "cards"),
        "completed": thousands(row.sums.completed if row else 0),
        "on_time": percent(row.figures["on_time_rate"].value if row else None),
        "red": colours.get("red", 0),
        "yellow": colours.get("yellow", 0),
        "reminder": colours.get("reminder", 0),
        "none": colours.get("", 0),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
