"""Organisation code (组织机构代码, GB 11714): eight characters and a check character.

Answers whether a code is well formed. In 2015 it stood on its own certificate; since October 2015 it
lives on as positions 9 to 17 of the unified social credit code.

Guarantee: changed digits are caught. The check is taken modulo 11 over 36 characters, so two characters
whose values differ by 11, 22 or 33 (A and L, 0 and B) can stand for each other unnoticed.
"""

from dataclasses import dataclass

from yichuang.kernel.identifiers.refusals import IdentifierKind, WrongCheckCharacter
from yichuang.kernel.identifiers.spelling import (
    A_DIGIT_OR_LETTER,
    DIGITS,
    DIGITS_AND_LETTERS,
    normalise,
    require_characters,
    require_length,
)
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("组织机构代码"), citation="GB 11714")

_BODY = N_("组织机构代码本体")
_CHECK = N_("组织机构代码校验码")
_CHECK_ALPHABET = DIGITS + "X"
_A_CHECK = N_("数字0至9或X")
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = {character: value for value, character in enumerate(DIGITS_AND_LETTERS)}


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """A valid code; `code` is the nine characters without the hyphen."""

    code: str
    body: str
    check_character: str

    @property
    def printed(self) -> str:
        """Give the form on the certificate, with its hyphen."""
        return f"{self.body}-{self.check_character}"


def check_character(body: str) -> str:
    """Return the check character of eight valid characters (GB 11714)."""
    remainder = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, body, strict=True)) % 11
    return "0X987654321"[remainder]


def parse(text: str) -> OrganisationCode:
    """Return the parts of a code, with or without hyphen.

    Refuses with `WrongLength`, `WrongCharacter` or `WrongCheckCharacter` (GB 11714).
    """
    code = normalise(text, drop="-")
    require_length(code, kind=KIND, lengths=(9,))
    require_characters(
        code, kind=KIND, part=_BODY, start=0, stop=8, alphabet=DIGITS_AND_LETTERS, expected=A_DIGIT_OR_LETTER
    )
    require_characters(code, kind=KIND, part=_CHECK, start=8, stop=9, alphabet=_CHECK_ALPHABET, expected=_A_CHECK)
    expected = check_character(code[:8])
    if code[8] != expected:
        raise WrongCheckCharacter(kind=KIND, part=_CHECK, position=9, expected=expected, found=code[8])
    return OrganisationCode(code=code, body=code[:8], check_character=code[8])


def check(text: str) -> None:
    """Refuse a text that is no organisation code, for the reasons `parse` names."""
    parse(text)


def generate(*, body: str) -> str:
    """Return the nine characters for a body of eight; refuses a body that `parse` would refuse."""
    plain = normalise(body)
    require_length(plain, kind=IdentifierKind(name=_BODY, citation=KIND.citation), lengths=(8,))
    require_characters(
        plain, kind=KIND, part=_BODY, start=0, stop=8, alphabet=DIGITS_AND_LETTERS, expected=A_DIGIT_OR_LETTER
    )
    return plain + check_character(plain)
