"""Texts that people type: which characters a name, a phone, an address may hold, and what is refused in words.

Rare characters are people's names: everything that Unicode calls a letter is kept, those beyond the BMP and
those newer than this interpreter's tables too. A text is stored whole or refused; nothing is cut or replaced.
"""

import re
import unicodedata

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

NAME_LENGTH = 200
PHONE_LENGTH = 32
EMAIL_LENGTH = 254
_MARKS_OF_DIRECTION = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_JOINERS = frozenset("\u200c\u200d")
_IN_PERSONS_NAMES = frozenset(" ·•‧・‐-'’.,（）()་") | _JOINERS
_IN_ORGANISATIONS_NAMES = frozenset("+&＋＆№") | _JOINERS
_SUPPLEMENTARY_IDEOGRAPHS = range(0x20000, 0x3FFFE)
# Composing would replace these by the unified character: another glyph than the one on the person's card.
_COMPATIBILITY_IDEOGRAPHS = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?")
_FOREIGN = re.compile(r"\+(?!86)[1-9][0-9]{5,14}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {
    0xFF0B: "+", 0xFF0D: "-", 0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-",
}  # fmt: skip


class TextMissing(Refusal):
    """A text that must be there is empty."""

    sentence = N_("“{label}”没有填写")
    remedy = N_("请填写“{label}”")


class TextTooLong(Refusal):
    """More characters than can be kept."""

    sentence = N_("“{label}”有{length}个字符，最多{limit}个")
    remedy = N_("请缩短后再提交；您已填写的内容没有丢失")


class CharacterUnfit(Refusal):
    """A character that no text may hold: control characters and halves of characters."""

    sentence = N_("“{label}”的第{position}个字符（{character}）是看不见的控制字符或损坏的字符，不能保存")
    remedy = N_("请删去该字符后手工重新输入，不要从其他程序粘贴")


class NameUnfit(Refusal):
    """A character that no name has: an emoji, a symbol, a digit in a person's name."""

    sentence = N_("“{label}”的第{position}个字符“{character}”不能用作姓名或名称")
    remedy = N_("请按证件上的写法填写；生僻字、少数民族姓名的间隔号和外文姓名都可以填写")


class PhoneUnfit(Refusal):
    """Neither a mobile number of the mainland, a landline with its area code, nor an international number."""

    sentence = N_("“{label}”不是可以接通的电话号码")
    remedy = N_("请填写11位手机号，或带区号的固定电话（如 0915-1234567）；境外号码请以加号和国家代码开头")


class EmailUnfit(Refusal):
    """Not the address of a mailbox."""

    sentence = N_("“{label}”不是电子邮箱地址")
    remedy = N_("请按“名称@域名”的写法填写，如 name@example.com")


def composed(text: str) -> str:
    """Return the text in NFC, its CJK compatibility ideographs left as they are."""
    if text.isascii():
        return text
    parts: list[str] = []
    start = 0
    for place, character in enumerate(text):
        if any(ord(character) in block for block in _COMPATIBILITY_IDEOGRAPHS):
            parts += [unicodedata.normalize("NFC", text[start:place]), character]
            start = place + 1
    parts.append(unicodedata.normalize("NFC", text[start:]))
    return "".join(parts)


def lines_unified(text: str) -> str:
    """Return the text in NFC with line feeds only: a form sends carriage returns too."""
    return composed(text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_phone(text: str) -> str:
    """Return a phone number without blanks, brackets, full-width digits and the prefix of the mainland."""
    plain = text.strip().translate(_FULL_WIDTH)
    plain = re.sub(r"[\s()（）]", "", plain)
    plain = re.sub(r"^(?:\+86|0086)-?", "", plain)
    without = plain.replace("-", "")
    return without if _MOBILE.fullmatch(without) or without.startswith("+") else plain


def unstorable(text: str, *, lines: bool = False) -> tuple[int, str] | None:
    """Return place (from 1) and code point of the first character that cannot be kept, or None.

    `lines` allows tabs and line ends.
    """
    if text.isascii() and text.isprintable():
        return None
    for place, character in enumerate(text, start=1):
        code = ord(character)
        category = unicodedata.category(character)
        if lines and character in "\t\n\r":
            continue
        if category in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or character == "\ufffd":
            return place, f"U+{code:04X}"
    return None


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL and halves of characters. For names of things, not people."""
    return (
        text
        if text.isascii() and "\0" not in text
        else "".join(character for character in text if character != "\0" and not 0xD800 <= ord(character) <= 0xDFFF)
    )


def is_key(text: str) -> bool:
    """Return whether a text can be the key of anything: what an address brings may hold any byte."""
    return text.isascii() and text.isprintable()


def check_text(text: str, *, label: str, limit: int, required: bool = False, lines: bool = False) -> None:
    """Refuse a text that cannot be kept whole; raises TextMissing, TextTooLong, CharacterUnfit."""
    if required and not text.strip():
        raise TextMissing(label=label)
    if found := unstorable(text, lines=lines):
        raise CharacterUnfit(label=label, position=found[0], character=found[1])
    if len(text) > limit:
        raise TextTooLong(label=label, length=len(text), limit=limit)


def check_name(text: str, *, label: str, organisation: bool = False) -> None:
    """Refuse what is no name of a person (or organisation); raises what `check_text` raises, and NameUnfit."""
    check_text(text, label=label, limit=NAME_LENGTH, required=True)
    for place, character in enumerate(text, start=1):
        if not _in_name(character, organisation=organisation) or (place == 1 and _only_joins(character)):
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            raise NameUnfit(label=label, position=place, character=shown)


def _in_name(character: str, *, organisation: bool) -> bool:
    if character in _MARKS_OF_DIRECTION:
        return False
    # Letters newer than this interpreter's tables have no category there; private ones are old cards' rare names.
    if ord(character) in _SUPPLEMENTARY_IDEOGRAPHS or unicodedata.category(character) == "Co":
        return True
    kind = unicodedata.category(character)
    if organisation:
        return kind[0] in "LMNP" or kind == "Zs" or character in _IN_ORGANISATIONS_NAMES
    return kind[0] in "LM" or character in _IN_PERSONS_NAMES or character == "〇"


def _only_joins(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character)[0] == "M"


def check_phone(text: str, *, label: str) -> None:
    """Refuse what is no phone number in the spelling of `plain_phone`; raises PhoneUnfit, TextMissing."""
    check_text(text, label=label, limit=PHONE_LENGTH, required=True)
    if not any(pattern.fullmatch(text) for pattern in (_MOBILE, _LANDLINE, _FOREIGN)):
        raise PhoneUnfit(label=label)


def check_email(text: str, *, label: str) -> None:
    """Refuse what is no address of a mailbox; raises EmailUnfit, TextTooLong, TextMissing."""
    check_text(text, label=label, limit=EMAIL_LENGTH, required=True)
    if not _EMAIL.fullmatch(text):
        raise EmailUnfit(label=label)
