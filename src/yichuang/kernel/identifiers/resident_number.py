"""Resident number (公民身份号码, GB 11643-1999): between a person's card and the application form.

Answers whether a number is well formed and what it says: where registered, born when, which sex.
The division part is judged for shape only: a number keeps the code of the day it was issued for ever.

Guarantee: the check is taken modulo 11 over digits, with weights that are never 0 and that differ
between neighbours. Any single changed character and any two swapped neighbours are caught.
Only synthetic numbers may be generated; refusals never quote a whole number.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yichuang.kernel.identifiers.refusals import (
    DateInFuture,
    IdentifierKind,
    OldResidentNumber,
    WrongCharacter,
    WrongCheckCharacter,
)
from yichuang.kernel.identifiers.spelling import (
    DIGITS,
    compact_date,
    normalise,
    require_characters,
    require_date,
    require_length,
)
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("公民身份号码"), citation="GB 11643-1999")

_DIVISION = N_("户籍区划码")
_BIRTHDAY = N_("出生日期码")
_SEQUENCE = N_("顺序码")
_CHECK = N_("公民身份号码校验码")
_CHECK_ALPHABET = DIGITS + "X"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLD_LENGTH = 15


class Sex(StrEnum):
    """The sex that the sequence states: odd male, even female."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A valid number of 18 characters and its parts."""

    number: str
    division: str
    born_on: date
    sequence: str
    check_character: str

    @property
    def sex(self) -> Sex:
        """Tell the sex from the last digit of the sequence."""
        return Sex.MALE if int(self.sequence) % 2 else Sex.FEMALE

    def age_on(self, on: date) -> int:
        """Return completed years on the day `on`; born on 29 February one turns older on 1 March of common years."""
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


def check_character(body: str) -> str:
    """Return the check character of seventeen digits (GB 11643-1999)."""
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def parse(text: str, *, on: date) -> ResidentNumber:
    """Return the parts of a number shown on the day `on`; a lower-case x is accepted.

    Refuses with `OldResidentNumber` (15 digits), `WrongLength`, `WrongCharacter`, `ImpossibleDate`,
    `DateInFuture` (birthday after `on`) or `WrongCheckCharacter` (GB 11643-1999).
    """
    number = normalise(text)
    if len(number) == _OLD_LENGTH and all(character in DIGITS for character in number):
        raise OldResidentNumber(kind=KIND)
    require_length(number, kind=KIND, lengths=(18,))
    require_characters(number, kind=KIND, part=_DIVISION, start=0, stop=6)
    if number[0] == "0":
        raise WrongCharacter(kind=KIND, part=_DIVISION, position=1, expected=N_("数字1至9"), found="0")
    born_on = require_date(number, kind=KIND, part=_BIRTHDAY, start=6)
    require_characters(number, kind=KIND, part=_SEQUENCE, start=14, stop=17)
    require_characters(
        number, kind=KIND, part=_CHECK, start=17, stop=18, alphabet=_CHECK_ALPHABET, expected=N_("数字0至9或X")
    )
    expected = check_character(number[:17])
    if number[17] != expected:
        raise WrongCheckCharacter(kind=KIND, part=_CHECK, position=18, expected=expected, found=number[17])
    if born_on > on:
        raise DateInFuture(
            kind=KIND, part=_BIRTHDAY, position=7, last_position=14, expected=on.isoformat(), found=number[6:14]
        )
    return ResidentNumber(
        number=number, division=number[:6], born_on=born_on, sequence=number[14:17], check_character=number[17]
    )


def check(text: str, *, on: date) -> None:
    """Refuse a text that is no resident number on the day `on`, for the reasons `parse` names."""
    parse(text, on=on)


def generate(*, division: str, born_on: date, sequence: int) -> str:
    """Return the synthetic number for its parts; `sequence` is 0 to 999, odd for male.

    Refuses what `parse` would refuse.
    """
    body = f"{division}{compact_date(born_on)}{sequence:03d}"
    require_length(body + "0", kind=KIND, lengths=(18,))
    require_characters(body, kind=KIND, part=_DIVISION, start=0, stop=17)
    return parse(body + check_character(body), on=born_on).number
