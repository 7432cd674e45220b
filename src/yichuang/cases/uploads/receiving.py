"""Receiving files: in chunks that may be sent again over a slow line, or in one piece from a page without scripts.

An upload's key is a secret of 256 bits: whoever holds it may go on with that upload and do nothing else.
Nothing is judged in a transaction: a large file would hold up every other writer.
"""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.cases.domain.attachments import (
    AttachmentRow,
    ChunkDiffers,
    ChunkUnfit,
    FileEmpty,
    FileTooLarge,
    RequestTooLarge,
    Upload,
    UploadRefused,
    UploadUnfinished,
    UploadUnknown,
    WrongOffset,
)
from yichuang.cases.domain.filetypes import check_name, shown_name
from yichuang.cases.domain.intake_law import UploadLaw, upload_law
from yichuang.cases.domain.texts import is_key, storable
from yichuang.cases.models import Chunk
from yichuang.cases.models import Upload as UploadModel
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import Home, check_room, find_home, in_words, lock_home
from yichuang.cases.uploads.inspection import Inspected, inspect
from yichuang.cases.uploads.shelf import keep, row_of
from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import new_sm3, sm3

_STRETCH = 1 << 16
_IN_MEMORY = 4 << 20
_NAME_KEPT = 255


def refuse_announced(*, size: int, file_name: str, at: datetime) -> None:
    """Refuse a file by its announced size in bytes before a byte is taken; raises FileEmpty, FileTooLarge."""
    _check_size(size, file_name, upload_law(on=local_day(at)))


def refuse_request(*, length: int, at: datetime) -> None:
    """Refuse a whole request by its announced length in bytes before its body is read; raises RequestTooLarge."""
    most = upload_law(on=local_day(at)).request_bytes
    if length > most:
        raise RequestTooLarge(length=in_words(length), limit=in_words(most))


def _check_size(size: int, file_name: str, law: UploadLaw) -> None:
    if size <= 0:
        raise FileEmpty(file_name=shown_name(file_name))
    if size > law.file_bytes:
        raise FileTooLarge(file_name=shown_name(file_name), limit=in_words(law.file_bytes))


def begin_upload(
    *,
    material: str,
    file_name: str,
    size: int,
    by: Actor,
    at: datetime,
    draft: str = "",
    number: str = "",
    fingerprint: str = "",
) -> Upload:
    """Announce a file of `size` bytes for a draft or a case and return where its first chunk begins.

    With a `fingerprint` of the file (what the browser knows of it) an unfinished upload of the same person, place,
    name and size is taken up again at the offset reached. Raises DraftUnknown, CaseNotFound, FileEmpty, FileTooLarge,
    TooManyFiles, FilesTooLargeTogether, NameMisleading.
    """
    law = upload_law(on=local_day(at))
    check_name(file_name)
    _check_size(size, file_name, law)
    material, file_name, fingerprint = (storable(text) for text in (material, file_name, fingerprint))
    with transaction.atomic():
        home = lock_home(draft=draft, number=number, by=by)
        if fingerprint:
            same = UploadModel.objects.filter(
                **home.columns,
                material=material,
                file_name=file_name[:_NAME_KEPT],
                size=size,
                fingerprint=fingerprint[:64],
                started_by=by.id,
                attachment__isnull=True,
                expires_at__gt=at,
            )
            if (found := same.order_by("-id").first()) is not None:
                return _upload(found, law)
        check_room(home, size=size, file_name=file_name, law=law)
        row = UploadModel.objects.create(
            **home.columns,
            key=secrets.token_urlsafe(32),
            material=material,
            file_name=file_name[:_NAME_KEPT],
            fingerprint=fingerprint[:64],
            size=size,
            offset=0,
            started_by=by.id,
            started_at=at,
            expires_at=at + timedelta(hours=law.upload_hours),
        )
    return _upload(row, law)


def _upload(row: UploadModel, law: UploadLaw) -> Upload:
    return Upload(
        key=row.key,
        offset=row.offset,
        size=row.size,
        material=row.material,
        file_name=shown_name(row.file_name),
        chunk_bytes=law.chunk_bytes,
        attachment=row.attachment.key if row.attachment else "",
    )


def _find(key: str) -> UploadModel:
    row = UploadModel.objects.select_related("attachment").filter(key=key).first() if is_key(key) else None
    if row is None:
        raise UploadUnknown()
    return row


def find_upload(*, key: str, at: datetime) -> Upload:
    """Return how far an upload is; raises UploadUnknown."""
    row = _find(key)
    return _upload(row, upload_law(on=local_day(at)))


def append_chunk(*, key: str, offset: int, data: bytes, at: datetime) -> int:
    """Take the bytes that begin at `offset` and return the offset reached; the same chunk again changes nothing.

    Raises UploadUnknown, WrongOffset (with the right one), ChunkDiffers, ChunkUnfit.
    """
    law = upload_law(on=local_day(at))
    row = _find(key)
    if (reached := _seen_before(row, offset, data)) is not None:
        return reached
    last = offset + len(data) == row.size
    most = min(law.chunk_bytes, row.size - offset)
    if not data or len(data) > most or (len(data) < law.least_chunk_bytes and not last):
        raise ChunkUnfit(length=len(data), least=law.least_chunk_bytes, most=law.chunk_bytes)
    stored = storage.put(storage.CHUNKS, data)
    try:
        with transaction.atomic():
            locked = UploadModel.objects.select_for_update().filter(pk=row.pk).first()
            if locked is None:
                raise UploadUnknown()
            reached = _seen_before(locked, offset, data)
            if reached is None:
                Chunk.objects.create(
                    upload=locked, offset=offset, size=len(data), digest=sm3(data).hex(), stored=stored
                )
                locked.offset = offset + len(data)
                locked.expires_at = at + timedelta(hours=law.upload_hours)
                locked.save(update_fields=["offset", "expires_at"])
    except BaseException:
        storage.remove(stored)
        raise
    if reached is not None:
        storage.remove(stored)
        return reached
    return offset + len(data)


def _seen_before(row: UploadModel, offset: int, data: bytes) -> int | None:
    """Return the offset reached when the chunk has arrived already, None when it is the next one."""
    if offset == row.offset and not row.attachment_id:
        return None
    known = Chunk.objects.filter(upload=row, offset=offset, size=len(data)).values_list("digest", flat=True).first()
    if known is not None or (row.attachment_id and offset + len(data) <= row.size):
        if known is not None and known != sm3(data).hex():
            raise ChunkDiffers(offset=row.offset, given=offset)
        return row.offset
    raise WrongOffset(offset=row.offset, given=offset)


def finish_upload(*, key: str, at: datetime) -> AttachmentRow:
    """Put the chunks together, look inside, and return the attachment; finishing again returns the same one.

    A file that is refused is gone with its chunks. Raises UploadUnknown, UploadUnfinished and the refusals of files.
    """
    law = upload_law(on=local_day(at))
    row = _find(key)
    if row.attachment is not None:
        return row_of(row.attachment)
    if row.offset != row.size:
        raise UploadUnfinished(offset=row.offset, given=row.offset, size=row.size)
    names = list(Chunk.objects.filter(upload=row).order_by("offset").values_list("stored", flat=True))
    try:
        with _gathered(_stretches(names), row.file_name, law) as (file, digest, size):
            inspected = inspect(file, size=size, file_name=row.file_name, law=law)
            stored = storage.put(storage.ATTACHMENTS, file)
    except UploadRefused:
        with transaction.atomic():
            _forget(row)
        raise
    except FileNotFoundError:
        # Somebody finished, or gave up, at the same moment, and the chunks are gone.
        return _finished_meanwhile(key)
    return _arrive(row, inspected, stored=stored, digest=digest, size=size, at=at)


def _finished_meanwhile(key: str) -> AttachmentRow:
    row = _find(key)
    if row.attachment is None:
        raise UploadUnknown()
    return row_of(row.attachment)


def _arrive(
    row: UploadModel, inspected: Inspected, *, stored: str, digest: str, size: int, at: datetime
) -> AttachmentRow:
    """Make a stored file an attachment; whoever finished at the same moment keeps his."""
    kept = False
    try:
        with transaction.atomic():
            locked = UploadModel.objects.select_for_update().filter(pk=row.pk).first()
            if locked is None:
                raise UploadUnknown()
            if locked.attachment_id is None:
                attachment = keep(
                    Home(draft=locked.draft_id, case=locked.case_id),
                    inspected,
                    material=locked.material,
                    stored=stored,
                    digest=digest,
                    size=size,
                    by=locked.started_by,
                    at=at,
                )
                locked.attachment = attachment
                locked.save(update_fields=["attachment"])
                chunks = Chunk.objects.filter(upload=locked)
                storage.discard(chunks.values_list("stored", flat=True))
                chunks.delete()
                kept = True
            assert locked.attachment is not None
            return row_of(locked.attachment)
    finally:
        if not kept:
            storage.remove(stored)


def store_upload(
    *,
    material: str,
    file: IO[bytes] | Iterable[bytes],
    file_name: str,
    by: Actor,
    at: datetime,
    draft: str = "",
    number: str = "",
    size: int | None = None,
) -> AttachmentRow:
    """Take a file in one piece (a page without scripts) and return the attachment.

    `file` is anything that yields or reads bytes, a form's uploaded file among them; `size` is what was announced.
    Raises what `begin_upload` and `finish_upload` raise.
    """
    law = upload_law(on=local_day(at))
    check_name(file_name)
    announced = size if size is not None else getattr(file, "size", None)
    if announced is not None:
        _check_size(announced, file_name, law)
    check_room(find_home(draft=draft, number=number, by=by), size=announced or 1, file_name=file_name, law=law)
    with _gathered(_pieces(file), file_name, law) as (gathered, digest, count):
        inspected = inspect(gathered, size=count, file_name=file_name, law=law)
        stored = storage.put(storage.ATTACHMENTS, gathered)
    try:
        with transaction.atomic():
            home = lock_home(draft=draft, number=number, by=by)
            check_room(home, size=count, file_name=file_name, law=law)
            attachment = keep(
                home, inspected, material=material, stored=stored, digest=digest, size=count, by=by.id, at=at
            )
    except BaseException:
        storage.remove(stored)
        raise
    return row_of(attachment)


def cancel_upload(*, key: str) -> None:
    """Give up an unfinished upload and what has arrived of it; raises UploadUnknown."""
    with transaction.atomic():
        row = UploadModel.objects.select_for_update().filter(pk=_find(key).pk, attachment__isnull=True).first()
        if row is None:
            raise UploadUnknown()
        _forget(row)


def _forget(row: UploadModel) -> None:
    storage.discard(Chunk.objects.filter(upload=row).values_list("stored", flat=True))
    row.delete()


def _pieces(file: IO[bytes] | Iterable[bytes]) -> Iterator[bytes]:
    chunks = getattr(file, "chunks", None)
    if chunks is not None:
        yield from chunks()
    elif hasattr(file, "read"):
        while piece := file.read(_STRETCH):
            yield piece
    else:
        yield from file


def _stretches(names: Iterable[str]) -> Iterator[bytes]:
    for name in names:
        yield storage.read(name)


@contextmanager
def _gathered(pieces: Iterable[bytes], file_name: str, law: UploadLaw) -> Iterator[tuple[IO[bytes], str, int]]:
    """Yield a file of all pieces, its SM3 and its size; stops as soon as more comes than may; raises FileTooLarge."""
    digest, count = new_sm3(), 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for piece in pieces:
            count += len(piece)
            _check_size(max(count, 1), file_name, law)
            digest.update(piece)
            file.write(piece)
        _check_size(count, file_name, law)
        file.seek(0)
        yield file, digest.hexdigest(), count
