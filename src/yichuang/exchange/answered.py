"""Answered: the same request under the same key is done once, and answered alike however often it is asked.

The key's row is written before the work begins. Whoever comes with the same key meanwhile is told to wait; whoever
comes after the work's process died takes the row over, because all work done under keys may itself be repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from yichuang.exchange.domain.asking import KeyInUse, KeyReused
from yichuang.exchange.models import AnsweredRequest

# Longer than any request may take.
_TAKEN_OVER = timedelta(seconds=60)
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body as they were sent; `again` where they were sent before."""

    status: int
    body: str
    again: bool = False


def once(*, system: int, key: str, digest: str, at: datetime, work: Callable[[], tuple[int, str]]) -> Answer:
    """Do the work of a request under its key, or return what it answered before.

    `digest` stands for the request's content; `work` returns a status and a body, and may be repeated after a process
    died over it. What it raises is raised, and nothing remembered. Refuses with KeyReused or KeyInUse.
    """
    kept = _begin(system=system, key=key, digest=digest, at=at)
    if isinstance(kept, Answer):
        return kept
    try:
        status, body = work()
    except BaseException:
        # Nothing was done, so nothing is remembered: a refusal may be gone the next time.
        AnsweredRequest.objects.filter(pk=kept.pk, status__isnull=True, begun_at=kept.begun_at).delete()
        raise
    AnsweredRequest.objects.filter(pk=kept.pk).update(status=status, body=body)
    return Answer(status, body)


def _begin(*, system: int, key: str, digest: str, at: datetime) -> AnsweredRequest | Answer:
    try:
        with transaction.atomic():
            return AnsweredRequest.objects.create(system=system, key=key, digest=digest, begun_at=at)
    except IntegrityError:
        row = AnsweredRequest.objects.filter(system=system, key=key).first()
    if row is None:
        raise KeyInUse(key=key)
    if row.digest != digest:
        raise KeyReused(key=key)
    if row.status is not None:
        return Answer(row.status, row.body, again=True)
    if at - row.begun_at < _TAKEN_OVER:
        raise KeyInUse(key=key)
    taken = AnsweredRequest.objects.filter(pk=row.pk, status__isnull=True, begun_at=row.begun_at).update(begun_at=at)
    if not taken:
        raise KeyInUse(key=key)
    row.begun_at = at
    return row


def forget_old(*, now: datetime) -> int:
    """Delete answers that nobody will ask for again; return how many."""
    return AnsweredRequest.objects.filter(begun_at__lt=now - KEPT).delete()[0]
