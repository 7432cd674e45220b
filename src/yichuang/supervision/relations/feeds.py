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
# What is said of a source or a centre of which nothing is known.
_NOTHING: dict[str, Value] = {
    "source": "",
    "organisation": "",
    "expected": False,
    "last_report_wd": None,
    "silent_days": 0,
    "waiting": 0,
    "filed": 0,
    "incomplete_permille": 0,
    "failures": 0,
    "backlog": 0,
    "declared_permille": None,
    "clock_ahead_minutes": 0,
}


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:
    """Yield every source that reported, then every county's centre from which no source reports."""
    calendar = get_calendar()
    first = calendar.day_of(calendar.ordinal(on) - _RECENT_DAYS + 1)
    tallies = {one.source: one for one in tally_sources(since=first)}
    reports = {one.source: one for one in list_sources()}
    connections = {one.source: one for one in list_connections(now=at)}
    centres = {centre.division[:6]: centre for centre in list_centres(on=on) if centre.level is not Level.TOWN}
    heard: set[str] = set()
    for source in sorted({*tallies, *reports, *connections}):
        tally, report, connection = tallies.get(source), reports.get(source), connections.get(source)
        county = (tally.county if tally else "") or (connection.county if connection else "")
        heard.add(county)
        last_at = max(filter(None, (report.last_at if report else None, find_last_report(source))), default=None)
        last_wd = calendar.ordinal(local_day(last_at)) if last_at else None
        row = _NOTHING | {
            "key": source,
            "source": source,
            "county": county,
            "expected": report is not None and is_regular(report.days),
            "waiting": report.waiting if report else 0,
            "filed": tally.cases if tally else 0,
            "incomplete_permille": tally.incomplete * 1000 // tally.recent if tally and tally.recent else 0,
            "system": _system(centres.get(county)),
        }
        yield row | (_silence(last_wd, on=on) if connection is None else _told(connection, last_wd, on=on))
    for county, centre in sorted(centres.items()):
        if county not in heard:
            yield _NOTHING | {
                "key": f"centre:{centre.code}",
                "county": county,
                "organisation": centre.organisation or "",
                "system": _system(centre),
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
        new = {"key": source, "source": source, "county": connection.county[:6], "system": "connected"}
        yield _NOTHING | new | _told(connection, None, on=on)


def _told(connection: ConnectionRow, before_wd: Value, *, on: date) -> dict[str, Value]:
    """Return what only a source that we read ourselves can tell: `before_wd` is the last report known without it."""
    last_wd = before_wd if isinstance(before_wd, int) else None
    if connection.last_row_at is not None:
        last_wd = max(get_calendar().ordinal(local_day(connection.last_row_at)), last_wd or 0)
    return _silence(last_wd, on=on) | {
        # Whoever is connected is expected from the first day on.
        "expected": True,
        "waiting": connection.waiting,
        "failures": connection.failures,
        "backlog": connection.backlog,
        "declared_permille": connection.complete_permille,
        "clock_ahead_minutes": max(-(connection.delay_seconds or 0), 0) // _MINUTE,
    }


def _silence(last_wd: int | None, *, on: date) -> dict[str, Value]:
    silent = 0 if last_wd is None else max(get_calendar().ordinal(on) - last_wd, 0)
    return {"last_report_wd": last_wd, "silent_days": silent}


def _system(centre: CentreRow | None) -> str:
    return system_of(supervision=bool(centre and centre.supervision), compatible=bool(centre and centre.compatible))
