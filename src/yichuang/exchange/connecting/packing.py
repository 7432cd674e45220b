"""Packing: texts by name as one JSON text that any engine can hold, and back.

Half characters, which broken sources send, are more than the fast way takes; they survive as escapes.
"""

import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, str]).decode


def pack(value: Any) -> str:
    """Return lists, maps, texts and faults as JSON in one form: maps by key."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), sort_keys=True, separators=(",", ":"))


def unpack(text: str) -> dict[str, str]:
    """Return the texts by name that `pack` wrote."""
    try:
        return _decode(text)
    except msgspec.DecodeError:
        result: dict[str, str] = json.loads(text)
        return result
