"""Files: one and the same file in several cases, by its digest."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.queries import list_shared_files
from yichuang.supervision.domain.relations import Value


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the files that stand in more than one case; place and organisation are those of the first."""
    calendar = get_calendar()
    for file in list_shared_files():
        yield {
            "key": file.digest,
            "digest": file.digest,
            "county": file.county,
            "organisation": file.organisation,
            "cases": file.cases,
            "applicants": file.applicants,
            "first_wd": calendar.ordinal(local_day(file.first_at)),
            "last_wd": calendar.ordinal(local_day(file.last_at)),
        }
