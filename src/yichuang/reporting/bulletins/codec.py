"""Codec: notice and annex <-> JSON, so that a bulletin can be kept, rendered again in every format, and verified."""

from datetime import date as _Day
from typing import Any

import msgspec

from yichuang.documents import (
    Block,
    Chart,
    DocumentNumber,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Run,
    Table,
    Text,
)
from yichuang.kernel.words import N_
from yichuang.reporting.bulletins.queries import FORM, Annex
from yichuang.reporting.bulletins.refusals import AnnexUnreadable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLOCKS: dict[str, type[Block]] = {kind.__name__: kind for kind in (Heading, Paragraph, Table, Chart)}


def encode_notice(notice: OfficialNotice) -> str:
    """Return the notice as JSON text; blocks and runs carry the name of their kind."""
    told = msgspec.to_builtins(notice)
    told["body"] = [_block(block) for block in notice.body]
    return msgspec.json.encode(told).decode()


def _block(block: Block) -> dict[str, Any]:
    told = msgspec.to_builtins(block)
    if isinstance(block, Paragraph):
        told["runs"] = [_piece(run) for run in block.runs]
    if isinstance(block, Table):
        told["rows"] = [[cell if isinstance(cell, str) else _piece(cell) for cell in row] for row in block.rows]
    return {"block": type(block).__name__, **told}


def _piece(run: Run) -> dict[str, Any]:
    return {"run": type(run).__name__, **msgspec.to_builtins(run)}


def decode_notice(text: str) -> OfficialNotice:
    """Return the notice of a JSON text made by encode_notice."""
    told: dict[str, Any] = msgspec.json.decode(text)
    body = tuple(_read_block(block) for block in told.pop("body"))
    number = msgspec.convert(told.pop("document_number"), DocumentNumber)
    dates = {name: told.pop(name) for name in ("dated_on", "printed_on")}
    rest: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return OfficialNotice(
        **rest,
        document_number=number,
        body=body,
        dated_on=msgspec.convert(dates["dated_on"], _Day),
        printed_on=msgspec.convert(dates["printed_on"], _Day | None),
    )


def _read_block(told: dict[str, Any]) -> Block:
    kind = _BLOCKS[told.pop("block")]
    if kind is Paragraph:
        return Paragraph(tuple(_read_piece(run) for run in told["runs"]))
    if kind is Table:
        rows = tuple(tuple(cell if isinstance(cell, str) else _read_cell(cell) for cell in row) for row in told["rows"])
        return Table(header=tuple(told["header"]), rows=rows, caption=told["caption"], widths=tuple(told["widths"]))
    return kind(**told)


def _read_piece(told: dict[str, Any]) -> Run:
    return _read_cell(told) if told["run"] == "Figure" else Text(told["text"], told["strong"])


def _read_cell(told: dict[str, Any]) -> Figure:
    return Figure(told["id"], told["display"], told["strong"])


def encode_annex(annex: Annex) -> bytes:
    """Return the annex as the file that people read: UTF-8 JSON, indented, fields in their written order."""
    return msgspec.json.format(msgspec.json.encode(annex), indent=2)


def decode_annex(content: bytes, *, file: str) -> Annex:
    """Return the annex of a file; raises AnnexUnreadable, which says at what place the file is not one."""
    try:
        # Editors on Windows put a byte order mark before what they save.
        annex = msgspec.json.decode(content.removeprefix(_BYTE_ORDER_MARK), type=Annex)
    except msgspec.ValidationError as error:
        raise AnnexUnreadable(file=file, reason=N_("内容与附件的格式不符"), detail=str(error)) from error
    except msgspec.DecodeError as error:
        cut = "truncated" in str(error)
        reason = N_("文件不完整，没有结尾") if cut else N_("不是 JSON 文本")
        raise AnnexUnreadable(file=file, reason=reason, detail=str(error)) from error
    except UnicodeDecodeError as error:
        raise AnnexUnreadable(file=file, reason=N_("不是 UTF-8 文本"), detail=str(error)) from error
    except RecursionError as error:
        raise AnnexUnreadable(file=file, reason=N_("内容与附件的格式不符"), detail=str(error)) from error
    if annex.form != FORM:
        raise AnnexUnreadable(file=file, reason=N_("格式名称不是本版本的"), detail=f"form: {annex.form} ≠ {FORM}")
    if not annex.figures:
        raise AnnexUnreadable(file=file, reason=N_("没有任何数据"), detail="figures: []")
    return annex
