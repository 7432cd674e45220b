"""What the other contexts may see of notices: messages, their states and channels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = ["CHANNEL_LABELS", "STATE_LABELS", "Channel", "MessageRow", "OutboxRow", "State", "TemplatesFaulty"]


class Channel(StrEnum):
    """How a message reaches its reader."""

    SITE = "site"
    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    """Where a message stands; `unknown` was claimed and never reported back, and is never sent again by itself."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


CHANNEL_LABELS: dict[Channel, str] = {
    Channel.SITE: N_("站内消息"),
    Channel.EMAIL: N_("电子邮件"),
    Channel.SMS: N_("短信"),
}
STATE_LABELS: dict[State, str] = {
    State.WAITING: N_("待发"),
    State.SENDING: N_("发送中"),
    State.SENT: N_("已发"),
    State.UNKNOWN: N_("是否送出不明"),
    State.FAILED: N_("未能送出"),
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message in the site: `at` is when it happened, `read_at` None while unread."""

    id: int
    case_number: str
    title: str
    text: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message on its way, for the operator; the address is masked."""

    id: int
    case_number: str
    channel: Channel
    address: str
    state: State
    attempts: int
    fault: str
    at: datetime
    next_at: datetime | None
    sent_at: datetime | None


class TemplatesFaulty(Refusal):
    """The file of templates does not hold what the messages need."""

    sentence = N_("消息模板{file}中的{key}有误：{reason}")
    remedy = N_("请按该文件开头的说明改正后重新启动")
