"""Audit: who did what to the catalogue, and when. Every act leaves a row; the newest id versions all data."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from yichuang.catalogue.models import CatalogueAct
from yichuang.kernel.actor import Actor


def record(
    *,
    act: str,
    subject: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write one act; the caller holds the transaction, so an act that fails leaves no row."""
    CatalogueAct.objects.create(
        at=at, by_id=by.id, by_name=by.name, act=act, subject=subject, version=version, details=dict(details or {})
    )


def data_version() -> int:
    """Return the version of all catalogue data: whatever is cached under another number is out of date."""
    newest: int | None = CatalogueAct.objects.aggregate(newest=Max("id"))["newest"]
    return newest or 0
