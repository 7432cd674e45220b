"""Judging live: what the ledger brings is judged once, what no longer holds ends, and every way of judging agrees."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.people import HEAD
from tests.factories.running import accept
from tests.factories.stories import china, receipt
from tests.factories.supervision import EVERYWHERE, OVER, Rules, rule_text, rules
from yichuang.cases import commands as cases
from yichuang.cases.domain import acts as a
from yichuang.supervision import commands, queries
from yichuang.supervision.judging import follower
from yichuang.supervision.judging import tick as ticking
from yichuang.supervision.models import Card, CardEvent, Finding, JudgingRun
from yichuang.supervision.values import CardState, ClockMovedBack, EndReason, FindingFilter, SweepReport

__all__ = ["handmade_catalogue", "rules"]
# A follower reads what other transactions have committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue", "rules")]

# Ten working days from Friday the thirteenth, over the Spring Festival with its days worked in exchange: 4 March.
RECEIVED, OVER_ON = "2015-02-13", date(2015, 3, 5)


@pytest.fixture(autouse=True)
def no_small_relations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fill no relation but cases: the rules of these tests are about nothing else."""
    monkeypatch.setattr(ticking.relations, "refresh", lambda **_: {}, raising=False)
    yield


def open_case(key: str = "a", *, on: str = RECEIVED, county: str = "610924") -> None:
    """File a case that was accepted and nothing more."""
    told = [(receipt(catalogue.LICENCE, county=county), on), (a.Accept(), on)]
    file([filing(key, told)], now=china("2015-03-02"))


def standing() -> set[tuple[str, str]]:
    """Return the rules and days of what stands."""
    page = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE, limit=500)
    return {(row.rule, row.occurred_on.isoformat()) for row in page}


def only_card() -> Card:
    """Return the one card there is."""
    return Card.objects.get()


# --- live -------------------------------------------------------------------------------------------------------------


def test_a_finding_stands_after_its_event_with_its_evidence_and_its_rule() -> None:
    open_case()
    assert commands.follow(at=china("2015-03-10")) == 1
    (row,) = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE)
    assert (row.rule, row.occurred_on, row.colour) == ("over", OVER_ON, "red")
    assert (row.county, row.department, row.item, row.source) == ("610924", "gongshang", "01001", "county-system")
    found = queries.get_finding(row.id)
    assert found.rule.text == OVER
    assert set(found.evidence) == {"accepted_wd", "promised_due_wd"}
    assert set(found.facts) >= {"counted", "ended_wd", "promised_due_wd"}


def test_following_twice_finds_nothing_twice() -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    assert commands.follow(at=china("2015-03-10")) == 0
    assert commands.sweep(at=china("2015-03-10")) == SweepReport(judged=1, found=0, ended=0, changed=0)
    assert Finding.objects.count() == 1


def test_batches_of_any_size_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        open_case(f"k{number}")
    monkeypatch.setattr(follower, "_EVENTS_AT_ONCE", 3)
    assert commands.follow(at=china("2015-03-10")) >= 7
    assert Finding.objects.filter(ended_at__isnull=True).count() == 7
    assert JudgingRun.objects.filter(kind="live").count() == 5


def test_what_comes_near_its_end_is_over_it_later_and_only_time_has_passed() -> None:
    open_case()
    commands.follow(at=china("2015-03-03"))
    assert standing() == {("near", "2015-03-02")}
    commands.tick(at=china("2015-03-05"))
    assert standing() == {("over", OVER_ON.isoformat())}
    near = Finding.objects.get(rule="near")
    # A card had been issued, so what it warned of did not simply pass.
    assert near.end_reason == EndReason.CORRECTED
    assert Card.objects.get(rule="near").state == CardState.RECTIFIED


def test_a_decision_ends_what_was_about_an_open_case_and_begins_what_is_about_a_late_one() -> None:
    number = accept(RECEIVED)
    commands.follow(at=china("2015-03-10"))
    cases.grant_application(number=number, opinion="准予", by=HEAD, at=china("2015-03-10T11:00"))
    commands.follow(at=china("2015-03-10T11:00"))
    assert standing() == {("ended-late", "2015-03-10")}
    over = Finding.objects.get(rule="over")
    assert (over.end_reason, over.ended_at) == (EndReason.CORRECTED, china("2015-03-10T11:00"))
    row = only_card()
    assert row.state == CardState.RECTIFIED
    # It was rightly issued, and stays on the record.
    assert row.issued_at is not None


def test_a_pending_card_is_cancelled_when_what_it_waits_for_has_passed() -> None:
    number = accept(RECEIVED)
    # Found long after the breach: nobody issues such a card unseen.
    commands.follow(at=china("2015-06-10"))
    assert only_card().state == CardState.PENDING
    cases.grant_application(number=number, opinion="准予", by=HEAD, at=china("2015-06-10T11:00"))
    commands.follow(at=china("2015-06-10T11:00"))
    row = only_card()
    assert (row.state, row.reason) == (CardState.CANCELLED, EndReason.PASSED.label)
    assert Finding.objects.get(rule="over").end_reason == EndReason.PASSED


def test_a_breach_seen_to_have_happened_on_another_day_is_another_finding() -> None:
    accept(RECEIVED)
    commands.follow(at=china("2015-03-10"))
    Finding.objects.filter(rule="over").update(occurred_on="2015-03-06")
    commands.sweep(at=china("2015-03-10"))
    assert standing() == {("over", OVER_ON.isoformat())}
    old, new = Finding.objects.order_by("id")
    assert old.end_reason == EndReason.FELL_AWAY
    assert [card.state for card in Card.objects.order_by("id")] == [CardState.WITHDRAWN, CardState.ISSUED]
    assert new.ended_at is None


# --- agreement --------------------------------------------------------------------------------------------------------


def test_a_sweep_finds_what_the_follower_missed_and_ends_what_it_left() -> None:
    open_case("a")
    open_case("b")
    commands.follow(at=china("2015-03-10"))
    one, other = Finding.objects.order_by("id")
    Finding.objects.filter(pk=one.pk).update(ended_at=china("2015-03-10"), end_reason="passed")
    Finding.objects.filter(pk=other.pk).update(rule="near")
    report = commands.sweep(at=china("2015-03-10"))
    assert (report.found, report.ended) == (2, 1)
    assert {rule for rule, _ in standing()} == {"over"}


def test_the_tick_is_done_once_a_day_and_again_when_asked() -> None:
    open_case()
    first = commands.tick(at=china("2015-03-10"))
    assert first.done
    assert not commands.tick(at=china("2015-03-10T18:00")).done
    assert commands.tick(at=china("2015-03-10T18:00"), again=True).done
    assert commands.tick(at=china("2015-03-11")).done


def test_every_batch_is_logged_with_its_cards() -> None:
    open_case("a")
    open_case("b", on="2015-02-26")
    commands.follow(at=china("2015-03-10"))
    run = queries.list_runs(limit=1)[0]
    assert (run.kind, run.judged, run.found, run.red, run.yellow) == ("live", 2, 2, 1, 1)
    assert run.rules_digest == queries.get_rules().digest


# --- rules that change ------------------------------------------------------------------------------------------------


def test_a_rule_dropped_in_while_running_judges_what_is_there(rules: Rules) -> None:
    open_case()
    commands.follow(at=china("2015-02-27"))
    assert standing() == set()
    rules.write(open_case=rule_text("open-case", condition="counted AND ended_wd IS NULL", occurred="received_wd"))
    commands.follow(at=china("2015-02-27"))
    assert standing() == {("open-case", "2015-02-13")}
    assert queries.list_runs(limit=1)[0].kind == "rules"


def test_what_a_withdrawn_rule_found_ends_with_that_reason_and_its_card_too(rules: Rules) -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    rules.remove("over")
    commands.follow(at=china("2015-03-10"))
    assert standing() == set()
    assert Finding.objects.get().end_reason == EndReason.RULE_WITHDRAWN
    row = only_card()
    assert (row.state, row.reason) == (CardState.WITHDRAWN, EndReason.RULE_WITHDRAWN.label)


def test_a_changed_text_keeps_what_still_holds_and_the_text_that_caught_it(rules: Rules) -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    rules.write(over=OVER.replace("试验用。", "试验用，改过。"))
    commands.follow(at=china("2015-03-10"))
    (row,) = queries.page_findings(chosen=FindingFilter(), scope=EVERYWHERE)
    assert queries.get_finding(row.id).rule.text == OVER
    recomputed = queries.recompute_card(row.card_number)
    assert recomputed.follows
    assert not recomputed.same_text


def test_a_broken_rule_file_leaves_the_old_set_in_force_and_the_operator_is_told(
    rules: Rules, caplog: pytest.LogCaptureFixture
) -> None:
    open_case()
    commands.follow(at=china("2015-02-27"))
    with caplog.at_level(logging.ERROR, logger="yichuang.supervision.rules"):
        rules.write(over=OVER.replace("promised_due_wd < :today_wd", "promised_due_wd < ("))
        commands.follow(at=china("2015-02-27"))
        rules.look()
        commands.tick(at=china("2015-03-10"))
    assert standing() == {("over", OVER_ON.isoformat())}
    state = queries.get_rules_state()
    assert len(state.faults) == 1
    assert "over.yaml" in state.faults[0]
    assert len([line for line in caplog.records if line.levelno >= logging.ERROR]) == 1
    rules.write(over=OVER)
    assert queries.get_rules_state().faults == ()


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_clock_moved_back_judges_nothing_and_loses_nothing() -> None:
    open_case("a")
    commands.follow(at=china("2015-03-10"))
    open_case("b")
    for judge in (commands.follow, commands.sweep, commands.tick, commands.recompute_after_calendar):
        with pytest.raises(ClockMovedBack) as refused:
            judge(at=china("2015-03-09"))
        assert "2015-03-10" in str(refused.value)
    assert Finding.objects.count() == 1
    assert queries.get_rules_state().behind == 1
    # An hour of the same day is what time servers do.
    assert commands.follow(at=china("2015-03-10T08:00")) == 1
    assert Finding.objects.count() == 2


def test_what_a_clock_that_was_ahead_had_found_falls_away_when_it_is_put_right() -> None:
    open_case()
    commands.tick(at=china("2019-03-10"))
    assert standing() == {("over", OVER_ON.isoformat())}
    with pytest.raises(ClockMovedBack):
        commands.tick(at=china("2015-02-27"))
    report = commands.accept_clock(at=china("2015-02-27"))
    assert report.ended == 1
    assert standing() == set()
    assert Finding.objects.get().end_reason == EndReason.FELL_AWAY
    assert only_card().state == CardState.CANCELLED
    assert commands.tick(at=china("2015-03-02")).done


NOTICE = """
name: china
title: 全国
years:
  - year: 2027
    published: true
    notices:
      - {number: 国办发明电〔2026〕X号, mark: K}
    days_off: [2027-02-05, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11, 2027-02-12]
    days_worked: [2027-02-14]
"""


def test_cards_that_fall_away_when_a_calendar_is_published_late_are_withdrawn_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [(receipt(catalogue.LICENCE), "2027-02-03"), (a.Accept(), "2027-02-03")]
    file([filing("provisional", told), filing("long-ago", decided(decided_on="2015-06-26"))], now=china("2027-02-18"))
    commands.follow(at=china("2027-02-18"))
    assert ("over", "2027-02-18") in standing()
    assert Card.objects.get(rule="over").state == CardState.ISSUED

    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2027.yaml").write_text(NOTICE, "utf-8")
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    monkeypatch.setattr("django.utils.timezone.now", lambda: china("2027-02-18T18:00"))
    call_command("facts", "--provisional")

    assert {rule for rule, _ in standing()} == {"ended-late"}
    assert Finding.objects.get(rule="over").end_reason == EndReason.FELL_AWAY
    row = Card.objects.get(rule="over")
    assert (row.state, row.reason) == (CardState.WITHDRAWN, EndReason.FELL_AWAY.label)
    assert queries.list_runs(limit=1)[0].kind == "calendar"


# --- the database itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["UPDATE {} SET payload = '{{}}'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_history_of_a_card(statement: str) -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("supervision_cardevent"))
    assert CardEvent.objects.count() == 2


def test_the_database_refuses_to_delete_a_card_and_to_let_a_finding_stand_twice() -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    with pytest.raises(Exception, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_card")
    row = Finding.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_history_that_was_tampered_with_is_told(rules: Rules) -> None:
    open_case()
    commands.follow(at=china("2015-03-10"))
    row = only_card()
    assert queries.get_card(row.number, on=date(2015, 3, 10)).faults == ()
    Card.objects.filter(pk=row.pk).update(head=b"\1" * 32)
    assert queries.get_card(row.number, on=date(2015, 3, 10)).faults
