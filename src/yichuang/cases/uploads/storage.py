"""Storage: where files lie. The only place that speaks to Django's default storage, so that a folder and an
S3-compatible store behave the same: every file has a random name, is written once and never changed.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

ATTACHMENTS, CHUNKS, PREVIEWS = "attachments", "chunks", "previews"


def new_name(area: str) -> str:
    """Return a random name in an area, spread over 256 folders."""
    token = secrets.token_hex(20)
    return f"{area}/{token[:2]}/{token[2:]}"


def put(area: str, content: IO[bytes] | bytes) -> str:
    """Write a file whole and return its name. A row that names it is written after this, so that no half file shows."""
    name = new_name(area)
    return put_as(name, content)


def put_as(name: str, content: IO[bytes] | bytes) -> str:
    """Write a file under a name of `new_name`."""
    file: File[Any] = ContentFile(content) if isinstance(content, bytes) else File(content)
    stored = default_storage.save(name, file)
    _settle(stored)
    return stored


def _settle(name: str) -> None:
    """Make a local file survive a power cut before anybody is told that it has arrived."""
    try:
        descriptor = os.open(default_storage.path(name), os.O_RDONLY)
    except (NotImplementedError, FileNotFoundError):
        # Not in a folder of this machine: the store answers for itself.
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fetch(name: str) -> "File[Any]":
    """Open a stored file for reading; the caller closes it."""
    return default_storage.open(name, "rb")


def read(name: str) -> bytes:
    """Return a small stored file."""
    with default_storage.open(name, "rb") as file:
        content: bytes = file.read()
    return content


def exists(name: str) -> bool:
    """Return whether a file is stored."""
    return default_storage.exists(name)


def remove(name: str) -> None:
    """Delete a file at once; nothing when it is gone already."""
    default_storage.delete(name)


def discard(names: Iterable[str]) -> None:
    """Delete files once the caller's transaction is committed; what a crash leaves over, `cleaning` finds."""
    gone = list(names)

    def delete() -> None:
        for name in gone:
            default_storage.delete(name)
            if name.startswith(ATTACHMENTS):
                default_storage.delete(preview_name(name))

    if gone:
        transaction.on_commit(delete, robust=True)


def preview_name(stored: str) -> str:
    """Return where the preview of an attachment lies."""
    return f"{PREVIEWS}/{stored.partition('/')[2]}.png"


def walk(area: str) -> Iterator[tuple[str, datetime]]:
    """Yield name and time of writing of every file of an area."""
    try:
        folders, _ = default_storage.listdir(area)
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        _, files = default_storage.listdir(f"{area}/{folder}")
        for file in sorted(files):
            name = f"{area}/{folder}/{file}"
            yield name, default_storage.get_modified_time(name)
