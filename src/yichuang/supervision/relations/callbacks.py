"""Call-backs: what applicants said on the telephone about cases drawn by lot (test 10)."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.models import Callback


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the call-backs drawn up to and including `on`."""
    calendar = get_calendar()
    for row in Callback.objects.filter(drawn_on__lte=on).order_by("number"):
        yield {
            "key": row.number,
            "number": row.number,
            "county": row.county,
            "organisation": row.organisation,
            "state": row.state,
            "place_agrees": row.place_agrees,
            "date_agrees": row.date_agrees,
            "visits_agree": row.visits_agree,
            "fees_agree": row.fees_agree,
            "called_wd": None if row.called_at is None else calendar.ordinal(local_day(row.called_at)),
            "drawn_wd": calendar.ordinal(row.drawn_on),
        }
