"""Keeping: secrets of webhooks in the database, encrypted with the installation's key."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _keys() -> MultiFernet:
    own = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"yichuang.exchange.webhooks:{one}".encode()).digest() for one in own]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def lock(secrets: tuple[str, ...]) -> str:
    """Return secrets as they are stored: a copy of the database alone is not a copy of them."""
    return _keys().encrypt(" ".join(secrets).encode()).decode()


def unlock(stored: str) -> tuple[str, ...]:
    """Return stored secrets, the newest first."""
    return tuple(_keys().decrypt(stored.encode()).decode().split())
