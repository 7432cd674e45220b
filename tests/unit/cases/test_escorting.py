"""Escorting: hand-over, agent, green channel, the look on the spot, papers on the way, fees."""

from datetime import date

import pytest

from tests.factories.people import CLERK
from tests.factories.stories import Story, accepted, granted, received
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.bounds import TextUnfit
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.lifecycle import Status
from yichuang.kernel.actor import Actor

DAY = "2021-03-01"
B_POST = Actor(id="b-post", name="乙岗")
OVER = a.HandOver(to_id=B_POST.id, to_name=B_POST.name, reason="甲岗外出")


def suspended() -> Story:
    story = accepted(DAY)
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), DAY)
    return story


# --- hand-over --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tell", [received, accepted, suspended, lambda: granted("2021-03-03", accepted_at=DAY)])
def test_a_case_may_be_handed_over_wherever_it_stands_and_stays_there(tell) -> None:  # type: ignore[no-untyped-def]
    story = tell()
    before = story.state.status
    story.then(OVER, "2021-03-04")
    assert (story.state.handler, story.state.handler_name, story.state.status) == ("b-post", "乙岗", before)
    assert story.facts().handler == "b-post"


def test_a_hand_over_needs_a_reason_a_person_and_another_person() -> None:
    story = accepted(DAY)
    with pytest.raises(r.ReasonMissing, match="理由"):
        story.then(a.HandOver(to_id="b", to_name="乙", reason=""), DAY)
    with pytest.raises(r.ReasonMissing, match="接办人"):
        story.then(a.HandOver(to_id="", to_name="乙", reason="外出"), DAY)
    story.then(OVER, DAY)
    with pytest.raises(r.AlreadyThere, match="乙岗"):
        story.then(OVER, DAY)
    with pytest.raises(TextUnfit):
        story.then(a.HandOver(to_id="x" * 65, to_name="乙", reason="外出"), DAY)


def test_a_case_is_handed_only_to_one_whom_the_authority_list_names() -> None:
    story = accepted(DAY)
    story.holders = {CLERK.id: CLERK.name}
    with pytest.raises(r.OutsideAuthority, match=r"乙岗.+不能接办.+窗口七号"):
        story.then(OVER, DAY, by=CLERK)
    story.holders[B_POST.id] = B_POST.name
    story.then(OVER, DAY, by=CLERK)
    assert story.state.handler == B_POST.id


# --- agent, green channel ---------------------------------------------------------------------------------------------


def test_an_agent_is_named_and_can_be_changed_but_not_named_twice() -> None:
    story = received(DAY)
    story.then(a.AssignAgent(agent_id="a-1", agent_name="代办甲", note="自愿"), DAY)
    with pytest.raises(r.AlreadyThere):
        story.then(a.AssignAgent(agent_id="a-1", agent_name="代办甲"), DAY)
    story.then(a.AssignAgent(agent_id="a-2", agent_name="代办乙"), DAY)
    assert (story.facts().agent, story.facts().agent_name) == ("a-2", "代办乙")
    with pytest.raises(r.ReasonMissing):
        story.then(a.AssignAgent(agent_id="a-3", agent_name=""), DAY)


def test_the_green_channel_opens_once_with_a_reason_and_an_approver() -> None:
    story = received(DAY)
    assert not story.facts().green_channel
    for act in (
        a.OpenGreenChannel(reason="", approved_by="主任"),
        a.OpenGreenChannel(reason="重点项目", approved_by=""),
    ):
        with pytest.raises(r.ReasonMissing):
            story.then(act, DAY)
    assert a.OpenGreenChannel in possible_acts(story.state)
    story.then(a.OpenGreenChannel(reason="重点项目", approved_by="主任"), DAY)
    assert story.facts().green_channel
    assert a.OpenGreenChannel not in possible_acts(story.state)
    with pytest.raises(r.AlreadyGreen, match="重点项目"):
        story.then(a.OpenGreenChannel(reason="又一个", approved_by="主任"), DAY)


def test_a_receipt_through_the_green_channel_is_green_from_the_start() -> None:
    story = Story(terms=accepted(DAY).terms)
    story.then(a.Receive(item="01001", organisation="610924-gongshang", division="610924", green_channel="项目"), DAY)
    assert story.facts().green_channel
    assert story.state.green == "项目"


# --- the look on the spot ---------------------------------------------------------------------------------------------


def looked(**more: object) -> a.ReviewOnSite:
    given: dict[str, object] = {
        "on": date(2021, 3, 2), "participants": ("甲", "乙"), "minutes": "现场与图纸一致", "conclusion": "通过",
    }  # fmt: skip
    return a.ReviewOnSite(**{**given, **more})  # type: ignore[arg-type]


def test_two_officers_look_on_the_spot_and_write_minutes() -> None:
    story = accepted(DAY)
    story.then(looked(), "2021-03-03")
    assert [(one.on, one.participants) for one in story.state.reviews] == [(date(2021, 3, 2), ("甲", "乙"))]


@pytest.mark.parametrize("participants", [(), ("甲",), ("甲", " "), ("甲", "甲 ")])
def test_fewer_than_two_officers_are_no_inspection(participants: tuple[str, ...]) -> None:
    with pytest.raises(r.TooFewOfficers, match="不少于2名"):
        accepted(DAY).then(looked(participants=participants), "2021-03-03")


def test_minutes_a_conclusion_and_a_possible_day_are_needed() -> None:
    for act in (looked(minutes=""), looked(conclusion="")):
        with pytest.raises(r.ReasonMissing):
            accepted(DAY).then(act, "2021-03-03")
    for day in (date(2021, 2, 26), date(2021, 3, 4)):
        with pytest.raises(r.ReviewDateWrong):
            accepted(DAY).then(looked(on=day), "2021-03-03")


# --- papers on the way ------------------------------------------------------------------------------------------------


def test_papers_go_from_the_town_to_the_county_and_the_result_goes_back() -> None:
    story = received(DAY)
    assert story.state.papers_at == "610924-centre"
    there = a.MoveMaterials(to_centre="610924-county", materials=("申请书",), carrier="公务车")
    story.then(there, DAY)
    with pytest.raises(r.AlreadyThere):
        story.then(there, DAY)
    story.then(a.Accept(), DAY)
    story.then(a.Grant(), "2021-03-03")
    story.then(a.MoveMaterials(to_centre="610924-centre", materials=("许可证",)), "2021-03-04")
    assert (story.state.papers_at, story.state.status) == ("610924-centre", Status.GRANTED)


def test_a_movement_names_where_to_and_what() -> None:
    for act in (
        a.MoveMaterials(to_centre="", materials=("申请书",)),
        a.MoveMaterials(to_centre="610924-county", materials=()),
    ):
        with pytest.raises(r.ReasonMissing):
            received(DAY).then(act, DAY)


# --- fees -------------------------------------------------------------------------------------------------------------

FEE = "证照工本费"


def charged() -> Story:
    story = accepted(DAY)
    story.then(a.ChargeFee(name=FEE, amount="10"), DAY)
    return story


@pytest.mark.parametrize(("typed", "kept"), [("10", "10.00"), ("10.5", "10.50"), ("0.01", "0.01"), ("007", "7.00")])
def test_an_amount_is_kept_with_two_decimals(typed: str, kept: str) -> None:
    (event,) = accepted(DAY).then(a.ChargeFee(name=FEE, amount=typed), DAY)
    assert event == e.FeeCharged(name=FEE, amount=kept)


@pytest.mark.parametrize("amount", ["", "0", "0.00", "-5", "1.234", "十元", "1e3", "１０"])
def test_what_is_no_sum_of_money_is_refused(amount: str) -> None:
    with pytest.raises(r.AmountWrong):
        accepted(DAY).then(a.ChargeFee(name=FEE, amount=amount), DAY)


def test_only_a_fee_that_the_item_lists_may_be_asked_for_and_only_once() -> None:
    with pytest.raises(r.FeeNotListed, match=r"加急费.+证照工本费"):
        accepted(DAY).then(a.ChargeFee(name="加急费", amount="10"), DAY)
    with pytest.raises(r.FeeAlreadyCharged):
        charged().then(a.ChargeFee(name=FEE, amount="10"), DAY)


def test_a_payment_needs_a_receipt_and_something_to_pay() -> None:
    story = charged()
    assert a.PayFee in possible_acts(story.state)
    with pytest.raises(r.ReasonMissing, match="缴费票据编号"):
        story.then(a.PayFee(receipt_number=""), DAY)
    with pytest.raises(r.NothingToPay):
        story.then(a.PayFee(receipt_number="1", name="别的"), DAY)
    story.then(a.PayFee(receipt_number="票1"), DAY)
    assert story.state.fees[0].receipt_number == "票1"
    assert a.PayFee not in possible_acts(story.state)
    with pytest.raises(r.NothingToPay):
        story.then(a.PayFee(receipt_number="票2"), DAY)


def test_an_open_fee_holds_back_the_certificate_but_neither_decision_nor_delivery() -> None:
    story = charged()
    story.then(a.Grant(), "2021-03-03")
    with pytest.raises(r.FeeUnpaid, match=FEE):
        story.then(a.IssueCertificate(name="证", certificate_number="1"), "2021-03-03")
    unpaid = charged()
    unpaid.then(a.Grant(), "2021-03-03")
    unpaid.then(a.Deliver(), "2021-03-03")
    story.then(a.PayFee(receipt_number="票1"), "2021-03-03")
    story.then(a.IssueCertificate(name="证", certificate_number="1"), "2021-03-03")
    assert story.state.certificate_number == "1"
