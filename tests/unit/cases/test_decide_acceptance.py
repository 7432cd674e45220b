"""Article 32: the five outcomes of an application, each by its command, and the automatic acceptance."""

import pytest

from tests.factories.stories import NUMBER, Story, accepted, china, receipt, received, terms, working_days
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.statutes import NoLawYet
from yichuang.cases.values import ACT_LABELS

FRIDAY_BEFORE_SPRING_FESTIVAL = "2015-02-13"
LAST_DAY_FOR_THE_NOTICE = "2015-02-26"


# --- 1 no licence needed, 2 not competent -----------------------------------------------------------------------------


def test_an_application_that_needs_no_licence_is_refused_and_closed_at_once() -> None:
    story = received()

    refused, closed = story.then(
        a.RefuseAcceptance(ground="no-licence-needed", reason="自用，不需要许可"), "2015-02-13T11:00"
    )

    assert refused == e.AcceptanceRefused(ground="no-licence-needed", reason="自用，不需要许可")
    assert closed == e.CaseClosed(result=Result.NOT_ACCEPTED, explanation="自用，不需要许可")
    assert story.state.status is Status.CLOSED
    assert not story.state.refused


def test_an_organ_that_is_not_competent_must_name_the_one_that_is() -> None:
    story = received()
    act = a.RefuseAcceptance(ground="not-competent", reason="不属于本机关职权")

    with pytest.raises(r.ReasonMissing, match="有权办理的机关"):
        story.then(act, "2015-02-13T11:00")
    assert story.state.status is Status.RECEIVED

    story.then(a.RefuseAcceptance(ground="not-competent", reason="不属于", competent_organ="省厅"), "2015-02-13T11:00")
    assert story.state.result == Result.NOT_ACCEPTED


def test_acceptance_is_refused_on_no_other_ground_and_never_without_a_reason() -> None:
    with pytest.raises(r.UnknownGround, match="too-busy"):
        received().then(a.RefuseAcceptance(ground="too-busy", reason="忙"), "2015-02-13T11:00")
    with pytest.raises(r.ReasonMissing, match="理由"):
        received().then(a.RefuseAcceptance(ground="no-licence-needed", reason=""), "2015-02-13T11:00")


# --- 3 corrected on the spot ------------------------------------------------------------------------------------------


def test_an_error_is_corrected_on_the_spot_and_costs_no_time() -> None:
    story = received()
    ready_at = story.state.ready_at

    story.then(a.CorrectMaterials(note="改正身份证号"), "2015-02-13T10:10")
    story.then(a.Accept(), "2015-02-13T10:20")

    assert story.state.status is Status.ACCEPTED
    assert story.state.ready_at == ready_at
    assert story.state.supplement_requests == 0


def test_a_web_application_is_looked_at_before_it_is_accepted() -> None:
    story = received()
    story.then(a.PreExamine(passed=False, opinion="照片不清"), "2015-02-13T10:10")
    story.then(a.PreExamine(passed=True), "2015-02-13T11:00")
    assert story.state.status is Status.RECEIVED


# --- 4 one notice of everything missing -------------------------------------------------------------------------------


def test_one_notice_lists_everything_and_acceptance_follows_when_it_has_come_in() -> None:
    story = received()
    (notice,) = story.then(
        a.RequestSupplement(missing=("住所证明", "章程"), document_number="补〔2015〕1号"), "2015-02-25"
    )
    assert notice == e.SupplementRequested(missing=("住所证明", "章程"), document_number="补〔2015〕1号")
    assert story.state.status is Status.SUPPLEMENTING

    story.then(a.TakeSupplement(note="齐"), "2015-03-10")
    story.then(a.Accept(), "2015-03-10")
    assert story.state.accepted_at == china("2015-03-10")


@pytest.mark.parametrize("observed", [False, True])
def test_a_notice_that_lists_nothing_is_none(observed: bool) -> None:
    story = received(story=Story(terms=terms(), observed=observed))
    with pytest.raises(r.NothingMissing):
        story.then(a.RequestSupplement(missing=()), "2015-02-25")


def test_the_notice_may_be_given_on_the_last_of_five_working_days_at_any_hour() -> None:
    story = received(FRIDAY_BEFORE_SPRING_FESTIVAL)
    story.then(a.RequestSupplement(missing=("章程",)), f"{LAST_DAY_FOR_THE_NOTICE}T23:59")
    assert story.state.status is Status.SUPPLEMENTING


def test_a_notice_after_the_fifth_working_day_comes_too_late_because_the_law_has_accepted() -> None:
    with pytest.raises(r.NotificationTooLate, match=LAST_DAY_FOR_THE_NOTICE) as refused:
        received(FRIDAY_BEFORE_SPRING_FESTIVAL).then(a.RequestSupplement(missing=("章程",)), "2015-02-27T00:01")
    assert "依法已视为受理" in str(refused.value)
    assert "第三十二条" in refused.value.citation


def test_a_second_notice_is_refused_while_the_first_is_open_and_after_it_was_answered() -> None:
    story = received()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-15")
    with pytest.raises(r.AlreadyNotified):
        story.then(a.RequestSupplement(missing=("照片",)), "2015-02-16")
    story.then(a.TakeSupplement(), "2015-02-16")
    with pytest.raises(r.AlreadyNotified, match="2015-02-15 10:00"):
        story.then(a.RequestSupplement(missing=("照片",)), "2015-02-16")


def test_what_another_system_demanded_twice_or_late_is_recorded() -> None:
    story = received(story=Story(terms=terms(), observed=True))
    story.then(a.RequestSupplement(missing=("章程",)), "2015-04-01")
    story.then(a.RequestSupplement(missing=("照片",)), "2015-04-02")
    story.then(a.TakeSupplement(), "2015-04-03")
    story.then(a.RequestSupplement(missing=("签字",)), "2015-04-04")
    assert story.state.supplement_requests == 3


def test_an_application_whose_supplements_never_came_is_returned() -> None:
    story = received()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-15")
    lapsed, closed = story.then(a.LapseSupplement(), "2015-06-01")
    assert isinstance(lapsed, e.SupplementLapsed)
    assert closed == e.CaseClosed(result=Result.RETURNED, explanation="补正逾期")


# --- automatic acceptance ---------------------------------------------------------------------------------------------


def test_silence_over_the_spring_festival_accepts_from_the_day_of_receipt() -> None:
    story = received(f"{FRIDAY_BEFORE_SPRING_FESTIVAL}T16:00")
    with pytest.raises(r.AutomaticTooEarly, match=LAST_DAY_FOR_THE_NOTICE):
        story.then(a.Accept(automatic=True), f"{LAST_DAY_FOR_THE_NOTICE}T23:59")

    (event,) = story.then(a.Accept(automatic=True), "2015-02-27T00:00")

    assert isinstance(event, e.ApplicationAccepted)
    assert event.automatic
    assert story.state.accepted_at == china(f"{FRIDAY_BEFORE_SPRING_FESTIVAL}T16:00")
    facts = story.facts()
    assert facts.automatic
    assert (facts.accepted_on, facts.received_on) == (facts.received_on, facts.accepted_on)
    assert facts.accepted_on is not None
    assert facts.accepted_on.isoformat() == FRIDAY_BEFORE_SPRING_FESTIVAL
    assert facts.promised_due_at == china("2015-03-04T17:00")


def test_after_supplements_silence_counts_from_the_day_they_were_complete() -> None:
    story = received()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-15")
    story.then(a.TakeSupplement(), "2015-03-10")
    with pytest.raises(r.AutomaticTooEarly):
        story.then(a.Accept(automatic=True), "2015-03-17")
    story.then(a.Accept(automatic=True), "2015-03-18")
    assert story.state.accepted_at == china("2015-03-10")


# --- 5 accept ---------------------------------------------------------------------------------------------------------


def test_acceptance_starts_the_clocks_with_the_limits_of_the_item() -> None:
    story = accepted(promised=working_days(7), statutory=working_days(20))
    facts = story.facts()
    assert (facts.promised_amount, facts.statutory_amount) == (7, 20)
    assert facts.promised_due_at == china("2015-02-28T17:00")
    assert facts.statutory_due_at == china("2015-03-18T17:00")


def test_a_promise_longer_than_the_law_is_refused_but_recorded_when_observed() -> None:
    with pytest.raises(r.PromiseTooLong, match=r"21.+20"):
        accepted(promised=working_days(21))
    assert accepted(promised=working_days(21), observed=True).facts().promised_amount == 21


def test_a_joint_approval_has_45_working_days_by_law() -> None:
    story = accepted(joint=True)
    assert story.facts().statutory_amount == 45
    assert story.facts().statutory_due_at == china("2015-04-23T17:00")


def test_the_receipt_itself_can_make_a_case_joint() -> None:
    story = received(joint=True)
    story.then(a.Accept(), "2015-02-13")
    assert story.facts().statutory_amount == 45


def test_an_item_that_the_organisation_does_not_have_cannot_be_applied_for() -> None:
    with pytest.raises(r.UnknownItem, match="610924-gongshang"):
        Story(terms=None).then(receipt(), "2015-02-13")


# --- before acceptance, out of order, in the future -------------------------------------------------------------------

NEEDS_ACCEPTANCE: list[a.Act] = [
    a.Grant(),
    a.Refuse(reason="不符合", remedies="可申请行政复议"),
    a.StartStep(step="审核"),
    a.FinishStep(step="审核"),
    a.Consult(organisation="610924-huanbao"),
    a.StartSpecialProcedure(procedure="hearing", reason="申请人要求"),
    a.EndSpecialProcedure(),
    a.Extend(days=5, reason="疑难", approved_by="局长"),
    a.Forward(to_organisation="610900-gongshang", reason="权限在市"),
    a.IssueCertificate(name="证", certificate_number="1"),
    a.Deliver(),
]


# Another system's history may hold these before acceptance: breaches that supervision looks for.
SEEN_BEFORE_ACCEPTANCE = (a.Grant, a.Refuse, a.IssueCertificate, a.Deliver)


@pytest.mark.parametrize(
    ("act", "observed"),
    [
        (act, observed)
        for act in NEEDS_ACCEPTANCE
        for observed in (False, True)
        if not (observed and isinstance(act, SEEN_BEFORE_ACCEPTANCE))
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, a.Act) else str(value),
)
def test_what_needs_acceptance_is_refused_before_it_with_its_own_sentence(act: a.Act, observed: bool) -> None:
    story = received(story=Story(terms=terms(), observed=observed))
    with pytest.raises(r.NotAccepted) as refused:
        story.then(act, "2015-02-14")
    assert str(refused.value).startswith(f"办件{NUMBER}尚未受理，不能{ACT_LABELS[type(act)]}：决定不得早于受理")


def test_a_decision_while_supplements_are_awaited_is_one_before_acceptance() -> None:
    story = received()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-15")
    with pytest.raises(r.NotAccepted):
        story.then(a.Grant(), "2015-02-16")


@pytest.mark.parametrize("observed", [False, True])
def test_what_claims_to_have_happened_before_the_last_event_is_out_of_order(observed: bool) -> None:
    story = accepted("2015-02-13T11:00", observed=observed)
    with pytest.raises(r.OutOfOrder, match=r"2015-02-13 10:59早于.+2015-02-13 11:00"):
        story.then(a.Grant(), "2015-02-13T10:59")
    story.then(a.Grant(), "2015-02-13T11:00")


@pytest.mark.parametrize("observed", [False, True])
def test_what_claims_a_time_that_has_not_come_is_refused(observed: bool) -> None:
    story = accepted(observed=observed)
    with pytest.raises(r.InTheFuture):
        story.then(a.Grant(), "2015-02-28", now="2015-02-27")
    story.then(a.Grant(), "2015-02-27", now="2015-02-27")


def test_a_receipt_before_the_licensing_law_has_no_law_to_rest_on() -> None:
    with pytest.raises(NoLawYet):
        received("2003-01-06")


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(r.NotPossibleNow) as refused:
        accepted().then(a.Accept(), "2015-02-14")
    assert str(refused.value).startswith(f"办件{NUMBER}现在是“办理中”，不能受理。此时可以：开始环节、")
    with pytest.raises(r.NotPossibleNow, match="此时可以：收件"):
        Story(terms=terms()).then(a.Accept(), "2015-02-14")
