"""Sets a notice as PDF/A-2b after GB/T 9704-2012 with Typst and the template beside this file.

Stands between the notice and the typesetter: the content travels as JSON and is never read as markup; a page
that the typesetter warns about is not handed out. The same notice and fonts give the same bytes.
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
from yichuang.documents.notice import OfficialNotice, printable
from yichuang.documents.refusals import TypesettingFailed
from yichuang.documents.sheet import sheet, words_of

TEMPLATE = Path(__file__).with_name("notice.typ")
GETA = "〓"  # the printers' mark for a character that the case does not hold
_COMBINING = frozenset({"Mn", "Mc", "Me", "Cf"})
_LOCK = Lock()


def render_pdf(notice: OfficialNotice, *, faces: Faces | None = None) -> bytes:
    """Set the notice as PDF/A-2b; the document properties name every substituted font and missing character.

    A character that no font can draw is printed as 〓. Raises ChineseFontMissing, TypesettingFailed.
    """
    chosen = faces or find_faces()
    missing = chosen.missing(words_of(sheet(notice, clean=printable)))
    try:
        return _compile(chosen, notice, missing)
    except TypesettingFailed as refusal:
        # Marks that combine across fonts fail as a pair although a font has each of them.
        marks = {char for char in words_of(sheet(notice, clean=printable)) if unicodedata.category(char) in _COMBINING}
        if not marks or "displayed" not in str(refusal):
            raise
        return _compile(chosen, notice, missing | marks)


def missing_characters(notice: OfficialNotice, *, faces: Faces | None = None) -> tuple[str, ...]:
    """Return the characters that the PDF would print as 〓, so that an editor can be warned before."""
    return tuple(sorted((faces or find_faces()).missing(words_of(sheet(notice, clean=printable)))))


def chart_png(svg: str, *, faces: Faces | None = None, ppi: float = 200) -> bytes:
    """Draw a chart as PNG for formats that cannot show SVG. Raises TypesettingFailed."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        "#set text(font: json(bytes(sys.inputs.families)))\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 156mm)'
    )
    chosen = faces or find_faces()
    inputs = {"svg": svg, "families": json.dumps(chosen.families["hei"])}
    pages = _run(chosen, source.encode(), inputs, format="png", ppi=ppi)
    return pages[0] if isinstance(pages, list) else pages


def _compile(faces: Faces, notice: OfficialNotice, missing: frozenset[str]) -> bytes:
    content = sheet(notice, clean=_with_geta(missing)) | {
        "families": faces.families,
        "keywords": [
            str(notice.document_number),
            *(f"字体替代：{role}用{family}" for role, family in faces.substitutes().items()),
            *(f"缺字：U+{ord(char):04X}" for char in sorted(missing)),
        ],
    }
    inputs = {"notice": json.dumps(content, ensure_ascii=False, sort_keys=True)}
    pages = _run(faces, TEMPLATE.read_bytes(), inputs, format="pdf", pdf_standards="a-2b")
    return b"".join(pages) if isinstance(pages, list) else pages


def _with_geta(missing: frozenset[str]) -> Callable[[str], str]:
    table = {ord(char): GETA for char in missing}
    return lambda text: printable(text).translate(table)


def _run(faces: Faces, source: bytes, inputs: dict[str, str], **options: Any) -> bytes | list[bytes]:
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


@lru_cache(maxsize=4)
def _compiler(faces: Faces) -> typst.Compiler:
    # The template folder is the root: a document can read nothing else from this machine.
    return typst.Compiler(TEMPLATE.read_bytes(), root=TEMPLATE.parent, font_paths=faces.fonts)
