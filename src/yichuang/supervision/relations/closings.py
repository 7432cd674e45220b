"""Closings: what one person closed within one minute, where it was more than one case."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.cases.queries import list_closings
from yichuang.supervision.domain.relations import Value


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the minutes, by organisation, person and time; what nobody in particular closed is left out."""
    for one in list_closings():
        yield {
            "key": f"{one.organisation}|{one.closed_by}|{one.minute}",
            "county": one.county,
            "organisation": one.organisation,
            "source": one.source,
            "decider": one.closed_by,
            "minute_s": one.minute,
            "closed_wd": one.closed_wd,
            "cases": one.cases,
            "promised": one.promised,
        }
