"""Gateways: who carries a text message. One small module a gateway, behind one contract; chosen by YICHUANG_SMS_URL."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from yichuang.notices.gateways.base import Gateway, NotSent
from yichuang.notices.gateways.console import Console
from yichuang.notices.gateways.file import File
from yichuang.notices.gateways.web import Web

__all__ = ["Gateway", "NotSent", "open_gateway"]

_BY_SCHEME: dict[str, type[Gateway]] = {"console": Console, "file": File, "http": Web, "https": Web}


def open_gateway(url: str) -> Gateway:
    """Return the gateway that a URL names: `console:`, `file:///path.jsonl` or `https://token@host/path`."""
    scheme = urlsplit(url).scheme
    if scheme not in _BY_SCHEME:
        raise ImproperlyConfigured(f"YICHUANG_SMS_URL: unknown scheme {scheme!r}; use console:, file:/// or https://")
    return _BY_SCHEME[scheme](url)
