"""The letter and the certificate: what stands where, on how many pages, the same each time."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image
from tests.unit.documents import reading

from yichuang.documents import (
    Blanks,
    CertificateSheet,
    CutOff,
    Facts,
    Folio,
    Heading,
    Letter,
    Listing,
    Paragraph,
    Table,
    Text,
    find_faces,
    font_folders,
    missing_in_letter,
    picture_page,
    qr_svg,
    render_certificate,
    render_folios,
    render_letter,
)
from yichuang.documents.letter import fact_rows
from yichuang.documents.refusals import EmptyElement

LEFT, RIGHT = 28.0, 184.0
LONG = "农村村民住宅用地审批及其他事项"
SAID = (
    *("紫阳县国土资源局", "受理回执", "紫国土受字〔2015〕12号", "王小明：", "于2015年3月4日前作出决定", "申请人王小明"),
    *("1.申请书", "2.身份证", "序号材料", "一、其他", "签名：", "（盖章处）", "2015年2月13日", "0123456789abcdef"),
    *("扫描二维码核验：", "请妥善保存。", "沿此线剪下", "送达回执", "收件人：", "办件编号1", "第1页共1页"),
)


def letter(**changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "organisation": "紫阳县国土资源局",
        "title": "受理回执",
        "number": "紫国土受字〔2015〕12号",
        "addressee": "王小明",
        "body": (
            Paragraph.of("本机关决定予以受理，", Text("于2015年3月4日前作出决定", strong=True), "。"),
            Facts(
                (("申请人", "王小明"), ("受理日期", "2015年2月13日"), ("申请事项", "农村村民住宅用地审批及其他事项"))
            ),
            Listing("收到的材料：", ("申请书", "身份证")),
            Table(header=("序号", "材料"), rows=(("1", "申请书"),), widths=(1, 5)),
            Heading(1, "一、其他", numbered=False),
            Blanks(("签名：", "日期：")),
        ),
        "signature": "紫阳县国土资源局",
        "dated_on": date(2015, 2, 13),
        "qr_text": "https://127.0.0.1/verify/x/",
        "proof": "6109242015021300012G-3-SL-0123456789abcdef",
        "proof_hint": "扫描二维码核验：",
        "cut_off": CutOff("送达回执", "沿此线剪下", (Paragraph.of("已收到。"), Blanks(("收件人：",)))),
        "note": "请妥善保存。",
        "footer": "办件编号 1",
    }
    return Letter(**{**fields, **changes})


def certificate(**changes: Any) -> CertificateSheet:
    fields: dict[str, Any] = {
        "title": "林木采伐许可证",
        "number": "紫林业林木证字〔2015〕12号",
        "identifier": "1.2.156.3005.2.11610924YC54992008001.11610924YC54992008.20150000012.001.K",
        "statements": (("持证主体", "王小明"), ("树种", "杉木")),
        "issuer": "紫阳县林业局",
        "issued_on": date(2015, 3, 10),
        "qr_text": "x",
        "proof": "y",
    }
    return CertificateSheet(**{**fields, **changes})


def text(pdf: bytes) -> str:
    return "".join(reading.texts(pdf))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_letter(letter())


def test_everything_that_the_letter_says_stands_on_its_one_page(pdf: bytes) -> None:
    words = text(pdf)
    assert [part for part in SAID if part not in words] == []
    assert reading.page_count(pdf) == 1
    assert reading.size(pdf) == pytest.approx((210, 297), abs=0.1)


def test_head_and_title_are_centred_and_nothing_leaves_the_type_area(pdf: bytes) -> None:
    lines = reading.lines(pdf, 0)
    for words in ("紫阳县国土资源局", "受理回执"):
        line = next(line for line in lines if line.text == words)
        # Letter-spacing also follows the last character.
        assert (line.left + line.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1.6)
    assert all(line.left >= LEFT - 0.6 and line.right <= RIGHT + 0.6 for line in lines)


def test_the_cut_off_part_stands_at_the_foot_below_everything_else(pdf: bytes) -> None:
    lines = {line.text: line.top for line in reading.lines(pdf, 0)}
    assert lines["沿此线剪下"] > lines["请妥善保存。"]
    assert lines["送达回执"] > lines["沿此线剪下"]
    assert lines["送达回执"] > 220


def test_the_same_letter_gives_the_same_archivable_bytes_with_fonts_embedded(pdf: bytes) -> None:
    assert pdf == render_letter(letter())
    assert b"pdfaid" in pdf
    assert all(reading.fonts(pdf).values())
    properties = reading.metadata(pdf)
    assert (properties["Title"], properties["Author"]) == ("受理回执", "紫阳县国土资源局")
    assert properties["CreationDate"].startswith("D:20150213")
    assert "紫国土受字〔2015〕12号" in properties["Keywords"]


def test_a_letter_without_its_optional_parts_has_none_of_them() -> None:
    bare = letter(number="", addressee="", seal_place=False, qr_text="", proof="", proof_hint="", cut_off=None, note="",
                  signature="", body=(Paragraph.of("文。"),))  # fmt: skip
    words = text(render_letter(bare))
    for part in ("〔", "：", "盖章处", "核验", "剪下", "妥善", "2015年2月13日"):
        assert part not in words


@pytest.mark.parametrize("changes", [{"organisation": " "}, {"title": "\u200b"}, {"body": ()}])
def test_a_letter_without_its_required_parts_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(EmptyElement):
        letter(**changes)


def test_a_watermark_lies_under_the_words() -> None:
    assert "样张" in text(render_letter(letter(watermark="样张")))


def test_short_facts_stand_two_in_a_row_long_ones_alone_and_empty_ones_not_at_all() -> None:
    facts = (("甲", "一"), ("乙", "二"), ("丙", ""), ("丁", LONG), ("戊", "三"), ("己", LONG), ("庚", "四"))
    assert [[label for label, _ in row] for row in fact_rows(facts)] == [["甲", "乙"], ["丁"], ["戊"], ["己"], ["庚"]]


def test_a_second_page_is_avoided_by_setting_closer_but_never_below_a_readable_size() -> None:
    def body(count: int) -> tuple[Any, ...]:
        return tuple(Paragraph.of("国" * 60) for _ in range(count))

    pages = [reading.page_count(render_letter(letter(body=body(count), cut_off=None))) for count in range(4, 22, 2)]
    assert pages == sorted(pages)
    assert pages[0] == 1
    assert pages[-1] == 2
    longest = max(count for count, n in zip(range(4, 22, 2), pages, strict=True) if n == 1)
    glyphs = [g for line in reading.lines(render_letter(letter(body=body(longest), cut_off=None)), 0)
              for g in line.glyphs if g.char == "国"]  # fmt: skip
    assert glyphs[1].pen - glyphs[0].pen >= 12 / reading.MM - 0.1


def test_signature_seal_and_proof_are_never_parted() -> None:
    for count in range(10, 30):
        pdf = render_letter(letter(body=tuple(Paragraph.of("国" * 40) for _ in range(count)), cut_off=None, note=""))
        pages = ["".join(line.text for line in reading.lines(pdf, page)) for page in range(reading.page_count(pdf))]
        (signed,) = [page for page in pages if "（盖章处）" in page]
        assert "2015年2月13日" in signed
        assert "0123456789abcdef" in signed


def test_a_table_over_pages_repeats_its_head() -> None:
    rows = tuple((str(n), f"材料{n}") for n in range(90))
    pdf = render_letter(letter(body=(Table(header=("序号", "材料名称"), rows=rows),)))
    for page in range(reading.page_count(pdf) - 1):
        assert "序号材料名称" in "".join(line.text for line in reading.lines(pdf, page))


def test_a_long_code_breaks_within_its_cell() -> None:
    pdf = render_letter(letter(body=(Table(header=("甲", "乙", "丙"), rows=(("a" * 64, "b" * 200, "丙"),)),)))
    assert all(line.right <= RIGHT + 0.6 for line in reading.lines(pdf, 0))


@pytest.mark.parametrize("organisation", ["很长的机关名称" * 8, "W" * 90])
def test_a_long_name_in_the_head_is_made_smaller(organisation: str) -> None:
    pdf = render_letter(letter(organisation=organisation, signature=organisation))
    assert all(line.left >= LEFT - 0.6 and line.right <= RIGHT + 0.6 for line in reading.lines(pdf, 0))


def test_a_character_that_no_font_has_is_marked_and_named() -> None:
    strange = letter(addressee="王\U000323ae", body=(Paragraph.of("文。"),))
    missing = missing_in_letter(strange)
    words = text(render_letter(strange))
    if missing:
        assert "王〓：" in words
        assert "U+323AE" in reading.metadata(render_letter(strange))["Keywords"]
    else:
        assert "王\U000323ae：" in words


def test_with_fandol_the_roles_are_set_in_their_own_faces(pdf: bytes) -> None:
    if not (font_folders()[0] / "FandolFang-Regular.otf").is_file():
        pytest.skip("未执行 make fonts，没有Fandol字体")
    assert find_faces().substitutes() == {}
    names = " ".join(reading.fonts(pdf))
    assert all(name in names for name in ("FandolFang", "FandolHei", "FandolSong"))


# --- certificates -----------------------------------------------------------------------------------------------------


def test_a_certificate_lies_across_one_framed_page() -> None:
    sheet = certificate(statements=(("持证主体", "王小明"), ("树种", "杉木"), ("经营范围", "茶" * 120)))
    pdf = render_certificate(sheet)
    assert reading.page_count(pdf) == 1
    assert reading.size(pdf) == pytest.approx((297, 210), abs=0.1)
    words = text(pdf)
    said = "林木采伐许可证 编号：紫林业林木证字〔2015〕12号 王小明 杉木 紫阳县林业局 2015年3月10日 （盖章处）"
    assert [part for part in said.split() if part not in words] == []
    assert all(line.left > 20 and line.right < 277 for line in reading.lines(pdf, 0))
    assert pdf == render_certificate(sheet)


@pytest.mark.parametrize("count", [1, 6, 9, 12])
def test_up_to_a_dozen_statements_stay_on_one_page(count: int) -> None:
    pdf = render_certificate(certificate(statements=tuple((f"事项{n}", f"内容{n}") for n in range(count))))
    assert reading.page_count(pdf) == 1


def test_more_statements_run_on_complete() -> None:
    pdf = render_certificate(certificate(statements=tuple((f"事项{n:02d}", "内容" * 60) for n in range(40))))
    assert reading.page_count(pdf) > 1
    assert [n for n in range(40) if f"事项{n:02d}" not in text(pdf)] == []


@pytest.mark.parametrize("title", ["证", "关于某某建设项目环境影响评价文件的审批决定及其变更延续补办许可证", "长" * 90])
def test_any_title_fits(title: str) -> None:
    pdf = render_certificate(certificate(title=title))
    assert title in text(pdf)
    assert all(line.left > 20 and line.right < 277 for line in reading.lines(pdf, 0))


def test_markup_in_a_certificate_stays_text() -> None:
    hostile = '#panic("x")*a*$x$'
    words = text(render_certificate(certificate(title=hostile, statements=((hostile, hostile),), issuer=hostile)))
    assert words.count(hostile) == 4


def test_a_certificate_without_title_is_refused() -> None:
    with pytest.raises(EmptyElement):
        certificate(title="")


# --- QR codes, page numbers, pictures ---------------------------------------------------------------------------------


def test_a_qr_code_is_one_svg_element_and_the_same_each_time() -> None:
    svg = qr_svg("https://127.0.0.1/verify/甲&<x>/")
    assert svg == qr_svg("https://127.0.0.1/verify/甲&<x>/")
    assert svg.startswith("<svg ")
    assert svg.count("<svg") == 1
    assert "script" not in svg
    assert len(qr_svg("x", border=4)) > 0


def test_folios_are_as_large_as_the_pages_under_them() -> None:
    pdf = render_folios((Folio(1, "", 595.28, 841.89), Folio(2, '附件：#panic("x")', 841.89, 595.28)))
    assert reading.page_count(pdf) == 2
    assert reading.size(pdf) == pytest.approx((210, 297), abs=0.1)
    assert "".join(line.text for line in reading.lines(pdf, 1)).replace("2", "", 1) == '附件：#panic("x")'


@pytest.mark.parametrize(("size", "mode", "across"), [((800, 600), "RGB", True), ((600, 800), "P", False),
                                                      ((10, 10), "RGBA", False), ((6000, 20), "L", True)])  # fmt: skip
def test_a_picture_is_laid_on_a4_as_it_lies(size: tuple[int, int], mode: str, across: bool) -> None:
    out = BytesIO()
    Image.new(mode, size).save(out, "PNG")
    pdf = picture_page(out.getvalue())
    width, height = reading.size(pdf)
    assert (width > height) is across
    assert sorted((width, height)) == pytest.approx([210, 297], abs=0.5)
    assert pdf == picture_page(out.getvalue())


def test_a_photograph_is_turned_as_the_camera_says() -> None:
    out = BytesIO()
    image = Image.new("RGB", (400, 200))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    page = pdfium.PdfDocument(picture_page(out.getvalue()))[0]
    assert page.get_height() > page.get_width()


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(OSError):
        picture_page(b"no picture")


def test_changing_one_word_changes_the_bytes(pdf: bytes) -> None:
    assert render_letter(replace(letter(), note="请保存。")) != pdf
