"""Periods of a page: between the address (`?period=2015H1`) and what the form offers."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yichuang.calendar.values import FIRST_DAY, LAST_DAY
from yichuang.kernel.periods import Period
from yichuang.reporting.queries import list_trend

# A period of no more days is drawn day by day.
DAYS_DRAWN = 45


@dataclass(frozen=True, slots=True)
class ChosenPeriod:
    """The period a page shows, and what else it offers: (label, name) of every period that has cases."""

    period: Period
    choices: tuple[tuple[str, str], ...]

    @property
    def query(self) -> str:
        """Give the part of an address that keeps the period."""
        return f"?period={self.period.label}"

    @property
    def title(self) -> str:
        """Name the period in the reader's language."""
        return self.period.describe(_)

    @property
    def grain(self) -> str:
        """Tell whether a trend is drawn by month or by day."""
        return "d" if (self.period.until - self.period.start_on).days <= DAYS_DRAWN else "m"


def choose_period(request: HttpRequest, *, today: date) -> ChosenPeriod:
    """Return the period of the address, by default the half-year of the newest figures (one query).

    Refuses with `PeriodNotUnderstood`, `PeriodImpossible` or `PeriodEmpty`.
    """
    asked = request.GET.get("period", "").strip()
    rows = list_trend(period=Period(FIRST_DAY, LAST_DAY))
    months = [date.fromisoformat(row.key) for row in rows]
    # A month in which old cases only ended is no period of its own.
    begun = [month for month, row in zip(months, rows, strict=True) if row.sums.accepted] or months
    period = Period.parse(asked) if asked else _half(begun[-1] if begun else today)
    offered: dict[Period, None] = {}
    for month in reversed(months):
        offered[_half(month)] = None
    for month in reversed(months):
        offered[_of(month, 3)] = None
    for month in reversed(months):
        offered[_of(month, 1)] = None
    if period not in offered:
        offered = {period: None, **offered}
    return ChosenPeriod(period, tuple((one.label, one.describe(_)) for one in offered))


def _of(month: date, months: int) -> Period:
    return Period.of_months(year=month.year, first_month=(month.month - 1) // months * months + 1, count=months)


def _half(month: date) -> Period:
    return _of(month, 6)
