"""Readers: files of every format into records; what is wrong with a file as a whole stops it before its first row."""

import gzip
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.refusals import (
    ColumnMissing,
    ColumnRepeated,
    FileBroken,
    FileEmpty,
    FileForbidden,
    FileMissing,
    HeaderFaulty,
    SheetMissing,
    WrongEncoding,
    WrongFormat,
)
from yichuang.exchange.reading.opening import open_source, require_columns
from yichuang.exchange.reading.source import Source
from yichuang.kernel.refusal import Refusal

CASE = """
case:
  source_key: {column: 编号}
  item: {column: 事项}
  organisation: o
  division: "610924"
  received_at: {column: 收件}
"""
CSV = MappingFile(name="m.yaml", text="source: aa\n" + CASE)
EVENTS = MappingFile(
    name="m.yaml",
    text="source: aa\nshape: row-per-event\nevents: [{acts: [{act: accept, at: {column: 收件}}]}]\n" + CASE,
)
XLSX = MappingFile(name="m.yaml", text="source: aa\nformat: xlsx\nxlsx: {sheet: 办件, header_row: 2}\n" + CASE)
XES = MappingFile(
    name="m.yaml",
    text=(
        "source: aa\nformat: xes\nshape: trace\nevents: [{acts: [{act: accept, at: {column: at}}]}]\n"
        + CASE.replace("编号", "concept:name").replace("事项", "item").replace("收件", "start")
    ),
)
TABLE = "编号,事项,收件\nA-1,10001,2015-01-05\nA-2,10002,2015-01-06\n"
LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
<string key="concept:name" value="whole log"/>
<trace><string key="concept:name" value="c1"/><string key="item" value="10001"/><date key="start" value="2015-01-05"/>
<event><date key="at" value="2015-01-05"/><string key="who" value="x"><string key="unit" value="y"/></string></event>
</trace>
<trace><string key="concept:name" value="c2"/><string key="item" value="10001"/><date key="start" value="2015-01-06"/>
</trace></log>
"""


def write(tmp_path: Path, content: str | bytes, name: str = "file") -> Path:
    """Write a file of text or bytes."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def survey(path: Path, told: MappingFile) -> Source:
    """Open, read once, and ask for the columns, as an import does."""
    source = open_source(path, told.mapping)
    source.survey()
    require_columns(source, told, name=path.name)
    return source


@pytest.mark.parametrize(
    ("codec", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_the_encoding_is_found_and_every_one_gives_the_same_records(tmp_path: Path, codec: str, named: str) -> None:
    source = survey(write(tmp_path, TABLE.encode(codec)), CSV)
    assert source.encoding == named
    assert [record.case["编号"] for record in source.records()] == ["A-1", "A-2"]
    assert [record.row for record in source.records()] == [2, 3]


def test_a_few_broken_bytes_cost_only_their_own_field(tmp_path: Path) -> None:
    rows = "".join(f"A-{n},10001,2015-01-05\n" for n in range(40))
    broken = ("编号,事项,收件\n" + rows).encode() + b"A-x,1\xff01,2015-01-05\n"
    records = list(survey(write(tmp_path, broken), CSV).records())
    assert len(records) == 41 and "\udcff" in records[-1].case["事项"]


def test_a_file_in_no_known_encoding_is_refused_with_the_row_of_its_first_broken_byte(tmp_path: Path) -> None:
    with pytest.raises(WrongEncoding) as caught:
        survey(write(tmp_path, "编号,事项\n".encode() + b"\xff\xfe\xff\xff\xff" * 40), CSV)
    assert caught.value.details["row"] == 2


def test_an_empty_file_and_a_missing_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        survey(write(tmp_path, b""), CSV)
    with pytest.raises(FileEmpty):
        survey(write(tmp_path, "\n"), CSV)
    with pytest.raises(FileMissing):
        survey(tmp_path / "nowhere.csv", CSV)


def test_a_missing_column_is_named_with_those_there_are_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing) as caught:
        survey(write(tmp_path, TABLE.replace("收件", "收件时间")), CSV)
    said = caught.value.explain()
    assert "要求列“收件”" in said and "最接近的是“收件时间”" in said and "事项、收件时间、编号" in said
    assert caught.value.details["key"] == "case.received_at.column" and caught.value.details["line"] == 8


def test_ragged_rows_are_faults_and_blank_lines_are_not(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE + "\nA-3,10001\nA-4,10001,2015-01-07,x\n")
    first, second = list(survey(path, CSV).records())[2:]
    assert (first.row, first.faults[0].code) == (5, "RowRagged")
    assert second.case["(4)"] == "x" and second.faults[0].details == {"found": "4", "expected": "3"}


def test_an_unclosed_quote_breaks_the_file_at_the_row_where_it_opened(tmp_path: Path) -> None:
    with pytest.raises(FileBroken) as caught:
        survey(write(tmp_path, TABLE + 'A-3,"10001,2015-01-07\nA-4,10001,2015-01-07\n'), CSV)
    assert caught.value.details["where"] == "CSV 4"


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnRepeated):
        survey(write(tmp_path, "编号,事项,事项\n"), CSV)


def test_a_head_row_in_broken_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderFaulty):
        survey(write(tmp_path, b"\xff\xff,a\n" + b"1,2\n" * 200), CSV)


@given(st.binary(max_size=300), st.sampled_from([CSV, EVENTS, XES, XLSX]))
def test_no_bytes_whatever_bring_more_than_a_refusal(content: bytes, told: MappingFile) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(Refusal):
        survey(write(Path(folder), content), told)


@given(st.data())
def test_a_log_cut_or_changed_anywhere_brings_records_or_a_refusal(data: st.DataObject) -> None:
    packed = gzip.compress(LOG.encode()) if data.draw(st.booleans()) else LOG.encode()
    place = data.draw(st.integers(0, len(packed) - 1))
    broken = packed[:place] + data.draw(st.binary(max_size=2)) + packed[place + data.draw(st.integers(0, 1)) :]
    with tempfile.TemporaryDirectory() as folder, suppress(Refusal):
        survey(write(Path(folder), broken), XES)


def test_rows_of_one_key_become_one_record_and_an_exact_repetition_stands_alone(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE + "A-1,10001,2015-01-07\nA-2,10002,2015-01-06\n")
    records = list(survey(path, EVENTS).records())
    assert [[one.row for one in record.events] for record in records] == [[2, 4], [3], [5]]
    assert records[2].faults[0].code == "RowRepeated" and records[2].faults[0].details["row"] == "3"


def test_a_sheet_gives_the_same_records_as_text_with_dates_in_iso_form(tmp_path: Path) -> None:
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("办件")
    sheet.append(["县政务中心办件表"])
    sheet.append(["编号", "事项", "收件"])
    sheet.append(["A-1", 10001, datetime(2015, 1, 5, 9, 30)])
    book.save(path := tmp_path / "book.xlsx")
    (record,) = survey(path, XLSX).records()
    assert record.row == 3
    assert record.case == {"编号": "A-1", "事项": "10001", "收件": "2015-01-05T09:30:00"}


def test_a_missing_sheet_is_named_with_those_there_are(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "办件表"  # type: ignore[union-attr]
    book.save(path := tmp_path / "book.xlsx")
    with pytest.raises(SheetMissing) as caught:
        survey(path, XLSX)
    assert caught.value.details["nearest"] == "办件表"


def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBroken):
        survey(write(tmp_path, b"PK\x03\x04" + b"\x00" * 200, "book.xlsx"), XLSX)


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_is_read_packed_or_not_with_attributes_inside_attributes(tmp_path: Path, packed: bool) -> None:
    path = write(tmp_path, gzip.compress(LOG.encode()) if packed else LOG)
    records = list(survey(path, XES).records())
    assert [record.case["concept:name"] for record in records] == ["c1", "c2"]
    assert records[0].events[0].values == {"at": "2015-01-05", "who": "x", "who/unit": "y"}


@pytest.mark.parametrize("cut", [300, len(LOG) - 10])
def test_a_half_written_log_is_refused_as_a_whole_with_the_place_where_it_ends(tmp_path: Path, cut: int) -> None:
    with pytest.raises(FileBroken) as caught:
        survey(write(tmp_path, LOG[:cut]), XES)
    assert str(caught.value.details["where"]).startswith("XML ")


def test_a_packed_log_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(LOG.encode() * 1)
    for cut in (len(whole) - 4, len(whole) // 2, 5):
        with pytest.raises(FileBroken):
            survey(write(tmp_path, whole[:cut]), XES)


BOMB = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB + "]>",
        '<!DOCTYPE log SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entity_bombs_and_external_references_are_refused_at_once(tmp_path: Path, head: str) -> None:
    started = time.monotonic()
    with pytest.raises(FileForbidden):
        survey(write(tmp_path, f"{head}<log><trace><string key='concept:name' value='&j;'/></trace></log>"), XES)
    assert time.monotonic() - started < 1


def test_xml_that_is_no_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongFormat):
        survey(write(tmp_path, "<html/>"), XES)
    with pytest.raises(FileBroken):
        survey(write(tmp_path, TABLE), XES)
