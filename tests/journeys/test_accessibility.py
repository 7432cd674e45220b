"""What looks at every page can fail: a page with faults is found out at each width, and a good one is not."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import OUTPUT
from tests.journeys.accessibility import AXE_AT, WIDTHS, faults_at_every_width

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey]

GOOD = "<html lang=zh-CN><title>页</title><main><h1>页</h1>{}</main></html>"
BAD = '<div style="width: 1000px; height: 9px"></div><p style="color: #bbb">浅色文字</p><img src="data:,">'


def test_a_page_with_faults_is_found_out_at_every_width(page: "Page", photograph: Callable[[str], Path]) -> None:
    page.set_content(GOOD.format(""))
    assert faults_at_every_width(page, photograph, "good") == []
    assert all((OUTPUT / "screenshots" / f"good-{width}.jpg").stat().st_size for width in WIDTHS)
    page.set_content(GOOD.format(BAD))
    found = faults_at_every_width(page, photograph, "bad")
    for width in WIDTHS:
        assert any(f"bad at {width} px is" in one for one in found) == (width < 1000)
        for rule in ("color-contrast", "image-alt"):
            assert any(f"bad at {width} px: {rule}" in one for one in found) == (width in AXE_AT)
    wide = faults_at_every_width(page, photograph, "bad", words_only=True)
    assert wide == [one for one in found if one.endswith("too wide")]
