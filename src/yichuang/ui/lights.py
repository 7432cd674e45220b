"""Lights: when the deadline light of a case is green, yellow or red, and on which day that is judged.

Stands between a case's promised period and the light on a page. A case of our own is judged now. Of a case that
another system reports the ledger knows nothing after that system's last report: it is judged at the end of that day.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, LawFile, WorkingCalendar, local_day
from yichuang.cases.queries import count_events, find_last_report
from yichuang.cases.values import OWN_SOURCE, CaseRow, Status, Unit
from yichuang.kernel.words import N_
from yichuang.ui.values import Light

SOURCE = Path(__file__).parent / "law" / "light.yaml"
_DAY = timedelta(days=1)
_HOUR = 3600
_SOURCES_KEPT = 64


class Parameter(msgspec.Struct, frozen=True):
    """A number with where it comes from; mark V was read at its source, K is common practice."""

    value: int
    mark: str
    citation: str


class LightRule(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """When an open case turns yellow, from a day on."""

    since: date
    mark: str
    citation: str
    used_percent: Parameter
    working_days_before: Parameter


class _Rules(msgspec.Struct, frozen=True):
    rules: tuple[LightRule, ...]


@cache
def _rules() -> tuple[LightRule, ...]:
    """Read the dated rules, newest first; raises FaultyLaw."""
    return tuple(sorted(LawFile(SOURCE).read(_Rules).rules, key=lambda rule: rule.since, reverse=True))


def rule_on(day: date) -> LightRule:
    """Return the rule in force on a day; before the first one, the first."""
    return next((rule for rule in _rules() if rule.since <= day), _rules()[-1])


def judge(row: CaseRow, *, at: datetime, calendar: WorkingCalendar) -> tuple[Light, str] | None:
    """Return the light of a case at an instant with its marked words; None where no clock runs.

    A promise in days is kept all through its last day; one in opening hours to the minute.
    """
    if row.accepted_at is None:
        return None
    if row.closed_at is not None or row.late_promised is not None:
        return (Light.RED, N_("逾期办结")) if row.late_promised else (Light.GREEN, N_("按期办结"))
    if row.promised_due_at is None:
        return None
    if row.status is Status.SUSPENDED:
        return Light.GREEN, N_("特别程序中，时限中止")
    return _running(row, due_at=row.promised_due_at, at=at, calendar=calendar)


def _running(row: CaseRow, *, due_at: datetime, at: datetime, calendar: WorkingCalendar) -> tuple[Light, str]:
    """Return the light of a case whose clock runs."""
    if _over(due_at, unit=row.limit_unit) <= at:
        return Light.RED, N_("已超期")
    if _near(row, due_at=due_at, at=at, calendar=calendar):
        return Light.YELLOW, N_("临近时限")
    return Light.GREEN, N_("时限内")


def _over(due_at: datetime, *, unit: str) -> datetime:
    """Return the first instant at which the promise is broken."""
    if unit == Unit.OPENING_HOURS:
        return due_at
    return datetime.combine(local_day(due_at) + _DAY, time(), CHINA)


def _near(row: CaseRow, *, due_at: datetime, at: datetime, calendar: WorkingCalendar) -> bool:
    """Tell whether so little is left that the rule warns."""
    # Midnight belongs to the day that ends with it.
    today, due_on = local_day(at - timedelta.resolution), local_day(due_at)
    rule = rule_on(today)
    spare = 100 - rule.used_percent.value
    promised = row.promised_amount or 0
    if row.limit_unit == Unit.OPENING_HOURS:
        return calendar.opening_seconds(at, due_at) * 100 <= promised * _HOUR * spare
    left = calendar.ordinal(due_on) - calendar.ordinal(today)
    in_unit = left if row.limit_unit == Unit.WORKING_DAYS else (due_on - today).days
    return left <= rule.working_days_before.value or in_unit * 100 <= promised * spare


class Judge:
    """Judges the cases of one page; asks once a source until when the ledger knows of it."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._known: dict[str, datetime] = {}

    def at(self, source: str) -> datetime:
        """Return the instant at which cases of a source are judged (three queries for another system's)."""
        if source == OWN_SOURCE:
            return self.now
        if source not in self._known:
            last = _last_report(source, count_events())
            end = datetime.combine(local_day(last) + _DAY, time(), CHINA) if last else self.now
            self._known[source] = min(end, self.now)
        return self._known[source]

    def light(self, row: CaseRow) -> tuple[Light, str] | None:
        """Return the light of a case and its words in the reader's language."""
        at = self.at(row.source) if row.closed_at is None and row.accepted_at is not None else self.now
        found = judge(row, at=at, calendar=get_calendar())
        return (found[0], _(found[1])) if found else None

    def days(self, rows: Iterable[CaseRow]) -> tuple[date, ...]:
        """Return the days, other than today, at whose end lights of these rows were judged."""
        moments = {
            self.at(row.source) for row in rows if row.accepted_at and row.closed_at is None and row.promised_due_at
        }
        return tuple(sorted(local_day(at - timedelta.resolution) for at in moments if at < self.now))


@lru_cache(maxsize=_SOURCES_KEPT)
def _last_report(source: str, events: int) -> datetime | None:  # noqa: ARG001 - the ledger's length is part of the key
    return find_last_report(source)
