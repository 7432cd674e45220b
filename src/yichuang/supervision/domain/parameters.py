"""Parameters of a rule: numbers that the law or a place sets, each from a day on, with its source.

A later value is added and an earlier one never edited (ADR 0004), so that any judgement of any day can be repeated:
the value that counts for a row is the one in force on the row's own day (the rule's anchor).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yichuang.calendar.values import FIRST_DAY, LAST_DAY, WorkingCalendar
from yichuang.kernel.words import N_


class ParameterUnit(StrEnum):
    """What the number of a parameter counts."""

    WORKING_DAYS = "working-days"
    DAYS = "days"
    MONTHS = "months"
    SECONDS = "seconds"
    MINUTES = "minutes"
    MINUTE_OF_DAY = "minute-of-day"
    COUNT = "count"
    FEN = "fen"
    PERCENT = "percent"
    PERMILLE = "permille"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _UNITS[self]


_UNITS = {
    ParameterUnit.WORKING_DAYS: N_("个工作日"),
    ParameterUnit.DAYS: N_("天"),
    ParameterUnit.MONTHS: N_("个月"),
    ParameterUnit.SECONDS: N_("秒"),
    ParameterUnit.MINUTES: N_("分钟"),
    ParameterUnit.MINUTE_OF_DAY: N_("（一天中的第几分钟）"),
    ParameterUnit.COUNT: N_("个"),
    ParameterUnit.FEN: N_("分"),
    ParameterUnit.PERCENT: "%",
    ParameterUnit.PERMILLE: "‰",
}


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A number from a day on, with its source; mark V was read there, C computed, K is a default to be checked."""

    from_on: date
    value: int
    citation: str
    mark: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a rule with all the values it has had, oldest first."""

    name: str
    unit: ParameterUnit
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue:
        """Return the value in force on a day; before the first one, the first."""
        return next((one for one in reversed(self.values) if one.from_on <= day), self.values[0])


def first_ordinal(day: date, calendar: WorkingCalendar) -> int:
    """Return the ordinal of the first working day that is not before `day`.

    A row knows its day as an ordinal only, and a day off has that of the working day before it: what happened on a
    day off is judged as on the working day before.
    """
    if day <= FIRST_DAY:
        return 0
    return calendar.ordinal(min(day, LAST_DAY) - timedelta(days=1)) + 1
