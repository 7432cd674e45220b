"""Texts that people type here: how long they may be."""

from collections.abc import Mapping

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
    """Return the text of a field fit to be stored; refuses with `TextMissing` or `TextUnfit`."""
    label, limit = FIELDS[field]
    return texts.clean(text, label=label, limit=limit, required=required)
