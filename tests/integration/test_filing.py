"""Filing: whole histories, wholly or not at all; again without change, further, or with another past."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection
from msgspec.structs import replace

from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import SOURCE, Told, decided, file, filing
from tests.factories.people import APPLICANT
from tests.factories.stories import china, receipt, working_days
from yichuang.calendar.values import NaiveInstant, OrdinalOutsideCalendar
from yichuang.cases import ledger, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.bounds import TextUnfit
from yichuang.cases.domain.clocks import LimitNegative
from yichuang.cases.domain.statutes import NoLawYet
from yichuang.cases.models import Applicant, Case, Event, Facts
from yichuang.cases.values import AppliedAct, Filed, Filing, HistoryDiffers, NothingFiled, case_uuid
from yichuang.kernel.identifiers.case_number import parse_number
from yichuang.kernel.refusal import Refusal

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

OPEN = decided()[:2]


def counts() -> tuple[int, int, int, int]:
    """Count cases, events, facts and applicants."""
    return Case.objects.count(), Event.objects.count(), Facts.objects.count(), Applicant.objects.count()


# --- once and again ---------------------------------------------------------------------------------------------------


def test_a_history_is_filed_with_its_events_facts_and_applicant() -> None:
    (filed,) = file([filing("F-1", decided())])
    assert (filed.source_key, filed.new_events, filed.refusal) == ("F-1", 6, None)
    assert counts() == (1, 6, 1, 1)
    case = queries.get_case(filed.number, personal=True)
    assert case.uuid == case_uuid(source=SOURCE, source_key="F-1").hex
    assert (case.source, case.applicant, case.chain_faults) == (SOURCE, APPLICANT, ())


def test_filing_the_same_again_changes_nothing() -> None:
    (first,) = file([filing("F-1", decided())])
    head = queries.get_case(first.number).head
    (second,) = file([filing("F-1", decided())])
    assert (second.number, second.new_events, second.refusal) == (first.number, 0, None)
    assert counts() == (1, 6, 1, 1)
    assert queries.get_case(first.number).head == head


def test_the_same_instants_written_in_another_zone_are_the_same_history() -> None:
    automatic: Told = [(receipt(), "2015-02-13"), (a.Accept(automatic=True, due_at=china("2015-03-20")), "2015-03-02")]
    one = filing("F-1", automatic)
    file([one])

    elsewhere = [
        AppliedAct(
            replace(done.act, due_at=done.act.due_at.astimezone(UTC)) if isinstance(done.act, a.Accept) else done.act,  # type: ignore[union-attr]
            done.at.astimezone(UTC),
            done.received_at.astimezone(UTC),
        )
        for done in one.history
    ]
    (again,) = file([Filing(SOURCE, "F-1", APPLICANT, elsewhere)])
    assert (again.new_events, again.refusal) == (0, None)


def test_a_history_that_goes_on_is_continued_and_its_facts_follow() -> None:
    (first,) = file([filing("F-1", OPEN)])
    (second,) = file([filing("F-1", decided())])
    assert (second.number, second.new_events) == (first.number, 4)
    assert Facts.objects.get().status == "closed"
    assert dict(queries.verify_cases()) == {first.number: ()}
    assert file([filing("F-1", decided())])[0].new_events == 0


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ([(receipt(), "2015-02-13"), (a.Accept(), "2015-02-15")], 2),
        ([(receipt(channel="web"), "2015-02-13"), (a.Accept(), "2015-02-13")], 1),
        ([(receipt(), "2015-02-13"), (a.RefuseAcceptance(ground="no-licence-needed", reason="不"), "2015-02-13")], 2),
        ([(receipt(), "2015-02-13")], 2),
    ],
    ids=["another time", "another receipt", "another act", "less than before"],
)
def test_a_history_with_another_past_is_refused_at_the_event_that_differs(told: Told, place: int) -> None:
    (first,) = file([filing("F-1", OPEN)])
    (second,) = file([filing("F-1", told)])
    assert isinstance(second.refusal, HistoryDiffers)
    assert f"第{place}个事件" in str(second.refusal)
    assert (second.number, second.new_events) == (first.number, 0)
    assert counts() == (1, 2, 1, 1)


def test_a_continuation_that_is_impossible_appends_nothing_of_itself() -> None:
    file([filing("F-1", OPEN)])
    (again,) = file([filing("F-1", [*OPEN, (a.StartStep(step="审核"), "2015-02-25"), (a.Archive(), "2015-02-26")])])
    assert isinstance(again.refusal, r.NotPossibleNow)
    assert (again.place, again.new_events) == (4, 0)
    assert Event.objects.count() == 2


def test_the_same_case_twice_in_one_batch_is_filed_once() -> None:
    filed = file([filing("F-1", OPEN), filing("F-2", OPEN), filing("F-1", OPEN), filing("F-1", decided())])
    assert [one.new_events for one in filed] == [2, 2, 0, 4]
    assert len({filed[0].number, filed[2].number, filed[3].number}) == 1
    assert counts() == (2, 8, 2, 2)


def test_the_same_key_of_two_systems_is_two_cases() -> None:
    filed = file([filing("F-1", OPEN), filing("F-1", OPEN, source="another-system")])
    assert filed[0].number != filed[1].number
    assert queries.list_source_keys("another-system") == ["F-1"]
    assert queries.count_source(SOURCE) == 1


def test_answers_come_in_the_order_of_the_filings_across_batches() -> None:
    keys = [f"F-{serial}" for serial in range(7)]
    filed = file((filing(key, OPEN) for key in keys), batch=3)
    assert [one.source_key for one in filed] == keys
    assert [parse_number(one.number).serial for one in filed] == [1, 2, 3, 4, 5, 6, 7]


# --- one bad among good -----------------------------------------------------------------------------------------------


def _naive(part: str) -> Filing:
    good = filing("bad", OPEN)
    first = good.history[0]
    clock = datetime(2015, 2, 13, 10)
    changed = (
        AppliedAct(first.act, clock, first.received_at) if part == "at" else AppliedAct(first.act, first.at, clock)
    )
    return Filing(SOURCE, "bad", APPLICANT, [changed, *good.history[1:]])


def _accept_with(**changed: object) -> Sequence[tuple[a.Act, str]]:
    return [(receipt(), "2015-02-13"), (a.Accept(**changed), "2015-02-13")]  # type: ignore[arg-type]


BAD: dict[str, tuple[Filing, type[Refusal] | tuple[type[Refusal], ...], int]] = {
    "an unknown item": (filing("bad", [(a.Receive(
        item="99999", organisation="610924-gongshang", division="610924"), "2015-02-13")]), r.UnknownItem, 1),
    "a step before acceptance": (filing("bad", [OPEN[0], (a.StartStep(step="审核"), "2015-02-25")]), r.NotAccepted, 2),
    "an earlier second act": (filing("bad", [OPEN[0], (a.Accept(), "2015-02-12")]), r.OutOfOrder, 2),
    "a day before the law": (filing("bad", [(receipt(), "1999-02-13")]), NoLawYet, 1),
    "a day after the calendar": (filing("bad", [(receipt(), "2050-02-13")]), Refusal, 0),
    "a limit that ends after the calendar": (
        filing("bad", _accept_with(promised=working_days(20_000))), OrdinalOutsideCalendar, 2),
    "a limit of less than nothing": (filing("bad", _accept_with(promised=working_days(-3))), LimitNegative, 2),
    "a place that is none": (filing("bad", [(replace(receipt(), division="999999"), "2015-02-13")]), Refusal, 1),
    "no place": (filing("bad", [(replace(receipt(), division=""), "2015-02-13")]), Refusal, 1),
    "a channel that no column holds": (filing("bad", [(receipt(channel="x" * 9), "2015-02-13")]), TextUnfit, 1),
    "a step that no column holds": (
        filing("bad", [*OPEN, (a.StartStep(step="步" * 65), "2015-02-25")]), TextUnfit, 3),
    "a key that no column holds": (filing("k" * 129, OPEN), TextUnfit, 0),
    "a name that no database stores": (
        filing("bad", OPEN, applicant=replace(APPLICANT, name="测\0试")), TextUnfit, 0),
    "a time without a zone": (_naive("at"), NaiveInstant, 1),
    "a receipt of the report without a zone": (_naive("received_at"), NaiveInstant, 1),
    "no history at all": (filing("bad", []), NothingFiled, 0),
    "a history without its beginning": (filing("bad", OPEN[1:]), r.NotPossibleNow, 1),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "refusal", "place"), BAD.values(), ids=BAD)
def test_one_bad_filing_among_good_ones_costs_only_itself(bad: Filing, refusal: type[Refusal], place: int) -> None:
    filed = file([filing("F-1", OPEN), bad, filing("F-2", decided())])

    assert [one.new_events for one in filed] == [2, 0, 6]
    assert isinstance(filed[1].refusal, refusal)
    assert filed[1].number == ""
    assert counts() == (2, 8, 2, 2)
    if place:
        assert filed[1].place == place


def test_a_corrected_filing_is_taken_afterwards() -> None:
    (refused,) = file([filing("F-1", [OPEN[0], (a.StartStep(step="审核"), "2015-02-25")])])
    assert refused.refusal is not None
    (filed,) = file([filing("F-1", decided())])
    assert filed.new_events == 6


def test_a_bad_filing_and_its_correction_in_one_batch() -> None:
    filed = file([filing("F-1", OPEN[1:]), filing("F-1", OPEN)])
    assert [one.new_events for one in filed] == [0, 2]


def test_own_histories_are_held_to_the_law_and_observed_ones_are_recorded() -> None:
    late: Told = [(receipt(), "2015-02-13"), (a.RequestSupplement(missing=("章程",)), "2015-04-01")]
    (strict,) = file([filing("F-1", late)], observed=False)
    assert isinstance(strict.refusal, r.NotificationTooLate)
    (recorded,) = file([filing("F-1", late)], observed=True)
    assert recorded.new_events == 2


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_run_by_place_and_day_and_their_check_characters_are_right() -> None:
    filed: list[Filed] = file(
        filing(f"F-{county}-{day}-{serial}", decided(county=county, on=f"2015-02-{day}")[:1])
        for serial in range(3)
        for county in ("610924", "610922")
        for day in (13, 15)
    )
    numbers = [parse_number(one.number) for one in filed]
    assert len({one.number for one in numbers}) == 12
    assert {(one.division, one.on.day): 0 for one in numbers}.keys() == {
        ("610924", 13), ("610924", 15), ("610922", 13), ("610922", 15),
    }  # fmt: skip
    for county in ("610924", "610922"):
        serials = [one.serial for one in numbers if one.division == county and one.on.day == 13]
        assert serials == [1, 2, 3]


def test_more_than_a_hundred_rows_at_once_are_the_same_as_few() -> None:
    many = file(filing(f"F-{serial}", decided()) for serial in range(120))
    assert [one.new_events for one in many] == [6] * 120
    assert counts() == (120, 720, 120, 120)
    assert all(not faults for _, faults in queries.verify_cases())
    assert connection.vendor != "postgresql" or ledger.is_native()


def test_recorded_time_is_ours_and_the_times_of_the_source_stay_its_own() -> None:
    told = filing("F-1", OPEN)
    reported_late = [AppliedAct(one.act, one.at, china("2015-06-30T18:00")) for one in told.history]
    (filed,) = file([Filing(SOURCE, "F-1", APPLICANT, reported_late)], now=china("2015-07-01T09:00"))
    line = queries.get_case(filed.number).events[-1]
    assert (line.source_at, line.received_at, line.recorded_at) == (
        china("2015-02-13"), china("2015-06-30T18:00"), china("2015-07-01T09:00"),
    )  # fmt: skip
