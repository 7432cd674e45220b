"""The hash chain of a case: what an outsider recomputes to check that nothing was changed.

Each link is SM3 over the previous link (32 zero bytes before the first), one canonical JSON array
that names the case, the place, the event, the three times and the actor, a line feed, and the
payload as stored.
"""

from datetime import UTC, datetime

import msgspec

from yichuang.kernel.crypto import DIGEST_BYTES, sm3

GENESIS = bytes(DIGEST_BYTES)
_FORM = "yichuang.event.v1"
_encode = msgspec.json.Encoder().encode


def canonical_time(at: datetime) -> str:
    """Return an instant in the chain's form: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat("T", "microseconds")[:-6] + "Z"


def link(
    previous: bytes,
    *,
    case_uuid: str,
    seq: int,
    name: str,
    times: tuple[str, str, str],
    actor: tuple[str, str],
    payload: bytes,
) -> bytes:
    """Return the 32-byte link; `times` are source, received and recorded time in canonical form, `case_uuid` is hex."""
    header = _encode((_FORM, case_uuid, seq, name, *times, *actor))
    return sm3(b"".join((previous, header, b"\n", payload)))
