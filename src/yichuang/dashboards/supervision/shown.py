"""How a value of a row is shown: a working-day ordinal as its day, fen as yuan, a code as people call it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.values import CHANNEL_LABELS, KIND_LABELS, RESULT_LABELS, STATUS_LABELS
from yichuang.feedback.values import Kind as MatterKind
from yichuang.kernel.words import N_
from yichuang.supervision.values import Parameter, ParameterUnit, Unit
from yichuang.ui.formats import thousands
from yichuang.ui.templatetags.ui import day, instant

_HUNDRED = 100
_MINUTES = 60

# Codes that conditions and facts name, as people call them.
_UNITS = {"working-days": N_("工作日"), "calendar-days": N_("自然日"), "opening-hours": N_("工作小时")}
_CODES: dict[str, str] = {
    **{status.value: label for status, label in STATUS_LABELS.items()},
    **{result.value: label for result, label in RESULT_LABELS.items()},
    **{kind.value: kind.label for kind in MatterKind},
    **CHANNEL_LABELS,
    **KIND_LABELS,
    **_UNITS,
}


def said(text: str) -> str:
    """Return a code that stands in a condition as people call it."""
    return _("“%(code)s”") % {"code": _(_CODES.get(text, text))}


def _day(ordinal: int) -> str:
    return day(get_calendar().day_of(ordinal))


def _instant(seconds: int) -> str:
    return instant(datetime.fromtimestamp(seconds, UTC).astimezone(CHINA))


def _minute(minute: int) -> str:
    return f"{minute // _MINUTES:02}:{minute % _MINUTES:02}"


def _month(month: int) -> str:
    return f"{month // _HUNDRED}-{month % _HUNDRED:02}"


_SHOWN: dict[Unit, Callable[[int], str]] = {
    Unit.DAY: _day,
    Unit.INSTANT: _instant,
    Unit.DAYS: lambda value: _("%(count)s 个工作日") % {"count": value},
    Unit.FEN: lambda value: _("%(amount)s 元") % {"amount": thousands(value / _HUNDRED, places=2)},
    Unit.MINUTE: _minute,
    Unit.PERMILLE: lambda value: f"{value / 10:g}%",
    Unit.MONTH: _month,
    Unit.COUNT: thousands,
}


def shown(value: Any, unit: Unit | None) -> str:
    """Return a value of a row as people read it: an ordinal as its day, fen as yuan, no value as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool) or unit is Unit.FLAG:
        return _("是") if value else _("否")
    if isinstance(value, str):
        return _(_CODES[value]) if value in _CODES else value
    write = _SHOWN.get(unit) if unit else None
    return write(int(value)) if write else str(value)


def measured(value: int, parameter: Parameter) -> str:
    """Return the value of a parameter with its unit."""
    if parameter.unit is ParameterUnit.PERMILLE:
        return f"{value / 10:g}%"
    if parameter.unit is ParameterUnit.MINUTE_OF_DAY:
        return _minute(value)
    return _("%(number)s%(unit)s") % {"number": value, "unit": _(parameter.unit.label)}
