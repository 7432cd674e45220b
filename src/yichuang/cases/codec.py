"""Codec: event <-> name and canonical JSON.

The stored payload is the text that was hashed, byte for byte: fields in declaration order, defaults
left out, UTF-8, no spaces. A name carries its version; an event of an older version is lifted by its
upcaster, one version at a time, and the stored text is never rewritten.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from yichuang.cases.domain.events import EVENT_TYPES, Event
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class UnknownEvent(Refusal):
    """The ledger holds an event name that this release does not know."""

    sentence = N_("账本中有本版本不认识的事件“{name}”")
    remedy = N_("请升级到写入该事件的版本")


class BrokenPayload(Refusal):
    """The payload does not decode to its event."""

    sentence = N_("事件“{name}”的内容无法解读：{reason}")
    remedy = N_("请核对该办件的哈希链")


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


_VERSIONS: dict[type[Event], int] = {}
NAMES: dict[type[Event], str] = {
    kind: f"cases.{_kebab(kind.__name__)}.v{_VERSIONS.get(kind, 1)}" for kind in EVENT_TYPES
}
_DECODERS = {name: msgspec.json.Decoder(kind) for kind, name in NAMES.items()}
_ENCODE = msgspec.json.Encoder().encode

# old name -> (next name, how the old payload becomes the next one)
Upcaster = tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]
UPCASTERS: dict[str, Upcaster] = {}


def encode(event: Event) -> tuple[str, bytes]:
    """Return the event's versioned name and its canonical JSON."""
    return NAMES[type(event)], _ENCODE(event)


def decode(name: str, payload: bytes | str) -> Event:
    """Return the event of a name and payload of any version; raises UnknownEvent or BrokenPayload."""
    try:
        decoder = _DECODERS.get(name)
        if decoder is not None:
            return decoder.decode(payload)
        fields = msgspec.json.decode(payload, type=dict[str, Any])
        while name in UPCASTERS:
            old = name
            name, lift = UPCASTERS[name]
            try:
                fields = lift(fields)
            except (KeyError, TypeError, ValueError) as error:
                raise BrokenPayload(name=old, reason=repr(error)) from error
        if name not in _DECODERS:
            raise UnknownEvent(name=name)
        return _DECODERS[name].decode(_ENCODE(fields))
    except msgspec.MsgspecError as error:
        raise BrokenPayload(name=name, reason=str(error)) from error
