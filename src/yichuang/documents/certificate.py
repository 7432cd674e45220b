"""The certificate (证照) as a value, and its PDF: framed, numbered, with a place for the seal and a QR code."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.documents.faces import Faces
from yichuang.documents.notice import printable
from yichuang.documents.qr import qr_svg
from yichuang.documents.refusals import EmptyElement
from yichuang.documents.typesetting import Clean, typeset
from yichuang.documents.wording import chinese_date

_TEMPLATE = "certificate.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSheet:
    """What stands on a certificate, in the order of `statements`.

    `watermark` is printed across a certificate that no longer holds. Raises EmptyElement.
    """

    title: str
    number: str
    identifier: str
    statements: tuple[tuple[str, str], ...]
    issuer: str
    issued_on: date
    qr_text: str = ""
    proof: str = ""
    proof_hint: str = ""
    note: str = ""
    watermark: str = ""

    def __post_init__(self) -> None:
        for element, words in {"证照名称": self.title, "颁发机构": self.issuer, "证照编号": self.number}.items():
            if not printable(words):
                raise EmptyElement(element=element)


def render_certificate(sheet: CertificateSheet, *, faces: Faces | None = None) -> bytes:
    """Set the certificate as PDF/A-2b, the same bytes each time; raises ChineseFontMissing, TypesettingFailed."""
    return typeset(_TEMPLATE, lambda clean: _content(sheet, clean), faces=faces)


def _content(sheet: CertificateSheet, clean: Clean) -> dict[str, Any]:
    day = sheet.issued_on
    return {
        "title": clean(sheet.title),
        "number": clean(sheet.number),
        "identifier": clean(sheet.identifier),
        "statements": [[clean(label), clean(text)] for label, text in sheet.statements if printable(text)],
        "issuer": clean(sheet.issuer),
        "dated": [day.year, day.month, day.day],
        "date": chinese_date(day),
        "qr": {"svg": qr_svg(sheet.qr_text)} if sheet.qr_text else {},
        "qr_alt": clean(sheet.qr_text),
        "proof": clean(sheet.proof),
        "proof_hint": clean(sheet.proof_hint),
        "note": clean(sheet.note),
        "watermark": clean(sheet.watermark),
        "keywords": [clean(sheet.number), clean(sheet.proof)],
    }
