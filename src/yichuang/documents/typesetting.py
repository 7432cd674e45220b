"""Runs the typesetter over one of the templates beside this file, for every kind of document alike.

Stands between a document's content and its PDF: the content travels as JSON and is never read as markup; a page
that the typesetter warns about is not handed out. The same content and fonts give the same bytes.
"""

import json
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from yichuang.documents.faces import Faces, find_faces
from yichuang.documents.notice import printable
from yichuang.documents.refusals import TypesettingFailed

FOLDER = Path(__file__).parent
GETA = "〓"  # the printers' mark for a character that the case does not hold
_COMBINING = frozenset({"Mn", "Mc", "Me", "Cf"})
_LOCK = Lock()

Clean = Callable[[str], str]
# The content of a document as JSON-ready data, every text passed through the argument.
Content = Callable[[Clean], dict[str, Any]]


def typeset(template: str, content: Content, *, faces: Faces | None = None) -> bytes:
    """Set a document with the named template as PDF/A-2b; raises ChineseFontMissing, TypesettingFailed.

    The document properties name every substituted font and missing character. A character that no font can
    draw is printed as 〓.
    """
    chosen = faces or find_faces()
    words = words_of(content(printable))
    missing = chosen.missing(words)
    try:
        return _compile(chosen, template, content, missing)
    except TypesettingFailed as refusal:
        # Marks that combine across fonts fail as a pair although a font has each of them.
        marks = {char for char in words if unicodedata.category(char) in _COMBINING}
        if not marks or "displayed" not in str(refusal):
            raise
        return _compile(chosen, template, content, missing | marks)


def missing_of(content: Content, *, faces: Faces | None = None) -> tuple[str, ...]:
    """Return the characters of a document that its PDF would print as 〓."""
    return tuple(sorted((faces or find_faces()).missing(words_of(content(printable)))))


def words_of(content: object) -> str:
    """Return all texts of the data in one string, to see which characters it needs."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return "".join(words_of(value) for key, value in content.items() if key != "svg")
    if isinstance(content, list):
        return "".join(map(words_of, content))
    return ""


def run(faces: Faces, source: bytes, inputs: dict[str, str], **options: Any) -> bytes | list[bytes]:
    """Compile a source; raises TypesettingFailed on an error and on any warning."""
    # One compiler serves all threads; it keeps the fonts open, and one document takes milliseconds.
    with _LOCK:
        try:
            result, warnings = _compiler(faces).compile_with_warnings(source, sys_inputs=inputs, **options)
        except typst.TypstError as error:
            raise TypesettingFailed(reason=error.message or error.diagnostic or "typst") from error
    if warnings:
        raise TypesettingFailed(reason="；".join(warning.message for warning in warnings))
    if not result:
        raise TypesettingFailed(reason="typst")
    return result


def _compile(faces: Faces, template: str, content: Content, missing: frozenset[str]) -> bytes:
    words = content(_with_geta(missing))
    words |= {
        "families": faces.families,
        "keywords": [
            *words.get("keywords", []),
            *(f"字体替代：{role}用{family}" for role, family in faces.substitutes().items()),
            *(f"缺字：U+{ord(char):04X}" for char in sorted(missing)),
        ],
    }
    inputs = {"content": json.dumps(words, ensure_ascii=False, sort_keys=True)}
    pages = run(faces, (FOLDER / template).read_bytes(), inputs, format="pdf", pdf_standards="a-2b")
    return b"".join(pages) if isinstance(pages, list) else pages


def _with_geta(missing: frozenset[str]) -> Clean:
    table = {ord(char): GETA for char in missing}
    return lambda text: printable(text).translate(table)


@lru_cache(maxsize=4)
def _compiler(faces: Faces) -> typst.Compiler:
    # The template folder is the root: a document can read nothing else from this machine.
    return typst.Compiler(b"", root=FOLDER, font_paths=faces.fonts)
