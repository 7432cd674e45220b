"""Following: reads the ledger behind a cursor and puts what each subscriber wants to know into the table of deliveries.

A message says what happened to which case, in words of the ledger's own; it holds no personal data and no free text:
whoever may read more asks the API for it.
"""

import json
import uuid
from datetime import datetime

from yichuang.accounts.queries import list_active_systems
from yichuang.accounts.values import SystemRow, SystemScope
from yichuang.cases import queries as cases
from yichuang.cases.commands import advance
from yichuang.exchange.models import WebhookDelivery, WebhookSubscription
from yichuang.exchange.webhooks.subscribing import ALL
from yichuang.exchange.webhooks.values import DeliveryState

NAME = "exchange.webhooks"
_BATCH = 1_000
# The identity of a message follows from who is told what, so that the same news is the same message for ever.
_MESSAGES = uuid.UUID("5d0f7a7e-6a59-5b57-8a9b-0d9f5f0c6a41")
_NEEDED = {SystemScope.MANAGE_WEBHOOKS.value, SystemScope.READ_EVENTS.value}


def follow() -> int:
    """Bring the deliveries up to the end of the ledger; return how many events were read."""
    if not WebhookSubscription.objects.filter(stopped_at__isnull=True).exists():
        # Nobody listens, and the cursor is not moved for nobody: who comes later begins at his own place.
        return 0
    total = 0
    while read := advance(follower=NAME, work=_tell):
        total += read
    return total


def _tell(after: cases.Cursor) -> tuple[int, cases.Cursor]:
    wanted = _wanted()
    if not wanted:
        return 0, cases.end_of_ledger(after)
    first = min(cases.Cursor(one.transaction_id, one.position) for one, _system in wanted)
    rows, end = cases.read_feed(after=max(after, first), limit=_BATCH)
    made = [_delivery(row, one) for row in rows for one, system in wanted if _tells(one, system, row)]
    # Unique by subscription and event: read again after a fault, nothing stands twice.
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True)
    return max(len(rows), int(end > after)), max(end, after)


def _wanted() -> list[tuple[WebhookSubscription, SystemRow]]:
    systems = list_active_systems()
    rows = WebhookSubscription.objects.filter(stopped_at__isnull=True, system__in=systems).order_by("id")
    return [(row, systems[row.system]) for row in rows if systems[row.system].scopes >= _NEEDED]


def _tells(subscription: WebhookSubscription, system: SystemRow, row: cases.FeedRow) -> bool:
    """Return whether a subscriber is told of an event: later than his subscription, asked for, inside his area."""
    if row.place <= cases.Cursor(subscription.transaction_id, subscription.position):
        return False
    names = subscription.events.split()
    if ALL not in names and row.name not in names:
        return False
    return system.area.covers(division=row.town or row.county, organisation=row.organisation)


def _delivery(row: cases.FeedRow, subscription: WebhookSubscription) -> WebhookDelivery:
    message = uuid.uuid5(_MESSAGES, f"{subscription.uuid}\x1f{row.uuid}\x1f{row.seq}")
    body = {
        "type": row.name,
        "timestamp": _written(row.recorded_at),
        "data": {
            "number": row.number,
            "uuid": str(uuid.UUID(row.uuid)),
            "seq": row.seq,
            "hash": row.hash,
            "source": row.source,
            "item": row.item,
            "organisation": row.organisation,
            "county": row.county,
            "at": _written(row.source_at),
        },
    }
    return WebhookDelivery(
        subscription=subscription,
        message=f"msg_{message.hex}",
        event=row.name,
        position=row.place.position,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        state=DeliveryState.WAITING.value,
        next_at=row.recorded_at,
        created_at=row.recorded_at,
    )


def _written(at: datetime) -> str:
    return at.isoformat()
