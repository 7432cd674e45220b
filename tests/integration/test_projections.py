"""Projections: live, filed and rebuilt are one thing; lists, counts and digests select the same cases."""

from dataclasses import replace as changed
from datetime import date

import pytest
from django.db import connection
from msgspec.structs import replace

from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import Told, decided, file, filing
from tests.factories.people import CLERK
from tests.factories.running import accept, case_id_of, perform_all
from tests.factories.stories import china, receipt
from yichuang.calendar.queries import get_calendar
from yichuang.cases import commands, projections, queries, selection
from yichuang.cases.domain import acts as a
from yichuang.cases.models import Event, Facts
from yichuang.cases.selection import MEASURES, STANDING, UnknownMeasure
from yichuang.cases.values import CaseFilter, PageUnknown
from yichuang.kernel.crypto import sm3

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handmade_catalogue")]

HISTORIES: dict[str, Told] = {
    "granted and closed": decided(town="610924101000", closed_on="2015-03-02"),
    "late": decided(decided_on="2015-03-10"),
    "hours": decided(item=catalogue.ON_THE_SPOT, decided_on="2015-02-13T15:00"),
    "calendar days": decided(item=catalogue.PERMIT, decided_on="2015-03-20"),
    "joint": decided(item=catalogue.JOINT, county="610902", channel="web"),
    "supplemented": [
        (receipt(), "2015-02-13"),
        (a.RequestSupplement(missing=("章程",)), "2015-02-15"),
        (a.TakeSupplement(), "2015-03-02"),
        (a.Accept(), "2015-03-02"),
    ],
    "automatic": [(receipt(), "2015-02-13T16:00"), (a.Accept(automatic=True), "2015-02-27")],
    "paused and extended": [
        *decided()[:2],
        (a.StartStep(step="审核", organisation="610924-huanbao"), "2015-02-15"),
        (a.FinishStep(step="审核"), "2015-02-16"),
        (a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25"),
        (a.EndSpecialProcedure(), "2015-03-04"),
        (a.Extend(days=5, reason="复杂", approved_by="局长"), "2015-03-05"),
        (a.Refuse(reason="不符", remedies="复议"), "2015-03-25"),
        (a.Deliver(), "2015-03-26"),
        (a.Close(), "2015-03-26"),
    ],
    "suspended": [
        *decided()[:2], (a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25"),
    ],
    "not accepted": [
        (receipt(), "2015-02-13"), (a.RefuseAcceptance(ground="no-licence-needed", reason="不"), "2015-02-13"),
    ],
    "forwarded": [*decided()[:2], (a.Forward(to_organisation="610900-gongshang", reason="权限"), "2015-02-15")],
    "withdrawn": [*decided()[:2], (a.Withdraw(), "2015-02-15")],
    "voided": [*decided(), (a.Void(reason="重复"), "2015-05-04")],
    "archived": [*decided(), (a.Archive(folder="A"), "2015-05-04")],
}  # fmt: skip


def rows() -> list[tuple[object, ...]]:
    """Return every stored column of every case's facts."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(projections.COLUMNS)} FROM cases_facts ORDER BY case_id")
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


def rebuild(on: date = date(2015, 12, 31), *, only_provisional: bool = False, batch: int = 500) -> list[int]:
    """Fold everything anew and return how far each batch came."""
    steps = projections.rebuild(calendar=get_calendar(), on=on, only_provisional=only_provisional, batch=batch)
    return [done for done, _ in steps]


# --- live == filed == rebuilt -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", HISTORIES.values(), ids=HISTORIES)
def test_one_command_at_a_time_and_a_filing_give_the_same_facts(told: Told) -> None:
    number = perform_all(told)
    (filed,) = file([filing("F-1", told)], observed=False)
    live, brought = (projections.read(case_id_of(one)) for one in (number, filed.number))
    assert live is not None
    assert brought is not None
    assert live.standing == replace(brought.standing, source=live.standing.source)
    # Who acted, what was charged and which papers came in is known here, and there as far as it was reported.
    differing = ("decider", "closed_by", "fee_stated", "materials_required")
    assert live.course == replace(brought.course, **{name: getattr(live.course, name) for name in differing})


def test_what_is_rebuilt_is_what_was_live() -> None:
    for told in HISTORIES.values():
        perform_all(told)
    file(filing(key, told) for key, told in HISTORIES.items())
    suspended = len(rows()) // len(HISTORIES)
    live = rows()

    assert rebuild(batch=5) == [5, 10, 15, 20, 25, 28]

    moved = [one for one, other in zip(rows(), live, strict=True) if one != other]
    assert len(moved) == suspended  # an open pause is counted to the day of the rebuild
    assert all(row[projections.COLUMNS.index("status")] == "suspended" for row in moved)
    assert all(not faults for _, faults in queries.verify_cases())


def test_facts_that_were_lost_or_spoiled_are_rebuilt() -> None:
    file(filing(key, told) for key, told in HISTORIES.items() if key != "suspended")
    live = rows()
    Facts.objects.filter(case_id__lt=live[5][0]).delete()  # type: ignore[misc]
    Facts.objects.update(item="spoiled", used_days=99)
    rebuild()
    assert rows() == live


def test_an_older_fold_does_not_overwrite_a_newer_one() -> None:
    number = accept()
    folded, head = projections.load(case_id_of(number))
    before = rows()
    commands.grant_application(number=number, opinion="", by=CLERK, at=china("2015-02-26"))
    assert rows() != before
    newer = rows()
    projections.save(before, new=False)
    assert rows() == newer
    assert folded.state.seq == 2
    assert head != newer[0][3]


def test_only_provisional_facts_are_computed_again_when_a_year_is_published() -> None:
    file([filing("old", decided()), filing("new", decided(on="2025-12-29", decided_on="2026-01-05"))])
    provisional = file([filing("next", decided(on="2026-12-28", decided_on="2027-01-04"))], now=china("2027-02-01"))
    assert list(Facts.objects.filter(provisional=True).values_list("number", flat=True)) == [provisional[0].number]
    Facts.objects.update(used_days=99)
    assert rebuild(only_provisional=True) == [1]
    assert Facts.objects.filter(used_days=99).count() == 2


# --- lists, counts, digests -------------------------------------------------------------------------------------------


@pytest.fixture
def filed_histories(handmade_catalogue: None) -> None:
    """Three of each history stand in the ledger."""
    filed = file(filing(f"{key}-{copy}", told) for key, told in HISTORIES.items() for copy in range(3))
    assert all(one.new_events for one in filed)


PERIOD = CaseFilter(start_on=date(2015, 1, 1), until=date(2015, 7, 1))


@pytest.mark.usefixtures("filed_histories")
@pytest.mark.parametrize("measure", [*MEASURES, *sorted(STANDING)])
@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_show_every_case_of_a_measure_exactly_once_in_order(measure: str, limit: int) -> None:
    chosen = changed(PERIOD, measure=measure)
    seen, after = [], ""
    while True:
        page = queries.page_cases(chosen, after=after, limit=limit)
        seen += [row.number for row in page]
        assert len(page) <= limit
        assert len(seen) == len(set(seen)), "a page repeats what an earlier one showed"
        if not page.next_after:
            break
        after = page.next_after
    assert len(seen) == len(set(seen)) == queries.count_cases(chosen)
    assert queries.digest_cases(chosen)[0] == len(seen)


@pytest.mark.usefixtures("filed_histories")
@pytest.mark.parametrize("after", ["nonsense", "2015-02-13", "2015-02-30~1", "2015-02-13~x", "~", "'; DROP TABLE x~1"])
def test_a_place_in_a_list_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(PageUnknown):
        queries.page_cases(PERIOD, after=after)


def test_an_unknown_measure_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownMeasure, match="on-time"):
        queries.count_cases(CaseFilter(measure="satisfaction"))


@pytest.mark.usefixtures("filed_histories")
@pytest.mark.parametrize(
    ("measure", "event"),
    [("received", 1), ("accepted", "cases.application-accepted.v1"), ("completed", "cases.case-closed.v1")],
)
def test_a_digest_is_what_anybody_computes_from_the_chains(measure: str, event: int | str) -> None:
    chosen = changed(PERIOD, measure=measure)
    numbers = sorted(row.number for row in queries.page_cases(chosen, limit=1_000))
    lines = []
    for number in numbers:
        events = queries.get_case(number).events
        cited = [line for line in events if event in (line.seq, line.name)]
        lines.append(f"{number}\t{cited[-1].digest}\n")
    assert queries.digest_cases(chosen) == (len(numbers), sm3("".join(lines).encode()).hex())


def test_a_digest_of_what_was_received_stays_when_the_case_goes_on() -> None:
    number = accept()
    before = queries.digest_cases(PERIOD)
    commands.grant_application(number=number, opinion="", by=CLERK, at=china("2015-02-26"))
    assert queries.digest_cases(PERIOD) == before


def test_the_period_includes_its_first_day_and_not_its_end() -> None:
    accept("2015-02-13T00:00")
    accept("2015-02-13T23:59")
    for start, until, found in (((13, 14), (14, 15), 2), ((12, 13), (13, 14), 0), ((14, 15), (28, 28), 0)):
        chosen = CaseFilter("accepted", date(2015, 2, start[0]), date(2015, 2, until[0]))
        assert queries.count_cases(chosen) == found


def test_open_and_overdue_are_judged_at_the_end_of_the_period() -> None:
    accept("2015-02-13")  # due on 4 March, never decided
    decided_in_time = accept("2015-02-13")
    commands.grant_application(number=decided_in_time, opinion="", by=CLERK, at=china("2015-02-26"))
    paused = accept("2015-02-13")
    commands.start_special_procedure(
        number=paused, procedure="hearing", reason="依申请", expected_days=9, by=CLERK, at=china("2015-02-26")
    )
    until = {"due": date(2015, 3, 4), "day after": date(2015, 3, 5)}
    assert queries.count_cases(CaseFilter("open", until=date(2015, 2, 13))) == 0
    assert queries.count_cases(CaseFilter("open", until=until["due"])) == 3
    assert queries.count_cases(CaseFilter("open-late", until=until["due"])) == 0
    # What was decided in time is not overdue because its file is open, nor what stands still by law.
    assert queries.count_cases(CaseFilter("open-late", until=until["day after"])) == 1


@pytest.mark.usefixtures("filed_histories")
def test_a_voided_case_is_received_and_nothing_else() -> None:
    voided = set(Facts.objects.filter(status="voided").values_list("number", flat=True))
    assert len(voided) == 3
    for measure in (*MEASURES, *sorted(STANDING)):
        listed = {row.number for row in queries.page_cases(changed(PERIOD, measure=measure), limit=1_000)}
        assert (voided <= listed) if measure == "received" else not voided & listed


@pytest.mark.usefixtures("filed_histories")
def test_every_field_of_a_filter_narrows() -> None:
    everything = queries.count_cases(PERIOD)
    for field, value in {
        "county": "610902", "town": "610924101", "organisation": "610924-linye", "department": "linye",
        "item": catalogue.PERMIT, "channel": "web", "kind": "on-the-spot", "source": "nobody",
        "centre": "610902-centre", "counties": ("610902",), "organisations": ("610924-linye",),
    }.items():  # fmt: skip
        assert queries.count_cases(changed(PERIOD, **{field: value})) < everything, field
    assert queries.count_cases(changed(PERIOD, counties=("610902", "610924"))) == everything


def test_events_are_counted_and_used_days_summed() -> None:
    file(filing(key, told) for key, told in HISTORIES.items())
    assert queries.count_events() >= Event.objects.count()
    chosen = changed(PERIOD, measure="judged")
    used = [row.used_days for row in queries.page_cases(chosen, limit=1_000)]
    assert queries.sum_used_days(chosen) == sum(day for day in used if day is not None) > 0
    assert selection.day_column("open") == "accepted_on"
