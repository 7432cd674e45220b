"""The numbers a business had before October 2015: registration number and tax registration number.

Answers whether a number of the three-certificate age is well formed. (The third, the organisation
code, has its own module.) Files of the first half of 2015 carry these and no credit code.

- Business registration number (注册号, GS 15-2006): authority 6, serial 8, check digit 1 (ISO 7064
  MOD 11,10). The rule was recomputed right on four published numbers.
- Tax registration number (税务登记号): 15, 17, 18 or 20 characters are usual, 15 to 20 are accepted;
  shape only, since it has no check of its own.

Guarantee: any single changed digit of a registration number is caught; of a tax number none is.
"""

from dataclasses import dataclass

from yichuang.kernel.identifiers.iso7064 import MOD_11_10
from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCheckCharacter
from yichuang.kernel.identifiers.spelling import (
    A_DIGIT_OR_LETTER,
    DIGITS_AND_LETTERS,
    normalise,
    require_characters,
    require_length,
)
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("工商注册号"), citation="GS 15-2006")
TAX_KIND = IdentifierKind(name=N_("税务登记号"), citation=N_("税务登记号惯例（15至20位）"))

# First digit of the serial (GS 15-2006 4.3): titles for people, never a reason to refuse.
OWNERSHIP: dict[str, str] = (
    dict.fromkeys("0123", N_("内资企业"))
    | dict.fromkeys("45", N_("外资企业"))
    | dict.fromkeys("6789", N_("个体工商户"))
)

_AUTHORITY = N_("首次登记机关代码")
_SERIAL = N_("顺序码（八位）")
_CHECK = N_("工商注册号校验码")
_DIVISION = N_("税务登记地区划码")
_TAXPAYER = N_("纳税人代码")


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """A valid business registration number and its parts; authority 100000 is the national administration."""

    number: str
    authority: str
    serial: str
    check_digit: str

    @property
    def ownership_title(self) -> str:
        """Name the kind of market entity that the serial states."""
        return OWNERSHIP[self.serial[0]]


@dataclass(frozen=True, slots=True)
class TaxRegistrationNumber:
    """A tax registration number by shape: division, then a code for the taxpayer (often the organisation code)."""

    number: str
    division: str
    taxpayer: str


def check_digit(body: str) -> str:
    """Return the check digit of fourteen digits (GS 15-2006, ISO 7064 MOD 11,10)."""
    return MOD_11_10.check_character(body)


def parse_registration(text: str) -> RegistrationNumber:
    """Return the parts of a business registration number of 15 digits.

    Refuses with `WrongLength`, `WrongCharacter` or `WrongCheckCharacter` (GS 15-2006).
    """
    number = normalise(text)
    require_length(number, kind=KIND, lengths=(15,))
    for part, start, stop in ((_AUTHORITY, 0, 6), (_SERIAL, 6, 14), (_CHECK, 14, 15)):
        require_characters(number, kind=KIND, part=part, start=start, stop=stop)
    expected = check_digit(number[:14])
    if number[14] != expected:
        raise WrongCheckCharacter(kind=KIND, part=_CHECK, position=15, expected=expected, found=number[14])
    return RegistrationNumber(number=number, authority=number[:6], serial=number[6:14], check_digit=number[14])


def check_registration(text: str) -> None:
    """Refuse a text that is no business registration number, for the reasons `parse_registration` names."""
    parse_registration(text)


def generate_registration(*, authority: str, serial: int) -> str:
    """Return the number for an authority of six digits and a serial of up to eight, computing the check digit."""
    body = f"{authority}{serial:08d}"
    require_length(body + "0", kind=KIND, lengths=(15,))
    for part, start, stop in ((_AUTHORITY, 0, 6), (_SERIAL, 6, 14)):
        require_characters(body, kind=KIND, part=part, start=start, stop=stop)
    return body + check_digit(body)


def parse_tax(text: str) -> TaxRegistrationNumber:
    """Return the parts of a tax registration number of 15 to 20 characters; refuses by shape only."""
    number = normalise(text)
    require_length(number, kind=TAX_KIND, lengths=(15, 16, 17, 18, 19, 20))
    require_characters(number, kind=TAX_KIND, part=_DIVISION, start=0, stop=6)
    require_characters(
        number,
        kind=TAX_KIND,
        part=_TAXPAYER,
        start=6,
        stop=len(number),
        alphabet=DIGITS_AND_LETTERS,
        expected=A_DIGIT_OR_LETTER,
    )
    return TaxRegistrationNumber(number=number, division=number[:6], taxpayer=number[6:])


def check_tax(text: str) -> None:
    """Refuse a text that is no tax registration number by shape, for the reasons `parse_tax` names."""
    parse_tax(text)


def generate_tax(*, division: str, taxpayer: str) -> str:
    """Return the number for a division and a taxpayer code (for companies, the organisation code of nine)."""
    return parse_tax(division + taxpayer).number
