"""The main job in a real browser: from the city's overview down to one case, the bulletin, and the catalogue."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.integration import small_city
from tests.journeys.accessibility import faults_at_every_width
from tests.journeys.test_furniture import enter
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.periods import Period
from yichuang.reporting.commands import draft_bulletin

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(25), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    """Begin with a city that has cases."""
    with prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


def look(page: "Page", photograph: Callable[[str], Path], name: str) -> None:
    """Keep a picture at every width; nothing may stick out and axe may find nothing."""
    words_only = name.endswith("-en")
    assert faults_at_every_width(page, photograph, f"overview-{name}", words_only=words_only) == []


def test_a_supervisor_goes_from_the_city_to_one_case_and_reads_the_guide(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    page.goto(live_server.url + "/overview/")
    look(page, photograph, "city")
    page.get_by_role("row", name="紫阳县").get_by_role("link", name="紫阳县").click()
    page.get_by_role("heading", name="紫阳县", exact=True).wait_for()
    look(page, photograph, "county")
    page.get_by_role("row", name="国土资源局").get_by_role("link").first.click()
    look(page, photograph, "department")
    address = page.locator("tbody th a").first.get_attribute("href") or ""
    page.goto(live_server.url + address)
    look(page, photograph, "item")
    guide = page.get_by_role("link", name="办事指南").get_attribute("href") or ""
    assert page.get_by_role("link", name="查看办件").count() == 0

    enter(page, live_server, "supervisor", address)
    page.get_by_role("link", name="查看办件", exact=True).click()
    page.get_by_role("heading", name="办件", exact=True).wait_for()
    look(page, photograph, "cases")
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", name="办理过程").wait_for()
    assert small_city.RESIDENT not in page.content()
    look(page, photograph, "case")

    page.goto(f"{live_server.url}/items/?q=土地")
    look(page, photograph, "items")
    page.goto(live_server.url + guide)
    look(page, photograph, "guide")
    page.get_by_role("button", name="English").click()
    look(page, photograph, "guide-en")


def test_a_figure_of_the_bulletin_opens_its_evidence(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    draft_bulletin(
        period=Period.parse("2015H1"),
        division="610900",
        by=SYSTEM,
        at=small_city.NOW,
        dated_on=date(2015, 7, 23),
    )
    page.goto(f"{live_server.url}/bulletins/2015H1/610900/")
    look(page, photograph, "bulletin")
    page.locator("a.notice-figure").first.click()
    page.get_by_role("heading", name="背后的记录").wait_for()
    look(page, photograph, "figure")


def test_every_page_of_the_way_down_works_without_script(browser: object, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})  # type: ignore[attr-defined]
    page = context.new_page()
    enter(page, live_server, "supervisor", "/overview/")
    page.get_by_label("统计期间").select_option("2015Q1")
    page.get_by_role("button", name="查看").first.click()
    assert "period=2015Q1" in page.url
    page.get_by_role("link", name="紫阳县").first.click()
    page.locator(".figure-value a").first.click()
    assert "/cases/" in page.url and "county=610924" in page.url
    page.locator("tbody th a").first.click()
    assert page.get_by_text("哈希链已核验").is_visible()
    context.close()
