"""The notice as an editable DOCX after GB/T 9704-2012.

Stands between the notice and the office's word processor; answers: which paragraph, font, indent and place
does each element get? The raw XML that python-docx has no words for is in `wordml`.
"""

from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Para

from yichuang.documents import wordml
from yichuang.documents.notice import (
    Block,
    Chart,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Text,
    printable,
)
from yichuang.documents.pdf import chart_png
from yichuang.documents.sheet import DRAFT_MARK
from yichuang.documents.wording import (
    addressees_line,
    attachment_lines,
    chinese_date,
    copies_lines,
    labelled,
    metadata_title,
    note_line,
    tail_layout,
    title_lines,
    width_in_characters,
)

FANGSONG, HEI, KAI, SONG, XIAOBIAOSONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
_HEADING_FONTS = (HEI, KAI, FANGSONG, FANGSONG)
_SMALL = 14  # 4号


def render_docx(notice: OfficialNotice) -> bytes:
    """Return the notice as DOCX; the same notice gives the same bytes.

    The grid of 22 lines and 28 characters is declared; the text keeps to it by its own line and character
    spacing, because word processors disagree on how to snap to a grid.
    """
    document = Document()
    wordml.empty_body(document)
    wordml.set_page(document)
    wordml.set_styles(document, font=FANGSONG, heading_fonts=_HEADING_FONTS)
    _properties(document, notice)
    _footers(document)
    if notice.draft:
        wordml.add_watermark(document, words=DRAFT_MARK)
    _head(document, notice)
    for block, label in labelled(notice.body):
        _block(document, block, label)
    _tail(document, notice)
    _imprint(document, notice)
    wordml.add_font_alternatives(document)
    file = BytesIO()
    document.save(file)
    return wordml.with_fixed_times(file.getvalue())


def _line(document: DocumentObject, *, align: ALIGN | None = None, style: str | None = None) -> Para:
    paragraph = document.add_paragraph(style=style)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _say(paragraph: Para, words: str, *, font: str = FANGSONG, size: float = 16, bold: bool = False) -> None:
    run = paragraph.add_run(printable(words))
    run.font.size = Pt(size)
    run.bold = bold or None
    wordml.set_font(run, font)


def _head(document: DocumentObject, notice: OfficialNotice) -> None:
    copy = f"{notice.copy_number:06d}" if notice.copy_number is not None else ""
    marks = [(copy, FANGSONG), (notice.secrecy, HEI), (notice.urgency, HEI)]
    present = [(words, font) for words, font in marks if printable(words)]
    for words, font in present + [("", FANGSONG)] * (3 - len(present)):
        _say(_line(document), words, font=font)
    name = _line(document, align=ALIGN.CENTER)
    # Three lines are 30.6 mm; a line of 62 pt puts the upper edge of the 54 pt name at 35 mm.
    name.paragraph_format.space_before = Pt(6)
    name.paragraph_format.line_spacing = Pt(62)
    authority = printable(notice.issuing_authority)
    wide = width_in_characters(authority) * 54
    narrow = max(min(1.0, 425 / wide), 0.62)
    run = name.add_run(authority)
    run.font.size = Pt(int(54 * min(1.0, 425 / (wide * narrow))))
    wordml.set_font(run, XIAOBIAOSONG)
    wordml.make_red_and_narrow(run, percent=round(narrow * 100))
    for _ in range(2):
        _line(document)
    number = _line(document, align=ALIGN.CENTER)
    _say(number, str(notice.document_number))
    wordml.add_rule_below(number, color="E20000", eighths=16, space=9)
    for _ in range(2):
        _line(document)
    for text in title_lines(notice.title):
        title = _line(document, align=ALIGN.CENTER, style="Title")
        _say(title, text, font=XIAOBIAOSONG, size=22)
    _line(document)
    _say(_line(document), addressees_line(notice.addressees))


def _block(document: DocumentObject, block: Block, label: str) -> None:
    if isinstance(block, Heading):
        heading = _line(document, style=f"Heading {block.level}")
        _say(heading, label + printable(block.text), font=_HEADING_FONTS[block.level - 1])
    elif isinstance(block, Paragraph):
        paragraph = _line(document, align=ALIGN.JUSTIFY)
        wordml.indent(paragraph, first=2)
        for run in block.runs:
            _run(paragraph, run)
    elif isinstance(block, Chart):
        picture = _line(document, align=ALIGN.CENTER)
        wordml.free_line_height(picture)
        shape = picture.add_run().add_picture(BytesIO(chart_png(block.svg)), width=Mm(156))
        wordml.describe(shape, printable(block.alt))
        _caption(document, block.caption)
    else:
        _caption(document, block.caption)
        table = document.add_table(rows=1 + len(block.rows), cols=len(block.header), style="Table Grid")
        wordml.set_column_widths(table, block.widths or (1.0,) * len(block.header), total=8845)
        wordml.repeat_first_row(table)
        for cells, row in zip(table.rows, (block.header, *block.rows), strict=True):
            for cell, content in zip(cells.cells, row, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = ALIGN.CENTER
                wordml.free_line_height(paragraph)
                run = content if isinstance(content, Figure) else Text(content)
                _run(paragraph, run, font=HEI if row is block.header else FANGSONG, size=_SMALL)


def _caption(document: DocumentObject, words: str) -> None:
    if printable(words):
        caption = _line(document, align=ALIGN.CENTER)
        caption.paragraph_format.keep_with_next = True
        _say(caption, words, font=HEI, size=_SMALL)


def _run(paragraph: Para, run: Text | Figure, *, font: str = FANGSONG, size: float = 16) -> None:
    if isinstance(run, Figure):
        with wordml.bookmark(paragraph, run.id):
            _say(paragraph, run.display, font=font, size=size, bold=run.strong)
    else:
        _say(paragraph, run.text, font=font, size=size, bold=run.strong)


def _tail(document: DocumentObject, notice: OfficialNotice) -> None:
    names = attachment_lines(notice.attachments)
    if names:
        _line(document)
    for number, (label, name) in enumerate(names):
        own = 1.5 if label else 0.0
        paragraph = _line(document)
        # Every name hangs behind its label; further lines of a name stand under its first character.
        wordml.indent(paragraph, left=5 + own, hanging=own if number else 3 + own)
        _say(paragraph, f"{'' if number else '附件：'}{label}{name}")
    # The last lines of the text stay with signature and date: no page carries these alone (7.3.5).
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    tail = tail_layout(notice)
    for _ in range(tail.blank):
        _line(document).paragraph_format.keep_with_next = True
    signature = _line(document, align=ALIGN.RIGHT)
    signature.paragraph_format.keep_with_next = True
    wordml.indent(signature, right=tail.signature_indent)
    _say(signature, notice.signature)
    day = _line(document, align=ALIGN.RIGHT)
    wordml.indent(day, right=tail.date_indent)
    _say(day, chinese_date(notice.dated_on))
    if note_line(notice.note):
        day.paragraph_format.keep_with_next = True
        note = _line(document)
        wordml.indent(note, left=2)
        _say(note, note_line(notice.note))


def _imprint(document: DocumentObject, notice: OfficialNotice) -> None:
    copies = copies_lines(notice.copies_to)
    printed = printable(notice.printed_by)
    rows = (1 if copies else 0) + (1 if printed else 0)
    if not rows:
        return
    table = document.add_table(rows=rows, cols=1)
    wordml.stand_on_bottom_margin(table, rules=("0.35", "0.25"))
    if copies:
        cell = table.rows[0].cells[0]
        for number, line in enumerate(copies):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            wordml.imprint_line(paragraph)
            wordml.indent(paragraph, left=4, right=1, hanging=0 if number else 3, size=_SMALL)
            _say(paragraph, f"{'' if number else '抄送：'}{line}", size=_SMALL)
    if printed:
        paragraph = table.rows[-1].cells[0].paragraphs[0]
        wordml.imprint_line(paragraph)
        wordml.indent(paragraph, left=1, right=1, size=_SMALL)
        wordml.right_tab(paragraph, Mm(156) - Pt(_SMALL))
        day = chinese_date(notice.printed_on or notice.dated_on)
        _say(paragraph, printed, size=_SMALL)
        paragraph.add_run("\t")
        _say(paragraph, f"{day}印发", size=_SMALL)
    # A table needs a paragraph behind it; the smallest one keeps the page count.
    wordml.shrink(_line(document))


def _footers(document: DocumentObject) -> None:
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = Pt(_SMALL)
        side = {"right": 1.0} if align == ALIGN.RIGHT else {"left": 1.0}
        wordml.indent(paragraph, size=_SMALL, **side)
        _say(paragraph, "—", font=SONG, size=_SMALL)
        wordml.add_page_field(paragraph, font=SONG, size=_SMALL)
        _say(paragraph, "—", font=SONG, size=_SMALL)


def _properties(document: DocumentObject, notice: OfficialNotice) -> None:
    day = datetime(notice.dated_on.year, notice.dated_on.month, notice.dated_on.day, tzinfo=UTC)
    properties = document.core_properties
    properties.title = metadata_title(notice)[:255]
    properties.author = properties.last_modified_by = printable(notice.signature)[:255]
    properties.keywords = str(notice.document_number)
    properties.subject = str(notice.document_number)
    properties.comments = ""
    properties.created = properties.modified = properties.last_printed = day
    properties.revision = 1
    properties.language = "zh-CN"
