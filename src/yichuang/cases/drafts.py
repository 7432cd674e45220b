"""Drafts: an application on its way to being submitted, saved as often as its owner likes.

Nothing typed is lost: a save that another page has overtaken is refused, and kept beside the one that won.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from yichuang.calendar.values import local_day
from yichuang.cases.domain.application import Application, Draft, DraftRow, DraftVersion
from yichuang.cases.domain.drafting import (
    DraftChanged,
    DraftSubmitted,
    DraftTooLarge,
    DraftUnknown,
    TooManyDrafts,
)
from yichuang.cases.domain.intake_law import upload_law
from yichuang.cases.domain.texts import is_key, storable
from yichuang.cases.models import Attachment, Case, Chunk, DraftRevision, Form, Upload
from yichuang.cases.models import Draft as DraftModel
from yichuang.cases.uploads import storage
from yichuang.kernel.actor import Actor

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Application).decode
_CODE_KEPT = 40
_EMPTY = _encode(Application()).decode()


def encode_application(application: Application) -> str:
    """Return the application as JSON; halves of characters, which no text can hold, become replacement characters."""
    try:
        return _encode(application).decode()
    except UnicodeEncodeError:
        return _encode(msgspec.convert(_mended(msgspec.to_builtins(application)), Application)).decode()


def _mended(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mended(held) for held in value]
    return value


def decode_application(content: str) -> Application:
    """Return the application of a stored text."""
    return _decode(content)


def start_draft(*, owner: str, item: str, by: Actor, at: datetime, handling_code: str = "") -> str:
    """Begin a draft and return its key; an untouched one of the same person and item is taken up again.

    `item` is the implementation code (31) or the main item (5), `handling_code` the handling item (33), if known.
    Raises TooManyDrafts.
    """
    law = upload_law(on=local_day(at))
    item, handling_code = storable(item)[:_CODE_KEPT], storable(handling_code)[:_CODE_KEPT]
    with transaction.atomic():
        mine = DraftModel.objects.filter(owner=owner, case__isnull=True, expires_at__gt=at)
        untouched = mine.filter(item=item, handling_code=handling_code, version=0).order_by("-id").first()
        if untouched is not None:
            return untouched.key
        if (count := mine.count()) >= law.owner_drafts:
            raise TooManyDrafts(count=count, limit=law.owner_drafts)
        return DraftModel.objects.create(
            key=secrets.token_hex(16),
            owner=owner,
            item=item,
            handling_code=handling_code,
            content=_EMPTY,
            version=0,
            started_by=by.id,
            started_at=at,
            saved_at=at,
            expires_at=at + timedelta(days=law.draft_days),
        ).key


def lock_draft(*, key: str, owner: str) -> DraftModel:
    """Return the row of a person's draft, locked until the end of the transaction; raises DraftUnknown."""
    return _found(DraftModel.objects.select_for_update(), key, owner)


def _found(rows: QuerySet[DraftModel], key: str, owner: str) -> DraftModel:
    row = rows.filter(key=key, owner=owner).first() if is_key(key) else None
    if row is None:
        raise DraftUnknown()
    return row


def _open(row: DraftModel) -> DraftModel:
    if row.case_id is not None:
        raise DraftSubmitted(number=_number(row))
    return row


def _number(row: DraftModel) -> str:
    return "" if row.case_id is None else Case.objects.values_list("number", flat=True).get(pk=row.case_id)


def save_draft(
    *,
    key: str,
    owner: str,
    application: Application,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Keep what was typed and return the draft's version; the same again is not a new one.

    With `expected_version` (the version the page showed) a save that another page has overtaken raises DraftChanged,
    which holds both texts; it is kept as a version set aside. Raises DraftUnknown, DraftSubmitted, DraftTooLarge.
    """
    law = upload_law(on=local_day(at))
    content = encode_application(application)
    if len(content) > law.draft_characters:
        raise DraftTooLarge(length=len(content), limit=law.draft_characters)
    with transaction.atomic():
        row = _open(lock_draft(key=key, owner=owner))
        if content == row.content:
            return row.version
        overtaken = expected_version is not None and expected_version != row.version
        if not overtaken:
            row.content, row.version = content, row.version + 1
            row.saved_at, row.expires_at = at, at + timedelta(days=law.draft_days)
            row.save(update_fields=["content", "version", "saved_at", "expires_at"])
        DraftRevision.objects.create(
            draft=row, version=row.version, content=content, saved_at=at, saved_by=by.id, set_aside=overtaken
        )
        _forget_oldest(row, keep=law.draft_versions)
    if overtaken:
        current = value_of(row)
        raise DraftChanged(
            version=row.version,
            saved_at=f"{localtime(row.saved_at):%Y-%m-%d %H:%M}",
            current=current,
            offered=application,
        )
    return row.version


def _forget_oldest(row: DraftModel, *, keep: int) -> None:
    newest = DraftRevision.objects.filter(draft=row).order_by("-id").values_list("id", flat=True)[:keep]
    DraftRevision.objects.filter(draft=row).exclude(id__in=list(newest)).delete()


def drop_draft(*, key: str, owner: str) -> None:
    """Delete a draft with its files and versions; raises DraftUnknown, DraftSubmitted."""
    with transaction.atomic():
        row = _open(lock_draft(key=key, owner=owner))
        delete_drafts([row.pk])


def delete_drafts(drafts: Iterable[int]) -> int:
    """Delete drafts that are no case, inside the caller's transaction; their files go once it is committed."""
    rows = list(DraftModel.objects.filter(pk__in=list(drafts), case__isnull=True).values_list("pk", flat=True))
    forget_uploads(Upload.objects.filter(draft__in=rows).values_list("pk", flat=True))
    attachments = Attachment.objects.filter(draft__in=rows)
    storage.discard(attachments.values_list("stored", flat=True))
    attachments.delete()
    return DraftModel.objects.filter(pk__in=rows).delete()[1].get("cases.Draft", 0)


def forget_uploads(uploads: Iterable[int]) -> int:
    """Delete uploads and what has arrived of them, inside the caller's transaction."""
    keys = list(uploads)
    storage.discard(Chunk.objects.filter(upload__in=keys).values_list("stored", flat=True))
    return Upload.objects.filter(pk__in=keys).delete()[1].get("cases.Upload", 0)


def get_draft(*, key: str, owner: str) -> Draft:
    """Return a person's draft, with the number of its case once it was submitted; raises DraftUnknown."""
    row = _found(DraftModel.objects.all(), key, owner)
    return value_of(row, _number(row))


def value_of(row: DraftModel, number: str = "") -> Draft:
    """Return the value of a row; with the number of its case, the application comes from the case's form."""
    content = row.content
    if number:
        form = Form.objects.filter(pk=row.case_id).values_list("content", flat=True).first()
        content = form or _EMPTY
    return Draft(
        key=row.key,
        owner=row.owner,
        item=row.item,
        handling_code=row.handling_code,
        version=row.version,
        application=_decode(content),
        started_at=row.started_at,
        saved_at=row.saved_at,
        expires_at=row.expires_at,
        number=number,
    )


def list_drafts(*, owner: str) -> tuple[DraftRow, ...]:
    """Return a person's open drafts, last saved first."""
    rows = DraftModel.objects.filter(owner=owner, case__isnull=True).order_by("-saved_at", "-id")
    return tuple(
        DraftRow(
            key=row.key,
            item=row.item,
            handling_code=row.handling_code,
            version=row.version,
            applicant_name=_decode(row.content).applicant.name,
            started_at=row.started_at,
            saved_at=row.saved_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )


def list_draft_versions(*, key: str, owner: str) -> tuple[DraftVersion, ...]:
    """Return the kept versions of a person's draft, newest first, those set aside marked; raises DraftUnknown."""
    row = _found(DraftModel.objects.all(), key, owner)
    return tuple(
        DraftVersion(
            version=one.version,
            application=_decode(one.content),
            saved_at=one.saved_at,
            set_aside=one.set_aside,
        )
        for one in DraftRevision.objects.filter(draft=row).order_by("-id")
    )
