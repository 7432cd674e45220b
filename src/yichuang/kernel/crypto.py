"""The crypto port: which digest the house uses, and proof at start that it is the right one.

SM3 (GB/T 32905-2016) comes from the OpenSSL behind hashlib. An interpreter built without it cannot
run the ledger, and must say so at start rather than at the first case.
"""

import hashlib

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

DIGEST_BYTES = 32

# GB/T 32905-2016, appendix A.1
_KNOWN_ANSWER = ("616263", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")


class DigestUnavailable(Refusal):
    """The interpreter's OpenSSL does not compute SM3."""

    sentence = N_("本机的 OpenSSL 不能计算 SM3：{reason}")
    remedy = N_("请改用由 OpenSSL 3 构建的 Python 3.11 或更高版本")
    citation = "GB/T 32905-2016"


def sm3(data: bytes) -> bytes:
    """Return the 32-byte SM3 digest of data (GB/T 32905-2016)."""
    return hashlib.new("sm3", data).digest()


def new_sm3() -> "hashlib._Hash":
    """Return an SM3 digest to be fed piece by piece with `update`, for what is too large to hold at once."""
    return hashlib.new("sm3")


def check_digest() -> None:
    """Compare SM3 with the standard's own example; raises DigestUnavailable."""
    message, expected = _KNOWN_ANSWER
    try:
        got = sm3(bytes.fromhex(message)).hex()
    except ValueError as error:
        raise DigestUnavailable(reason=str(error)) from error
    if got != expected:
        raise DigestUnavailable(reason=got)
