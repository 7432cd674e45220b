"""The benchmark of the first paint still runs: one page of it, once; what it measures here is not looked at."""

import importlib.util
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey]


def test_the_first_paint_of_a_page_is_measured_on_a_slow_line_signed_in_or_not(browser: "Browser", site: str) -> None:
    spec = importlib.util.spec_from_file_location("benched_paint", ROOT / "bench" / "bench_first_paint.py")
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    bench.ROUNDS = 1
    sheets = bench.whole_sheets(site)
    assert sheets
    with bench.proxy(site, sheets=sheets) as address:
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        assert bench.sign_in(context, address)
        paint, weight = bench.measure(context, address + bench.first_guide(context, address))
        context.close()
    assert paint > 0
    assert weight > 0
