"""A county's exchange tables in the ledger: whole cases, corrections, late rows, nothing lost and nothing doubled."""

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories.exchange_tables import AT, County, catalogue_of_the_county
from yichuang.cases.models import Event
from yichuang.cases.queries import count_cases
from yichuang.cases.values import CaseFilter
from yichuang.exchange.commands import connect_once, correct_record, drop_record, replay_records
from yichuang.exchange.models import ConnectionState, LandedRow, LeftCase
from yichuang.exchange.queries import count_quarantine, list_connections, list_quarantine, reconcile
from yichuang.exchange.reading.tables.refusals import SourceRefusal, TableMissing
from yichuang.exchange.values import PassReport, QuarantineState
from yichuang.kernel.actor import Actor

BY = Actor(id="connect:test", name="对接测试")
DAY = timedelta(days=1)

__all__ = ["catalogue_of_the_county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def county(tmp_path: Path) -> County:
    """An empty county system with its mapping."""
    return County(tmp_path)


def connect(county: County, *, at: datetime = AT, **more: Any) -> PassReport:
    return connect_once(mapping=county.mapping, by=BY, at=at, **more)


def acts_of(key: str) -> list[str]:
    """Return the names of the events that count of a case, in their order."""
    from yichuang.cases import effective, ledger
    from yichuang.cases.models import Case

    case = Case.objects.get(source="county-a", source_key=key)
    return [entry.name.split(".")[1] for entry in effective.effective(ledger.read_case(case.pk))]


WHOLE = [
    "application-received", "application-accepted", "step-finished", "step-finished", "application-granted",
    "certificate-issued", "case-closed",
]  # fmt: skip


def test_a_case_of_four_tables_is_filed_whole_and_reading_again_changes_nothing(county: County) -> None:
    county.file_case("ZY-1")
    county.file_case("ZY-2")
    report = connect(county)
    assert (report.landed, report.filed, report.new_events, report.refused, report.waiting) == (8, 2, 14, 0, 0)
    assert acts_of("ZY-1") == WHOLE
    again = connect(county, at=AT + DAY, from_start=True)
    assert (again.landed, again.changed, again.filed, again.unchanged, again.new_events) == (0, 0, 0, 0, 0)


def test_the_same_batch_sent_twice_under_new_keys_counts_once(county: County) -> None:
    county.file_case("ZY-1")
    connect(county)
    county.write("up_pro_process", [county.step("ZY-1", place) for place in range(2)])
    county.write("up_pro_accept", [county.accepted("ZY-1")])
    report = connect(county, at=AT + DAY)
    assert (report.landed, report.unchanged, report.new_events, report.corrected) == (3, 1, 0, 0)
    assert acts_of("ZY-1") == WHOLE


def test_details_that_come_before_their_case_wait_and_are_not_lost(county: County) -> None:
    county.write("up_pro_process", [county.step("ZY-1", 0), county.step("ZY-1", 1)])
    county.write("up_pro_result", [county.result("ZY-1")])
    report = connect(county)
    assert (report.landed, report.filed, report.waiting, report.refused) == (3, 0, 3, 0)
    county.write("up_pro_accept", [county.accepted("ZY-1")])
    report = connect(county, at=AT + DAY)
    assert (report.filed, report.waiting) == (1, 0)
    assert acts_of("ZY-1") == WHOLE


def test_a_late_step_and_a_changed_one_become_corrections_and_keep_when_each_row_first_came(county: County) -> None:
    county.file_case("ZY-1", steps=1)
    (key,) = LandedRow.objects.filter(table="process").values_list("row_key", flat=True) if connect(county) else ()
    county.write("up_pro_process", [county.step("ZY-1", 1)])
    late = connect(county, at=AT + DAY)
    assert late.new_events == 2 + late.corrected or late.new_events > 1
    assert acts_of("ZY-1") == WHOLE
    received = Counter(Event.objects.filter(name__contains="step-finished").values_list("received_at", flat=True))
    assert len(received) == 2
    county.change("up_pro_process", key, handle_explain="不同意")
    changed = connect(county, at=AT + 2 * DAY)
    assert (changed.changed, changed.corrected) == (1, 1)
    assert acts_of("ZY-1") == WHOLE


def test_a_deleted_case_ends_and_comes_back_when_it_is_sent_again(county: County) -> None:
    key = county.file_case("ZY-1")
    connect(county)
    county.change("up_pro_accept", key, cd_operation="D")
    gone = connect(county, at=AT + DAY)
    assert (gone.deleted, gone.filed) == (1, 1)
    assert acts_of("ZY-1")[-1] == "case-voided"
    county.change("up_pro_accept", key, cd_operation="I")
    connect(county, at=AT + 2 * DAY)
    assert acts_of("ZY-1") == WHOLE


def test_a_case_that_was_deleted_before_we_ever_saw_it_is_not_filed(county: County) -> None:
    county.write("up_pro_accept", [{"project_no": "ZY-9", "cd_operation": "D"}])
    report = connect(county)
    assert (report.landed, report.new_events, report.refused, report.waiting) == (1, 0, 0, 0)
    assert count_cases(CaseFilter()) == 0


def test_a_renumbered_case_ends_under_its_old_number_and_stands_under_the_new(county: County) -> None:
    key = county.file_case("ZY-1", steps=0, closed=False)
    connect(county)
    county.change("up_pro_accept", key, project_no="ZY-100")
    report = connect(county, at=AT + DAY)
    assert report.filed == 2
    assert acts_of("ZY-1")[-1] == "case-voided"
    assert acts_of("ZY-100") == WHOLE[:2]
    assert not LeftCase.objects.exists()


def test_one_bad_case_waits_in_quarantine_and_holds_up_no_other(county: County) -> None:
    county.file_case("ZY-1")
    county.file_case("ZY-2", local_catalog_code="XX-77")
    county.file_case("ZY-3", apply_date="2015-02-30 09:00:00")
    report = connect(county)
    assert (report.filed, report.refused, report.waiting) == (1, 2, 0)
    faults = {row.source_key: [fault.code for fault in row.faults] for row in list_quarantine()}
    assert faults == {"ZY-2": ["CodeUnknown"], "ZY-3": ["ImpossibleTime"]}
    again = connect(county, at=AT + DAY)
    assert (again.refused, count_quarantine()[QuarantineState.WAITING]) == (0, 2)


def test_a_record_put_right_is_replayed_and_stays_right_when_its_source_sends_more(county: County) -> None:
    county.file_case("ZY-1", closed=False, apply_date="2015-02-30 09:00:00")
    connect(county)
    (row,) = list_quarantine()
    correct_record(record=row.id, changes={"apply_date": "2015-03-01 09:00:00"}, by=BY, at=AT)
    report = replay_records(by=BY, at=AT + DAY)
    assert (report.sent, report.filed, report.waiting) == (1, 1, 0)
    county.write("up_pro_result", [county.result("ZY-1")])
    assert connect(county, at=AT + 2 * DAY).filed == 1
    assert acts_of("ZY-1") == WHOLE
    assert count_quarantine()[QuarantineState.REPLAYED] == 1


def test_what_was_left_empty_can_be_filled_in(county: County) -> None:
    county.file_case("ZY-1", apply_date=None, accept_date=None, steps=0, closed=False)
    connect(county)
    (row,) = list_quarantine()
    correct_record(record=row.id, changes={"apply_date": "2015-03-01 09:00:00"}, by=BY, at=AT)
    assert replay_records(by=BY, at=AT).filed == 1


def test_a_mapping_put_right_files_what_waited_with_the_next_pass(county: County) -> None:
    county.file_case("ZY-1", local_catalog_code="XX-77")
    connect(county)
    text = county.mapping.read_text(encoding="utf-8")
    county.mapping.write_text(text.replace("{JZ-01:", '{XX-77: "10002", JZ-01:'), encoding="utf-8")
    assert connect(county, at=AT + DAY).filed == 1
    assert count_quarantine()[QuarantineState.WAITING] == 0


def test_a_dropped_case_is_refused_until_its_source_says_something_else(county: County) -> None:
    key = county.file_case("ZY-1", local_catalog_code="XX-77")
    connect(county)
    drop_record(record=list_quarantine()[0].id, reason="测试件", by=BY, at=AT)
    assert [(d.sent, d.refused, d.adds_up) for d in balance()] == [(4, 4, True)]
    county.change("up_pro_accept", key, local_catalog_code="JZ-01")
    assert connect(county, at=AT + DAY).filed == 1
    assert [(d.sent, d.filed, d.adds_up) for d in balance()] == [(4, 4, True)]


def balance() -> Any:
    return reconcile("county-a", since=AT.date() - DAY, until=AT.date() + 9 * DAY)


def test_a_source_whose_clock_is_ahead_is_waited_for_and_its_rows_are_read_on(county: County) -> None:
    at = datetime(2015, 3, 2, 1, 30, tzinfo=UTC)
    county.clock += DAY
    county.file_case("ZY-1", day=3)
    ahead = connect(county, at=at)
    assert (ahead.filed, ahead.refused, ahead.waiting) == (0, 0, 4)
    (row,) = list_connections(now=at)
    assert row.delay_seconds is not None and row.delay_seconds < 0
    county.file_case("ZY-2", day=3)
    report = connect(county, at=at + DAY + timedelta(hours=8))
    assert (report.filed, report.waiting) == (2, 0)


def test_a_row_that_became_visible_late_is_found_although_the_cursor_stood_behind_it(county: County) -> None:
    county.file_case("ZY-1")
    early = county.clock
    county.clock += timedelta(minutes=5)
    county.file_case("ZY-2")
    connect(county)
    county.write("up_pro_accept", [county.accepted("ZY-3", cd_time=early.isoformat(sep=" "))])
    assert connect(county, at=AT + timedelta(seconds=60)).filed == 1


def test_a_row_dated_far_ahead_does_not_hide_what_comes_after_it(county: County) -> None:
    county.write("up_pro_accept", [county.accepted("ZY-1", cd_time="2099-01-01 00:00:00")])
    connect(county)
    county.file_case("ZY-2")
    connect(county, at=AT + DAY)
    county.file_case("ZY-3")
    assert connect(county, at=AT + 2 * DAY).filed == 1


def test_a_source_that_does_not_answer_is_told_in_the_status_and_nothing_is_lost(county: County) -> None:
    county.file_case("ZY-1")
    connect(county)
    aside = county.file.rename(county.file.with_suffix(".away"))
    with pytest.raises(SourceRefusal) as told:
        connect(county, at=AT + DAY)
    (row,) = list_connections(now=AT + DAY)
    assert row.failures == 1 and row.error_at is not None
    assert row.error == f"{told.value.explain().rstrip('。')}。"
    aside.rename(county.file)
    connect(county, at=AT + 2 * DAY)
    assert list_connections(now=AT + 2 * DAY)[0].error == ""


def test_a_table_larger_than_a_page_is_read_page_by_page(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.exchange.connecting.polling.PAGE", 7)
    county.write("up_pro_accept", [county.accepted(f"ZY-{n}", cd_time="2015-03-02 09:00:00") for n in range(40)])
    assert connect(county).filed == 40
    assert ConnectionState.objects.get().rows_total == 40


def test_a_limit_takes_a_part_and_the_next_pass_the_rest(county: County) -> None:
    county.write("up_pro_accept", [county.accepted(f"ZY-{n}") for n in range(25)])
    taken = [connect(county, at=AT + n * timedelta(minutes=1), limit=10).landed for n in range(4)]
    assert taken == [10, 10, 5, 0]


def test_a_bad_row_of_a_case_that_is_filed_waits_alone(county: County) -> None:
    county.file_case("ZY-1", closed=False)
    connect(county)
    county.write("up_pro_result", [county.result("ZY-1", result_type="77")])
    assert connect(county, at=AT + DAY).refused == 1
    assert [(d.sent, d.filed, d.quarantined) for d in balance()] == [(3, 3, 0), (1, 0, 1)]
    assert acts_of("ZY-1") == WHOLE[:4]


def test_a_source_without_the_tables_that_it_may_lack_is_read_all_the_same(county: County) -> None:
    county.file_case("ZY-1")
    with sqlite3.connect(county.file) as database:
        database.execute("DROP TABLE up_pro_material")
        database.execute("DROP TABLE up_pro_special_procedure")
    assert connect(county).filed == 1
    with sqlite3.connect(county.file) as database:
        database.execute("DROP TABLE up_pro_result")
    with pytest.raises(TableMissing):
        connect(county, at=AT + DAY)
