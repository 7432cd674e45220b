"""The DOCX read back: page, grid, fonts, fields and bookmarks after GB/T 9704-2012."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Mm
from tests.unit.documents.samples import bulletin

from yichuang.documents import Figure, Paragraph, render_docx


@pytest.fixture(scope="module")
def document() -> DocumentObject:
    return Document(BytesIO(render_docx(bulletin(copy_number=12, attachments=("甲", "乙"), note="此件公开发布"))))


def test_the_page_is_a4_with_a_type_area_of_156_by_225_mm(document: DocumentObject) -> None:
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins if margin] == [37, 35, 28, 26]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.footer_distance == pytest.approx(Mm(25.5), abs=700)


def test_the_grid_holds_22_lines_of_28_characters(document: DocumentObject) -> None:
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert int(225 / 25.4 * 72 / pitch) == 22
    assert 156 / 25.4 * 72 / character == pytest.approx(28, abs=0.01)


def test_the_text_keeps_to_the_grid_by_its_own_spacing(document: DocumentObject) -> None:
    normal = document.styles["Normal"]
    spacing = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(156 / 25.4 * 72 / (normal.font.size.pt + spacing)) == 28
    assert int(225 / 25.4 * 72 / normal.paragraph_format.line_spacing.pt) == 22


def test_every_run_names_its_chinese_font(document: DocumentObject) -> None:
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text.strip()]
    faces = {run.text: run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}
    assert None not in faces.values()
    assert faces["安康市人民政府办公室文件"] == "方正小标宋简体"
    assert faces["一、基本情况"] == "黑体"
    assert faces["安政办发〔2015〕69号"] == "仿宋_GB2312"


def test_title_is_22_points_and_text_16(document: DocumentObject) -> None:
    sizes = {run.text: run.font.size.pt for p in document.paragraphs for run in p.runs if run.text and run.font.size}
    assert sizes["安康市人民政府办公室关于"] == 22
    assert sizes["2015年上半年全市政务服务工作情况的通报"] == 22
    assert sizes["一是体系建设稳步推进。"] == 16


def test_the_name_is_red_and_the_rule_below_the_number_is_red(document: DocumentObject) -> None:
    name = next(p for p in document.paragraphs if p.text.endswith("文件"))
    number = next(p for p in document.paragraphs if "〔2015〕" in p.text)
    assert str(name.runs[0].font.color.rgb) == "E20000"
    assert number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == "E20000"


def test_page_numbers_are_fields_right_on_odd_and_left_on_even_pages(document: DocumentObject) -> None:
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer is True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert [code.text.strip() for code in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph.text.replace(" ", "") == "—1—"


def test_signature_and_date_are_indented_and_stay_with_the_text(document: DocumentObject) -> None:
    paragraphs = document.paragraphs
    day = next(index for index, p in enumerate(paragraphs) if p.text == "2015年7月23日")
    indent = paragraphs[day]._p.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:rightChars")) == "400"
    assert all(p.paragraph_format.keep_with_next for p in paragraphs[day - 4 : day])


def test_the_imprint_is_a_table_on_the_lower_margin(document: DocumentObject) -> None:
    properties = document.tables[-1]._tbl.tblPr
    place = properties.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    sizes = {side.tag.split("}")[1]: side.get(qn("w:sz")) for side in properties.find(qn("w:tblBorders"))}
    assert sizes == {"top": "8", "bottom": "8", "insideH": "6"}
    assert document.tables[-1].rows[0].cells[0].text.startswith("抄送：市委办公室")
    assert document.tables[-1].rows[1].cells[0].text == "安康市人民政府办公室\t2015年7月23日印发"


def test_every_figure_has_a_bookmark_of_its_own() -> None:
    body = (
        Paragraph.of(
            "共", Figure("accepted", "32.63万件"), "，又", Figure("accepted", "32.63万件"), Figure("a/b", "1")
        ),
    )
    root = Document(BytesIO(render_docx(bulletin(body=body)))).element
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert names[0] == "figure_accepted"
    assert len(set(names)) == 3
    assert len({mark.get(qn("w:id")) for mark in root.iter(qn("w:bookmarkStart"))}) == 3
    assert all(len(name) <= 40 for name in names)


def test_the_properties_are_those_of_the_notice(document: DocumentObject) -> None:
    properties = document.core_properties
    assert properties.title == "安康市人民政府办公室关于2015年上半年全市政务服务工作情况的通报"
    assert properties.author == "安康市人民政府办公室"
    assert properties.created is not None
    assert properties.created.replace(tzinfo=UTC) == datetime(2015, 7, 23, tzinfo=UTC)


def test_the_same_notice_gives_the_same_bytes() -> None:
    assert render_docx(bulletin()) == render_docx(bulletin())
