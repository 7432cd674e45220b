"""The written part of the house: links hold, words have one meaning, decisions have one number."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, contexts, shown

GLOSSARY = ROOT / "docs" / "glossary.md"
DECISIONS = ROOT / "docs" / "adr"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """List every Markdown page of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PACKAGE.rglob("*.md")])


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code-hosting sites make them."""
    headings = re.findall(r"^#+\s+(.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_relative_link_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for target in LINK.findall(page.read_text()):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            aim = (page.parent / name).resolve() if name else page
            if not aim.exists() or (anchor and aim.suffix == ".md" and anchor not in anchors(aim)):
                broken.append(f"{shown(page)}: {target}")
    assert broken == []


def glossary_rows() -> list[list[str]]:
    """Return the cells of every row of the glossary's tables, without the heads."""
    rows = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [row for row in cells if row[0] != "中文" and not set(row[0]) <= {"-", " "}]


def test_the_glossary_has_each_chinese_term_once() -> None:
    terms = [term for row in glossary_rows() for term in re.split(r"[、,]\s*", row[0])]
    assert [term for term, times in Counter(terms).items() if times > 1] == []


def test_one_english_word_stands_for_one_chinese_term() -> None:
    words = [row[1] for row in glossary_rows()]
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_every_glossary_row_names_its_source() -> None:
    assert [row for row in glossary_rows() if len(row) != 4 or not all(row)] == []


def test_decisions_are_numbered_once_and_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted(DECISIONS.glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("part", ["Context", "Decision", "Consequences", "What would make us change it"])
def test_every_decision_has_all_its_parts(part: str) -> None:
    lacking = [shown(path) for path in DECISIONS.glob("[0-9]*.md") if f"\n## {part}\n" not in path.read_text()]
    assert lacking == []


def test_every_context_has_a_page_that_says_what_it_owns() -> None:
    assert [name for name in contexts() if not (PACKAGE / name / "README.md").exists()] == []


def test_every_make_action_of_the_contributors_page_exists() -> None:
    actions = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"`make ([a-z-]+)`", "".join(page.read_text() for page in ROOT.glob("*.md")))
    assert sorted(set(named) - actions) == []
