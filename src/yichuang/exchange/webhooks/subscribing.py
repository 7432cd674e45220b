"""Subscribing: who wants to be told what, where; the only writer of subscriptions."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from yichuang.cases.queries import START, end_of_ledger, list_event_names
from yichuang.exchange.models import WebhookDelivery, WebhookSubscription
from yichuang.exchange.webhooks import keeping
from yichuang.exchange.webhooks.guard import vet
from yichuang.exchange.webhooks.signing import new_secret
from yichuang.exchange.webhooks.values import (
    Delivery,
    DeliveryState,
    DeliveryUnknown,
    EventsRefused,
    NewSubscription,
    Subscription,
    SubscriptionUnknown,
    TooManySubscriptions,
)

ALL = "*"
MOST = 20


def subscribe(*, system: int, url: str, wanted: Sequence[str], at: datetime) -> NewSubscription:
    """Make a subscription of a system to events from now on; its secret is returned once.

    Refuses with ReceiverRefused, EventsRefused or TooManySubscriptions.
    """
    names = _checked(wanted)
    vet(url, networks=settings.WEBHOOK_NETWORKS)
    secret, end = new_secret(), end_of_ledger(START)
    with transaction.atomic():
        own = WebhookSubscription.objects.select_for_update().filter(system=system)
        if len(own) >= MOST:
            raise TooManySubscriptions(limit=MOST)
        row = WebhookSubscription.objects.create(
            uuid=uuid.uuid4(),
            system=system,
            url=url,
            events=" ".join(names),
            secrets=keeping.lock((secret,)),
            transaction_id=end.transaction_id,
            position=end.position,
            created_at=at,
        )
    return NewSubscription(subscription=_row(row), secret=secret)


def _checked(wanted: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(one.strip() for one in wanted if one.strip())) or (ALL,)
    known = {ALL, *list_event_names()}
    for name in names:
        if name not in known:
            raise EventsRefused(event=name[:80])
    return (ALL,) if ALL in names else names


def any_active() -> bool:
    """Return whether anybody wants to be told anything."""
    return WebhookSubscription.objects.filter(stopped_at__isnull=True).exists()


def list_of(*, system: int) -> tuple[Subscription, ...]:
    """Return a system's subscriptions, oldest first, each with what waits and what was given up."""
    rows = WebhookSubscription.objects.filter(system=system).order_by("id")
    counts = {
        row["subscription"]: (row["waiting"], row["dead"])
        for row in WebhookDelivery.objects.filter(subscription__system=system)
        .order_by()
        .values("subscription")
        .annotate(
            waiting=Count("id", filter=Q(state=DeliveryState.WAITING.value)),
            dead=Count("id", filter=Q(state=DeliveryState.DEAD.value)),
        )
    }
    return tuple(_row(row, *counts.get(row.pk, (0, 0))) for row in rows)


def get(*, system: int, subscription: str) -> Subscription:
    """Return one subscription of a system; raises SubscriptionUnknown."""
    found = next((one for one in list_of(system=system) if one.id == subscription), None)
    if found is None:
        raise SubscriptionUnknown(subscription=subscription[:64])
    return found


def find(*, system: int, subscription: str, lock: bool = False) -> WebhookSubscription:
    """Return the row of one; raises SubscriptionUnknown. Another's is as unknown as none."""
    try:
        key = uuid.UUID(subscription)
    except ValueError:
        raise SubscriptionUnknown(subscription=subscription[:64]) from None
    rows = WebhookSubscription.objects.select_for_update() if lock else WebhookSubscription.objects.all()
    row = rows.filter(system=system, uuid=key).first()
    if row is None:
        raise SubscriptionUnknown(subscription=subscription[:64])
    return row


@transaction.atomic
def unsubscribe(*, system: int, subscription: str) -> None:
    """Delete a subscription and what waits for it; raises SubscriptionUnknown."""
    find(system=system, subscription=subscription, lock=True).delete()


@transaction.atomic
def renew_secret(*, system: int, subscription: str) -> NewSubscription:
    """Give a subscription a new secret; messages bear both signatures until the next renewal."""
    row = find(system=system, subscription=subscription, lock=True)
    secret = new_secret()
    row.secrets = keeping.lock((secret, keeping.unlock(row.secrets)[0]))
    row.save(update_fields=["secrets"])
    return NewSubscription(subscription=_row(row), secret=secret)


@transaction.atomic
def resume(*, system: int, subscription: str, at: datetime) -> Subscription:
    """Set a stopped subscription going from now on, its given-up messages due again; raises SubscriptionUnknown."""
    row = find(system=system, subscription=subscription, lock=True)
    if row.stopped_at is not None:
        row.transaction_id, row.position = end_of_ledger(START)
    row.stopped_at, row.stopped_because, row.failing_since = None, "", None
    row.save()
    WebhookDelivery.objects.filter(subscription=row, state=DeliveryState.DEAD.value).update(
        state=DeliveryState.WAITING.value, next_at=at, attempts=0
    )
    return get(system=system, subscription=subscription)


def page_deliveries(
    *, system: int, subscription: str, state: DeliveryState | None = None, after: int = 0, limit: int = 50
) -> tuple[Delivery, ...]:
    """Return messages of a subscription, the newest first, from behind the one with the id `after`."""
    rows = WebhookDelivery.objects.filter(subscription=find(system=system, subscription=subscription))
    if state is not None:
        rows = rows.filter(state=state.value)
    if after:
        rows = rows.filter(pk__lt=after)
    return tuple(_delivery(row) for row in rows.order_by("-id")[:limit])


@transaction.atomic
def redeliver(*, message: str, at: datetime) -> None:
    """Make a message that was given up due again; raises DeliveryUnknown."""
    changed = WebhookDelivery.objects.filter(message=message, state=DeliveryState.DEAD.value).update(
        state=DeliveryState.WAITING.value, next_at=at, attempts=0
    )
    if not changed:
        raise DeliveryUnknown(message=message[:64])


def _row(row: WebhookSubscription, waiting: int = 0, dead: int = 0) -> Subscription:
    return Subscription(
        id=str(row.uuid),
        system=row.system,
        url=row.url,
        events=tuple(row.events.split()),
        created_at=row.created_at,
        failing_since=row.failing_since,
        stopped_at=row.stopped_at,
        stopped_because=row.stopped_because,
        waiting=waiting,
        dead=dead,
    )


def _delivery(row: WebhookDelivery) -> Delivery:
    return Delivery(
        id=row.pk,
        message=row.message,
        event=row.event,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_at=row.next_at,
        delivered_at=row.delivered_at,
        status=row.status,
        fault=row.fault,
    )
