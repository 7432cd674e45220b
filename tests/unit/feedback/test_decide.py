"""What follows from a step: pure decisions, without a database."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.decide import Act, Circumstances, Matter, Outcome, decide, first_due
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.domain.lifecycle import TABLE, Kind, State, Step
from yichuang.kernel.texts import TextUnfit

MONDAY = date(2015, 6, 1)
AMOUNTS = load_amounts().in_force(MONDAY)
ORDER = Matter(kind=Kind.WORK_ORDER, state=State.OPEN, opened_on=MONDAY, due_on=date(2015, 6, 2), organisation="a")
COMPLAINT = Matter(kind=Kind.COMPLAINT, state=State.FILED, opened_on=MONDAY, due_on=date(2015, 6, 8), about="a")


def done(matter: Matter, step: Step, text: str = "说明", *, on: date = MONDAY, by: str = "b", **act: object) -> Outcome:
    circumstances = Circumstances(on=on, by_id="someone", by_organisation=by, calendar=get_calendar(), amounts=AMOUNTS)
    return decide(matter, Act(step, text, **act), circumstances)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (Kind.WORK_ORDER, date(2015, 6, 2)),
        (Kind.CONSULTATION, date(2015, 6, 8)),
        (Kind.COMPLAINT, date(2015, 6, 8)),
    ],
)
def test_the_first_deadline_follows_from_the_kind(kind: Kind, due_on: date) -> None:
    assert first_due(kind, on=MONDAY, calendar=get_calendar(), amounts=AMOUNTS) == due_on


def test_a_deadline_before_a_holiday_of_2015_skips_it() -> None:
    due_on = first_due(Kind.COMPLAINT, on=date(2015, 9, 30), calendar=get_calendar(), amounts=AMOUNTS)
    assert due_on == date(2015, 10, 13)


@pytest.mark.parametrize("kind", Kind)
def test_what_the_table_does_not_have_is_refused_and_says_where_the_matter_stands(kind: Kind) -> None:
    for state, step in product(State, Step):
        if (kind, state, step) not in TABLE:
            with pytest.raises(r.NotPossibleNow) as refusal:
                done(replace(ORDER, kind=kind, state=state), step)
            assert refusal.value.details == {"state": state.label, "step": step.label}


@pytest.mark.parametrize(
    ("day", "late"), [(date(2015, 6, 1), False), (date(2015, 6, 2), False), (date(2015, 6, 3), True)]
)
def test_a_step_on_the_last_day_is_in_time(day: date, late: bool) -> None:
    assert done(ORDER, Step.CONTACT, on=day).late is late


def test_the_period_to_finish_runs_from_the_rating_not_from_the_call() -> None:
    assert done(ORDER, Step.CONTACT, on=date(2015, 6, 4)).due_on == date(2015, 6, 8)


def test_assigning_again_changes_the_body_and_not_the_deadline() -> None:
    assigned = replace(COMPLAINT, state=State.ASSIGNED, due_on=date(2015, 6, 23), organisation="c")
    outcome = done(assigned, Step.ASSIGN, organisation="d", on=date(2015, 6, 15))
    assert (outcome.changes, outcome.due_on) == ({"organisation": "d"}, date(2015, 6, 23))


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.REFUSE, Step.REFER])
def test_the_body_complained_of_does_not_decide_whether_to_accept(step: Step) -> None:
    with pytest.raises(r.OwnMatter):
        done(COMPLAINT, step, by="a", return_on=date(2015, 7, 1))
    assert done(COMPLAINT, step, by="", return_on=date(2015, 7, 1)).step is step


def test_a_department_answers_and_refuses_questions_to_itself() -> None:
    question = replace(COMPLAINT, kind=Kind.CONSULTATION, state=State.ASKED, organisation="a")
    assert done(question, Step.REFUSE, by="a").is_final


def test_what_is_found_is_kept_with_the_matter() -> None:
    contacted = replace(ORDER, state=State.CONTACTED)
    assert done(contacted, Step.FIND_MALICIOUS).changes == {"finding": "malicious"}
    replied = done(replace(ORDER, state=State.MALICIOUS), Step.REPLY, " 解释 ")
    assert replied.changes == {"answer": "解释", "replied_by": "someone", "answered_on": MONDAY}


def test_a_long_or_broken_text_is_refused() -> None:
    for text in ("长" * 2001, "甲\ud800", "甲\x1b"):
        with pytest.raises(TextUnfit):
            done(ORDER, Step.CONTACT, text)
