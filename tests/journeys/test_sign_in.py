"""Signing in, in a real browser: without script, with a passkey, on the running platform with many at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests.journeys.accessibility import faults_at_every_width
from yichuang.accounts import own, second_factor
from yichuang.accounts.commands import ensure_demonstration_accounts, grant_role
from yichuang.accounts.models import Person, User
from yichuang.accounts.queries import DEMONSTRATION_PASSWORD
from yichuang.accounts.values import Area, Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(35), pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough phrase"


@pytest.fixture
def accounts(transactional_db: None) -> None:
    ensure_demonstration_accounts(at=timezone.now())


@pytest.fixture
def plain_page(browser: "Browser") -> Iterator["Page"]:
    """A tab that runs no script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN")
    yield context.new_page()
    context.close()


def look(page: "Page", photograph: Callable[[str], Path], name: str) -> None:
    """Keep a picture at every width; nothing may stick out and axe may find nothing."""
    assert faults_at_every_width(page, photograph, f"accounts-{name}") == []


def staff(page: "Page", live_server: LiveServer, name: str, password: str = DEMONSTRATION_PASSWORD) -> None:
    page.goto(f"{live_server.url}/accounts/sign-in/?next=/accounts/own/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def test_a_citizen_signs_in_without_script(plain_page: "Page", live_server: LiveServer, accounts: None) -> None:
    plain_page.goto(f"{live_server.url}/accounts/sign-in/?next=/accounts/own/")
    plain_page.get_by_role("button", name="统一身份认证").click()
    plain_page.get_by_role("button", name="王德厚").click()
    plain_page.wait_for_url(f"{live_server.url}/accounts/own/")
    text = plain_page.get_by_role("main").inner_text()
    assert "王德厚" in text
    assert "6109" in text
    assert Person.objects.get().id_number not in text


def test_the_pages_of_signing_in_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], accounts: None
) -> None:
    page.goto(f"{live_server.url}/accounts/sign-in/")
    look(page, photograph, "sign-in")
    page.get_by_role("button", name="统一身份认证").click()
    look(page, photograph, "identity")
    page.get_by_role("button", name="取消登录").click()
    look(page, photograph, "identity-refused")
    page.goto(f"{live_server.url}/accounts/sign-in/?next=/accounts/own/")
    page.get_by_role("button", name="统一身份认证").click()
    page.get_by_role("button", name="刘启明").click()
    look(page, photograph, "own-applicant")


def test_the_pages_of_ones_own_account_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], accounts: None
) -> None:
    staff(page, live_server, "approver")
    look(page, photograph, "own-staff")
    for name in ("password", "authenticator", "passkeys/add", "recovery-codes", "sign-ins", "confirm", "unsent"):
        page.goto(f"{live_server.url}/accounts/{name}/")
        look(page, photograph, name.replace("/", "-"))
    page.goto(f"{live_server.url}/accounts/password/")
    page.get_by_role("button", name="修改密码").click()
    look(page, photograph, "password-faults")
    user = User.objects.get(username="approver")
    own.add_authenticator(user=user, secret=second_factor.new_secret(), at=timezone.now())
    page.goto(f"{live_server.url}/accounts/own/")
    look(page, photograph, "own-secured")
    page.get_by_role("button", name="全部退出").click()
    staff(page, live_server, "approver")
    look(page, photograph, "second-step")


def test_the_operators_logs_fit_three_widths_and_pass_axe(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], accounts: None
) -> None:
    staff(page, live_server, "operator", "wrong")
    staff(page, live_server, "operator")
    for name in ("sign-ins", "changes"):
        page.goto(f"{live_server.url}/accounts/log/{name}/")
        look(page, photograph, f"log-{name}")


def test_a_passkey_of_a_real_browser_is_made_and_signs_in(page: "Page", live_server: LiveServer) -> None:
    user = User.objects.create_user("clerk", PASSWORD, display_name="窗口七号")
    grant_role(user=user, role=Role.CLERK, area=Area("610924", "610924-guotu"), valid_from=date(2015, 1, 1))
    protocol: Any = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    staff(page, live_server, "clerk", PASSWORD)
    page.get_by_role("link", name="添加通行密钥").click()
    page.get_by_label("给这个通行密钥起个名字").fill("办公电脑")
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_role("link", name="我已保管好").click()
    assert page.get_by_text("办公电脑").first.is_visible()
    page.get_by_role("button", name="退出", exact=True).click()
    staff(page, live_server, "clerk", PASSWORD)
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url(f"{live_server.url}/accounts/own/")


def test_many_come_back_at_once_on_the_running_platform(site: str) -> None:
    """Each return asks the same site for tokens; more of them than the platform has threads must not stand still."""

    def one(person: str) -> int:
        with requests.Session() as browser:
            browser.get(f"{site}/accounts/sign-in/", timeout=60)
            token = browser.cookies["csrftoken"]
            there = browser.post(
                f"{site}/accounts/identity/",
                {"csrfmiddlewaretoken": token, "next": "/accounts/own/"},
                allow_redirects=False,
                timeout=60,
            ).headers["Location"]
            assert there.startswith(site)
            back = browser.post(
                there, {"person": person, "csrfmiddlewaretoken": token}, allow_redirects=False, timeout=60
            ).headers["Location"]
            return browser.get(back, timeout=60).status_code

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(one, ["chen", "wang", "liu", "zhou"] * 6))
    assert answers == [200] * 24
