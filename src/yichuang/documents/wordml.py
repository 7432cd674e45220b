"""Raw WordprocessingML for what python-docx has no words for (ISO/IEC 29500-1).

Answers: how does a page get the grid of 22 lines and 28 characters, a run its Chinese font, a figure its
bookmark, a table its place at the foot of the page, a file the same bytes every time?
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from docx.document import Document as DocumentObject
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shape import InlineShape
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LINE = 579  # twentieths of a point: 22 lines in 225 mm
_TRACKING = -5  # twentieths of a point: 28 characters of 15.75 pt in 156 mm, and no 29th
_GRID_SPACE = -846  # 1/4096 pt: 16 pt less 0.2066 pt is a 28th of 156 mm
_ORDER = ("w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
_LATE = {qn(tag) for tag in _ORDER}
_ALTERNATIVES = {
    "仿宋_GB2312": ("仿宋", "modern"),
    "楷体_GB2312": ("楷体", "modern"),
    "方正小标宋简体": ("方正小标宋_GBK", "auto"),
}


def _element(tag: str, **attributes: object) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _insert(properties: Any, element: Any) -> None:
    """Put an element into paragraph properties before those that the schema wants after it."""
    place = next((child for child in properties if child.tag in _LATE), None)
    properties.append(element) if place is None else place.addprevious(element)


def empty_body(document: DocumentObject) -> None:
    """Take out what the template of python-docx brings, save the section, and its thumbnail picture."""
    body = document.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            package.rels.pop(key)


def set_page(document: DocumentObject) -> None:
    """Set A4, the type area of 156 x 225 mm and the grid of 22 lines of 28 characters (5.2)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.gutter, section.header_distance = Mm(0), Mm(15)
    # The middle of a 14 pt line, where the dash is, then stands 7 mm below the type area (7.5).
    section.footer_distance = Mm(25.5)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:docGrid", type="linesAndChars", linePitch=LINE, charSpace=_GRID_SPACE))


def set_styles(document: DocumentObject, *, font: str, heading_fonts: tuple[str, ...]) -> None:
    """Make Normal, Title and the four headings those of the standard, without colour, bold or space."""
    names = {"Normal": (font, 16.0), "Title": (font, 22.0)}
    names |= {f"Heading {n}": (face, 16.0) for n, face in enumerate(heading_fonts, start=1)}
    for name, (face, size) in names.items():
        style: Any = document.styles[name]
        for part in ("w:pPr", "w:rPr"):
            if (old := style.element.find(qn(part))) is not None:
                style.element.remove(old)
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = False
        _fonts(style.element.get_or_add_rPr(), face)
        layout = style.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing = Pt(36) if name == "Title" else Pt(LINE / 20)
        layout.widow_control = False
        for tag in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
            _insert(style.element.get_or_add_pPr(), _element(tag, val=0))
        run_properties = style.element.get_or_add_rPr()
        for tag, value in (("w:spacing", 0 if name == "Title" else _TRACKING), ("w:snapToGrid", 0)):
            run_properties.find(qn("w:sz")).addprevious(_element(tag, val=value))
        if name.startswith("Heading"):
            layout.keep_with_next = True
            indent_element(style.element.get_or_add_pPr(), first=2)
            level = int(name[-1])
            style.element.get_or_add_pPr().append(_element("w:outlineLvl", val=level - 1))  # last but one in the schema
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for languages in defaults.iter(qn("w:lang")):
        languages.set(qn("w:eastAsia"), "zh-CN")


def set_font(run: Run, font: str) -> None:
    """Give the run its Chinese font, and the same for figures so that two fill one character."""
    _fonts(run._element.get_or_add_rPr(), font)


def _fonts(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = _element("w:rFonts")
        properties.insert(0, fonts)
    for theme in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[theme]
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), font)


def make_red_and_narrow(run: Run, *, percent: int) -> None:
    """Print the run in red and narrow its characters to the percentage of their width."""
    run.font.color.rgb = RGBColor(0xE2, 0, 0)
    properties = run._element.get_or_add_rPr()
    # The schema wants w:w before w:sz.
    size = properties.find(qn("w:sz"))
    size.addprevious(_element("w:w", val=percent))


def indent(
    paragraph: Paragraph, *, first: float = 0, left: float = 0, right: float = 0, hanging: float = 0, size: float = 16
) -> None:
    """Indent in characters; points stand beside for readers that know no character units."""
    indent_element(
        paragraph._p.get_or_add_pPr(), first=first, left=left, right=right, hanging=hanging, points=size * 0.987
    )


def indent_element(
    properties: Any,
    *,
    first: float = 0,
    left: float = 0,
    right: float = 0,
    hanging: float = 0,
    points: float = 442.2 / 28,
) -> None:
    """Set w:ind on paragraph properties in its schema place."""
    given = {"firstLine": first, "left": left, "right": right, "hanging": hanging}
    element = properties.get_or_add_ind()
    for name, characters in given.items():
        if characters:
            element.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            element.set(qn(f"w:{name}"), str(round(characters * points * 20)))


def free_line_height(paragraph: Paragraph) -> None:
    """Let the line be as high as what stands in it, for pictures and table cells."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def imprint_line(paragraph: Paragraph) -> None:
    """Set a line of the imprint: 4号 lines 21 pt apart."""
    paragraph.paragraph_format.line_spacing = Pt(21)


def shrink(paragraph: Paragraph) -> None:
    """Make an empty paragraph one point high."""
    paragraph.paragraph_format.line_spacing = Pt(1)
    paragraph.add_run().font.size = Pt(1)


def right_tab(paragraph: Paragraph, position: Length | int) -> None:
    """Set a right-aligned tab stop."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Length(position), WD_TAB_ALIGNMENT.RIGHT)


def add_rule_below(paragraph: Paragraph, *, color: str, eighths: int, space: int) -> None:
    """Draw a rule as wide as the type area, `space` points below the paragraph; `eighths` of a point thick."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz=eighths, space=space, color=color))
    _insert(paragraph._p.get_or_add_pPr(), borders)


def add_page_field(paragraph: Paragraph, *, font: str, size: float) -> None:
    """Add the page number as a field between two spaces."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", " 1 "), ("end", "")):
        run = paragraph.add_run(" " if kind in {"begin", "end"} else "")
        run.font.size = Pt(size)
        set_font(run, font)
        if kind in {"begin", "separate", "end"}:
            mark = _element("w:fldChar", fldCharType=kind)
            if kind == "begin":
                run._r.append(mark)
            else:
                run._r.insert(1, mark)
        elif kind == "text":
            run.text = "1"
        else:
            code = _element("w:instrText")
            code.text = text
            run._r.append(code)


@contextmanager
def bookmark(paragraph: Paragraph, identifier: str) -> Iterator[None]:
    """Wrap the runs added inside in a bookmark named after the figure (40 characters, letters and figures)."""
    clean = re.sub(r"\W", "_", identifier)
    digest = hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()
    name = f"figure_{clean}" if clean == identifier and len(clean) <= 32 else f"figure_{clean[:24]}_{digest[:8]}"
    # Two places may show one figure; a bookmark name may stand only once, and its number too.
    taken = {mark.get(qn("w:name")) for mark in paragraph.part.element.iter(qn("w:bookmarkStart"))}
    number = len(taken) + 1
    name = name if name not in taken else f"{name[:34]}_{number}"
    paragraph._p.append(_element("w:bookmarkStart", id=number, name=name))
    yield
    paragraph._p.append(_element("w:bookmarkEnd", id=number))


def describe(shape: InlineShape, words: str) -> None:
    """Give a picture its description in words."""
    shape._inline.docPr.set("descr", words)


def set_column_widths(table: Table, widths: tuple[float, ...], *, total: int) -> None:
    """Share `total` twips between the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(round(total * width / sum(widths)) * 635)
        for cell in column.cells:
            cell.width = column.width


def repeat_first_row(table: Table) -> None:
    """Print the first row again on every page that the table reaches."""
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def stand_on_bottom_margin(table: Table, *, rules: tuple[str, str]) -> None:
    """Float the table on the lower edge of the type area; outer and inner rules in millimetres (7.4)."""
    outer, inner = (round(float(rule) / 25.4 * 72 * 8) for rule in rules)
    properties = table._tbl.tblPr
    for tag in ("w:tblStyle", "w:tblW", "w:tblLook", "w:jc", "w:tblLayout"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    properties.append(
        _element(
            "w:tblpPr", leftFromText=0, rightFromText=0, topFromText=284, bottomFromText=0,
            vertAnchor="margin", horzAnchor="margin", tblpX=1, tblpYSpec="bottom",
        )
    )  # fmt: skip
    properties.append(_element("w:tblOverlap", val="never"))
    properties.append(_element("w:tblW", w=8845, type="dxa"))
    borders = _element("w:tblBorders")
    for side, size in (("top", outer), ("bottom", outer), ("insideH", inner)):
        borders.append(_element(f"w:{side}", val="single", sz=size, space=0, color="000000"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=0, type="dxa"))
    properties.append(margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    set_column_widths(table, (1.0,), total=8845)


def add_watermark(document: DocumentObject, *, words: str) -> None:
    """Print the words grey and slanted behind every page."""
    section = document.sections[0]
    for number, header in enumerate((section.header, section.even_page_header), start=1):
        header.is_linked_to_previous = False
        shape = parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:o="urn:schemas-microsoft-com:office:office">'
            '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e">'
            '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
            f'<v:shape id="watermark{number}" o:spid="_x0000_s205{number}" type="#_x0000_t136" stroked="f" '
            'fillcolor="#d9d9d9" style="position:absolute;margin-left:0;margin-top:0;width:320pt;height:160pt;'
            "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
            'mso-position-vertical:center;mso-position-vertical-relative:margin">'
            f'<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{words}"/></v:shape></w:pict>'
        )
        header.paragraphs[0].add_run()._r.append(shape)


def add_font_alternatives(document: DocumentObject) -> None:
    """Name stand-ins for fonts that newer systems call differently (仿宋_GB2312 is 仿宋 there)."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            fonts = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
                f'<w:family w:val="{kind}"/></w:font>'
                for name, (other, kind) in _ALTERNATIVES.items()
            )
            xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
            relation.target_part._blob = xml.encode()


def with_fixed_times(data: bytes) -> bytes:
    """Return the package with every member dated 1980-01-01, so that equal content is equal bytes."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(member))
    return result.getvalue()
