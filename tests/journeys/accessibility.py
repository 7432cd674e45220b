"""What axe finds wrong with a page, as it stands in the browser now."""

from functools import cache
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
