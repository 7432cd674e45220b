"""Texts that people type here: how long they may be."""

from collections.abc import Mapping

from yichuang.halls.domain import refusals as r
from yichuang.kernel import texts
from yichuang.kernel.words import N_

FIELDS: Mapping[str, tuple[str, int]] = {
    "name": (N_("姓名"), 100),
    "title": (N_("标题"), 100),
    "text": (N_("内容"), 4000),
    "reason": (N_("理由"), 500),
    "item": (N_("事项"), 40),
    "case_number": (N_("办件编号"), 64),
}


def clean(field: str, text: str, *, required: bool = True) -> str:
    """Return a text fit to be stored; refuses with `TextMissing` or `TextUnfit`."""
    label, limit = FIELDS[field]
    plain = texts.tidied(text)
    if required and texts.is_blank(plain):
        raise r.TextMissing(field=label)
    if len(plain) > limit or not texts.is_storable(plain):
        raise r.TextUnfit(field=label, length=len(plain), limit=limit)
    return plain


def clean_phone(phone: str) -> str:
    """Return a phone number in half-width digits; refuses with `TextMissing` or `PhoneUnfit`."""
    plain = texts.tidied_phone(phone)
    if not plain:
        raise r.TextMissing(field=N_("联系电话"))
    if not texts.is_phone(plain):
        raise r.PhoneUnfit(phone=plain[:32])
    return plain
