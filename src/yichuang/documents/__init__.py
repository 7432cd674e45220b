"""Official documents after GB/T 9704-2012: one notice, three formats.

The door: build an `OfficialNotice`, then `render_docx`, `render_pdf` or `render_html`. Fonts are found by
`find_faces` and fetched by `python -m yichuang.documents.fonts`.
"""

from yichuang.documents.docx import render_docx
from yichuang.documents.faces import Faces, find_faces, font_folders
from yichuang.documents.html import render_html
from yichuang.documents.notice import (
    Block,
    Chart,
    DocumentNumber,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Run,
    Table,
    Text,
    figures_of,
    printable,
)
from yichuang.documents.pdf import chart_png, missing_characters, render_pdf

__all__ = [
    "Block",
    "Chart",
    "DocumentNumber",
    "Faces",
    "Figure",
    "Heading",
    "OfficialNotice",
    "Paragraph",
    "Run",
    "Table",
    "Text",
    "chart_png",
    "figures_of",
    "find_faces",
    "font_folders",
    "missing_characters",
    "printable",
    "render_docx",
    "render_html",
    "render_pdf",
]
