"""What has happened to a card: frozen, in the past tense, the only thing its history stores; and the chain they form.

Each link is SM3 over the previous link (32 zero bytes before the first), one canonical JSON array that names the card,
the place, the event, the time and the actor, a line feed, and the payload as stored.
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from yichuang.kernel.crypto import DIGEST_BYTES, sm3
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

GENESIS = bytes(DIGEST_BYTES)
_FORM = "yichuang.card.v1"
_encode = msgspec.json.Encoder().encode


class CardEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all events of a card."""

    @classmethod
    def label(cls) -> str:
        """Return what happened in a few Chinese words, a message id."""
        return _LABELS[cls]


class CardProposed(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A rule caught something that calls for a card. `rule_digest` and `facts_digest` (SM3) bind what it rests on."""

    rule: str
    rule_digest: str
    facts_digest: str
    colour: str
    scheme: str
    level: str
    occurred_on: date
    finding: int


class CardIssued(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The card was issued to somebody, with its terms as dates; `ground` is where the terms come from."""

    issued_on: date
    reply_due_on: date
    appeal_due_on: date
    officer_id: str = ""
    officer_name: str = ""
    supervised_until: date | None = None
    automatic: bool = False
    ground: str = ""


class PutUnderSupervision(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """What the card says must be put right by the last day of a period."""

    until: date
    words: str = ""


class SupervisionLetterSent(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A numbered supervision letter (督办函) went to the organisation, with a last day."""

    document_number: str
    addressee: str
    until: date
    demand: str
    office: str = ""


class CardReplied(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Those concerned said what was done; `files` are the digests of what they gave as evidence."""

    text: str
    files: tuple[str, ...] = ()


class CardAppealed(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Those concerned object, with grounds; a decision is due by a day."""

    grounds: str
    decide_by: date
    files: tuple[str, ...] = ()


class CardUpheld(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The appeal was looked into and the card stays; a supervision period begins again."""

    reasons: str
    supervised_until: date | None = None


class RectificationAccepted(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """What was wrong has been put right."""

    words: str = ""


class CardEscalated(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The supervision period ended and nothing was put right: a graver card follows."""

    by_card: str


class CardWithdrawn(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An issued card no longer counts, for a reason; it stays to be seen."""

    reason: str
    after_appeal: bool = False


class CardCancelled(CardEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A card that waited was not issued, for a reason."""

    reason: str


EVENT_TYPES: tuple[type[CardEvent], ...] = (
    CardProposed,
    CardIssued,
    PutUnderSupervision,
    SupervisionLetterSent,
    CardReplied,
    CardAppealed,
    CardUpheld,
    RectificationAccepted,
    CardEscalated,
    CardWithdrawn,
    CardCancelled,
)
_LABELS: dict[type[CardEvent], str] = {
    CardProposed: N_("拟发"),
    CardIssued: N_("发牌"),
    PutUnderSupervision: N_("列入督办"),
    SupervisionLetterSent: N_("发督办函"),
    CardReplied: N_("反馈"),
    CardAppealed: N_("申诉"),
    CardUpheld: N_("维持"),
    RectificationAccepted: N_("认可整改"),
    CardEscalated: N_("升级"),
    CardWithdrawn: N_("撤销"),
    CardCancelled: N_("取消"),
}


class CardAct(StrEnum):
    """What people do with a card."""

    ISSUE = "issue"
    CANCEL = "cancel"
    REPLY = "reply"
    APPEAL = "appeal"
    DECIDE_APPEAL = "decide-appeal"
    SUPERVISE = "supervise"
    SEND_LETTER = "send-letter"
    ACCEPT_RECTIFICATION = "accept-rectification"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _ACTS[self]


_ACTS = {
    CardAct.ISSUE: N_("发牌"),
    CardAct.CANCEL: N_("取消拟发的卡"),
    CardAct.REPLY: N_("反馈"),
    CardAct.APPEAL: N_("申诉"),
    CardAct.DECIDE_APPEAL: N_("决定申诉"),
    CardAct.SUPERVISE: N_("列入督办"),
    CardAct.SEND_LETTER: N_("发督办函"),
    CardAct.ACCEPT_RECTIFICATION: N_("认可整改"),
    CardAct.WITHDRAW: N_("撤销监察卡"),
}
# These are for whom the card concerns; the others are for supervision.
OF_THE_ADDRESSEE: frozenset[CardAct] = frozenset({CardAct.REPLY, CardAct.APPEAL})


class UnknownCardEvent(Refusal):
    """A card's history holds an event that this release does not know."""

    sentence = N_("监察卡历史中有本版本不认识的事件“{name}”")
    remedy = N_("请升级到写入该事件的版本")


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


NAMES: dict[type[CardEvent], str] = {kind: f"supervision.{_kebab(kind.__name__)}.v1" for kind in EVENT_TYPES}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(kind) for kind, name in NAMES.items()}


def encode(event: CardEvent) -> tuple[str, bytes]:
    """Return the event's versioned name and its canonical JSON: declaration order, defaults left out, no spaces."""
    return NAMES[type(event)], _encode(event)


def decode(name: str, payload: str | bytes) -> CardEvent:
    """Return the event of a name and payload; raises UnknownCardEvent."""
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise UnknownCardEvent(name=name)
    event: CardEvent = decoder.decode(payload)
    return event


def link(
    previous: bytes, *, card: str, seq: int, name: str, at: datetime, actor: tuple[str, str], payload: bytes
) -> bytes:
    """Return the 32-byte link of one event of a card."""
    when = at.astimezone(UTC).isoformat("T", "microseconds")[:-6] + "Z"
    header = _encode((_FORM, card, seq, name, when, *actor))
    return sm3(b"".join((previous, header, b"\n", payload)))
