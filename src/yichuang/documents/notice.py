"""The official notice as a value: what a bulletin says, apart from the file formats that show it.

Stands between the bulletin that drafts text and figures and the renderers to DOCX, PDF and HTML; answers:
which elements of GB/T 9704-2012 does this document carry, and with what words?
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from yichuang.documents.refusals import BadDocumentNumber, BadHeadingLevel, EmptyElement, UnevenTable

# Everything XML or a typesetter cannot carry, and the direction marks that could make a line read backwards.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff"
    "\ufff9-\uffff\ud800-\udfff]"
    "|[" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)) + "]"
)
_NUMBER = re.compile(r"(?P<code>[^〔〕\[\]［］()（）\d]+)[〔\[［(（](?P<year>\d{4})[〕\]］)）](?P<serial>\d+)号")


def printable(text: str) -> str:
    """Return the text as one line without characters that no document format can carry."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """发文字号: agency code, year and serial number (GB/T 9704-2012, 7.2.5)."""

    agency_code: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not printable(self.agency_code) or not 1949 <= self.year <= 9999 or self.serial < 1:
            raise BadDocumentNumber(given=f"{self.agency_code}〔{self.year}〕{self.serial}号")

    def __str__(self) -> str:
        return f"{printable(self.agency_code)}〔{self.year}〕{self.serial}号"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "安政办函〔2015〕69号"; other brackets and leading zeros are read too and written right.

        Raises BadDocumentNumber.
        """
        match = _NUMBER.fullmatch(text.strip().replace(" ", ""))
        if not match:
            raise BadDocumentNumber(given=text)
        return cls(agency_code=match["code"], year=int(match["year"]), serial=int(match["serial"]))


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they stand; `strong` marks the sentence that leads a paragraph."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the bulletin: `id` finds its definition and cases, `display` is what is printed."""

    id: str
    display: str
    strong: bool = False


Run = Text | Figure


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One natural paragraph."""

    runs: tuple[Run, ...]

    @classmethod
    def of(cls, *parts: str | Run) -> Self:
        """Build a paragraph from plain strings and runs."""
        return cls(tuple(Text(part) if isinstance(part, str) else part for part in parts))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4; the renderers put 一、 (一) 1. (1) before it unless `numbered` is False."""

    level: int
    text: str
    numbered: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise BadHeadingLevel(level=self.level, text=self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A plain table; `widths` are relative column widths, even if not given."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    caption: str = ""
    widths: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        columns = len(self.header)
        for number, row in enumerate(self.rows, start=1):
            if len(row) != columns:
                raise UnevenTable(caption=self.caption, row=number, expected=columns, found=len(row))
        if not columns or (self.widths and (len(self.widths) != columns or min(self.widths) <= 0)):
            raise UnevenTable(caption=self.caption, row=0, expected=columns, found=len(self.widths))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart drawn as SVG; `alt` says in words what it shows."""

    svg: str
    alt: str
    caption: str = ""


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialNotice:
    """One notice with the elements of GB/T 9704-2012; what is empty is left out of the page.

    `title` may hold line breaks; without them the renderers break it. `sealed` reserves the place of the
    seal and sets signature and date after 7.3.5.1, else after 7.3.5.2. `draft` prints a watermark.
    Raises EmptyElement naming a required element without words.
    """

    issuing_authority: str
    document_number: DocumentNumber
    title: str
    addressees: str
    body: tuple[Block, ...]
    signature: str
    dated_on: date
    copy_number: int | None = None
    secrecy: str = ""
    urgency: str = ""
    attachments: tuple[str, ...] = ()
    note: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    sealed: bool = True
    draft: bool = False

    def __post_init__(self) -> None:
        required = {
            "发文机关标志": self.issuing_authority,
            "标题": self.title,
            "主送机关": self.addressees,
            "署名": self.signature,
        }
        for element, words in required.items():
            if not printable(words):
                raise EmptyElement(element=element)
        if not self.body:
            raise EmptyElement(element="正文")


def figures_of(notice: OfficialNotice) -> tuple[Figure, ...]:
    """Return every figure of the body in reading order."""
    found: list[Figure] = []
    for block in notice.body:
        if isinstance(block, Paragraph):
            found += [run for run in block.runs if isinstance(run, Figure)]
        elif isinstance(block, Table):
            found += [cell for row in block.rows for cell in row if isinstance(cell, Figure)]
    return tuple(found)
