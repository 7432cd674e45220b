"""Courses of matters: by when an answer was due and when it came, through extensions, returns and referrals."""

from datetime import date

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.feedback.domain.courses import Course, StepTold, course_of
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.domain.lifecycle import Kind, Step

# A Monday without holidays in the weeks after it.
OPENED = date(2015, 3, 2)


def course(kind: Kind, *steps: tuple[Step, str, str], extended: bool = False) -> Course:
    """Return how a matter went; a step is what was done, on which day, and the deadline that stood after it."""
    told = [StepTold(step, date.fromisoformat(on), date.fromisoformat(due or on)) for step, on, due in steps]
    return course_of(
        kind,
        told,
        opened_on=OPENED,
        extended=extended,
        calendar=get_calendar(),
        amounts=load_amounts().in_force(OPENED),
    )


def due(found: Course) -> str:
    """Return the last day for the answer."""
    return found.due_on.isoformat()


@pytest.mark.parametrize(("extended", "last"), [(False, "2015-03-09"), (True, "2015-03-23")])
def test_a_bad_rating_is_to_be_answered_in_five_days_or_fifteen_when_it_is_complex(extended: bool, last: str) -> None:
    found = course(Kind.WORK_ORDER, (Step.OPEN, "2015-03-02", "2015-03-03"), extended=extended)
    assert (due(found), found.contacted, found.answered_on) == (last, False, None)


@pytest.mark.parametrize(("reached", "contacted"), [(Step.CONTACT, True), (Step.GIVE_UP, True), (Step.ATTEMPT, False)])
def test_a_rater_was_contacted_when_he_was_reached_or_given_up(reached: Step, contacted: bool) -> None:
    assert course(Kind.WORK_ORDER, (reached, "2015-03-03", "2015-03-09")).contacted is contacted


def test_a_work_order_that_is_returned_is_unanswered_again_until_a_new_day() -> None:
    steps = [
        (Step.CONTACT, "2015-03-03", "2015-03-09"),
        (Step.FIND_REASONABLE, "2015-03-04", "2015-03-09"),
        (Step.CORRECT, "2015-03-05", "2015-03-09"),
        (Step.REPLY, "2015-03-06", "2015-03-11"),
    ]
    assert course(Kind.WORK_ORDER, *steps).answered_on == date(2015, 3, 6)
    returned = [*steps, (Step.RETURN, "2015-03-10", "2015-03-17")]
    found = course(Kind.WORK_ORDER, *returned)
    assert (found.answered_on, due(found)) == (None, "2015-03-17")
    longer = course(Kind.WORK_ORDER, *returned, (Step.EXTEND, "2015-03-11", "2015-03-23"), extended=True)
    assert due(longer) == "2015-03-23"


def test_a_consultation_keeps_its_days_when_it_is_passed_on_and_gets_more_when_it_is_extended() -> None:
    found = course(Kind.CONSULTATION, (Step.TRANSFER, "2015-03-03", "2015-03-09"))
    assert due(found) == "2015-03-09"
    found = course(
        Kind.CONSULTATION, (Step.EXTEND, "2015-03-06", "2015-03-16"), (Step.ANSWER, "2015-03-16", "2015-03-16")
    )
    assert (due(found), found.answered_on, found.contacted) == ("2015-03-16", date(2015, 3, 16), True)
    assert not course(Kind.CONSULTATION, (Step.REFUSE, "2015-03-03", "2015-03-09")).contacted


def test_a_complaint_is_decided_assigned_answered_and_fed_back_each_in_its_time() -> None:
    assert due(course(Kind.COMPLAINT, (Step.FILE, "2015-03-02", "2015-03-09"))) == "2015-03-31"
    accepted = (Step.ACCEPT, "2015-03-03", "2015-03-04")
    found = course(Kind.COMPLAINT, accepted)
    assert (found.decided_on, due(found)) == (date(2015, 3, 3), "2015-03-25")
    assigned = (Step.ASSIGN, "2015-03-04", "2015-03-25")
    found = course(Kind.COMPLAINT, accepted, assigned, (Step.EXTEND, "2015-03-20", "2015-04-09"))
    assert due(found) == "2015-04-09"
    answered = (Step.REPLY, "2015-03-20", "2015-03-25")
    found = course(Kind.COMPLAINT, accepted, assigned, (Step.FIND_PROVEN, "2015-03-19", "2015-03-25"), answered)
    assert (found.answered_on, found.contacted, due(found)) == (date(2015, 3, 20), False, "2015-03-25")
    assert course(Kind.COMPLAINT, accepted, assigned, answered, (Step.FEED_BACK, "2015-03-23", "2015-03-25")).contacted


def test_a_complaint_may_be_refused_with_reasons_or_referred_with_a_day_of_return() -> None:
    refused = course(Kind.COMPLAINT, (Step.REFUSE, "2015-03-03", "2015-03-09"))
    assert (refused.decided_on, refused.contacted) == (date(2015, 3, 3), True)
    referred = course(Kind.COMPLAINT, (Step.REFER, "2015-03-03", "2015-04-01"))
    assert (referred.decided_on, due(referred)) == (date(2015, 3, 3), "2015-04-01")
