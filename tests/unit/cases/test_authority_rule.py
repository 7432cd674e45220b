"""Authority: which power an act takes, who is asked, and what the refusal says."""

import pytest

from tests.factories.people import CLERK, CONNECTOR
from tests.factories.stories import Story, accepted, granted, received
from yichuang.accounts.values import Power
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.authority import FOR_APPLICANTS, POWERS, asked_of
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.kernel.actor import SYSTEM, Actor, ActorKind

DAY = "2021-03-01"
CITIZEN = Actor(id="citizen", name="陈某", kind=ActorKind.APPLICANT)
HEAD = Actor(id="head", name="局长")


def test_every_decision_takes_the_power_to_decide_and_every_certificate_the_seal() -> None:
    assert {act for act, power in POWERS.items() if power is Power.DECIDE} == {
        a.Grant, a.Refuse, a.Extend, a.StartSpecialProcedure, a.Forward, a.Void,
    }  # fmt: skip
    assert {act for act, power in POWERS.items() if power is Power.SEAL} == {a.IssueCertificate}


def test_what_an_applicant_may_do_himself_takes_no_power() -> None:
    assert not FOR_APPLICANTS & set(POWERS)


def test_a_decision_by_one_whom_the_list_does_not_name_is_refused_and_the_refusal_says_who_may() -> None:
    story = accepted(DAY)
    story.holders = {HEAD.id: HEAD.name, "rep": "首席代表"}
    with pytest.raises(r.OutsideAuthority) as refused:
        story.then(a.Grant(), DAY, by=CLERK)
    told = str(refused.value)
    assert told.startswith("窗口七号没有事项“公司设立登记”的相应授权，不能准予。有权办理的人员：局长、首席代表")
    assert "授权书" in refused.value.citation
    story.then(a.Grant(), DAY, by=HEAD)


def test_where_nobody_is_named_the_refusal_says_so() -> None:
    with pytest.raises(r.OutsideAuthority, match="尚未登记授权书"):
        accepted(DAY).then(a.Grant(), DAY, by=CLERK)


@pytest.mark.parametrize("actor", [SYSTEM, CONNECTOR, Actor(id="n", name="节点", kind=ActorKind.NODE)])
def test_neither_time_nor_another_system_nor_a_node_is_asked(actor: Actor) -> None:
    accepted(DAY).then(a.Grant(), DAY, by=actor)


@pytest.mark.parametrize(
    "act",
    [
        a.TakeMaterials(entries=(MaterialEntry("照片", "bring"),)),
        a.Withdraw(),
        a.AssignAgent(agent_id="x", agent_name="代办"),
        a.OpenGreenChannel(reason="重点", approved_by="主任"),
        a.MoveMaterials(to_centre="610924-x", materials=("申请书",)),
    ],
    ids=lambda act: type(act).__name__,
)
def test_what_only_serves_the_applicant_any_window_may_do(act: a.Act) -> None:
    received(DAY).then(act, DAY, by=CLERK)


def test_handing_out_and_closing_take_no_power() -> None:
    story = granted("2021-03-03", accepted_at=DAY)
    story.then(a.Deliver(), "2021-03-04", by=CLERK)
    story.then(a.Close(), "2021-03-04", by=CLERK)
    story.then(a.Archive(), "2021-03-05", by=CLERK)


# --- applicants -------------------------------------------------------------------------------------------------------


def test_an_applicant_hands_in_supplements_and_withdraws_by_himself() -> None:
    story = received(DAY)
    story.then(a.TakeMaterials(entries=(MaterialEntry("照片", "upload"),)), DAY, by=CITIZEN)
    story.then(a.RequestSupplement(missing=("章程",)), DAY)
    story.then(a.TakeSupplement(), "2021-03-02", by=CITIZEN)
    story.then(a.Withdraw(), "2021-03-02", by=CITIZEN)


@pytest.mark.parametrize(
    ("tell", "act"),
    [
        (lambda: received(DAY), a.Accept()),
        (lambda: received(DAY), a.OpenGreenChannel(reason="我急", approved_by="我")),
        (lambda: accepted(DAY), a.Grant()),
        (lambda: accepted(DAY), a.Refuse(reason="x", remedies="y")),
        (lambda: accepted(DAY), a.Void(reason="x")),
        (lambda: accepted(DAY), a.HandOver(to_id="x", to_name="y", reason="z")),
        (lambda: granted("2021-03-02", accepted_at=DAY), a.Deliver()),
        (lambda: granted("2021-03-02", accepted_at=DAY), a.IssueCertificate(name="证", certificate_number="1")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_applicant_cannot_do_what_is_the_authoritys(tell, act: a.Act) -> None:  # type: ignore[no-untyped-def]
    story: Story = tell()
    before = story.state
    with pytest.raises(r.NotForApplicants, match="申请人不能"):
        story.then(act, "2021-03-03", by=CITIZEN)
    assert story.state == before


# --- extension, consultation, step ------------------------------------------------------------------------------------


def test_an_extension_is_approved_by_one_who_may_decide_named_by_id_or_name() -> None:
    story = accepted(DAY)
    story.holders = {CLERK.id: CLERK.name, HEAD.id: HEAD.name}
    with pytest.raises(r.OutsideAuthority, match=r"门卫.+不能批准延期.+局长"):
        story.then(a.Extend(days=5, reason="复杂", approved_by="门卫"), DAY, by=CLERK)
    for approver in (HEAD.name, HEAD.id):
        told = accepted(DAY)
        told.holders = story.holders
        told.then(a.Extend(days=5, reason="复杂", approved_by=approver), DAY, by=CLERK)
        assert told.state.extension_days == 5


def test_a_joint_approval_is_prolonged_by_the_head_of_the_government_whom_no_list_of_a_department_names() -> None:
    story = accepted(DAY, joint=True)
    story.holders = {CLERK.id: CLERK.name}
    story.then(a.Extend(days=15, reason="复杂", approved_by="县长"), DAY, by=CLERK)
    assert story.state.extension_days == 15


def test_a_consulted_department_answers_under_its_own_letter_and_a_step_elsewhere_under_that_departments() -> None:
    story = accepted(DAY)
    own = story.state.received.organisation  # type: ignore[union-attr]
    assert asked_of(a.Grant(), story.state) == own
    answer = a.AnswerConsultation(organisation="610924-huanbao", answer="可")
    assert asked_of(answer, story.state) == "610924-huanbao"
    story.then(a.StartStep(step="会签", organisation="610924-zhujian"), DAY)
    assert asked_of(a.FinishStep(step="会签"), story.state) == "610924-zhujian"
    assert asked_of(a.Grant(), story.state) == own
