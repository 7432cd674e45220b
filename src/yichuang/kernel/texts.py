"""Texts that people type: between a keyboard and a column, what is tidied and what no database keeps.

PostgreSQL stores no NUL and neither engine a lone surrogate; judged here, the two agree. Everything else that
Unicode has is welcome: rare characters, emoji, right-to-left text. How long a text may be is its context's affair.
"""

import re
import unicodedata

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

_KEPT_CONTROLS = frozenset("\n\t")
_PHONE = re.compile(r"\+?[0-9][0-9 \-()]*")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_LONGEST_PHONE = 32


class TextMissing(Refusal):
    """A text that is needed is empty."""

    sentence = N_("没有填写“{field}”")
    remedy = N_("请填写后再提交")


class TextUnfit(Refusal):
    """A text is too long, or holds characters that cannot be kept."""

    sentence = N_("“{field}”过长（{length}个字，最多{limit}个字）或含有不能保存的字符")
    remedy = N_("请缩短或改写后再提交")


class PhoneUnfit(Refusal):
    """Nobody could be called back at this phone number."""

    sentence = N_("“{phone}”不像电话号码")
    remedy = N_("请填写手机号，或带区号的固定电话，只用数字和连字符")


def clean(text: str, *, label: str, limit: int, required: bool = False) -> str:
    """Return a text fit to be stored: outer blanks and line ends tidied; `label` names its field for people.

    Refuses with TextMissing an empty one that is required, and with TextUnfit one that is longer than `limit`
    characters or holds control characters.
    """
    plain = tidied(text)
    if required and is_blank(plain):
        raise TextMissing(field=label)
    if len(plain) > limit or not is_storable(plain):
        raise TextUnfit(field=label, length=len(plain), limit=limit)
    return plain


def clean_phone(phone: str, *, required: bool = False) -> str:
    """Return a phone number in half-width digits; refuses with TextMissing or PhoneUnfit."""
    plain = tidied_phone(phone)
    if not plain and required:
        raise TextMissing(field=N_("联系电话"))
    if plain and not is_phone(plain):
        raise PhoneUnfit(phone=plain[:_LONGEST_PHONE])
    return plain


def tidied(text: str) -> str:
    """Return a text without outer blanks, its line ends written one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def is_blank(text: str) -> bool:
    """Tell whether nothing in a text can be seen: only blanks, controls, marks of direction or joiners."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def is_storable(text: str) -> bool:
    """Tell whether a text holds no control character but line ends and tabs, and no half of a character."""
    return not any(
        unicodedata.category(character) in ("Cc", "Cs") and character not in _KEPT_CONTROLS for character in text
    )


def tidied_phone(phone: str) -> str:
    """Return a phone number in half-width characters without outer blanks."""
    return unicodedata.normalize("NFKC", phone).strip()


def is_phone(phone: str) -> bool:
    """Tell whether a tidied text can be a phone number: 7 to 15 digits, hyphens, blanks, brackets, a leading +."""
    digits = sum(character.isdigit() for character in phone)
    fits = len(phone) <= _LONGEST_PHONE and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
    return fits and _PHONE.fullmatch(phone) is not None


def phone_tail(phone: str) -> str:
    """Return the last four digits of a phone number."""
    return "".join(character for character in tidied_phone(phone) if "0" <= character <= "9")[-4:]
