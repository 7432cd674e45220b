"""The supervisor's desk: who sees what, what survives in the address, what handling several at once leaves behind."""

import csv
import re
from datetime import date
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import polib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.architecture.source import PACKAGE
from tests.factories.judged import card_of, judged
from tests.integration import small_city
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.queries import allowed
from yichuang.accounts.values import Area, Role, Scope
from yichuang.cases.queries import page_cases
from yichuang.cases.values import CaseFilter
from yichuang.dashboards.supervision.reach import covers
from yichuang.supervision.models import Card, Finding
from yichuang.supervision.queries import get_rules, newest_findings, page_findings
from yichuang.supervision.values import CardState, FindingFilter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]
DESK = "/supervision/"


def a_case(county: str = "610924", organisation: str = "610924-guotu") -> str:
    return page_cases(CaseFilter(county=county, organisation=organisation), limit=1).rows[0].number


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def somebody(role: Role, area: Area) -> Client:
    user = User.objects.create_user(f"only-{role}-{area.division}", "a long enough phrase", display_name="测试")
    grant_role(user=user, role=role, area=area, valid_from=date(2015, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return content.decode()


def main_of(text: str) -> str:
    """Return what stands between header and footer."""
    return text[text.index("<main") : text.index("</main>")]


def shown(text: str) -> list[int]:
    """Return the findings that a page lists, in its order."""
    return [int(found) for found in re.findall(r'href="/supervision/findings/(\d+)/"', text)]


# -- who sees what -----------------------------------------------------------------------------------


def test_the_newest_finding_stands_first() -> None:
    first, second = judged(1, at=timezone.now()), judged(2, at=timezone.now(), occurred_on=date(2015, 3, 2))
    assert shown(text_of(client_of("supervisor"), DESK)) == [second.pk, first.pk]


@pytest.mark.parametrize("address", ["", "cards/", "rules/", "ranking/", "new/", "findings.csv"])
def test_a_clerk_is_told_who_may(address: str) -> None:
    text = text_of(client_of("clerk"), f"{DESK}{address}", 403)
    assert "电子监察员" in text


def test_a_county_sees_its_own_and_neither_counts_nor_downloads_the_others() -> None:
    mine = judged(1, at=timezone.now(), county="610924")
    other = judged(2, at=timezone.now(), county="610902")
    county = somebody(Role.SUPERVISOR, Area("610924"))
    page = text_of(county, DESK)
    assert shown(page) == [mine.pk]
    assert re.search(r"红牌</span><strong>1</strong>", page)
    rows = list(csv.reader(StringIO(text_of(county, f"{DESK}findings.csv").lstrip("\ufeff"))))
    assert [row[0] for row in rows[1:]] == [str(mine.pk)]
    assert "610902" not in page
    # Outside the scope is answered in the words of what does not exist.
    foreign, unknown = (main_of(text_of(county, f"/supervision/findings/{one}/", 404)) for one in (other.pk, 999999))
    assert f"编号为{other.pk}的监察发现" in foreign
    assert foreign.replace(f"为{other.pk}的", "为X的") == unknown.replace("为999999的", "为X的")
    assert "1 条新发现" in text_of(county, f"{DESK}new/?since=0")


def test_the_page_of_one_finding_and_every_list_mean_the_same_scope() -> None:
    for serial, county in enumerate(("610900", "610902", "610924", "610924"), 1):
        judged(serial, at=timezone.now(), county=county, department=("guotu", "gongan")[serial % 2])
    scopes = [
        Scope("supervision.view", (Area(),)),
        Scope("supervision.view", (Area("610900"),)),
        Scope("supervision.view", (Area("610924"), Area("610902"))),
        Scope("supervision.view", (Area("610924", "610924-guotu"),)),
        Scope("supervision.view", (Area("610924", "", "610924-centre"),)),
        Scope("supervision.view", (Area("610924101"),)),
        Scope("supervision.view"),
    ]
    every = newest_findings(after_id=0, limit=100)
    for scope in scopes:
        listed = {row.id for row in page_findings(chosen=FindingFilter(), scope=scope)}
        assert listed == {row.id for row in every if covers(scope, row)}, scope


# -- what stands in the address ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Asked for nothing, the desk shows what calls for a card.
        ({}, {1, 2}),
        ({"colour": "any"}, {1, 2}),
        ({"colour": "all"}, {1, 2, 3}),
        ({"colour": "red"}, {1, 2}),
        ({"colour": "none"}, {3}),
        ({"county": "610902"}, {2}),
        ({"rule": "promised-overdue"}, {1, 2}),
        ({"rule_class": "timeliness"}, {1, 2}),
        ({"department": "gongan"}, {2}),
        ({"from": "2020-01-01"}, {1, 3}),
        ({"until": "2015-03-02"}, {2}),
        ({"state": "ended"}, set()),
        ({"colour": "purple", "from": "no day", "state": "?", "after": ""}, {1, 2, 3}),
    ],
)
def test_every_choice_filters_and_stays_on_the_page(query: dict[str, str], expected: set[int]) -> None:
    at = timezone.now()
    found = {
        1: judged(1, at=at).pk,
        2: judged(2, at=at, county="610902", department="gongan", occurred_on=date(2015, 3, 2)).pk,
        3: judged(3, at=at, rule="upload-without-file").pk,
    }
    page = text_of(client_of("supervisor"), f"{DESK}?{urlencode(query)}")
    assert set(shown(page)) == {found[one] for one in expected}
    for name, value in query.items():
        if value and name not in ("colour", "from", "state"):
            assert re.search(rf'value="{value}"( selected|>|")', page), name


def test_a_number_of_a_case_finds_what_was_found_about_it() -> None:
    number = a_case()
    row = judged(1, at=timezone.now(), number=number)
    judged(2, at=timezone.now())
    assert shown(text_of(client_of("supervisor"), f"{DESK}?text={number[:14]}")) == [row.pk]


def test_news_counts_what_came_after_the_page_within_its_filter() -> None:
    old = judged(1, at=timezone.now())
    client = client_of("supervisor")
    assert "新发现" not in text_of(client, f"{DESK}new/?since={old.pk}")
    judged(2, at=timezone.now())
    judged(3, at=timezone.now(), rule="upload-without-file")
    assert "有 2 条新发现，其中红牌 1 条" in text_of(client, f"{DESK}new/?since={old.pk}")
    assert "有 1 条新发现" in text_of(client, f"{DESK}new/?since={old.pk}&colour=none")
    page = text_of(client, f"{DESK}?colour=all&since={old.pk}")
    assert page.count("finding-new") == 2


def test_an_open_desk_that_asks_by_itself_does_not_keep_its_session_awake() -> None:
    client = client_of("supervisor")
    session, then = client.session, timezone.now().timestamp() - 600
    session["accounts_began_at"] = session["accounts_seen_at"] = then
    session.save()
    client.get(f"{DESK}new/?since=0", headers={"X-Background": "1"})
    assert client.session["accounts_seen_at"] == then
    client.get(DESK)
    assert client.session["accounts_seen_at"] > then


def test_the_page_says_where_it_listens_and_from_which_finding_on() -> None:
    row = judged(1, at=timezone.now())
    page = text_of(client_of("supervisor"), DESK)
    assert 'data-stream="http://testserver:81/supervision/stream"' in page
    assert f'data-after="{row.pk}"' in page


# -- cost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "cards/", "findings.csv", "new/?since=0"])
def test_a_list_costs_the_same_number_of_queries_however_long_it_is(address: str) -> None:
    client = client_of("supervisor")
    for serial in range(2):
        judged(serial, at=timezone.now(), number="")
    text_of(client, DESK + address)
    with CaptureQueriesContext(connection) as few:
        text_of(client, DESK + address)
    for serial in range(2, 20):
        judged(serial, at=timezone.now(), county=("610924", "610902")[serial % 2])
    text_of(client, DESK + address)
    with CaptureQueriesContext(connection) as many:
        text_of(client, DESK + address)
    assert len(many) == len(few)
    assert len(many) < 30


# -- health ------------------------------------------------------------------------------------------


def test_a_broken_rule_file_is_told_on_the_desk_and_the_old_rules_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yichuang.supervision import rulebook

    monkeypatch.setenv("YICHUANG_RULES_DIR", str(tmp_path))
    rulebook.forget_rules()
    try:
        before = len(rulebook.get_rules().rules)
        (tmp_path / "broken.yaml").write_text("id: broken\ncondition: counted AND\n", encoding="utf-8")
        monkeypatch.setattr(rulebook._watched, "looked", 0.0)
        page = text_of(client_of("supervisor"), DESK)
        assert "监察规则文件有" in page
        assert "broken.yaml" in page
        assert f"{before} 条" in page
    finally:
        monkeypatch.delenv("YICHUANG_RULES_DIR")
        rulebook.forget_rules()


def test_silent_feeds_are_told_with_the_way_to_them() -> None:
    judged(1, at=timezone.now(), rule="feed-silent", county="610902")
    assert "数据报送有问题" in text_of(client_of("supervisor"), DESK)
    assert "数据报送有问题" not in text_of(somebody(Role.SUPERVISOR, Area("610924")), DESK)


# -- several at once ---------------------------------------------------------------------------------


def bulk(client: Client, act: str, numbers: list[str], **more: str) -> tuple[int, str]:
    answer = client.post(f"{DESK}handle/", {"act": act, "cards": numbers, **more})
    return answer.status_code, answer.content.decode()


def test_each_ticked_card_is_handled_by_itself_and_says_what_became_of_it() -> None:
    waiting = card_of(judged(1, at=timezone.now(), occurred_on=date(2015, 3, 2)))
    issued = card_of(judged(2, at=timezone.now()))
    assert (waiting.state, issued.state) == ("pending", "issued")
    status, page = bulk(client_of("supervisor"), "issue", [waiting.number, issued.number])
    assert status == 200
    assert "选中 2 张，办成 1 张" in page
    assert "现在是“已发”，不能发牌" in page
    assert {row.state for row in Card.objects.all()} == {"issued"}


def test_a_card_of_another_county_is_answered_like_one_that_does_not_exist() -> None:
    mine = card_of(judged(1, at=timezone.now(), occurred_on=date(2015, 3, 2)))
    other = card_of(judged(2, at=timezone.now(), county="610902", occurred_on=date(2015, 3, 2)))
    county = somebody(Role.SUPERVISOR, Area("610924"))
    _status, page = bulk(county, "cancel", [mine.number, other.number, "NONE"], words="核对无误")
    assert page.count("没有编号为") == 2
    assert Card.objects.get(pk=mine.pk).state == CardState.CANCELLED
    assert Card.objects.get(pk=other.pk).state == CardState.PENDING


def test_what_is_missing_is_said_and_nothing_is_done() -> None:
    waiting = card_of(judged(1, at=timezone.now(), occurred_on=date(2015, 3, 2)))
    status, page = bulk(client_of("supervisor"), "cancel", [waiting.number])
    assert status == 422
    assert "请写明理由" in page
    assert re.search(rf'value="{waiting.number}"[^>]* checked', page)
    status, page = bulk(client_of("supervisor"), "issue", [])
    assert status == 422
    assert "请先在列表里选中" in page
    assert Card.objects.get(pk=waiting.pk).state == CardState.PENDING


def test_an_editor_sees_but_neither_ticks_nor_handles() -> None:
    row = card_of(judged(1, at=timezone.now()))
    editor = client_of("editor")
    assert 'name="cards"' not in text_of(editor, DESK)
    assert bulk(editor, "withdraw", [row.number], words="无权")[0] == 403
    assert allowed(User.objects.get(username="editor"), "supervision.handle").areas == ()


def test_two_supervisors_at_once_issue_a_card_once() -> None:
    waiting = card_of(judged(1, at=timezone.now(), occurred_on=date(2015, 3, 2)))
    client = client_of("supervisor")
    assert "办成 1 张" in bulk(client, "issue", [waiting.number])[1]
    assert "办成 0 张" in bulk(client, "issue", [waiting.number])[1]


# -- one finding -------------------------------------------------------------------------------------


def test_a_case_stands_beside_the_rule_that_caught_it_with_its_numbers_filled_in() -> None:
    number = a_case()
    row = judged(1, at=timezone.now(), number=number)
    page = text_of(client_of("supervisor"), f"/supervision/findings/{row.pk}/")
    assert number in page
    assert f'href="/cases/{number}/"' in page
    assert "承诺到期日（2015年3月16日）" in page
    assert 'class="clock-line"' in page
    assert "榆林市电子监察实施细则" in page
    assert small_city.RESIDENT not in page
    assert small_city.NAME not in page


@pytest.mark.parametrize("rule", ["feed-late", "same-file-in-many-cases", "closed-in-bulk", "consultation-overdue"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_finding_about_something_else_than_a_case_has_its_page_too(rule: str, language: str) -> None:
    row = judged(1, at=timezone.now(), rule=rule)
    client = client_of("supervisor")
    client.cookies["django_language"] = language
    page = text_of(client, f"/supervision/findings/{row.pk}/")
    assert "clock-line" not in page


def test_other_findings_of_the_same_case_are_within_reach() -> None:
    number = a_case()
    one = judged(1, at=timezone.now(), number=number)
    two = judged(2, at=timezone.now(), number=number, rule="upload-without-file")
    assert two.pk in shown(text_of(client_of("supervisor"), f"/supervision/findings/{one.pk}/"))


def test_a_rule_that_is_no_longer_in_force_still_names_its_findings() -> None:
    row = judged(1, at=timezone.now())
    Finding.objects.filter(pk=row.pk).update(rule="gone-rule")
    page = text_of(client_of("supervisor"), DESK)
    assert "gone-rule" in page
    assert shown(page) == [row.pk]


def test_every_page_answers_in_english() -> None:
    row = judged(1, at=timezone.now(), number=a_case())
    card = card_of(row)
    client = client_of("supervisor")
    client.cookies["django_language"] = "en"
    # What rule files cite stays Chinese.
    cited = "".join(rule.text for rule in get_rules().rules)
    catalogues = PACKAGE.glob("*/locale/en/LC_MESSAGES/django.po")
    said_by_us = [
        entry.msgid
        for path in catalogues
        if path.parts[-5] in {"dashboards", "supervision"}
        for entry in polib.pofile(str(path))
        if len(entry.msgid) > 2 and "%" not in entry.msgid and "{" not in entry.msgid and entry.msgid not in cited
    ]
    assert len(said_by_us) > 100
    for address in ("", "cards/", f"findings/{row.pk}/", f"cards/{card.number}/", "rules/", "ranking/"):
        page = text_of(client, DESK + address)
        body = main_of(page)
        assert [text for text in said_by_us if text in body] == [], address
