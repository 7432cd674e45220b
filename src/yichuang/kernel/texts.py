"""Texts that people type: between a keyboard and a column, what is tidied and what no database keeps.

PostgreSQL stores no NUL and neither engine a lone surrogate; judged here, the two agree. Everything else that
Unicode has is welcome: rare characters, emoji, right-to-left text. How long a text may be is its context's affair.
"""

import re
import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")
_PHONE = re.compile(r"\+?[0-9][0-9 \-()]*")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_LONGEST_PHONE = 32


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
