"""County files in the ledger: good rows are filed, bad ones wait in quarantine until somebody settles them."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.contracts.test_mappings import HERE, MAPPINGS
from tests.factories.exchange_tables import load_items_of_the_county
from yichuang.cases.queries import count_cases, count_events, get_case, page_cases
from yichuang.cases.values import CaseFilter, Result
from yichuang.catalogue import terms
from yichuang.exchange.commands import correct_record, drop_record, import_file, replay_records
from yichuang.exchange.queries import count_quarantine, get_quarantined, list_batches, list_quarantine
from yichuang.exchange.values import (
    BatchState,
    ColumnMissing,
    FieldUnknown,
    FileBroken,
    ImportReport,
    MappingFaulty,
    QuarantineState,
    ReasonNeeded,
    RecordSettled,
    RecordUnknown,
)
from yichuang.kernel.actor import Actor

BY = Actor(id="integrator-1", name="对接员")
AT = datetime(2015, 3, 1, 2, 0, tzinfo=UTC)
COUNTY = HERE / "county"
HEAD, *ROWS = (COUNTY / "cases.csv").read_text(encoding="gb18030").splitlines()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue_of_the_county(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two items of one county department; no terms left from another test's database."""
    monkeypatch.setattr(terms, "_kept", None)
    load_items_of_the_county(AT)


@pytest.fixture
def receive(tmp_path: Path) -> Callable[..., ImportReport]:
    """Import rows (or any file) by the county's mapping."""

    def run(*rows: str, file: Path | None = None, mapping: Path = MAPPINGS / "county-cases.yaml", **more: Any) -> Any:
        if file is None:
            file = tmp_path / "cases.csv"
            file.write_text("\n".join((HEAD, *rows)) + "\n", encoding="gb18030")
        return import_file(file=file, mapping=mapping, by=BY, at=AT, **more)

    return run


def cell(row: str, place: int, value: str) -> str:
    """Change one cell of a row."""
    cells = row.split(",")
    cells[place] = value
    return ",".join(cells)


def waiting() -> list[tuple[int, list[tuple[str, str]]]]:
    """Return (row, [(field, code)]) of what waits."""
    return [(row.row, [(fault.field, fault.code) for fault in row.faults]) for row in list_quarantine()]


def test_a_gb18030_file_of_one_row_a_case_is_filed_with_its_results(receive: Callable[..., ImportReport]) -> None:
    report = receive(file=COUNTY / "cases.csv")
    assert (report.encoding, report.read, report.filed, report.waiting) == ("gb18030", 4, 4, 0)
    rows = page_cases(CaseFilter(source="county-a")).rows
    assert [row.result for row in rows] == [Result.GRANTED, Result.GRANTED, Result.NOT_GRANTED, ""]
    assert [row.late_promised for row in rows] == [False, True, False, None]
    assert [row.channel for row in rows] == ["window", "web", "other", "window"]


def test_rows_of_one_event_each_become_cases_with_supplements_and_late_steps(
    receive: Callable[..., ImportReport],
) -> None:
    report = receive(file=COUNTY / "events.csv", mapping=MAPPINGS / "county-events.yaml")
    assert (report.read, report.filed, report.waiting, report.ignored) == (2, 2, 0, 2)
    first, second = (get_case(row.number) for row in page_cases(CaseFilter(source="county-b")).rows)
    assert [line.title for line in first.events][:3] == ["收件", "一次性告知补正", "补正收齐"]
    assert second.row.accepted_at == datetime(2015, 2, 2, 2, tzinfo=UTC)
    assert "2015-02-12T09:00:00+08:00" in str(second.events[-2].details)


def test_a_workbook_goes_through_the_same_engine(tmp_path: Path, receive: Callable[..., ImportReport]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("办件")
    sheet.append(["登记簿"])
    sheet.append(["序号", "事项", "申请人", "收件日期", "受理日期", "办结日期"])
    sheet.append([1, "建设工程", "测甲", datetime(2015, 1, 5), datetime(2015, 1, 5), datetime(2015, 1, 9)])
    sheet.append([2, "临时建设", "测乙", "2015-02-30", datetime(2015, 1, 5), None])
    book.save(path := tmp_path / "book.xlsx")
    report = receive(file=path, mapping=MAPPINGS / "county-workbook.yaml")
    assert (report.filed, report.waiting) == (1, 1)
    assert waiting() == [(4, [("收件日期", "ImpossibleTime")])]


BAD = {
    "a wrong code": (1, "JZ-99", "事项编码", "CodeUnknown"),
    "an impossible date": (7, "2015-02-30 09:00", "收件时间", "ImpossibleTime"),
    "a wrong division": (3, "6109", "区划", "WrongLength"),
    "a receipt after acceptance": (7, "2015-01-06 09:00", "受理时间", "OutOfOrder"),
    "a time in the future": (17, "2016-01-12 17:00", "办结时间", "InTheFuture"),
    "an unknown result code": (15, "9", "办结结果", "UnknownResultCode"),
    "a huge field": (6, "长" * 9_000, "办理摘要", "ValueTooLong"),
    "a control character": (6, "坏\x01字", "办理摘要", "ControlCharacter"),
    "no number": (0, "", "办件编号", "ValueMissing"),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_bad_row_waits_with_its_field_and_reason_and_the_good_ones_are_filed(
    kind: str, receive: Callable[..., ImportReport]
) -> None:
    place, value, field, code = BAD[kind]
    report = receive(cell(ROWS[0], place, value), *ROWS[1:])
    assert report.adds_up
    assert (report.filed, report.waiting) == (3, 1)
    (row,) = list_quarantine()
    assert row.row == 2 and (field, code) in {(fault.field, fault.code) for fault in row.faults}
    explained = row.faults[0].explain()
    assert "第2行" in explained and explained.count("。") >= 2, "reason and remedy"


def test_a_decision_before_acceptance_is_filed_so_that_supervision_sees_it(
    receive: Callable[..., ImportReport],
) -> None:
    report = receive(cell(ROWS[0], 14, "2015-01-05 09:30"), *ROWS[1:])
    assert (report.filed, report.waiting) == (4, 0)
    first = get_case(page_cases(CaseFilter(source="county-a")).rows[0].number)
    titles = [line.title for line in first.events]
    assert titles.index("准予") < titles.index("受理")


def test_an_item_that_the_catalogue_does_not_hold_waits_and_names_the_item(
    tmp_path: Path, receive: Callable[..., ImportReport]
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text((MAPPINGS / "county-cases.yaml").read_text().replace('JZ-01: "10001"', 'JZ-01: "77777"'))
    report = receive(*ROWS, mapping=mapping)
    assert (report.filed, report.waiting) == (1, 3)
    assert {codes[0] for _, codes in waiting()} == {("事项编码", "UnknownItem")}

    answer = replay_records(mapping=MAPPINGS / "county-cases.yaml", by=BY, at=AT)
    assert (answer.sent, answer.filed, answer.waiting) == (3, 3, 0)
    assert count_cases(CaseFilter(source="county-a")) == 4


def test_a_row_twice_is_filed_once_and_the_second_waits_naming_the_first(receive: Callable[..., ImportReport]) -> None:
    report = receive(ROWS[0], ROWS[1], ROWS[0], cell(ROWS[1], 6, "另一摘要"))
    assert (report.read, report.filed, report.waiting) == (4, 2, 2)
    assert waiting() == [(4, [("办件编号", "RowRepeated")]), (5, [("办件编号", "RowRepeated")])]
    assert list_quarantine()[0].faults[0].details["row"] == "2"


def test_importing_twice_changes_nothing_not_even_the_quarantine(receive: Callable[..., ImportReport]) -> None:
    rows = (*ROWS, cell(ROWS[0], 1, "JZ-99"), ROWS[0])
    receive(*rows)
    events, before = count_events(), list_quarantine()
    report = receive(*rows)
    assert report.adds_up and (report.filed, report.unchanged, report.waiting) == (0, 4, 2)
    assert (count_events(), list_quarantine()) == (events, before)


def test_a_record_is_corrected_in_place_and_replayed_and_everything_is_written_down(
    receive: Callable[..., ImportReport],
) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    (row,) = list_quarantine()
    correct_record(record=row.id, changes={"事项编码": "JZ-01"}, by=BY, at=AT)
    assert list_quarantine()[0].state is QuarantineState.CORRECTED
    answer = replay_records(records=[row.id], by=BY, at=AT)
    assert (answer.filed, answer.new_events, answer.waiting) == (1, 4, 0)
    found = get_quarantined(row.id)
    assert found.row.state is QuarantineState.REPLAYED
    assert [(act.by, act.act, act.details) for act in found.acts] == [
        ("对接员", "correct", "事项编码"),
        ("对接员", "replay", ""),
    ]
    # The same broken file once more: settled, not waiting again.
    report = receive(cell(ROWS[0], 1, "JZ-99"))
    assert report.adds_up and (report.waiting, report.settled) == (0, 1)
    with pytest.raises(RecordSettled):
        correct_record(record=row.id, changes={"事项编码": "JZ-01"}, by=BY, at=AT)


def test_a_correction_that_does_not_help_leaves_the_record_waiting_with_its_new_fault(
    receive: Callable[..., ImportReport],
) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    (row,) = list_quarantine()
    correct_record(record=row.id, changes={"事项编码": "JZ-01", "受理时间": "2015-01-04 09:00"}, by=BY, at=AT)
    assert replay_records(by=BY, at=AT).waiting == 1
    assert waiting() == [(2, [("受理时间", "OutOfOrder")])]


def test_a_record_put_right_at_its_source_settles_the_one_that_waits(receive: Callable[..., ImportReport]) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    report = receive(ROWS[0])
    assert (report.filed, report.waiting) == (1, 0)
    assert count_quarantine()[QuarantineState.WAITING] == 0
    assert get_quarantined(list_quarantine(states=tuple(QuarantineState))[0].id).acts[0].act == "superseded"


def test_dropping_needs_a_reason_and_is_final(receive: Callable[..., ImportReport]) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    (row,) = list_quarantine()
    with pytest.raises(ReasonNeeded):
        drop_record(record=row.id, reason=" ", by=BY, at=AT)
    drop_record(record=row.id, reason="测试数据", by=BY, at=AT)
    assert count_quarantine(source="county-a") == {
        QuarantineState.WAITING: 0,
        QuarantineState.CORRECTED: 0,
        QuarantineState.REPLAYED: 0,
        QuarantineState.DROPPED: 1,
    }
    assert replay_records(by=BY, at=AT).sent == 0
    with pytest.raises(RecordUnknown):
        drop_record(record=row.id + 1, reason="x", by=BY, at=AT)


def test_a_correction_of_a_field_that_does_not_exist_names_the_nearest(receive: Callable[..., ImportReport]) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    (row,) = list_quarantine()
    with pytest.raises(FieldUnknown) as caught:
        correct_record(record=row.id, changes={"事项代码": "JZ-01"}, by=BY, at=AT)
    assert "事项编码" in caught.value.explain()


def test_what_belongs_to_a_person_is_masked_where_the_record_is_shown(receive: Callable[..., ImportReport]) -> None:
    receive(cell(ROWS[0], 1, "JZ-99"))
    fields = dict(get_quarantined(list_quarantine()[0].id).fields)
    assert fields["事项编码"] == "JZ-99"
    assert "1980" not in fields["证件号码"] and fields["申请人"] != "测甲"


def test_a_dry_run_finds_the_same_and_leaves_nothing_behind(receive: Callable[..., ImportReport]) -> None:
    report = receive(*ROWS, cell(ROWS[0], 1, "JZ-99"), dry_run=True)
    assert (report.filed, report.waiting) == (4, 1)
    assert (count_cases(CaseFilter(source="county-a")), list_batches(), list_quarantine()) == (0, (), ())


def test_a_refused_file_or_mapping_files_nothing(tmp_path: Path, receive: Callable[..., ImportReport]) -> None:
    with pytest.raises(FileBroken):
        receive(*ROWS, 'ZY2015-0009,"JZ-01,住建局')
    mapping = tmp_path / "m.yaml"
    text = (MAPPINGS / "county-cases.yaml").read_text()
    mapping.write_text(text.replace("column: 办件编号", "column: 办件号"))
    with pytest.raises(ColumnMissing) as caught:
        receive(*ROWS, mapping=mapping)
    assert "最接近的是“办件编号”" in caught.value.explain()
    mapping.write_text(text.replace("act: grant", "act: approve"))
    with pytest.raises(MappingFaulty):
        receive(*ROWS, mapping=mapping)
    assert (count_cases(CaseFilter(source="county-a")), list_batches()) == (0, ())


def test_an_import_that_was_cut_off_is_simply_started_again(
    monkeypatch: pytest.MonkeyPatch, receive: Callable[..., ImportReport]
) -> None:
    from yichuang.exchange import importing

    monkeypatch.setattr(importing, "CHUNK", 2)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        receive(*ROWS, progress=stop)
    assert count_cases(CaseFilter(source="county-a")) == 2
    assert [batch.state for batch in list_batches()] == [BatchState.RUNNING]
    report = receive(*ROWS)
    assert report.adds_up and (report.filed, report.unchanged) == (2, 2)


def test_one_record_that_the_ledger_cannot_number_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, receive: Callable[..., ImportReport]
) -> None:
    from yichuang.cases import filing
    from yichuang.kernel.refusal import Refusal

    whole = filing._take_numbers

    def refuse(prepared: Any) -> list[str]:
        if any(one.source_key == "ZY2015-0002" for one in prepared):
            raise Refusal()
        return whole(prepared)

    monkeypatch.setattr(filing, "_take_numbers", refuse)
    report = receive(*ROWS)
    assert (report.filed, report.waiting) == (3, 1)
    assert waiting()[0][1][0][1] == "FilingFailed"


def test_the_commands_end_with_0_3_or_2_and_their_account_adds_up(tmp_path: Path) -> None:
    out = StringIO()
    good = str(COUNTY / "cases.csv")
    call_command("import", good, "--mapping", "county-cases", stdout=out)
    assert "4 = 4 + 0 + 0 + 0" in out.getvalue()

    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join((HEAD, cell(cell(ROWS[0], 1, "JZ-99"), 0, "ZY-9"))), encoding="gb18030")
    with pytest.raises(SystemExit) as ended:
        call_command("import", str(bad), "--mapping", "county-cases", stdout=out)
    assert ended.value.code == 3
    (row,) = list_quarantine()
    call_command("quarantine", "list", stdout=out)
    call_command("quarantine", "show", str(row.id), stdout=out)
    assert "代码“JZ-99”不在代码表items中" in out.getvalue()
    with pytest.raises(SystemExit) as ended:
        call_command("quarantine", "replay", stdout=out)
    assert ended.value.code == 3
    call_command("quarantine", "correct", str(row.id), "事项编码=JZ-02", stdout=out)
    call_command("quarantine", "replay", str(row.id), stdout=out)
    assert "重送1 = 入账1 + 未变0 + 仍待处理0" in out.getvalue()


def test_a_refusal_at_the_command_line_ends_with_2_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from yichuang.config.cli import main

    (tmp_path / "empty.csv").write_bytes(b"")
    assert main(["import", str(tmp_path / "empty.csv"), "--mapping", "county-cases"]) == 2
    assert "是空的" in capsys.readouterr().err
