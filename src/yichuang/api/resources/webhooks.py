"""Webhooks: subscriptions of the system, and the fate of each message."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api.access import Needs, client_of
from yichuang.api.cursors import seal, unseal
from yichuang.api.hearing import NewWebhook
from yichuang.api.idempotency import Key, answered
from yichuang.api.problems import of_errors
from yichuang.api.resources.shared import reading, writing
from yichuang.exchange.commands import (
    renew_webhook_secret,
    resume_webhook,
    subscribe_webhook,
    unsubscribe_webhook,
)
from yichuang.exchange.queries import get_webhook, list_webhooks, page_webhook_deliveries
from yichuang.exchange.values import DeliveryState, NewSubscription, Subscription

router = Router(tags=["webhooks"], auth=Needs(SystemScope.MANAGE_WEBHOOKS))
_KIND = "deliveries"


@router.get("/webhooks", response=reading(s.Webhooks), url_name="webhooks", operation_id="list_webhooks")
def webhooks(request: HttpRequest) -> s.Webhooks:
    """All subscriptions of this system."""
    return s.Webhooks(webhooks=[_webhook(one) for one in list_webhooks(system=client_of(request).system.id)])


@router.post(
    "/webhooks",
    response=writing(s.WebhookWithSecret, status=201),
    url_name="subscribe",
    operation_id="create_webhook",
)
def subscribe(
    request: HttpRequest,
    told: NewWebhook,
    idempotency_key: Key = "",
) -> HttpResponse:
    """Subscribe to events of the area from now on. The token's system needs events:read as well to be told anything."""

    def work() -> tuple[int, Any]:
        made = subscribe_webhook(
            system=client_of(request).system.id, url=told.url, wanted=told.events, at=timezone.now()
        )
        return 201, _with_secret(made).model_dump(mode="json")

    return answered(request, key=idempotency_key, work=work, refused=lambda body: of_errors(body, code=""))


@router.get("/webhooks/{webhook}", response=reading(s.Webhook), url_name="webhook", operation_id="get_webhook")
def webhook(request: HttpRequest, webhook: s.Code) -> s.Webhook:
    """One subscription."""
    return _webhook(get_webhook(system=client_of(request).system.id, subscription=webhook))


@router.delete(
    "/webhooks/{webhook}", response=writing(None, status=204), url_name="unsubscribe", operation_id="delete_webhook"
)
def unsubscribe(request: HttpRequest, webhook: s.Code) -> Status[None]:
    """End a subscription; what waits for it is dropped."""
    unsubscribe_webhook(system=client_of(request).system.id, subscription=webhook)
    return Status(204, None)


@router.post(
    "/webhooks/{webhook}/secret",
    response=writing(s.WebhookWithSecret),
    url_name="webhook-secret",
    operation_id="renew_webhook_secret",
)
def secret(request: HttpRequest, webhook: s.Code) -> s.WebhookWithSecret:
    """A new secret. Messages bear signatures of the new and of the last one, until the next renewal."""
    return _with_secret(renew_webhook_secret(system=client_of(request).system.id, subscription=webhook))


@router.post(
    "/webhooks/{webhook}/resume",
    response=writing(s.Webhook),
    url_name="webhook-resume",
    operation_id="resume_webhook",
)
def resume(request: HttpRequest, webhook: s.Code) -> s.Webhook:
    """Set a stopped subscription going again; messages that were given up are tried anew.

    What happened while it was stopped is in the change feed.
    """
    system = client_of(request).system.id
    return _webhook(resume_webhook(system=system, subscription=webhook, at=timezone.now()))


@router.get(
    "/webhooks/{webhook}/deliveries",
    response=reading(s.Deliveries),
    url_name="deliveries",
    operation_id="list_deliveries",
)
def deliveries(
    request: HttpRequest,
    webhook: s.Code,
    state: Literal["", "waiting", "delivered", "dead"] = "",
    after: s.Cursor = "",
    limit: s.Limit = 100,
) -> s.Deliveries:
    """Messages of a subscription, the newest first; those that were taken are kept for 30 days."""
    rows = page_webhook_deliveries(
        system=client_of(request).system.id,
        subscription=webhook,
        state=DeliveryState(state) if state else None,
        after=unseal(_KIND, after) or 0,
        limit=limit,
    )
    return s.Deliveries(
        deliveries=[
            s.Delivery(
                message=row.message,
                event=row.event,
                state=row.state.value,
                attempts=row.attempts,
                created_at=row.created_at,
                next_at=row.next_at,
                delivered_at=row.delivered_at,
                status=row.status,
                fault=row.fault,
            )
            for row in rows
        ],
        next=seal(_KIND, rows[-1].id) if len(rows) == limit else "",
    )


def _webhook(one: Subscription) -> s.Webhook:
    return s.Webhook(**_fields(one))


def _with_secret(made: NewSubscription) -> s.WebhookWithSecret:
    return s.WebhookWithSecret(**_fields(made.subscription), secret=made.secret)


def _fields(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "events": list(one.events),
        "created_at": one.created_at,
        "failing_since": one.failing_since,
        "stopped_at": one.stopped_at,
        "stopped_because": _(one.stopped_because) if one.stopped_because else "",
        "waiting": one.waiting,
        "dead": one.dead,
    }
