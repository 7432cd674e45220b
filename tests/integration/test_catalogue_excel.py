"""The implementation list through a workbook: every fault at its cell, all or nothing, and hostile files refused."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.unit.catalogue.samples import CITY, GONGSHANG, exercisers
from yichuang.catalogue import commands, queries
from yichuang.catalogue.models import CatalogueAct, ImplementationItem, Material
from yichuang.catalogue.values import Approver, ImportReport, State, WorkbookUnreadable
from yichuang.catalogue.workbook import guard
from yichuang.catalogue.workbook.columns import SHEETS
from yichuang.kernel.actor import Actor
from yichuang.regions.commands import BUNDLED as REGIONS
from yichuang.regions.commands import load_regions

# Left to SQLite: the file and its faults; drafting and loading are asked in test_catalogue on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db]

NOW = datetime(2015, 7, 1, 9, 0, tzinfo=UTC)
CLERK = Actor(id="c", name="经办")
CODE = f"{GONGSHANG}4610101001000"
FOOD = f"{GONGSHANG}4610101002000"
ORGANISATION = "610924-gongshang"

Book = Any


@pytest.fixture(autouse=True)
def city() -> None:
    """Load the small city."""
    commands.load_catalogue(folder=CITY, by=CLERK, at=NOW, exercisers=exercisers())


def exported() -> bytes:
    """Return the workbook of one organisation: 公司设立登记 in row 2, 食品流通许可 in row 3."""
    return queries.export_items(organisation=ORGANISATION)


def column(sheet: str, header: str) -> str:
    """Return the letters of a column by its header."""
    columns = next(s for s in SHEETS if s.name == sheet).columns
    number = next(n for n, c in enumerate(columns, 1) if c.header == header)
    return openpyxl.utils.get_column_letter(number)


def cell(sheet: str, header: str, row: int) -> str:
    """Return a cell by the header of its column."""
    return f"{column(sheet, header)}{row}"


def edited(edit: Callable[[Book], None]) -> bytes:
    """Return the exported workbook after a change."""
    book = openpyxl.load_workbook(BytesIO(exported()))
    edit(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def put(*changes: tuple[str, str, int, object]) -> bytes:
    """Return the exported workbook with (sheet, header, row, value) changed."""

    def edit(book: Book) -> None:
        for sheet, header, row, value in changes:
            book[sheet][cell(sheet, header, row)] = value

    return edited(edit)


def take(data: bytes, **options: Any) -> ImportReport:
    """Import a workbook."""
    return commands.import_workbook(file=data, by=CLERK, at=NOW, **options)


def places(report: ImportReport) -> list[tuple[str, str]]:
    """Return the cells of a report's faults."""
    return [(fault.sheet, fault.cell) for fault in report.faults]


# --- the good way -----------------------------------------------------------------------------------------------------


def test_a_workbook_sent_back_unchanged_makes_no_new_version() -> None:
    acts = CatalogueAct.objects.count()
    report = take(exported())
    assert (report.faults, report.rows, report.unchanged, report.drafts) == ((), 2, 2, ())
    assert CatalogueAct.objects.count() == acts


def test_the_whole_city_comes_back_unchanged() -> None:
    report = take(queries.export_items())
    assert (report.faults, report.unchanged, report.drafts) == ((), 10, ())


def test_a_change_becomes_a_draft_that_stands_only_after_both_approvals() -> None:
    report = take(put(("事项", "承诺办结时限", 2, 6), ("材料", "材料名称", 3, "住所证明")), reason="年度调整")
    assert (report.faults, report.drafts, report.unchanged) == ((), ((CODE, 2),), 1)
    draft = ImplementationItem.objects.get(implementation_code=CODE, version=2)
    assert (draft.state, draft.promised_amount, draft.reason) == (State.DRAFT, 6, "年度调整")
    assert queries.get_item_guide(code=CODE).content.promised_amount == 5
    commands.send_item(code=CODE, by=CLERK, at=NOW)
    for role, person in ((Approver.STAFFING, "b"), (Approver.LEGAL, "f")):
        commands.approve_item(code=CODE, role=role, by=Actor(id=person, name=person), at=NOW)
    commands.publish_item(code=CODE, effective_on=date(2015, 7, 2), by=CLERK, at=NOW)
    guide = queries.get_item_guide(code=CODE)
    assert (guide.version, guide.content.promised_amount) == (2, 6)
    assert [m.name for m in guide.content.materials] == ["公司登记（备案）申请书", "住所证明"]


def test_the_same_workbook_twice_makes_one_draft_and_a_corrected_one_replaces_it() -> None:
    first = put(("事项", "承诺办结时限", 2, 6))
    take(first)
    assert take(first).drafts == ()
    take(put(("事项", "承诺办结时限", 2, 7)))
    drafts = ImplementationItem.objects.filter(implementation_code=CODE, state=State.DRAFT)
    assert [(d.version, d.promised_amount, d.material_set.count()) for d in drafts] == [(2, 7, 2)]


def test_a_dry_run_tells_everything_and_writes_nothing() -> None:
    assert take(put(("事项", "承诺办结时限", 2, 99)), dry_run=True).faults
    report = take(put(("事项", "承诺办结时限", 2, 6)), dry_run=True)
    assert report.ok
    assert not ImplementationItem.objects.filter(state=State.DRAFT).exists()


def test_an_item_new_to_an_organisation_is_drafted_from_the_catalogue() -> None:
    organisation = next(e for e in exercisers() if e.code == "610900-gongshang")
    code = f"{organisation.uscc}3610101002000"

    def edit(book: Book) -> None:
        for page in book.worksheets:
            for row in page.iter_rows(min_row=2):
                if row[0].value == FOOD:
                    row[0].value = code
        page = book["事项"]
        page[cell("事项", "行使层级", 3)] = "市级"

    report = take(edited(edit))
    assert (report.faults, report.drafts) == ((), ((code, 1),))
    draft = ImplementationItem.objects.get(implementation_code=code)
    assert (draft.organisation_code, draft.level) == ("610900-gongshang", "3")


def test_closed_lists_are_offered_in_their_columns() -> None:
    book = openpyxl.load_workbook(BytesIO(exported()))
    offered = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in book["事项"].data_validations.dataValidation}
    assert offered[cell("事项", "办件类型", 2)] == '"即办件,承诺件"'
    assert all(len(rule) <= 257 for rule in offered.values())


def test_text_that_looks_like_a_formula_is_exported_as_text() -> None:
    Material.objects.filter(name="住所使用证明").update(name='=HYPERLINK("http://127.0.0.1","x")')
    book = openpyxl.load_workbook(BytesIO(exported()))
    assert book["材料"][cell("材料", "材料名称", 3)].data_type == "s"


# --- faults at their cells --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "header", "row", "value", "reason"),
    [
        ("事项", "事项名称", 2, "", "事项名称必须填写"),
        ("事项", "事项名称", 2, "很" * 201, "最多200个字"),
        ("事项", "事项类型", 3, "行政恩赐", "不在可选值中"),
        ("事项", "办件类型", 2, "", "不在可选值中"),
        ("事项", "审查类型", 2, "即审即办", "承诺件的审查类型应为“前审后批”"),
        ("事项", "承诺办结时限", 2, 25, "可能超过法定时限"),
        ("事项", "承诺办结时限", 2, "五天", "不是0至9999之间的整数"),
        ("事项", "承诺办结时限", 2, -3, "不是0至9999之间的整数"),
        ("事项", "结果类型", 3, "出文办结", "结果类型应为“出证办结”"),
        ("事项", "收费依据", 3, "", "必须写明收费依据"),
        ("事项", "是否收费", 2, "也许", "既不是“是”也不是“否”"),
        ("事项", "服务对象", 2, "自然人、外星人", "“外星人”不在可选值中"),
        ("事项", "网办深度", 2, 9, "应为1至8之间的整数"),
        ("事项", "到现场次数", 2, 7, "应为0至3之间的整数"),
        ("材料", "材料名称", 3, "", "材料名称必须填写"),
        ("材料", "原件份数", 2, "一份", "不是0至9999之间的整数"),
        ("材料", "复印件份数", 4, 100, "份数应为0至99的整数"),
        ("材料", "材料形式", 2, "石板", "不在可选值中"),
        ("环节", "环节时限", 4, 9, "超过承诺时限5"),
        ("环节", "岗位", 2, "屋顶", "不在可选值中"),
        ("依据", "依据名称", 2, "", "依据名称必须填写"),
        ("依据", "版本日期", 2, "2015-02-30", "不是真实存在的日期"),
        ("办理项", "办理项编码", 3, "2", "办理项编码应为2位"),
        ("办理项", "办理项编码", 3, "01", "“01”重复"),
        ("办理项", "办理项名称", 5, "", "办理项名称必须填写"),
        ("材料", "实施编码", 2, "0" * 31, "在事项表中没有对应的一行"),
    ],
)
def test_a_fault_is_told_at_its_cell_and_nothing_is_loaded(
    sheet: str, header: str, row: int, value: object, reason: str
) -> None:
    # A sound change beside the faulty one must not be loaded either.
    report = take(put(("事项", "承诺办结时限", 3, 9), (sheet, header, row, value)))
    assert places(report) == [(sheet, cell(sheet, header, row))]
    assert reason in report.faults[0].reason
    assert report.faults[0].remedy
    assert report.drafts == ()
    assert not ImplementationItem.objects.filter(version=2).exists()


def test_every_fault_is_told_at_once_in_reading_order() -> None:
    report = take(
        put(
            ("办理项", "办理项名称", 2, ""),
            ("事项", "承诺办结时限", 3, 25),
            ("事项", "事项名称", 2, ""),
            ("材料", "原件份数", 2, "x"),
        )
    )
    assert places(report) == [
        ("事项", cell("事项", "事项名称", 2)),
        ("事项", cell("事项", "承诺办结时限", 3)),
        ("材料", cell("材料", "原件份数", 2)),
        ("办理项", cell("办理项", "办理项名称", 2)),
    ]


def test_an_unknown_code_and_a_code_twice_are_told() -> None:
    assert ("事项", "A3") in places(take(put(("事项", "实施编码", 3, "1" * 31))))
    assert ("事项", "A3") in places(take(put(("事项", "实施编码", 3, CODE))))


def test_an_item_under_approval_cannot_be_drafted_anew() -> None:
    take(put(("事项", "承诺办结时限", 2, 6)))
    commands.send_item(code=CODE, by=CLERK, at=NOW)
    report = take(put(("事项", "承诺办结时限", 2, 7)))
    assert places(report) == [("事项", "A2")]
    assert "正在审核" in report.faults[0].reason


def test_dates_typed_as_text_and_real_dates_are_the_same() -> None:
    report = take(put(("依据", "版本日期", 2, "2013年12月28日"), ("依据", "版本日期", 3, datetime(2009, 2, 28))))
    assert (report.faults, report.unchanged) == ((), 2)


def test_blank_rows_between_are_no_rows() -> None:
    report = take(edited(lambda book: book["材料"].insert_rows(3, 2)))
    assert (report.faults, report.unchanged) == ((), 2)


# --- strange and hostile files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0字节"),
        (b"hello", "不是 .xlsx"),
        (b"PK\x03\x04 torn", "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧的 .xls"),
        (b"\0" * (guard.MOST_BYTES + 1), "16 MiB"),
    ],
)
def test_what_is_no_workbook_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(WorkbookUnreadable, match=reason):
        take(data)


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip of members."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """Return the members of a workbook."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(WorkbookUnreadable, match="目录"):
        take(zipped({"letter.txt": b"hello"}))


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = members(exported()) | {"xl/bomb.xml": b" " * (guard.MOST_UNPACKED + 1)}
    with pytest.raises(WorkbookUnreadable, match="压缩炸弹"):
        take(zipped(bomb))


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped(members(exported()) | {"xl/liar.xml": b" " * 100_000}))
    honest = (100_000).to_bytes(4, "little")
    assert data.count(honest) == 2
    with pytest.raises(WorkbookUnreadable):
        take(bytes(data.replace(honest, (10).to_bytes(4, "little"))))


@pytest.mark.parametrize(
    "far", [b'r="XFD1048576"', b'r="A1048576"', b"r='XFD3'", b'x=">" ' + b" " * 9000 + b'r="XFD3"']
)
def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(far: bytes) -> None:
    parts = members(exported())
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="A3"', far, 1)
    with pytest.raises(WorkbookUnreadable, match="2万行"):
        take(zipped(parts))


def test_a_sheet_that_claims_to_be_enormous_is_read_for_what_it_holds() -> None:
    parts = members(exported())
    sheet = "xl/worksheets/sheet1.xml"
    start = parts[sheet].index(b"<dimension ref=")
    end = parts[sheet].index(b"/>", start)
    parts[sheet] = parts[sheet][:start] + b'<dimension ref="A1:XFD1048576"' + parts[sheet][end:]
    assert take(zipped(parts)).unchanged == 2


def test_damaged_xml_is_told_and_nothing_is_loaded() -> None:
    parts = members(exported())
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:2000]
    try:
        report = take(zipped(parts))
    except WorkbookUnreadable:
        return
    assert not report.ok


def test_entities_of_a_document_type_are_not_expanded() -> None:
    parts = members(exported())
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"ha" * 500 + b'"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts["xl/workbook.xml"] = laughs + parts["xl/workbook.xml"].split(b"?>", 1)[-1]
    with pytest.raises(WorkbookUnreadable):
        take(zipped(parts))


def test_a_missing_or_renamed_sheet_is_told_with_what_is_there() -> None:
    def rename(book: Book) -> None:
        book["材料"].title = "资料"

    report = take(edited(rename))
    assert report.faults[0].sheet == "材料"
    assert "资料" in report.faults[0].reason


def test_changed_headers_are_told_at_their_cells() -> None:
    report = take(edited(lambda book: book["环节"].__setitem__("C1", "步骤")))
    assert places(report) == [("环节", "A1"), ("环节", "C1")]


def test_an_empty_sheet_is_told() -> None:
    report = take(edited(lambda book: book["事项"].delete_rows(1, 50)))
    assert ("事项", "A1") in places(report)


def test_merged_cells_are_told_because_only_one_of_them_has_a_value() -> None:
    report = take(edited(lambda book: book["材料"].merge_cells("C2:C3")))
    assert ("材料", "C2") in places(report)
    assert "C2:C3是合并单元格" in report.faults[0].reason


def test_a_formula_counts_by_its_saved_value_and_without_one_is_told() -> None:
    where = cell("事项", "承诺办结时限", 2)
    bare = put(("事项", "承诺办结时限", 2, "=3+3"))
    report = take(bare)
    assert ("事项", where) in places(report)
    assert any("公式没有保存计算结果" in fault.reason for fault in report.faults)
    parts = members(bare)
    sheet = "xl/worksheets/sheet1.xml"
    saved = (
        parts[sheet]
        .replace(b"<f>3+3</f><v></v>", b"<f>3+3</f><v>6</v>")
        .replace(b"<f>3+3</f><v />", b"<f>3+3</f><v>6</v>")
    )
    assert saved != parts[sheet]
    parts[sheet] = saved
    assert take(zipped(parts)).drafts == ((CODE, 2),)
    assert ImplementationItem.objects.get(implementation_code=CODE, version=2).promised_amount == 6


def test_a_file_on_disk_is_read_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(exported())
    assert commands.import_workbook(file=path, by=CLERK, at=NOW).unchanged == 2
    with pytest.raises(WorkbookUnreadable):
        commands.import_workbook(file=tmp_path / "missing.xlsx", by=CLERK, at=NOW)


# --- from the command line --------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[str, int]:
    """Run a command and return what it printed and its exit code."""
    output = StringIO()
    try:
        call_command(*arguments, stdout=output)
    except CommandError as error:
        return output.getvalue() + str(error), error.returncode
    return output.getvalue(), 0


def test_the_commands_export_and_import_and_print_each_fault_at_its_cell(tmp_path: Path) -> None:
    path = str(tmp_path / "list.xlsx")
    assert run("catalogue_export", path, "--organisation", ORGANISATION)[1] == 0
    printed, code = run("catalogue_import", path)
    assert (code, "未变2" in printed) == (0, True)
    Path(path).write_bytes(put(("事项", "承诺办结时限", 2, 25)))
    printed, code = run("catalogue_import", path)
    assert code == 2
    assert f"事项!{cell('事项', '承诺办结时限', 2)}" in printed
    assert "行政许可法第四十二条" in printed


def test_exporting_what_does_not_exist_is_told(tmp_path: Path) -> None:
    printed, code = run("catalogue_export", str(tmp_path / "x.xlsx"), "--division", "999999")
    assert code == 2
    assert "999999" in printed
    assert not (tmp_path / "x.xlsx").exists()


def test_checking_a_folder_lists_every_fault_of_it(tmp_path: Path) -> None:
    load_regions(folder=REGIONS, by=CLERK, at=NOW)
    assert run("catalogue_check", str(CITY))[1] == 0
    folder = shutil.copytree(CITY, tmp_path / "city")
    file = folder / "items" / "gongshang.yaml"
    file.write_text(file.read_text().replace("amount: 5, unit: w", "amount: 25, unit: w").replace("[county]", "county"))
    printed, code = run("catalogue_check", str(folder))
    assert code == 2
    assert "gongshang.yaml 01001 promised_amount" in printed
    assert "gongshang.yaml 01002 levels" in printed
