"""The pages of the exchange in a real browser: who is connected, and a record put right by hand, on every screen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.factories.exchange_tables import County
from tests.integration import small_city
from tests.journeys.accessibility import faults_at_every_width
from tests.journeys.test_furniture import enter
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.exchange.commands import connect_once
from yichuang.kernel.actor import Actor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BY = Actor(id="connect:test", name="对接测试")
AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def city(transactional_db: None) -> Iterator[None]:
    """Begin with a city that has cases."""
    with prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


def look(page: "Page", photograph: Callable[[str], Path], name: str) -> None:
    """Keep a picture at every width; nothing may stick out and axe may find nothing."""
    words_only = name.endswith("-en")
    assert faults_at_every_width(page, photograph, f"exchange-{name}", words_only=words_only) == []


def test_the_integrator_sees_what_waits_and_puts_it_right(
    page: "Page", live_server: LiveServer, city: None, photograph: Callable[[str], Path], tmp_path: Path
) -> None:
    county = County(tmp_path)
    county.file_case("ZY-1")
    county.file_case("ZY-2", local_catalog_code="QQ-9")
    connect_once(mapping=county.mapping, by=BY, at=AT)
    grant_role(
        user=User.objects.get(username="supervisor"),
        role=Role.INTEGRATOR,
        area=Area("610900"),
        valid_from=AT.date(),
    )
    enter(page, live_server, "supervisor", "/exchange/")
    look(page, photograph, "health")
    page.get_by_role("link", name="某县审批系统").click()
    look(page, photograph, "source")
    page.get_by_role("link", name="查看隔离区").click()
    look(page, photograph, "quarantine")
    page.get_by_role("link", name="ZY-2").click()
    look(page, photograph, "record")
    page.get_by_label("丢弃的原因").fill(" ")
    page.get_by_role("button", name="丢弃这条记录").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("更正哪一项").select_option("local_catalog_code")
    page.get_by_label("改为").fill("JZ-02")
    page.get_by_role("button", name="更正并入库").click()
    page.get_by_text("已入库").wait_for()
    page.get_by_role("button", name="English").click()
    page.goto(f"{live_server.url}/exchange/")
    look(page, photograph, "health-en")
