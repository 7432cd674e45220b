"""The wire of HTTP between nodes: how envelopes stand in a body, and which words are signed for what.

A body is a mark and, for each envelope, its length in four bytes and itself; packed with gzip. What comes from outside
is measured before it is unpacked. Two statements are signed: a fetching (over a challenge of the one who is asked, so
that no clock needs to be trusted) and the reply to a sending (an acknowledgement is a promise).
"""

import hmac
import secrets
import struct
import zlib
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from yichuang.exchange.carriers.contract import MOST_BATCH_BYTES, MOST_ENVELOPE_BYTES, MOST_ENVELOPES
from yichuang.kernel.crypto import sm3
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

INBOX, OUTBOX = "/nodes/v1/inbox", "/nodes/v1/outbox"
MEDIA_TYPE = "application/vnd.yichuang.envelopes"
SCHEME = "Yichuang-SM2"
NODE, NONCE, CHALLENGE, SIGNATURE = "Yichuang-Node", "Yichuang-Nonce", "Yichuang-Challenge", "Yichuang-Signature"
CHALLENGE_SECONDS = 60

_MARK = b"YCE1"
_LENGTH = struct.Struct(">I")
# What a whole body may take: the envelopes, their lengths and the mark.
MOST_BODY_BYTES = MOST_BATCH_BYTES + MOST_ENVELOPE_BYTES + MOST_ENVELOPES * _LENGTH.size + len(_MARK)


class BodyBroken(Refusal):
    """A body is no batch of envelopes."""

    sentence = N_("收到的批次无法读取：{reason}")


class BodyTooLarge(Refusal):
    """A body is larger than a batch may be, packed or unpacked."""

    sentence = N_("收到的批次超过上限 {most} 字节")


def pack(envelopes: Iterable[bytes]) -> bytes:
    """Return envelopes as the body of one request, packed with gzip."""
    parts = [_MARK]
    for envelope in envelopes:
        parts += (_LENGTH.pack(len(envelope)), envelope)
    return zlib.compress(b"".join(parts), 1, 31)


def unpack(body: bytes) -> list[bytes]:
    """Return the envelopes of a body; refuses with BodyBroken or BodyTooLarge before more is unpacked than fits."""
    unpacking = zlib.decompressobj(31)
    try:
        plain = unpacking.decompress(body, MOST_BODY_BYTES + 1)
    except zlib.error as fault:
        raise BodyBroken(reason=str(fault)) from fault
    if len(plain) > MOST_BODY_BYTES:
        raise BodyTooLarge(most=MOST_BODY_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        raise BodyBroken(reason="gzip")
    return _split(plain)


def _split(plain: bytes) -> list[bytes]:
    if not plain.startswith(_MARK):
        raise BodyBroken(reason="mark")
    found: list[bytes] = []
    at = len(_MARK)
    while at < len(plain):
        if at + _LENGTH.size > len(plain) or len(found) == MOST_ENVELOPES:
            raise BodyBroken(reason="length")
        (length,) = _LENGTH.unpack_from(plain, at)
        at += _LENGTH.size
        if length > MOST_ENVELOPE_BYTES or at + length > len(plain):
            raise BodyBroken(reason="length")
        found.append(plain[at : at + length])
        at += length
    return found


def reply_statement(*, receiver: str, sender: str, nonce: str, body: bytes) -> bytes:
    """Return what the receiver of a batch signs: whose promise to whom, about which request."""
    return "\n".join(("yichuang.reply.v1", receiver, sender, nonce, sm3(body).hex())).encode()


def request_statement(*, sender: str, method: str, target: str, challenge: str, body: bytes) -> bytes:
    """Return what the one who fetches or confirms signs."""
    return "\n".join(("yichuang.request.v1", sender, method, target, challenge, sm3(body).hex())).encode()


def new_challenge(*, key: bytes, at: datetime) -> str:
    """Return a text that only we can have made, and only now."""
    words = f"{int(at.timestamp()):x}.{secrets.token_hex(16)}"
    return f"{words}.{_mac(key, words)}"


def is_fresh(challenge: str, *, key: bytes, at: datetime) -> bool:
    """Tell whether a challenge is ours and not older than a minute, both by our own clock."""
    words, _dot, mac = challenge.rpartition(".")
    if not hmac.compare_digest(mac.encode(), _mac(key, words).encode()):
        return False
    age = int(at.timestamp()) - int(words.partition(".")[0], 16)
    return 0 <= age <= CHALLENGE_SECONDS


def _mac(key: bytes, words: str) -> str:
    return hmac.new(key, b"yichuang.challenge.v1\n" + words.encode(), sha256).hexdigest()
