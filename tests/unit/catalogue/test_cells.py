"""Cells of a workbook: what is written is read back, and what people type is understood or refused with a reason."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.catalogue.samples import content
from yichuang.catalogue.workbook.columns import SHEETS, Column, Form, Unreadable, read_cell, write_cell

DAY = Column(header="日期", attribute="as_of", form=Form.DAY)
NUMBER = Column(header="数", attribute="amount", form=Form.NUMBER)
YES_NO = Column(header="是否", attribute="charged", form=Form.YES_NO)


def column(header: str) -> Column:
    """Return a column of the sheet of items."""
    return next(c for c in SHEETS[0].columns if c.header == header)


def test_every_attribute_of_a_sample_survives_writing_and_reading() -> None:
    sample = content(conditions=("一", "二"), themes=("开办",), special_procedures=("hearing", "testing"), charged=True)
    for sheet in SHEETS:
        rows = getattr(sample, sheet.parts) if sheet.parts else (sample,)
        for row in rows:
            for col in sheet.columns:
                if col.form is not Form.SHOWN and hasattr(row, col.attribute):
                    value = getattr(row, col.attribute)
                    assert read_cell(col, write_cell(col, value)) == value


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2015-06-01", "2015-06-01"),
        ("2015年6月1日", "2015-06-01"),
        ("2015/6/1", "2015-06-01"),
        ("2015.6.1", "2015-06-01"),
        ("20150601", "2015-06-01"),
        (date(2015, 6, 1), "2015-06-01"),
        (datetime(2015, 6, 1, 0, 0), "2015-06-01"),
        ("2009", "2009"),
        (2009.0, "2009"),
        ("2009年8月", "2009-08"),
        ("", ""),
    ],
)
def test_a_day_is_read_in_every_usual_spelling(typed: object, read: str) -> None:
    assert read_cell(DAY, typed) == read


@pytest.mark.parametrize("typed", ["2015-02-29", "2015-13-01", "去年", "42156", "2015-06-01 to 02", "1/6/15"])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    assert isinstance(read_cell(DAY, typed), Unreadable)


@pytest.mark.parametrize(("typed", "read"), [(5.0, 5), ("5", 5), (" 12 ", 12), (0, 0)])
def test_a_whole_number_is_read(typed: object, read: int) -> None:
    assert read_cell(NUMBER, typed) == read


@pytest.mark.parametrize("typed", ["", "5天", 5.5, -1, "十", 10_000, True, "1e3"])
def test_what_is_no_whole_number_is_refused(typed: object) -> None:
    assert isinstance(read_cell(NUMBER, typed), Unreadable)


def test_no_statutory_limit_is_an_empty_cell() -> None:
    assert read_cell(column("法定办结时限"), "") is None


@pytest.mark.parametrize(("typed", "read"), [("是", True), (True, True), (1.0, True), ("否", False), ("", False)])
def test_yes_and_no_are_read(typed: object, read: bool) -> None:
    assert read_cell(YES_NO, typed) is read


def test_a_closed_list_takes_its_names_codes_and_keys_and_names_them_when_it_refuses() -> None:
    kinds = column("办件类型")
    assert read_cell(kinds, "即办件") == read_cell(kinds, "1") == read_cell(kinds, "on-the-spot") == "on-the-spot"
    refused = read_cell(kinds, "马上办")
    assert isinstance(refused, Unreadable)
    assert "承诺件" in str(refused.details["known"])


@pytest.mark.parametrize("typed", ["自然人、企业法人", "自然人,企业法人", "1；2", "自然人\n企业法人\n自然人"])
def test_several_values_may_be_parted_in_every_usual_way(typed: str) -> None:
    assert read_cell(column("服务对象"), typed) == ("1", "2")


@given(raw=st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.none()))
def test_no_cell_makes_the_reader_raise(raw: object) -> None:
    for sheet in SHEETS:
        for col in sheet.columns:
            read_cell(col, raw)
