"""Identifier of an electronic certificate (电子证照标识, GB/T 36904): between a certificate and all who meet it.

Answers which type of certificate, from which issuer, which serial and which version, and whether the
text was copied right: `1.2.156.3005.2.<type 21>.<issuer 18>.<serial>.<version 3>.<check 1>`.

Guarantee: any single changed character is caught. Within type, issuer, serial and version by ISO 7064
MOD 37,36; in the prefix and at the dots by the fixed form.
"""

from dataclasses import dataclass

from yichuang.kernel.identifiers import uscc
from yichuang.kernel.identifiers.iso7064 import MOD_37_36
from yichuang.kernel.identifiers.refusals import (
    IdentifierKind,
    IdentifierRefused,
    WrongCheckCharacter,
    WrongPart,
    inside,
)
from yichuang.kernel.identifiers.spelling import (
    A_DIGIT_OR_LETTER,
    DIGITS,
    DIGITS_AND_LETTERS,
    normalise,
    require_characters,
    require_length,
)
from yichuang.kernel.words import N_

KIND = IdentifierKind(name=N_("电子证照标识"), citation="GB/T 36904")

PREFIX = "1.2.156.3005.2"

_PREFIX_PART = N_("电子证照根标识")
_TYPE = N_("证照类型代码")
_ISSUER = N_("证照颁发机构代码")
_SERIAL = N_("证照流水号")
_VERSION = N_("证照版本号")
_CHECK = N_("电子证照标识校验位")
_FIELDS = 5
_TYPE_LENGTH, _ISSUER_LENGTH, _VERSION_LENGTH = 21, 18, 3


class WrongFieldCount(IdentifierRefused):
    """The dots do not part the text into the fields of the identifier."""

    sentence = N_("{identifier}在根标识之后应有{expected}段（类型.颁发机构.流水号.版本号.校验位），实为{found}段")
    remedy = N_("请核对各段之间的小数点，并从证照上完整复制")


@dataclass(frozen=True, slots=True)
class CertificateIdentifier:
    """A valid identifier and its parts; the type holds the credit code of the body that defined it."""

    identifier: str
    certificate_type: str
    issuer: uscc.Uscc
    serial: str
    version: str
    check_character: str


def check_character(*, certificate_type: str, issuer: str, serial: str, version: str) -> str:
    """Return the check character over the four parts, joined without dots (ISO 7064 MOD 37,36)."""
    return MOD_37_36.check_character(certificate_type + issuer + serial + version)


def parse(text: str) -> CertificateIdentifier:
    """Return the parts of an identifier.

    Refuses with `WrongPart` (prefix), `WrongFieldCount`, `WrongLength` (of a field), `WrongCharacter` or
    `WrongCheckCharacter`; the credit codes within are judged after the identifier's own check (GB/T 36904).
    """
    identifier = normalise(text)
    start = len(PREFIX) + 1
    if identifier[:start] != PREFIX + ".":
        raise WrongPart(
            kind=KIND,
            part=_PREFIX_PART,
            position=1,
            last_position=start,
            expected=PREFIX + ".",
            found=identifier[:start],
        )
    fields = identifier[start:].split(".")
    if len(fields) != _FIELDS:
        raise WrongFieldCount(kind=KIND, expected=_FIELDS, found=len(fields))
    certificate_type, issuer, serial, version, check_field = fields
    issuer_start = _require_field(identifier, certificate_type, part=_TYPE, start=start, length=_TYPE_LENGTH)
    serial_start = _require_field(identifier, issuer, part=_ISSUER, start=issuer_start, length=_ISSUER_LENGTH)
    version_start = _require_field(identifier, serial, part=_SERIAL, start=serial_start, length=max(len(serial), 1))
    check_start = _require_field(
        identifier, version, part=_VERSION, start=version_start, length=_VERSION_LENGTH, alphabet=DIGITS
    )
    _require_field(identifier, check_field, part=_CHECK, start=check_start, length=1)
    expected = check_character(certificate_type=certificate_type, issuer=issuer, serial=serial, version=version)
    if check_field != expected:
        raise WrongCheckCharacter(
            kind=KIND, part=_CHECK, position=len(identifier), expected=expected, found=check_field
        )
    with inside(KIND, offset=start):
        uscc.check(certificate_type[:18])
    with inside(KIND, offset=issuer_start):
        issuing_body = uscc.parse(issuer)
    return CertificateIdentifier(
        identifier=identifier,
        certificate_type=certificate_type,
        issuer=issuing_body,
        serial=serial,
        version=version,
        check_character=check_field,
    )


def check(text: str) -> None:
    """Refuse a text that is no certificate identifier, for the reasons `parse` names."""
    parse(text)


def generate(*, certificate_type: str, issuer: str, serial: str, version: int = 1) -> str:
    """Return the identifier for its parts; refuses what `parse` would refuse."""
    parts = [normalise(part) for part in (certificate_type, issuer, serial)] + [f"{version:03d}"]
    place = len(PREFIX) + 1
    body = ".".join([PREFIX, *parts])
    for name, part in zip((_TYPE, _ISSUER, _SERIAL, _VERSION), parts, strict=True):
        place = _require_field(body, part, part=name, start=place, length=len(part))
    return parse(f"{body}.{MOD_37_36.check_character(''.join(parts))}").identifier


def _require_field(
    identifier: str, field: str, *, part: str, start: int, length: int, alphabet: str = DIGITS_AND_LETTERS
) -> int:
    """Judge length and alphabet of one field and return where the next one starts."""
    stop = start + len(field)
    require_length(field, kind=IdentifierKind(name=part, citation=KIND.citation), lengths=(length,))
    expected = A_DIGIT_OR_LETTER if alphabet is DIGITS_AND_LETTERS else N_("数字0至9")
    require_characters(identifier, kind=KIND, part=part, start=start, stop=stop, alphabet=alphabet, expected=expected)
    return stop + 1
