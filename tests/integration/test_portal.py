"""The public catalogue: found by words and place, read as a guide, with the day by which one has the result."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yichuang.calendar.queries import get_calendar
from yichuang.catalogue.queries import get_item_guide, page_items
from yichuang.portal.guide import limit, readiness
from yichuang.ui.formats import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang")]


def body(address: str, status: int = 200, language: str = "zh-hans", **query: str) -> str:
    answer = Client(headers={"accept-language": language}).get(address, query)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.content.decode()


def shown(text: str) -> list[str]:
    return re.findall(r'class="item-name" href="/items/(\w{31})/"', text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_anybody_may_read_list_and_guide_in_both_languages(language: str) -> None:
    code = shown(body("/items/", language=language))[0]
    body(f"/items/{code}/", language=language)


def test_the_list_is_narrowed_by_words_place_department_and_theme() -> None:
    found = shown(body("/items/", q="土地", division="610924"))
    assert found == [row.implementation_code for row in page_items(search="土地", division="610924", limit=30)]
    assert found
    assert set(shown(body("/items/", department="610924-guotu"))) <= {
        row.implementation_code for row in page_items(department="610924-guotu", limit=500)
    }
    assert shown(body("/items/", department="guotu"))


def test_nothing_found_says_what_to_do() -> None:
    text = body("/items/", q="不存在的事项名称")
    assert "没有找到事项" in text
    assert "请换一个说法" in text


@pytest.mark.parametrize("words", ["%", "'", "<script>alert(1)</script>", "a" * 5000, "\x00"])
def test_strange_words_find_nothing_and_break_nothing(words: str) -> None:
    assert "<script>alert" not in body("/items/", q=words)


def test_the_pager_goes_on_where_it_stopped() -> None:
    first = body("/items/", division="610924")
    following = re.search(r'rel="next" href="([^"]*)"', first)
    assert following
    second = body("/items/" + following[1].replace("&amp;", "&"))
    assert shown(second)
    assert not set(shown(first)) & set(shown(second))


def test_the_guide_holds_what_the_item_asks() -> None:
    code = page_items(search="公司设立", division="610924").rows[0].implementation_code
    content = get_item_guide(code=code).content
    text = body(f"/items/{code}/")
    assert content.materials and content.legal_basis
    for material in content.materials:
        assert material.name.replace("&", "&amp;") in text
    for basis in content.legal_basis:
        assert basis.law in text
    assert "核对原文" in text
    assert content.implementation_code in text


def test_the_guide_says_by_which_day_one_has_the_result() -> None:
    row = next(row for row in page_items(division="610924", limit=100) if row.promised_unit == "working-days")
    due = get_calendar().add(timezone.localdate(), row.promised_amount)
    assert day(due) in body(f"/items/{row.implementation_code}/")


def test_five_working_days_before_the_spring_festival_end_after_it() -> None:
    row = next(row for row in page_items(division="610924", limit=100) if row.promised_unit == "working-days")
    content = replace(get_item_guide(code=row.implementation_code).content, promised_amount=5)
    assert readiness(content, today=date(2015, 2, 13)).on == date(2015, 2, 26)
    assert readiness(replace(content, promised_amount=0), today=date(2015, 2, 13)).on == date(2015, 2, 13)
    calendar_days = replace(content, promised_unit="calendar-days")
    assert readiness(calendar_days, today=date(2015, 2, 13)).on == date(2015, 2, 18)
    assert readiness(content, today=date(2048, 2, 13)).provisional


def test_no_limit_is_not_written_as_none() -> None:
    assert limit(None, "working-days") == ""
    assert limit(0, "working-days") == "当场办结"
    assert limit(5, "working-days") == "5 个工作日"


@pytest.mark.parametrize("code", ["nothing", "1" * 31, "1" * 33])
def test_an_unknown_item_is_refused_with_its_code(code: str) -> None:
    text = body(f"/items/{code}/", 404)
    assert code in text
    assert "不能这样做" in text


def test_list_and_guide_cost_a_constant_number_of_queries() -> None:
    code = shown(body("/items/"))[0]
    costs = []
    for address in ("/items/", "/items/?division=610924", f"/items/{code}/"):
        with CaptureQueriesContext(connection) as asked:
            body(address)
        costs.append(len(asked))
    assert max(costs) <= 16
