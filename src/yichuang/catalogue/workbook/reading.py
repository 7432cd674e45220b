"""Reading: between a workbook and contents. Answers what each row says, with every fault at its cell.

Never touches the database: what stands already comes in as `bases`, what was read goes out as contents.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import python_calamine

from yichuang.catalogue.domain import content as c
from yichuang.catalogue.domain.faults import Fault, Part
from yichuang.catalogue.domain.validate import find_faults
from yichuang.catalogue.refusals import WorkbookUnreadable
from yichuang.catalogue.values import CellFault
from yichuang.catalogue.workbook.columns import CODE_HEADER, SHEETS, Form, Sheet, Unreadable, cell_text, read_cell
from yichuang.catalogue.workbook.guard import LAST_ROW, Scan
from yichuang.kernel.words import N_

_BUILD: dict[Part, type[Any]] = {
    Part.MATERIAL: c.Material,
    Part.STEP: c.Step,
    Part.BASIS: c.Basis,
    Part.HANDLING: c.HandlingItem,
}
_SHOWN_VALUE = 60


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class _Row:
    """One row of one sheet as read: its number, its item's code, its values, and where each value stands."""

    number: int
    code: str
    values: dict[str, Any]


@dataclass(slots=True)
class _Page:
    """One sheet as read: the column of each attribute, and its rows in order."""

    places: dict[str, int] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """One reading of one workbook; `translate` puts reasons into the reader's language."""

    translate: Callable[[str], str]
    faults: list[CellFault] = field(default_factory=list)
    pages: dict[Part, _Page] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Tell whether every sheet was found with all its headers; rules over half a content would only mislead."""
        return all(self.pages.get(sheet.part, _Page()).places for sheet in SHEETS)

    def tell(self, sheet: str, cell: str, value: object, reason: str, remedy: str, /, **details: object) -> None:
        """Note one fault at one cell."""
        self.faults.append(
            CellFault(
                sheet=sheet,
                cell=cell,
                value=cell_text(value)[:_SHOWN_VALUE],
                reason=self.translate(reason).format_map(details),
                remedy=self.translate(remedy).format_map(details),
            )
        )

    def read(self, data: bytes, scan: Scan) -> None:
        """Read all sheets; refuses with `WorkbookUnreadable` only what the reader cannot open."""
        try:
            book = python_calamine.load_workbook(BytesIO(data))
        except python_calamine.CalamineError as error:
            raise WorkbookUnreadable(reason=str(error)) from error
        present = set(book.sheet_names)
        for sheet in SHEETS:
            if sheet.name not in present:
                self.tell(
                    sheet.name,
                    "",
                    "",
                    N_("没有名为“{name}”的工作表，现有：{present}"),
                    N_("请使用系统导出的模板，不要改动工作表名称"),
                    name=sheet.name,
                    present="、".join(book.sheet_names),
                )
                continue
            try:
                page = book.get_sheet_by_name(sheet.name)
                rows = page.to_python(skip_empty_area=False, nrows=LAST_ROW)
                merged = page.merged_cell_ranges or []
            except python_calamine.CalamineError as error:
                self.tell(sheet.name, "A1", "", N_("工作表损坏：{why}"), N_("请重新导出后填写"), why=str(error))
                continue
            self._read_merged(sheet, merged)
            self._read_sheet(sheet, rows)
        known = {sheet.name for sheet in SHEETS}
        for name, cell in scan.formulas_without_value:
            if name in known:
                self.tell(name, cell, "", N_("公式没有保存计算结果"), N_("请用电子表格软件重新计算并保存，或改填数值"))

    def _read_merged(self, sheet: Sheet, ranges: Iterable[Any]) -> None:
        for (first_row, first_column), (last_row, last_column) in ranges:
            cell = f"{column_letters(first_column)}{first_row + 1}"
            last = f"{column_letters(last_column)}{last_row + 1}"
            self.tell(
                sheet.name,
                cell,
                "",
                N_("{cell}:{last}是合并单元格，只有左上角有值"),
                N_("请取消合并，并在每一格填写"),
                cell=cell,
                last=last,
            )

    def _read_sheet(self, sheet: Sheet, rows: list[list[Any]]) -> None:
        page = self.pages.setdefault(sheet.part, _Page())
        if not rows:
            self.tell(sheet.name, "A1", "", N_("工作表是空的，没有表头"), N_("请使用系统导出的模板"))
            return
        columns = {column.header: column for column in sheet.columns}
        headers: dict[str, int] = {}
        for index, raw in enumerate(rows[0]):
            header = cell_text(raw)
            if header and (header not in columns or header in headers):
                reason = N_("表头“{header}”重复") if header in headers else N_("不认识的表头“{header}”")
                self.tell(
                    sheet.name, f"{column_letters(index)}1", raw, reason, N_("请使用系统导出的表头"), header=header
                )
            elif header:
                headers[header] = index
        needed = [col.header for col in sheet.columns if col.form is not Form.SHOWN and col.header not in headers]
        if needed:
            self.tell(
                sheet.name, "A1", "", N_("缺少表头：{headers}"), N_("请使用系统导出的表头"), headers="、".join(needed)
            )
            return
        page.places = {columns[header].attribute: index for header, index in headers.items()}
        for number, cells in enumerate(rows[1:], 2):
            if any(cell_text(cell) for cell in cells):
                self._read_row(sheet, page, number, cells)

    def _read_row(self, sheet: Sheet, page: _Page, number: int, cells: list[Any]) -> None:
        values: dict[str, Any] = {}
        for column in sheet.columns:
            if column.form is Form.SHOWN:
                continue
            index = page.places[column.attribute]
            raw = cells[index] if index < len(cells) else ""
            value = read_cell(column, raw)
            if isinstance(value, Unreadable):
                place = f"{column_letters(index)}{number}"
                self.tell(sheet.name, place, raw, value.reason, value.remedy, **value.details)
            else:
                values[column.attribute] = value
        code = values.pop("implementation_code", "")
        page.rows.append(_Row(number=number, code=code, values=values))

    def cell(self, part: Part, number: int, attribute: str) -> str:
        """Return the cell of an attribute in a row; an attribute without a column is shown at the row's code."""
        places = self.pages[part].places
        return f"{column_letters(places.get(attribute, places['implementation_code']))}{number}"

    def codes(self) -> list[str]:
        """Return the codes of the sheet of items, in its order."""
        page = self.pages.get(Part.ITEM)
        return [row.code for row in page.rows] if page else []

    def contents(self, bases: Mapping[str, c.ItemContent]) -> list[c.ItemContent]:
        """Return the content of every row of items, over the base of its code, and note every fault on the way."""
        sheets = {sheet.part: sheet for sheet in SHEETS}
        items = self.pages.get(Part.ITEM, _Page())
        parts = self._parts({row.code for row in items.rows}, sheets)
        seen: dict[str, int] = {}
        found = []
        for row in items.rows:
            cell = self.cell(Part.ITEM, row.number, "implementation_code")
            if row.code in seen:
                self.tell(
                    sheets[Part.ITEM].name,
                    cell,
                    row.code,
                    N_("实施编码与第{row}行重复"),
                    N_("每个事项只能有一行"),
                    row=seen[row.code],
                )
                continue
            seen[row.code] = row.number
            base = bases.get(row.code)
            if base is None:
                self.tell(
                    sheets[Part.ITEM].name,
                    cell,
                    row.code,
                    N_("找不到实施编码“{code}”对应的机构和目录事项"),
                    N_("请核对编码；机构尚无任何事项、或目录清单中没有的事项，请先新增"),
                    code=row.code,
                )
                continue
            columns: dict[str, Any] = {
                sheet.parts: tuple(value for _, value in parts[part].get(row.code, ()))
                for part, sheet in sheets.items()
                if sheet.parts
            }
            content = replace(base, **row.values, **columns)
            for fault in find_faults(content) if self.is_whole else ():
                numbers = [n for n, _ in parts.get(fault.part, {}).get(row.code, ())]
                self._place(sheets, fault, row.number, numbers)
            found.append(content)
        return found

    def _parts(self, codes: set[str], sheets: Mapping[Part, Sheet]) -> dict[Part, dict[str, list[tuple[int, Any]]]]:
        parts: dict[Part, dict[str, list[tuple[int, Any]]]] = {}
        for part, build in _BUILD.items():
            grouped = parts.setdefault(part, {})
            for row in self.pages.get(part, _Page()).rows:
                if row.code not in codes:
                    self.tell(
                        sheets[part].name,
                        self.cell(part, row.number, "implementation_code"),
                        row.code,
                        N_("“{header}”在事项表中没有对应的一行"),
                        N_("请核对编码，或在事项表中补上该事项"),
                        header=CODE_HEADER,
                    )
                elif "name" in row.values or part is Part.BASIS:
                    grouped.setdefault(row.code, []).append((row.number, build(**row.values)))
        return parts

    def _place(self, sheets: Mapping[Part, Sheet], fault: Fault, item_row: int, numbers: list[int]) -> None:
        part, number = fault.part, item_row
        if part is not Part.ITEM:
            part, number = (part, numbers[fault.index]) if fault.index < len(numbers) else (Part.ITEM, item_row)
        details = {k: self.translate(v) if isinstance(v, str) and v else v for k, v in fault.details.items()}
        citation = f"（{self.translate(fault.citation)}）" if fault.citation else ""
        self.faults.append(
            CellFault(
                sheet=sheets[part].name,
                cell=self.cell(part, number, fault.attribute),
                value=fault.value,
                reason=self.translate(fault.reason).format_map(details) + citation,
                remedy=self.translate(fault.remedy).format_map(details),
            )
        )
