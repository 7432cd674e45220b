"""Codec: notice <-> JSON, so that a drafted bulletin can be kept and rendered again in every format."""

from datetime import date as _Day
from typing import Any

import msgspec

from yichuang.reporting.documents import (
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
    told = msgspec.json.decode(text)
    body = tuple(_read_block(block) for block in told.pop("body"))
    number = msgspec.convert(told.pop("document_number"), DocumentNumber)
    dates = {name: told.pop(name) for name in ("dated_on", "printed_on")}
    return OfficialNotice(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()},
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
