"""Feeds: how regularly and how completely the systems of counties report, and which county has which system."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.queries import find_last_report, tally_sources
from yichuang.exchange.queries import list_connections, list_sources
from yichuang.exchange.values import ConnectionRow
from yichuang.regions.queries import list_centres
from yichuang.regions.values import CentreRow, Level
from yichuang.supervision.domain.feeds import is_regular, system_of
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.relations.storing import read

_MINUTE = 60
# About a month.
_RECENT_DAYS = 21


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:
    """Yield every source that reported, then every county's centre from which no source reports."""
    calendar = get_calendar()
    today = calendar.ordinal(on)
    tallies = {one.source: one for one in tally_sources(since=calendar.day_of(today - _RECENT_DAYS + 1))}
    reports = {one.source: one for one in list_sources()}
    connections = {one.source: one for one in list_connections(now=at)}
    centres = {centre.division[:6]: centre for centre in list_centres(on=on) if centre.level is not Level.TOWN}
    heard: set[str] = set()
    for source in sorted({*tallies, *reports, *connections}):
        tally, report = tallies.get(source), reports.get(source)
        connection = connections.get(source)
        county = (tally.county if tally else "") or (connection.county if connection else "")
        heard.add(county)
        last_at = max(
            filter(
                None,
                (
                    report.last_at if report else None,
                    connection.last_row_at if connection else None,
                    find_last_report(source),
                ),
            ),
            default=None,
        )
        last_wd = calendar.ordinal(local_day(last_at)) if last_at else None
        yield {
            "key": source,
            "source": source,
            "county": county,
            "organisation": "",
            # Whoever is connected is expected from the first day on.
            "expected": connection is not None or (report is not None and is_regular(report.days)),
            "last_report_wd": last_wd,
            "silent_days": max(today - last_wd, 0) if last_wd is not None else 0,
            "waiting": connection.waiting if connection else report.waiting if report else 0,
            "filed": tally.cases if tally else 0,
            "incomplete_permille": tally.incomplete * 1000 // tally.recent if tally and tally.recent else 0,
            "system": _system(centres.get(county)),
            **_connected(connection),
        }
    for county, centre in sorted(centres.items()):
        if county not in heard:
            yield {
                "key": f"centre:{centre.code}",
                "source": "",
                "county": county,
                "organisation": centre.organisation or "",
                "expected": False,
                "last_report_wd": None,
                "silent_days": 0,
                "waiting": 0,
                "filed": 0,
                "incomplete_permille": 0,
                "system": _system(centre),
                **_connected(None),
            }


def look_again(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:
    """Yield the rows as the day left them, with what connections tell told anew.

    Counting every case of every source is left to the day: this is asked every minute.
    """
    connections = {one.source: one for one in list_connections(now=at)}
    for row in read("feeds"):
        connection = connections.pop(str(row["source"]), None)
        yield row if connection is None else row | _told(connection, row["last_report_wd"], on=on)
    for source, connection in connections.items():
        yield {
            "key": source,
            "source": source,
            "county": connection.county[:6],
            "organisation": "",
            "filed": 0,
            "incomplete_permille": 0,
            "system": "connected",
            **_told(connection, None, on=on),
        }


def _told(connection: ConnectionRow, before_wd: Value, *, on: date) -> dict[str, Value]:
    """Return what a connection tells of its row: `before_wd` is the day of the last report that was known."""
    calendar = get_calendar()
    last_wd = before_wd if isinstance(before_wd, int) else None
    if connection.last_row_at is not None:
        last_wd = max(calendar.ordinal(local_day(connection.last_row_at)), last_wd or 0)
    return {
        "expected": True,
        "last_report_wd": last_wd,
        "silent_days": 0 if last_wd is None else max(calendar.ordinal(on) - last_wd, 0),
        "waiting": connection.waiting,
        **_connected(connection),
    }


def _connected(connection: ConnectionRow | None) -> dict[str, Value]:
    """Return what only a source that we read ourselves can tell."""
    if connection is None:
        return {"failures": 0, "backlog": 0, "declared_permille": None, "clock_ahead_minutes": 0}
    return {
        "failures": connection.failures,
        "backlog": connection.backlog,
        "declared_permille": connection.complete_permille,
        "clock_ahead_minutes": max(-(connection.delay_seconds or 0), 0) // _MINUTE,
    }


def _system(centre: CentreRow | None) -> str:
    return system_of(supervision=bool(centre and centre.supervision), compatible=bool(centre and centre.compatible))
