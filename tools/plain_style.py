"""Writes the small stylesheet that public pages carry in their head; `--check` only says that it is out of date.

A cheap phone on a slow line must not wait for a second file before it paints. So the rules of Bootstrap, of the
furniture and of the portal that the public's templates really use are joined into `ui/plain.css`, which `base.html`
writes into the page. Pages of the staff link the whole stylesheets, which stay in the browser's cache.

A rule is kept when every class and every tag in its selector is used. A class is used when it stands in a
`class="..."` of a template or of code that writes markup, or is given to a form's widget; `tone-{{ x }}` uses all that
begin with `tone-`.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "yichuang"
TARGET = PACKAGE / "ui" / "plain.css"
STYLES = (
    PACKAGE / "ui" / "static" / "ui" / "vendor" / "bootstrap.min.css",
    PACKAGE / "ui" / "static" / "ui" / "yichuang.css",
    PACKAGE / "portal" / "portal.css",
)
# Whose pages the public sees, and the pieces of furniture that only the staff's pages use.
CONTEXTS = ("ui", "portal", "accounts")
NOT_PUBLIC = ("ui/style.html", "ui/components/chart.html", "ui/charts.py", "ui/specimens.py", "accounts/admin.py")
LICENCE = "/*! Rules of Bootstrap 5.3.9 (MIT) and of Yichuang: made by tools/plain_style.py. */"

_CLASSES = re.compile(
    r"""class\\?=\\?["']((?:\{%.*?%\}|\{\{.*?\}\}|[^"'])*)["']|["']class["']:\s*["']([^"']*)["']""", re.DOTALL
)
_TAGS = re.compile(r"<([a-z][a-z0-9]*)\b")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAME = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_ELEMENT = re.compile(r"(?:^|[\s>+~(,])([a-z][a-z0-9]*)(?![\w-]*\()")
_DEFINED_VARIABLE = re.compile(r"(?<=[{;])\s*(--[\w-]+):")
_USED_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_SPACES = re.compile(r"\s+")
# States that Bootstrap's scripts would set; no such script is loaded.
_NEVER = re.compile(r"\[data-bs-|::-moz-focus-inner|::-webkit-(?:datetime|inner-spin|search|color|file)|\.btn-check")


@dataclass
class Used:
    """What the public's markup names."""

    classes: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=lambda: {"html", "body", "head", "root"})

    def has_class(self, name: str) -> bool:
        """Tell whether a class is named, or may be made of a beginning that is."""
        return name in self.classes or any(name.startswith(one) for one in self.beginnings)


def gather(texts: Iterable[str]) -> Used:
    """Return the classes and tags that templates and code name."""
    used = Used()
    for text in texts:
        used.tags |= set(_TAGS.findall(text))
        for quoted, given in _CLASSES.findall(text):
            marked = re.sub(r"\{\{.*?\}\}|\{(?!%)[^{}%]*\}", "\0", quoted or given, flags=re.DOTALL)
            for name in re.sub(r"\{%.*?%\}", " ", marked, flags=re.DOTALL).split():
                beginning, made, _ = name.partition("\0")
                if made and beginning.endswith("-"):
                    used.beginnings.add(beginning)
                elif not made:
                    used.classes.add(name)
    return used


def rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield (head, body) of every block at the outer level; a body may hold blocks of its own."""
    start = depth = opened = 0
    for at, sign in enumerate(text):
        if sign == "{":
            if not depth:
                opened = at
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                yield text[start:opened].strip(), text[opened + 1 : at]
                start = at + 1
        elif sign == ";" and not depth:
            start = at + 1


def is_used(selector: str, used: Used) -> bool:
    """Tell whether a selector can match anything on a public page."""
    if _NEVER.search(selector):
        return False
    bare = re.sub(
        r"\[[^\]]*\]|::?[a-z-]+(?=\()|::?[\w-]+", lambda found: "" if "(" not in found[0] else found[0], selector
    )
    # What stands inside :is() or :not() are choices, not conditions that must all hold.
    outer = re.sub(r"\([^()]*\)", "", bare)
    if not all(used.has_class(name) for name in _NAME.findall(outer)):
        return False
    return all(tag in used.tags for tag in _ELEMENT.findall(_NAME.sub(".", outer)))


def split_selectors(head: str) -> list[str]:
    """Split a selector list at the commas outside of brackets."""
    return [part.strip() for part in re.split(r",(?![^(\[]*[)\]])", head) if part.strip()]


def keep(text: str, used: Used) -> str:
    """Return the rules that can match, without comments and superfluous spaces."""
    kept = []
    for head, body in rules(_COMMENT.sub("", text)):
        if head.startswith(("@media", "@supports")):
            inner = keep(body, used)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            continue
        elif chosen := [one for one in split_selectors(head) if is_used(one, used)]:
            kept.append(f"{','.join(chosen)}{{{body}}}")
    return _tight("".join(kept))


def _tight(text: str) -> str:
    text = _SPACES.sub(" ", text)
    # A space before a colon may part a selector from a pseudo-class: only inside a block may it go.
    return re.sub(r";\}", "}", re.sub(r"\s*([{};,>])\s*", r"\1", text)).strip()


def without_unused_variables(text: str) -> str:
    """Drop the custom properties that no rule reads, until nothing more can be dropped."""
    while True:
        unread = set(_DEFINED_VARIABLE.findall(text)) - set(_USED_VARIABLE.findall(text))
        lean = text
        for name in sorted(unread):
            lean = re.sub(rf"(?<=[{{;])\s*{re.escape(name)}:[^;{{}}]*(?:;|(?=\}}))", "", lean)
        lean = re.sub(r"(?<=\})[^{}@]+\{\s*\}", "", lean)
        if lean == text:
            return lean
        text = lean


def sources() -> Iterator[str]:
    """Yield the texts of the public's templates and of the code that writes markup for them."""
    for context in CONTEXTS:
        folder = PACKAGE / context
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.py"), *folder.rglob("*.js")]):
            if not str(path).endswith(NOT_PUBLIC) and "/migrations/" not in str(path):
                yield path.read_text(encoding="utf-8")


def plain_style() -> str:
    """Return the whole small stylesheet."""
    used = gather(sources())
    joined = "".join(keep(path.read_text(encoding="utf-8"), used) for path in STYLES)
    return f"{LICENCE}\n{without_unused_variables(joined)}\n"


def main() -> int:
    """Write the stylesheet; with --check write nothing and return 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = plain_style()
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{'out of date' if check else 'written'}: {TARGET.relative_to(ROOT)}, {len(text.encode()):,} bytes")
    if not check:
        TARGET.write_text(text, encoding="utf-8")
    return 1 if check else 0


if __name__ == "__main__":
    sys.exit(main())
