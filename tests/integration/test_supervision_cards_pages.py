"""Pages of cards: who sees which card, what each may do with it, evidence, appeals, letters, rules, the ranking."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import files
from tests.factories.judged import card_of, judged
from tests.integration import small_city
from tests.integration.test_supervision_desk import a_case, client_of, main_of, somebody, text_of
from yichuang.accounts.models import User
from yichuang.accounts.queries import get_staff_actor
from yichuang.accounts.values import Area, Role
from yichuang.calendar.queries import get_calendar
from yichuang.supervision import commands
from yichuang.supervision.cards.addressees import Addressee, Addressees
from yichuang.supervision.models import Card, CardNotice
from yichuang.supervision.queries import get_rules
from yichuang.supervision.values import CardState, Level

# Left to SQLite: pages over doors that test_supervision_cards asks on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]
CARDS, MINE = "/supervision/cards/", "/supervision/mine/"
SENTENCE = "经核实，系统记录的时间有误"


def issued(serial: int = 1, **more: object) -> Card:
    """Return a card that was issued a moment ago by itself."""
    return card_of(judged(serial, at=timezone.now(), **more))  # type: ignore[arg-type]


def waiting(serial: int = 1, **more: object) -> Card:
    """Return a card about something old, which waits for a person."""
    return card_of(judged(serial, at=timezone.now(), occurred_on=date(2015, 3, 2), **more))  # type: ignore[arg-type]


@pytest.fixture
def approvers_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the approver have had every case in hand."""
    actor = get_staff_actor(username="approver")
    monkeypatch.setattr(Addressees, "officer", lambda _to, _card: Addressee(actor.id, actor.name, Level.OFFICER))


def do(client: Client, card: Card, act: str, *, own: bool = False, version: int | None = None, **typed: object) -> str:
    """Do an act on its page; return the page that follows, or the form with its faults."""
    base = MINE if own else CARDS
    row = Card.objects.get(pk=card.pk)
    data = {"version": row.version if version is None else version, **typed}
    answer = client.post(f"{base}{card.number}/{act}/", data, follow=True)
    return str(answer.status_code) + main_of(answer.content.decode())


def state_of(card: Card) -> str:
    return Card.objects.get(pk=card.pk).state


# -- who sees which ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("approvers_case")
def test_an_officer_sees_the_card_addressed_to_him_and_a_colleague_does_not() -> None:
    card = issued()
    assert card.number in text_of(client_of("approver"), MINE)
    assert "承诺" in text_of(client_of("approver"), f"{MINE}{card.number}/")
    assert card.number not in text_of(client_of("approver2"), MINE)
    text_of(client_of("approver2"), f"{MINE}{card.number}/", 404)


@pytest.mark.parametrize(
    ("who", "sees"), [("representative", True), ("manager", True), ("registrar", False), ("clerk", False)]
)
def test_a_card_concerns_the_head_of_its_department_and_the_centre_and_nobody_else(who: str, sees: bool) -> None:
    card = issued()
    assert (card.number in text_of(client_of(who), MINE)) is sees
    text_of(client_of(who), f"{MINE}{card.number}/", 200 if sees else 404)


def test_a_card_that_was_never_issued_concerns_nobody_yet() -> None:
    card = waiting()
    assert card.number not in text_of(client_of("representative"), f"{MINE}?which=all")
    text_of(client_of("representative"), f"{MINE}{card.number}/", 404)
    assert card.number in text_of(client_of("supervisor"), CARDS)


def test_a_supervisor_of_one_county_has_no_card_of_another() -> None:
    other = issued(county="610902")
    county = somebody(Role.SUPERVISOR, Area("610924"))
    assert other.number not in text_of(county, CARDS)
    for address in ("", "withdraw/", "files/none/", "letters/1.pdf"):
        text_of(county, f"{CARDS}{other.number}/{address}", 404)
    answer = county.post(f"{CARDS}{other.number}/withdraw/", {"version": 2, "reason": "无权"})
    assert "没有编号为" in answer.content.decode()
    assert state_of(other) == CardState.ISSUED


def test_a_clerk_is_kept_from_supervisions_pages_and_a_supervisor_has_no_own_ones() -> None:
    card = issued()
    text_of(client_of("clerk"), f"{CARDS}{card.number}/", 403)
    text_of(client_of("supervisor"), MINE, 403)


def test_an_applicants_name_and_number_never_reach_a_card() -> None:
    card = issued(number=a_case())
    for client, base in ((client_of("supervisor"), CARDS), (client_of("representative"), MINE)):
        page = text_of(client, f"{base}{card.number}/")
        assert small_city.NAME not in page
        assert small_city.RESIDENT not in page


# -- what may be done --------------------------------------------------------------------------------


def offered(client: Client, address: str) -> set[str]:
    page = text_of(client, address)
    return set(re.findall(rf'href="{address}([a-z-]+)/"', page))


def test_only_what_the_state_allows_is_offered_and_what_is_barred_says_who_may() -> None:
    card, supervisor = waiting(), client_of("supervisor")
    address = f"{CARDS}{card.number}/"
    assert offered(supervisor, address) == {"issue", "cancel"}
    do(supervisor, card, "issue")
    assert offered(supervisor, address) == {"supervise", "send-letter", "accept-rectification", "withdraw"}
    assert "由卡上的经办人或其所在部门办理" in text_of(supervisor, address)
    assert offered(client_of("representative"), f"{MINE}{card.number}/") == {"reply", "appeal"}
    assert offered(client_of("editor"), address) == set()
    assert "由电子监察员办理" in text_of(client_of("editor"), address)


def test_an_act_of_the_other_side_has_no_address_here() -> None:
    card = issued()
    text_of(client_of("supervisor"), f"{CARDS}{card.number}/reply/", 404)
    text_of(client_of("representative"), f"{MINE}{card.number}/withdraw/", 404)


def test_a_barred_act_explains_itself_and_keeps_what_was_typed() -> None:
    card = issued()
    page = text_of(client_of("supervisor"), f"{CARDS}{card.number}/issue/")
    assert "现在是“已发”，不能发牌" in page
    assert re.search(r'type="submit"[^>]*disabled', page)
    refused = do(client_of("supervisor"), card, "cancel", reason="不该发牌")
    assert refused.startswith("422")
    assert "不该发牌</textarea>" in refused


def test_a_missing_reason_is_an_error_with_a_way_to_its_field() -> None:
    refused = do(client_of("supervisor"), issued(), "withdraw", reason="  ")
    assert refused.startswith("422")
    assert 'href="#id_reason"' in refused


def test_who_was_slower_keeps_his_words_and_reads_what_happened() -> None:
    card = issued()
    read = Card.objects.get(pk=card.pk).version
    do(client_of("supervisor"), card, "supervise", words="抓紧办结")
    late = do(client_of("supervisor"), card, "withdraw", version=read, reason=SENTENCE)
    assert late.startswith("409")
    assert "列入督办" in late
    assert SENTENCE in late
    assert state_of(card) == CardState.SUPERVISED
    assert "已办理" in do(client_of("supervisor"), card, "withdraw", reason=SENTENCE)
    assert state_of(card) == CardState.WITHDRAWN


# -- reply, appeal, decision, rectification, letter --------------------------------------------------


def png(name: str = "证据.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, files.picture("PNG"), content_type="image/png")


@pytest.mark.usefixtures("approvers_case")
def test_a_reply_with_evidence_reaches_supervision_and_the_evidence_can_be_read_by_both() -> None:
    card = issued()
    officer = client_of("approver")
    page = do(officer, card, "reply", own=True, text="系统切换导致记录延迟", files=[png(), png("第二页.png")])
    assert page.startswith("200")
    assert "反馈：已办理" in page
    assert "附证据 2 份" in page
    for client, base in ((officer, MINE), (client_of("supervisor"), CARDS)):
        shown = text_of(client, f"{base}{card.number}/")
        assert "系统切换导致记录延迟" in shown
        key = re.findall(rf'href="{base}{card.number}/files/(\w+)/"', shown)[0]
        answer = client.get(f"{base}{card.number}/files/{key}/")
        assert b"".join(answer.streaming_content) == files.picture("PNG")  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
    text_of(client_of("registrar"), f"{MINE}{card.number}/files/{key}/", 404)


def test_a_file_that_will_not_do_is_refused_and_the_words_are_kept() -> None:
    card = issued()
    bad = SimpleUploadedFile("恶意.exe", b"MZ" + bytes(100))
    page = do(client_of("representative"), card, "reply", own=True, text="已办结", files=[bad])
    assert page.startswith("422")
    assert "已办结</textarea>" in page
    assert Card.objects.get(pk=card.pk).replied_at is None


@pytest.mark.parametrize(("upheld", "state"), [("yes", CardState.UPHELD), ("no", CardState.WITHDRAWN)])
def test_an_appeal_is_decided_with_reasons_that_its_side_reads(upheld: str, state: CardState) -> None:
    card, head, supervisor = issued(), client_of("representative"), client_of("supervisor")
    do(head, card, "appeal", own=True, grounds="特别程序时间没有扣除", files=[png()])
    assert state_of(card) == CardState.APPEALED
    shown = text_of(supervisor, f"{CARDS}{card.number}/")
    assert "按发牌时的事实和规则文本重新判定" in shown
    assert offered(supervisor, f"{CARDS}{card.number}/") == {"decide-appeal", "withdraw"}
    do(supervisor, card, "decide-appeal", upheld=upheld, reasons="调取了公文登记簿核对")
    assert state_of(card) == state
    assert "调取了公文登记簿核对" in text_of(head, f"{MINE}{card.number}/")
    # A card is appealed once.
    assert "appeal" not in offered(head, f"{MINE}{card.number}/")


def test_rectification_closes_the_card() -> None:
    card = issued()
    do(client_of("supervisor"), card, "accept-rectification", words="已办结并说明")
    assert state_of(card) == CardState.RECTIFIED
    assert offered(client_of("representative"), f"{MINE}{card.number}/") == set()


def test_a_letter_is_numbered_and_both_sides_read_it_as_pdf() -> None:
    card, supervisor = issued(), client_of("supervisor")
    until = timezone.localdate() + timedelta(days=20)
    page = do(supervisor, card, "send-letter", demand="请于期限内办结并书面报告", until=until.isoformat())
    assert "发督办函：已办理" in page
    for client, base in ((supervisor, CARDS), (client_of("representative"), MINE)):
        shown = text_of(client, f"{base}{card.number}/")
        seq = re.findall(rf'href="{base}{card.number}/letters/(\d+)\.pdf"', shown)[0]
        answer = client.get(f"{base}{card.number}/letters/{seq}.pdf")
        assert answer.content.startswith(b"%PDF")
    text_of(client_of("registrar"), f"{MINE}{card.number}/letters/{seq}.pdf", 404)


def test_a_day_that_has_passed_is_refused_at_the_form() -> None:
    card = issued()
    page = do(client_of("supervisor"), card, "supervise", until="2015-01-05", words="")
    assert page.startswith("422")
    assert "不在今天" in page
    assert state_of(card) == CardState.ISSUED


# -- my page -----------------------------------------------------------------------------------------


def test_my_page_shows_the_light_of_what_is_due_next() -> None:
    card, today, calendar = issued(), timezone.localdate(), get_calendar()
    head = client_of("representative")
    assert "light-green" in text_of(head, MINE)
    Card.objects.filter(pk=card.pk).update(reply_due_on=today)
    assert "light-yellow" in text_of(head, MINE)
    Card.objects.filter(pk=card.pk).update(reply_due_on=calendar.day_of(calendar.ordinal(today) - 3))
    page = text_of(head, MINE)
    assert "light-red" in page
    assert "已超 3 个工作日" in page
    do(head, card, "reply", own=True, text="已办结")
    assert "light-" not in main_of(text_of(head, MINE))


def test_unread_notices_stand_on_my_page_and_in_the_navigation_until_they_are_read() -> None:
    card, head = issued(), client_of("representative")
    owner = str(User.objects.get(username="representative").uuid)
    assert CardNotice.objects.filter(owner=owner, read_at__isnull=True).count() == 1
    page = text_of(head, "/workbench/")
    assert re.search(r'我的监察卡[^<]*<span class="count-mark">1<', page)
    assert "未读通知 1 条" in text_of(head, MINE)
    text_of(head, f"{MINE}{card.number}/")
    assert "未读通知" not in text_of(head, MINE)
    assert "count-mark" not in text_of(head, "/workbench/")
    issued(2)
    head.post(f"{MINE}notices/read/")
    assert "未读通知" not in text_of(head, MINE)


def test_nobody_marks_another_persons_notices_as_read() -> None:
    issued()
    client_of("registrar").post(f"{MINE}notices/read/")
    assert CardNotice.objects.filter(read_at__isnull=True).exists()


@pytest.mark.parametrize("address", [MINE, CARDS])
def test_lists_of_cards_cost_the_same_however_long_they_are(address: str) -> None:
    client = client_of("manager")
    issued(1)
    text_of(client, address)
    with CaptureQueriesContext(connection) as few:
        text_of(client, address)
    for serial in range(2, 20):
        issued(serial)
    with CaptureQueriesContext(connection) as many:
        text_of(client, address)
    assert len(many) == len(few)


# -- rules and ranking -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("rule", [rule.id for rule in get_rules().rules])
def test_every_rule_has_its_page(rule: str, language: str) -> None:
    client = client_of("supervisor")
    client.cookies["django_language"] = language
    assert rule in text_of(client, f"/supervision/rules/{rule}/")


def test_the_catalogue_filters_by_class_card_and_scheme_and_counts_what_stands() -> None:
    issued(county="610924")
    client = client_of("supervisor")
    every = text_of(client, "/supervision/rules/")
    assert all(f'href="/supervision/rules/{rule.id}/"' in every for rule in get_rules().rules)
    fees = text_of(client, "/supervision/rules/?rule_class=fee")
    listed = set(re.findall(r'href="/supervision/rules/([a-z-]+)/"', fees))
    assert listed == {rule.id for rule in get_rules().rules if rule.rule_class == "fee"}
    red = text_of(client, "/supervision/rules/?colour=red&scheme=B")
    listed = set(re.findall(r'href="/supervision/rules/([a-z-]+)/"', red))
    assert listed == {rule.id for rule in get_rules().rules if rule.cards.get("B") == "red"}
    assert re.search(r'rule=promised-overdue">1<', every)
    text_of(client, "/supervision/rules/no-such-rule/", 404)


def test_a_ranking_gives_a_reason_for_every_point_and_is_published_once_the_month_is_over() -> None:
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    card, month = issued(), f"{last:%Y-%m}"
    Card.objects.filter(pk=card.pk).update(issued_on=last)
    supervisor = client_of("supervisor")
    address = f"/supervision/ranking/?month={month}&division=610924"
    page = text_of(supervisor, address)
    assert "暂计，尚未公布" in page
    assert f"红牌{card.number}，扣10分" in page
    supervisor.post("/supervision/ranking/publish/", {"month": month, "division": "610924"})
    published = text_of(supervisor, address)
    assert "李监察（演示）" in published
    # What was published stays, whatever happens to the card afterwards.
    commands.withdraw(number=card.number, reason=SENTENCE, by=get_staff_actor(username="supervisor"), at=timezone.now())
    assert f"红牌{card.number}，扣10分" in text_of(supervisor, address)


def test_a_month_that_is_not_over_and_a_place_of_others_are_not_published() -> None:
    issued()
    today = timezone.localdate()
    answer = client_of("supervisor").post(
        "/supervision/ranking/publish/", {"month": f"{today:%Y-%m}", "division": "610924"}
    )
    assert answer.status_code == 422
    assert "还没有结束" in answer.content.decode()
    county = somebody(Role.SUPERVISOR, Area("610924"))
    assert county.post("/supervision/ranking/publish/", {"month": "2015-06", "division": "610902"}).status_code == 403
    assert "610902" not in text_of(county, "/supervision/ranking/")


# -- the matrix --------------------------------------------------------------------------------------


def test_the_navigation_leads_each_role_to_its_own_pages_and_marks_one_entry() -> None:
    assert 'href="/supervision/"' in text_of(client_of("supervisor"), "/workbench/")
    clerk = text_of(client_of("clerk"), "/workbench/")
    assert 'href="/supervision/"' not in clerk
    assert 'href="/supervision/mine/"' in clerk
    manager = text_of(client_of("manager"), MINE)
    assert re.findall(r'href="([^"]+)" aria-current="page"', manager[: manager.index("<main")]) == [MINE]
