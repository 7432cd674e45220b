"""What of a case's materials is still on its way from another node stands in the list in words, and is no error."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from yichuang.cases.values import ComingRow
from yichuang.exchange.values import Coming
from yichuang.workbench import sheet

DESK: Any = SimpleNamespace(
    state=SimpleNamespace(number="6109242026112600001X", materials=(), tolerated=(), committed=()), needs=()
)


def row(kind: str = "file", state: str = "coming", **more: Any) -> ComingRow:
    return ComingRow(
        kind=kind,
        material=more.get("material", "申请书"),
        file_name=more.get("file_name", "扫描.png"),
        size=2_000_000,
        arrived=500_000,
        state=state,
        node="城关镇",
        reason=more.get("reason", ""),
    )


def shown(monkeypatch: pytest.MonkeyPatch, coming: Coming, language: str) -> str:
    monkeypatch.setattr(sheet, "get_coming", lambda **_: coming)
    with translation.override(language):
        lines = sheet.materials_of(DESK, files=())
        return render_to_string("workbench/parts/materials.html", {"materials": lines, "case_number": "x"})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh-hans",
            ("正在从城关镇传来", "正在传来", "扫描.png", "没有采用：与账本所记的校验值不符", "已不再保存"),
        ),
        ("en", ("On its way from 城关镇", "Application form", "of 1.9", "not what the ledger names", "not keep it")),
    ],
)
def test_what_is_on_its_way_is_told_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, language: str, said: tuple[str, ...]
) -> None:
    things = (
        row("form", material="", file_name=""),
        row(),
        row(state="refused", file_name="b.png", reason="与账本所记的校验值不符"),
        row(state="gone", material="住所使用证明"),
    )
    page = shown(monkeypatch, Coming(("城关镇",), things), language).replace("\xa0", " ")
    assert [part for part in said if part not in page] == []
    assert "href" not in page


def test_where_nothing_is_awaited_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "传来" not in shown(monkeypatch, Coming(), "zh-hans")
