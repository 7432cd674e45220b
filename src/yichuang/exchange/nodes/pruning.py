"""Pruning: throws out of the outbox what every neighbour has had for so long that nobody will ask for it again.

A neighbour restored from a backup asks for what it lost by number. So the outbox has to reach back further than the
oldest backup that anybody among the neighbours would restore.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from yichuang.exchange.models.nodes import NodeOutbox
from yichuang.exchange.nodes.values import PrunedTooSoon

KEEP_DAYS, LEAST_DAYS = 180, 30
_PIECE = 500


class Pruned(NamedTuple):
    """How many envelopes went (or would), and of how many bytes."""

    envelopes: int
    size: int


def prune(
    *, at: datetime, days: int, dry_run: bool = False, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Pruned:
    """Delete what was acknowledged more than `days` days ago; refuses fewer than thirty with PrunedTooSoon.

    Piece by piece, each for itself: cut off anywhere, it is called again. What no neighbour has acknowledged is never
    touched; the copies of what travelled on inside another envelope go by their age.
    """
    if days < LEAST_DAYS:
        raise PrunedTooSoon(days=days, least=LEAST_DAYS)
    old = _older(at - timedelta(days=days))
    found = Pruned(old.count(), old.aggregate(size=Sum("size"))["size"] or 0)
    done = 0
    while not dry_run and (piece := list(old.order_by("id").values_list("id", flat=True)[:_PIECE])):
        done += NodeOutbox.objects.filter(id__in=piece).delete()[0]
        progress(done, found.envelopes)
    return found


def _older(than: datetime) -> QuerySet[NodeOutbox]:
    return NodeOutbox.objects.filter(Q(direct=True, acknowledged_at__lt=than) | Q(direct=False, made_at__lt=than))
