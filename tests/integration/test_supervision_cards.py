"""Cards: issued and told to whom they concern, answered, appealed, supervised by letter; seen by nobody else."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.factories import files
from tests.factories.stories import china
from tests.factories.supervision import EVERYWHERE, rules
from yichuang.accounts.models import User
from yichuang.accounts.queries import allowed, get_staff_actor
from yichuang.accounts.values import Area, Scope
from yichuang.calendar.queries import get_calendar
from yichuang.cases import commands as cases
from yichuang.cases.values import ApplicantDetails, UploadRefused, acts
from yichuang.kernel.actor import Actor
from yichuang.papers.values import PaperNotProven
from yichuang.supervision import commands, queries
from yichuang.supervision.models import Card
from yichuang.supervision.values import (
    AppealTooLate,
    CardAct,
    CardChangedMeanwhile,
    CardFilter,
    CardNotKnown,
    CardNotPossibleNow,
    CardNotYours,
    CardState,
    FileNotKnown,
    FindingFilter,
    Given,
    Level,
    MonthNotOver,
    RankingNotPublished,
    TooManyEvidenceFiles,
)

__all__ = ["rules"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang", "rules")]

OFFICE, COUNTY, ITEM = "610924-guotu", "610924", "11002"
BEGUN = china("2026-03-02T10:00")
FOUND = china("2026-06-01T10:00")
APPLICANT = ApplicantDetails(name="张晓明", id_type="111", id_number="610924198503070012", phone="13892501234")


def staff(username: str) -> Actor:
    """Return a member of the demonstration's staff."""
    return get_staff_actor(username=username)


def open_case(*, at: datetime = BEGUN, organisation: str = OFFICE, item: str = ITEM) -> str:
    """Let the window take in and accept a case, and the approver take it in hand; return its number."""
    receipt = acts.Receive(
        item=item, organisation=organisation, division=COUNTY, centre=f"{COUNTY}-centre", channel="window"
    )
    number = cases.receive_application(receipt=receipt, applicant=APPLICANT, by=staff("clerk"), at=at, now=at)
    cases.accept_application(number=number, by=staff("clerk"), at=at)
    return number


def card(*, at: datetime = FOUND, begun: datetime = BEGUN) -> str:
    """Find an overdue case and return the number of its card, which waits: the breach is long past."""
    number = open_case(at=begun)
    # A sweep sees what is not committed yet, as a follower would not.
    commands.sweep(at=at)
    return Card.objects.get(case_number=number).number


def issued(*, at: datetime = FOUND) -> str:
    """Return the number of a card that the supervisor has issued."""
    number = card(at=at)
    commands.issue_card(number=number, by=staff("supervisor"), at=at)
    return number


def state(number: str) -> CardState:
    """Return how a card stands."""
    return queries.get_card(number, on=FOUND.date()).row.state


# --- issue and notices ------------------------------------------------------------------------------------------------


def test_a_fresh_breach_is_issued_at_once_and_an_old_one_waits_for_a_person() -> None:
    number = open_case()
    due = queries_due(number)
    commands.sweep(at=china(f"{get_calendar().add(due, 3)}T10:00"))
    assert Card.objects.get(case_number=number).state == CardState.ISSUED
    assert Card.objects.get(number=card(at=china("2026-09-01"))).state == CardState.PENDING


def queries_due(number: str) -> date:
    """Return the last day of a case's promise."""
    from yichuang.cases.models import Facts

    due = Facts.objects.get(number=number).promised_due_at
    assert due is not None
    return due.date()


def test_a_card_is_addressed_to_the_officer_and_told_to_department_and_centre() -> None:
    number = issued()
    row = queries.get_card(number, on=FOUND.date()).row
    assert row.officer_name == staff("clerk").name
    told = {user: queries.list_card_notices(staff(user).id) for user in ("clerk", "representative", "manager")}
    levels = {user: [one.level for one in notices] for user, notices in told.items()}
    assert levels == {"clerk": [Level.OFFICER], "representative": [Level.DEPARTMENT], "manager": [Level.LEADER]}
    assert queries.list_card_notices(staff("approver2").id) == ()
    assert queries.count_unread(staff("clerk").id) == 1
    assert commands.mark_read(owner=staff("clerk").id, number=number, at=FOUND) == 1
    assert queries.count_unread(staff("clerk").id) == 0
    assert queries.count_unread(staff("manager").id) == 1


def test_several_cards_are_issued_together_and_each_fares_by_itself() -> None:
    numbers = [card(), card()]
    commands.cancel(number=numbers[0], reason="补报旧账", by=staff("supervisor"), at=FOUND)
    outcomes = commands.issue_cards(numbers=[*numbers, numbers[1], "JC0"], by=staff("supervisor"), at=FOUND)
    assert [one.number for one in outcomes] == [*numbers, "JC0"]
    assert [type(one.refusal) for one in outcomes] == [CardNotPossibleNow, type(None), CardNotKnown]
    assert [state(number) for number in numbers] == [CardState.CANCELLED, CardState.ISSUED]


def test_two_people_at_one_card_lose_nothing() -> None:
    number = card()
    seen = queries.get_card(number, on=FOUND.date()).row.version
    commands.issue_card(number=number, by=staff("supervisor"), at=FOUND, expected_version=seen)
    with pytest.raises(CardChangedMeanwhile):
        commands.cancel(number=number, reason="误判", by=staff("supervisor"), at=FOUND, expected_version=seen)


# --- reply, appeal, evidence ------------------------------------------------------------------------------------------


def given(data: bytes, name: str = "说明.pdf") -> Given:
    """Return a file as it is handed in."""
    return Given(file_name=name, content=BytesIO(data), size=len(data))


def test_a_reply_keeps_its_evidence_inspected_and_by_digest() -> None:
    number = issued()
    paper = files.paper()
    commands.reply(number=number, text="已办结", files_given=[given(paper)], by=staff("approver"), at=FOUND)
    file = queries.get_card(number, on=FOUND.date())
    (kept,) = file.papers
    assert (kept.file_name, kept.size, kept.created_by) == ("说明.pdf", len(paper), staff("approver").name)
    assert file.lines[-1].event.files == (kept.digest,)  # type: ignore[attr-defined]
    _, content = queries.open_card_file(number=number, key=kept.key)
    with content:
        assert content.read() == paper
    with pytest.raises(FileNotKnown):
        queries.open_card_file(number="JC6109242026999999", key=kept.key)


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_replied() -> None:
    number = issued()
    with pytest.raises(UploadRefused):
        commands.reply(
            number=number, text="见附件", files_given=[given(b"MZ\x90\x00" * 50)], by=staff("clerk"), at=FOUND
        )
    assert queries.get_card(number, on=FOUND.date()).row.replied_at is None


def test_too_many_files_are_refused_before_any_is_looked_at() -> None:
    number = issued()
    many = [given(b"x") for _ in range(11)]
    with pytest.raises(TooManyEvidenceFiles):
        commands.appeal(number=number, grounds="理由", files_given=many, by=staff("approver"), at=FOUND)


def test_an_appeal_is_decided_and_both_ways_are_told() -> None:
    number = issued()
    commands.appeal(number=number, grounds="已依法延长", by=staff("approver"), at=FOUND)
    assert state(number) is CardState.APPEALED
    commands.decide_appeal(number=number, upheld=False, reasons="属实", by=staff("supervisor"), at=FOUND)
    assert state(number) is CardState.WITHDRAWN
    assert queries.list_card_notices(staff("representative").id)[0].text == "监察卡已撤销"


def test_an_appeal_after_the_term_and_by_another_office_is_refused() -> None:
    number = issued()
    with pytest.raises(AppealTooLate):
        commands.appeal(number=number, grounds="理由", by=staff("approver"), at=china("2026-07-01"))
    with pytest.raises(CardNotYours):
        commands.appeal(number=number, grounds="理由", by=staff("consulted"), at=FOUND)


# --- supervision and letter -------------------------------------------------------------------------------------------


def letter(number: str) -> str:
    """Send a supervision letter and return its number."""
    return commands.send_letter(number=number, demand="立即办结，说明原因", by=staff("supervisor"), at=FOUND)


def test_a_supervision_letter_is_numbered_without_gaps_set_as_pdf_and_proven_by_its_code() -> None:
    first, second = issued(), issued()
    number = letter(first)
    with pytest.raises(CardNotPossibleNow):
        commands.send_letter(number=card(), demand="办结", by=staff("supervisor"), at=FOUND)
    following = letter(second)
    assert number.endswith("〔2026〕1号")
    assert following.endswith("〔2026〕2号")
    assert state(first) is CardState.SUPERVISED
    pdf = queries.render_letter(card_number=first, site="http://localhost")
    assert pdf == queries.render_letter(card_number=first, site="http://localhost")
    # The title is set with spaces between its characters.
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace(" ", "")
    for words in ("督办函", first, "紫阳县国土资源局", "立即办结"):
        assert words in text
    place = queries.get_card(first, on=FOUND.date()).lines[-1]
    code = f"{first}-{place.seq}-DB-{place.hash[:16].upper()}"
    assert code in text.replace("\n", "")
    proof = queries.verify_letter(code.lower())
    assert (proof.number, proof.title, proof.holder) == (number, "督办函", "紫阳县国土资源局")
    page = Client().get(f"/verify/{code}/")
    assert (page.status_code, number in page.content.decode()) == (200, True)
    assert Client().get(f"/verify/{first}-9-DB-{place.hash[:16].upper()}/").status_code == 404
    with pytest.raises(PaperNotProven):
        queries.verify_letter(f"{code[:-1]}0" if code[-1] != "0" else f"{code[:-1]}1")


def test_a_letter_that_was_never_sent_is_not_known() -> None:
    with pytest.raises(CardNotKnown):
        queries.render_letter(card_number=issued())


# --- recomputing ------------------------------------------------------------------------------------------------------


def test_a_card_is_recomputed_from_its_own_facts_and_follows() -> None:
    number = issued()
    assert queries.recompute_card(number).follows
    row = Card.objects.get(number=number)
    assert '"promised_due_wd":' in row.facts
    Card.objects.filter(pk=row.pk).update(facts=row.facts.replace('"counted":true', '"counted":false'))
    assert not queries.recompute_card(number).follows


# --- who sees what ----------------------------------------------------------------------------------------------------


def may(username: str, action: str) -> Scope:
    """Return where somebody of the demonstration may do an action."""
    return allowed(User.objects.get(username=username), action, on=FOUND.date())


def test_everyone_sees_what_concerns_him_and_nothing_else() -> None:
    mine = issued()
    waiting = card()

    def own(username: str, **narrower: Any) -> list[str]:
        page = queries.list_cards_of(
            actor=staff(username), scope=may(username, "supervision.own"), state="all", **narrower
        )
        return [row.number for row in page]

    # The officer, the head of his department, whoever manages the centre.
    for username in ("clerk", "representative", "manager"):
        assert own(username) == [mine], username
    # A colleague whose case it is not, another office, a town that received nothing of it, another department's head.
    for username in ("approver", "consulted", "townclerk", "registrar"):
        assert own(username) == [], username
    assert own("clerk", personal=True) == [mine]
    assert own("representative", personal=True) == []

    def seen(username: str) -> set[str]:
        scope = may(username, "supervision.view")
        assert queries.count_cards(chosen=CardFilter(), scope=scope)[""] == len(
            queries.page_cards(chosen=CardFilter(), scope=scope)
        )
        return {row.number for row in queries.page_cards(chosen=CardFilter(), scope=scope)}

    assert seen("supervisor") == {mine, waiting}
    assert seen("manager") == {mine, waiting}
    for username in ("clerk", "approver", "representative"):
        assert seen(username) == set(), username


@pytest.mark.parametrize(
    ("area", "sees"),
    [
        (Area(), True),
        (Area("610900"), True),
        (Area("610924"), True),
        (Area("610924", "610924-guotu"), True),
        (Area("610924", "", "610924-centre"), True),
        (Area("610922"), False),
        (Area("610924", "610924-gongan"), False),
        (Area("610924", "", "610924-other"), False),
        (Area("610924101"), False),
    ],
)
def test_a_scope_of_any_shape_shows_the_same_findings_as_it_covers(area: Area, sees: bool) -> None:
    issued()
    scope = Scope(action="supervision.view", areas=(area,))
    rows = queries.page_findings(chosen=FindingFilter(), scope=scope)
    assert (len(rows) == 1) is sees
    assert queries.count_findings(chosen=FindingFilter(), scope=scope)[""] == len(rows)
    (row,) = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE)
    assert scope.covers(division=row.town or row.county, organisation=row.organisation, centre=row.centre) is sees


def test_nothing_is_shown_to_whom_nothing_is_granted() -> None:
    issued()
    nobody = Scope(action="supervision.view")
    assert len(queries.page_findings(chosen=FindingFilter(), scope=nobody)) == 0
    assert len(queries.page_cards(chosen=CardFilter(), scope=nobody)) == 0


def test_pages_go_on_where_the_last_one_ended_in_both_orders() -> None:
    for day in ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-04", "2026-03-03"):
        open_case(at=china(f"{day}T10:00"))
    commands.sweep(at=FOUND)
    for order in ("found", "occurred"):
        seen: list[int] = []
        after = ""
        while True:
            page = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE, after=after, limit=2, order=order)
            seen += [row.id for row in page]
            after = page.next_after
            if not after:
                break
        assert len(seen) == len(set(seen)) == 5
    numbers: list[str] = []
    page_of_cards = queries.page_cards(chosen=CardFilter(), scope=EVERYWHERE, limit=3)
    numbers += [row.number for row in page_of_cards]
    numbers += [
        row.number for row in queries.page_cards(chosen=CardFilter(), scope=EVERYWHERE, after=page_of_cards.next_after)
    ]
    assert len(set(numbers)) == 5


def test_counts_by_every_field_add_up() -> None:
    open_case()
    open_case(at=china("2026-03-09T10:00"))
    commands.sweep(at=FOUND)
    for by in ("colour", "county", "department", "rule", "rule_class", "item", "day", "week", "county-week"):
        counts = queries.count_findings(chosen=FindingFilter(), scope=EVERYWHERE, by=by)
        assert sum(counts.values()) == 2, by
    for by in ("state", "colour", "county", "rule", "month"):
        assert sum(queries.count_cards(chosen=CardFilter(), scope=EVERYWHERE, by=by).values()) == 2, by
    assert queries.count_cards(chosen=CardFilter(), scope=EVERYWHERE, by="state") == {"pending": 2}


def test_what_may_be_done_depends_on_where_the_card_stands() -> None:
    number = card()
    assert queries.get_card(number, on=FOUND.date()).possible == (CardAct.ISSUE, CardAct.CANCEL)
    commands.issue_card(number=number, by=staff("supervisor"), at=FOUND)
    mine = queries.get_card(number, by=staff("approver"), on=FOUND.date()).possible
    assert {CardAct.REPLY, CardAct.APPEAL} <= set(mine)
    others = queries.get_card(number, by=staff("consulted"), on=FOUND.date()).possible
    assert not {CardAct.REPLY, CardAct.APPEAL} & set(others)


# --- scores -----------------------------------------------------------------------------------------------------------


def test_a_red_card_costs_its_department_points_until_it_is_withdrawn() -> None:
    number = issued()
    (row,) = [one for one in queries.get_scores(month="2026-06", division=COUNTY) if one.score.organisation == OFFICE]
    timeliness = next(part for part in row.score.parts if part.key == "timeliness")
    assert (row.score.red, timeliness.points) == (1, 4)
    assert timeliness.reasons[0].cards == (number,)
    commands.withdraw(number=number, reason="误判", by=staff("supervisor"), at=FOUND)
    left = [one for one in queries.get_scores(month="2026-06", division=COUNTY) if one.score.organisation == OFFICE]
    assert [one.score.red for one in left] in ([], [0])


def test_a_ranking_is_published_once_the_month_is_over_and_stays_as_it_was() -> None:
    number = issued()
    with pytest.raises(RankingNotPublished):
        queries.get_ranking(month="2026-06", division=COUNTY)
    with pytest.raises(MonthNotOver):
        commands.publish_ranking(month="2026-06", division=COUNTY, by=staff("supervisor"), at=FOUND)
    at = china("2026-07-01T09:00")
    published = commands.publish_ranking(month="2026-06", division=COUNTY, by=staff("supervisor"), at=at)
    (county,) = queries.get_county_scores(month="2026-06", division="610900")
    assert (county.county, county.red) == (COUNTY, 1)
    commands.withdraw(number=number, reason="误判", by=staff("supervisor"), at=at)
    assert queries.get_ranking(month="2026-06", division=COUNTY) == published
    assert published.rows[0].score.red == 1
    assert [one.month for one in queries.list_rankings(division=COUNTY)] == ["2026-06"]
    half = queries.get_scores(month="2026H1", division=COUNTY)
    assert all(one.score.months <= 6 for one in half)
