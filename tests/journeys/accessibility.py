"""What is wrong with a page as it stands in the browser now: at each width, to axe, to a finger."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = [360, 768, 1440]
# Where a page is laid out differently enough for axe: everything in one column, and everything side by side.
AXE_AT = (WIDTHS[0], WIDTHS[-1])
# 2.2 adds target size and focus appearance to what axe checks by default. Only faults are wanted: the whole report
# of a long page takes the browser longer to hand over than the checks take.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@cache
def _script() -> str:
    return str(Axe().axe_script)


def violations(page: "Page") -> list[dict[str, Any]]:
    """Return the rules that the page breaks, each with the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    # What sticks to the lower edge of a phone lies over what is read; at the end of the page it has a place of its own.
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules).then(all => all.violations)", RULES)
    return found


def broken(page: "Page") -> list[str]:
    """Return a line for every element that breaks a rule of axe."""
    found = violations(page)
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def overflow(page: "Page") -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def faults_at_every_width(
    page: "Page",
    photograph: Callable[[str], Path],
    name: str,
    *,
    words_only: bool = False,
    settled: Callable[[], object] = lambda: None,
) -> list[str]:
    """Return what sticks out of the page at each width and what axe finds; a picture of each width is kept.

    With `words_only` the page was looked at in the other language: other words may be too long, but colours, roles
    and names are the same, so that its picture on a phone is enough and axe is not asked again. `settled` is called
    after each change of the width, for a page whose scripts draw anew.
    """
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settled()
        if not words_only or width == WIDTHS[0]:
            photograph(f"{name}-{width}")
        if (over := overflow(page)) > 0:
            faults.append(f"{name} at {width} px is {over} px too wide")
        if not words_only and width in AXE_AT:
            faults += [f"{name} at {width} px: {one}" for one in broken(page)]
    return faults
