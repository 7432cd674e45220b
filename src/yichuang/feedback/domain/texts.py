"""Texts that people type here: how long they may be, and what of them may be published."""

import re
from collections.abc import Mapping

from yichuang.kernel import texts
from yichuang.kernel.masking import STAR
from yichuang.kernel.words import N_

TITLE, TEXT, RATING_TEXT, NAME, TARGET = 100, 2000, 500, 100, 100

FIELDS: Mapping[str, tuple[str, int]] = {
    "title": (N_("标题"), TITLE),
    "text": (N_("内容"), TEXT),
    "rating": (N_("文字评价"), RATING_TEXT),
    "name": (N_("姓名"), NAME),
    "target": (N_("被投诉的人或窗口"), TARGET),
    "case_number": (N_("办件编号"), 64),
    "item": (N_("事项"), 40),
    "note": (N_("办理说明"), TEXT),
    "answer": (N_("答复内容"), TEXT),
    "reason": (N_("理由"), TEXT),
}
# Seven digits in a row, however spaced, are a phone or a number of a person; years and amounts are shorter.
_DATE = r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
_NUMBER = re.compile(rf"(?P<date>{_DATE})|[0-9０-９](?:[ \-‐－\u3000]?[0-9０-９Xx]){{6,}}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def clean(field: str, text: str, *, required: bool = False) -> str:
    """Return the text of a field fit to be stored; refuses with `TextMissing` or `TextUnfit`."""
    label, limit = FIELDS[field]
    return texts.clean(text, label=label, limit=limit, required=required)


def veil(text: str) -> str:
    """Return a text fit to be published: long numbers and e-mail addresses that people typed into it are hidden."""
    numbers_hidden = _NUMBER.sub(lambda found: found["date"] or STAR * len(found.group()), text)
    return _ADDRESS.sub(STAR * 4, numbers_hidden)
