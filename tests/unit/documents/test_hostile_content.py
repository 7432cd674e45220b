"""Content that tries to be markup, or that fonts and formats cannot carry, is shown as text."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from tests.unit.documents import reading
from tests.unit.documents.samples import bulletin

from yichuang.documents import (
    Chart,
    DocumentNumber,
    Figure,
    Paragraph,
    Table,
    find_faces,
    missing_characters,
    printable,
    render_docx,
    render_html,
    render_pdf,
)
from yichuang.documents.refusals import TypesettingFailed

MARKUP = '#eval("1+1") $x^2$ *b* _i_ `c` <b>&amp;</b> @x \\u{41} //n /*m*/ [[]] #let'


def words(pdf: bytes) -> str:
    return "".join(line.text for page in range(reading.page_count(pdf)) for line in reading.lines(pdf, page))


def test_markup_of_the_typesetter_is_printed_letter_by_letter() -> None:
    hostile = bulletin(
        body=(Paragraph.of(MARKUP),), signature="#panic()", attachments=("$a$",), note="*n*", copies_to=("#x",)
    )
    text = words(render_pdf(hostile))
    for piece in [*MARKUP.split(), "#panic()", "附件：$a$", "（*n*）", "抄送：#x。"]:
        assert piece in text


def test_markup_is_escaped_in_html() -> None:
    page = render_html(bulletin(body=(Paragraph.of(MARKUP, Figure('"><script>', "<script>")),), title="<script>题"))
    assert "<script>" not in page
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in page


def test_a_very_long_word_breaks_inside_the_type_area() -> None:
    pdf = render_pdf(bulletin(body=(Paragraph.of("字" + "A" * 400 + "字"),)))
    rows = [line for page in range(reading.page_count(pdf)) for line in reading.lines(pdf, page) if "AAA" in line.text]
    assert sum(line.text.count("A") for line in rows) == 400
    assert max(line.right for line in rows) <= 184.3


def test_rare_name_characters_are_drawn_when_a_font_has_them() -> None:
    text = "喆堃𠮷"
    missing = find_faces().missing(text)
    printed = words(render_pdf(bulletin(body=(Paragraph.of(f"姓名：{text}。"),))))
    assert "姓名：" + "".join("〓" if char in missing else char for char in text) in printed


def test_a_character_without_any_font_is_printed_as_a_geta_mark_and_named() -> None:
    notice = bulletin(body=(Paragraph.of("前\U000e0041\U0001fae8后"),))
    assert set(missing_characters(notice)) >= {"\U0001fae8"}
    pdf = render_pdf(notice)
    assert "〓后" in words(pdf)
    assert "缺字：U+1FAE8" in reading.metadata(pdf)["Keywords"]


def test_marks_that_combine_across_fonts_still_give_a_document() -> None:
    assert words(render_pdf(bulletin(body=(Paragraph.of("前0\u064b e\u0301 👨\u200d👩 后"),))))


def test_control_and_direction_characters_are_left_out_of_all_formats() -> None:
    notice = bulletin(body=(Paragraph.of("甲\x00\x1b\u202e\ud800\ufffe乙\n\t丙"),))
    assert printable("甲\x00\u202e\ud800\ufffe乙\n\t丙") == "甲乙 丙"
    assert "甲乙丙" in words(render_pdf(notice))
    assert "甲乙 丙" in render_html(notice)
    assert "甲乙 丙" in [paragraph.text for paragraph in Document(BytesIO(render_docx(notice))).paragraphs]


def test_a_broken_chart_is_refused_with_a_remedy() -> None:
    with pytest.raises(TypesettingFailed, match="PDF排版未通过"):
        render_pdf(bulletin(body=(Chart(svg="<svg", alt="坏图"),)))


def test_a_chart_can_read_no_file_of_this_machine_and_run_no_script() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><script>alert(1)</script>'
        '<image href="/etc/hostname" width="9" height="9"/><rect width="9" height="9"/></svg>'
    )
    notice = bulletin(body=(Chart(svg=svg, alt='图"<', caption="图1"), Paragraph.of("完。")))
    page = render_html(notice)
    assert "<script>" not in page
    assert 'alt="图&quot;&lt;"' in page
    with pytest.raises(TypesettingFailed):
        render_pdf(notice)


def test_a_chart_and_a_table_are_in_all_three_formats() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="9" height="9"/></svg>'
    rows = tuple((f"第{n}行", Figure(f"f{n}", str(n))) for n in range(60))
    table = Table(header=("县区", "件数"), rows=rows, caption="表1 各县区")
    notice = bulletin(body=(table, Chart(svg=svg, alt="一个方块", caption="图1"), Paragraph.of("完。")))
    text = words(render_pdf(notice))
    assert text.count("县区件数") >= 2, "the head of a table repeats on the next page"
    assert "第59行59" in text
    assert '<a class="notice-figure" data-figure="f59">59</a>' in render_html(notice)
    document = Document(BytesIO(render_docx(notice)))
    assert [cell.text for cell in document.tables[0].rows[60].cells] == ["第59行", "59"]
    assert len(document.inline_shapes) == 1


def test_every_document_of_the_package_can_be_opened_as_xml_and_zip() -> None:
    data = render_docx(bulletin(body=(Paragraph.of(MARKUP),), draft=True))
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_early_date_and_a_long_authority_still_fit() -> None:
    long = "安康市推进政府职能转变和放管服改革优化营商环境工作领导小组办公室文件"
    pdf = render_pdf(
        bulletin(
            issuing_authority=long,
            dated_on=date(1950, 1, 1),
            document_number=DocumentNumber(agency_code="安", year=1950, serial=1),
        )
    )
    name = next(line for line in reading.lines(pdf, 0) if "领导小组" in line.text)
    assert name.text == long
    assert 28 <= name.left <= name.right <= 184
