"""Cursors: the place after which the next page begins, sealed, so that only a place that we gave comes back."""

from typing import Any

from django.core import signing

from yichuang.cases.values import PageUnknown

_LONGEST_SHOWN = 40


def seal(kind: str, place: Any) -> str:
    """Return a place as an opaque text; the empty text for no place."""
    return signing.dumps(place, salt=f"yichuang.api.{kind}") if place else ""


def unseal(kind: str, text: str) -> Any:
    """Return the place of a text of this kind, None for the empty one; raises PageUnknown."""
    if not text:
        return None
    try:
        return signing.loads(text, salt=f"yichuang.api.{kind}")
    except signing.BadSignature as fault:
        raise PageUnknown(after=text[:_LONGEST_SHOWN]) from fault
