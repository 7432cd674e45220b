"""Feedback: consultations, complaints and the work orders of bad ratings, against the days they have for an answer."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.feedback.queries import list_courses
from yichuang.supervision.domain.relations import Value


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield every matter, open or closed, in the order in which they came in."""
    calendar = get_calendar()

    def ordinal(day: date | None) -> int | None:
        return None if day is None else calendar.ordinal(day)

    for course in list_courses():
        yield {
            "key": course.number,
            "number": course.number,
            "kind": course.kind.value,
            "county": course.division[:6],
            "organisation": course.organisation,
            "opened_wd": ordinal(course.opened_on),
            "due_wd": ordinal(course.due_on),
            "decided_wd": ordinal(course.decided_on),
            "answered_wd": ordinal(course.answered_on),
            "closed_wd": ordinal(course.closed_on),
            "contacted": course.contacted,
            "real_name": course.named,
            "level": course.level,
            "extended": course.extended,
        }
