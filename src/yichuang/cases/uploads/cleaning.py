"""Cleaning: what nobody needs any more goes. Drafts past their day, uploads never finished, files without a row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.cases.domain.intake_law import upload_law
from yichuang.cases.drafts import delete_drafts, forget_uploads
from yichuang.cases.models import Attachment, BelongingPiece, Chunk, Draft, TrackingGuard, Upload
from yichuang.cases.uploads import storage

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many of each went."""

    drafts: int
    uploads: int
    files: int


def clean_uploads(*, at: datetime) -> Cleaned:
    """Delete what has expired and every stored file that no row names; safe to run beside everything else.

    A file is left alone until it is older than an upload may be: its row may not be written yet.
    """
    law = upload_law(on=local_day(at))
    drafts = uploads = 0
    while expired := list(
        Draft.objects.filter(case__isnull=True, expires_at__lte=at).order_by("id").values_list("pk", flat=True)[:_BATCH]
    ):
        with transaction.atomic():
            drafts += delete_drafts(expired)
    while stale := list(Upload.objects.filter(expires_at__lte=at).order_by("id").values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            uploads += forget_uploads(stale)
    TrackingGuard.objects.filter(since__lt=at - timedelta(days=1)).delete()
    return Cleaned(drafts, uploads, _sweep(before=at - timedelta(hours=law.upload_hours)))


def _sweep(*, before: datetime) -> int:
    known = set(Attachment.objects.values_list("stored", flat=True))
    named = {
        storage.ATTACHMENTS: known,
        storage.CHUNKS: {
            *Chunk.objects.values_list("stored", flat=True),
            *BelongingPiece.objects.values_list("stored", flat=True),
        },
        storage.PREVIEWS: {storage.preview_name(name) for name in known},
    }
    gone = 0
    for area, names in named.items():
        for name, written_at in storage.walk(area):
            if name not in names and written_at < before:
                storage.remove(name)
                gone += 1
    return gone
