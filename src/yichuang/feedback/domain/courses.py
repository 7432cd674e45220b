"""Courses: how one matter went against its deadlines, from its history; pure.

The deadline that stands with a matter is always that of its next step. Who supervises asks by when the answer itself
was due (with an extension, or anew after a return), whether and when it came, and whether anybody was spoken to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yichuang.calendar.values import Amounts, WorkingCalendar
from yichuang.feedback.domain.lifecycle import Kind, Step


class StepTold(NamedTuple):
    """One line of a history: what was done on which day, and the deadline that stood after it."""

    step: Step
    on: date
    due_on: date


@dataclass(slots=True)
class Course:
    """How a matter went: `due_on` is the last day for the answer; of a work order the answer after its correction.

    `decided_on` is the day on which a complaint was taken on, refused or referred. `contacted`: the rater was reached
    or given up after the attempts, the complainant told the result or refused with reasons, the asker answered.
    """

    due_on: date
    decided_on: date | None = None
    answered_on: date | None = None
    contacted: bool = False


def course_of(
    kind: Kind,
    steps: Iterable[StepTold],
    *,
    opened_on: date,
    extended: bool,
    calendar: WorkingCalendar,
    amounts: Amounts,
) -> Course:
    """Return how a matter of a kind went that was opened on a day; `steps` are its whole history, oldest first."""

    def after(day: date, key: str) -> date:
        return calendar.add(day, amounts[key])

    if kind is Kind.WORK_ORDER:
        course = Course(after(opened_on, "complex_days" if extended else "simple_days"))
        follow: _Follow = _work_order
    elif kind is Kind.CONSULTATION:
        course = Course(after(opened_on, "consultation_days"))
        follow = _consultation
    else:
        taken_on = after(opened_on, "complaint_acceptance_days")
        course = Course(after(after(taken_on, "assignment_days"), "complaint_days"))
        follow = _complaint
    returned = False
    for told in steps:
        if told.step is Step.RETURN:
            course.answered_on, course.due_on, returned = None, told.due_on, True
        elif told.step is Step.EXTEND and (returned or kind is not Kind.WORK_ORDER):
            course.due_on = told.due_on
        else:
            follow(course, told)
        if told.step is Step.ACCEPT:
            # The deadline that stands now is the one for assigning it.
            course.due_on = after(told.due_on, "complaint_days")
    return course


_Follow = Callable[[Course, StepTold], None]


def _work_order(course: Course, told: StepTold) -> None:
    if told.step in {Step.CONTACT, Step.GIVE_UP}:
        course.contacted = True
    elif told.step is Step.REPLY:
        course.answered_on = told.on


def _consultation(course: Course, told: StepTold) -> None:
    if told.step is Step.ANSWER:
        course.answered_on, course.contacted = told.on, True


def _complaint(course: Course, told: StepTold) -> None:
    if told.step in {Step.ACCEPT, Step.REFUSE, Step.REFER}:
        course.decided_on = course.decided_on or told.on
    if told.step in {Step.ASSIGN, Step.REFER}:
        course.due_on = told.due_on
    elif told.step is Step.REPLY:
        course.answered_on = told.on
    elif told.step in {Step.FEED_BACK, Step.REFUSE}:
        course.contacted = True
