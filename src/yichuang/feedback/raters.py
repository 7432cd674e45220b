"""Digests: how a rater or a network is told from others without being named.

The key is the installation's own: a resident number has too little chance in it for a bare digest to hide it.
"""

import hashlib
import hmac

from django.conf import settings

from yichuang.kernel.identifiers.spelling import normalise


def _digest(purpose: str, *parts: str) -> str:
    key = hashlib.sha256(f"feedback/{purpose}/{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, "\0".join(parts).encode(), lambda: hashlib.new("sm3")).hexdigest()


def rater_digest(*, id_type: str, id_number: str) -> str:
    """Return the digest of a person by his identity document, the same however he signed in."""
    return _digest("rater", id_type, normalise(id_number, drop=" "))


def network_digest(*, network: str, on: str) -> str:
    """Return the digest of a network on one day; the next day it is another."""
    return _digest("network", on, network)
