"""Pages of leads and call-backs: both sides beside each other, what each comparison weighs, the reviewer's verdict."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.integration.test_registers import (
    EARLY,
    GOOD,
    NOW,
    ORGANISATION,
    OUTSIDE,
    SHADOW,
    leads,
    link,
    make_case,
    take,
)
from tests.integration.test_supervision_desk import client_of, main_of, somebody, text_of
from yichuang.accounts.values import Area, Role
from yichuang.cases.queries import page_cases
from yichuang.cases.values import CaseFilter
from yichuang.kernel.actor import SYSTEM
from yichuang.supervision.commands import draw_callbacks
from yichuang.supervision.models import Callback, Lead
from yichuang.supervision.values import LeadOutcome

# Left to SQLite: pages over doors that test_registers asks on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]
LEADS, CALLBACKS = "/supervision/leads/", "/supervision/callbacks/"
RESIDENT = "610924198503070012"


@pytest.fixture
def linked(tmp_path: Path) -> dict[str, int]:
    """Return the leads of a small register by their document numbers."""
    make_case("1", "紫阳鑫源餐饮店", "610924600012345")
    make_case("2", "紫阳秦巴餐饮店", "610924600077777", on="2015-03-20")
    take(tmp_path, [GOOD, OUTSIDE, SHADOW, EARLY])
    link()
    return {row.document_number: row.id for row in leads()}


def shown(text: str) -> set[int]:
    return {int(found) for found in re.findall(r'href="/supervision/leads/(\d+)/"', text)}


def test_the_list_asks_about_doubts_and_keeps_its_choices(linked: dict[str, int]) -> None:
    client = client_of("supervisor")
    doubtful = {row.id for row in leads() if row.outcome is not LeadOutcome.INSIDE}
    assert doubtful
    assert shown(text_of(client, LEADS)) == doubtful
    inside = {row.id for row in leads() if row.outcome is LeadOutcome.INSIDE}
    assert shown(text_of(client, f"{LEADS}?outcome=inside")) == inside
    assert shown(text_of(client, f"{LEADS}?text={OUTSIDE[1]}")) == {linked[OUTSIDE[1]]}
    assert shown(text_of(client, f"{LEADS}?county=610902")) == set()
    assert shown(text_of(somebody(Role.SUPERVISOR, Area("610902")), LEADS)) == set()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_lead_shows_both_sides_with_what_each_comparison_weighs(linked: dict[str, int], language: str) -> None:
    client = client_of("supervisor")
    client.cookies["django_language"] = language
    for lead in linked.values():
        page = main_of(text_of(client, f"{LEADS}{lead}/"))
        assert "Project-Id-Version" not in page
        assert page.count('class="side"') >= 3
    matched = main_of(text_of(client, f"{LEADS}{linked[EARLY[1]]}/"))
    assert "weight-for" in matched or "exact" in Lead.objects.get(pk=linked[EARLY[1]]).kind


def test_a_verdict_needs_a_reason_and_is_kept_with_it(linked: dict[str, int]) -> None:
    client, lead = client_of("supervisor"), linked[OUTSIDE[1]]
    answer = client.post(f"{LEADS}{lead}/", {"verdict": "confirmed", "reason": ""})
    assert answer.status_code == 422
    assert 'href="#id_reason"' in answer.content.decode()
    assert client.post(f"{LEADS}{lead}/", {"verdict": "confirmed", "reason": "查看了原始台账"}).status_code == 302
    page = text_of(client, f"{LEADS}{lead}/")
    assert "属实" in page
    assert "查看了原始台账" in page
    assert "李监察（演示）" in page
    assert lead not in shown(text_of(client, LEADS))
    assert lead in shown(text_of(client, f"{LEADS}?reviewed=yes"))


def test_a_case_that_does_not_exist_is_refused_with_everything_that_was_typed(linked: dict[str, int]) -> None:
    answer = client_of("supervisor").post(
        f"{LEADS}{linked[SHADOW[1]]}/", {"verdict": "rejected", "reason": "已核对", "case_number": "NONE"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有编号为NONE的办件" in page
    assert "已核对</textarea>" in page
    assert not Lead.objects.get(pk=linked[SHADOW[1]]).verdict


def test_another_countys_lead_is_answered_like_none_and_a_manager_does_not_review(linked: dict[str, int]) -> None:
    lead = linked[OUTSIDE[1]]
    elsewhere = somebody(Role.SUPERVISOR, Area("610902"))
    text_of(elsewhere, f"{LEADS}{lead}/", 404)
    elsewhere.post(f"{LEADS}{lead}/", {"verdict": "confirmed", "reason": "无权"})
    assert not Lead.objects.get(pk=lead).verdict
    for address in (LEADS, f"{LEADS}{lead}/", CALLBACKS):
        text_of(client_of("manager"), address, 403)


# -- call-backs --------------------------------------------------------------------------------------


@pytest.fixture
def drawn() -> str:
    """Return the number of a case drawn for a call-back."""
    make_case("1", "测试丁", RESIDENT, on="2015-06-24")
    (number,) = draw_callbacks(on=date(2015, 7, 1), per_county=1, seed=7, by=SYSTEM, at=NOW)
    return number


def call(client: Client, number: str, **said: str) -> int:
    return client.post(f"{CALLBACKS}{number}/", said).status_code


def test_what_the_applicant_says_is_taken_down_beside_the_record(drawn: str) -> None:
    client = client_of("supervisor")
    assert drawn in text_of(client, CALLBACKS)
    page = text_of(client, f"{CALLBACKS}{drawn}/")
    assert "办理日期：和记录的日期一致吗" in page
    assert RESIDENT not in page
    said = {"state": "done", "place": "yes", "date": "no", "visits": "", "fees": "yes", "notes": "说是六月初办的"}
    assert call(client, drawn, **said) == 302
    row = Callback.objects.get(number=drawn)
    assert (row.place_agrees, row.date_agrees, row.visits_agree, row.fees_agree) == (True, False, None, True)
    assert drawn not in text_of(client, CALLBACKS)
    assert drawn in text_of(client, f"{CALLBACKS}?state=all&disagrees=1")
    page = text_of(client, f"{CALLBACKS}{drawn}/")
    assert "说是六月初办的" in page
    assert "<form" not in main_of(page)
    assert call(client, drawn, state="done") == 422


def test_who_could_not_be_reached_may_be_called_again(drawn: str) -> None:
    client = client_of("supervisor")
    assert call(client, drawn, state="unreachable") == 302
    assert "<form" in main_of(text_of(client, f"{CALLBACKS}{drawn}/"))
    assert call(client, drawn, state="done", place="yes") == 302


def test_a_faulty_answer_comes_back_with_what_was_typed(drawn: str) -> None:
    answer = client_of("supervisor").post(f"{CALLBACKS}{drawn}/", {"place": "maybe", "notes": "下午再打"})
    assert answer.status_code == 422
    assert "下午再打</textarea>" in answer.content.decode()
    assert Callback.objects.get(number=drawn).state == "drawn"


def test_another_countys_call_back_is_answered_like_none(drawn: str) -> None:
    elsewhere = somebody(Role.SUPERVISOR, Area("610902"))
    text_of(elsewhere, f"{CALLBACKS}{drawn}/", 404)
    assert page_cases(CaseFilter(organisation=ORGANISATION), limit=1).rows[0].number == drawn
