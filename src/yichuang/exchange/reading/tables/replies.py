"""Replies: JSON as services write it, and the records in it. Numbers stay the text that was sent."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from yichuang.exchange.reading.tables.refusals import ReplyBroken
from yichuang.kernel.words import N_

_DEEPEST = 5
_OPTIONS: dict[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str}


class Reply(NamedTuple):
    """One reply: its JSON, and its links by their relation."""

    data: Any
    links: Mapping[Any, Any]


def read_json(raw: bytes, *, charset: str, source: str) -> Any:
    """Return the JSON of a reply, its numbers as text; refuses with ReplyBroken."""
    try:
        return json.loads(_text(raw, charset), **_OPTIONS)
    except (ValueError, RecursionError) as error:
        if isinstance(error, RecursionError):
            reason = N_("嵌套太深")
        elif not raw.strip():
            reason = N_("答复是空的")
        else:
            reason = N_("不是完整的JSON")
        raise ReplyBroken(source=source, reason=reason) from None


def at_path(data: Any, path: str) -> Any:
    """Return what stands at a path such as `data.rows` or `pages.0.items`; None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and len(step) < 9 and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def columns_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a record as columns: an object inside it by a dot, a list as JSON, null as no column."""
    columns: dict[str, str] = {}
    stack: list[tuple[str, Any, int]] = [(name, value, 1) for name, value in reversed(list(record.items()))]
    while stack:
        name, value, depth = stack.pop()
        if isinstance(value, dict) and value and depth < _DEEPEST:
            stack += [(f"{name}.{below}", one, depth + 1) for below, one in reversed(list(value.items()))]
        elif value is not None:
            columns[name] = _plain(value)
    return columns


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return "…"


def _text(raw: bytes, charset: str) -> str:
    """Return the text of a reply: as the mapping or the service says, as JSON must be, or as GB18030."""
    for codec in (charset, json.detect_encoding(raw), "gb18030"):
        if codec and codec.casefold() != "iso-8859-1":
            try:
                return raw.decode("utf-8-sig" if codec.casefold() in {"utf-8", "utf8"} else codec)
            except (UnicodeDecodeError, LookupError):
                continue
    return raw.decode("utf-8", "replace")
