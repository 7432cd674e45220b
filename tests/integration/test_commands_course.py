"""The course of a case through the doors: everything new leaves one trace, live, filed and rebuilt alike."""

from datetime import date

import pytest
from django.core.management import call_command
from msgspec.structs import replace

from tests.factories import catalogue
from tests.factories.authorities import HandmadeAuthorities
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import Told, file, filing
from tests.factories.people import APPLICANT, CITIZEN, CLERK, CONNECTOR
from tests.factories.running import accept, case_id_of, perform_all, receive
from tests.factories.stories import china, receipt
from yichuang.accounts.values import Power
from yichuang.calendar.queries import get_calendar
from yichuang.cases import commands, ledger, projections, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.local_rules import Supplement, Switch, rules_in_force
from yichuang.cases.models import Event, Facts
from yichuang.cases.values import ChangedMeanwhile, MaterialEntry, Status
from yichuang.kernel.actor import Actor

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

DAY = "2026-03-02"
B_POST = Actor(id="b-post", name="乙岗", organisation="610924-gongshang")

BEGUN: Told = [(receipt(), DAY), (a.TakeMaterials(entries=(MaterialEntry("申请书", "bring"),)), DAY)]
ACCEPTED: Told = [*BEGUN, (a.Accept(), DAY)]
HISTORIES: dict[str, Told] = {
    "received": BEGUN,
    "supplementing": [(receipt(), DAY), (a.RequestSupplement(missing=("章程",)), DAY)],
    "tolerated": [
        *BEGUN,
        (a.Accept(tolerated=("照片",), tolerated_until=date(2026, 3, 10), committed=("无犯罪记录证明",)), DAY),
    ],
    "tolerated and brought": [
        *BEGUN,
        (a.Accept(tolerated=("照片",), tolerated_until=date(2026, 3, 10)), DAY),
        (a.TakeMaterials(entries=(MaterialEntry("照片", "upload", 1, "ab"),)), "2026-03-04"),
        (a.TakeTolerated(materials=("照片",)), "2026-03-05"),
    ],
    "tolerated and lapsed": [
        *BEGUN,
        (a.Accept(tolerated=("照片",), tolerated_until=date(2026, 3, 10)), DAY),
        (a.LapseTolerated(), "2026-03-11"),
    ],
    "handed over": [*ACCEPTED, (a.HandOver(to_id=CLERK.id, to_name=CLERK.name, reason="外出"), "2026-03-03")],
    "escorted": [
        *BEGUN,
        (a.AssignAgent(agent_id="agent-1", agent_name="代办员"), DAY),
        (a.OpenGreenChannel(reason="重点项目", approved_by="主任"), DAY),
        (a.Accept(), DAY),
        (a.ReviewOnSite(on=date(2026, 3, 3), participants=("甲", "乙"), minutes="要", conclusion="可"), "2026-03-04"),
    ],
    "elsewhere": [
        *ACCEPTED,
        (a.Consult(organisation="610924-huanbao", question="?"), "2026-03-03"),
        (a.StartStep(step="会签", organisation="610924-zhujian"), "2026-03-03"),
    ],
    "paid and delivered": [
        *ACCEPTED,
        (a.MoveMaterials(to_centre="610924-county", materials=("申请书",)), DAY),
        (a.ChargeFee(name="证照工本费", amount="10"), "2026-03-03"),
        (a.PayFee(receipt_number="票1"), "2026-03-03"),
        (a.Grant(opinion="同意"), "2026-03-04"),
        (a.IssueCertificate(name="执照", certificate_number="1"), "2026-03-04"),
        (a.Deliver(), "2026-03-05"),
        (a.Close(), "2026-03-05"),
        (a.Archive(folder="A-1"), "2026-03-06"),
    ],
}  # fmt: skip


# --- live == filed == rebuilt -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", HISTORIES.values(), ids=HISTORIES)
def test_one_command_at_a_time_and_a_filing_give_the_same_facts_and_events(told: Told) -> None:
    number = perform_all(told)
    (filed,) = file([filing("F-1", told)], observed=False, now=china("2026-04-01"))
    assert filed.refusal is None
    live, brought = (projections.read(case_id_of(one)) for one in (number, filed.number))
    assert live is not None
    assert brought is not None
    assert live.standing == replace(brought.standing, source=live.standing.source)
    # Who acted, what was charged and which papers came in is known here, and there as far as it was reported.
    differing = ("decider", "closed_by", "fee_stated", "materials_required")
    assert live.course == replace(brought.course, **{name: getattr(live.course, name) for name in differing})
    mine, theirs = (
        [(entry.name, entry.payload) for entry in ledger.read_case(case_id_of(one))[1:]]
        for one in (number, filed.number)
    )
    assert mine == theirs


def test_what_is_rebuilt_is_what_was_live_and_everything_verifies() -> None:
    for told in HISTORIES.values():
        perform_all(told)
    before = list(Facts.objects.order_by("case_id").values())
    for _ in projections.rebuild(calendar=get_calendar(), on=date(2026, 12, 31)):
        continue
    assert list(Facts.objects.order_by("case_id").values()) == before
    assert all(not faults for _, faults in queries.verify_cases())


@pytest.mark.parametrize("told", HISTORIES.values(), ids=HISTORIES)
def test_every_new_event_can_be_read_on_the_time_line(told: Told) -> None:
    case = queries.get_case(perform_all(told))
    assert len(case.events) >= len(told)
    assert all(line.title for line in case.events)
    assert all(text and "MaterialEntry" not in text for line in case.events for _, text, _ in line.details)


def test_a_history_filed_again_with_more_at_its_end_is_continued() -> None:
    told = HISTORIES["tolerated and brought"]
    file([filing("F-1", told[:3])], observed=False, now=china("2026-04-01"))
    (again,) = file([filing("F-1", told)], observed=False, now=china("2026-04-01"))
    assert (again.refusal, again.new_events) == (None, 2)


# --- the whole life ---------------------------------------------------------------------------------------------------


def test_a_case_received_in_a_town_is_decided_in_the_county_and_handed_out_in_the_town() -> None:
    number = perform_all([(receipt(town="610924101000"), DAY), (a.Accept(), DAY), (a.Grant(), "2026-03-04")])
    (row,) = queries.page_todo(towns=("610924101",), statuses=("granted", "refused"))
    assert (row.number, row.organisation, row.town) == (number, "610924-gongshang", "610924101")
    assert row.next_due_at == china("2026-03-18T17:00")
    commands.deliver_result(number=number, method="window", by=CLERK, at=china("2026-03-05"))
    assert not queries.page_todo(towns=("610924101",), statuses=("granted", "refused")).rows


def test_the_state_of_a_case_holds_what_a_page_needs() -> None:
    number = perform_all(HISTORIES["elsewhere"])
    state = queries.get_state(number)
    assert (state.version, state.status) == (5, Status.ACCEPTED)
    assert {"Grant", "FinishStep", "AnswerConsultation"} <= set(state.possible)
    assert "PayFee" not in state.possible
    assert state.materials == (MaterialEntry("申请书", "bring"),)
    assert state.open_step is not None
    assert (state.open_step.step, state.open_step.organisation) == ("会签", "610924-zhujian")
    (asked,) = state.consultations
    assert (asked.organisation, asked.due_on, asked.answered_at) == ("610924-huanbao", date(2026, 3, 12), None)
    assert state.bulk_hindrance == ""
    assert queries.get_state(number, on=date(2026, 3, 4)).bulk_hindrance == "征求意见尚未答复"

    commands.answer_consultation(
        number=number, organisation="610924-huanbao", answer="可", agreed=True, by=CLERK, at=china("2026-03-05")
    )
    commands.finish_step(number=number, step="会签", action="pass", opinion="同意", by=CLERK, at=china("2026-03-05"))
    state = queries.get_state(number)
    assert [(one.answer, one.agreed) for one in state.consultations] == [("可", True)]
    (step,) = state.steps
    assert (step.organisation, step.opinion, step.officer) == ("610924-zhujian", "同意", CLERK.name)
    assert state.open_step is None


def test_one_who_comes_late_is_told_what_was_done_meanwhile_and_by_whom(
    handmade_catalogue: HandmadeAuthorities,
) -> None:
    number = accept(DAY)
    seen = queries.get_state(number).version
    for power in Power:
        handmade_catalogue.grant(B_POST, power)
    commands.perform(
        number=number, act=a.Grant(opinion="同意"), by=B_POST, at=china("2026-03-03"), expected_version=seen
    )

    with pytest.raises(ChangedMeanwhile):
        commands.perform(
            number=number,
            act=a.Refuse(reason="不符", remedies="复议"),
            by=CLERK,
            at=china("2026-03-03"),
            expected_version=seen,
        )

    (change,) = queries.list_changes(number, after_version=seen)
    assert (change.title, change.actor, change.status) == ("准予", "乙岗", Status.GRANTED)
    assert queries.list_changes(number, after_version=seen + 1) == ()


def test_pages_of_one_case_cost_two_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    number = perform_all(HISTORIES["elsewhere"])
    with django_assert_num_queries(2):
        queries.get_state(number)
    with django_assert_num_queries(2):
        queries.list_changes(number, after_version=1)


# --- on the spot ------------------------------------------------------------------------------------------------------


def finish(number: str, *, by: Actor = CLERK, certificate: str = "牌-1", version: int | None = None) -> int:
    return commands.finish_on_the_spot(
        number=number,
        opinion="当场核发",
        result_name="号牌",
        certificate_number=certificate,
        by=by,
        at=china(f"{DAY}T10:20"),
        expected_version=version,
    )


def test_an_on_the_spot_matter_is_carried_to_its_end_at_once() -> None:
    number = receive(DAY, item=catalogue.ON_THE_SPOT)
    assert finish(number, version=1) == 6
    case = queries.get_case(number)
    assert (case.row.status, case.row.result) == (Status.CLOSED, "granted")
    assert [line.title for line in case.events] == ["收件", "受理", "准予", "制证", "送达", "办结"]
    assert dict(queries.verify_cases()) == {number: ()}


def test_one_that_is_accepted_already_is_finished_from_there_and_one_without_a_certificate_too() -> None:
    number = accept(DAY, item=catalogue.ON_THE_SPOT)
    finish(number, certificate="")
    assert [line.title for line in queries.get_case(number).events] == ["收件", "受理", "准予", "送达", "办结"]
    assert queries.get_case(number).row.result == "other"


@pytest.mark.parametrize("begin", [receive, accept])
def test_another_matter_is_not_finished_on_the_spot_and_nothing_of_it_stands(begin) -> None:  # type: ignore[no-untyped-def]
    number = begin(DAY)
    before = Event.objects.count()
    with pytest.raises(r.NotOnTheSpot, match="公司设立登记"):
        finish(number)
    assert Event.objects.count() == before
    assert Facts.objects.get().version == before


def test_who_may_receive_but_not_decide_cannot_finish_and_leaves_no_half(
    handmade_catalogue: HandmadeAuthorities,
) -> None:
    handmade_catalogue.grant(B_POST, Power.RECEIVE)
    number = receive(DAY, item=catalogue.ON_THE_SPOT)
    with pytest.raises(r.OutsideAuthority, match=r"乙岗没有事项“机动车号牌补领”的相应授权，不能准予.+窗口七号、局长"):
        finish(number, by=B_POST)
    assert queries.get_state(number).status is Status.RECEIVED
    with pytest.raises(ChangedMeanwhile):
        finish(number, version=7)


# --- in bulk ----------------------------------------------------------------------------------------------------------


def test_of_cases_agreed_to_together_each_is_decided_by_itself_and_the_rest_is_told_why() -> None:
    ready = [accept(DAY) for _ in range(3)]
    for number in ready:
        commands.finish_step(number=number, step="审核", action="pass", opinion="符合", by=CLERK, at=china(DAY))
    unread, joint = accept(DAY), accept(DAY, item=catalogue.JOINT)
    chosen = [*ready[:2], unread, joint, ready[2], ready[0]]

    outcome = commands.grant_many(numbers=chosen, opinion="同意", by=CLERK, at=china("2026-03-03"))

    assert [one.number for one in outcome] == chosen[:-1]
    assert [type(one.refusal).__name__ for one in outcome] == [
        "NoneType",
        "NoneType",
        "NotInBulk",
        "NotInBulk",
        "NoneType",
    ]
    assert {queries.get_state(number).status for number in ready} == {Status.GRANTED}
    assert queries.get_state(unread).status is Status.ACCEPTED
    assert '"in_bulk":true' in ledger.read_case(case_id_of(ready[0]))[-1].payload


def test_more_than_the_rule_allows_at_once_is_refused_before_any_is_decided() -> None:
    number = accept(DAY)
    with pytest.raises(r.TooManyAtOnce, match="最多50件"):
        commands.grant_many(
            numbers=[number, *(f"x{serial}" for serial in range(50))], opinion="", by=CLERK, at=china("2026-03-03")
        )
    assert queries.get_state(number).status is Status.ACCEPTED


# --- lapse ------------------------------------------------------------------------------------------------------------


def test_the_daily_task_returns_what_was_tolerated_and_not_brought_and_leaves_the_rest() -> None:
    late = perform_all(HISTORIES["tolerated"])
    waiting = perform_all(HISTORIES["supplementing"])
    (theirs,) = file([filing("F-1", HISTORIES["tolerated"])], now=china(DAY))
    perform_all(HISTORIES["tolerated and brought"])

    assert commands.return_by_lapse(now=china("2026-03-10T23:59")) == ()
    assert commands.return_by_lapse(now=china("2026-03-11T06:00")) == (late,)
    assert commands.return_by_lapse(now=china("2026-03-11T06:00")) == ()

    assert (queries.get_case(late).row.result, queries.get_case(late).events[-1].actor) == ("returned", "系统")
    assert queries.get_state(theirs.number).status is Status.ACCEPTED
    # A supplement that did not come is no automatic return: it is for somebody to decide.
    assert commands.return_by_lapse(now=china("2026-06-01")) == ()
    assert [row.number for row in queries.page_todo(overdue_on=date(2026, 6, 1), statuses=("supplementing",))] == [
        waiting
    ]


def test_where_the_rule_says_so_missing_supplements_return_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    number = perform_all(HISTORIES["supplementing"])
    rules = rules_in_force(date(2026, 6, 1))
    assert isinstance(rules.supplement, Supplement)
    automatic = Switch(value=True, mark="K", citation="本地办法")
    fields = {name: getattr(rules, name) for name in rules.__struct_fields__}
    supplement = {name: getattr(rules.supplement, name) for name in rules.supplement.__struct_fields__}
    changed = type(rules)(**{**fields, "supplement": Supplement(**{**supplement, "return_automatically": automatic})})
    monkeypatch.setattr("yichuang.cases.lapse.rules_in_force", lambda on: changed)
    assert commands.return_by_lapse(now=china("2026-03-23T23:00")) == ()
    assert commands.return_by_lapse(now=china("2026-03-24T01:00")) == (number,)


def test_the_daily_task_prints_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    number = receive("2015-02-13")
    call_command("tick")
    assert number in capsys.readouterr().out


# --- applicants and other systems -------------------------------------------------------------------------------------


def test_an_applicant_acts_for_himself_only_within_his_rights() -> None:
    number = commands.receive_application(
        receipt=receipt(channel="web"), applicant=APPLICANT, by=CITIZEN, at=china(DAY), now=china(DAY)
    )
    commands.perform(
        number=number, act=a.TakeMaterials(entries=(MaterialEntry("照片", "upload"),)), by=CITIZEN, at=china(DAY)
    )
    with pytest.raises(r.NotForApplicants):
        commands.accept_application(number=number, by=CITIZEN, at=china(DAY))
    commands.withdraw_application(number=number, reason="不办了", by=CITIZEN, at=china("2026-03-03"))
    assert queries.get_case(number).row.result == "returned"


def test_a_connector_needs_no_letter_of_authority(handmade_catalogue: HandmadeAuthorities) -> None:
    number = accept(DAY)
    commands.grant_application(number=number, opinion="", by=CONNECTOR, at=china("2026-03-03"))
    assert queries.get_state(number).status is Status.GRANTED
