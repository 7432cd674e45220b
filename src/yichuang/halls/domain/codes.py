"""Booking codes: nine digits that people can read to each other, the last of which proves the others.

Digits only, since they are read over the phone and typed on a number pad; grouped in threes.
"""

from yichuang.kernel.identifiers.iso7064 import MOD_11_10
from yichuang.kernel.identifiers.spelling import DIGITS, normalise

BODIES = 100_000_000
LENGTH = 9


def code_of(body: int) -> str:
    """Return the code of a number below 100,000,000, with its check digit (ISO 7064 MOD 11,10)."""
    digits = f"{body:08d}"
    return digits + MOD_11_10.check_character(digits)


def spoken(code: str) -> str:
    """Return a code in groups of three."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def tidy(code: str) -> str:
    """Return a code as it is kept, however it was typed; "" for what cannot be one."""
    plain = normalise(code, drop="- ")
    if len(plain) != LENGTH or any(character not in DIGITS for character in plain):
        return ""
    return plain if MOD_11_10.check_character(plain[:-1]) == plain[-1] else ""
