"""Case numbers (办件编号): between a case and the person who asks after it.

Two forms, told apart by length:

- Our own, for people, 20 characters: division 6, day YYYYMMDD, serial 5, one check character
  (ISO 7064 MOD 37,36). Read out on the phone in four groups: 610902-20150105-00001-K.
- National practice (Guangdong), 43 characters: implementation code 31, day YYYYMMDD, serial 4. It has no
  check character of its own: a mistyped item is caught only as far as its credit code catches it, and
  a mistyped serial is another case.

Guarantee of our own form: any single changed character is caught. Two swapped neighbours are caught
except when they are digits that differ by one, in one of the 36 states of the check.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from yichuang.kernel.identifiers import division_code, item_code
from yichuang.kernel.identifiers.iso7064 import MOD_37_36
from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCheckCharacter, WrongPart, inside
from yichuang.kernel.identifiers.spelling import (
    A_DIGIT_OR_LETTER,
    DIGITS_AND_LETTERS,
    compact_date,
    normalise,
    require_characters,
    require_date,
    require_length,
)
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("办件编号"), citation=N_("本平台办件编号规则，校验码依ISO 7064 MOD 37,36"))
NATIONAL_KIND = IdentifierKind(name=N_("国家平台办件编号"), citation=N_("国家政务服务平台办件编号惯例"))

LENGTH = 20
NATIONAL_LENGTH = 43
LAST_SERIAL = 99_999
LAST_NATIONAL_SERIAL = 9_999

_DAY = N_("收件日期")
_SERIAL = N_("当日流水号")
_CHECK = N_("办件编号校验码")

_advance = MOD_37_36.advance
_closing_character = MOD_37_36.closing_character


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A valid number of our own form and its parts."""

    number: str
    division: str
    on: date
    serial: int
    check_character: str

    @property
    def spoken(self) -> str:
        """Give the number in groups, for print and telephone."""
        return f"{self.number[:6]}-{self.number[6:14]}-{self.number[14:19]}-{self.number[19]}"


@dataclass(frozen=True, slots=True)
class NationalCaseNumber:
    """A valid number of the national form and its parts."""

    number: str
    item: item_code.ImplementationCode
    on: date
    serial: int


def parse_number(text: str) -> CaseNumber:
    """Return the parts of a number of our own form; hyphens and blanks between groups are ignored.

    Refuses with `WrongLength`, `WrongCharacter`, `WrongPart`, `ImpossibleDate` or `WrongCheckCharacter`.
    """
    number = normalise(text, drop="- ")
    require_length(number, kind=KIND, lengths=(LENGTH,))
    with inside(KIND, offset=0):
        division_code.check(number[:6])
    on = require_date(number, kind=KIND, part=_DAY, start=6)
    require_characters(number, kind=KIND, part=_SERIAL, start=14, stop=19)
    require_characters(
        number, kind=KIND, part=_CHECK, start=19, stop=20, alphabet=DIGITS_AND_LETTERS, expected=A_DIGIT_OR_LETTER
    )
    expected = MOD_37_36.check_character(number[:19])
    if number[19] != expected:
        raise WrongCheckCharacter(kind=KIND, part=_CHECK, position=20, expected=expected, found=number[19])
    return CaseNumber(number=number, division=number[:6], on=on, serial=int(number[14:19]), check_character=number[19])


def check_number(text: str) -> None:
    """Refuse a text that is no case number of our own form, for the reasons `parse_number` names."""
    parse_number(text)


def generate_number(*, division: str, on: date, serial: int) -> str:
    """Return the number of our own form; `division` has six digits, `serial` is 0 to 99,999.

    The part that all cases of a place and day share is judged and computed once.
    Refuses with the reasons of `division_code.parse`, or `WrongPart` for a serial out of range.
    """
    prefix, state = _prefix(division, on)
    if not 0 <= serial <= LAST_SERIAL:
        raise _serial_refused(serial, kind=KIND, first=15, last=19, expected="00000-99999")
    digits = f"{serial:05d}"
    return prefix + digits + _closing_character(_advance(state, digits))


def parse_national(text: str) -> NationalCaseNumber:
    """Return the parts of a number of the national form.

    Refuses with `WrongLength`, `WrongCharacter`, `ImpossibleDate`, or the reasons of the implementation code.
    """
    number = normalise(text)
    require_length(number, kind=NATIONAL_KIND, lengths=(NATIONAL_LENGTH,))
    with inside(NATIONAL_KIND, offset=0):
        item = item_code.parse_implementation(number[:31])
    on = require_date(number, kind=NATIONAL_KIND, part=_DAY, start=31)
    require_characters(number, kind=NATIONAL_KIND, part=_SERIAL, start=39, stop=43)
    return NationalCaseNumber(number=number, item=item, on=on, serial=int(number[39:]))


def check_national(text: str) -> None:
    """Refuse a text that is no case number of the national form, for the reasons `parse_national` names."""
    parse_national(text)


def generate_national(*, implementation: str, on: date, serial: int) -> str:
    """Return the number of the national form; `serial` is 0 to 9,999. Refuses what `parse_national` would refuse."""
    if not 0 <= serial <= LAST_NATIONAL_SERIAL:
        raise _serial_refused(serial, kind=NATIONAL_KIND, first=40, last=43, expected="0000-9999")
    return parse_national(f"{implementation}{compact_date(on)}{serial:04d}").number


@lru_cache(maxsize=16_384)
def _prefix(division: str, on: date) -> tuple[str, int]:
    """Return the first fourteen characters and the state of the check after them."""
    require_length(division, kind=division_code.KIND, lengths=(6,))
    division_code.check(division)
    prefix = division + compact_date(on)
    return prefix, _advance(MOD_37_36.start, prefix)


def _serial_refused(serial: int, *, kind: IdentifierKind, first: int, last: int, expected: str) -> WrongPart:
    return WrongPart(kind=kind, part=_SERIAL, position=first, last_position=last, expected=expected, found=str(serial))
