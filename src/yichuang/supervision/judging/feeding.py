"""Feeding: who reports, how late, how complete: the stored relation of feeds, read for a page."""

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.supervision.domain.feeds import FeedRow

__all__ = ["list_feeds"]


def list_feeds() -> tuple[FeedRow, ...]:
    """Return every source as the last working day's filling of the relation saw it, by county and source."""
    calendar = get_calendar()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, county, expected, last_report_wd, silent_days, waiting, filed, incomplete_permille, system"
            " FROM supervision_feeds ORDER BY county, source"
        )
        return tuple(
            FeedRow(
                source=source,
                county=county,
                expected=bool(expected),
                last_report_on=None if last is None else calendar.day_of(last),
                silent_days=silent,
                waiting=waiting,
                filed=filed,
                incomplete_permille=incomplete,
                system=system,
            )
            for source, county, expected, last, silent, waiting, filed, incomplete, system in cursor.fetchall()
        )
