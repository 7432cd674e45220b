"""The shelf: attachments that have arrived, listed, handed out, removed."""

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from yichuang.cases.acting import lock_case
from yichuang.cases.domain.attachments import AttachmentKept, AttachmentRow, AttachmentUnknown
from yichuang.cases.domain.belongings import BelongingState, Warrant
from yichuang.cases.domain.filetypes import BY_MEDIA_TYPE, PREVIEWED
from yichuang.cases.domain.texts import is_key, storable
from yichuang.cases.models import Attachment, Belonging, Draft, Form
from yichuang.cases.standing import get_state
from yichuang.cases.uploads import storage
from yichuang.cases.uploads.homes import Home, is_awaited
from yichuang.cases.uploads.inspection import Inspected
from yichuang.kernel.actor import Actor, ActorKind

_MATERIAL_KEPT = 400


def keep(
    home: Home,
    inspected: Inspected,
    *,
    material: str,
    stored: str,
    digest: str,
    size: int,
    by: str,
    at: datetime,
    key: str = "",
    taken_at: datetime | None = None,
) -> Attachment:
    """Write the row of a stored file; one that came from another node keeps the `key` that it had there."""
    return Attachment.objects.create(
        **home.columns,
        key=key or secrets.token_hex(16),
        material=storable(material)[:_MATERIAL_KEPT],
        file_name=inspected.file_name,
        media_type=inspected.kind.media_type,
        size=size,
        digest=digest,
        pages=inspected.pages,
        stored=stored,
        created_at=at,
        created_by=by,
        taken_at=taken_at,
    )


def row_of(row: Attachment, *, owners: dict[int, str] | None = None, vouched_by: str = "") -> AttachmentRow:
    """Return the value of a row."""
    kind = BY_MEDIA_TYPE.get(row.media_type)
    if row.draft is not None:
        owner = row.draft.owner
    elif owners is not None:
        owner = owners.get(row.case_id or 0, "")
    else:
        owner = Form.objects.filter(pk=row.case_id).values_list("owner", flat=True).first() or ""
    return AttachmentRow(
        key=row.key,
        draft=row.draft.key if row.draft else "",
        number=row.case.number if row.case else "",
        owner=owner,
        material=row.material,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        digest=row.digest,
        pages=row.pages,
        created_at=row.created_at,
        by=row.created_by,
        taken=row.taken_at is not None,
        previewable=kind in PREVIEWED,
        vouched_by=vouched_by,
    )


def list_attachments(*, draft: str = "", number: str = "") -> tuple[AttachmentRow, ...]:
    """Return the files of a draft or of a case in the order in which they arrived; ask the permission first."""
    rows = Attachment.objects.select_related("draft", "case").order_by("id")
    found = list(rows.filter(draft__key=storable(draft)) if draft else rows.filter(case__number=storable(number)))
    forms = Form.objects.filter(case__in={row.case_id for row in found if row.case_id})
    owners = dict(forms.values_list("case_id", "owner"))
    nodes = _vouching(number) if number and settings.NODE else {}
    return tuple(row_of(row, owners=owners, vouched_by=nodes.get(row.key, "")) for row in found)


def _vouching(number: str) -> dict[str, str]:
    """Return by key the nodes of those files of a case for which nothing but their signature stands."""
    rows = Belonging.objects.filter(case__number=storable(number), warrant=Warrant.SENDER, state=BelongingState.KEPT)
    return dict(rows.values_list("key", "node"))


def _find(key: str) -> Attachment:
    rows = Attachment.objects.select_related("draft", "case")
    row = rows.filter(key=key).first() if is_key(key) else None
    if row is None:
        raise AttachmentUnknown()
    return row


def get_attachment(*, key: str) -> AttachmentRow:
    """Return what is known of a file without opening it; raises AttachmentUnknown."""
    return row_of(_find(key))


def open_attachment(*, key: str) -> "tuple[AttachmentRow, File[Any]]":
    """Return a file and what is known of it, owner and case among it, so that delivery can ask the permission.

    Serve it with `media_type`, as an attachment and with nosniff. The caller closes it; raises AttachmentUnknown.
    """
    row = _find(key)
    return row_of(row), storage.fetch(row.stored)


def remove_attachment(*, key: str, by: Actor) -> None:
    """Delete a file that is not part of a case's file yet; raises AttachmentUnknown, AttachmentKept.

    An applicant removes his own only, and from a case only while something is awaited from him; whether staff may is
    asked by delivery.
    """
    with transaction.atomic():
        told = row_of(_find(key))
        # A draft belongs to one person, whoever he is; a case of staff's own belongs to the office.
        if told.owner != by.id and (told.draft or by.kind is ActorKind.APPLICANT):
            raise AttachmentUnknown()
        # Nobody submits what is being removed.
        _lock(told)
        row = _find(key)
        if row.taken_at is not None or not _may_go(row, told, by):
            raise AttachmentKept(file_name=row.file_name)
        storage.discard([row.stored])
        row.delete()


def _lock(told: AttachmentRow) -> None:
    if told.draft:
        Draft.objects.select_for_update().filter(key=told.draft).first()
    else:
        lock_case(told.number)


def _may_go(row: Attachment, told: AttachmentRow, by: Actor) -> bool:
    """Return whether no act of the case names the file; staff may have taken it by an act of their own."""
    if row.case_id is None:
        return True
    if by.kind is ActorKind.APPLICANT and not is_awaited(row.case_id):
        return False
    return row.digest not in {entry.digest for entry in get_state(told.number).materials}


def attached_to(home: Home) -> dict[str, list[Attachment]]:
    """Return the files of a home by material, each list in the order of arrival."""
    found: dict[str, list[Attachment]] = {}
    for row in Attachment.objects.filter(**home.columns).order_by("id"):
        found.setdefault(row.material, []).append(row)
    return found
