"""From acceptance to the archive: special procedures, extension, forwarding, withdrawal, decision, void."""

from datetime import date

import pytest

from tests.factories.stories import Story, accepted, china, granted, received, terms
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.decide import NEEDS_TERMS
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.statutes import load_statutes

HEARING = a.StartSpecialProcedure(procedure="hearing", reason="申请人要求听证", expected_days=5)


# --- special procedures (art. 45) -------------------------------------------------------------------------------------


def test_a_special_procedure_stops_both_clocks_until_it_ends() -> None:
    story = accepted("2015-02-13")
    before = story.facts()

    story.then(HEARING, "2015-02-25")
    assert story.state.status is Status.SUSPENDED
    story.then(a.EndSpecialProcedure(result="听证笔录"), "2015-03-04")
    after = story.facts()

    assert before.promised_due_wd is not None
    assert after.promised_due_wd is not None
    assert after.paused_days == 6  # 02-26, 27, 28, 03-02, 03, 04
    assert after.promised_due_wd - before.promised_due_wd == 6
    assert (before.statutory_due_at, after.statutory_due_at) == (china("2015-03-18T17:00"), china("2015-03-26T17:00"))


@pytest.mark.parametrize("procedure", sorted(load_statutes().in_force(date(2015, 2, 13)).excluded_procedures))
def test_every_procedure_of_article_45_stops_the_clock(procedure: str) -> None:
    story = received(story=Story(terms=terms(special_procedures=frozenset({procedure}))))
    story.then(a.Accept(), "2015-02-13")
    story.then(a.StartSpecialProcedure(procedure=procedure, reason="依法"), "2015-02-25")
    assert story.state.status is Status.SUSPENDED


@pytest.mark.parametrize("observed", [False, True])
def test_a_procedure_that_the_law_does_not_name_stops_no_clock(observed: bool) -> None:
    story = accepted(observed=observed)
    with pytest.raises(r.UnknownProcedure, match="领导出差") as refused:
        story.then(a.StartSpecialProcedure(procedure="领导出差", reason="等"), "2015-02-25")
    assert "hearing" in str(refused.value)


def test_a_procedure_that_the_item_does_not_foresee_is_refused_but_recorded_when_observed() -> None:
    act = a.StartSpecialProcedure(procedure="auction", reason="拍卖")
    with pytest.raises(r.NotPlanned, match="公司设立登记"):
        accepted().then(act, "2015-02-25")
    story = accepted(observed=True)
    story.then(act, "2015-02-25")
    assert story.state.status is Status.SUSPENDED


def test_a_special_procedure_needs_a_reason() -> None:
    with pytest.raises(r.ReasonMissing, match="理由或依据"):
        accepted().then(a.StartSpecialProcedure(procedure="hearing", reason=""), "2015-02-25")


def test_no_decision_is_possible_while_the_clocks_stand_still() -> None:
    story = accepted()
    story.then(HEARING, "2015-02-25")
    with pytest.raises(r.NotPossibleNow, match=r"特别程序中.+结束特别程序"):
        story.then(a.Grant(), "2015-02-26")


def test_two_procedures_in_a_row_do_not_count_a_day_twice() -> None:
    story = accepted()
    story.then(HEARING, "2015-02-25T09:00")
    story.then(a.EndSpecialProcedure(), "2015-02-27T09:00")
    story.then(a.StartSpecialProcedure(procedure="inspection", reason="检验"), "2015-02-27T15:00")
    story.then(a.EndSpecialProcedure(), "2015-03-03T09:00")
    assert story.facts().paused_days == 2 + 3
    assert story.facts().special_count == 2


# --- extension (art. 42) ----------------------------------------------------------------------------------------------


def test_the_head_prolongs_both_periods_once_by_ten_days_at_most() -> None:
    story = accepted()
    before = story.facts()
    story.then(a.Extend(days=10, reason="情况复杂", approved_by="局长"), "2015-03-02")
    after = story.facts()
    assert after.extension_days == 10
    assert before.promised_due_wd is not None
    assert after.promised_due_wd == before.promised_due_wd + 10
    assert after.statutory_due_at == china("2015-04-01T17:00")
    with pytest.raises(r.AlreadyExtended, match="已延期10个工作日"):
        story.then(a.Extend(days=1, reason="还要", approved_by="局长"), "2015-03-03")


@pytest.mark.parametrize("days", [11, 0, -1])
def test_an_extension_outside_one_to_ten_days_is_refused(days: int) -> None:
    with pytest.raises(r.ExtensionTooLong):
        accepted().then(a.Extend(days=days, reason="复杂", approved_by="局长"), "2015-03-02")


def test_a_joint_approval_may_be_prolonged_by_fifteen_days() -> None:
    story = accepted(joint=True)
    with pytest.raises(r.ExtensionTooLong, match="15"):
        story.then(a.Extend(days=16, reason="复杂", approved_by="县长"), "2015-03-02")
    story.then(a.Extend(days=15, reason="复杂", approved_by="县长"), "2015-03-02")
    assert story.facts().statutory_due_at == china("2015-05-15T17:00")


@pytest.mark.parametrize(("reason", "approver", "what"), [("", "局长", "理由"), ("复杂", "", "批准人")])
def test_an_extension_names_its_reason_and_who_approved(reason: str, approver: str, what: str) -> None:
    with pytest.raises(r.ReasonMissing, match=what):
        accepted().then(a.Extend(days=5, reason=reason, approved_by=approver), "2015-03-02")


def test_an_unlawful_extension_of_another_system_is_recorded_as_it_was() -> None:
    story = accepted(observed=True)
    story.then(a.Extend(days=30, reason="", approved_by=""), "2015-03-02")
    story.then(a.Extend(days=30, reason="", approved_by=""), "2015-03-03")
    assert story.state.extension_days == 60


# --- forwarding, withdrawal, consultation, steps ----------------------------------------------------------------------


def test_a_forwarded_case_is_closed_here_with_its_reason() -> None:
    story = accepted()
    with pytest.raises(r.ReasonMissing):
        story.then(a.Forward(to_organisation="610900-gongshang", reason=""), "2015-02-25")
    forwarded, closed = story.then(a.Forward(to_organisation="610900-gongshang", reason="权限在市局"), "2015-02-25")
    assert forwarded == e.CaseForwarded(to_organisation="610900-gongshang", reason="权限在市局")
    assert isinstance(closed, e.CaseClosed)
    assert (story.state.status, story.state.result) == (Status.CLOSED, Result.FORWARDED)


def _supplementing() -> Story:
    story = received()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-13")
    return story


def _suspended() -> Story:
    story = accepted()
    story.then(HEARING, "2015-02-25")
    return story


@pytest.mark.parametrize("tell", [received, _supplementing, accepted, _suspended])
def test_the_applicant_may_withdraw_until_the_decision(tell) -> None:  # type: ignore[no-untyped-def]
    story = tell()
    story.then(a.Withdraw(reason="不办了"), "2015-03-02")
    assert (story.state.status, story.state.result) == (Status.CLOSED, Result.RETURNED)


def test_after_the_decision_nothing_can_be_withdrawn() -> None:
    with pytest.raises(r.NotPossibleNow):
        granted("2015-02-26").then(a.Withdraw(), "2015-02-27")


def test_a_consulted_department_is_remembered_until_it_answers() -> None:
    story = accepted()
    story.then(a.Consult(organisation="610924-huanbao", question="是否同意"), "2015-02-25")
    story.then(a.Consult(organisation="610924-xiaofang"), "2015-02-25")
    assert story.state.consultations == ("610924-huanbao", "610924-xiaofang")
    story.then(a.AnswerConsultation(organisation="610924-huanbao", answer="同意"), "2015-02-27")
    assert story.state.consultations == ("610924-xiaofang",)


def test_only_a_department_that_was_asked_can_answer() -> None:
    story = accepted()
    story.then(a.Consult(organisation="610924-huanbao"), "2015-02-25")
    with pytest.raises(r.NotConsulted, match="610924-linye"):
        story.then(a.AnswerConsultation(organisation="610924-linye", answer="同意"), "2015-02-27")


def test_steps_show_where_the_case_lies_and_how_often_it_changed_hands() -> None:
    story = accepted()
    story.then(a.StartStep(step="审核", officer="甲"), "2015-02-25")
    assert (story.facts().current_step, story.facts().current_organisation) == ("审核", "610924-gongshang")
    story.then(a.FinishStep(step="审核", opinion="同意"), "2015-02-26")
    story.then(a.StartStep(step="现场", organisation="610924-huanbao"), "2015-02-26")
    facts = story.facts()
    assert (facts.current_organisation, facts.hand_offs, facts.step_count) == ("610924-huanbao", 1, 1)
    story.then(a.Grant(), "2015-02-27")
    assert story.facts().current_step == ""


# --- decision, delivery, closing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "remedies", "what"), [("", "复议", "理由"), ("不符", "", "行政复议")])
def test_a_refusal_gives_its_reasons_and_the_remedies(reason: str, remedies: str, what: str) -> None:
    with pytest.raises(r.ReasonMissing, match=what):
        accepted().then(a.Refuse(reason=reason, remedies=remedies), "2015-02-26")
    story = accepted(observed=True)
    story.then(a.Refuse(reason=reason, remedies=remedies), "2015-02-26")
    assert story.state.refused


def test_a_refused_application_closes_as_not_granted() -> None:
    story = accepted()
    story.then(a.Refuse(reason="不符合条件", remedies="60日内可申请行政复议"), "2015-02-26")
    story.then(a.Deliver(), "2015-02-27")
    story.then(a.Close(), "2015-02-28")
    assert story.state.result == Result.NOT_GRANTED


@pytest.mark.parametrize(("certificate", "result"), [(True, Result.GRANTED), (False, Result.OTHER)])
def test_a_granted_application_closes_by_whether_a_certificate_was_made(certificate: bool, result: Result) -> None:
    story = granted("2015-02-26")
    if certificate:
        story.then(a.IssueCertificate(name="营业执照", certificate_number="6109"), "2015-02-26")
    story.then(a.Close(), "2015-02-27")
    assert story.state.result == result


def test_a_closing_result_must_be_one_of_the_list() -> None:
    with pytest.raises(r.UnknownResult, match="done"):
        granted("2015-02-26").then(a.Close(result="done"), "2015-02-27")


@pytest.mark.parametrize("result", ["not-granted", "void", "deleted", "not-accepted"])
def test_a_granted_case_cannot_be_closed_as_something_that_it_is_not(result: str) -> None:
    with pytest.raises(r.ResultContradicts):
        granted("2015-02-26").then(a.Close(result=result, explanation="笔误"), "2015-02-27")


def test_a_refused_case_cannot_be_closed_as_granted() -> None:
    story = accepted()
    story.then(a.Refuse(reason="不符", remedies="复议"), "2015-02-26")
    with pytest.raises(r.ResultContradicts):
        story.then(a.Close(result="granted"), "2015-02-27")


def test_an_accepted_case_cannot_be_closed_without_a_decision_but_another_system_may_have_done_it() -> None:
    with pytest.raises(r.NotPossibleNow):
        accepted().then(a.Close(), "2015-02-26")
    story = accepted(observed=True)
    story.then(a.Close(result="granted"), "2015-02-26")
    facts = story.facts()
    assert (facts.decided_at, facts.ended_on, facts.used_days) == (None, date(2015, 2, 26), 5)


def test_supplements_demanded_after_acceptance_are_recorded_and_change_no_clock() -> None:
    with pytest.raises(r.NotPossibleNow):
        accepted().then(a.RequestSupplement(missing=("章程",)), "2015-02-26")
    story = accepted(observed=True)
    before = story.facts()
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-26")
    story.then(a.TakeSupplement(), "2015-03-20")
    after = story.facts()
    assert story.state.status is Status.ACCEPTED
    assert after.supplement_count == 1
    assert (after.promised_due_at, after.accepted_at) == (before.promised_due_at, before.accepted_at)


def test_a_file_is_archived_after_it_was_closed() -> None:
    story = granted("2015-02-26")
    with pytest.raises(r.NotPossibleNow):
        story.then(a.Archive(folder="A-1"), "2015-02-27")
    story.then(a.Close(), "2015-02-27")
    story.then(a.Archive(folder="A-1"), "2015-03-27")
    assert story.state.status is Status.ARCHIVED
    assert story.facts().closed_on == date(2015, 2, 27)


def test_only_four_acts_ask_what_the_catalogue_says() -> None:
    assert {a.Receive, a.Accept, a.StartSpecialProcedure, a.ChargeFee} == NEEDS_TERMS
    story = accepted()
    story.terms = None
    for act in (a.StartStep(step="审核"), a.FinishStep(step="审核"), a.Grant(), a.Deliver(), a.Close(), a.Archive()):
        story.then(act, "2015-03-02")
    assert story.state.status is Status.ARCHIVED


# --- void -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tell", [received, _supplementing, accepted, _suspended, lambda: granted("2015-02-26")])
@pytest.mark.parametrize("result", ["void", "deleted"])
def test_a_mistaken_case_is_taken_out_of_every_figure_whatever_its_status(tell, result: str) -> None:  # type: ignore[no-untyped-def]
    story = tell()
    story.then(a.Void(reason="重复录入", result=result), "2015-03-02")
    assert (story.state.status, story.state.result) == (Status.VOIDED, result)
    assert not story.facts().counted


def test_voiding_needs_a_reason_and_a_result_that_voids() -> None:
    with pytest.raises(r.ReasonMissing):
        accepted().then(a.Void(reason=""), "2015-03-02")
    with pytest.raises(r.UnknownResult):
        accepted().then(a.Void(reason="错", result="granted"), "2015-03-02")


def test_a_closed_case_that_is_voided_keeps_its_day_of_closing() -> None:
    story = granted("2015-02-26")
    story.then(a.Close(), "2015-02-27")
    story.then(a.Void(reason="重复"), "2015-05-04")
    assert story.state.closed_at == china("2015-02-27")
