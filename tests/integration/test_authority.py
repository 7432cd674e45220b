"""Who may do what to a case: the real authority list behind the real commands, and two who act at once."""

import threading
from datetime import date

import pytest
from django.db import connection, connections

from tests.factories.catalogue import LICENCE, ON_THE_SPOT, handmade_terms, organisation_of
from tests.factories.people import APPLICANT
from tests.factories.stories import china, receipt
from yichuang.accounts.commands import grant_authority, revoke_authority
from yichuang.accounts.models import User
from yichuang.accounts.values import Power
from yichuang.cases import commands, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.values import ChangedMeanwhile, Status
from yichuang.kernel.actor import SYSTEM, Actor

__all__ = ["handmade_terms"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_terms")]

ORGANISATION = organisation_of(LICENCE)
DAY, NEXT = "2026-03-02", "2026-03-03"
PATIENCE_SECONDS = 30


def officer(name: str, *powers: Power, item: str = "", organisation: str = ORGANISATION) -> Actor:
    """Return somebody with an account and lines in the authority list."""
    user = User.objects.create_user(username=f"u{User.objects.count()}", password="x", display_name=name)
    actor = Actor(id=str(user.uuid), name=name, organisation=organisation)
    for power in powers:
        grant(actor, power, item=item, organisation=organisation)
    return actor


def grant(actor: Actor, power: Power, *, item: str = "", organisation: str = ORGANISATION) -> int:
    return grant_authority(
        holder=actor.id,
        organisation=organisation,
        item=item,
        power=power,
        valid_from=date(2026, 1, 1),
        valid_until=None,
        document="授〔2026〕1号",
        by=SYSTEM,
        at=china("2026-01-01"),
    )


def taken_in(item: str = LICENCE, *, by: Actor) -> str:
    return commands.receive_application(
        receipt=receipt(item), applicant=APPLICANT, by=by, at=china(DAY), now=china(DAY)
    )


def test_anybody_at_a_window_takes_in_but_only_who_is_named_accepts() -> None:
    stranger, clerk = officer("路过"), officer("窗口", Power.RECEIVE)
    number = taken_in(by=stranger)
    with pytest.raises(r.OutsideAuthority, match=r"路过没有事项“公司设立登记”.+窗口"):
        commands.accept_application(number=number, by=stranger, at=china(DAY))
    commands.accept_application(number=number, by=clerk, at=china(DAY))


def test_a_power_over_one_item_is_none_over_another_and_one_organisations_none_of_anothers() -> None:
    clerk = officer("窗口", Power.RECEIVE)
    one, other = officer("甲", Power.DECIDE, item=LICENCE), officer("乙", Power.DECIDE, organisation="610902-gongshang")
    number = taken_in(by=clerk)
    commands.accept_application(number=number, by=clerk, at=china(DAY))
    for nobody in (other, clerk):
        with pytest.raises(r.OutsideAuthority, match="有权办理的人员：甲"):
            commands.grant_application(number=number, opinion="", by=nobody, at=china(NEXT))
    commands.grant_application(number=number, opinion="", by=one, at=china(NEXT))
    with pytest.raises(r.OutsideAuthority, match="尚未登记授权书"):
        commands.issue_certificate(number=number, name="执照", certificate_number="1", by=one, at=china(NEXT))


def test_a_power_begins_and_ends_with_its_letter() -> None:
    clerk, head = officer("窗口", Power.RECEIVE), officer("局长")
    line = grant(head, Power.DECIDE)
    revoke_authority(authority=line, valid_until=date(2026, 3, 10), by=SYSTEM, at=china("2026-02-01"))
    numbers = [taken_in(by=clerk) for _ in range(2)]
    for number in numbers:
        commands.accept_application(number=number, by=clerk, at=china(DAY))
    commands.grant_application(number=numbers[0], opinion="", by=head, at=china("2026-03-09"))
    with pytest.raises(r.OutsideAuthority):
        commands.grant_application(number=numbers[1], opinion="", by=head, at=china("2026-03-10"))


def test_a_consulted_department_answers_by_its_own_people_only() -> None:
    clerk = officer("窗口", Power.RECEIVE, Power.REVIEW)
    consulted = officer("环保", Power.REVIEW, organisation="610924-huanbao")
    number = taken_in(by=clerk)
    commands.accept_application(number=number, by=clerk, at=china(DAY))
    commands.consult(number=number, organisation="610924-huanbao", question="?", by=clerk, at=china(DAY))
    answer = {"number": number, "organisation": "610924-huanbao", "answer": "可", "agreed": True, "at": china(NEXT)}
    with pytest.raises(r.OutsideAuthority, match="有权办理的人员：环保"):
        commands.answer_consultation(by=clerk, **answer)  # type: ignore[arg-type]
    assert [row.number for row in queries.page_todo(asked="610924-huanbao")] == [number]
    commands.answer_consultation(by=consulted, **answer)  # type: ignore[arg-type]
    assert not queries.page_todo(asked="610924-huanbao").rows


def test_a_case_is_handed_from_the_a_post_to_the_b_post_and_shows_in_his_list() -> None:
    clerk, b_post, stranger = officer("A岗", Power.RECEIVE), officer("B岗", Power.REVIEW), officer("路过")
    number = taken_in(by=clerk)
    with pytest.raises(r.OutsideAuthority, match=r"路过.+不能接办.+A岗、B岗"):
        commands.perform(
            number=number, act=a.HandOver(to_id=stranger.id, to_name="路过", reason="x"), by=clerk, at=china(DAY)
        )
    commands.perform(
        number=number, act=a.HandOver(to_id=b_post.id, to_name="B岗", reason="外出"), by=clerk, at=china(DAY)
    )
    (row,) = queries.page_todo(handler=b_post.id)
    assert (row.number, row.handler_name) == (number, "B岗")
    assert not queries.page_todo(handler=clerk.id).rows


def test_whoever_holds_all_powers_finishes_an_on_the_spot_matter_alone() -> None:
    organisation = organisation_of(ON_THE_SPOT)
    clerk = officer("窗口", Power.RECEIVE, Power.DECIDE, organisation=organisation)
    number = taken_in(ON_THE_SPOT, by=clerk)
    finish = {"number": number, "opinion": "可", "result_name": "号牌", "by": clerk, "at": china(DAY)}
    with pytest.raises(r.OutsideAuthority, match="不能制证"):
        commands.finish_on_the_spot(certificate_number="1", **finish)  # type: ignore[arg-type]
    assert queries.get_state(number).status is Status.RECEIVED
    grant(clerk, Power.SEAL, organisation=organisation)
    commands.finish_on_the_spot(certificate_number="1", **finish)  # type: ignore[arg-type]
    assert queries.get_state(number).status is Status.CLOSED


def test_asking_the_list_costs_one_query(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    clerk = officer("窗口", Power.RECEIVE, Power.REVIEW)
    number = taken_in(by=clerk)
    commands.accept_application(number=number, by=clerk, at=china(DAY))
    with django_assert_max_num_queries(8):  # savepoint, case, events, authority, insert, facts, release
        commands.perform(number=number, act=a.StartStep(step="审核"), by=clerk, at=china(DAY))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="in-memory SQLite is one connection: one writer at a time")
def test_of_two_approvers_who_decide_at_once_one_wins_and_the_other_is_told_what_and_by_whom() -> None:
    clerk = officer("窗口", Power.RECEIVE)
    one, other = officer("甲", Power.DECIDE), officer("乙", Power.DECIDE)
    number = taken_in(by=clerk)
    seen = commands.accept_application(number=number, by=clerk, at=china(DAY))
    barrier = threading.Barrier(2)
    outcomes: dict[str, object] = {}

    def decide(who: Actor, act: a.Act) -> None:
        barrier.wait(PATIENCE_SECONDS)
        try:
            outcomes[who.name] = commands.perform(number=number, act=act, by=who, at=china(NEXT), expected_version=seen)
        except ChangedMeanwhile as refusal:
            outcomes[who.name] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=(one, a.Grant(opinion="同意"))),
        threading.Thread(target=decide, args=(other, a.Refuse(reason="不符", remedies="复议"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    (winner,) = [name for name, outcome in outcomes.items() if outcome == seen + 1]
    (loser,) = [name for name, outcome in outcomes.items() if isinstance(outcome, ChangedMeanwhile)]
    assert {winner, loser} == {"甲", "乙"}
    (change,) = queries.list_changes(number, after_version=seen)
    assert (change.actor, change.title) == (winner, "准予" if winner == "甲" else "不予许可")
    assert queries.get_state(number).version == seen + 1
