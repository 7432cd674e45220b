"""Tolerance and commitment: what may follow after acceptance, until when, and what a promise may replace."""

from datetime import date

import pytest

from tests.factories.stories import Story, accepted, received, terms, working_days
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.domain.results import Result

# Monday; ten working days later is Monday 2021-03-15, so the last day for what may follow is Thursday 2021-03-11.
DAY = "2021-03-01"
LAST = date(2021, 3, 11)


def tolerating(*materials: str, until: date | None = LAST, on: str = DAY, **more: object) -> a.Accept:
    return a.Accept(tolerated=materials or ("照片",), tolerated_until=until, **more)  # type: ignore[arg-type]


def tolerated(*materials: str, until: date | None = LAST, on: str = DAY) -> Story:
    """Return a case accepted while these were missing."""
    story = received(on)
    story.then(tolerating(*materials, until=until), on)
    return story


# --- accepting --------------------------------------------------------------------------------------------------------


def test_secondary_materials_may_follow_until_two_working_days_before_the_promised_end() -> None:
    story = tolerated("照片", "住所证明")
    assert story.state.status is Status.ACCEPTED
    assert (story.state.tolerated, story.state.tolerated_until) == (("照片", "住所证明"), LAST)
    assert story.facts().tolerated_until == LAST


@pytest.mark.parametrize("until", [date(2021, 3, 12), date(2021, 3, 15), date(2021, 3, 1), date(2021, 2, 26)])
def test_a_term_beyond_the_last_day_or_not_after_acceptance_is_refused_with_the_last_day(until: date) -> None:
    with pytest.raises(r.ToleranceTooLong, match="2021-03-11") as refused:
        tolerated(until=until)
    assert refused.value.details["latest"] == "2021-03-11"


def test_a_day_off_behind_the_last_working_day_is_still_in_time() -> None:
    # Eleven days promised end on Tuesday 2021-03-16; Friday is the last day, and Sunday uses no further one.
    story = Story(terms=terms(promised=working_days(11)))
    received(DAY, story=story)
    story.then(tolerating(until=date(2021, 3, 14)), DAY)
    assert story.state.tolerated_until == date(2021, 3, 14)


def test_a_long_promise_does_not_prolong_the_twenty_working_days() -> None:
    story = received(DAY, story=Story(terms=terms(promised=working_days(60), statutory=working_days(60))))
    with pytest.raises(r.ToleranceTooLong, match="最长20个工作日"):
        story.then(tolerating(until=date(2021, 3, 30)), DAY)
    story.then(tolerating(until=date(2021, 3, 29)), DAY)
    assert story.state.tolerated_until == date(2021, 3, 29)


def test_a_promise_of_two_days_leaves_no_time_for_anything_to_follow() -> None:
    story = received(DAY, story=Story(terms=terms(promised=working_days(2))))
    with pytest.raises(r.NoTimeForTolerance, match="2021-03-03"):
        story.then(tolerating(until=date(2021, 3, 2)), DAY)


def test_a_main_review_element_can_never_be_missing() -> None:
    with pytest.raises(r.KeyMaterialMissing, match="申请书"):
        tolerated("照片", "申请书")


def test_what_the_item_does_not_ask_for_cannot_be_missing() -> None:
    with pytest.raises(r.MaterialUnknown, match="户口本"):
        tolerated("户口本")


def test_a_term_must_be_named() -> None:
    with pytest.raises(r.ReasonMissing, match="补齐期限"):
        tolerated(until=None)


def test_before_there_was_a_rule_nothing_could_be_tolerated_or_promised() -> None:
    with pytest.raises(r.NoSuchRule, match="容缺受理"):
        tolerated(on="2015-03-02", until=date(2015, 3, 5))
    with pytest.raises(r.NoSuchRule, match="告知承诺"):
        received("2020-10-26").then(a.Accept(committed=("无犯罪记录证明",)), "2020-10-26")


def test_a_promise_replaces_a_proof_only_where_the_item_allows_it() -> None:
    story = received("2020-10-27")
    with pytest.raises(r.NotPromisable, match=r"住所证明.+无犯罪记录证明"):
        story.then(a.Accept(committed=("住所证明",)), "2020-10-27")
    story.then(a.Accept(committed=("无犯罪记录证明",)), "2020-10-27")
    assert story.state.committed == ("无犯罪记录证明",)


def test_what_another_system_tolerated_is_recorded_as_it_was() -> None:
    story = received("2015-03-02", story=Story(terms=terms(), observed=True))
    story.then(tolerating("申请书", until=date(2015, 12, 31)), "2015-03-02")
    assert story.state.tolerated == ("申请书",)


def test_an_ordinary_acceptance_keeps_the_event_as_it_always_was() -> None:
    (event,) = [event for event, _ in accepted().history if isinstance(event, e.ApplicationAccepted)]
    assert (event.tolerated, event.tolerated_until, event.committed) == ((), None, ())


# --- bringing ---------------------------------------------------------------------------------------------------------


def test_what_comes_in_piece_by_piece_opens_the_way_to_the_decision() -> None:
    story = tolerated("照片", "住所证明")
    with pytest.raises(r.ToleratedOutstanding, match="照片、住所证明"):
        story.then(a.Grant(), "2021-03-03")
    story.then(a.TakeTolerated(materials=("照片",)), "2021-03-03")
    assert (story.state.tolerated, story.state.tolerated_until) == (("住所证明",), LAST)
    with pytest.raises(r.ToleratedOutstanding, match="住所证明"):
        story.then(a.Grant(), "2021-03-04")
    story.then(a.TakeTolerated(materials=("住所证明",)), "2021-03-11T16:59")
    assert story.state.tolerated_until is None
    story.then(a.Grant(), "2021-03-11T17:00")
    assert story.state.status is Status.GRANTED


def test_a_refusal_need_not_wait_for_what_is_missing() -> None:
    story = tolerated()
    story.then(a.Refuse(reason="不符", remedies="复议"), "2021-03-03")
    assert story.state.status is Status.REFUSED


def test_what_is_not_awaited_cannot_come_in() -> None:
    with pytest.raises(r.NotTolerated, match=r"住所证明.+照片"):
        tolerated("照片").then(a.TakeTolerated(materials=("住所证明",)), "2021-03-03")
    with pytest.raises(r.ReasonMissing):
        tolerated().then(a.TakeTolerated(materials=()), "2021-03-03")


def test_after_the_last_day_it_is_too_late_and_the_case_is_returned() -> None:
    story = tolerated()
    with pytest.raises(r.ToleranceStillRuns):
        story.then(a.LapseTolerated(), "2021-03-11T23:59")
    with pytest.raises(r.ToleranceOver):
        story.then(a.TakeTolerated(materials=("照片",)), "2021-03-12T00:00")
    lapsed, closed = story.then(a.LapseTolerated(note="未补"), "2021-03-12T00:00")
    assert lapsed == e.ToleratedLapsed(materials=("照片",), note="未补")
    assert closed == e.CaseClosed(result=Result.RETURNED, explanation="未补")
    assert (story.state.status, story.facts().tolerated_until) == (Status.CLOSED, None)


def test_a_special_procedure_does_not_stop_the_term() -> None:
    story = tolerated()
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2021-03-05")
    story.then(a.LapseTolerated(), "2021-03-12")
    assert story.state.result == Result.RETURNED


def test_a_case_in_which_nothing_is_missing_cannot_lapse() -> None:
    story = accepted(DAY)
    with pytest.raises(r.NothingTolerated):
        story.then(a.LapseTolerated(), "2021-04-01")
    assert not {a.TakeTolerated, a.LapseTolerated} & set(possible_acts(story.state))
    assert {a.TakeTolerated, a.LapseTolerated} < set(possible_acts(tolerated().state))


# --- materials --------------------------------------------------------------------------------------------------------


def test_materials_are_taken_in_before_acceptance_and_what_comes_again_replaces_what_came_before() -> None:
    story = received(DAY)
    story.then(a.TakeMaterials(entries=(MaterialEntry("照片", "bring"), MaterialEntry("申请书", "upload"))), DAY)
    story.then(a.TakeMaterials(entries=(MaterialEntry("照片", "upload", 1, "ab" * 32),)), DAY)
    assert story.state.materials == (MaterialEntry("照片", "upload", 1, "ab" * 32), MaterialEntry("申请书", "upload"))
    assert story.state.status is Status.RECEIVED


def test_after_acceptance_only_what_was_tolerated_may_still_be_handed_in() -> None:
    story = tolerated("照片")
    story.then(a.TakeMaterials(entries=(MaterialEntry("照片", "upload"),)), "2021-03-02")
    # Handed in is not yet found in order.
    assert story.state.tolerated == ("照片",)
    with pytest.raises(r.NotTolerated, match="住所证明"):
        story.then(a.TakeMaterials(entries=(MaterialEntry("住所证明", "upload"),)), "2021-03-02")


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ((), r.ReasonMissing),
        ((MaterialEntry("照片", "pigeon"),), r.UnknownWord),
        ((MaterialEntry("", "bring"),), r.UnknownWord),
    ],
)
def test_what_is_taken_in_has_a_name_and_a_way(entries: tuple[MaterialEntry, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        received(DAY).then(a.TakeMaterials(entries=entries), DAY)


# --- supplements ------------------------------------------------------------------------------------------------------


def test_a_notice_without_a_term_gets_the_one_of_the_rule_and_none_before_there_was_a_rule() -> None:
    story = received("2026-03-02")
    (notice,) = story.then(a.RequestSupplement(missing=("照片",)), "2026-03-02")
    assert notice == e.SupplementRequested(missing=("照片",), due_on=date(2026, 3, 23))
    assert story.facts().supplement_until == date(2026, 3, 23)
    (old,) = received("2015-03-02").then(a.RequestSupplement(missing=("照片",)), "2015-03-02")
    assert old == e.SupplementRequested(missing=("照片",))


def test_what_another_system_demanded_gets_no_term_of_ours() -> None:
    story = received("2026-03-02", story=Story(terms=terms(), observed=True))
    assert story.then(a.RequestSupplement(missing=("照片",)), "2026-03-02") == (
        e.SupplementRequested(missing=("照片",)),
    )


def test_a_notice_may_name_its_own_term_but_none_that_is_over_at_once() -> None:
    story = received("2026-03-02")
    with pytest.raises(r.SupplementDueTooEarly):
        story.then(a.RequestSupplement(missing=("照片",), due_on=date(2026, 3, 2)), "2026-03-02")
    story.then(a.RequestSupplement(missing=("照片",), due_on=date(2026, 3, 3)), "2026-03-02")
    with pytest.raises(r.SupplementStillPossible, match="2026-03-03"):
        story.then(a.LapseSupplement(), "2026-03-03T23:00")
    story.then(a.LapseSupplement(), "2026-03-04")
    assert story.state.result == Result.RETURNED


def test_supplements_that_came_in_late_but_before_the_return_still_count() -> None:
    story = received("2026-03-02")
    story.then(a.RequestSupplement(missing=("照片",), due_on=date(2026, 3, 3)), "2026-03-02")
    story.then(a.TakeSupplement(), "2026-03-09")
    assert story.state.status is Status.RECEIVED
    assert story.facts().supplement_until is None
