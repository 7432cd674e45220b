"""The page of a case through HTTP: the terms of its item, the situation, the form, the days, in either language."""

import re
from datetime import datetime, time

import pytest
from django.utils import timezone

from tests.integration.test_workbench import (
    LAND_FORM,
    REGISTRATION,
    WORK,
    accepted,
    as_,
    do,
    page,
    receive,
)
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.queries import get_case
from yichuang.catalogue.queries import get_item_guide
from yichuang.ui.casework import limit

# Left to SQLite: what a page says of a case.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]


def said(markup: str, name: str) -> str:
    """Return what a page says under a name of one of its lists."""
    found = re.search(rf"<dt>{re.escape(name)}</dt>\s*<dd>(.*?)</dd>", markup, re.DOTALL)
    assert found, f"the page says nothing under {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_before_acceptance_kind_and_promise_are_those_of_the_item() -> None:
    number = receive()
    text = page(as_("clerk"), f"/workbench/cases/{number}/")
    content = get_item_guide(code=get_case(number).implementation_code).content
    assert said(text, "承诺时限") == limit(content.promised_amount, content.promised_unit)
    assert said(text, "办件类型") == "承诺件"


def test_a_paper_without_a_number_has_its_day_alone() -> None:
    number = receive()
    text = page(as_("clerk"), f"/workbench/cases/{number}/")
    days = re.findall(r'paper-list"><li>.*?<span class="text-muted-strong">(.*?)</span>', text, re.DOTALL)
    assert days and not [day for day in days if day.strip().startswith("·")]


@pytest.mark.parametrize(
    ("language", "question", "answer", "use", "area"),
    [
        ("zh-hans", "土地权利是怎么来的？", "划拨", ("土地用途", "城镇住宅用地"), ("宗地面积", "120.5 平方米")),
        ("en", "How did you come to hold the land?", "Allocated by the government", None, None),
    ],
)
def test_the_situation_and_the_form_are_shown_in_words(
    language: str, question: str, answer: str, use: tuple[str, str] | None, area: tuple[str, str] | None
) -> None:
    number = receive(item=REGISTRATION, **LAND_FORM)
    text = page(as_("clerk", language), f"/workbench/cases/{number}/")
    assert said(text, question) == answer
    assert "<dd>housing</dd>" not in text and "<dd>allocation</dd>" not in text
    for name, value in filter(None, (use, area)):
        assert said(text, name) == value
    assert question not in page(as_("manager", language), f"/workbench/cases/{number}/")


def test_the_days_used_and_left_are_counted_while_the_case_runs() -> None:
    number = accepted()
    due = timezone.localdate(get_case(number).row.promised_due_at)  # type: ignore[arg-type]
    calendar, today = get_calendar(), timezone.localdate()
    text = page(as_("clerk"), f"/workbench/cases/{number}/")
    assert said(text, "已用") == "0 个工作日"
    assert said(text, "还剩") == f"{calendar.between(today, due)} 个工作日"


def test_the_days_of_a_special_procedure_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    number = accepted(WORK)
    calendar, today = get_calendar(), timezone.localdate()

    def go_to(working_days: int) -> None:
        moment = datetime.combine(calendar.add(today, working_days), time(10), CHINA)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    go_to(1)
    do("approver", number, "special", procedure="expert-review", expected_days="10", reason="需要专家论证")
    go_to(4)
    do("approver", number, "special-end", result="专家同意")
    go_to(6)
    text = page(as_("clerk"), f"/workbench/cases/{number}/")
    used = int(said(text, "已用").split()[0])
    assert used == 6 - get_case(number).paused_days < 6


def test_a_broken_promise_is_shown_as_days_over(monkeypatch: pytest.MonkeyPatch) -> None:
    number = accepted()
    due = timezone.localdate(get_case(number).row.promised_due_at)  # type: ignore[arg-type]
    moment = datetime.combine(get_calendar().add(due, 2), time(10), CHINA)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert said(page(as_("clerk"), f"/workbench/cases/{number}/"), "已超") == "2 个工作日"


@pytest.mark.parametrize("task", ["supplement", "refuse", "special", "withdraw"])
def test_no_task_lets_the_browser_cut_what_is_pasted(task: str) -> None:
    text = page(
        as_("clerk" if task in {"supplement", "withdraw"} else "approver"),
        f"/workbench/cases/{receive() if task == 'supplement' else accepted()}/{task}/",
    )
    assert "<textarea" in text or '<input type="text"' in text
    assert "maxlength" not in text
