"""Supervision in a real browser: found live, answered on a phone, appealed, withdrawn, ordered by letter."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.conftest import ROOT
from tests.factories.judged import card_of, judged
from tests.integration import small_city
from tests.journeys.accessibility import WIDTHS, faults_at_every_width, overflow
from tests.journeys.one_window import PERSON, People, eventually, look, photo, press, read_paper, text_of
from tests.journeys.test_furniture import enter
from yichuang.cases.queries import page_cases
from yichuang.cases.values import CaseFilter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(60)]


@pytest.fixture
def city(transactional_db: None) -> Iterator[None]:
    """Begin with a city that has cases."""
    with prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


# Takes a case in as long ago as its promise is long, so that it was broken today, and lays it before the approver.
_OVERDUE = """
from datetime import datetime, time
from django.utils import timezone
from yichuang.accounts.queries import get_staff_actor
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases import commands
from yichuang.cases.values import ApplicantDetails, acts
from yichuang.catalogue.queries import get_terms
LAND = "610924-guotu"
today, calendar = timezone.localdate(), get_calendar()
item, terms = next(
    (item, terms) for (organisation, item), terms in sorted(get_terms(on=today).items())
    if organisation == LAND and terms.promised_unit == "working-days" and terms.promised_amount >= 5
)
began = calendar.day_of(calendar.ordinal(today) - terms.promised_amount - 1)
at = datetime.combine(began, time(9, 30), CHINA)
clerk, approver = (get_staff_actor(username=name) for name in ("clerk", "approver"))
number = commands.receive_application(
    receipt=acts.Receive(
        item=item, organisation=LAND, division="610924", centre="610924-centre", channel="window", summary=terms.name
    ),
    applicant=ApplicantDetails(name={name!r}, id_type="111", id_number={number!r}, phone={phone!r}),
    by=clerk, at=at, now=at,
)
commands.accept_application(number=number, by=clerk, at=at)
step = acts.StartStep(step="审查", organisation=LAND, officer=approver.name)
commands.perform(number=number, act=step, by=approver, at=at)
print(number)
"""


def let_a_case_be_overdue(people: People) -> str:
    """Have a case whose promise was broken today come into the running platform; return its number."""
    code = _OVERDUE.format(
        name=PERSON["applicant.name"], number=PERSON["applicant.id_number"], phone=PERSON["applicant.phone"]
    )
    env = {**os.environ, "YICHUANG_VAR": str(people.folder), "PYTHONPATH": str(ROOT / "src")}
    env.pop("YICHUANG_DATABASE_URL", None)
    run = [sys.executable, "-m", "yichuang.config.cli", "shell", "-v0", "-c", code]
    said = subprocess.run(run, env=env, check=True, timeout=120, capture_output=True, text=True).stdout
    return said.strip().splitlines()[-1]


def card_about(supervisor: "Page", number: str) -> str:
    """Return the number of the card about a case, as soon as there is one."""

    def found() -> str:
        supervisor.goto(f"/supervision/cards/?state=all&text={number}")
        link = supervisor.locator(".finding-main > a").first
        return (link.get_attribute("href") or "") if link.count() else ""

    address = eventually(found)
    assert address, f"no card about {number}"
    return str(address).rstrip("/").rsplit("/", 1)[1]


def test_a_broken_promise_is_found_live_answered_on_a_phone_appealed_and_withdrawn(
    people: People, tmp_path: Path
) -> None:
    supervisor = people.page("supervisor")
    supervisor.goto("/supervision/")
    supervisor.locator("#live[data-state=live]").wait_for(timeout=30_000)
    heading = supervisor.locator("h1")
    counts = supervisor.locator(".colour-counts")
    before = counts.bounding_box()

    number = let_a_case_be_overdue(people)
    button = supervisor.locator("[data-show-new]")
    button.wait_for(timeout=30_000)
    assert re.search(r"有 \d+ 条新发现", button.inner_text())
    # Nothing that is being read has moved.
    assert counts.bounding_box() == before
    assert heading.is_visible()
    look(supervisor, "supervision-desk-news")
    button.click()
    supervisor.locator(".finding-new").first.wait_for()
    found = supervisor.locator(".finding", has_text=number)
    assert found.locator(".new-mark").count() == 1
    assert supervisor.evaluate("document.activeElement.hasAttribute('data-new')")
    found.get_by_role("link").first.click()
    supervisor.get_by_role("heading", name="为什么发现").wait_for()
    assert "早于今天" in text_of(supervisor)
    assert PERSON["applicant.id_number"] not in supervisor.content()
    look(supervisor, "supervision-finding")
    card = card_about(supervisor, number)

    # The officer answers on his phone, in English.
    officer = people.page("approver", phone=True, language="en")
    officer.goto("/workbench/")
    assert officer.locator(".count-mark").count() == 1
    officer.get_by_role("link", name=re.compile("My cards")).first.click()
    look(officer, "supervision-mine")
    officer.locator(f".finding-list a[href$='{card}/']").click()
    look(officer, "supervision-own-card")
    officer.get_by_role("link", name=re.compile("^Reply")).click()
    officer.locator("textarea").fill("The site visit took longer than planned.")
    officer.locator("input[type=file]").set_input_files(photo(tmp_path))
    look(officer, "supervision-reply")
    press(officer, "Reply")
    officer.locator(".notice-good").wait_for()
    assert "The site visit took longer" in text_of(officer)

    # His department appeals, supervision looks into it and takes the card back.
    head = people.page("representative", phone=True)
    head.goto(f"/supervision/mine/{card}/")
    head.get_by_role("link", name=re.compile("^申诉")).click()
    head.get_by_label("申诉理由").fill("现场踏勘属于特别程序，应当扣除")
    press(head, "申诉")
    head.get_by_text("申诉：已办理").wait_for()

    supervisor.goto(f"/supervision/cards/{card}/")
    supervisor.get_by_text("重新判定").wait_for()
    look(supervisor, "supervision-appealed")
    supervisor.get_by_role("link", name=re.compile("^决定申诉")).click()
    press(supervisor, "决定申诉")
    supervisor.locator(".error-summary").wait_for()
    supervisor.get_by_label("撤销：申诉成立").check()
    supervisor.get_by_label("理由").fill("调取公文登记簿核对，踏勘有书面告知")
    press(supervisor, "决定申诉")
    supervisor.get_by_text("决定申诉：已办理").wait_for()
    assert supervisor.locator(".case-head").get_by_text("撤销").is_visible()
    head.goto(f"/supervision/mine/{card}/")
    assert "调取公文登记簿核对" in text_of(head)


def test_a_supervision_letter_goes_out_as_an_official_document(people: People) -> None:
    number = let_a_case_be_overdue(people)
    supervisor = people.page("supervisor")
    card = card_about(supervisor, number)
    supervisor.goto(f"/supervision/cards/{card}/send-letter/")
    supervisor.get_by_label("要求").fill("请立即办结该件，向申请人说明，并书面报告原因。")
    press(supervisor, "发督办函")
    supervisor.get_by_text("发督办函：已办理").wait_for()
    look(supervisor, "supervision-letter-sent")
    link = supervisor.locator("a[href*='/letters/']").first
    title, address = link.inner_text().strip(), str(link.get_attribute("href"))
    paper = read_paper(supervisor, address)
    assert number in paper
    assert title in paper
    assert "请立即办结该件" in paper


def test_the_desk_works_without_script(people: People) -> None:
    number = let_a_case_be_overdue(people)
    plain = people.page("supervisor", script=False, phone=True)
    card = card_about(plain, number)
    plain.goto("/supervision/")
    plain.locator("summary", has_text="筛选条件").click()
    plain.get_by_label("规则类别").select_option("timeliness")
    plain.get_by_label("县区").select_option("610924")
    plain.get_by_role("button", name="筛选").click()
    assert "rule_class=timeliness" in plain.url
    plain.reload()
    assert plain.get_by_label("规则类别").input_value() == "timeliness"
    look(plain, "supervision-desk-plain", script=False)
    plain.locator(f"input[value='{card}']").check()
    plain.get_by_label("撤销（已发的）").check()
    press(plain, "办理选中的")
    assert "请写明理由" in text_of(plain)
    assert plain.locator(f"input[value='{card}']").is_checked()
    plain.get_by_label("理由或要求").fill("经核实计时有误")
    press(plain, "办理选中的")
    assert "选中 1 张，办成 1 张" in text_of(plain)
    plain.get_by_role("link", name="回到监察台").click()
    assert "rule_class=timeliness" in plain.url


# -- without the stream --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_without_the_stream_the_desk_says_so_and_asks_by_itself(
    page: "Page", live_server: LiveServer, city: None
) -> None:
    judged(1, at=timezone.now())
    enter(page, live_server, "supervisor", "/supervision/")
    page.locator("#live[data-state=polling]").wait_for(timeout=30_000)
    assert page.get_by_text("改为每 10 秒查询一次").is_visible()
    judged(2, at=timezone.now())
    page.locator("[data-show-new]").wait_for(timeout=20_000)
    # What was ticked and written before the news came into the list stays.
    page.locator("input[name=cards]").first.check()
    page.get_by_label("理由或要求").fill("核对中")
    page.locator("[data-show-new]").click()
    page.locator(".finding-new").wait_for()
    assert page.locator("input[name=cards]:checked").count() == 1
    assert page.get_by_label("理由或要求").input_value() == "核对中"


def pages(number: str) -> dict[str, str]:
    """Return every page of supervision by a name for its picture."""
    found = judged(1, at=timezone.now(), number=number)
    card = card_of(found)
    return {
        "desk": "/supervision/",
        "desk-filtered": "/supervision/?rule_class=timeliness",
        "finding": f"/supervision/findings/{found.pk}/",
        "cards": "/supervision/cards/",
        "card": f"/supervision/cards/{card.number}/",
        "act": f"/supervision/cards/{card.number}/send-letter/",
        "rules": "/supervision/rules/",
        "rule": "/supervision/rules/promised-overdue/",
        "ranking": f"/supervision/ranking/?month={timezone.localdate():%Y-%m}&division=610924",
        "leads": "/supervision/leads/",
        "callbacks": "/supervision/callbacks/",
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_three_widths_and_twice_the_text_and_passes_axe(
    page: "Page", live_server: LiveServer, city: None, photograph: Callable[[str], Path], language: str
) -> None:
    number = page_cases(CaseFilter(county="610924", organisation="610924-guotu"), limit=1).rows[0].number
    listed = pages(number)
    enter(page, live_server, "supervisor", "/supervision/")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    faults = []
    for name, address in listed.items():
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        picture, words_only = f"supervision-{language}-{name}", language != "zh-hans"
        faults += faults_at_every_width(page, photograph, picture, words_only=words_only)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if (over := overflow(page)) > 0:
            faults.append(f"{name} at twice the text is {over} px too wide")
    assert faults == []


@pytest.mark.django_db(transaction=True)
def test_a_card_is_handled_by_keyboard_alone(page: "Page", live_server: LiveServer, city: None) -> None:
    card = card_of(judged(1, at=timezone.now()))
    enter(page, live_server, "supervisor", f"/supervision/cards/{card.number}/")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").endswith("/withdraw/"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/withdraw/")
    page.get_by_label("为什么撤销").focus()
    page.keyboard.type("计时有误")
    for _press in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.get_by_text("撤销监察卡：已办理").wait_for()


def test_the_stream_ends_with_the_platform(browser: "Browser", people: People) -> None:
    """The stream is one of the site's own processes and writes its own log."""
    assert browser
    log = people.folder / "log" / "stream.log"
    assert log.exists()
    time.sleep(0.1)
    assert "Traceback" not in log.read_text()
