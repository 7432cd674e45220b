"""The table of what the public brings: complete, cited, printed, and without a way around the call-back."""

import re

import pytest

from yichuang.feedback.domain.decide import DEADLINES, OTHERS_ONLY, text_of
from yichuang.feedback.domain.handling import UNITS
from yichuang.feedback.domain.lifecycle import (
    FINAL,
    FIRST,
    STATE_LABELS,
    STEP_LABELS,
    TABLE,
    Kind,
    State,
    Step,
    diagram,
    possible_steps,
    states_of,
)
from yichuang.feedback.domain.texts import FIELDS

BASIS = re.compile(r"国办(发|函)〔\d{4}〕\d+号|GB/T \d+-\d{4}|个人信息保护法第.+条")


@pytest.mark.parametrize("place", TABLE, ids="-".join)
def test_every_place_in_the_table_names_its_basis(place: tuple[Kind, State, Step]) -> None:
    assert BASIS.fullmatch(TABLE[place].basis)


def test_every_state_and_step_has_a_label_and_a_place() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(STEP_LABELS) == set(Step)
    assert {step for _, _, step in TABLE} | {step for _, step in FIRST.values()} == set(Step)
    assert frozenset().union(*map(states_of, Kind)) == set(State)


@pytest.mark.parametrize("kind", Kind)
def test_every_state_can_be_reached_and_comes_to_an_end(kind: Kind) -> None:
    moves = [(state, place.to) for (of, state, _), place in TABLE.items() if of is kind]
    reached = {FIRST[kind][0]}
    while more := {to for state, to in moves if state in reached} - reached:
        reached |= more
    ending = set(FINAL & states_of(kind))
    while more := {state for state, to in moves if to in ending} - ending:
        ending |= more
    assert reached == ending == states_of(kind)


def ways_to_the_end(state: State, seen: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
    """Return every way of a work order from a state to its end that takes no step twice."""
    if state in FINAL:
        return [seen]
    found = []
    for step in possible_steps(Kind.WORK_ORDER, state):
        if step not in seen:
            found += ways_to_the_end(TABLE[Kind.WORK_ORDER, state, step].to, (*seen, step))
    return found


def test_no_work_order_ends_without_a_call_a_finding_and_a_reply() -> None:
    neutral = {Step.ATTEMPT, Step.EXTEND, Step.APPEAL, Step.UPHOLD, Step.EXCLUDE, Step.RETURN}
    ways = {tuple(step for step in way if step not in neutral) for way in ways_to_the_end(State.OPEN, tuple(neutral))}
    assert ways
    for way in ways:
        assert way[0] in {Step.CONTACT, Step.GIVE_UP}
        assert way[1] in {Step.FIND_REASONABLE, Step.FIND_UNREASONABLE, Step.FIND_MALICIOUS}
        assert (Step.CORRECT in way) is (Step.FIND_REASONABLE in way)
        assert way[-2:] == (Step.REPLY, Step.CLOSE)


def test_nothing_but_wording_changes_after_the_end() -> None:
    after = {(state, step) for _, state, step in TABLE if state in FINAL}
    assert {step for _, step in after} <= {
        *(Step.AMEND, Step.WITHHOLD, Step.ERASE, Step.APPEAL, Step.UPHOLD, Step.EXCLUDE)
    }
    assert all(TABLE[place].to is place[1] for place in TABLE if place[1] in FINAL)


def test_every_deadline_stands_at_a_place_of_the_table_and_names_an_amount() -> None:
    assert set(DEADLINES) <= set(TABLE)
    assert {key for _, key in DEADLINES.values()} <= set(UNITS)


def test_every_step_says_a_text_that_the_forms_know() -> None:
    assert {text_of(step)[0] for step in Step} <= set(FIELDS)
    assert {Step.EXCLUDE, Step.UPHOLD, Step.CLOSE} <= OTHERS_ONLY


@pytest.mark.parametrize("kind", Kind)
def test_the_table_prints_as_a_diagram(kind: Kind) -> None:
    printed = diagram(kind)
    assert printed.startswith("stateDiagram-v2\n")
    places = [place for place in TABLE if place[0] is kind]
    assert len([line for line in printed.splitlines() if " --> " in line and "[*]" not in line]) == len(places)
