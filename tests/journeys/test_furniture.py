"""The page furniture in a real browser: three widths, keyboard, large text, no script, axe."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests.architecture.source import PACKAGE
from tests.journeys.accessibility import faults_at_every_width, overflow
from yichuang.accounts.commands import ensure_demonstration_accounts
from yichuang.accounts.queries import DEMONSTRATION_PASSWORD, permission, public_page
from yichuang.kernel.refusal import Refusal
from yichuang.ui.values import Progress

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@public_page
def _first(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html", {"title": "政务服务总览", "progress": Progress("演示数据载入中", 37)})


@public_page
def _progress(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components/progress.html", {"progress": Progress("演示数据已载入", 100, done=True)})


@public_page
def _refused(request: HttpRequest) -> HttpResponse:
    raise Refusal


@permission("cases.view")
def _cases(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html", {"title": "办件", "crumbs": [("总览", "/"), ("办件", "")]})


urlpatterns = [
    path("", _first),
    path("progress/", _progress),
    path("refused/", _refused),
    path("cases/", _cases),
    path("accounts/", include("yichuang.accounts.urls")),
    path("", include("yichuang.ui.urls")),
]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow(35),
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True),
]

BYTES_OF_A_PLAIN_PAGE = 150_000


@pytest.fixture(autouse=True)
def accounts(transactional_db: None) -> None:
    ensure_demonstration_accounts(at=timezone.now())


def enter(page: "Page", live_server: LiveServer, name: str, then: str) -> None:
    """Sign in by the form that the page sends, without drawing it; how it is filled in has its own tests."""
    client = Client()
    sent = {"username": name, "password": DEMONSTRATION_PASSWORD, "next": then}
    answer = client.post("/accounts/sign-in/", sent)
    assert answer.status_code == 302, f"{name} was not let in"
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + then)


def look(page: "Page", photograph: Callable[[str], Path], name: str, *, words_only: bool = False) -> None:
    """Keep a picture at every width; nothing may stick out and axe may find nothing."""
    assert faults_at_every_width(page, photograph, f"furniture-{name}", words_only=words_only) == []


@pytest.mark.parametrize(
    ("name", "address"),
    [("first", "/"), ("sign-in", "/accounts/sign-in/"), ("missing", "/no-such-page/"), ("refused", "/refused/")],
)
def test_every_page_of_the_furniture_fits_three_widths_and_passes_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], name: str, address: str
) -> None:
    page.goto(live_server.url + address)
    look(page, photograph, name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_components_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], language: str
) -> None:
    enter(page, live_server, "operator", "/style/")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    look(page, photograph, f"style-{language}", words_only=language == "en")


@pytest.mark.parametrize("button", ["长者版", "高对比"])
def test_elder_mode_and_high_contrast_keep_every_page_readable(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], button: str
) -> None:
    enter(page, live_server, "operator", "/style/")
    before = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/style/")
    assert page.get_by_role("button", name=button).get_attribute("aria-pressed") == "true"
    after = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert after > before if button == "长者版" else after == before
    look(page, photograph, "elder" if button == "长者版" else "contrast")
    page.get_by_role("button", name=button).click()
    assert page.get_by_role("button", name=button).get_attribute("aria-pressed") == "false"


def test_the_wrong_role_reads_who_may(page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]) -> None:
    enter(page, live_server, "operator", "/cases/")
    assert page.get_by_role("heading", name="没有权限").is_visible()
    assert page.get_by_role("listitem").filter(has_text="电子监察员").is_visible()
    # What he may not open is not offered either.
    assert page.get_by_role("navigation", name="主导航").get_by_text("办件").count() == 0
    look(page, photograph, "forbidden")


def test_the_first_tab_skips_to_the_text_and_every_stop_is_seen(page: "Page", live_server: LiveServer) -> None:
    page.goto(live_server.url + "/accounts/sign-in/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(live_server.url + "/accounts/sign-in/")
    page.keyboard.press("Tab")
    stops = 0
    # After the last stop the browser goes back to the document.
    while page.evaluate("document.activeElement !== document.body"):
        stops += 1
        ring = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 })()"
        )
        assert ring, page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
    assert stops >= 12


def test_signing_in_needs_no_mouse(page: "Page", live_server: LiveServer) -> None:
    page.goto(live_server.url + "/cases/")
    page.get_by_label("用户名").focus()
    page.keyboard.type("supervisor")
    page.keyboard.press("Tab")
    page.keyboard.type(DEMONSTRATION_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(live_server.url + "/cases/")
    assert page.get_by_role("heading", name="办件").is_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_text_at_twice_its_size_loses_nothing(page: "Page", live_server: LiveServer, width: int) -> None:
    enter(page, live_server, "operator", "/style/")
    page.set_viewport_size({"width": width, "height": 900})
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert overflow(page) <= 0
    cut = page.evaluate(
        "[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.visually-hidden, thead, svg')"
        " && ['hidden','clip'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert cut == []


def test_touch_targets_are_as_large_as_a_finger(page: "Page", live_server: LiveServer) -> None:
    enter(page, live_server, "operator", "/style/")
    page.set_viewport_size({"width": 360, "height": 900})
    small = page.evaluate(
        "[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')]"
        ".filter(e => e.offsetParent && !e.closest('p, .skip-link, .happening') && !e.disabled)"
        ".map(e => [e.outerHTML.slice(0, 100), e.getBoundingClientRect().height])"
        ".filter(([, height]) => height < 43.5)"
    )
    assert small == []


@pytest.fixture
def bare_page(browser: "Browser") -> Iterator["Page"]:
    """A tab that runs no script."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def test_without_script_one_signs_in_switches_language_and_look_and_signs_out(
    bare_page: "Page", live_server: LiveServer
) -> None:
    page = bare_page
    page.goto(f"{live_server.url}/accounts/sign-in/?next=/style/")
    page.get_by_label("用户名").fill("operator")
    page.get_by_label("密码").fill(DEMONSTRATION_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(live_server.url + "/style/")
    page.get_by_role("link", name="紫阳县").first.wait_for()
    page.get_by_role("link", name="受理").first.click()
    assert "sort=" in page.url
    page.get_by_role("button", name="长者版").click()
    assert "elder" in (page.locator("html").get_attribute("class") or "")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="退出").click()
    assert page.get_by_role("banner").get_by_role("link", name="登录").is_visible()


def test_the_progress_banner_renews_itself(page: "Page", live_server: LiveServer) -> None:
    page.goto(live_server.url)
    assert page.get_by_label("演示数据载入中 37%").is_visible()
    page.get_by_text("演示数据已载入").wait_for(timeout=10_000)


def test_a_public_page_weighs_little_and_waits_for_no_second_file_before_it_paints(
    page: "Page", live_server: LiveServer
) -> None:
    bodies: dict[str, bytes] = {}

    def keep(answer: Any) -> None:
        bodies[answer.url] = answer.body()

    page.on("response", keep)
    page.goto(live_server.url + "/no-such-page/", wait_until="networkidle")
    weight = sum(len(gzip.compress(body)) for body in bodies.values())
    assert weight < BYTES_OF_A_PLAIN_PAGE, {url: len(gzip.compress(body)) for url, body in bodies.items()}
    assert page.locator("head link[rel=stylesheet]").count() == 0
    assert page.locator("head script:not([defer]):not([async])").count() == 0
    assert page.locator("svg use").count() == 0


def test_a_page_of_the_staff_links_the_whole_stylesheets_and_looks_the_same(
    page: "Page", live_server: LiveServer
) -> None:
    enter(page, live_server, "operator", "/style/")
    assert page.locator("head link[rel=stylesheet]").count() == 2


@pytest.mark.parametrize("address", ["/accounts/sign-in/", "/no-such-page/"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_small_stylesheet_draws_what_the_whole_ones_draw(
    page: "Page", live_server: LiveServer, address: str, width: int
) -> None:
    """Every visible element keeps its place and its look when the whole stylesheets stand in the small one's place."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + address)
    measure = (
        "[...document.querySelectorAll('body *')].map(one => { const s = getComputedStyle(one),"
        " b = one.getBoundingClientRect(); return [one.tagName, b.x, b.y, b.width, b.height, s.color,"
        " s.backgroundColor, s.fontSize, s.fontWeight, s.borderTopWidth, s.borderTopColor].join() })"
    )
    small = page.evaluate(measure)
    style = PACKAGE / "ui" / "static" / "ui"
    page.evaluate("document.querySelector('head style').remove()")
    for sheet in (style / "vendor" / "bootstrap.min.css", style / "yichuang.css", PACKAGE / "portal" / "portal.css"):
        page.add_style_tag(content=sheet.read_text())
    page.wait_for_timeout(300)
    whole = page.evaluate(measure)
    assert [pair for pair in zip(small, whole, strict=True) if pair[0] != pair[1]] == []


def test_a_page_loads_nothing_from_another_site(page: "Page", live_server: LiveServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
