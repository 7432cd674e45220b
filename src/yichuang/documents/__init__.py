"""Words set on paper: official notices after GB/T 9704-2012, letters of a case, certificates.

The door: build an `OfficialNotice`, then `render_docx`, `render_pdf` or `render_html`; a `Letter`, then
`render_letter`; a `CertificateSheet`, then `render_certificate`. `qr_svg` draws QR codes for pages. Fonts are found
by `find_faces` and fetched by `python -m yichuang.documents.fonts`.
"""

from yichuang.documents.certificate import CertificateSheet, render_certificate
from yichuang.documents.docx import render_docx
from yichuang.documents.faces import Faces, find_faces, font_folders
from yichuang.documents.folio import Folio, picture_page, render_folios
from yichuang.documents.html import render_html
from yichuang.documents.letter import Blanks, CutOff, Facts, Letter, Listing, Part, missing_in_letter, render_letter
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
from yichuang.documents.qr import qr_svg

__all__ = [
    "Blanks",
    "Block",
    "CertificateSheet",
    "Chart",
    "CutOff",
    "DocumentNumber",
    "Faces",
    "Facts",
    "Figure",
    "Folio",
    "Heading",
    "Letter",
    "Listing",
    "OfficialNotice",
    "Paragraph",
    "Part",
    "Run",
    "Table",
    "Text",
    "chart_png",
    "figures_of",
    "find_faces",
    "font_folders",
    "missing_characters",
    "missing_in_letter",
    "picture_page",
    "printable",
    "qr_svg",
    "render_certificate",
    "render_docx",
    "render_folios",
    "render_html",
    "render_letter",
    "render_pdf",
]
