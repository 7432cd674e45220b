"""Every page of the portal in a real browser: three widths, axe, both languages, keyboard, no script, a broken line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.factories import files
from tests.factories.applicants import signed_in
from tests.factories.applying import HOMESTEAD, answers_of, begin, code_of, fill_in, submit
from tests.integration import small_city
from tests.journeys.accessibility import faults_at_every_width, overflow
from yichuang.accounts.models import User
from yichuang.accounts.queries import get_actor
from yichuang.cases.commands import perform
from yichuang.cases.queries import list_attachments
from yichuang.cases.values import acts
from yichuang.halls.queries import list_days
from yichuang.papers.queries import list_papers

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(70), pytest.mark.django_db(transaction=True)]
STEPS = ("situation", "who", "form", "materials", "delivery", "check")


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    """Begin with a city that has cases."""
    with prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


def come_in(page: "Page", live_server: LiveServer, client: "Client") -> None:
    """Give the browser the session of a signed-in client."""
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def faults_of(page: "Page", photograph: Callable[[str], Path], name: str, language: str) -> Iterator[str]:
    """Yield what is wrong with a page at each width; keep a picture of each."""
    name = f"portal-{name}-{language}"
    yield from faults_at_every_width(page, photograph, name, words_only=language != "zh-hans")
    page.set_viewport_size({"width": 360, "height": 900})
    for small in page.evaluate(
        "[...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]):not([type=radio])"
        ":not([type=checkbox])')].filter(e => e.offsetParent && !e.disabled)"
        ".filter(e => !e.closest('p, .skip-link, .happening, dd'))"
        ".map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height]).filter(([, height]) => height < 43.5)"
    ):
        yield f"{name}: too small for a finger: {small}"


def do(number: str, act: Any) -> None:
    now = timezone.now()
    perform(number=number, act=act, by=get_actor(User.objects.get(username="clerk")), at=now, now=now)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], language: str
) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key)
    number = submit(client, key)
    day = list_days(centre="610924-centre", at=timezone.now())[1].on
    addresses = {
        "home": "/",
        "region": "/region/?county=610924",
        "items": "/items/?division=610924",
        "none": "/items/?q=没有这种事",
        "nearby": "/items/?q=宅基地",
        "events": "/items/events/",
        "departments": "/items/departments/",
        "guide": f"/items/{code_of(HOMESTEAD)}/?answers.handling=01",
        "print": f"/items/{code_of(HOMESTEAD)}/print/",
        "track": "/track/",
        "book": f"/book/?centre=610924-centre&on={day.isoformat()}",
        "verify": "/verify/",
        "proof": f"/verify/{list_papers(number)[0].code}/",
        "no-proof": "/verify/1-2-3/",
        "opinions": "/opinions/",
        "consult": "/opinions/consult/",
        "complain": "/opinions/complain/",
        "look-up": "/opinions/look-up/",
    }
    faults: list[str] = []
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        faults += faults_of(page, photograph, name, language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_applicants_own_pages_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], language: str
) -> None:
    client = signed_in("chen", language=language)
    come_in(page, live_server, client)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    draft = begin(client)
    for step in ("form", "who"):
        # Sent empty, so that faults and their summary are seen as well.
        client.post(f"/apply/draft/{draft}/{step}/", {"then": "next", "capacity": "self"})
    numbers = []
    for _turn in range(2):
        key = begin(client)
        fill_in(client, key)
        numbers.append(submit(client, key))
    do(numbers[0], acts.RequestSupplement(missing=("身份证和户口簿",)))
    do(numbers[1], acts.Accept())
    addresses = {
        "start": f"/apply/{code_of(HOMESTEAD)}/",
        **{step: f"/apply/draft/{draft}/{step}/?judge" for step in STEPS},
        "drafts": "/my/drafts/",
        "receipt": f"/apply/receipt/{numbers[0]}/",
        "mine": "/my/",
        "messages": "/my/messages/",
        "bookings": "/my/bookings/",
        "case-supplementing": f"/track/{numbers[0]}/",
        "supplement": f"/track/{numbers[0]}/supplement/",
        "case-accepted": f"/track/{numbers[1]}/",
        "rate": f"/track/{numbers[1]}/rate/acceptance/",
        "withdraw": f"/track/{numbers[1]}/withdraw/",
    }
    faults: list[str] = []
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        faults += faults_of(page, photograph, name, language)
    assert not faults, "\n".join(faults)


def test_elder_mode_and_twice_the_text_fit_a_phone(page: "Page", live_server: LiveServer) -> None:
    client = signed_in("chen")
    come_in(page, live_server, client)
    page.context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    key = begin(client)
    page.set_viewport_size({"width": 360, "height": 900})
    faults = []
    for address in ("/", f"/items/{code_of(HOMESTEAD)}/", f"/apply/draft/{key}/who/", "/my/", "/track/", "/opinions/"):
        page.goto(live_server.url + address)
        if overflow(page) > 0:
            faults.append(f"{address} in elder mode")
        page.add_style_tag(content="html { font-size: 200% !important }")
        if overflow(page) > 0:
            faults.append(f"{address} at twice the size")
    assert not faults, "\n".join(faults)


def test_suggestions_appear_while_typing_and_the_keyboard_reaches_them(page: "Page", live_server: LiveServer) -> None:
    page.goto(live_server.url)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("gsdj")
    found = page.locator("#find-found a")
    found.first.wait_for()
    name = found.first.inner_text().split("\n")[0]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*/")
    assert page.get_by_role("heading", level=1).inner_text() in name or name in page.content()


@pytest.mark.parametrize("address", ["/items/?division=610924", "/items/?q=宅基地&division=610924", "/items/?q=宅基地"])
def test_results_stand_on_the_first_screen_of_a_phone(page: "Page", live_server: LiveServer, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + address)
    box = page.locator(".item-list > li").first.bounding_box()
    assert box is not None and box["y"] + 100 < 844


def test_from_the_first_page_without_a_region_to_a_guide(page: "Page", live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url)
    page.get_by_role("searchbox").fill("宅基地")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("listitem").filter(has_text="农村宅基地审批和登记").get_by_role("link", name="紫阳县").click()
    page.get_by_role("link", name="农村宅基地审批和登记").first.click()
    page.get_by_role("link", name="在线申请").wait_for()


def test_what_was_typed_and_not_saved_comes_back_into_the_form(page: "Page", live_server: LiveServer) -> None:
    client = signed_in("chen")
    come_in(page, live_server, client)
    key = begin(client)
    page.goto(f"{live_server.url}/apply/draft/{key}/who/")
    page.get_by_label("联系地址").fill("测试村三组𠮷号")
    page.wait_for_timeout(500)
    page.goto(live_server.url + "/my/")
    page.goto(f"{live_server.url}/apply/draft/{key}/who/")
    assert page.get_by_label("联系地址").input_value() == "测试村三组𠮷号"
    assert page.get_by_text("已恢复您上次没有保存的内容").is_visible()
    page.get_by_label("本人").check()
    page.get_by_role("button", name="保存，下一步").click()
    page.goto(f"{live_server.url}/apply/draft/{key}/who/")
    assert not page.get_by_text("已恢复您上次没有保存的内容").is_visible()


def test_an_upload_goes_on_after_the_line_broke(page: "Page", live_server: LiveServer, tmp_path: Path) -> None:
    client = signed_in("chen")
    come_in(page, live_server, client)
    key = begin(client)
    client.post(
        f"/apply/draft/{key}/situation/", {f"answers.{name}": value for name, value in answers_of(HOMESTEAD).items()}
    )
    picture = tmp_path / "房子.png"
    picture.write_bytes(files.picture("PNG", size=(900, 900)))
    broken = []

    def break_once(route: Any) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.abort()

    page.route("**/piece/", break_once)
    page.goto(f"{live_server.url}/apply/draft/{key}/materials/")
    page.locator("[data-upload] input[type=file]").first.set_input_files(picture)
    page.get_by_role("link", name="房子.png").wait_for(timeout=20_000)
    assert broken
    assert [row.file_name for row in list_attachments(draft=key)] == ["房子.png"]


def test_the_citizens_way_needs_no_script(browser: "Browser", live_server: LiveServer, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})
    page = context.new_page()
    come_in(page, live_server, signed_in("chen"))
    picture = tmp_path / "证.jpg"
    picture.write_bytes(files.picture())
    page.goto(live_server.url)
    page.get_by_role("link", name="切换").click()
    page.get_by_role("link", name="紫阳县").click()
    page.get_by_role("button", name="紫阳县（全县）").click()
    page.get_by_role("searchbox").fill("宅基地")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="农村宅基地审批和登记").first.click()
    page.get_by_role("link", name="在线申请").click()
    page.get_by_role("button", name="开始填写").click()
    for _turn in range(3):
        for question in page.locator("fieldset.question").all():
            if not question.locator("input:checked").count():
                question.locator("input").first.check()
        if "/situation/" in page.url:
            page.get_by_role("button", name="保存，下一步").click()
    page.get_by_label("本人").check()
    page.get_by_role("button", name="保存，下一步").click()
    for label, value in (
        ("所在村组", "测试村三组"),
        ("家庭人口（人）", "4"),
        ("拟建房位置", "老屋旁"),
        ("申请宅基地面积（平方米）", "120"),
        ("拟建层数（层）", "2"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="保存，下一步").click()
    page.locator("input[type=file]").first.set_input_files(picture)
    page.locator("[data-upload] button[type=submit]").first.click()
    page.get_by_text("文件已上传").wait_for()
    for group in page.locator("#step-form fieldset").all():
        if not group.locator("input:checked").count():
            group.locator("input[value=bring]").check()
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="确认提交").click()
    page.get_by_role("heading", name="申请已提交").wait_for()
    context.close()
