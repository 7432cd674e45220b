"""Masking of personal data: between a record and any screen, export or log that does not need the whole of it.

Answers what remains visible. The choices follow usual practice under GB/T 35273-2020 (minimum necessary):

- name: the surname stays, every further character becomes `*`; companies are public and stay whole;
- resident number: first 4 (province and city, enough to tell local from not) and last 4 (what people
  are asked for at a counter); birthday and county are hidden;
- mobile phone: first 3 and last 4; other phones: last 4;
- everything else, known or not: first and last character, and nothing of a text shorter than 4.

The length is kept, so that a missing digit can be seen. A character outside the Basic Multilingual
Plane, with or without a variation selector, counts as one.
"""

import unicodedata
from enum import StrEnum

STAR = "*"

_SURNAME_LIST = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠
公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁
拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五
"""
COMPOUND_SURNAMES = frozenset(_SURNAME_LIST.split())
_NAME_SEPARATORS = frozenset(" ·•・-'")
_PHONE_SEPARATORS = frozenset(" -()（）+")
_CHINA_PREFIXES = ("+86", "0086")
_MOBILE_LENGTH = 11
_RESIDENT_LENGTHS = (15, 18)
_COMPANY_TAX_LENGTH = 15
_SHORTEST_WITH_ENDS = 4


class DocumentKind(StrEnum):
    """The kinds of identifiers and contacts that masking knows apart."""

    RESIDENT_NUMBER = "resident-number"
    PASSPORT = "passport"
    USCC = "uscc"
    ORGANISATION_CODE = "organisation-code"
    REGISTRATION_NUMBER = "registration-number"
    TAX_REGISTRATION_NUMBER = "tax-registration-number"
    PHONE = "phone"
    OTHER = "other"


_PUBLIC_KINDS = frozenset({DocumentKind.USCC, DocumentKind.ORGANISATION_CODE, DocumentKind.REGISTRATION_NUMBER})


def mask_name(name: str, *, is_company: bool = False) -> str:
    """Return a person's name with only the surname readable, a company's name unchanged.

    张三 -> 张*, 欧阳修文 -> 欧阳**, 阿依古丽·买买提 -> 阿***·***; a name of one character is hidden whole.
    """
    if is_company:
        return name
    characters = _characters(name.strip())
    if len(characters) == 1:
        return STAR
    has_compound_surname = len(characters) > 2 and "".join(characters[:2]) in COMPOUND_SURNAMES
    return _starred(characters, head=2 if has_compound_surname else 1, tail=0, keep=_NAME_SEPARATORS)


def mask_resident_number(number: str) -> str:
    """Return the number with first 4 and last 4 readable; a text of any other length keeps only its ends."""
    characters = _characters(number.strip())
    if len(characters) not in _RESIDENT_LENGTHS:
        return _ends(characters)
    return _starred(characters, head=4, tail=4)


def mask_phone(phone: str) -> str:
    """Return a mobile number as 138****5678, any other number with its last 4 digits readable.

    Separators and a +86 stay; a number of fewer than 7 digits is hidden whole.
    """
    plain = phone.strip()
    prefix = next((start for start in _CHINA_PREFIXES if plain.startswith(start)), "")
    characters = _characters(plain[len(prefix) :])
    digits = sum(character not in _PHONE_SEPARATORS for character in characters)
    if digits < 7:
        return prefix + _starred(characters, head=0, tail=0, keep=_PHONE_SEPARATORS)
    head = 3 if digits == _MOBILE_LENGTH and _first_digit(characters) == "1" else 0
    return prefix + _starred(characters, head=head, tail=4, keep=_PHONE_SEPARATORS)


def mask_identifier(kind: DocumentKind | str, value: str) -> str:
    """Return the value as far as its kind may be shown; an unknown kind is hidden like a personal one.

    Codes of organisations are public. A tax registration number longer than 15 is that of a person, built
    on the resident number, and is masked like one.
    """
    if kind in _PUBLIC_KINDS:
        return value
    if kind == DocumentKind.RESIDENT_NUMBER:
        return mask_resident_number(value)
    if kind == DocumentKind.PHONE:
        return mask_phone(value)
    characters = _characters(value.strip())
    if kind == DocumentKind.TAX_REGISTRATION_NUMBER:
        if len(characters) == _COMPANY_TAX_LENGTH:
            return value
        return _starred(characters, head=4, tail=4) if len(characters) > _COMPANY_TAX_LENGTH else _ends(characters)
    return _ends(characters)


def _characters(text: str) -> list[str]:
    """Split into characters as people count them: a mark or selector belongs to the character before it."""
    characters: list[str] = []
    for point in text:
        if characters and unicodedata.category(point) in ("Mn", "Me"):
            characters[-1] += point
        else:
            characters.append(point)
    return characters


def _starred(characters: list[str], *, head: int, tail: int, keep: frozenset[str] = frozenset()) -> str:
    """Hide all but the first `head` and last `tail` characters; those in `keep` stay and do not count."""
    counted = [place for place, character in enumerate(characters) if character not in keep]
    visible = set(counted[:head]) | (set(counted[-tail:]) if tail else set())
    return "".join(
        character if place in visible or character in keep else STAR for place, character in enumerate(characters)
    )


def _ends(characters: list[str]) -> str:
    if len(characters) < _SHORTEST_WITH_ENDS:
        return STAR * len(characters)
    return _starred(characters, head=1, tail=1)


def _first_digit(characters: list[str]) -> str:
    return next((character for character in characters if character not in _PHONE_SEPARATORS), "")
