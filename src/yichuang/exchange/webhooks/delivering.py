"""Delivering: takes what is due to its receivers, at least once, in the order of events for each of them.

A message is claimed before it is sent: its next time is moved past the longest that sending may take. Whoever dies in
between leaves it due again, under the same identifier; the receiver knows a repetition by that. What a receiver does
not take waits longer each time, and with it all that stands behind it; after the last try it is given up, in words.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import reduce

from django.conf import settings
from django.db import connections
from django.db.models import Min
from django.utils import timezone

from yichuang.exchange.models import WebhookDelivery, WebhookSubscription
from yichuang.exchange.webhooks import keeping
from yichuang.exchange.webhooks.posting import ALTOGETHER_SECONDS, Answer, post
from yichuang.exchange.webhooks.signing import headers
from yichuang.exchange.webhooks.values import Delivered, DeliveryState, ReceiverRefused
from yichuang.kernel.words import N_

_log = logging.getLogger(__name__)
# After the first, second ... try that was not taken; after the last one the message is given up (some three days).
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
CLAIM_LASTS = timedelta(seconds=ALTOGETHER_SECONDS + 15)
_GONE = 410
_AT_ONCE = 4
_A_STRETCH = 100
_FAULT_LENGTH = 300
# What was taken is kept for its subscriber to look at.
_KEPT = timedelta(days=30)
GONE_REASON, DEAF_REASON = N_("对方答复410，不再接收"), N_("多次重试后仍未送达")


def deliver_due(*, now: datetime, limit: int = _A_STRETCH) -> Delivered:
    """Deliver what is due, several receivers at once, up to `limit` messages each; return what came of it."""
    due = list(
        WebhookDelivery.objects.filter(next_at__lte=now, subscription__stopped_at__isnull=True)
        .order_by()
        .values_list("subscription", flat=True)
        .annotate(first=Min("next_at"))
        .order_by("first", "subscription")
    )
    if not due:
        return Delivered()
    if len(due) == 1:
        return _deliver_to(due[0], now=now, limit=limit)
    with ThreadPoolExecutor(min(_AT_ONCE, len(due))) as pool:
        parts = list(pool.map(lambda one: _closing(lambda: _deliver_to(one, now=now, limit=limit)), due))
    return reduce(Delivered.joined, parts)


def _closing(work: Callable[[], Delivered]) -> Delivered:
    try:
        return work()
    finally:
        # The thread ends with its database connection.
        connections.close_all()


def _deliver_to(subscription: int, *, now: datetime, limit: int) -> Delivered:
    """Deliver to one receiver in order, until something is not taken."""
    row = WebhookSubscription.objects.filter(pk=subscription, stopped_at__isnull=True).first()
    tried = delivered = 0
    started = time.monotonic()
    while row is not None and tried < limit:
        moment = now + timedelta(seconds=time.monotonic() - started)
        message = _claim(row, now=moment)
        if message is None:
            break
        tried += 1
        answer = _send(row, message, now=moment)
        if answer.is_taken:
            delivered += 1
            _taken(row, message, answer, now=moment)
            continue
        dead = _not_taken(row, message, answer, now=moment)
        return Delivered(tried=tried, delivered=delivered, postponed=int(not dead), dead=int(dead))
    return Delivered(tried=tried, delivered=delivered)


def _claim(row: WebhookSubscription, *, now: datetime) -> WebhookDelivery | None:
    """Take the oldest message that waits, if its time has come; two deliverers never hold the same one."""
    waiting = WebhookDelivery.objects.filter(subscription=row, state=DeliveryState.WAITING.value)
    message = waiting.order_by("position", "id").first()
    if message is None or message.next_at is None or message.next_at > now:
        return None
    claimed = WebhookDelivery.objects.filter(
        pk=message.pk, state=DeliveryState.WAITING.value, next_at=message.next_at
    ).update(next_at=now + CLAIM_LASTS, attempts=message.attempts + 1)
    if not claimed:
        return None
    message.attempts += 1
    return message


def _send(row: WebhookSubscription, message: WebhookDelivery, *, now: datetime) -> Answer:
    body = message.body.encode()
    signed = headers(
        secrets=keeping.unlock(row.secrets), message=message.message, timestamp=int(now.timestamp()), body=body
    )
    try:
        return post(url=row.url, body=body, headers=signed, networks=settings.WEBHOOK_NETWORKS)
    except ReceiverRefused as refusal:
        return Answer(None, str(refusal))


def _taken(row: WebhookSubscription, message: WebhookDelivery, answer: Answer, *, now: datetime) -> None:
    WebhookDelivery.objects.filter(pk=message.pk).update(
        state=DeliveryState.DELIVERED.value, next_at=None, delivered_at=now, status=answer.status, fault=""
    )
    if row.failing_since is not None:
        WebhookSubscription.objects.filter(pk=row.pk).update(failing_since=None)
        row.failing_since = None


def _not_taken(row: WebhookSubscription, message: WebhookDelivery, answer: Answer, *, now: datetime) -> bool:
    """Write down a try that failed; return whether the message was given up with it."""
    fault = answer.fault or f"HTTP {answer.status}"
    waited = message.attempts - 1
    dead = waited >= len(WAITS)
    if dead or answer.status == _GONE:
        # One message given up is not followed by another three days for the next: somebody has to look first.
        because = GONE_REASON if answer.status == _GONE else DEAF_REASON
        WebhookSubscription.objects.filter(pk=row.pk).update(stopped_at=now, stopped_because=because)
        _log.warning("webhook %s to %s is stopped: %s", row.uuid, row.url, fault)
    elif row.failing_since is None:
        WebhookSubscription.objects.filter(pk=row.pk).update(failing_since=now)
    WebhookDelivery.objects.filter(pk=message.pk).update(
        state=(DeliveryState.DEAD if dead else DeliveryState.WAITING).value,
        next_at=None if dead else now + WAITS[waited],
        status=answer.status,
        fault=fault[:_FAULT_LENGTH],
    )
    if dead:
        _log.warning(
            "webhook message %s to %s is given up after %s tries: %s", message.message, row.url, message.attempts, fault
        )
    return dead


def forget_old(*, now: datetime) -> int:
    """Delete messages that were taken long ago; return how many."""
    old = WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED.value, delivered_at__lt=now - _KEPT)
    return old.delete()[0]


def deliver_forever(*, pause: float, stopping: Callable[[], bool]) -> None:
    """Deliver until asked to stop, pausing where nothing is due."""
    forgotten = None
    while not stopping():
        now = timezone.now()
        if forgotten != now.date():
            forget_old(now=now)
            forgotten = now.date()
        if not deliver_due(now=now).tried:
            time.sleep(pause)
