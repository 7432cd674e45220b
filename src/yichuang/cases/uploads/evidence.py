"""Evidence: files that belong to no case and no draft, inspected and stored as every upload is.

Stands between a context that takes files of its own (a reply to a supervision card) and the inspection and the storage
of uploads, so that there is one answer to "may this file come in?".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.files.base import File

from yichuang.calendar.values import local_day
from yichuang.cases.domain.attachments import FileEmpty, FileTooLarge
from yichuang.cases.domain.filetypes import shown_name
from yichuang.cases.domain.intake_law import upload_law
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import in_words
from yichuang.cases.uploads.inspection import inspect
from yichuang.kernel.crypto import new_sm3

AREA = "evidence"
_STRETCH = 1 << 16


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that came in: `stored` is its random name in the storage, `digest` SM3 in hexadecimal, `size` in bytes."""

    stored: str
    file_name: str
    media_type: str
    size: int
    digest: str
    pages: int


def keep_evidence(*, content: IO[bytes], size: int, file_name: str, at: datetime) -> StoredFile:
    """Inspect a file and store it; the caller keeps the row, and calls before his own transaction begins.

    Raises FileEmpty, FileTooLarge and what the inspection refuses (NameMisleading, FileTypeRefused and their like).
    """
    law = upload_law(on=local_day(at))
    if size <= 0:
        raise FileEmpty(file_name=shown_name(file_name))
    if size > law.file_bytes:
        raise FileTooLarge(file_name=shown_name(file_name), limit=in_words(law.file_bytes))
    inspected = inspect(content, size=size, file_name=file_name, law=law)
    digest = new_sm3()
    content.seek(0)
    while stretch := content.read(_STRETCH):
        digest.update(stretch)
    content.seek(0)
    return StoredFile(
        stored=storage.put(AREA, content),
        file_name=inspected.file_name,
        media_type=inspected.kind.media_type,
        size=size,
        digest=digest.hexdigest(),
        pages=inspected.pages,
    )


def open_evidence(*, stored: str) -> "File[Any]":
    """Open a stored file for reading; the caller has asked the permission and closes it."""
    return storage.fetch(stored)
