"""Columns: which cell of a workbook is which attribute of a content. Export and import both go by this one table.

Answers how a value is written into a cell, what a cell may say, and why it may not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.codes import CodeList
from yichuang.catalogue.domain.faults import Part
from yichuang.kernel.words import N_

CODE_HEADER = "实施编码"
SEPARATOR = "、"
YES, NO = "是", "否"
LARGEST_NUMBER = 9999
_YES = {"是", "1", "true", "y", "yes", "√"}
_NO = {"否", "0", "false", "n", "no", ""}
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


class Form(StrEnum):
    """How a value stands in its cell."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes-no"
    CODE = "code"
    CODES = "codes"
    LINES = "lines"
    DAY = "day"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its header, the attribute it is, and its form; `SHOWN` columns are for people and not read."""

    header: str
    attribute: str
    form: Form = Form.TEXT
    codes: CodeList | None = None
    optional: bool = False
    width: int = 14

    @property
    def known(self) -> CodeList:
        """Return the closed list of a coded column."""
        if self.codes is None:
            raise TypeError(self.header)
        return self.codes


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and the part of a content that its rows are."""

    name: str
    part: Part
    parts: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a cell cannot be taken: message ids, filled by `details`."""

    reason: str
    remedy: str
    details: dict[str, object]


def _code(header: str, attribute: str, code_list: CodeList) -> Column:
    return Column(header=header, attribute=attribute, form=Form.CODE, codes=code_list)


def _yes_no(header: str, attribute: str) -> Column:
    return Column(header=header, attribute=attribute, form=Form.YES_NO, width=10)


def _number(header: str, attribute: str, *, optional: bool = False) -> Column:
    return Column(header=header, attribute=attribute, form=Form.NUMBER, optional=optional, width=10)


def _lines(header: str, attribute: str) -> Column:
    return Column(header=header, attribute=attribute, form=Form.LINES, width=36)


_KEY = Column(header=CODE_HEADER, attribute="implementation_code", width=36)
_ITEM_NAME = Column(header="所属事项", attribute="item_name", form=Form.SHOWN, width=28)

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "事项",
        Part.ITEM,
        "",
        (
            _KEY,
            Column(header="实施主体", attribute="organisation_name", form=Form.SHOWN, width=28),
            Column(header="事项名称", attribute="name", width=36),
            _code("事项类型", "type_code", codes.TYPES),
            _code("行使层级", "level", codes.LEVELS),
            _code("办件类型", "kind", codes.KINDS),
            _code("审查类型", "review", codes.REVIEWS),
            _number("法定办结时限", "statutory_amount", optional=True),
            _code("法定时限单位", "statutory_unit", codes.UNITS),
            Column(header="法定时限说明", attribute="statutory_note", width=28),
            _number("承诺办结时限", "promised_amount"),
            _code("承诺时限单位", "promised_unit", codes.UNITS),
            Column(header="承诺时限说明", attribute="promised_note", width=28),
            _lines("受理条件", "conditions"),
            _lines("共同实施部门", "joint_names"),
            _lines("共同实施部门编码", "joint_codes"),
            Column(header="承办机构", attribute="undertaking_name"),
            Column(header="承办机构编码", attribute="undertaking_code"),
            Column(header="权限划分", attribute="authority_split"),
            Column(header="行使内容", attribute="exercised_content"),
            Column(header="中介服务", attribute="intermediary"),
            Column(header="数量限制", attribute="quota"),
            _code("结果类型", "result_type", codes.RESULT_TYPES),
            Column(header="结果名称", attribute="result_name", width=24),
            _yes_no("是否收费", "charged"),
            Column(header="收费依据", attribute="fee_basis", width=28),
            Column(
                header="通办范围", attribute="cross_region", form=Form.CODE, codes=codes.CROSS_REGION, optional=True
            ),
            Column(header="服务对象", attribute="objects_served", form=Form.CODES, codes=codes.OBJECTS, width=24),
            _lines("服务主题", "themes"),
            Column(header="办理形式", attribute="channels", form=Form.CODES, codes=codes.CHANNELS, width=24),
            Column(header="特别程序", attribute="special_procedures", form=Form.CODES, codes=codes.SPECIAL_PROCEDURES),
            _yes_no("是否支持预约", "appointment"),
            _yes_no("是否支持网上支付", "pay_online"),
            _yes_no("是否支持物流快递", "express"),
            _yes_no("是否网办", "online"),
            Column(header="网办地址", attribute="online_address"),
            _number("网办深度", "online_depth"),
            _number("到现场次数", "visits"),
            _yes_no("便民事项", "convenience"),
            Column(header="办理地点", attribute="place", width=28),
            Column(header="办理时间", attribute="hours", width=28),
            Column(header="咨询方式", attribute="consult_means"),
            Column(header="咨询电话", attribute="consult_phone"),
            Column(header="监督电话", attribute="supervision_phone"),
            _lines("常见问题", "questions"),
        ),
    ),
    Sheet(
        "材料",
        Part.MATERIAL,
        "materials",
        (
            _KEY,
            _ITEM_NAME,
            Column(header="材料名称", attribute="name", width=36),
            Column(header="出具机构", attribute="issuer"),
            Column(header="出具时间要求", attribute="issued_within"),
            Column(header="材料办理说明", attribute="handling_note"),
            Column(header="材料办理地点", attribute="handling_place"),
            Column(header="材料使用说明", attribute="use_note"),
            _number("原件份数", "originals"),
            _number("复印件份数", "copies"),
            _yes_no("是否必备", "required"),
            _code("材料形式", "form", codes.FORMS),
            _yes_no("主审要件", "key"),
            Column(header="要求提供的依据", attribute="legal_basis"),
        ),
    ),
    Sheet(
        "环节",
        Part.STEP,
        "steps",
        (
            _KEY,
            _ITEM_NAME,
            Column(header="环节名称", attribute="name", width=24),
            Column(header="岗位", attribute="post", form=Form.CODE, codes=codes.POSTS, optional=True),
            _number("环节时限", "amount"),
        ),
    ),
    Sheet(
        "依据",
        Part.BASIS,
        "legal_basis",
        (
            _KEY,
            _ITEM_NAME,
            Column(header="依据名称", attribute="law", width=36),
            Column(header="条款", attribute="article"),
            Column(header="版本日期", attribute="as_of", form=Form.DAY),
            Column(header="核实", attribute="verified"),
        ),
    ),
    Sheet(
        "办理项",
        Part.HANDLING,
        "handling_items",
        (
            _KEY,
            _ITEM_NAME,
            Column(header="办理项编码", attribute="code"),
            Column(header="办理项名称", attribute="name", width=36),
        ),
    ),
)


def write_cell(column: Column, value: Any) -> str | int:
    """Return what stands in the cell for a value of a content."""
    match column.form:
        case Form.NUMBER:
            return "" if value is None else int(value)
        case Form.YES_NO:
            return YES if value else NO
        case Form.CODE:
            return column.known.name(value) if value else ""
        case Form.CODES:
            return SEPARATOR.join(column.known.names(value))
        case Form.LINES:
            return "\n".join(value)
        case _:
            return str(value)


def cell_text(raw: object) -> str:
    """Return a cell as text: numbers without a spurious ".0", days as ISO."""
    if isinstance(raw, bool):
        return YES if raw else NO
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw).replace("\r\n", "\n").strip()


def _read_number(column: Column, text: str) -> int | Unreadable | None:
    if not text and column.optional:
        return None
    if text.isdecimal() and int(text) <= LARGEST_NUMBER:
        return int(text)
    return Unreadable(N_("“{value}”不是0至9999之间的整数"), N_("请只填数字，单位填在单位列"), {"value": text})


def _read_code(column: Column, text: str, known: CodeList) -> str | Unreadable:
    if not text and column.optional:
        return ""
    found = known.find(text)
    if found is not None:
        return found
    names = SEPARATOR.join(entry.name for entry in known)
    return Unreadable(N_("“{value}”不在可选值中"), N_("请从下列各值中选填：{known}"), {"value": text, "known": names})


def _read_codes(text: str, known: CodeList) -> tuple[str, ...] | Unreadable:
    values = []
    for piece in filter(None, (piece.strip() for piece in re.split(r"[、，,；;\n]", text))):
        found = known.find(piece)
        if found is None:
            names = SEPARATOR.join(entry.name for entry in known)
            return Unreadable(
                N_("“{value}”不在可选值中"),
                N_("请从下列各值中选填，用顿号隔开：{known}"),
                {"value": piece, "known": names},
            )
        values.append(found)
    return tuple(dict.fromkeys(values))


def _read_day(text: str) -> str | Unreadable:
    """Take a day, month or year in the usual spellings, as ISO text; a law's version is often known by year only."""
    if not text:
        return ""
    match = _EIGHT_DIGITS.fullmatch(text) or _DAY.fullmatch(text)
    if match:
        pieces = [int(piece) for piece in match.groups() if piece]
        try:
            date(*[*pieces, 1, 1][:3])
        except ValueError:
            match = None
        else:
            return "-".join([f"{pieces[0]:04d}", *(f"{piece:02d}" for piece in pieces[1:])])
    return Unreadable(
        N_("“{value}”不是真实存在的日期"), N_("请写成2015-06-01或2015年6月1日，或使用日期格式的单元格"), {"value": text}
    )


def _read_yes_no(text: str) -> bool | Unreadable:
    lowered = text.lower()
    if lowered in _YES or lowered in _NO:
        return lowered in _YES
    return Unreadable(N_("“{value}”既不是“是”也不是“否”"), N_("请填“是”或“否”"), {"value": text})


def _read_lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.split("\n"))))


_READERS: dict[Form, Callable[[Column, str], Any]] = {
    Form.NUMBER: _read_number,
    Form.YES_NO: lambda _, text: _read_yes_no(text),
    Form.CODE: lambda column, text: _read_code(column, text, column.known),
    Form.CODES: lambda column, text: _read_codes(text, column.known),
    Form.LINES: lambda _, text: _read_lines(text),
    Form.DAY: lambda _, text: _read_day(text),
}


def read_cell(column: Column, raw: object) -> Any:
    """Return the value of a cell, or `Unreadable` with the reason."""
    text = cell_text(raw)
    reader = _READERS.get(column.form)
    return reader(column, text) if reader else text
