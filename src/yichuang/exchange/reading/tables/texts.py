"""Texts: a driver's value as text, and a position's text back as what the source's column compares with."""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from yichuang.exchange.reading.tables import contract as c

# Longer bytes are a picture or a text, not an identifier.
_LONGEST_IDENTIFIER = 32


def as_text(value: Any, *, charset: str = "utf-8") -> str:
    """Return a value as its source means it. Bytes that are no text come as hexadecimal if they may be an
    identifier, else with half characters for what cannot be read.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return _of_bytes(bytes(value), charset)
    maker = next((make for kind, make in _MAKERS if isinstance(value, kind)), None)
    if maker is not None:
        return str(maker(value))
    return str(value)


def _of_number(value: Decimal) -> str:
    return format(value, "f") if value.is_finite() else str(value)


def _of_float(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # 1E-7 is a number to nobody who reads it.
    return format(Decimal(repr(value)), "f") if math.isfinite(value) else repr(value)


def _of_span(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _of_bytes(value: bytes, charset: str) -> str:
    try:
        text = value.decode(charset)
    except UnicodeDecodeError:
        text = ""
    if value and (not text or (len(value) <= _LONGEST_IDENTIFIER and not text.isprintable() and "\n" not in text)):
        if len(value) <= _LONGEST_IDENTIFIER and len(value) in {1, 8, 16, 20, 32}:
            return value.hex().upper()
        return value.decode(charset, "surrogateescape")
    return text


_MAKERS: tuple[tuple[Any, Any], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (Decimal, _of_number),
    (float, _of_float),
    (datetime, datetime.isoformat),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, _of_span),
    ((dict, list, tuple), lambda value: json.dumps(value, ensure_ascii=False, default=str)),
)


def as_key(text: str) -> str:
    """Return a text that any database can hold as a key: without NUL and half characters."""
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if c_ == "\0" or "\ud800" <= c_ <= "\udfff" else c_ for c_ in text)


def as_bound(text: str, kind: str) -> Any:
    """Return what a column of this kind compares with; the text itself where it is no value of the kind."""
    try:
        if kind == c.INSTANT:
            return datetime.fromisoformat(text)
        if kind == c.DAY:
            return date.fromisoformat(text[:10])
        if kind == c.NUMBER:
            return int(text) if text.lstrip("-").isdigit() else Decimal(text)
    except (ValueError, InvalidOperation):
        pass
    return text
