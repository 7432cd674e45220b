"""Consultations and complaints: on time, by the right hands, one's own to see, and nobody floods the counter."""

from datetime import date

import pytest

from tests.factories.feedback import (
    CHEN,
    CHIEF,
    COUNTY,
    DEPUTY,
    GUOTU,
    MANAGER,
    NOW,
    ask,
    complain,
    later,
    on,
    row,
    step,
)
from yichuang.feedback import commands, queries
from yichuang.feedback import values as v
from yichuang.feedback.models import Matter, Party, Throttle
from yichuang.feedback.values import Kind, State, Step
from yichuang.regions.values import DivisionNotKnown, OrganisationNotKnown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places")]


# --- consultations ----------------------------------------------------------------------------------------------------


def test_a_question_is_answered_and_public_when_the_asker_agreed() -> None:
    number = ask(may_publish=True, text="我的电话是 139-0000-0001，身份证61092419900101001X，2026-09-01来过。")
    assert (row(number).state, row(number).due_on) == (State.ASKED, date(2026, 9, 29))
    assert not queries.page_published_matters(kind=Kind.CONSULTATION).rows
    step(number, Step.ANSWER, "请带身份证。", days=1)
    (shown,) = queries.page_published_matters(kind=Kind.CONSULTATION, division="610900", organisation="610924-guotu")
    assert (shown.name, shown.answer, shown.working_days) == ("陈**", "请带身份证。", 1)
    assert shown.text == "我的电话是 *************，身份证******************，2026-09-01来过。"
    step(number, Step.AMEND, "请带身份证和户口簿。", days=2)
    file = queries.get_matter(number=number, on=on(2))
    assert (file.answer, file.steps[1].text) == ("请带身份证和户口簿。", "请带身份证。")
    step(number, Step.WITHHOLD, "涉及个人隐私", by=MANAGER, days=2)
    assert not queries.page_published_matters(kind=Kind.CONSULTATION).rows


def test_a_question_whose_asker_did_not_agree_is_never_public() -> None:
    number = ask()
    step(number, Step.ANSWER, "请带身份证。")
    assert not queries.page_published_matters(kind=Kind.CONSULTATION).rows


def test_a_question_goes_to_whom_it_concerns_without_winning_time() -> None:
    number = ask(organisation="")
    assert [one.number for one in queries.page_matters(scope=COUNTY, on=on())] == [number]
    assert not queries.page_matters(scope=GUOTU, on=on()).rows
    with pytest.raises(v.TextMissing):
        step(number, Step.TRANSFER, "应由国土局答复", by=MANAGER)
    with pytest.raises(OrganisationNotKnown):
        step(number, Step.TRANSFER, "应由国土局答复", by=MANAGER, organisation="610924-no")
    step(number, Step.TRANSFER, "应由国土局答复", by=MANAGER, organisation="610924-guotu")
    (one,) = queries.page_matters(scope=GUOTU, on=on())
    assert (one.number, one.due_on, one.version) == (number, date(2026, 9, 29), 2)
    step(number, Step.EXTEND, "需查档案")
    # 30 September, 8, 9 and 10 October (a worked Saturday), 12 October.
    assert row(number).due_on == date(2026, 10, 12)


def test_a_question_that_is_none_is_refused_with_the_reason() -> None:
    number = ask()
    with pytest.raises(v.TextMissing):
        step(number, Step.REFUSE, "")
    step(number, Step.REFUSE, "不是政务咨询")
    assert queries.get_own_matter(number=number, owner="chen", on=on()).answer == "不是政务咨询"


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"title": ""}, v.TextMissing),
        ({"title": "长" * 101}, v.TextUnfit),
        ({"text": "长" * 2001}, v.TextUnfit),
        ({"name": " "}, v.TextMissing),
        ({"phone": ""}, v.TextMissing),
        ({"phone": "不告诉你"}, v.PhoneUnfit),
        ({"phone": "12"}, v.PhoneUnfit),
        ({"division": "999999"}, DivisionNotKnown),
        ({"organisation": "999999-x"}, OrganisationNotKnown),
    ],
)
def test_a_question_that_cannot_be_answered_is_not_filed(more: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(**more)
    assert not Matter.objects.exists()
    assert not Throttle.objects.exists()


def test_rare_characters_emoji_and_right_to_left_text_are_kept() -> None:
    text = "𠮷家𫖯 😀 مرحبا\n第二行"
    assert queries.get_matter(number=ask(text=text.replace("\n", "\r\n")), on=on()).text == text


# --- complaints -------------------------------------------------------------------------------------------------------


def test_a_named_complaint_is_accepted_assigned_found_answered_fed_back_and_closed() -> None:
    number = complain()
    assert (row(number).state, row(number).due_on) == (State.FILED, date(2026, 9, 29))
    with pytest.raises(v.OwnMatter):
        step(number, Step.REFUSE, "没有此事", by=CHIEF)
    step(number, Step.ACCEPT, "", by=MANAGER, days=1)
    assert row(number).due_on == on(2)
    step(number, Step.ASSIGN, "请查明", by=MANAGER, days=2, organisation="610924-guotu")
    assert row(number).due_on == date(2026, 10, 21)
    step(number, Step.EXTEND, "当事人出差", days=3)
    assert row(number).due_on == date(2026, 11, 4)
    step(number, Step.FIND_PARTLY, "监控显示", days=4)
    step(number, Step.REPLY, "已批评教育", days=4)
    with pytest.raises(v.FeedbackMissing):
        step(number, Step.CLOSE, by=MANAGER, days=5)
    step(number, Step.FEED_BACK, "电话告知，投诉人表示满意", by=MANAGER, days=5)
    step(number, Step.CLOSE, "", by=MANAGER, days=5)
    (shown,) = queries.page_published_matters(kind=Kind.COMPLAINT, division="610924")
    assert (shown.category, shown.finding, shown.organisation) == ("服务态度", "partly-proven", "610924-guotu")
    assert (shown.text, shown.title, shown.name, shown.answer) == ("", "", "", "")


def test_an_anonymous_complaint_needs_no_phone_and_no_feedback() -> None:
    number = complain(name="", phone="", owner="")
    step(number, Step.ACCEPT, by=MANAGER)
    step(number, Step.ASSIGN, by=MANAGER, organisation="610924-guotu")
    for doing in (Step.FIND_PROVEN, Step.REPLY):
        step(number, doing)
    step(number, Step.CLOSE, "", by=DEPUTY)
    assert row(number).state is State.CLOSED
    with pytest.raises(v.TextMissing):
        complain(phone="")


@pytest.mark.parametrize("more", [{"case_number": "6" * 65}, {"item": "甲\0"}, {"target": "长" * 101}])
def test_what_does_not_fit_is_said_and_not_cut(more: dict[str, str]) -> None:
    with pytest.raises(v.TextUnfit):
        complain(**more)


def test_a_complaint_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(v.CategoryNotKnown):
        complain(category="x")
    assert [one.route for one in queries.list_categories() if one.key == "unlawful"] == ["监察机关"]


def test_a_complaint_for_another_body_comes_back_by_its_day() -> None:
    number = complain(category="unlawful")
    for wrong in (None, on()):
        with pytest.raises(v.ReturnDateUnfit):
            step(number, Step.REFER, "属监察机关职权", by=MANAGER, return_on=wrong)
    step(number, Step.REFER, "属监察机关职权", by=MANAGER, return_on=on(10))
    assert (row(number).state, row(number).due_on) == (State.REFERRED, on(10))
    step(number, Step.REPLY, "监察机关已立案", by=MANAGER, days=9)
    assert row(number).state is State.REPLIED


def test_a_complainant_takes_his_own_complaint_back_and_nobody_elses() -> None:
    number = complain()
    for other in ("wang", ""):
        with pytest.raises(v.NotYours):
            commands.withdraw(number=number, owner=other, by=CHEN, at=NOW)
    commands.withdraw(number=number, owner="chen", by=CHEN, at=NOW)
    assert row(number).state is State.WITHDRAWN


def test_who_complained_can_be_erased_afterwards_and_the_matter_stays() -> None:
    number = complain(target="七号窗口张某")
    with pytest.raises(v.NotPossibleNow):
        step(number, Step.ERASE, by=MANAGER)
    commands.withdraw(number=number, owner="chen", by=CHEN, at=NOW)
    step(number, Step.ERASE, "本人申请", by=MANAGER)
    file = queries.get_matter(number=number, on=on(), personal=True)
    assert (file.name, file.phone, file.target, file.text) == ("", "", "", "问三句不答一句。")
    assert not queries.list_own(owner="chen", on=on())
    assert not Party.objects.exists()


# --- one's own --------------------------------------------------------------------------------------------------------


def test_one_sees_ones_own_without_the_handlers_notes() -> None:
    number = complain()
    step(number, Step.ACCEPT, "注意保密", by=MANAGER)
    assert [one.number for one in queries.list_own(owner="chen", on=on())] == [number]
    file = queries.get_own_matter(number=number, owner="chen", on=on())
    assert [line.text for line in file.steps] == ["", ""]
    assert (file.name, file.phone, file.possible) == ("陈**", "139****0001", ())
    for owner in ("wang", ""):
        with pytest.raises(v.MatterNotKnown):
            queries.get_own_matter(number=number, owner=owner, on=on())


def test_without_an_account_one_looks_up_by_number_and_phone() -> None:
    number = ask(owner="")
    spoken = f"{number[:2]}-{number[2:8]}-{number[8:]}".lower()
    assert commands.look_up_matter(number=spoken, phone_tail="０００１", at=NOW).row.number == number
    refusals = []
    for wrong in ({"phone_tail": "0002"}, {"phone_tail": "1"}, {"number": "ZX1"}):
        with pytest.raises(v.LookUpRefused) as refusal:
            commands.look_up_matter(**{"number": number, "phone_tail": "0001", "at": NOW, **wrong})  # type: ignore[arg-type]
        refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1


# --- the throttle -----------------------------------------------------------------------------------------------------


def test_one_network_submits_ten_times_a_day_and_the_next_day_again() -> None:
    for place in range(10):
        ask(address=f"2001:db8::{place}")
    with pytest.raises(v.TooManyFromOneAddress):
        complain(address="2001:db8::ffff")
    assert Matter.objects.count() == 10
    ask(address="2001:db8:0:1::1")
    ask(address="198.51.100.7")
    ask(address="")
    ask(address="2001:db8::1", at=later(1))
    assert [one.on for one in Throttle.objects.all()] == [on(1)]
    assert "2001" not in "".join(Throttle.objects.values_list("network_digest", flat=True))


def test_guessing_at_numbers_ends_after_twenty_tries() -> None:
    for _try in range(20):
        with pytest.raises(v.LookUpRefused):
            commands.look_up_matter(number="ZX1", phone_tail="0001", address="198.51.100.7", at=NOW)
    with pytest.raises(v.TooManyFromOneAddress):
        commands.look_up_matter(number="ZX1", phone_tail="0001", address="198.51.100.7", at=NOW)
