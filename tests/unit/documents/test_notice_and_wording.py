"""The notice, its words and its HTML."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.documents.samples import bulletin, bulletin_body

from yichuang.documents import (
    DocumentNumber,
    Figure,
    Heading,
    Paragraph,
    Table,
    figures_of,
    find_faces,
    render_html,
)
from yichuang.documents import fonts as font_command
from yichuang.documents.refusals import (
    BadDocumentNumber,
    BadHeadingLevel,
    ChineseFontMissing,
    EmptyElement,
    FontChanged,
    FontsNotFetched,
    UnevenTable,
)
from yichuang.documents.wording import (
    TITLE_WIDTH,
    attachment_lines,
    chinese_number,
    copies_lines,
    title_lines,
    width_in_characters,
)


@pytest.mark.parametrize(
    "written", ["安政办函〔2015〕69号", "安政办函[2015]069号", "安政办函（2015）69号", "安政办函 〔2015〕 69号"]
)
def test_a_document_number_is_written_with_hexagonal_brackets_and_no_leading_zero(written: str) -> None:
    assert str(DocumentNumber.parse(written)) == "安政办函〔2015〕69号"


@pytest.mark.parametrize(
    "written", ["", "〔2015〕69号", "安政办函〔15〕69号", "安政办函〔2015〕第69号", "安政办函〔2015〕0号"]
)
def test_a_wrong_document_number_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(BadDocumentNumber, match="安政办函〔2015〕69号"):
        DocumentNumber.parse(written)


def test_the_title_of_the_bulletin_breaks_as_it_was_printed() -> None:
    assert title_lines(bulletin().title) == ("安康市人民政府办公室关于", "2015年上半年全市政务服务工作情况的通报")


def test_a_title_broken_by_hand_stays_so_and_a_short_one_stays_whole() -> None:
    assert title_lines("关于甲的\n通知") == ("关于甲的", "通知")
    assert title_lines("关于放假的通知") == ("关于放假的通知",)


@given(st.text(alphabet="安康市关于的和2015年《》、工作通知", min_size=1, max_size=70))
def test_breaking_a_title_loses_no_character(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert len(lines) == 1 or max(map(width_in_characters, lines)) <= TITLE_WIDTH


def test_copies_end_with_a_full_stop_and_attachments_with_nothing() -> None:
    assert copies_lines(("市委办公室，", "市法院")) == ("市委办公室，", "市法院。")
    assert attachment_lines(("名单。",)) == (("", "名单"),)
    assert attachment_lines(("甲；", "乙。")) == (("1.", "甲"), ("2.", "乙"))


def test_headings_count_in_chinese() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]


def test_faults_are_refused_where_they_are_made() -> None:
    with pytest.raises(BadHeadingLevel):
        Heading(5, "题")
    with pytest.raises(UnevenTable, match="第 2 行有 1 格，应为 2 格"):
        Table(header=("a", "b"), rows=(("1", "2"), ("3",)), caption="表1")
    with pytest.raises(EmptyElement, match="主送机关"):
        bulletin(addressees=" \u200b")


def test_figures_are_found_in_reading_order() -> None:
    assert [figure.display for figure in figures_of(bulletin())] == [
        "32.63万件",
        "32.55万件",
        "99.8%",
        "10项",
        "418项",
        "98项",
        "259项",
    ]


def test_html_marks_every_figure_and_keeps_the_outline() -> None:
    page = render_html(bulletin(note="此件公开发布", draft=True), figure_url=lambda key: f"/figures/{key}?a=1&b=2")
    assert page.count("data-figure=") == 7
    assert 'href="/figures/figure-99.8%?a=1&amp;b=2"' in page
    assert page.count("<h1") == 1
    assert '<h2 class="notice-heading notice-heading-1">一、基本情况</h2>' in page
    assert '<time datetime="2015-07-23">2015年7月23日</time>' in page
    assert "style=" not in page


def test_html_shows_the_same_paragraphs_as_the_text() -> None:
    page = render_html(bulletin())
    for block in bulletin_body():
        if isinstance(block, Paragraph) and all(not isinstance(run, Figure) and not run.strong for run in block.runs):
            assert f"<p>{block.runs[0].text}</p>" in page  # type: ignore[union-attr]


def test_without_any_chinese_font_the_refusal_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ChineseFontMissing, match="make fonts"):
        find_faces(folders=(tmp_path,), system=False)


def test_a_changed_font_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "unpacked" / "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
    source.mkdir(parents=True)
    for name in font_command.FILES:
        (source / name).write_bytes(b"not a font")
    with pytest.raises(FontChanged, match="校验值不符"):
        font_command.install(unpacked=tmp_path / "unpacked", into=tmp_path / "fonts")
    assert not (tmp_path / "fonts").exists()


def test_without_apt_the_command_says_so_and_what_else_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FontsNotFetched):
        font_command.fetch(into=tmp_path / "fonts")
    assert font_command.main(["--into", str(tmp_path / "fonts")]) == 1
    assert "fonts-noto-cjk" in capsys.readouterr().err


def test_a_date_of_printing_may_be_later_than_the_date_of_the_notice() -> None:
    assert "2015年8月1日印发" in render_html(bulletin(printed_on=date(2015, 8, 1)))
