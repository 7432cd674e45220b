"""Declaring: tells the nodes above how much this node's ledger gained on each day, so that they see what they lack."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from yichuang.calendar.values import local_day
from yichuang.exchange.models.nodes import NodeDay
from yichuang.exchange.nodes.configuration import NodeConfig, current
from yichuang.exchange.nodes.posting import Post
from yichuang.exchange.nodes.values import DeclaredDay

# Days in one envelope.
_AT_ONCE = 366


@transaction.atomic
def declare(*, at: datetime, today: bool = False) -> int:
    """Declare the days that are over and were not yet declared as they stand now; return how many.

    A day counts by the recorded time of its events. With `today`, the day under way is declared too, as it stands.
    """
    config = current()
    above = config.tree.ancestors(config.name)
    if not above:
        return 0
    before = local_day(at) + timedelta(days=int(today))
    differs = Q(declared_events__isnull=True) | ~Q(declared_events=F("events")) | ~Q(declared_cases=F("cases"))
    days = list(NodeDay.objects.filter(differs, node=config.name, day__lt=before).order_by("day")[:_AT_ONCE])
    if not days:
        return 0
    body = {"days": [{"day": one.day.isoformat(), "events": one.events, "cases": one.cases} for one in days]}
    post = Post(config)
    for node in above:
        post.put(destination=node, kind="declaration", body=body, at=at)
    post.close()
    for one in days:
        one.declared_events, one.declared_cases, one.declared_at = one.events, one.cases, at
    NodeDay.objects.bulk_update(days, ["declared_events", "declared_cases", "declared_at"])
    return len(days)


def list_days(node: str, *, since: date) -> tuple[DeclaredDay, ...]:
    """Return the days of a node from one on: what it declared, and what of it stands here."""
    return tuple(
        DeclaredDay(node, row.day, row.declared_events, row.events, row.declared_cases, row.cases)
        for row in NodeDay.objects.filter(node=node, day__gte=since).order_by("day")
    )


def completeness(nodes: Iterable[str], *, config: NodeConfig) -> dict[str, tuple[int, int]]:
    """Return for each node that declared anything (events declared, of these here), over all days declared.

    What came of a day after its declaration makes no other day complete.
    """
    found: dict[str, tuple[int, int]] = {}
    wanted = [node for node in nodes if node != config.name]
    rows = NodeDay.objects.filter(node__in=wanted, declared_events__isnull=False).order_by("node", "day")
    for row in rows:
        declared, here = found.get(row.node, (0, 0))
        volume = row.declared_events or 0
        found[row.node] = (declared + volume, here + min(volume, row.events))
    return found
