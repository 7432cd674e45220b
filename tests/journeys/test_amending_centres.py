"""A centre's manager in a real browser: opens a window, closes a hall that people have booked, takes a change back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.integration import small_city
from tests.integration.test_centres_pages import booked
from tests.journeys.test_furniture import enter
from tests.journeys.test_workbench_pages import look
from yichuang.regions.queries import list_centres, list_windows
from yichuang.regions.values import CentreStateKind

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(20), pytest.mark.django_db(transaction=True)]

CENTRE, HALL = "610924-centre", "610924101-hall"


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    with prepared.holding(*small_city.CITY):
        yield


def open_window(page: "Page", on: str) -> None:
    page.get_by_role("link", name="开设窗口").click()
    page.get_by_label("窗口号", exact=True).fill("99")
    page.get_by_label("窗口名称").fill("测试窗口")
    page.get_by_label("专业窗口").check()
    page.get_by_label("进驻部门").select_option("610924-gongan")
    page.get_by_label("从哪天起").fill(on)
    page.get_by_role("button", name="开设窗口").click()


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_a_manager_opens_a_window_and_closes_a_hall(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    day, tomorrow = booked(HALL), (timezone.localdate() + timedelta(days=1)).isoformat()
    enter(page, live_server, "manager", "/workbench/centres/")
    look(page, photograph, "centres")
    page.get_by_label("名称").fill("紫阳县政务")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="紫阳县政务服务中心").click()
    open_window(page, tomorrow)
    page.get_by_text("请改正以下内容").wait_for()
    look(page, photograph, "centre-open-window-faults")
    page.get_by_role("link", name="理由").click()
    assert page.evaluate("document.activeElement.id") == "id_reason"
    page.get_by_label("理由").fill("新事项进驻")
    page.get_by_role("button", name="开设窗口").click()
    page.get_by_text("开设窗口：已办理").wait_for()
    page.locator("summary", has_text="测试窗口").click()
    assert page.get_by_text("将开设").is_visible()
    look(page, photograph, "centre")
    on = timezone.localdate() + timedelta(days=1)
    assert any(row.name == "测试窗口" for row in list_windows(on=on, centre=CENTRE))

    page.goto(f"{live_server.url}/workbench/centres/{HALL}/state/")
    page.get_by_label("停用", exact=True).check()
    page.get_by_label("停用时同时关闭全部窗口").check()
    page.get_by_label("从哪天起").fill(day)
    page.get_by_label("理由").fill("搬迁")
    page.get_by_role("button", name="变更建设状态").click()
    page.get_by_role("link", name="已经另行告知预约的人").wait_for()
    assert page.get_by_label("理由").input_value() == "搬迁"
    look(page, photograph, "centre-state-booked")
    page.get_by_label("已经另行告知预约的人").check()
    page.get_by_role("button", name="变更建设状态").click()
    page.get_by_text("变更建设状态：已办理").wait_for()
    (row,) = list_centres(on=timezone.localdate() + timedelta(days=60), division="610924101")
    assert row.state is CentreStateKind.CLOSED
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="About to take effect").wait_for()
    look(page, photograph, "centre-en")


def test_without_script_a_window_is_opened_and_the_change_taken_back(
    browser: "Browser", live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})
    page = context.new_page()
    enter(page, live_server, "manager", f"/workbench/centres/{CENTRE}/")
    on = timezone.localdate() + timedelta(days=1)
    open_window(page, on.isoformat())
    page.get_by_label("理由").fill("新事项进驻")
    page.get_by_role("button", name="开设窗口").click()
    page.get_by_role("link", name="撤回").click()
    page.get_by_label("理由").fill("不再需要")
    page.get_by_role("button", name="撤回修订").click()
    assert page.get_by_text("撤回修订：已办理").is_visible()
    assert not any(row.name == "测试窗口" for row in list_windows(on=on, centre=CENTRE))
    context.close()
