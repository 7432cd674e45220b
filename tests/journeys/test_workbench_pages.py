"""The workbench in a real browser: by keyboard alone, at three widths, without script, in both languages."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.integration import small_city
from tests.integration.test_workbench import NAME, PERSON, PHONE, accepted, do, receive
from tests.journeys.accessibility import faults_at_every_width, overflow
from tests.journeys.test_furniture import enter
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.cases.queries import get_state
from yichuang.feedback.commands import ensure_demonstration as ensure_opinions
from yichuang.halls.commands import ensure_demonstration as ensure_announcements

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.journey, pytest.mark.slow(55), pytest.mark.django_db(transaction=True)]

LESS_THAN_A_MINUTE = 60


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    """Begin with places, catalogue and accounts."""
    with prepared.holding(*small_city.CITY):
        yield


def look(page: "Page", photograph: Callable[[str], Path], name: str) -> None:
    """Keep a picture at every width; nothing may stick out, no target may be small, axe may find nothing."""
    words_only = name.endswith("-en")
    assert faults_at_every_width(page, photograph, f"workbench-{name}", words_only=words_only) == []


def visit(page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], **addresses: str) -> None:
    for name, address in addresses.items():
        answer = page.goto(live_server.url + address)
        assert answer is not None and answer.status == 200, address
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        look(page, photograph, name.replace("_", "-"))


def type_until(page: "Page", field: str, text: str) -> None:
    """Go on with Enter until a field has the focus, and type; no mouse."""
    for _stop in range(30):
        if page.evaluate("document.activeElement.name") == field:
            page.keyboard.type(text)
            return
        page.keyboard.press("Enter")
    pytest.fail(f"Enter never reached {field}")


def test_a_clerk_takes_an_application_in_by_keyboard_alone_in_less_than_a_minute(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    enter(page, live_server, "clerk", "/workbench/receive/")
    page.wait_for_function("document.activeElement.id === 'q'")
    began = time.monotonic()
    page.keyboard.type("tddj")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receive/?q=tddj")
    page.wait_for_function("document.activeElement.name === 'item'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receive/start/")
    page.wait_for_function("document.activeElement.name === 'item'")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="申请人", exact=True).wait_for()
    page.wait_for_function("document.activeElement.name === 'applicant_type'")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    type_until(page, "applicant.id_number", PERSON)
    type_until(page, "applicant.name", NAME)
    page.get_by_text("号码校验通过").wait_for()
    type_until(page, "applicant.phone", PHONE)
    type_until(page, "fields.location", "蒿坪镇测试村一组")
    type_until(page, "fields.area", "120.5")
    type_until(page, "fields.use", "")
    page.keyboard.press("ArrowDown")
    # A field of several lines keeps Enter for itself: Tab leaves it.
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "all_brought"
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="已收件").wait_for()
    assert time.monotonic() - began < LESS_THAN_A_MINUTE
    number = page.url.split("/")[-3]
    assert page.get_by_text(number).first.is_visible()
    assert get_state(number).materials
    look(page, photograph, "received")


def test_pages_of_the_window_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    number, other = receive(all_brought=""), accepted()
    enter(page, live_server, "clerk", "/workbench/")
    visit(
        page,
        live_server,
        photograph,
        home="/workbench/",
        find="/workbench/receive/?q=td",
        case=f"/workbench/cases/{number}/",
        accept=f"/workbench/cases/{number}/accept/",
        supplement=f"/workbench/cases/{number}/supplement/",
        not_competent=f"/workbench/cases/{number}/not-competent/",
        materials=f"/workbench/cases/{number}/materials/",
        move=f"/workbench/cases/{other}/move/",
        rating=f"/workbench/cases/{other}/rating/",
        todo="/workbench/todo/",
    )
    page.goto(f"{live_server.url}/workbench/receive/?q=td")
    page.locator(".find-list button").first.click()
    page.locator(".find-list button").first.click()
    page.get_by_role("heading", name="申请人", exact=True).wait_for()
    look(page, photograph, "intake")
    page.get_by_role("button", name="确认收件", exact=True).click()
    page.get_by_text("请改正以下内容").wait_for()
    look(page, photograph, "intake-faults")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Applicant", exact=True).wait_for()
    look(page, photograph, "intake-en")


def test_pages_of_the_approver_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    number, other = accepted(), accepted("11001")
    do("approver", number, "consult", organisation="610924-zhujian", question="是否符合规划")
    enter(page, live_server, "approver2", "/workbench/todo/")
    visit(
        page,
        live_server,
        photograph,
        todo_approver="/workbench/todo/",
        case_consulted=f"/workbench/cases/{number}/",
        agree=f"/workbench/cases/{number}/agree/",
        barred=f"/workbench/cases/{other}/agree/",
        refuse=f"/workbench/cases/{number}/refuse/",
        extend=f"/workbench/cases/{number}/extend/",
        special=f"/workbench/cases/{other}/special/",
        hand_over=f"/workbench/cases/{number}/hand-over/",
        opinions="/workbench/opinions/",
        authority="/workbench/authority/",
    )
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Authority list").wait_for()
    visit(page, live_server, photograph, agree_en=f"/workbench/cases/{number}/agree/", todo_en="/workbench/todo/")


def test_pages_of_the_manager_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    ensure_announcements(at=timezone.now())
    ensure_opinions(at=timezone.now())
    number = accepted()
    enter(page, live_server, "manager", "/workbench/")
    visit(
        page,
        live_server,
        photograph,
        hall="/workbench/hall/",
        bookings="/workbench/hall/bookings/",
        announcements="/workbench/hall/announcements/",
        matters="/workbench/matters/",
        site_review=f"/workbench/cases/{number}/site-review/",
        green=f"/workbench/cases/{number}/green/",
        authority_grant="/workbench/authority/grant/?organisation=610924-guotu",
        staff="/workbench/staff/",
        staff_new="/workbench/staff/new/",
        items="/workbench/items/",
        centres="/workbench/centres/",
    )
    page.goto(f"{live_server.url}/workbench/staff/?q=clerk")
    page.locator(".todo-main a").first.click()
    page.get_by_role("heading", name="账号记录").wait_for()
    look(page, photograph, "person")
    page.goto(f"{live_server.url}/workbench/items/")
    page.locator(".todo-main a").first.click()
    page.get_by_role("link", name="起草新版").wait_for()
    look(page, photograph, "item")


def test_an_answer_brings_the_next_question_at_once_and_loses_nothing_done_meanwhile(
    page: "Page", live_server: LiveServer, tmp_path: Path
) -> None:
    scan = tmp_path / "照片.png"
    Image.new("RGB", (40, 40), "white").save(scan)
    # Of all items only the passport has a question that another's answer leads to.
    passports = Area("610924", "610924-churujing")
    who = User.objects.get(username="registrar")
    grant_role(user=who, role=Role.CHIEF_REPRESENTATIVE, area=passports, valid_from=date(2026, 1, 1))
    enter(page, live_server, "registrar", "/workbench/receive/?q=huzhao")
    page.locator(".find-list button").first.click()
    page.locator(".find-list button").first.click()
    page.get_by_role("heading", name="申请人", exact=True).wait_for()
    # What the answer changes is held back until the clerk has gone on.
    held: list[Route] = []

    def hold(route: "Route") -> None:
        held.append(route)

    page.route("**/workbench/receive/*/", hold, times=1)
    assert page.get_by_text("登记备案的国家工作人员").count() == 0
    page.get_by_label("满了", exact=True).check()
    page.get_by_label("证件号码", exact=True).fill(PERSON)
    page.get_by_label("要求的材料已经当场收齐").check()
    page.get_by_label("出入境证件数字相片的扫描件").set_input_files(scan)
    assert len(held) == 1 and page.get_by_text("登记备案的国家工作人员").count() == 0
    held[0].continue_()
    page.get_by_text("登记备案的国家工作人员").wait_for()
    page.get_by_label("不是", exact=True).check()
    page.get_by_label("工作单位同意出国的意见", exact=True).wait_for(state="detached")
    assert page.get_by_label("满了", exact=True).is_checked()
    assert page.get_by_label("要求的材料已经当场收齐").is_checked()
    assert page.get_by_label("证件号码", exact=True).input_value() == PERSON
    page.get_by_label("姓名", exact=True).fill(NAME)
    page.get_by_label("手机号码", exact=True).fill(PHONE)
    page.get_by_label("紧急联系人", exact=True).fill(NAME)
    page.get_by_label("紧急联系人电话").fill(PHONE)
    page.get_by_role("button", name="确认收件", exact=True).click()
    page.get_by_role("heading", name="已收件").wait_for()
    page.get_by_role("link", name="打开办件").click()
    assert page.get_by_text("照片.png").is_visible()
    size = page.locator(".file-line .text-muted-strong").first
    page.set_viewport_size({"width": 360, "height": 800})
    lines = size.evaluate(
        "one => one.getClientRects().length && one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)"
    )
    assert lines < 1.5, "the size of a file stands on two lines"
    assert overflow(page) <= 0


def test_a_firm_is_asked_for_its_own_fields_as_soon_as_it_is_chosen(page: "Page", live_server: LiveServer) -> None:
    enter(page, live_server, "clerk", "/workbench/receive/?q=tddj")
    page.locator(".find-list button").first.click()
    page.locator(".find-list button").first.click()
    page.get_by_label("单位", exact=True).check()
    page.get_by_label("统一社会信用代码").wait_for()
    assert page.get_by_label("联系人", exact=True).is_visible()


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_an_approver_agrees_on_a_phone_with_one_tap(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    number = accepted()
    enter(page, live_server, "approver", "/workbench/todo/")
    page.get_by_role("link", name="临时用地审批").click()
    page.get_by_role("link", name="准予").click()
    button = page.get_by_role("button", name="准予", exact=True)
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 844, "the decision is not under the thumb"
    assert box["height"] >= 44
    button.click()
    page.get_by_text("准予：已办理").wait_for()
    photograph("workbench-agreed-phone")
    assert get_state(number).status == "granted"


def test_two_at_one_case_lose_nothing(page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]) -> None:
    number = accepted()
    enter(page, live_server, "approver", f"/workbench/cases/{number}/refuse/")
    page.get_by_label("不予许可的理由").fill("我写了很久的理由")
    do("approver2", number, "step", step="审核", action="pass", opinion="王审批的意见")
    page.get_by_role("button", name="不予许可", exact=True).click()
    page.get_by_text("您写的内容都在下面").wait_for()
    assert page.get_by_label("不予许可的理由").input_value() == "我写了很久的理由"
    assert page.locator("#changes").get_by_text("王审批的意见").is_visible()
    look(page, photograph, "overtaken")
    page.get_by_role("button", name="不予许可", exact=True).click()
    page.get_by_text("不予许可：已办理").wait_for()
    assert get_state(number).refused


def test_without_script_a_case_goes_from_the_window_to_the_decision(
    browser: "Browser", live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})
    page = context.new_page()
    enter(page, live_server, "clerk", "/workbench/receive/")
    page.get_by_label("要办什么事").fill("土地登记")
    page.get_by_role("button", name="查找").click()
    page.locator(".find-list button").first.click()
    page.locator(".find-list button").first.click()
    page.get_by_label("划拨", exact=True).check()
    page.get_by_role("button", name="按回答更新材料").click()
    assert page.get_by_text("完税或者减免税凭证").count() == 0
    page.get_by_label("证件号码", exact=True).fill(PERSON)
    page.get_by_label("姓名", exact=True).fill(NAME)
    page.get_by_label("手机号码", exact=True).fill(PHONE)
    page.get_by_label("土地坐落").fill("蒿坪镇测试村一组")
    page.get_by_label("宗地面积").fill("120.5")
    page.get_by_label("土地用途").select_option("housing")
    page.get_by_label("要求的材料已经当场收齐").check()
    page.get_by_role("button", name="确认收件", exact=True).click()
    page.get_by_role("link", name="受理", exact=False).first.click()
    page.get_by_role("button", name="受理", exact=True).click()
    number = page.url.split("/")[-2]
    page.get_by_role("button", name="退出").click()
    enter(page, live_server, "approver", f"/workbench/cases/{number}/agree/?opinion=2")
    page.get_by_role("button", name="准予", exact=True).click()
    assert page.get_by_text("准予：已办理").is_visible()
    assert get_state(number).status == "granted"
    context.close()
