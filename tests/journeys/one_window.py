"""Steps of the journeys of "One window": who sits at which browser, and what each of them does with a case.

All play on the running platform (fixture `site`), started once for the whole run. Everybody signs in by the page once
and keeps his browser; a tab is opened for each journey.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from email import message_from_string, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2

from tests.conftest import ROOT, keep_picture
from tests.factories import files
from tests.journeys.accessibility import broken, overflow
from yichuang.accounts.demonstration import POSTS
from yichuang.accounts.demonstration_identity.persons import find
from yichuang.accounts.queries import DEMONSTRATION_PASSWORD
from yichuang.kernel.identifiers import resident_number

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

HOMESTEAD, LAND, TEMPORARY = "农村宅基地审批和登记", "国有土地使用权登记", "临时用地审批"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
_TELEPHONE = "Mozilla/5.0 (Linux; Android 9; M2003J15SC) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
PATIENCE_MILLISECONDS = 15_000
# What the family of the journeys builds.
HOUSE = {
    "fields.village": "测试村三组",
    "fields.household-size": "4",
    "fields.location": "老屋旁",
    "fields.area": "120",
    "fields.floors": "2",
}
LAND_FORM = {"fields.location": "测试镇一号", "fields.area": "120.5", "fields.use": "housing"}
AT_WINDOW = {"applicant_type": "natural", "answers.source": "allocation", **LAND_FORM}
ZIYANG = ("紫阳县", "Ziyang County")
LEAP_DAY = date(1988, 2, 29)
# Somebody who comes to a window; born on a leap day.
PERSON = {
    "applicant.id_number": resident_number.generate(division="610924", born_on=LEAP_DAY, sequence=917),
    "applicant.name": "测试丙",
    "applicant.phone": "13900000031",
}
_PROOF = re.compile(r"[0-9A-Z]+-\d+-[A-Z]{2}-[0-9a-f]{16}")
# Moves back what a session remembers of the last time that somebody gave his password.
_AN_HOUR_AGO = """
from importlib import import_module
from django.conf import settings
from yichuang.accounts.models import SignedInSession
store = import_module(settings.SESSION_ENGINE).SessionStore
for row in SignedInSession.objects.filter(user__username={who!r}, ended_at__isnull=True):
    session = store(row.session_key)
    if "accounts_confirmed_at" in session:
        session["accounts_confirmed_at"] -= 3600
        session.save()
"""


@dataclass
class People:
    """Everybody with a browser of his own: signed in once, by the page, as people do."""

    browser: "Browser"
    site: str
    folder: Path
    faults: list[str] = field(default_factory=list)
    _homes: dict[tuple[str, bool, str, bool], "BrowserContext"] = field(default_factory=dict)

    def page(self, who: str = "", *, phone: bool = False, language: str = "zh-hans", script: bool = True) -> "Page":
        """Return a new tab of somebody's browser; "" is a visitor whom nobody knows."""
        key = (who, phone, language, script)
        home = self._homes.get(key)
        if home is None or not who:
            home = self._homes[key] = self.context(phone=phone, language=language, script=script)
        if who and self._is_out(home):
            self._bring_in(home, who)
        tab = home.new_page()
        tab.set_default_timeout(PATIENCE_MILLISECONDS)
        tab.on("pageerror", lambda fault: self.faults.append(f"{tab.url}: {fault}"))
        return tab

    def context(self, *, phone: bool = False, language: str = "zh-hans", script: bool = True) -> "BrowserContext":
        """Return an empty browser."""
        home = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            java_script_enabled=script,
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=self.site,
            **({"user_agent": _TELEPHONE} if phone else {}),
        )
        home.add_cookies([{"name": "django_language", "value": language, "url": self.site}])
        return home

    def _is_out(self, home: "BrowserContext") -> bool:
        return home.request.get("/accounts/own/", max_redirects=0).status != 200

    def _bring_in(self, home: "BrowserContext", who: str) -> None:
        """Give the browser a session: one that another browser of the same person has, or a new one."""
        for (name, *_rest), other in self._homes.items():
            if name == who and other is not home and not self._is_out(other):
                home.add_cookies([one for one in other.cookies() if one["name"] != "django_language"])
                return
        tab = home.new_page()
        tab.goto("/accounts/sign-in/?next=/accounts/own/")
        sign_in(tab, who)
        tab.wait_for_url("**/accounts/own/")
        tab.close()

    def let_confirmation_pass(self, who: str) -> None:
        """Let an hour pass since somebody gave his password: what weighs asks for it again."""
        run = [sys.executable, "-m", "yichuang.config.cli", "shell", "-v0", "-c", _AN_HOUR_AGO.format(who=who)]
        env = {**os.environ, "YICHUANG_VAR": str(self.folder), "PYTHONPATH": str(ROOT / "src")}
        env.pop("YICHUANG_DATABASE_URL", None)
        subprocess.run(run, env=env, check=True, timeout=60)

    def close(self) -> None:
        """Close all browsers."""
        for home in self._homes.values():
            home.close()


def sign_in(page: "Page", who: str) -> None:
    """Sign in on the page that asks for it: staff by password, everybody else through the identity provider."""
    if who in POSTS:
        staff = page.locator("form", has=page.locator("input[name=username]"))
        staff.locator("input[name=username]").fill(who)
        staff.locator("input[name=password]").fill(DEMONSTRATION_PASSWORD)
        staff.locator("button[type=submit]").click()
        return
    person = find(who)
    assert person is not None
    page.locator("form[action$='/identity/'] button").click()
    page.locator(f"button[value={person.key}]").click()


# -- looking ---------------------------------------------------------------------------------------------------------

# What was found wrong by looking at decisive pages; the fixture `people` fails a test whose pages have faults, at its
# end, so that one ugly page does not hide how the journey goes on.
ugly: list[str] = []


def photograph(page: "Page", name: str, *, whole: bool = True) -> None:
    """Keep a picture of the whole page, or of what its window shows."""
    keep_picture(page, name, whole=whole)


def look(page: "Page", name: str, *, script: bool = True, words_only: bool = False) -> None:
    """Keep a picture of a decisive page; nothing may stick out of it, and axe, which needs script, may find nothing.

    With `words_only` axe looks at the same page elsewhere, in the other language.
    """
    photograph(page, f"one-window-{name}")
    if overflow(page) > 0:
        ugly.append(f"{name} is {overflow(page)} px too wide")
    if script and not words_only:
        ugly.extend(f"{name}: {one}" for one in broken(page))


def text_of(page: "Page") -> str:
    """Return what the page says between header and footer."""
    return page.get_by_role("main").inner_text()


def press(page: "Page", name: str) -> None:
    """Press a button of the page's main part."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def eventually(asked: Callable[[], Any], *, within: float = 30.0) -> Any:
    """Return the first answer that is true; the platform does some things on its own, a moment later."""
    until = time.monotonic() + within
    while True:
        answer = asked()
        if answer or time.monotonic() > until:
            return answer
        time.sleep(0.1)


# -- the applicant ---------------------------------------------------------------------------------------------------


def begin(page: "Page", words: str = "宅基地", item: str = HOMESTEAD) -> str:
    """Go from the search box to the first step of an application; return the draft's key."""
    page.goto("/")
    if page.locator(".region-context a").inner_text().split("\n")[0].strip() not in ZIYANG:
        page.locator(".region-context a").click()
        page.locator("main a[href*='county=610924']").first.click()
        page.locator("main button").filter(has_text=re.compile("全县|whole county")).click()
    page.get_by_role("searchbox").fill(words)
    page.locator("form[role=search] button").first.click()
    page.get_by_role("link", name=item, exact=True).first.click()
    page.locator(".ready a.btn-primary").click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/apply/draft/**")
    return page.url.split("/apply/draft/")[1].split("/")[0]


def go_on(page: "Page") -> None:
    """Save the step and go on to the page that follows."""
    with page.expect_navigation():
        page.locator("button[name=then][value=next]").click()


def answer_all(page: "Page") -> None:
    """Answer every question with its first answer, also those that an answer leads to."""
    for _turn in range(5):
        if "/situation/" not in page.url:
            return
        for question in page.locator("fieldset.question").all():
            if not question.locator("input:checked").count():
                question.locator("input").first.check()
        go_on(page)
    raise AssertionError("the questions do not end")


def say_who(page: "Page", capacity: str = "self", **typed: str) -> None:
    """Say for whom one applies, and where one is reached."""
    page.locator(f"input[name=capacity][value^='{capacity}']").check()
    for name, value in typed.items():
        page.locator(f"[id='{name}']").fill(value)
    go_on(page)


def fill_in(page: "Page", typed: dict[str, str]) -> None:
    """Fill in the item's own form."""
    for name, value in typed.items():
        type_or_choose(page.locator(f"#step-form [name='{name}']"), value)
    go_on(page)


def upload(page: "Page", file: Path, *, at: int = 0) -> None:
    """Choose a file for one material and wait until it is there."""
    page.locator("[data-upload] input[type=file]").nth(at).set_input_files(file)
    page.get_by_role("link", name=file.name).last.wait_for()
    page.wait_for_load_state()


def bring_the_rest(page: "Page") -> None:
    """Bring every material to the window that no file was uploaded for."""
    for group in page.locator("#step-form fieldset").all():
        if not group.locator("input:checked").count():
            group.locator("input[value=bring]").check()
    go_on(page)


def fill_all(page: "Page", *, capacity: str = "self", form: dict[str, str] | None = None, **who: str) -> None:
    """Fill in all that stands between the questions and the page that shows everything once more."""
    answer_all(page)
    say_who(page, capacity, **who)
    fill_in(page, HOUSE if form is None else form)
    bring_the_rest(page)
    go_on(page)
    page.wait_for_url("**/check/")


def hand_in(page: "Page") -> str:
    """Submit the application and return its number."""
    page.locator("button[formaction$='/submit/']").click()
    page.wait_for_url("**/receipt/**")
    return page.url.rstrip("/").rpartition("/")[2]


def apply_for(page: "Page", **chosen: Any) -> str:
    """Apply for a house plot from beginning to end; return the number."""
    begin(page)
    fill_all(page, **chosen)
    return hand_in(page)


def photo(folder: Path, name: str = "身份证和户口簿.jpg", **drawn: Any) -> Path:
    """Return a picture as a telephone takes it."""
    path = folder / name
    path.write_bytes(files.picture(**drawn))
    return path


# -- the staff -------------------------------------------------------------------------------------------------------


def open_task(page: "Page", number: str, task: str) -> None:
    """Open one task of a case, by its slug, from the list of what can be done now."""
    page.goto(f"/workbench/cases/{number}/")
    page.locator(f".task-list a[href$='/{task}/']").click()
    page.locator("form.task-form").wait_for()


def decide(page: "Page") -> None:
    """Press the button of the task that is open; the password is given where it is asked for."""
    password = page.get_by_label("本人密码")
    if password.count():
        password.fill(DEMONSTRATION_PASSWORD)
    page.locator("form.task-form .decision-bar button").click()


def do(page: "Page", number: str, task: str, **typed: str | list[str]) -> None:
    """Do one task of a case: texts are typed, lists are ticked, the rest stays as the page offers it."""
    open_task(page, number, task)
    for name, value in typed.items():
        type_or_choose(page.locator(f"form.task-form [name='{name}']"), value)
    decide(page)
    page.locator("form.task-form").wait_for(state="detached")


def open_intake(page: "Page", words: str, item: str) -> None:
    """Find an item at the window and open the form of an application for it."""
    page.goto("/workbench/receive/")
    page.locator("#q").fill(words)
    page.locator("#found button").filter(has_text=item).first.click()
    page.locator("#id_all_brought, main .find-list").first.wait_for()
    if not page.locator("#id_all_brought").count():
        page.locator(".find-list button").first.click()
    page.locator("#id_all_brought").wait_for()


def receive(page: "Page", words: str, item: str, **typed: str) -> str:
    """Take in an application at the window; return its number."""
    open_intake(page, words, item)
    for name, value in typed.items():
        type_or_choose(page.locator(f"form[data-enter] [name='{name}']"), value)
    page.wait_for_function("!document.querySelector('.htmx-request')")
    page.locator("#id_all_brought").check()
    press(page, "确认收件")
    page.wait_for_url("**/received/")
    return page.url.rstrip("/").split("/")[-2]


def type_or_choose(inputs: "Locator", value: str | list[str]) -> None:
    """Give a field its value: a text is typed, one of several is chosen, a list is ticked."""
    kind = inputs.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
    if isinstance(value, list):
        for one in inputs.all():
            one.set_checked(one.get_attribute("value") in value)
    elif kind == "radio":
        inputs.and_(inputs.page.locator(f"[value='{value}']")).check()
    elif kind == "select":
        inputs.select_option(value)
    else:
        inputs.fill(value)


def reach(page: "Page", name: str) -> None:
    """Go on with Enter, as at the window, until a field has the focus."""
    for _stop in range(40):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Enter")
    raise AssertionError(f"Enter never reached {name}")


def type_into(page: "Page", name: str, text: str) -> None:
    """Go on with Enter until a field has the focus, and type; no mouse."""
    reach(page, name)
    page.keyboard.type(text)


def tab_to(page: "Page", words: str) -> None:
    """Go on with Tab until a link or button that begins with the words has the focus."""
    for _stop in range(60):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.innerText")).strip().startswith(words):
            return
    raise AssertionError(f"Tab never reached {words}")


# -- papers and messages ---------------------------------------------------------------------------------------------


def read_paper(page: "Page", address: str) -> str:
    """Fetch a PDF as the page's reader and return its text; it must open and have pages."""
    answer = page.context.request.get(address)
    assert answer.status == 200, address
    assert answer.headers["content-type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.body())
    assert len(paper) > 0
    return "\n".join(page.get_textpage().get_text_range() for page in paper)


def papers_of(page: "Page") -> dict[str, str]:
    """Return the papers that a page offers: title and address."""
    links = page.locator("a[href*='/papers/'], a[href*='/results/'], a[href*='certificate.pdf']")
    return {link.inner_text().strip(): str(link.get_attribute("href")) for link in links.all()}


def texts_about(folder: Path, number: str) -> list[str]:
    """Return the text messages that the platform has sent about a case."""
    box = folder / "outbox" / "sms.jsonl"
    sent = [json.loads(line) for line in box.read_text().splitlines()] if box.exists() else []
    return [one["text"] for one in sent if number in one["text"]]


def mails_about(folder: Path, number: str) -> list[str]:
    """Return the e-mails that the platform has sent about a case: to whom and what."""
    found = []
    for path in sorted((folder / "outbox").glob("mail/*.log")):
        for part in path.read_text().split("-" * 79):
            mail = message_from_string(part.strip(), policy=policy.default)
            body = mail.get_body(("plain",))
            text = f"{mail['To']}\n{mail['Subject']}\n{body.get_content() if body else ''}"
            if number in text:
                found.append(text)
    return found


def prove(page: "Page", address: str) -> None:
    """Prove a paper by the code printed on it, as anybody may who holds it."""
    printed = read_paper(page, address)
    code = _PROOF.search(printed.replace("\n", ""))
    assert code, printed
    page.goto(f"/verify/{code[0]}/")
    assert page.get_by_text("文书真实，现在有效").is_visible()
