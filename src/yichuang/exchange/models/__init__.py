"""Tables of the exchange, by what they hold."""

from yichuang.exchange.models.imports import ExchangeBatch, QuarantinedRecord, QuarantineLog
from yichuang.exchange.models.landing import ConnectionState, DeclaredVolume, LandedRow, LeftCase
from yichuang.exchange.models.nodes import (
    NodeConflict,
    NodeDay,
    NodeFetch,
    NodeInbox,
    NodeKey,
    NodeOutbox,
    NodePeer,
    NodeRequest,
    NodeShare,
    NodeStream,
)
from yichuang.exchange.models.subscriptions import AnsweredRequest, ExportRun, WebhookDelivery, WebhookSubscription

__all__ = [
    "AnsweredRequest",
    "ConnectionState",
    "DeclaredVolume",
    "ExchangeBatch",
    "ExportRun",
    "LandedRow",
    "LeftCase",
    "NodeConflict",
    "NodeDay",
    "NodeFetch",
    "NodeInbox",
    "NodeKey",
    "NodeOutbox",
    "NodePeer",
    "NodeRequest",
    "NodeShare",
    "NodeStream",
    "QuarantineLog",
    "QuarantinedRecord",
    "WebhookDelivery",
    "WebhookSubscription",
]
