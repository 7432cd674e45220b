"""The real log of permit applications in the ledger: its figures, and that a second import changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from tests.contracts.test_mappings import HERE, MAPPINGS, receipt_log
from yichuang.cases.queries import count_cases, get_case, page_cases, verify_cases
from yichuang.cases.values import CaseFilter, Status
from yichuang.catalogue import terms
from yichuang.exchange.commands import import_file
from yichuang.exchange.queries import list_batches
from yichuang.exchange.values import BatchState, ImportReport
from yichuang.kernel.actor import Actor, ActorKind

BY = Actor(id="import:receipt", name="测试导入", kind=ActorKind.CONNECTOR)
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
SHAPED = HERE / "receipt-shaped.xes"


@pytest.fixture(autouse=True)
def no_terms_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's database starts its audit anew, so that its terms must not be another test's."""
    monkeypatch.setattr(terms, "_kept", None)


def receive(file: Path) -> ImportReport:
    """Import a log by the mapping that comes with the house."""
    return import_file(file=file, mapping=MAPPINGS / "receipt.yaml", by=BY, at=AT)


def count(measure: str) -> int:
    """Count the log's cases."""
    return count_cases(CaseFilter(measure=measure, source="receipt-log"))


def count_events(name: str) -> int:
    """Count ledger events of one kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cases_event WHERE name = %s", [f"cases.{name}.v1"])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.slow
def test_the_real_log_reads_1434_cases_8577_events_1329_closed_and_377_late() -> None:
    report = receive(receipt_log())
    assert (report.read, report.filed, report.waiting, report.source_events) == (1_434, 1_434, 0, 8_577)
    figures = {measure: count(measure) for measure in ("received", "accepted", "completed", "late", "open")}
    assert figures == {"received": 1_434, "accepted": 1_434, "completed": 1_329, "late": 377, "open": 105}
    assert count_events("step-finished") == 8_577
    assert count_cases(CaseFilter(county="610900")) == 0

    again = receive(receipt_log())
    assert (again.filed, again.new_events, again.unchanged, again.waiting) == (0, 0, 1_434, 0)
    assert count_events("step-finished") == 8_577
    assert [numbers for numbers in verify_cases() if numbers[1]] == []


@pytest.mark.django_db
def test_late_is_judged_by_the_instant_against_the_deadline_of_the_case() -> None:
    report = receive(SHAPED)
    assert report.adds_up and (report.read, report.filed, report.source_events) == (6, 6, 10)
    # Closed at the very instant of the deadline is in time; ten milliseconds later is late.
    assert (count("completed"), count("late"), count("open")) == (5, 1, 1)


@pytest.mark.django_db
def test_a_step_typed_in_after_the_end_keeps_its_instant_and_the_case_its_end() -> None:
    receive(SHAPED)
    rows = page_cases(CaseFilter(source="receipt-log")).rows
    cases = [get_case(row.number) for row in rows]
    assert all(case.chain_faults == () for case in cases)
    late = next(case for case in cases if any("2011-03-25T09:05:00+01:00" in str(e.details) for e in case.events))
    assert late.row.closed_at == datetime(2011, 3, 19, 23, tzinfo=UTC)
    assert late.row.status is Status.CLOSED


@pytest.mark.django_db
def test_a_log_that_grew_since_adds_only_what_is_new(tmp_path: Path) -> None:
    receive(SHAPED)
    grown = tmp_path / "grown.xes"
    step = (
        '<event><date key="time:timestamp" value="2011-03-04T09:05:00+01:00"/>'
        '<string key="concept:name" value="T06 Determine necessity of stop advice"/></event></trace>'
    )
    grown.write_text(SHAPED.read_text().replace("</trace>", step, 1))
    report = receive(grown)
    assert (report.filed, report.new_events, report.unchanged) == (1, 1, 5)


@pytest.mark.django_db
def test_a_batch_says_who_imported_what_and_how_it_ended() -> None:
    receive(SHAPED)
    (batch,) = list_batches(source="receipt-log")
    assert (batch.file, batch.by, batch.state) == ("receipt-shaped.xes", "测试导入", BatchState.FINISHED)
    assert (batch.read, batch.filed, batch.new_events) == (6, 6, 27)
