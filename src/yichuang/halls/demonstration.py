"""Demonstration: a few announcements of the city and of one county."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from django.db import transaction

from yichuang.calendar.values import LawFile, local_day
from yichuang.halls import acts
from yichuang.halls.models import Announcement
from yichuang.kernel.actor import Actor

_BY = Actor(id="demonstration", name="孙主任（演示）")
_FILE = Path(__file__).parent / "data" / "demonstration.yaml"


class _Announcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    division: str
    days_ago: int
    title: str
    text: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    announcements: tuple[_Announcement, ...]


@lru_cache(maxsize=1)
def _announcements() -> tuple[_Announcement, ...]:
    return LawFile(_FILE).read(_File).announcements


def ensure(*, at: datetime) -> int:
    """Publish the demonstration's announcements unless some are there already; return how many were published."""
    if Announcement.objects.filter(by_id=_BY.id).exists():
        return 0
    with transaction.atomic():
        for announcement in sorted(_announcements(), key=lambda one: -one.days_ago):
            published_at = at - timedelta(days=announcement.days_ago)
            row = Announcement.objects.create(
                division=announcement.division,
                centre=f"{announcement.division}-centre",
                title=announcement.title,
                text=announcement.text,
                from_on=local_day(published_at),
                by_id=_BY.id,
                by_name=_BY.name,
                published_at=published_at,
            )
            acts.record(act="publish", subject=str(row.pk), by=_BY, at=published_at)
    return len(_announcements())
