"""Visits: how many people came to a centre by booking on a day, beside the cases that it took in (叫号与办件比对)."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.cases.queries import count_received
from yichuang.halls.queries import count_kept
from yichuang.regions.queries import list_centres
from yichuang.supervision.domain.relations import Value


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the days on which anybody came to a centre by booking, up to and including `on`."""
    calendar = get_calendar()
    kept = {key: count for key, count in count_kept().items() if key[1] <= on}
    received = count_received(days=sorted({day for _, day in kept}))
    places = {centre.code: centre.division for centre in list_centres(on=on)}
    for (centre, day), served in sorted(kept.items()):
        yield {
            "key": f"{centre}|{day.isoformat()}",
            "county": places.get(centre, centre)[:6],
            "organisation": "",
            "centre": centre,
            "on_wd": calendar.ordinal(day),
            "served": served,
            "cases": received.get((centre, day), 0),
        }
