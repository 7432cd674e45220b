"""The words of webhooks: subscriptions, deliveries and refusals. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class DeliveryState(StrEnum):
    """Where one message stands: still to be delivered, taken by its receiver, or given up."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


DELIVERY_LABELS: dict[DeliveryState, str] = {
    DeliveryState.WAITING: N_("待送达"),
    DeliveryState.DELIVERED: N_("对方已收"),
    DeliveryState.DEAD: N_("已放弃"),
}


class SubscriptionUnknown(Refusal):
    """No such subscription of this system."""

    sentence = N_("没有标识为“{subscription}”的推送订阅")
    remedy = N_("请先列出本系统的订阅")


class DeliveryUnknown(Refusal):
    """No such message of this subscription, or none that was given up."""

    sentence = N_("没有可以重新送达的消息“{message}”")
    remedy = N_("只有已放弃的消息可以重新送达；请核对消息标识")


class TooManySubscriptions(Refusal):
    """A system has as many subscriptions as it may."""

    sentence = N_("推送订阅已达{limit}个")
    remedy = N_("请删除不再使用的订阅，或合并事件种类")


class ReceiverRefused(Refusal):
    """The address of a subscription is none that we deliver to."""

    sentence = N_("不能向地址“{url}”推送：{reason}")
    remedy = N_("请使用对外可达的 https 地址；内网地址须由运维人员在 YICHUANG_WEBHOOK_NETWORKS 中许可")


class EventsRefused(Refusal):
    """A subscription names an event that no ledger has."""

    sentence = N_("没有名为“{event}”的事件")
    remedy = N_("可用 * 订阅全部事件，或写明事件名称，如 cases.application-accepted.v1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription as its owner sees it; the secret is not among it."""

    id: str
    system: int
    url: str
    events: tuple[str, ...]
    created_at: datetime
    failing_since: datetime | None
    stopped_at: datetime | None
    stopped_because: str
    waiting: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """A subscription that was just made, with the secret of its signatures: it is shown this once."""

    subscription: Subscription
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message with its fate."""

    id: int
    message: str
    event: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    status: int | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass of deliveries did."""

    tried: int = 0
    delivered: int = 0
    postponed: int = 0
    dead: int = 0

    def joined(self, other: "Delivered") -> "Delivered":
        """Return both passes as one."""
        return Delivered(
            tried=self.tried + other.tried,
            delivered=self.delivered + other.delivered,
            postponed=self.postponed + other.postponed,
            dead=self.dead + other.dead,
        )
