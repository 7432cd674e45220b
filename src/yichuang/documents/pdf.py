"""Sets a notice as PDF/A-2b after GB/T 9704-2012 with Typst and the template beside this file."""

import json

from yichuang.documents.faces import Faces, find_faces
from yichuang.documents.notice import OfficialNotice
from yichuang.documents.sheet import sheet
from yichuang.documents.typesetting import Content, missing_of, run, typeset

_TEMPLATE = "notice.typ"


def render_pdf(notice: OfficialNotice, *, faces: Faces | None = None) -> bytes:
    """Set the notice as PDF/A-2b; the document properties name every substituted font and missing character.

    A character that no font can draw is printed as 〓. Raises ChineseFontMissing, TypesettingFailed.
    """
    return typeset(_TEMPLATE, _content(notice), faces=faces)


def missing_characters(notice: OfficialNotice, *, faces: Faces | None = None) -> tuple[str, ...]:
    """Return the characters that the PDF would print as 〓, so that an editor can be warned before."""
    return missing_of(_content(notice), faces=faces)


def chart_png(svg: str, *, faces: Faces | None = None, ppi: float = 200) -> bytes:
    """Draw a chart as PNG for formats that cannot show SVG. Raises TypesettingFailed."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        "#set text(font: json(bytes(sys.inputs.families)))\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 156mm)'
    )
    chosen = faces or find_faces()
    inputs = {"svg": svg, "families": json.dumps(chosen.families["hei"])}
    pages = run(chosen, source.encode(), inputs, format="png", ppi=ppi)
    return pages[0] if isinstance(pages, list) else pages


def _content(notice: OfficialNotice) -> Content:
    return lambda clean: sheet(notice, clean=clean) | {"keywords": [str(notice.document_number)]}
