"""Commands of the platform as children of mother.py: the order `send` is `yichuang send`.

Beside them what fills and lists the outboxes that some send from: `fill-messages N`, `list-messages` of notices,
`fill-webhooks N URL`, `list-webhooks`. Pauses and claims of webhooks are shortened.
"""

import uuid
from datetime import timedelta

from tests.faults.mother import load_platform
from yichuang.config import cli

CLAIM_SECONDS = 0.2


def load() -> None:
    """Start Django, with all that sending needs."""
    load_platform()
    from yichuang.exchange.management.commands import webhooks
    from yichuang.exchange.webhooks import delivering

    # A claim lasts long enough for the slowest receiver; here it is over at once, as it is after that time.
    delivering.CLAIM_LASTS = timedelta(seconds=CLAIM_SECONDS)
    webhooks.PAUSE_SECONDS = 0.1


def fill_messages(count: str) -> None:
    """Let so many mails wait."""
    from django.utils import timezone

    from yichuang.notices.models import Message

    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            position=n, channel="email", address=f"reader{n}@example.invalid", case_number="1", language="zh-hans",
            title="t", text="x", happened_at=now, state="waiting", next_at=now,
        )
        for n in range(int(count))
    )  # fmt: skip


def list_messages() -> None:
    """Print each mail's address and state."""
    from yichuang.notices.models import Message

    for address, state in Message.objects.order_by("id").values_list("address", "state"):
        print(address, state)


def fill_webhooks(count: str, url: str) -> None:
    """Let so many messages wait for one receiver."""
    from django.utils import timezone

    from yichuang.exchange.models import WebhookDelivery, WebhookSubscription
    from yichuang.exchange.webhooks import keeping, signing

    now = timezone.now()
    row = WebhookSubscription.objects.create(
        uuid=uuid.uuid4(), system=1, url=url, events="*", secrets=keeping.lock((signing.new_secret(),)),
        transaction_id=0, position=0, created_at=now,
    )  # fmt: skip
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            subscription=row, message=f"msg_{n:03d}", event="e", position=n, body=str(n), state="waiting", next_at=now,
            created_at=now,
        )
        for n in range(int(count))
    )  # fmt: skip


def list_webhooks() -> None:
    """Print each message and its state."""
    from yichuang.exchange.models import WebhookDelivery

    for message, state in WebhookDelivery.objects.order_by("id").values_list("message", "state"):
        print(message, state)


def do(order: str, *rest: str) -> int | None:
    """Fill, list, or run a command."""
    own = {
        "fill-messages": fill_messages,
        "list-messages": list_messages,
        "fill-webhooks": fill_webhooks,
        "list-webhooks": list_webhooks,
    }
    return own[order](*rest) if order in own else cli.main([order, *rest])
