"""Changed days: on which days figures must be counted anew, because a case of that day has changed.

A case that its source corrected may have left the day on which it was counted: for such a case every day counts that
its ledger ever named, what was taken back included.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from yichuang.calendar.values import local_day
from yichuang.cases import ledger
from yichuang.cases.domain.events import ApplicationAccepted
from yichuang.cases.effective import list_corrected
from yichuang.cases.ledger import Cursor
from yichuang.cases.rows import as_day

# So many events at once, and most of the ledger: all days are read quicker than the days of these cases.
_MANY_EVENTS = 100_000
_AT_ONCE = 500


def list_changed_days(after: Cursor) -> tuple[list[date], Cursor]:
    """Return every day on which a case changed since the cursor was received, accepted or closed; new cursor.

    After a long absence it may be every day there is: a day counted anew for nothing keeps its sums.
    """
    condition, parameters, end = ledger.changed_since(after)
    if end.position - after.position > max(_MANY_EVENTS, end.position // 2):
        # Without statistics a planner may join a million cases one by one (PostgreSQL after a bulk load: minutes).
        return list_days(), end
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH touched AS (SELECT DISTINCT case_id FROM cases_event WHERE " + condition + ")"
            " SELECT received_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " UNION SELECT accepted_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " WHERE accepted_on IS NOT NULL"
            " UNION SELECT closed_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " WHERE closed_on IS NOT NULL",
            parameters,
        )
        days = {as_day(row[0]) for row in cursor.fetchall()}
    return sorted(days | _days_of_corrected(condition, parameters)), end


def list_days() -> list[date]:
    """Return every day on which any case was received, accepted or closed, or was before a correction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT received_on FROM cases_facts"
            " UNION SELECT accepted_on FROM cases_facts WHERE accepted_on IS NOT NULL"
            " UNION SELECT closed_on FROM cases_facts WHERE closed_on IS NOT NULL"
        )
        days = {as_day(row[0]) for row in cursor.fetchall()}
    return sorted(days | _days_of_corrected())


def _days_of_corrected(condition: str = "", parameters: Sequence[int] = ()) -> set[date]:
    """Return every day that the ledgers name of the cases that were corrected among these events."""
    days = set()
    corrected = list_corrected(condition, parameters)
    for start in range(0, len(corrected), _AT_ONCE):
        for entry in ledger.read_those(corrected[start : start + _AT_ONCE]):
            event = entry.event()
            counted_from = event.counted_from if isinstance(event, ApplicationAccepted) else None
            days.add(local_day(counted_from or entry.source_at))
    return days
