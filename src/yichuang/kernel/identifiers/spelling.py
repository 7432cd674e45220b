"""How identifiers are spelled: between what a keyboard or a spreadsheet delivers and the canonical text.

Answers whether each character may stand where it stands. Full-width forms and lower-case letters are
the same identifier in another dress and are normalised; everything else that differs is refused.
"""

from collections.abc import Container
from datetime import date

from yichuang.kernel.identifiers.refusals import IdentifierKind, ImpossibleDate, WrongCharacter, WrongLength
from yichuang.kernel.words import N_

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS_AND_LETTERS = DIGITS + LETTERS

A_DIGIT = N_("数字0至9")
A_DIGIT_OR_LETTER = N_("数字或大写字母")

# A fixed table, not str.upper or NFKC: those would turn other characters ("ı", "①") into valid ones.
_HALF_WIDTH = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_UPPER = {ord(letter.lower()): letter for letter in LETTERS}
_WIDE_UPPER = {ord(letter.lower()) + 0xFEE0: letter for letter in LETTERS}
_CANONICAL = _HALF_WIDTH | _UPPER | _WIDE_UPPER


def normalise(text: str, *, drop: str = "") -> str:
    """Return `text` without outer blanks, in half-width upper case, and without the separators in `drop`."""
    plain = text.strip().translate(_CANONICAL)
    for separator in drop:
        plain = plain.replace(separator, "")
    return plain


def compact_date(on: date) -> str:
    """Return the day as YYYYMMDD, always eight digits (strftime does not pad early years everywhere)."""
    return f"{on.year:04d}{on.month:02d}{on.day:02d}"


def require_length(text: str, *, kind: IdentifierKind, lengths: tuple[int, ...]) -> None:
    """Refuse with `WrongLength` a text whose length is not among `lengths`."""
    if len(text) not in lengths:
        raise WrongLength(kind=kind, expected="/".join(map(str, lengths)), found=len(text))


def require_characters(
    text: str,
    *,
    kind: IdentifierKind,
    part: str,
    start: int,
    stop: int,
    alphabet: Container[str] = DIGITS,
    expected: str = A_DIGIT,
) -> None:
    """Refuse with `WrongCharacter` the first of `text[start:stop]` outside `alphabet` (`start` counts from 0)."""
    for place in range(start, stop):
        if text[place] not in alphabet:
            raise WrongCharacter(kind=kind, part=part, position=place + 1, expected=expected, found=text[place])


def require_date(text: str, *, kind: IdentifierKind, part: str, start: int) -> date:
    """Return the day written YYYYMMDD at `start` (from 0); refuse with `WrongCharacter` or `ImpossibleDate`."""
    stop = start + 8
    require_characters(text, kind=kind, part=part, start=start, stop=stop)
    written = text[start:stop]
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        raise ImpossibleDate(kind=kind, part=part, position=start + 1, last_position=stop, found=written) from None
