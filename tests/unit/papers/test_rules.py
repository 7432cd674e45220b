"""Dated data behind the papers, proof codes, amounts in words, remedies and the table of contents."""

from datetime import date

import pytest
from tests.unit.papers.samples import NUMBER, dossier, materials, occasion, received, text_of, whole

from yichuang.documents import render_letter
from yichuang.papers.archive import load_limits
from yichuang.papers.domain.amounts import in_capitals
from yichuang.papers.domain.composing import code_of, parse_code, proof_text
from yichuang.papers.domain.contents import Entry, contents_page, file_name
from yichuang.papers.domain.remedies import remedies_text
from yichuang.papers.domain.rules import load_rules
from yichuang.papers.values import PaperKind


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("20.00", "人民币贰拾元整"),
        ("10", "人民币壹拾元整"),
        ("1234.50", "人民币壹仟贰佰叁拾肆元伍角整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0.05", "人民币伍分"),
        ("0.30", "人民币叁角整"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1000000000000", "人民币壹万亿元整"),
        ("-1", ""),
        ("abc", ""),
        ("1.005", ""),
        ("NaN", ""),
        ("", ""),
    ],
)
def test_amounts_are_written_as_on_bank_papers(amount: str, words: str) -> None:
    assert in_capitals(amount) == words


def remedies(on: date, **changes: str) -> str:
    names = {"department": "guotu", "government": "紫阳县人民政府", "superior": "安康市国土资源局", "paper": "决定书"}
    return remedies_text(**{**names, **changes}, on=on)


def test_remedies_follow_the_law_of_the_day() -> None:
    old, middle, new = (remedies(date(year, month, 1)) for year, month in ((2015, 4), (2015, 5), (2024, 1)))
    assert "向紫阳县人民政府或者安康市国土资源局申请行政复议" in old
    assert "三个月内，依据《中华人民共和国行政诉讼法》第三十九条" in old
    assert "六个月内，依据《中华人民共和国行政诉讼法》第四十六条" in middle
    assert "《中华人民共和国行政复议法》第九条向紫阳县人民政府或者" in middle
    assert "《中华人民共和国行政复议法》第二十条向紫阳县人民政府申请行政复议" in new


def test_an_organ_under_vertical_leadership_is_reviewed_by_its_superior() -> None:
    words = remedies(date(2026, 1, 1), department="shuiwu", superior="安康市税务局")
    assert "向安康市税务局申请行政复议" in words
    assert "人民政府" not in words


def test_without_a_known_superior_the_level_is_named_and_the_government_is_never_named_twice() -> None:
    assert "紫阳县人民政府或者上一级主管部门申请" in remedies(date(2015, 1, 5), superior="")
    assert "向紫阳县人民政府申请" in remedies(date(2015, 1, 5), superior="紫阳县人民政府")


def test_every_kind_that_a_law_stands_behind_has_its_article() -> None:
    rules = load_rules()
    kinds = {kind.value for kind in PaperKind} - {"non-acceptance", "commitment", "tolerance"}
    for kind in kinds | {"no-licence-needed", "not-competent", "joint-extension"}:
        assert rules.article(kind, on=date(2015, 2, 13)).startswith("《中华人民共和国行政许可法》第")
    assert load_limits().merged_pages > 0


def test_letters_of_kinds_are_unlike() -> None:
    assert len({kind.letters for kind in PaperKind}) == len(PaperKind)
    assert all(PaperKind.of_letters(kind.letters) is kind for kind in PaperKind)
    assert PaperKind.of_letters("??") is None


def test_a_proof_code_is_read_as_people_type_it() -> None:
    d = dossier(received(), materials())
    code = code_of(NUMBER, occasion(d, PaperKind.RECEIPT))
    expected = (NUMBER, 1, PaperKind.RECEIPT, d.acts[0].digest[:16])
    assert parse_code(code) == expected
    assert parse_code(f"  {code.lower().replace('-', ' － ')}\n") == expected
    for wrong in ("", code[:-1], code + "0", code.replace("-JS-", "-XX-"), "a-b-c-d", code.replace("-1-", "-x-")):
        assert parse_code(wrong) is None


def test_the_qr_code_leads_to_the_site_or_says_the_code() -> None:
    assert proof_text("c", site="https://127.0.0.1/") == "https://127.0.0.1/verify/c/"
    assert proof_text("c", site="") == "c"


@pytest.mark.parametrize(
    ("original", "kept"),
    [
        ("身份证.jpg", "身份证.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a\\b.pdf", "C__a_b.pdf"),
        (".hidden", "hidden"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_a_file_in_the_folder_keeps_its_name_but_no_path(original: str, kept: str) -> None:
    assert file_name(original) == kept


def test_a_very_long_file_name_is_shortened_and_keeps_its_ending() -> None:
    name = file_name("长" * 300 + ".pdf")
    assert len(name) <= 80
    assert name.endswith(".pdf")


def test_the_table_of_contents_names_number_title_day_and_pages() -> None:
    d = whole()[PaperKind.GRANT]
    entries = (
        Entry("接收回执", "", date(2015, 2, 13), 1, 1),
        Entry("批准决定书", "紫国土许字〔2015〕9号", date(2015, 3, 5), 2, 3),
        Entry("图纸（总图.dwg）", "", date(2015, 3, 5), 0, 0, note="另存文件"),
    )
    words = text_of(render_letter(contents_page(d, entries)))
    for part in ("卷内目录", "总页数4页", "件数3件", "紫国土许字〔2015〕9号", "20150305", "2—4", "另存文件", NUMBER):
        assert part in words
