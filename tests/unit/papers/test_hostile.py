"""What people may type: markup, endless words, other scripts, rare characters, lists without end."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.unit.documents import reading
from tests.unit.papers.samples import NUMBER, PERSON, accepted, dossier, pages_of, paper, received, text_of, whole

from yichuang.cases.values import MaterialEntry, events
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.values import PaperKind

K = PaperKind
MARKUP = '#panic("x") *粗* _斜_ $x^2$ = 题 <a> @b \\n `raw` #image("/etc/passwd") {{ x }} //'
WHOLE = whole()


def named(name: str, kind: PaperKind = K.GRANT) -> Dossier:
    return replace(WHOLE[kind], applicant=replace(PERSON, name=name))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", list(PaperKind))
def test_markup_in_a_name_stays_text(kind: PaperKind) -> None:
    assert squeezed(MARKUP) in text_of(paper(named(MARKUP, kind), kind))


def test_markup_in_reason_material_and_matter_stays_text() -> None:
    refused = events.AcceptanceRefused(ground="not-competent", reason=MARKUP, competent_organ=MARKUP)
    d = replace(dossier(received(), (refused, "2015-02-15")), item_name=MARKUP, organisation_name=MARKUP)
    assert text_of(paper(d, K.NON_ACCEPTANCE)).count(squeezed(MARKUP)) >= 4
    asked = events.SupplementRequested(missing=(MARKUP, MARKUP))
    words = text_of(paper(dossier(received(), (asked, "2015-02-15")), K.SUPPLEMENT))
    assert words.count(squeezed(MARKUP)) == 2


@pytest.mark.parametrize("name", ["喆堃玥", "𠮷田", "㛃䶮", "𬭎𫟼"])
def test_a_rare_character_is_drawn_or_marked_as_missing_but_never_dropped(name: str) -> None:
    words = text_of(paper(named(name), K.GRANT))
    shown = words.partition("号")[2][: len(name)]
    assert len(shown) == len(name)
    assert all(char in (wanted, "〓") for char, wanted in zip(shown, name, strict=True)), shown


@pytest.mark.parametrize(
    "name",
    [
        "阿依古丽·买买提" * 12,
        "محمد علي",
        "Ⓜ️👩‍👩‍👧‍👦é̂",
        "W" * 180,
        "名\u202e字\u0000倒\u200b写\n行",
        " ",
    ],
)
def test_no_name_breaks_a_paper(name: str) -> None:
    assert NUMBER in text_of(paper(named(name), K.ACCEPTANCE))


def long_supplement(count: int, length: int = 20) -> Dossier:
    missing = tuple(f"第{n}项" + "材料名称" * (length // 4) for n in range(1, count + 1))
    asked = events.SupplementRequested(
        missing=missing, due_on=date(2015, 3, 13), document_number="紫国土补字〔2015〕5号"
    )
    return dossier(received(), (asked, "2015-02-15"))


def test_a_long_list_runs_over_pages_complete_with_the_tail_on_the_last() -> None:
    pages = pages_of(paper(long_supplement(60), K.SUPPLEMENT))
    assert len(pages) > 2
    words = "".join(pages)
    assert [n for n in range(1, 61) if f"{n}.第{n}项" not in words] == []
    assert "（盖章处）" in pages[-1]
    assert "送达回执" in pages[-1]
    assert all(f"第{n}页共{len(pages)}页" in page for n, page in enumerate(pages, start=1))


def test_a_list_a_little_too_long_is_set_closer_and_stays_on_one_page() -> None:
    lengths = [len(pages_of(paper(long_supplement(count), K.SUPPLEMENT))) for count in range(1, 12)]
    assert lengths == sorted(lengths)
    assert lengths[:4] == [1] * 4
    assert lengths[-1] == 2


def test_a_receipt_for_many_materials_repeats_the_head_of_its_table() -> None:
    entries: Any = tuple(MaterialEntry(name=f"材料{n:03d}", way="bring") for n in range(80))
    d = dossier(received(), (events.MaterialsTaken(entries=entries), "2015-02-13"))
    pages = pages_of(paper(d, K.RECEIPT))
    assert len(pages) > 2
    assert all("序号材料名称提交方式份数" in page for page in pages if "材料0" in page)
    assert [n for n in range(80) if f"材料{n:03d}" not in "".join(pages)] == []
    assert "申请材料80种" in pages[0]


def test_very_long_reasons_and_names_stay_inside_the_page() -> None:
    refused = events.ApplicationRefused(reason="理由" * 900, remedies="复议" + "很长" * 300 + "诉讼")
    d = replace(
        dossier(received(), accepted(), (refused, "2015-03-05")),
        organisation_name="某某省某某市某某自治县" * 6,
        item_name="关于某某建设项目环境影响评价文件审批及其变更、延续、补办" * 5,
    )  # fmt: skip
    pdf = paper(d, K.REFUSAL)
    assert reading.page_count(pdf) > 1
    for page in range(reading.page_count(pdf)):
        for line in reading.lines(pdf, page):
            assert line.left >= 25, line.text
            assert line.right <= 186, line.text
            assert line.bottom <= 290, line.text
