"""One window for everybody: without script, in English, on a small screen."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from playwright.sync_api import Page

from tests.architecture.source import PACKAGE
from tests.journeys.one_window import (
    HOMESTEAD,
    HOUSE,
    People,
    answer_all,
    begin,
    bring_the_rest,
    decide,
    do,
    eventually,
    fill_in,
    go_on,
    hand_in,
    look,
    open_task,
    photo,
    press,
    say_who,
    text_of,
    texts_about,
    upload,
)
from yichuang.accounts.demonstration import POSTS
from yichuang.accounts.demonstration_identity.persons import FIRM, list_persons

pytestmark = [pytest.mark.journey, pytest.mark.slow(45)]

# Axe looks at every page in Chinese (test_portal_pages, test_workbench_pages); these stand for all in English.
AXE_IN_ENGLISH = {"home", "guide", "form-faults", "materials", "check", "case", "approver-agree", "consult"}
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def test_the_citizens_whole_part_works_without_script(people: People, tmp_path: Path) -> None:
    wang, clerk = people.page("wang", phone=True, script=False), people.page("clerk")
    begin(wang)
    answer_all(wang)
    say_who(wang)
    fill_in(wang, HOUSE)
    wang.locator("input[type=file]").nth(2).set_input_files(photo(tmp_path))
    wang.locator("button[form^='upload-form']").nth(2).click()
    wang.get_by_text("文件已上传").wait_for()
    assert wang.get_by_role("link", name="身份证和户口簿.jpg").is_visible()
    bring_the_rest(wang)
    go_on(wang)
    number = hand_in(wang)
    look(wang, "no-script-receipt", script=False)

    do(clerk, number, "supplement", missing=["农村村民宅基地申请表"])
    wang.goto(f"/track/{number}/")
    wang.get_by_role("link", name="网上补充材料").click()
    wang.locator("input[type=file]").set_input_files(photo(tmp_path, "申请表.jpg"))
    wang.locator("form[data-upload] button").click()
    press(wang, "提交补充材料")
    assert "等您补充材料" not in text_of(wang)
    do(clerk, number, "accept")

    # Whoever has number and telephone follows and rates without an account.
    visitor = people.page(phone=True, script=False)
    visitor.goto("/track/")
    visitor.get_by_role("textbox", name="办件编号").fill(number)
    visitor.get_by_label("手机号后四位").fill("0012")
    press(visitor, "查询")
    assert "正在办理" in text_of(visitor)
    assert "王德厚" not in text_of(visitor)
    look(visitor, "no-script-track", script=False)
    visitor.get_by_role("link", name=re.compile("^评价")).first.click()
    assert visitor.locator("input[name=level]:checked").count() == 0
    press(visitor, "提交评价")
    assert visitor.get_by_role("alert").is_visible()
    visitor.locator("input[name=level][value='2']").check()
    visitor.get_by_label("想说的话").fill("当天就收下了")
    press(visitor, "提交评价")
    assert "满意" in text_of(visitor)
    visitor.goto("/opinions/")
    assert "当天就收下了" in text_of(visitor)


# -- English ---------------------------------------------------------------------------------------------------------

# Every visible text of a page, and what only assistive technology reads.
_SAID = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!["SCRIPT", "STYLE", "TEXTAREA"].includes(one.tagName) && one.closest("[lang=zh-CN]:not(html)") === null)
      said.push(walker.currentNode.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]"))
    for (const name of ["aria-label", "title", "alt", "placeholder"])
      if (one.getAttribute(name)) said.push(one.getAttribute(name).trim());
  said.push(document.title.split(" - ")[0]);
  return said.filter(text => /[\\u3400-\\u9fff]/.test(text));
}"""


@cache
def translated() -> frozenset[str]:
    """Return every text that the platform itself says and has in English."""
    files = (PACKAGE).rglob("locale/en/LC_MESSAGES/django.po")
    return frozenset(entry.msgid for file in files for entry in polib.pofile(str(file)) if entry.msgstr)


@cache
def data() -> str:
    """Return all that may stay Chinese in English: catalogue, places, people, and what people wrote."""
    folders = ("catalogue", "regions", "cases", "feedback", "halls")
    shipped = [path for one in folders for path in sorted(PACKAGE.glob(f"{one}/data/**/*.*"))]
    people = [post.name for post in POSTS.values()] + [person.name for person in list_persons()]
    # What the other journeys leave behind: rated, asked, typed.
    typed = [*HOUSE.values(), "四至图", FIRM, "当天就收下了", "工作日，中心开放时间内"]
    return re.sub(r"\s", "", "|".join([*(path.read_text() for path in shipped), *people, *typed]))


# Data that is put together: names of organisations, windows and towns, numbers of documents, articles.
_COMPOSED = re.compile(
    r"(?:安康市|紫阳县)[\u3400-\u9fff]{0,20}(?:局|中心|大队|所|会|部|公司|办公室|窗口)|[\u3400-\u9fff]{2}镇"
    r"|紫[\u3400-\u9fff]{2,4}字〔\d{4}〕\d+号|[\u3400-\u9fff]+法第[\u3400-\u9fff]+条"
)
# Names of a step and of a line in a specimen that are words of the platform as well.
_DATA_TOO = {"受理", "申请理由"}


def still_chinese(page: Page) -> list[str]:
    """Return what a page in English says in Chinese though it is no data."""
    return [
        text
        for text in page.evaluate(_SAID)
        if (text in translated() and text not in _DATA_TOO)
        or (
            not all(run in data() for run in _CHINESE.findall(text))
            and not all(run in data() for run in _CHINESE.findall(_COMPOSED.sub("|", text)))
        )
    ]


def test_the_citizens_part_and_the_approvers_page_read_in_english(people: People, tmp_path: Path) -> None:
    left: dict[str, list[str]] = {}

    def read(page: Page, name: str) -> None:
        look(page, f"english-{name}", words_only=name not in AXE_IN_ENGLISH)
        if found := still_chinese(page):
            left[name] = found

    chen = people.page("chen", phone=True, language="en")
    chen.goto("/")
    read(chen, "home")
    chen.goto("/region/?county=610924")
    read(chen, "region")
    chen.get_by_role("button", name="Ziyang County (whole county)").click()
    chen.goto("/items/?q=宅基地")
    read(chen, "found")
    chen.get_by_role("link", name=HOMESTEAD, exact=True).first.click()
    read(chen, "guide")
    chen.get_by_role("link", name="Apply on line").click()
    read(chen, "start")
    chen.locator("main form button[type=submit]").click()
    read(chen, "situation")
    answer_all(chen)
    read(chen, "who")
    say_who(chen)
    go_on(chen)
    read(chen, "form-faults")
    fill_in(chen, HOUSE)
    upload(chen, photo(tmp_path), at=2)
    read(chen, "materials")
    bring_the_rest(chen)
    read(chen, "delivery")
    go_on(chen)
    read(chen, "check")
    number = hand_in(chen)
    read(chen, "receipt")

    clerk = people.page("clerk", language="en")
    clerk.goto(f"/workbench/cases/{number}/")
    read(clerk, "clerk-case")
    do(clerk, number, "supplement", missing=["农村村民宅基地申请表"])
    chen.goto(f"/track/{number}/")
    read(chen, "case-asked")
    chen.goto(f"/track/{number}/supplement/")
    read(chen, "supplement")
    upload(chen, photo(tmp_path, "a.jpg", size=(81, 80)))
    chen.locator("main form:not([data-upload]) button[type=submit]").last.click()
    do(clerk, number, "accept")

    approver = people.page("approver", phone=True, language="en")
    approver.goto("/workbench/todo/")
    read(approver, "approver-todo")
    approver.goto(f"/workbench/cases/{number}/")
    read(approver, "approver-case")
    open_task(approver, number, "agree")
    read(approver, "approver-agree")
    approver.get_by_label("Opinion").fill("Meets the conditions")
    decide(approver)
    approver.wait_for_url(f"**/cases/{number}/")
    read(approver, "approver-agreed")

    chen.goto(f"/track/{number}/")
    read(chen, "case")
    chen.goto(f"/track/{number}/rate/acceptance/")
    read(chen, "rate")
    chen.locator("input[name=level][value='1']").check()
    chen.locator("main form button[type=submit]").click()
    read(chen, "rated")
    for name, address in {
        "mine": "/my/",
        "drafts": "/my/drafts/",
        "bookings": "/my/bookings/",
        "book": "/book/",
        "track": "/track/",
        "verify": "/verify/",
        "opinions": "/opinions/",
        "consult": "/opinions/consult/",
        "complain": "/opinions/complain/",
        "own": "/accounts/own/",
    }.items():
        chen.goto(address)
        read(chen, name)
    assert left == {}
    # He filled the form in English, so he is written to in English.
    told = eventually(lambda: [one for one in texts_about(people.folder, number) if "accepted" in one])
    assert told
