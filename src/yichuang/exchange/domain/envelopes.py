"""Envelopes: what one node tells another, in one canonical form, signed; pure.

An envelope is JSON with sorted keys, without blanks, in UTF-8, and nothing but texts, whole numbers, true, false, null,
lists and maps. Its signature is SM2 over exactly these bytes without the signature. Any other spelling of the same
content is refused, so that no bit of an envelope can change without notice.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol, get_args

import msgspec

from yichuang.kernel.crypto import sm3
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

FORM: Final = "yichuang.envelope.v1"
# What every carrier takes in one piece.
MOST_BYTES: Final = 512 * 1024
# Whole numbers that every language's JSON reads exactly.
_LARGEST: Final = 2**53 - 1
_DEEPEST: Final = 32

# belongings: what stands beside a case's ledger, sent to whoever asked for it only: no older node ever gets one.
# forward: carries an envelope of another origin, unchanged, to a node further on.
Kind = Literal["links", "request", "answer", "declaration", "key", "belongings", "forward"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
KIND_LABELS: Final[dict[str, str]] = {
    "links": N_("办件事件"),
    "request": N_("办理请求"),
    "answer": N_("请求答复"),
    "declaration": N_("申报量"),
    "key": N_("密钥更换"),
    "belongings": N_("表单和材料"),
    "forward": N_("转递"),
}


class EnvelopeMalformed(Refusal):
    """Bytes that are no envelope in its one canonical form."""

    sentence = N_("收到的不是规范的信封：{reason}")
    remedy = N_("信封在途中损坏，或对方版本不同；原件仍在发送节点，将重新发送")


class BadSignature(Refusal):
    """The signature is not the origin's over these bytes."""

    sentence = N_("来自{origin}的第{number}号信封签名不符")
    remedy = N_("信封在途中被改动或并非该节点所发；没有入账，原件将重新发送")
    citation = "GB/T 32918.2-2016"


class UnknownKey(Refusal):
    """Signed with a key that this node does not know."""

    sentence = N_("来自{origin}的信封使用了本节点不认识的密钥{key}")
    remedy = N_("请向该节点索取名片，用 yichuang node meet 登记；登记后将重新接收")


class KeyExpired(Refusal):
    """Signed with a key whose time has passed."""

    sentence = N_("{origin}的密钥{key}已于{until}到期")
    remedy = N_("请该节点更换密钥（yichuang node rotate）后，把新名片交本节点登记")


class ReplayRefused(Refusal):
    """A number that was taken before, with other content."""

    sentence = N_("{origin}的第{number}号信封早已收到过，内容却不同")
    remedy = N_("如该节点是由备份恢复的，请在该节点运行 yichuang node renumber；否则请核查是否有人重放")


class NotForUs(Refusal):
    """An envelope for another node, at the wrong door."""

    sentence = N_("信封是发给{destination}的，不是本节点")
    remedy = N_("请发送节点核对上下级节点的地址")


class Unexpected(Refusal):
    """An envelope of a right origin whose content cannot be worked."""

    sentence = N_("来自{origin}的信封（{kind}）内容不能处理：{reason}")
    remedy = N_("请与该节点核对版本")


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One envelope. `number` counts from 1 per origin and destination; `sent_at` is canonical UTC text."""

    form: str
    origin: str
    destination: str
    number: int
    sent_at: str
    key_id: str
    kind: str
    case: str
    body: dict[str, Any]
    signature: str = ""

    @property
    def at(self) -> datetime:
        """Return when the origin's clock says that it was made: shown, never law."""
        return datetime.fromisoformat(self.sent_at)


class Signer(Protocol):
    """What signs: a private key."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over the bytes."""
        ...


class Verifier(Protocol):
    """What checks: a public key."""

    def verify(self, data: bytes, signature: bytes, /) -> bool:
        """Return whether the signature is right."""
        ...


class KnownKey(msgspec.Struct, frozen=True):
    """A public key that this node trusts for one origin; `valid_until` is exclusive, None for ever."""

    key_id: str
    verifier: Verifier
    valid_until: datetime | None = None


# (origin, key id) -> the key, None where it is not known.
Keys = Callable[[str, str], KnownKey | None]

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Envelope).decode


def canonical(content: Any) -> bytes:
    """Return the one canonical JSON of a content; raises EnvelopeMalformed for what it may not hold."""
    _check(content, 0)
    try:
        return _encode(content)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise EnvelopeMalformed(reason=str(error)) from error


def canonical_time(at: datetime) -> str:
    """Return an instant as envelopes write it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat("T", "microseconds")[:-6] + "Z"


def digest(data: bytes) -> str:
    """Return the SM3 of an envelope's bytes in hexadecimal digits: what is kept of it for ever."""
    return sm3(data).hex()


def seal(
    *,
    origin: str,
    destination: str,
    number: int,
    at: datetime,
    key_id: str,
    kind: str,
    body: dict[str, Any],
    signer: Signer,
    case: str = "",
) -> bytes:
    """Return a signed envelope's bytes."""
    content = {
        "form": FORM,
        "origin": origin,
        "destination": destination,
        "number": number,
        "sent_at": canonical_time(at),
        "key_id": key_id,
        "kind": kind,
        "case": case,
        "body": body,
    }
    signature = signer.sign(canonical(content))
    return canonical(content | {"signature": signature.hex()})


def read(data: bytes) -> Envelope:
    """Return the envelope of these bytes, its signature not yet checked; raises EnvelopeMalformed."""
    if len(data) > MOST_BYTES:
        raise EnvelopeMalformed(reason=N_("超过512千字节"))
    try:
        envelope = _decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeMalformed(reason=str(error)) from error
    reason = _fault(envelope)
    if not reason and canonical(msgspec.structs.asdict(envelope)) != data:
        reason = N_("不是规范写法")
    if reason:
        raise EnvelopeMalformed(reason=reason)
    return envelope


def verify(envelope: Envelope, *, keys: Keys, at: datetime) -> None:
    """Refuse an envelope that is not its origin's; raises UnknownKey, KeyExpired, BadSignature.

    Expiry is told by the receiver's clock `at`: the sender's own is not believed.
    """
    key = keys(envelope.origin, envelope.key_id)
    if key is None:
        raise UnknownKey(origin=envelope.origin, key=envelope.key_id)
    if key.valid_until is not None and at >= key.valid_until:
        raise KeyExpired(origin=envelope.origin, key=envelope.key_id, until=key.valid_until.date().isoformat())
    content = msgspec.structs.asdict(envelope)
    signature = bytes.fromhex(content.pop("signature"))
    if not key.verifier.verify(canonical(content), signature):
        raise BadSignature(origin=envelope.origin, number=envelope.number)


def open_envelope(data: bytes, *, keys: Keys, at: datetime) -> Envelope:
    """Return an envelope that is whole and its origin's; raises every refusal of `read` and `verify`."""
    envelope = read(data)
    verify(envelope, keys=keys, at=at)
    return envelope


def _fault(envelope: Envelope) -> str:
    """Return what is wrong with an envelope's fields, "" for nothing."""
    if envelope.form != FORM:
        return N_("版本不认识")
    if envelope.kind not in KINDS:
        return N_("种类不认识")
    if not envelope.origin or not envelope.destination or envelope.origin == envelope.destination:
        return N_("没有写明来去")
    if not 0 < envelope.number <= _LARGEST:
        return N_("编号不在范围内")
    return "" if _is_readable(envelope) else N_("时间或签名不是规范写法")


def _is_readable(envelope: Envelope) -> bool:
    try:
        signature = bytes.fromhex(envelope.signature)
        return (
            bool(signature)
            and signature.hex() == envelope.signature
            and canonical_time(envelope.at) == envelope.sent_at
        )
    except (ValueError, TypeError, OverflowError):
        return False


def _check(content: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise EnvelopeMalformed(reason=N_("嵌套过深"))
    if isinstance(content, dict):
        for key, value in content.items():
            if type(key) is not str:
                raise EnvelopeMalformed(reason=N_("键不是文字"))
            _check(value, depth + 1)
    elif isinstance(content, list | tuple):
        for value in content:
            _check(value, depth + 1)
    elif type(content) is int:
        if abs(content) > _LARGEST:
            raise EnvelopeMalformed(reason=N_("整数过大"))
    elif content is not None and type(content) not in {str, bool}:
        raise EnvelopeMalformed(reason=N_("只允许文字、整数、真假、空、列表和表"))
