"""The archive folder of a case (归档): one PDF with table of contents and bookmarks, or a ZIP with the files beside it.

Stands between the papers, the certificates and the applicant's files, and whoever keeps the folder. One part after
another is read, merged and let go; what is too large to be merged is listed, and in the ZIP lies beside.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO

import msgspec
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from yichuang.calendar.values import CHINA, LawFile, local_day
from yichuang.cases import queries as cases
from yichuang.cases.values import AttachmentRow
from yichuang.certificates.queries import list_by_case, render_certificate
from yichuang.documents import Folio, picture_page, render_folios, render_letter
from yichuang.papers.domain.composing import compose, number_of, occasions
from yichuang.papers.domain.contents import Entry, contents_page, file_name, timeline
from yichuang.papers.domain.dossier import Dossier
from yichuang.papers.gathering import gather

_FILE = Path(__file__).with_name("law") / "archive.yaml"
_MEGABYTE = 1_000_000
_PDF = "application/pdf"
# What the parser of a foreign file may raise; such a file is listed, and lies in the ZIP as it is.
_UNMERGEABLE = (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much is merged into one PDF."""

    mark: str
    citation: str
    attachment_megabytes: int
    merged_megabytes: int
    merged_pages: int


class _Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    limits: Limits


@lru_cache(maxsize=1)
def load_limits() -> Limits:
    """Return the limits; cached; raises FaultyLaw."""
    return LawFile(_FILE).read(_Archive).limits


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    number: str
    dated_on: date
    pdf: bytes
    caption: str = ""


def write_pdf(number: str, into: IO[bytes], *, site: str) -> None:
    """Write the whole folder as one PDF; raises CaseNotFound."""
    dossier = gather(number)
    attachments = cases.list_attachments(number=number)
    writer, entries, folios = PdfWriter(), list[Entry](), list[Folio]()
    for part in _parts(dossier, site=site):
        _append(writer, part, entries, folios)
    size = 0
    for row in attachments:
        size += row.size
        _append_attachment(writer, row, entries, folios, merged_bytes=size)
    file = cases.get_case(number)
    last = render_letter(timeline(dossier, file))
    _append(writer, _Part("办理过程记录", "", local_day(dossier.acts[-1].at), last), entries, folios)
    _stamp(writer, folios)
    _put_contents_first(writer, render_letter(contents_page(dossier, entries)), entries)
    writer.add_metadata({"/Title": f"办件{number}案卷", "/Author": dossier.organisation_name, "/Producer": "yichuang"})
    writer.write(into)


def _parts(dossier: Dossier, *, site: str) -> Iterator[_Part]:
    for occasion in occasions(dossier.acts):
        letter = compose(dossier, occasion, site=site)
        yield _Part(letter.title, number_of(occasion), letter.dated_on, render_letter(letter))
    for row in list_by_case(dossier.number):
        yield _Part(row.name, row.number, row.issued_on, render_certificate(row.number, site=site))


def _append(writer: PdfWriter, part: _Part, entries: list[Entry], folios: list[Folio]) -> None:
    first = len(writer.pages)
    writer.append(BytesIO(part.pdf), import_outline=False)
    entries.append(Entry(part.title, part.number, part.dated_on, first + 1, len(writer.pages) - first))
    folios += [_folio(writer, place, part.caption) for place in range(first, len(writer.pages))]


def _folio(writer: PdfWriter, place: int, caption: str) -> Folio:
    page = writer.pages[place]
    if page.rotation:
        page.transfer_rotation_to_content()
    return Folio(number=place + 1, caption=caption, width=float(page.cropbox.width), height=float(page.cropbox.height))


def _append_attachment(
    writer: PdfWriter, row: AttachmentRow, entries: list[Entry], folios: list[Folio], *, merged_bytes: int
) -> None:
    limits = load_limits()
    title, on = f"{row.material}（{row.file_name}）", local_day(row.created_at)
    room = limits.merged_pages - len(writer.pages)
    fits = row.size <= limits.attachment_megabytes * _MEGABYTE and merged_bytes <= limits.merged_megabytes * _MEGABYTE
    pdf = _attachment_pdf(row, most_pages=room) if fits and room > 0 else b""
    if not pdf:
        entries.append(Entry(title, "", on, 0, 0, note=f"另存文件，SM3 {row.digest[:16]}"))
        return
    _append(writer, _Part(title, "", on, pdf, caption=f"附件：{row.material}"), entries, folios)


def _attachment_pdf(row: AttachmentRow, *, most_pages: int) -> bytes:
    """Return a file as pages fit to be merged; nothing for what is neither a sound PDF nor a picture."""
    if row.media_type != _PDF and not row.media_type.startswith("image/"):
        return b""
    _, file = cases.open_attachment(key=row.key)
    with file:
        data = file.read()
    try:
        if row.media_type != _PDF:
            return picture_page(data)
        reader = PdfReader(BytesIO(data))
        if not 0 < len(reader.pages) <= most_pages:
            return b""
        # Merged once by itself: a file that breaks on the way must not break the folder.
        trial = PdfWriter()
        trial.append(reader, import_outline=False)
        for page in trial.pages:
            page.pop("/AA", None)
        out = BytesIO()
        trial.write(out)
        return out.getvalue()
    except _UNMERGEABLE:
        return b""


def _stamp(writer: PdfWriter, folios: list[Folio]) -> None:
    """Print the page's number on its upper right corner, and what an applicant's file is for on the left."""
    stamps = PdfReader(BytesIO(render_folios(tuple(folios))))
    for page, stamp in zip(writer.pages, stamps.pages, strict=True):
        page.merge_translated_page(stamp, float(page.cropbox.left), float(page.cropbox.bottom))


def _put_contents_first(writer: PdfWriter, contents: bytes, entries: list[Entry]) -> None:
    # The table of contents bears no number: its own length would change what it says.
    ahead = len(PdfReader(BytesIO(contents)).pages)
    writer.merge(0, BytesIO(contents), import_outline=False)
    writer.add_outline_item(title="卷内目录", page_number=0)
    for entry in entries:
        if entry.pages:
            writer.add_outline_item(title=entry.title, page_number=ahead + entry.first - 1)


def write_zip(number: str, into: IO[bytes], *, site: str) -> None:
    """Write the folder as ZIP: the PDF, the applicant's files as they came in, and the digest of each."""
    last = cases.list_acts(number)[-1].recorded_at.astimezone(CHINA)
    stamp = (max(last.year, 1980), last.month, last.day, last.hour, last.minute, last.second // 2 * 2)

    def info(name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(f"{number}/{name}", date_time=stamp)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        entry.create_system = 3
        return entry

    sums = []
    with zipfile.ZipFile(into, "w") as archive:
        # On disk once it has grown: a folder may be larger than memory should hold twice.
        with SpooledTemporaryFile(max_size=8 * _MEGABYTE) as pdf:
            write_pdf(number, pdf, site=site)
            pdf.seek(0)
            with archive.open(info("案卷.pdf"), "w", force_zip64=True) as target:
                copyfileobj(pdf, target)
        for place, row in enumerate(cases.list_attachments(number=number), start=1):
            name = f"附件/{place:02d} {file_name(row.file_name)}"
            _, file = cases.open_attachment(key=row.key)
            with file, archive.open(info(name), "w", force_zip64=True) as target:
                copyfileobj(file, target)
            sums.append(f"{row.digest}  {name}\n")
        archive.writestr(info("附件校验值SM3.txt"), "".join(sums) or "本办件没有电子附件\n")
