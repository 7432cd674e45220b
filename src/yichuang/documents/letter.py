"""The letter: one plain document of a case (文书) as a value, and its PDF.

Stands between whoever composes a receipt, a notice or a decision and the typesetter; answers: what does the paper
say, who signs it, where does the seal go, and how does a stranger check it?
"""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from yichuang.documents.faces import Faces
from yichuang.documents.notice import Heading, Paragraph, Table, printable
from yichuang.documents.qr import qr_svg
from yichuang.documents.refusals import EmptyElement
from yichuang.documents.sheet import run_of
from yichuang.documents.typesetting import Clean, Content, missing_of, typeset
from yichuang.documents.wording import addressees_line, chinese_date, title_lines, width_in_characters

_TEMPLATE = "letter.typ"
_CLOSEST = 2
# Two facts share a line of the table while the value of each stays within this many characters.
_SHORT_FACT = 11.0
_LONGEST_LABEL = 6.0


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of (label, value); short ones stand two in a row."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A numbered list under a line that introduces it, such as all missing materials."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be filled in by hand: signature, telephone, date."""

    labels: tuple[str, ...]


Part = Paragraph | Facts | Listing | Table | Heading | Blanks


@dataclass(frozen=True, slots=True)
class CutOff:
    """The part below the dashed line: the receipt that goes back, or the stub that stays."""

    title: str
    hint: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One document of a case; what is empty is left out.

    `seal_place` draws the dashed circle where the seal goes. `qr_text` is what the QR code says, `proof` the code
    printed beneath it, `proof_hint` how to use it; without `signature` only the people sign whom the body asks.
    `footer` stands at the foot of each page beside its number.
    Raises EmptyElement.
    """

    organisation: str
    title: str
    body: tuple[Part, ...]
    signature: str
    dated_on: date
    number: str = ""
    addressee: str = ""
    seal_place: bool = True
    qr_text: str = ""
    proof: str = ""
    proof_hint: str = ""
    cut_off: CutOff | None = None
    note: str = ""
    footer: str = ""
    watermark: str = ""

    def __post_init__(self) -> None:
        for element, words in {"发文机关": self.organisation, "标题": self.title}.items():
            if not printable(words):
                raise EmptyElement(element=element)
        if not self.body:
            raise EmptyElement(element="正文")


def render_letter(letter: Letter, *, faces: Faces | None = None) -> bytes:
    """Set the letter as PDF/A-2b, the same bytes each time; raises ChineseFontMissing, TypesettingFailed.

    What runs onto a second page in the usual size is set as much closer as makes it stand on one, if that can be.
    """
    usual = typeset(_TEMPLATE, _content(letter), faces=faces)
    if page_count(usual) == 2:
        for closeness in range(1, _CLOSEST + 1):
            closer = typeset(_TEMPLATE, _content(letter, closeness=closeness), faces=faces)
            if page_count(closer) == 1:
                return closer
    return usual


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(PdfReader(BytesIO(pdf)).pages)


def missing_in_letter(letter: Letter, *, faces: Faces | None = None) -> tuple[str, ...]:
    """Return the characters that the PDF would print as 〓."""
    return missing_of(_content(letter), faces=faces)


def _content(letter: Letter, *, closeness: int = 0) -> Content:
    return lambda clean: _sheet(letter, clean) | {"closeness": closeness}


def _sheet(letter: Letter, clean: Clean) -> dict[str, Any]:
    return {
        "organisation": clean(letter.organisation),
        "title": clean("".join(letter.title.split("\n"))),
        "title_lines": [clean(line) for line in title_lines(letter.title)],
        "number": clean(letter.number),
        "addressee": clean(addressees_line(letter.addressee)) if printable(letter.addressee) else "",
        "body": [_part(part, clean) for part in letter.body],
        "signature": clean(letter.signature),
        "dated": [letter.dated_on.year, letter.dated_on.month, letter.dated_on.day],
        "date": chinese_date(letter.dated_on),
        "seal": letter.seal_place,
        "qr": {"svg": qr_svg(letter.qr_text)} if letter.qr_text else {},
        "qr_alt": clean(letter.qr_text),
        "proof": clean(letter.proof),
        "proof_hint": clean(letter.proof_hint),
        "cut_off": _cut_off(letter.cut_off, clean) if letter.cut_off else {},
        "note": clean(letter.note),
        "footer": clean(letter.footer),
        "watermark": clean(letter.watermark),
        "keywords": [clean(word) for word in (letter.number, letter.proof) if word],
    }


def _cut_off(cut_off: CutOff, clean: Clean) -> dict[str, Any]:
    return {
        "title": clean(cut_off.title),
        "hint": clean(cut_off.hint),
        "parts": [_part(part, clean) for part in cut_off.parts],
    }


def _part(part: Part, clean: Clean) -> dict[str, Any]:
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "runs": [run_of(run, clean) for run in part.runs]}
    if isinstance(part, Facts):
        return {"kind": "facts", "rows": fact_rows(tuple((clean(label), clean(value)) for label, value in part.rows))}
    if isinstance(part, Listing):
        return {"kind": "listing", "title": clean(part.title), "items": [clean(item) for item in part.items]}
    if isinstance(part, Heading):
        return {"kind": "heading", "text": clean(part.text)}
    if isinstance(part, Blanks):
        return {"kind": "blanks", "labels": [clean(label) for label in part.labels]}
    return {
        "kind": "table",
        "caption": clean(part.caption),
        "widths": list(part.widths) or [1] * len(part.header),
        "header": [clean(cell) for cell in part.header],
        "rows": [[clean(cell if isinstance(cell, str) else cell.display) for cell in row] for row in part.rows],
    }


def fact_rows(facts: tuple[tuple[str, str], ...]) -> list[list[list[str]]]:
    """Return the facts in rows of one or two, in order; facts without a value are left out."""
    rows: list[list[list[str]]] = []
    open_row = False
    for label, value in facts:
        if not value:
            continue
        short = width_in_characters(value) <= _SHORT_FACT and width_in_characters(label) <= _LONGEST_LABEL
        if short and open_row:
            rows[-1].append([label, value])
            open_row = False
        else:
            rows.append([[label, value]])
            open_row = short
    return rows
