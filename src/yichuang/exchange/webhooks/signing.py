"""Signing: how a receiver knows that a message is ours, whole and fresh (Standard Webhooks 1.0).

HMAC-SHA256 over `id.timestamp.body` under a secret that both sides hold. While a secret is being replaced a message
bears both signatures.
"""

import base64
import binascii
import hashlib
import hmac
import secrets as _random

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret as its owner writes it."""
    return PREFIX + base64.b64encode(_random.token_bytes(_BYTES)).decode()


def sign(*, secret: str, message: str, timestamp: int, body: bytes) -> str:
    """Return one signature, with its version."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as fault:
        raise ValueError("not a secret of webhooks") from fault
    signed = b".".join((message.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(*, secrets: tuple[str, ...], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a message, signed under every secret that holds."""
    signatures = [sign(secret=secret, message=message, timestamp=timestamp, body=body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
