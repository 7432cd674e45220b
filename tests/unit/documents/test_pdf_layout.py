"""The PDF held against GB/T 9704-2012, measured in millimetres on the rendered page."""

import itertools
from datetime import date
from pathlib import Path

import pytest
from tests.unit.documents import reading
from tests.unit.documents.samples import bulletin

from yichuang.documents import Heading, Paragraph, find_faces, font_folders, render_pdf

TOP, BOTTOM, LEFT, RIGHT = 37.0, 262.0, 28.0, 184.0
CHARACTER = 156 / 28


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(bulletin(copy_number=12, urgency="特急", note="此件公开发布"))


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Three pages of nothing but the character 国: the grid without punctuation."""
    return render_pdf(bulletin(body=(Paragraph.of("国" * 28 * 60),)))


def test_a_page_is_a4(pdf: bytes) -> None:
    assert reading.size(pdf) == pytest.approx((210, 297), abs=0.1)


def test_a_full_page_has_22_lines_of_28_characters_from_edge_to_edge(plain: bytes) -> None:
    body = [line for line in reading.lines(plain, 1) if line.text.startswith("国")]
    assert [len(line.glyphs) for line in body] == [28] * 22
    assert body[0].top == pytest.approx(TOP, abs=0.9)
    assert body[-1].bottom == pytest.approx(BOTTOM, abs=0.9)
    assert body[0].left == pytest.approx(LEFT, abs=0.1)
    assert body[0].right == pytest.approx(RIGHT, abs=0.8)


def test_lines_are_a_character_and_seven_eighths_apart(plain: bytes) -> None:
    tops = [line.top for line in reading.lines(plain, 1)[:22]]
    steps = [lower - upper for upper, lower in itertools.pairwise(tops)]
    assert steps == pytest.approx([CHARACTER * 15 / 8] * 21, abs=0.1)


def test_the_red_name_stands_35_mm_below_the_type_area_and_fits_into_it(pdf: bytes) -> None:
    name = next(line for line in reading.lines(pdf, 0) if "文件" in line.text)
    assert name.top == pytest.approx(TOP + 35, abs=0.5)
    assert name.left >= LEFT
    assert name.right <= RIGHT
    assert (name.left + name.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)


def test_the_number_stands_two_lines_below_the_name_and_the_red_rule_4_mm_below_the_number(pdf: bytes) -> None:
    page = reading.lines(pdf, 0)
    name = next(line for line in page if "文件" in line.text)
    number = next(line for line in page if "〔2015〕69号" in line.text)
    assert number.top - name.bottom == pytest.approx(2 * CHARACTER * 15 / 8, abs=0.8)
    assert (number.left + number.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    left, middle, right, thickness = reading.rules(pdf, 0)[0]
    assert (left, right) == pytest.approx((LEFT, RIGHT), abs=0.1)
    assert middle - thickness / 2 - number.bottom == pytest.approx(4, abs=0.5)


def test_the_title_stands_two_lines_below_the_rule_and_one_line_above_the_addressees(pdf: bytes) -> None:
    page = reading.lines(pdf, 0)
    first = next(line for line in page if line.text.endswith("关于"))
    last = next(line for line in page if line.text.endswith("通报"))
    addressees = next(line for line in page if line.text.startswith("各县区"))
    assert first.top - reading.rules(pdf, 0)[0][1] == pytest.approx(2 * CHARACTER * 15 / 8, abs=1)
    assert addressees.top - last.bottom == pytest.approx(CHARACTER * (15 / 8 + 7 / 8), abs=1)
    assert addressees.left == pytest.approx(LEFT, abs=0.1)
    assert addressees.text.endswith("：")


def test_copy_number_and_urgency_stand_on_the_first_two_lines_at_the_left(pdf: bytes) -> None:
    first, second = reading.lines(pdf, 0)[:2]
    assert (first.text, second.text) == ("000012", "特急")
    assert first.left == pytest.approx(LEFT, abs=0.1)
    assert second.top - TOP == pytest.approx(CHARACTER * 15 / 8, abs=0.8)


def test_the_first_page_shows_text_and_paragraphs_are_indented_by_two_characters(pdf: bytes) -> None:
    start = next(line for line in reading.lines(pdf, 0) if line.text.startswith("上半年"))
    heading = next(line for line in reading.lines(pdf, 0) if line.text == "一、基本情况")
    assert start.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.2)
    assert heading.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.2)


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages(pdf: bytes) -> None:
    small = 14 / reading.MM
    for page in range(2):
        number = reading.lines(pdf, page)[-1]
        assert number.text == f"—{page + 1}—"
        dash = number.glyphs[0]
        assert dash.top == pytest.approx(BOTTOM + 7, abs=0.4)
        if page % 2 == 0:
            assert number.right == pytest.approx(RIGHT - small, abs=0.4)
        else:
            assert number.left == pytest.approx(LEFT + small, abs=0.4)


def test_with_a_seal_the_date_keeps_four_characters_free_and_the_signature_is_centred_on_it(pdf: bytes) -> None:
    page = reading.lines(pdf, 4)
    signature = next(line for line in page if line.text == "安康市人民政府办公室")
    day = next(line for line in page if line.text == "2015年7月23日")
    assert day.right == pytest.approx(RIGHT - 4 * CHARACTER, abs=1.8)
    assert (signature.left + signature.right) / 2 == pytest.approx((day.left + day.right) / 2, abs=0.8)
    text = next(line for line in page if line.text.endswith("提质增效。"))
    assert signature.top - text.bottom == pytest.approx(CHARACTER * (7 / 8 + 2 * 15 / 8), abs=1)


def test_without_a_seal_the_signature_keeps_two_characters_free_and_the_date_starts_two_later() -> None:
    page = reading.lines(render_pdf(bulletin(sealed=False)), 4)
    signature = next(line for line in page if line.text == "安康市人民政府办公室")
    day = next(line for line in page if line.text == "2015年7月23日")
    assert signature.right == pytest.approx(RIGHT - 2 * CHARACTER, abs=0.8)
    assert day.left - signature.left == pytest.approx(2 * CHARACTER, abs=0.8)


def test_the_imprint_ends_on_the_lower_edge_of_the_last_page_with_thick_and_thin_rules(pdf: bytes) -> None:
    last = reading.page_count(pdf) - 1
    (top, middle, bottom) = reading.rules(pdf, last)
    assert bottom[1] == pytest.approx(BOTTOM, abs=0.3)
    assert [rule[3] for rule in (top, middle, bottom)] == pytest.approx([0.35, 0.25, 0.35], abs=0.02)
    assert all((rule[0], rule[2]) == pytest.approx((LEFT, RIGHT), abs=0.3) for rule in (top, middle, bottom))
    copies, *more, printed = reading.lines(pdf, last)[:-1]
    small = 14 / reading.MM
    assert copies.text.startswith("抄送：")
    assert copies.left == pytest.approx(LEFT + small, abs=0.2)
    assert more[0].left == pytest.approx(LEFT + 4 * small, abs=0.3)
    assert more[-1].text.endswith("各单位。")
    assert printed.text.endswith("2015年7月23日印发")
    assert printed.right == pytest.approx(RIGHT - small, abs=0.6)


@pytest.mark.parametrize("rows", range(1, 23))
def test_no_page_carries_signature_and_date_without_text(rows: int) -> None:
    filler = tuple(Paragraph.of("国" * 20) for _ in range(10 + rows))
    pdf = render_pdf(bulletin(body=filler, copies_to=(), printed_by=""))
    pages = [[line.text for line in reading.lines(pdf, page)] for page in range(reading.page_count(pdf))]
    (signed,) = [page for page in pages if "2015年7月23日" in page]
    assert any("国" in line for line in signed)


def test_heading_levels_use_the_four_kinds_of_numbers() -> None:
    body = (
        *(Heading(level, "题") for level in (1, 2, 3, 4, 4, 3, 2, 1, 2)),
        Heading(1, "不编号", numbered=False),
        Paragraph.of("文。"),
    )
    pdf = render_pdf(bulletin(body=body))
    text = [line.text for page in range(reading.page_count(pdf)) for line in reading.lines(pdf, page)]
    labels = ["一、题", "（一）题", "1.题", "（1）题", "（2）题", "2.题", "（二）题", "二、题", "（一）题", "不编号"]
    assert [line for line in text if line in labels] == labels


def test_every_font_is_embedded_and_the_same_notice_gives_the_same_bytes(pdf: bytes) -> None:
    found = reading.fonts(pdf)
    assert found
    assert all(found.values()), found
    assert pdf == render_pdf(bulletin(copy_number=12, urgency="特急", note="此件公开发布"))
    assert b"pdfaid" in pdf


def test_the_properties_carry_title_author_and_date(pdf: bytes) -> None:
    properties = reading.metadata(pdf)
    assert properties["Title"] == "安康市人民政府办公室关于2015年上半年全市政务服务工作情况的通报"
    assert properties["Author"] == "安康市人民政府办公室"
    assert properties["CreationDate"].startswith("D:20150723")
    assert "安政办发〔2015〕69号" in properties["Keywords"]


def test_without_fandol_the_properties_name_the_font_used_instead(tmp_path: Path) -> None:
    faces = find_faces(folders=(tmp_path,))
    if not faces.substitutes():
        pytest.skip("这台机器的系统字体里有仿宋，不需要替代字体")
    pdf = render_pdf(bulletin(), faces=faces)
    assert f"仿宋用{faces.substitutes()['仿宋']}" in reading.metadata(pdf)["Keywords"]


def test_with_fandol_nothing_is_substituted() -> None:
    if not (font_folders()[0] / "FandolFang-Regular.otf").is_file():
        pytest.skip("未执行 make fonts，没有Fandol字体")
    assert find_faces().substitutes() == {}


def test_a_draft_says_so_on_the_page() -> None:
    pdf = render_pdf(bulletin(draft=True, dated_on=date(2015, 7, 23)))
    assert "草" in "".join(line.text for line in reading.lines(pdf, 1))
