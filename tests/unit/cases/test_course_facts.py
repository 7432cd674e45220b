"""Course facts: what a history shows of how the case went, breach by breach; and what the lists say of it."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from tests.factories.stories import Story, accepted, china, granted, receipt, received, terms, working_days
from yichuang.accounts.values import AuthorityRow, Power
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.course_facts import CourseRow
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.listed import Deciders, Listed
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.kernel.actor import SYSTEM, Actor

CHIEF = Actor(id="chief-1", name="首席代表")


def ordinal(day: str, story: Story) -> int:
    """Return a day's number among the working days."""
    return story.calendar.ordinal(date.fromisoformat(day))


def observed(*acts: tuple[a.Act, str]) -> Story:
    """Return a case that another system reports, received on 13 February 2015."""
    story = received(story=Story(terms=terms(), observed=True))
    for act, at in acts:
        story.then(act, at)
    return story


# --- an ordinary case shows nothing -----------------------------------------------------------------------------------


def test_a_blameless_case_shows_no_breach() -> None:
    story = accepted("2015-02-13")
    story.then(a.StartStep(step="审核", limit=working_days(3)), "2015-02-13")
    story.then(a.FinishStep(step="审核", opinion="符合条件"), "2015-02-15")
    story.then(a.Grant(decider="局长", document_number="紫工商〔2015〕1号"), "2015-02-16")
    story.then(a.IssueCertificate(name="执照", certificate_number="610924-1"), "2015-02-16")
    story.then(a.Deliver(), "2015-02-17")
    story.then(a.Close(), "2015-02-17T11:00")
    course = story.course()
    quiet: dict[str, Any] = {
        name: getattr(course, name)
        for name in CourseRow.__struct_fields__
        if getattr(course, name) and not name.endswith(("_wd", "_minute"))
    }
    assert quiet == {
        "decision": "granted",
        "decider": "局长",
        "decision_numbered": True,
        "certificate_number": "610924-1",
        "closed_by": "局长",
    }
    assert (course.ready_wd, course.decided_wd) == (ordinal("2015-02-13", story), ordinal("2015-02-16", story))
    assert course.certificate_wd == ordinal("2015-02-16", story)
    assert course.statutory_due_wd == ordinal("2015-02-13", story) + 20
    assert (course.earliest_minute, course.latest_minute) == (10 * 60, 11 * 60)
    assert (course.notice_wd, course.forward_wd, course.step_due_wd, course.special_open_wd) == (None,) * 4


# --- order ------------------------------------------------------------------------------------------------------------


def test_a_decision_without_acceptance_and_an_acceptance_entered_after_it_stay_visible() -> None:
    story = observed((a.Grant(decider="局长"), "2015-02-16"))
    assert story.state.status is Status.GRANTED
    assert story.course().decided_unaccepted
    story.then(a.Accept(), "2015-02-17")
    facts = story.facts()
    assert (facts.status, facts.used_days, facts.early, facts.late_promised) == ("granted", 0, False, False)
    assert story.course().decided_unaccepted
    story.then(a.Close(), "2015-02-25")
    assert story.course().decided_unaccepted


@pytest.mark.parametrize(
    "ends", [[(a.Close(result="granted"), "2015-02-16")], [(a.Grant(), "2015-02-16"), (a.Deliver(), "2015-02-16")]]
)
def test_an_acceptance_may_be_entered_when_all_is_over(ends: list[tuple[a.Act, str]]) -> None:
    begun = accepted("2015-02-13", observed=True) if isinstance(ends[0][0], a.Close) else observed()
    for act, at in ends:
        begun.then(act, at)
    status = begun.state.status
    begun.then(a.Accept(), "2015-02-25")
    assert begun.state.status is status


def test_accepted_in_the_minute_of_the_decision_is_accepted_before_it() -> None:
    story = observed((a.Accept(), "2015-02-16"), (a.Grant(), "2015-02-16"))
    assert not story.course().decided_unaccepted


def test_a_decision_told_by_the_day_alone_is_not_before_an_acceptance_of_the_same_day() -> None:
    story = observed((a.Grant(), "2015-02-16T00:00"), (a.Accept(), "2015-02-16T10:00"))
    assert not story.course().decided_unaccepted
    story = observed((a.Grant(), "2015-02-16T00:01"), (a.Accept(), "2015-02-16T10:00"))
    assert story.course().decided_unaccepted


def test_a_certificate_made_before_the_decision_is_early_and_one_without_any_decision_too() -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.IssueCertificate(name="证", certificate_number="1"), "2015-02-16")
    assert story.state.status is Status.ACCEPTED
    assert story.course().certificate_early
    story.then(a.Grant(), "2015-02-17")
    assert story.course().certificate_early
    assert story.course().certificate_wd == ordinal("2015-02-16", story)
    story.then(a.IssueCertificate(name="证", certificate_number="2"), "2015-02-25")
    course = story.course()
    assert (course.certificate_early, course.certificate_number) == (True, "2")


def test_a_certificate_of_the_decisions_own_minute_is_not_early() -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.IssueCertificate(name="证", certificate_number="1"), "2015-02-16")
    story.then(a.Grant(), "2015-02-16")
    assert not story.course().certificate_early


def test_a_delivery_before_the_decision_is_early_whatever_is_delivered_afterwards() -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.Deliver(), "2015-02-16")
    assert (story.state.status, story.course().delivered_early) == (Status.ACCEPTED, True)
    story.then(a.Grant(), "2015-02-17")
    story.then(a.Deliver(), "2015-02-25")
    assert (story.state.status, story.course().delivered_early) == (Status.DELIVERED, True)


def test_a_delivery_after_a_closing_without_decision_is_not_early() -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.Close(result="other"), "2015-02-16")
    story.then(a.Deliver(), "2015-02-17")
    assert not story.course().delivered_early


IRREGULAR: list[tuple[a.Act, type[Exception]]] = [
    (a.TakeSupplement(), r.NotPossibleNow),
    (a.Grant(), r.NotAccepted),
    (a.Refuse(reason="不符", remedies="复议"), r.NotAccepted),
    (a.IssueCertificate(name="证", certificate_number="1"), r.NotAccepted),
    (a.Deliver(), r.NotAccepted),
]


@pytest.mark.parametrize(("act", "refusal"), IRREGULAR, ids=lambda one: type(one).__name__)
def test_what_the_law_has_no_room_for_is_recorded_from_others_and_refused_to_our_own(
    act: a.Act, refusal: type[Exception]
) -> None:
    own = received()
    with pytest.raises(refusal):
        own.then(act, "2015-02-15")
    assert received(story=Story(terms=terms(), observed=True)).then(act, "2015-02-15")


@pytest.mark.parametrize("act", [a.Accept(), a.IssueCertificate(name="证", certificate_number="1"), a.Deliver()])
def test_our_own_commands_keep_the_order_after_acceptance_and_decision_too(act: a.Act) -> None:
    story = granted("2015-02-16") if isinstance(act, a.Accept) else accepted()
    with pytest.raises(r.NotPossibleNow):
        story.then(act, "2015-02-17")


# --- supplements ------------------------------------------------------------------------------------------------------


def test_supplements_show_when_first_told_how_often_after_acceptance_and_what_nobody_asked_for() -> None:
    story = observed(
        (a.TakeSupplement(), "2015-02-15"),
        (a.RequestSupplement(missing=("章程",)), "2015-02-16"),
        (a.RequestSupplement(missing=("照片",)), "2015-02-17"),
        (a.TakeSupplement(), "2015-02-25"),
        (a.Accept(), "2015-02-25"),
        (a.RequestSupplement(missing=("章程",)), "2015-02-26"),
        (a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-27"),
        (a.RequestSupplement(missing=("章程",)), "2015-02-28"),
        (a.TakeSupplement(), "2015-03-02"),
    )
    course = story.course()
    assert course.notice_wd == ordinal("2015-02-16", story)
    assert (course.supplements_unasked, course.late_supplements, story.facts().supplement_count) == (1, 2, 4)
    assert story.state.status is Status.SUSPENDED


def test_the_period_for_accepting_begins_anew_when_the_supplement_is_in() -> None:
    story = observed((a.RequestSupplement(missing=("章程",)), "2015-02-16"), (a.TakeSupplement(), "2015-03-02"))
    assert story.course().ready_wd == ordinal("2015-03-02", story)


# --- special procedures, extensions, consultations, steps -------------------------------------------------------------


def test_a_special_procedure_is_measured_by_its_own_days() -> None:
    story = accepted("2015-03-02", observed=True)
    story.then(
        a.StartSpecialProcedure(procedure="hearing", reason="", expected_days=5, document_number="紫告〔2015〕1号"),
        "2015-03-03",
    )
    course = story.course()
    assert course.special_open_wd == ordinal("2015-03-03", story)
    assert course.special_due_wd == ordinal("2015-03-10", story)
    story.then(a.EndSpecialProcedure(), "2015-03-12")
    course = story.course()
    assert (course.special_open_wd, course.special_due_wd, course.special_over_days) == (None, None, 2)
    assert (course.specials_unlimited, course.specials_unnoticed) == (0, 0)
    story.then(a.StartSpecialProcedure(procedure="inspection", reason=""), "2015-03-13")
    course = story.course()
    assert (course.specials_unlimited, course.specials_unnoticed, course.special_due_wd) == (1, 1, None)
    assert course.special_over_days == 2


def test_an_extension_without_approver_is_counted() -> None:
    story = accepted(observed=True)
    story.then(a.Extend(days=5, reason="复杂", approved_by="局长"), "2015-02-15")
    story.then(a.Extend(days=40, reason="", approved_by=" "), "2015-02-16")
    course = story.course()
    assert (course.extension_count, course.extensions_unapproved) == (2, 1)


@pytest.mark.parametrize(
    ("day", "late"), [("2015-03-04T23:00", 0), ("2015-03-05", 1)]
)  # ten working days from the eve of Spring Festival
def test_an_extension_after_the_period_had_run_out_is_late(day: str, late: int) -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.Extend(days=5, reason="复杂", approved_by="局长"), day)
    assert story.course().extensions_late == late


def test_an_extension_is_judged_by_the_period_as_it_stood_before_with_its_pauses_and_earlier_extensions() -> None:
    story = accepted("2015-02-13", observed=True)
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25")
    story.then(a.EndSpecialProcedure(), "2015-02-27")  # due 6 March
    story.then(a.Extend(days=2, reason="复杂", approved_by="局长"), "2015-03-06")  # due 10 March
    story.then(a.Extend(days=2, reason="复杂", approved_by="局长"), "2015-03-10")  # due 12 March
    assert story.course().extensions_late == 0
    story.then(a.Extend(days=2, reason="复杂", approved_by="局长"), "2015-03-13")
    assert story.course().extensions_late == 1


def test_a_deadline_that_the_source_stated_judges_its_extensions_too() -> None:
    story = accepted("2015-02-13", observed=True, due_at="2015-02-16T12:00")
    assert story.course().due_stated
    story.then(a.Extend(days=2, reason="复杂", approved_by="局长"), "2015-02-16T12:01")
    assert story.course().extensions_late == 1
    assert not accepted().course().due_stated


def test_the_days_of_a_running_procedure_that_the_deadline_already_contains_are_told() -> None:
    story = accepted("2015-02-13")
    before = story.facts().promised_due_wd
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25")
    for on, days in (("2015-02-01", 0), ("2015-02-25", 0), ("2015-03-04", 6)):
        facts, course = story.facts(on=on), story.course(on=on)
        assert course.special_counted_days == days
        assert facts.promised_due_wd == (before or 0) + days
    story.then(a.EndSpecialProcedure(), "2015-03-05")
    assert story.course().special_counted_days == 0


def test_a_consultation_is_measured_against_the_seven_days_of_the_state_council() -> None:
    story = accepted("2015-03-02")
    story.then(a.Consult(organisation="610924-huanbao"), "2015-03-02")
    story.then(a.Consult(organisation="610924-linye"), "2015-03-03")
    assert story.course().consult_open_wd == ordinal("2015-03-02", story)
    story.then(a.AnswerConsultation(organisation="610924-huanbao", answer="同意"), "2015-03-12")
    course = story.course()
    assert (course.consult_over_days, course.consult_open_wd) == (1, ordinal("2015-03-03", story))
    story.then(a.Withdraw(), "2015-03-13")
    assert story.course().consult_open_wd is None


def test_an_open_step_tells_when_it_is_due_and_a_finished_one_whether_it_says_why() -> None:
    story = accepted("2015-02-13")
    story.then(a.StartStep(step="审核", limit=working_days(2)), "2015-02-13")
    course = story.course()
    assert (course.step_due_at, course.step_due_wd) == (china("2015-02-16T17:00"), ordinal("2015-02-16", story))
    story.then(a.FinishStep(step="审核", opinion=" "), "2015-02-15")
    course = story.course()
    assert (course.step_due_at, course.opinions_missing) == (None, 1)


# --- decision and authority -------------------------------------------------------------------------------------------


def test_a_refusal_says_whether_reasons_and_remedies_were_given() -> None:
    story = accepted(observed=True)
    assert (story.course().reasons_given, story.course().remedies_given) == (None, None)
    story.then(a.Refuse(reason="不符合规划", remedies="", decider="局长"), "2015-02-16")
    course = story.course()
    assert (course.decision, course.decider, course.decision_numbered) == ("refused", "局长", False)
    assert (course.reasons_given, course.remedies_given) == (True, False)


def line(**changes: Any) -> AuthorityRow:
    """Return a line of the authority list; by default the chief may decide everything of the registry in 2015."""
    row: dict[str, Any] = {
        "id": 1,
        "holder": CHIEF.id,
        "holder_name": CHIEF.name,
        "organisation": "610924-gongshang",
        "item": "",
        "power": Power.DECIDE,
        "valid_from": date(2015, 1, 1),
        "valid_until": date(2016, 1, 1),
        "document": "授〔2015〕1号",
    }
    return AuthorityRow(**{**row, **changes})


@pytest.mark.parametrize(
    ("lines", "listed"),
    [
        ([line()], True),
        ([line(item="01001")], True),
        ([line(item="01002")], False),
        ([line(power=Power.REVIEW)], False),
        ([line(holder="chief-2", holder_name="另一人")], False),
        ([line(valid_until=date(2015, 2, 16))], None),
        ([line(valid_from=date(2015, 2, 17))], None),
        ([line(valid_until=None), line(holder="chief-2", holder_name="另一人")], True),
        ([line(organisation="610924-gongan")], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_the_list_of_the_day_says_whether_the_decider_stood_on_it(
    lines: list[AuthorityRow], listed: bool | None, own: bool
) -> None:
    story = accepted("2015-02-13", observed=True)
    story.holders = {CHIEF.id: CHIEF.name}
    story.then(a.Grant(decider=CHIEF.name), "2015-02-16", by=CHIEF if own else None)
    course = story.course(own=own, deciders=Deciders(lines))
    assert (course.decider, course.decider_listed) == (CHIEF.name, listed)


def test_an_own_act_is_known_by_the_account_and_a_reported_one_by_the_name() -> None:
    impostor = Actor(id="other", name=CHIEF.name)
    story = accepted("2015-02-13")
    story.holders = {impostor.id: impostor.name}
    story.then(a.Grant(), "2015-02-16", by=impostor)
    assert story.course(own=True, deciders=Deciders([line()])).decider_listed is False
    assert story.course(own=True).decider == CHIEF.name
    nobody = granted("2015-02-16")
    nobody.told[-1] = replace(nobody.told[-1], actor_id=SYSTEM.id)
    assert nobody.course(own=True, deciders=Deciders([line()])).decider_listed is None


def test_who_closed_a_case_is_the_account_here_and_there_the_decider_or_the_last_officer() -> None:
    story = accepted(observed=True)
    story.then(a.StartStep(step="审核"), "2015-02-13")
    story.then(a.FinishStep(step="审核", officer="张三"), "2015-02-15")
    story.then(a.Close(result="other"), "2015-02-15T11:00", by=CHIEF)
    assert story.course(own=True).closed_by == CHIEF.name
    assert story.course().closed_by == "张三"


def test_a_name_longer_than_its_column_is_cut_and_never_refused() -> None:
    story = accepted(observed=True)
    story.then(a.Grant(decider="长" * 90 + "\0"), "2015-02-16")
    story.then(a.IssueCertificate(name="证", certificate_number="9" * 300), "2015-02-16")
    course = story.course()
    assert (len(course.decider), len(course.certificate_number)) == (64, 128)


# --- when it was said, and when it came -------------------------------------------------------------------------------


def test_what_was_entered_afterwards_shows_its_longest_delay_in_working_days() -> None:
    story = Story(terms=terms(), observed=True)
    story.then(receipt(), "2015-02-13", now="2015-02-16")
    story.then(a.Accept(), "2015-02-13", now="2015-03-02")
    story.then(a.Grant(), "2015-03-02", now="2015-03-02T16:00")
    assert story.course().entry_lag_days == ordinal("2015-03-02", story) - ordinal("2015-02-13", story)


@pytest.mark.parametrize(
    ("acts", "count"),
    [
        ([(a.Accept(), "2015-02-21")], 1),
        ([(a.Accept(), "2015-02-15"), (a.StartStep(step="审核"), "2015-02-21")], 0),  # 02-15 was a working Sunday
        ([(a.Accept(), "2015-02-13"), (a.Grant(), "2015-02-21"), (a.Close(), "2015-02-21")], 1),
        ([(a.Accept(), "2015-02-13"), (a.Grant(), "2015-02-21T10:00"), (a.Close(), "2015-02-21T10:01")], 2),
        ([(a.Withdraw(), "2015-02-21")], 0),
        ([(a.RequestSupplement(missing=("章程",)), "2015-02-16"), (a.TakeSupplement(), "2015-02-21")], 0),
    ],
)
def test_only_what_staff_do_on_a_day_off_counts(acts: list[tuple[a.Act, str]], count: int) -> None:
    assert observed(*acts).course().off_day_acts == count


def test_an_application_on_the_web_at_midnight_is_nobodys_night_work() -> None:
    story = Story(terms=terms(), observed=True)
    story.then(receipt(channel="web"), "2015-02-21T00:10")
    assert (story.course().off_day_acts, story.course().earliest_minute) == (0, None)
    story.then(a.Accept(automatic=True), "2015-03-05T00:10")
    assert story.course().earliest_minute is None


def test_what_the_clock_brings_about_here_is_nobodys_act() -> None:
    story = received("2015-02-13")
    story.then(a.RequestSupplement(missing=("章程",)), "2015-02-16", by=None)
    story.told[-1] = replace(story.told[-1], actor_id=SYSTEM.id, at=china("2015-02-21T03:00"))
    assert story.course(own=True).off_day_acts == 0
    assert story.course(own=False).off_day_acts == 1


def test_the_hours_of_acts_are_those_of_china() -> None:
    story = observed((a.Accept(), "2015-02-13T23:50"), (a.Grant(), "2015-02-25T05:05"))
    assert (story.course().earliest_minute, story.course().latest_minute) == (5 * 60 + 5, 23 * 60 + 50)


# --- materials, fees, site, promise -----------------------------------------------------------------------------------


def test_materials_are_counted_by_name_and_an_upload_without_its_file_is_missed() -> None:
    story = received(story=Story(terms=terms(), observed=True))
    story.then(
        a.TakeMaterials(entries=(MaterialEntry("申请书", "upload"), MaterialEntry("照片", "bring", 2))), "2015-02-13"
    )
    course = story.course(listed=Listed(4, True))
    assert (course.materials_taken, course.files_missing, course.materials_required) == (2, 1, 4)
    assert course.fee_fixed
    assert received().course(listed=Listed(4, True)).materials_required is None, "a system that reports no papers"
    assert received().course(own=True, listed=Listed(4, True)).materials_required == 4
    story.then(a.TakeMaterials(entries=(MaterialEntry("申请书", "upload", 1, "ab" * 32),)), "2015-02-13")
    assert (story.course().materials_taken, story.course().files_missing) == (2, 0)
    assert (story.course().materials_required, story.course().fee_fixed) == (None, False)


def test_fees_are_counted_as_asked_and_as_paid_and_another_system_may_ask_for_one_that_is_not_listed() -> None:
    with pytest.raises(r.FeeNotListed):
        accepted().then(a.ChargeFee(name="赞助费", amount="100"), "2015-02-15")
    story = accepted(observed=True)
    story.then(a.ChargeFee(name="赞助费", amount="100"), "2015-02-15")
    story.then(a.ChargeFee(name="证照工本费", amount="10"), "2015-02-15")
    story.then(a.PayFee(receipt_number="票1", name="赞助费"), "2015-02-15")
    assert (story.course().fees_charged, story.course().fees_paid) == (2, 1)


@pytest.mark.parametrize(
    ("fee", "stated", "charged"),
    [("", False, 0), ("0", True, 0), ("0.00", True, 0), ("10.00", True, 1), ("80元", True, 1)],
)
def test_a_fee_that_is_stated_at_the_closing_was_charged_and_paid_there(fee: str, stated: bool, charged: int) -> None:
    story = accepted(observed=True)
    story.then(a.Close(result="other", fee=fee), "2015-02-15")
    course = story.course()
    assert (course.fee_stated, course.fees_charged, course.fees_paid) == (stated, charged, charged)
    assert story.course(own=True).fee_stated


def test_a_fee_that_was_asked_for_by_itself_is_not_counted_again_at_the_closing() -> None:
    story = accepted(observed=True)
    story.then(a.ChargeFee(name="证照工本费", amount="10"), "2015-02-15")
    story.then(a.Close(result="other", fee="10.00"), "2015-02-15")
    assert (story.course().fees_charged, story.course().fees_paid) == (1, 0)


def test_one_officer_alone_on_the_spot_is_refused_to_our_own_and_seen_in_others() -> None:
    alone = a.ReviewOnSite(on=date(2015, 2, 15), participants=("甲", "甲 "), minutes="纪要", conclusion="通过")
    with pytest.raises(r.TooFewOfficers):
        accepted().then(alone, "2015-02-15")
    story = accepted(observed=True)
    story.then(alone, "2015-02-15")
    assert story.course().reviewed_alone == 1


@pytest.mark.parametrize(("promised", "over"), [(20, False), (21, True)])
def test_a_promise_longer_than_the_law_is_seen(promised: int, over: bool) -> None:
    story = accepted(promised=working_days(promised), observed=True)
    assert story.course().promise_over_statutory is over


def test_a_case_sent_on_tells_the_day() -> None:
    story = accepted()
    story.then(a.Forward(to_organisation="610900-gongshang", reason="权限"), "2015-02-16")
    assert story.course().forward_wd == ordinal("2015-02-16", story)
