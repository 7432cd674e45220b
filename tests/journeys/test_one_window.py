"""One window, from the search box to the rating: the journeys of the people who meet there, in real Chromium."""

import re
from pathlib import Path

import pytest

from tests.journeys.one_window import (
    AT_WINDOW,
    HOUSE,
    LAND,
    LAND_FORM,
    LEAP_DAY,
    PERSON,
    People,
    answer_all,
    apply_for,
    begin,
    bring_the_rest,
    decide,
    do,
    eventually,
    fill_in,
    go_on,
    hand_in,
    look,
    mails_about,
    open_task,
    papers_of,
    photo,
    press,
    prove,
    reach,
    read_paper,
    receive,
    say_who,
    tab_to,
    text_of,
    texts_about,
    type_into,
    upload,
)
from yichuang.accounts.demonstration_identity.persons import FIRM, find
from yichuang.kernel.identifiers import resident_number

pytestmark = [pytest.mark.journey, pytest.mark.slow(90)]


def test_a_citizen_applies_on_a_phone_supplements_is_granted_collects_and_rates(people: People, tmp_path: Path) -> None:
    chen = people.page("chen", phone=True)
    begin(chen)
    answer_all(chen)
    look(chen, "citizen-who")
    say_who(chen)
    fill_in(chen, HOUSE)
    upload(chen, photo(tmp_path), at=2)
    look(chen, "citizen-materials")
    bring_the_rest(chen)
    go_on(chen)
    chen.wait_for_url("**/check/")
    look(chen, "citizen-check")
    number = hand_in(chen)
    look(chen, "citizen-receipt")
    assert number in text_of(chen)

    receipt = papers_of(chen)["下载回执（PDF）"]
    assert number in read_paper(chen, receipt)

    clerk = people.page("clerk")
    clerk.goto(f"/workbench/cases/{number}/")
    look(clerk, "clerk-case")
    open_task(clerk, number, "supplement")
    clerk.get_by_label("农村村民宅基地申请表").check()
    clerk.get_by_label("村民会议或者村民代表会议讨论意见").check()
    clerk.get_by_label("其他需要补正的内容").fill("四至图")
    look(clerk, "clerk-supplement")
    press(clerk, "告知补正")
    clerk.get_by_text("告知补正：已办理").wait_for()
    notice = read_paper(clerk, papers_of(clerk)["申请材料补正告知书"])
    asked = ("农村村民宅基地申请表", "村民会议或者村民代表会议讨论意见", "四至图")
    assert all(one in notice.replace("\n", "") for one in asked)

    chen.goto("/my/")
    look(chen, "citizen-mine")
    chen.get_by_role("link", name="农村宅基地审批和登记").first.click()
    assert "等您补充材料" in text_of(chen)
    look(chen, "citizen-asked")
    chen.get_by_role("link", name="网上补充材料").click()
    for at, name in enumerate(asked):
        upload(chen, photo(tmp_path, f"{name}.jpg", size=(80 + at, 80)), at=at)
    look(chen, "citizen-supplement")
    press(chen, "提交补充材料")
    chen.wait_for_url(f"**/track/{number}/")

    do(clerk, number, "accept")
    clerk.get_by_text("受理：已办理").wait_for()

    approver = people.page("approver", phone=True)
    people.let_confirmation_pass("approver")
    approver.goto("/workbench/todo/")
    look(approver, "approver-todo")
    open_task(approver, number, "agree")
    look(approver, "approver-agree")
    assert approver.get_by_label("本人密码").is_visible()
    approver.get_by_label("审查意见").fill("经审查，符合一户一宅的规定")
    approver.get_by_label("本人密码").fill("wrong")
    press(approver, "准予")
    approver.get_by_role("alert").filter(has_text="密码或验证码不正确").wait_for()
    assert approver.get_by_label("审查意见").input_value() == "经审查，符合一户一宅的规定"
    assert approver.get_by_label("本人密码").input_value() == ""
    decide(approver)
    approver.get_by_text("准予：已办理").wait_for()
    look(approver, "approver-agreed")

    representative = people.page("representative")
    do(representative, number, "issue", kind="certificate", name="集体土地使用证")
    do(clerk, number, "deliver", method="window")
    assert "/rating/" in clerk.url
    look(clerk, "clerk-rating")
    do(clerk, number, "close")
    clerk.goto(f"/workbench/cases/{number}/")
    look(clerk, "clerk-closed")
    papers = papers_of(clerk)
    kept = ("接收回执", "申请材料补正告知书", "受理回执", "批准决定书", "送达回执", "集体土地使用证")
    assert all(title in papers for title in kept), papers
    assert all(read_paper(clerk, address) for address in papers.values())

    chen.goto(f"/track/{number}/")
    look(chen, "citizen-done")
    assert all(read_paper(chen, address) for address in papers_of(chen).values())
    prove(chen, receipt)
    chen.goto(f"/track/{number}/")
    rateable = chen.locator("a[href*='/rate/']").count()
    chen.get_by_role("link", name=re.compile("^评价")).first.click()
    assert chen.locator("input[name=level]:checked").count() == 0
    chen.get_by_label("非常满意").check()
    look(chen, "citizen-rate")
    press(chen, "提交评价")
    chen.get_by_text("谢谢您的评价").wait_for()
    look(chen, "citizen-rated")
    # What was rated is not asked for again.
    assert chen.locator("a[href*='/rate/']").count() == rateable - 1
    for event in ("已收件", "需补正", "已受理", "已准予", "已送达"):
        assert eventually(lambda event=event: any(event in text for text in texts_about(people.folder, number))), event


def test_a_firm_applies_through_its_agent_and_both_follow_the_case(people: People) -> None:
    zhou = people.page("zhou")
    begin(zhou, "土地登记", LAND)
    answer_all(zhou)
    assert FIRM in text_of(zhou)
    zhou.get_by_label(FIRM).check()
    look(zhou, "agent-who")
    go_on(zhou)
    fill_in(zhou, {**LAND_FORM, "fields.contact": "周一诺", "fields.contact-phone": "13900000014"})
    bring_the_rest(zhou)
    zhou.get_by_label("电子邮件").check()
    go_on(zhou)
    zhou.wait_for_url("**/check/")
    shown = text_of(zhou)
    assert FIRM in shown and "周一诺" in shown
    number = hand_in(zhou)
    assert FIRM in read_paper(zhou, papers_of(zhou)["下载回执（PDF）"])

    clerk = people.page("clerk")
    do(clerk, number, "accept")
    shown = text_of(clerk)
    assert FIRM in shown and "周一诺" in shown
    zhou.goto(f"/track/{number}/")
    assert "正在办理" in text_of(zhou)
    look(zhou, "agent-case")
    mails = eventually(lambda: [one for one in mails_about(people.folder, number) if "受理" in one])
    assert mails and mails[0].startswith("zhou@example.invalid")


def test_an_on_the_spot_matter_is_finished_at_the_window_by_keyboard_alone(people: People) -> None:
    window = people.page("registrar")
    window.goto("/workbench/receive/")
    keys = window.keyboard
    window.wait_for_function("document.activeElement.id === 'q'")
    keys.type("hkdj")
    keys.press("Enter")
    window.wait_for_function("document.activeElement.name === 'item'")
    assert "户口登记" in window.evaluate("document.activeElement.innerText")
    keys.press("Enter")
    window.wait_for_url("**/receive/start/")
    window.wait_for_function("document.activeElement.name === 'item'")
    keys.press("Enter")
    window.get_by_role("heading", name="申请人", exact=True).wait_for()
    window.wait_for_function("document.activeElement.name === 'answers.follows'")
    keys.press("Space")
    type_into(window, "applicant.id_number", resident_number.generate(division="610924", born_on=LEAP_DAY, sequence=11))
    type_into(window, "applicant.name", "测试甲")
    window.get_by_text("号码校验通过").wait_for()
    type_into(window, "applicant.phone", "13900000021")
    type_into(window, "fields.person-name", "测试乙")
    type_into(window, "fields.event-on", "11012026")
    # A field of several lines keeps Enter for itself: Tab leaves it.
    reach(window, "fields.remark")
    keys.press("Tab")
    assert window.evaluate("document.activeElement.name") == "all_brought"
    keys.press("Space")
    look(window, "spot-intake")
    keys.press("Control+Enter")
    window.wait_for_url("**/received/")
    number = window.url.rstrip("/").split("/")[-2]
    look(window, "spot-received")
    tab_to(window, "当场办结")
    keys.press("Enter")
    window.wait_for_url("**/finish/")
    look(window, "spot-finish")
    window.wait_for_load_state()
    tab_to(window, "当场办结")
    keys.press("Enter")
    window.wait_for_url("**/rating/")
    look(window, "spot-rating")
    window.goto(f"/workbench/cases/{number}/")
    assert "出证办结" in text_of(window)
    papers = papers_of(window)
    assert any("批准决定书" in title for title in papers)
    assert all(read_paper(window, address) for address in papers.values())


def test_a_refusal_names_reasons_and_remedies_to_the_applicant(people: People) -> None:
    wang, clerk, approver = people.page("wang", phone=True), people.page("clerk"), people.page("approver", phone=True)
    number = apply_for(wang)
    do(clerk, number, "accept")
    open_task(approver, number, "refuse")
    assert "行政复议" in approver.get_by_label("救济途径").input_value()
    decide(approver)
    assert approver.get_by_role("alert").filter(has_text="不予许可的理由").is_visible()
    look(approver, "refuse-faults")
    approver.get_by_label("不予许可的理由").fill("拟建房位置在基本农田内，不符合土地利用总体规划")
    decide(approver)
    approver.get_by_text("不予许可：已办理").wait_for()
    wang.goto(f"/track/{number}/")
    look(wang, "refused")
    assert "不符合土地利用总体规划" in text_of(wang)
    decision = read_paper(wang, papers_of(wang)["不予批准决定书"]).replace("\n", "")
    assert all(words in decision for words in ("不符合土地利用总体规划", "行政复议", "行政诉讼"))


def test_a_refusal_of_acceptance_names_the_right_organ(people: People) -> None:
    wang, clerk = people.page("wang", phone=True), people.page("clerk")
    number = apply_for(wang)
    open_task(clerk, number, "not-competent")
    clerk.get_by_label("理由").fill("林地上建房先由林业部门审批")
    decide(clerk)
    assert clerk.get_by_role("alert").filter(has_text="有权办理的机关").is_visible()
    assert clerk.get_by_label("理由").input_value() == "林地上建房先由林业部门审批"
    clerk.get_by_label("有权办理的机关").fill("紫阳县林业局")
    decide(clerk)
    clerk.get_by_text("不属于本机关：已办理").wait_for()
    wang.goto(f"/track/{number}/")
    assert "紫阳县林业局" in text_of(wang)
    look(wang, "not-competent")
    notice = read_paper(wang, papers_of(wang)["不予受理通知书"]).replace("\n", "")
    assert "紫阳县林业局" in notice and "林地上建房" in notice


def test_a_family_member_applies_for_an_elderly_person(people: People) -> None:
    chen, wang = people.page("chen", phone=True), find("wang")
    assert wang is not None
    begin(chen)
    answer_all(chen)
    chen.get_by_label("代家中老人或其他家人").check()
    look(chen, "proxy-who")
    say_who(chen, "family", **{"applicant.name": wang.name, "applicant.id_number": wang.id_number})
    fill_in(chen, HOUSE)
    bring_the_rest(chen)
    go_on(chen)
    chen.wait_for_url("**/check/")
    assert wang.name in text_of(chen) and "陈小禾" in text_of(chen)
    number = hand_in(chen)
    clerk = people.page("clerk")
    clerk.goto(f"/workbench/cases/{number}/")
    assert wang.name in text_of(clerk) and "陈小禾" in text_of(clerk)
    chen.goto("/my/")
    assert number in text_of(chen)


def test_the_town_receives_the_county_decides_the_town_hands_out(people: People) -> None:
    town, approver = people.page("townclerk"), people.page("approver")
    number = receive(town, "土地登记", LAND, **AT_WINDOW, **PERSON)
    do(town, number, "accept")
    do(town, number, "move", to_centre="610924-centre", carrier="陈镇办")
    slip = read_paper(town, papers_of(town)["物料流转凭证"]).replace("\n", "")
    assert "蒿坪镇" in slip and "陈镇办" in slip
    look(town, "town-moved")
    approver.goto(f"/workbench/cases/{number}/")
    assert "物料流转凭证" in text_of(approver)
    do(approver, number, "agree")
    representative = people.page("representative")
    do(representative, number, "issue", kind="certificate")
    do(town, number, "deliver", method="window")
    do(town, number, "close")
    town.goto(f"/workbench/cases/{number}/")
    assert "出证办结" in text_of(town)
    assert read_paper(town, papers_of(town)["送达回执"])
    look(town, "town-closed")
