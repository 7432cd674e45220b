"""Corrections: a source reports a case's past otherwise, and the ledger says so without forgetting what it was."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.factories import running
from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import NOW, Told, decided, filing
from tests.factories.people import APPLICANT, CLERK, CONNECTOR
from tests.factories.stories import Story, china, receipt, terms
from yichuang.calendar.queries import get_calendar
from yichuang.cases import commands, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.events import ApplicationAccepted, HistoryCorrected
from yichuang.cases.models import Event, Facts
from yichuang.cases.values import CaseFilter, Filed, Filing, HistoryDiffers, Status
from yichuang.kernel.refusal import Refusal
from yichuang.papers.queries import list_papers, render_paper
from yichuang.papers.values import PaperNotFound
from yichuang.portal import plainly
from yichuang.ui import casework

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

LATER = china("2026-02-01 09:00")


def report(*filings: Filing, now: datetime = NOW, corrections: bool = True) -> list[Filed]:
    """Record what a source says now."""
    outcome = commands.record_histories(filings, by=CONNECTOR, now=now, corrections=corrections)
    return [filed for batch in outcome for filed in batch]


def facts_of(number: str) -> dict[str, Any]:
    """Return the facts row of a case without its identity, its version and its hashes."""
    row = Facts.objects.filter(number=number).values().get()
    return {name: value for name, value in row.items() if name not in _IDENTITY}


_IDENTITY = {"case_id", "number", "version", "head", "accepted_hash", "closed_hash"}


def is_sound(number: str) -> bool:
    """Tell whether the chain, the facts and the applicant's digest are as the ledger has them."""
    return dict(queries.verify_cases([number])) == {number: ()}


def names_of(number: str) -> list[str]:
    """Return the kinds of events that count."""
    return [type(line.event).__name__ for line in queries.list_acts(number)]


# -- update, late, delete ----------------------------------------------------------------------------------------------


def test_a_changed_act_is_withdrawn_and_the_new_one_counts_in_its_place() -> None:
    (first,) = report(filing("F-1", decided()))
    moved = [*decided()[:2], (a.Grant(decider="副局长"), "2015-02-27"), *decided(decided_on="2015-02-27")[3:]]

    (again,) = report(replace(filing("F-1", moved), batch="B-2", reason="录入错误"), now=LATER)

    assert (again.number, again.refusal, again.corrected) == (first.number, None, 4)
    row = Facts.objects.get()
    assert (row.decider, row.decided_at, row.version) == ("副局长", china("2015-02-27"), 11)
    assert names_of(first.number) == [type(line.event).__name__ for line in _acts("F-ONE-GO", moved)]
    correction = Event.objects.get(name="cases.history-corrected.v1")
    assert '"operation":"update","reason":"录入错误","batch":"B-2"' in correction.payload
    assert is_sound(first.number)


def _acts(key: str, history: Told) -> tuple[Any, ...]:
    (filed,) = report(filing(key, history))
    return queries.list_acts(filed.number)


def test_the_same_correction_again_changes_nothing_and_the_old_version_again_brings_the_old_events_back() -> None:
    (first,) = report(filing("F-1", decided()))
    before = facts_of(first.number)
    corrected = decided(decided_on="2015-02-27")
    report(filing("F-1", corrected), now=LATER)

    (same,) = report(filing("F-1", corrected), now=LATER)
    assert (same.new_events, same.corrected, same.refusal) == (0, 0, None)

    (back,) = report(filing("F-1", decided()), now=LATER)
    # One correcting event and nothing else: the events of the first report stand in the ledger already.
    assert (back.new_events, back.corrected) == (1, 4)
    assert facts_of(first.number) == before
    assert is_sound(first.number)


def test_a_late_row_is_put_where_its_time_belongs_and_withdraws_nothing() -> None:
    (first,) = report(filing("F-1", decided()))
    late = [*decided()[:2], (a.StartStep(step="审核"), "2015-02-16"), (a.FinishStep(step="审核", opinion="同意"),
            "2015-02-17"), *decided()[2:]]  # fmt: skip

    (again,) = report(filing("F-1", late), now=LATER)

    assert (again.new_events, again.corrected) == (3, 0)
    assert Facts.objects.get().step_count == 1
    assert [line.seq for line in queries.list_acts(first.number)] == [1, 2, 8, 9, 3, 4, 5, 6]
    assert '"operation":"late"' in Event.objects.get(seq=7).payload
    assert is_sound(first.number)


def test_a_history_that_only_goes_on_needs_no_correcting_event() -> None:
    (first,) = report(filing("F-1", decided()[:2]))
    (again,) = report(filing("F-1", decided()), now=LATER)
    assert (again.number, again.new_events, again.corrected) == (first.number, 4, 0)
    assert not Event.objects.filter(name="cases.history-corrected.v1").exists()


def test_what_was_first_seen_when_does_not_change_by_being_reported_again() -> None:
    def seen(at: str) -> Filing:
        one = filing("F-1", decided(decided_on="2015-02-26" if at == "2015-03-02" else "2015-02-27"))
        return replace(one, history=[replace(act, received_at=china(at)) for act in one.history])

    report(seen("2015-03-02"))
    report(seen("2015-04-01"), now=LATER)
    arrived = {event.seq: event.received_at for event in Event.objects.all()}
    assert (arrived[1], arrived[2]) == (china("2015-03-02"), china("2015-03-02"))
    assert {arrived[seq] for seq in range(8, 12)} == {china("2015-04-01")}
    # What came late shows in the facts: it is what back-filling is found by.
    assert Facts.objects.get().entry_lag_days > 15


def test_a_detail_put_right_is_not_a_late_entry_but_another_time_is() -> None:
    def seen(at: str, **details: str) -> Filing:
        one = filing("F-1", decided(), applicant=replace(APPLICANT, **details))
        return replace(one, history=[replace(act, received_at=max(act.at, china(at))) for act in one.history])

    report(seen("2015-02-13"))
    lag = Facts.objects.get().entry_lag_days
    (again,) = report(seen("2015-06-01", phone="13911111111"), now=LATER)
    assert again.corrected == 1
    assert Facts.objects.get().entry_lag_days == lag == 0
    assert Event.objects.get(seq=7).received_at == china("2015-06-01")


def test_what_a_source_deletes_is_out_of_every_figure_and_comes_back_when_it_is_reported_again() -> None:
    (first,) = report(filing("F-1", decided()))
    before = facts_of(first.number)
    gone = replace(filing("F-1", ()), deleted="重复录入", changed_at=china("2015-03-20"))

    (deleted,) = report(gone, now=LATER)
    row = Facts.objects.get()
    assert (deleted.new_events, row.status, row.result, row.counted) == (2, Status.VOIDED, "deleted", False)
    assert queries.count_cases(CaseFilter(measure="completed")) == 0
    (again,) = report(gone, now=LATER)
    assert (again.new_events, again.refusal) == (0, None)

    (back,) = report(filing("F-1", decided()), now=LATER)
    assert (back.new_events, back.corrected) == (1, 1)
    assert facts_of(first.number) == before
    assert is_sound(first.number)


def test_an_archived_case_can_be_deleted_by_its_source() -> None:
    (first,) = report(filing("F-1", [*decided(), (a.Archive(folder="1"), "2015-03-01")]))
    (deleted,) = report(replace(filing("F-1", ()), deleted="作废"), now=LATER)
    assert (deleted.refusal, deleted.corrected) == (None, 1)
    assert Facts.objects.get().status == "voided"
    assert is_sound(first.number)


def test_a_case_deleted_before_it_was_ever_filed_is_not_filed() -> None:
    (filed,) = report(replace(filing("F-1", decided()), deleted="重复"))
    assert (filed.new_events, filed.number, filed.refusal) == (0, "", None)
    assert not Facts.objects.exists()


def test_other_details_of_the_applicant_correct_the_receipt_that_names_him() -> None:
    (first,) = report(filing("F-1", decided()))
    other = replace(APPLICANT, phone="13911111111")

    (again,) = report(filing("F-1", decided(), applicant=other), now=LATER)

    assert (again.new_events, again.corrected) == (2, 1)
    assert queries.get_case(first.number, personal=True).applicant == other
    assert is_sound(first.number)
    (same,) = report(filing("F-1", decided(), applicant=other), now=LATER)
    assert same.new_events == 0


# -- what is refused and what is kept ----------------------------------------------------------------------------------


def test_without_leave_to_correct_another_past_or_a_deletion_is_refused() -> None:
    report(filing("F-1", decided()))
    for other in (filing("F-1", decided(decided_on="2015-02-27")), replace(filing("F-1", ()), deleted="重复")):
        (refused,) = report(other, corrections=False)
        assert isinstance(refused.refusal, HistoryDiffers)
    assert Event.objects.count() == 6


def test_an_impossible_past_is_refused_with_its_place_and_the_case_stays_as_it_was() -> None:
    (first,) = report(filing("F-1", decided()))
    impossible = [decided()[0], (a.Accept(), "2015-02-13"), (a.Accept(), "2015-02-14")]
    (refused,) = report(filing("F-1", impossible), now=LATER)
    assert (type(refused.refusal), refused.place, refused.new_events) == (r.NotPossibleNow, 3, 0)
    assert Event.objects.count() == 6
    assert is_sound(first.number)


def test_what_our_own_staff_did_meanwhile_stays_where_its_time_puts_it() -> None:
    (first,) = report(filing("F-1", decided()[:2]))
    commands.perform(
        number=first.number, act=a.AssignAgent(agent_id="agent-1", agent_name="代办员"), by=CLERK,
        at=china("2015-02-15 10:30"),
    )  # fmt: skip

    report(filing("F-1", [*decided()[:2], (a.StartStep(step="审核"), "2015-02-14"), decided()[2]]), now=LATER)

    assert names_of(first.number) == [
        "ApplicationReceived", "ApplicationAccepted", "StepStarted", "AgentAssigned", "ApplicationGranted",
    ]  # fmt: skip
    assert Facts.objects.get().agent == "agent-1"
    assert is_sound(first.number)


def test_a_case_of_our_own_is_nobody_elses_to_correct() -> None:
    number = running.receive()
    own = Filing("yichuang", number, APPLICANT, filing("x", decided(on="2015-02-12")).history)
    (refused,) = report(own, now=LATER)
    assert isinstance(refused.refusal, HistoryDiffers)


def test_a_corrected_case_goes_on_by_our_own_acts_and_by_its_source() -> None:
    (first,) = report(filing("F-1", decided()[:2]))
    report(filing("F-1", [receipt_and(), (a.Accept(), "2015-02-14")]), now=LATER)
    version = commands.perform(number=first.number, act=a.AssignAgent(agent_id="x", agent_name="代办员"), by=CLERK,
                               at=LATER)  # fmt: skip
    assert version == 5
    assert queries.get_state(first.number).version == 5
    assert is_sound(first.number)


def receipt_and() -> tuple[a.Act, str]:
    """Return the receipt of the stories."""
    return receipt(), "2015-02-13"


# -- who reads on ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_figures_are_counted_anew_for_the_day_that_a_case_has_left() -> None:
    report(filing("F-1", decided()))
    end = queries.end_of_ledger(queries.START)
    report(filing("F-1", decided(on="2015-02-16")), now=LATER)
    days, _ = queries.list_changed_days(end)
    assert {date(2015, 2, 13), date(2015, 2, 16)} <= set(days)
    assert date(2015, 2, 13) in queries.list_days()


def test_the_relation_is_told_as_it_was_known_then_and_as_it_is_known_to_have_been() -> None:
    (first,) = report(filing("F-1", decided()), now=china("2015-03-01"))
    report(filing("F-1", decided(decided_on="2015-02-25")), now=china("2015-04-01"))
    column = [name for name, _ in queries.COURSE_COLUMNS].index("decided_s")

    def decided_at(at: str, *, known: bool) -> int:
        ((row),) = queries.course_as_of(at=china(at), known=known)
        return int(row[column])

    assert decided_at("2015-03-15", known=True) == china("2015-02-26").timestamp()
    assert decided_at("2015-03-15", known=False) == china("2015-02-25").timestamp()
    assert decided_at("2015-05-01", known=True) == china("2015-02-25").timestamp()
    ((row),) = queries.course_as_of(at=LATER)
    assert row[2] == Facts.objects.get(number=first.number).version


def test_the_evidence_of_figures_names_the_receipt_that_counts() -> None:
    report(filing("F-1", decided()))
    report(filing("F-1", decided(on="2015-02-16")), now=LATER)
    counting = Event.objects.get(seq=8)
    (line,) = queries.list_evidence(CaseFilter(measure="received"))
    assert line.split("\t")[1].strip() == bytes(counting.hash).hex()


def test_a_time_line_shows_the_correction_and_what_was_withdrawn() -> None:
    (first,) = report(filing("F-1", decided()))
    report(filing("F-1", [*decided()[:2], (a.Grant(decider="副局长"), "2015-02-26"), *decided()[3:]]), now=LATER)

    lines = queries.get_case(first.number).events

    assert len(lines) == Event.objects.count() == 8
    (withdrawn,) = [line for line in lines if line.withdrawn]
    assert (withdrawn.title, withdrawn.withdrawn) == ("准予", 7)
    correction = next(line for line in lines if line.title == "来源更正")
    assert ("更正方式", "update", "") in correction.details
    assert ("撤回的记录", "准予", "") in correction.details
    # The new one stands at its time, before what followed it.
    assert [line.seq for line in lines if not line.withdrawn and line.title != "来源更正"] == [1, 2, 8, 4, 5, 6]


def test_what_was_withdrawn_is_not_gathered_over_all_cases_either() -> None:
    charged = [*decided()[:2], (a.ChargeFee(name="证照工本费", amount="10.00"), "2015-02-16")]
    report(filing("F-1", charged), filing("F-2", charged))
    assert len(list(queries.list_charged_fees())) == 2
    report(filing("F-1", decided()[:2]), now=LATER)
    (left,) = queries.list_charged_fees()
    assert left.place == 1
    report(filing("F-1", charged), now=LATER)
    assert len(list(queries.list_charged_fees())) == 2


class _Names:
    """Names that are their codes."""

    def organisation(self, code: str) -> str:
        return code


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("<s>准予</s>", "已撤回，不再算数", "更正方式：来源修改", "撤回的记录：准予", "来源批次：B-2")),
        ("en", ("<s>Granted</s>", "withdrawn, no longer counts", "Kind of correction: changed by the source",
                "Withdrawn entries: Granted", "Batch of the source: B-2")),
    ],
)  # fmt: skip
def test_staff_and_applicant_see_what_was_withdrawn_struck_out(language: str, words: Sequence[str]) -> None:
    (first,) = report(filing("F-1", decided()))
    other = [*decided()[:2], (a.Grant(decider="副局长"), "2015-02-26"), *decided()[3:]]
    report(replace(filing("F-1", other), batch="B-2"), now=LATER)
    events = queries.get_case(first.number).events
    with translation.override(language):
        names: Any = _Names()
        staff = [casework.happening(one, when="", names=names) for one in events]
        applicant = plainly.happenings(events, names=names)
        page = render_to_string("ui/components/timeline.html", {"happenings": staff})
        plain = render_to_string("ui/components/timeline.html", {"happenings": applicant})
    assert [word for word in words if word not in page] == []
    assert words[1] in plain
    assert sum(one.struck for one in applicant) == sum(one.struck for one in staff) == 1
    assert "副局长" not in plain


def test_no_paper_is_written_about_what_was_withdrawn() -> None:
    (first,) = report(filing("F-1", [*decided()[:2], (a.RequestSupplement(missing=("章程",)), "2015-02-16")]))
    assert {paper.kind.value for paper in list_papers(first.number)} >= {"supplement"}
    seq = next(paper.seq for paper in list_papers(first.number) if paper.kind.value == "supplement")
    report(filing("F-1", decided()[:2]), now=LATER)
    assert "supplement" not in {paper.kind.value for paper in list_papers(first.number)}
    with pytest.raises(PaperNotFound):
        render_paper(number=first.number, kind="supplement", seq=seq)


# -- at random, and at once --------------------------------------------------------------------------------------------

STEPS: Sequence[a.Act] = (
    a.Accept(), a.Accept(automatic=True), a.StartStep(step="审核"), a.FinishStep(step="审核", opinion="同意"),
    a.StartSpecialProcedure(procedure="hearing", reason="依申请", expected_days=5), a.EndSpecialProcedure(),
    a.Extend(days=5, reason="复杂", approved_by="局长"), a.Grant(decider="局长"),
    a.Refuse(reason="不符", remedies="复议"), a.IssueCertificate(name="证", certificate_number="1"), a.Deliver(),
    a.Close(), a.RequestSupplement(missing=("章程",)), a.TakeSupplement(), a.Withdraw(reason="不办了"), a.Archive(),
)  # fmt: skip
VERSIONS = st.lists(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 60)), min_size=6, max_size=14), min_size=2, max_size=4
)


def version_of(steps: Sequence[tuple[a.Act, int]]) -> Told:
    """Return one report of a case: the acts in order of their hours, without those that were not possible."""
    story, told = Story(terms=terms(), observed=True), [receipt_and()]
    story.then(*told[0])
    for act, hour in sorted(steps, key=lambda step: step[1]):
        at = f"2015-03-{1 + hour // 24:02d} {hour % 24:02d}:00"
        with suppress(Refusal):
            story.then(act, at)
            told.append((act, at))
    return told


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VERSIONS, st.booleans())
def test_after_any_corrections_the_facts_are_those_of_the_last_report_filed_in_one_go(
    versions: list[list[tuple[a.Act, int]]], deleted_between: bool
) -> None:
    place = Event.objects.count()
    number, last = "", None
    for steps in versions:
        (filed,) = report(filing(f"R-{place}", version_of(steps)))
        number = number or filed.number
        last = last if filed.refusal else steps
        if deleted_between and number:
            report(replace(filing(f"R-{place}", ()), deleted="试"))
            if filed.refusal:
                last = None
    if last is None:
        return
    (one_go,) = report(filing(f"G-{place}", version_of(last)))
    if deleted_between:
        report(filing(f"R-{place}", version_of(last)))

    assert facts_of(number) == facts_of(one_go.number)
    assert is_sound(number)
    (again,) = report(filing(f"R-{place}", version_of(last)))
    assert (again.new_events, again.refusal) == (0, None)


def test_facts_rebuilt_from_the_ledger_are_those_that_were_written() -> None:
    for key, on in (("F-1", "2015-02-13"), ("F-2", "2015-02-16")):
        report(filing(key, decided(on=on)))
        report(filing(key, [*decided(on=on)[:2], (a.StartStep(step="审核"), "2015-02-17")]), now=LATER)
    report(replace(filing("F-2", ()), deleted="重复"), now=LATER)
    before = list(Facts.objects.order_by("pk").values())
    assert list(commands.rebuild_facts(calendar=get_calendar(), on=LATER.date()))
    assert list(Facts.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_two_connectors_that_correct_one_case_at_once_leave_one_history(tmp_path: Path) -> None:
    (first,) = report(filing("F-1", decided()))
    ways = [decided(decided_on=f"2015-02-{day}") for day in (24, 25, 27, 28)]

    def correct(history: Told) -> Filed:
        return report(filing("F-1", history), now=LATER)[0]

    with on_disk(tmp_path):
        filed = at_once([lambda history=history: correct(history) for history in ways])
        assert [one.refusal for one in filed] == [None] * 4
        assert asked(lambda: is_sound(first.number))
        version = asked(lambda: Facts.objects.get().version)
        assert version == asked(Event.objects.count) == 6 + 4 * 5
        acts = asked(lambda: queries.list_acts(first.number))
    assert sum(isinstance(line.event, ApplicationAccepted) for line in acts) == 1
    assert not any(isinstance(line.event, HistoryCorrected) for line in acts)
    assert len(acts) == 6
