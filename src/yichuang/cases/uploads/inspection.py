"""Inspection: what an arrived file is, whether it is only that, and under which name it is shown.

The one place that decides whether a file is taken; everything it refuses is refused in words for an applicant.
"""

from dataclasses import dataclass
from typing import IO

from yichuang.cases.domain.filetypes import (
    ARCHIVE,
    HEAD_BYTES,
    PDF,
    PICTURES,
    FileType,
    check_name,
    name_for,
    shown_name,
    sniff,
)
from yichuang.cases.domain.intake_law import UploadLaw
from yichuang.cases.uploads import archives, papers, pictures


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be taken: what it is, how it is called, and how many pages it has (0 where it has none)."""

    kind: FileType
    file_name: str
    pages: int


def inspect(file: IO[bytes], *, size: int, file_name: str, law: UploadLaw) -> Inspected:
    """Return what a whole file is; raises one of the refusals of `domain.attachments`."""
    check_name(file_name)
    shown = shown_name(file_name)
    file.seek(0)
    kind = sniff(file.read(HEAD_BYTES), file_name=shown)
    pages = 0
    if kind is ARCHIVE:
        kind = archives.inspect(file, size=size, file_name=shown, law=law)
    # Told before the inside is judged: whoever sends a renamed file should hear of that first.
    name = name_for(file_name, kind)
    if kind in PICTURES:
        pictures.inspect(file, kind=kind, file_name=shown, most_pixels=law.picture_pixels)
        pages = 1
    elif kind is PDF:
        pages = papers.inspect(file, file_name=shown, most_pages=law.pdf_pages, most_bytes=law.archive_bytes)
    file.seek(0)
    return Inspected(kind, name, pages)
