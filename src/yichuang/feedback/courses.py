"""Courses: how every matter went against its deadlines, for those who supervise; three queries for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.feedback.domain.courses import StepTold, course_of
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.domain.lifecycle import Kind, Step
from yichuang.feedback.models import Matter, MatterStep, Party

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class MatterCourse:
    """One work order, consultation or complaint against its deadlines; days as in `domain.courses.Course`.

    `organisation` is the body that has to answer; `level` that of the rating, None for the others.
    """

    number: str
    kind: Kind
    division: str
    organisation: str
    opened_on: date
    due_on: date
    decided_on: date | None
    answered_on: date | None
    closed_on: date | None
    contacted: bool
    named: bool
    extended: bool
    level: int | None


def list_courses() -> Iterator[MatterCourse]:
    """Yield how every matter went, in the order in which they came in."""
    calendar, law = get_calendar(), load_amounts()
    named = set(Party.objects.exclude(name="").values_list("matter_id", flat=True))
    lines = MatterStep.objects.order_by("matter_id", "seq").values_list("matter_id", "step", "at", "due_on")
    histories = groupby(lines.iterator(chunk_size=_AT_ONCE), key=lambda line: line[0])
    of, history = next(histories, (None, ()))
    for matter in Matter.objects.select_related("rating").order_by("id").iterator(chunk_size=_AT_ONCE):
        steps: list[StepTold] = []
        # Every matter has a history from its first moment; both come in order of the matter.
        if of == matter.pk:
            steps = [StepTold(Step(step), local_day(at), due_on) for _, step, at, due_on in history]
            of, history = next(histories, (None, ()))
        kind = Kind(matter.kind)
        course = course_of(
            kind,
            steps,
            opened_on=matter.opened_on,
            extended=matter.extended,
            calendar=calendar,
            amounts=law.in_force(matter.opened_on),
        )
        yield MatterCourse(
            number=matter.number,
            kind=kind,
            division=matter.division,
            organisation=matter.organisation or matter.about,
            opened_on=matter.opened_on,
            due_on=course.due_on,
            decided_on=course.decided_on,
            answered_on=course.answered_on,
            closed_on=local_day(matter.closed_at) if matter.closed_at else None,
            contacted=course.contacted,
            named=kind is Kind.WORK_ORDER or matter.pk in named,
            extended=matter.extended,
            level=matter.rating.level if matter.rating else None,
        )
