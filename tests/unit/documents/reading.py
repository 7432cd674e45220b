"""Reads a PDF back in millimetres, so that tests can hold it against GB/T 9704-2012."""

from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

MM = 72 / 25.4


@dataclass(frozen=True)
class Glyph:
    char: str
    left: float
    top: float
    right: float
    bottom: float
    pen: float  # where the character's cell begins


@dataclass(frozen=True)
class Line:
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        # The reader gives characters beyond the first plane as two halves.
        return "".join(glyph.char for glyph in self.glyphs).encode("utf-16", "surrogatepass").decode("utf-16")

    @property
    def top(self) -> float:
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def left(self) -> float:
        return min(glyph.pen for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)


def page_count(pdf: bytes) -> int:
    return len(pdfium.PdfDocument(pdf))


def size(pdf: bytes) -> tuple[float, float]:
    width, height = pdfium.PdfDocument(pdf)[0].get_size()
    return width / MM, height / MM


def lines(pdf: bytes, page: int) -> list[Line]:
    sheet = pdfium.PdfDocument(pdf)[page]
    height = sheet.get_height()
    text = sheet.get_textpage()
    rows: list[tuple[float, list[Glyph]]] = []
    for index in range(text.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text, index))
        if not char.strip():
            continue
        left, bottom, right, top = text.get_charbox(index)
        pen, floor, _, _ = text.get_charbox(index, loose=True)
        glyph = Glyph(char, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM, pen / MM)
        middle = (height - floor) / MM
        row = next((row for at, row in rows if abs(at - middle) < 1.2), None)
        if row is None:
            rows.append((middle, [glyph]))
        else:
            row.append(glyph)
    return [Line(tuple(row)) for _, row in sorted(rows, key=lambda pair: pair[0])]


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page in the order in which it was set, without line breaks and blanks."""
    return ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdfium.PdfDocument(pdf)]


def rules(pdf: bytes, page: int) -> list[tuple[float, float, float, float]]:
    """Return drawn paths as (left, middle, right, thickness)."""
    sheet = pdfium.PdfDocument(pdf)[page]
    height = sheet.get_height()
    found = []
    for item in sheet.get_objects():
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = item.get_bounds()
            thick = (top - bottom) / 2
            found.append(
                ((left + thick) / MM, (height - (top + bottom) / 2) / MM, (right - thick) / MM, thick / MM),
            )
    return sorted(found, key=lambda rule: rule[1])


def metadata(pdf: bytes) -> dict[str, str]:
    return pdfium.PdfDocument(pdf).get_metadata_dict()


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return base font name -> embedded, over all pages."""
    found: dict[str, bool] = {}
    document = pdfium.PdfDocument(pdf)
    for sheet in document:
        for item in sheet.get_objects(max_depth=5):
            if item.type == raw.FPDF_PAGEOBJ_TEXT:
                font = item.get_font()
                found[font.get_base_name()] = font.is_embedded
    return found
