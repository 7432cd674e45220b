"""Clock: the days of a case as its applicant and its officer count them: promised, used, left, and the last day.

Stands between a case's periods and the pages that show them on either side of the window.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.values import CaseFile, Status, Unit
from yichuang.kernel.words import N_

_PROMISED: dict[str, str] = {
    Unit.WORKING_DAYS: N_("承诺工作日"),
    Unit.CALENDAR_DAYS: N_("承诺自然日"),
    Unit.OPENING_HOURS: N_("承诺工作小时"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """What stands on the clock; None where nothing is counted. `left` is negative once the promise is broken."""

    label: str = ""
    promised: int | None = None
    used: int | None = None
    left: int | None = None
    due: date | None = None

    @property
    def left_shown(self) -> int:
        """Return the days left, or over, without a sign: the words beside it say which."""
        return abs(self.left or 0)


def count(file: CaseFile, *, now: datetime) -> Days:
    """Return the clock of a case at an instant; before acceptance and in a special procedure it stands still."""
    row = file.row
    if row.accepted_at is None:
        return Days()
    calendar = get_calendar()
    today = local_day(now)
    due = local_day(row.promised_due_at) if row.promised_due_at else None
    label = _(_PROMISED.get(row.limit_unit, row.limit_unit))
    if row.closed_at is not None or row.used_days is not None:
        return Days(label=label, promised=row.promised_amount, used=row.used_days, due=due)
    # Of a promise in hours nothing is left to count in days.
    if row.status is Status.SUSPENDED or due is None or row.limit_unit == Unit.OPENING_HOURS:
        return Days(label=label, promised=row.promised_amount)
    used = calendar.between(local_day(row.accepted_at), today) - file.paused_days
    left = calendar.ordinal(due) - calendar.ordinal(today)
    return Days(label=label, promised=row.promised_amount, used=max(used, 0), left=left, due=due)
