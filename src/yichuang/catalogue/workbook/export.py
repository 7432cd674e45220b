"""Export: contents -> a workbook that people can fill in and send back.

Sheets 事项、材料、环节、依据、办理项 with Chinese headers; columns of closed lists offer their values.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from yichuang.catalogue.domain.content import ItemContent
from yichuang.catalogue.workbook.columns import NO, SEPARATOR, SHEETS, YES, Column, Form, Sheet, write_cell
from yichuang.catalogue.workbook.guard import LAST_ROW

_HEAD = Font(bold=True)
_FILL = PatternFill("solid", fgColor="DDE7F0")
_SHOWN = PatternFill("solid", fgColor="EEEEEE")
_TOP = Alignment(vertical="top", wrap_text=True)
_AUTHOR = "yichuang"


def _choices(column: Column) -> list[str]:
    if column.form is Form.YES_NO:
        return [YES, NO]
    return [entry.name for entry in column.codes] if column.codes and column.form is Form.CODE else []


def _write_head(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        cell = page.cell(row=1, column=number, value=column.header)
        cell.font = _HEAD
        cell.fill = _SHOWN if column.form is Form.SHOWN else _FILL
        page.column_dimensions[letter].width = column.width
        if choices := _choices(column):
            rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=column.optional)
            rule.errorTitle, rule.error = column.header, SEPARATOR.join(choices)
            rule.add(f"{letter}2:{letter}{LAST_ROW}")
            page.add_data_validation(rule)
        elif column.form is Form.CODES and column.codes:
            known = SEPARATOR.join(entry.name for entry in column.codes)
            cell.comment = Comment(f"可填多项，用顿号隔开：{known}", _AUTHOR)
        elif column.form is Form.SHOWN:
            cell.comment = Comment("此列仅供查看，导入时不读取", _AUTHOR)
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}1"


def _rows(sheet: Sheet, contents: Sequence[ItemContent]) -> Iterable[list[Any]]:
    for content in contents:
        parts = getattr(content, sheet.parts) if sheet.parts else (content,)
        for part in parts:
            row: list[Any] = []
            for column in sheet.columns:
                if column.attribute == "item_name":
                    row.append(content.name)
                elif column.attribute == "implementation_code":
                    row.append(content.implementation_code)
                else:
                    row.append(write_cell(column, getattr(part, column.attribute)))
            yield row


def export_workbook(contents: Sequence[ItemContent]) -> bytes:
    """Return the contents as the bytes of an .xlsx file, one row each in every sheet's order."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        _write_head(page, sheet)
        for number, row in enumerate(_rows(sheet, contents), 2):
            for place, value in enumerate(row, 1):
                cell = page.cell(row=number, column=place, value=value)
                cell.alignment = _TOP
                if isinstance(value, str):
                    # Text stays text: "01" keeps its zero, and "=..." in somebody's name is no formula.
                    cell.data_type = "s"
                    cell.number_format = "@"
    target = BytesIO()
    book.save(target)
    return target.getvalue()
