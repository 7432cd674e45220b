"""The answering end of HTTP between nodes: what the two addresses say, whatever web framework they stand in."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps

from yichuang.exchange.carriers import wire
from yichuang.exchange.carriers.contract import MOST_BATCH_BYTES, MOST_ENVELOPES, Acknowledged, Mailroom, Seals
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

_PLAIN = "application/json"


class SenderUnknown(Refusal):
    """The one who calls says a name that is not among the peers."""

    sentence = N_("“{name}”不在本节点登记的节点之中")
    remedy = N_("请在节点文件 peers 中登记")


class NotSigned(Refusal):
    """A request that must be signed over our challenge is not, or not any more."""

    sentence = N_("请求未按要求签名")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: status, body, headers."""

    status: int
    body: bytes
    heads: Mapping[str, str] = field(default_factory=dict)
    media_type: str = _PLAIN


@dataclass(frozen=True, slots=True)
class Request:
    """What came: header names as sent, the body as it came over the line."""

    method: str
    target: str
    heads: Mapping[str, str]
    body: bytes = b""

    def head(self, name: str) -> str:
        """Return a header, "" where it is missing."""
        return self.heads.get(name, "")


@dataclass(frozen=True, slots=True)
class Desk:
    """The node that answers: its books, its keys, its peers, and the secret by which it knows its own challenges."""

    mailroom: Mailroom
    seals: Seals
    peers: Mapping[str, str]
    secret: bytes
    clock: Callable[[], datetime]
    # What answers need translating to; the words go to an operator's log at the other end.
    translate: Callable[[str], str] = str

    def take(self, request: Request) -> Reply:
        """Take a batch that was pushed to the inbox; the reply is signed, because it is a promise."""
        sender = request.head(wire.NODE)
        if sender not in self.peers:
            return self._no(403, SenderUnknown(name=sender[:60]))
        try:
            envelopes = wire.unpack(request.body)
        except wire.BodyTooLarge as refusal:
            return self._no(413, refusal)
        except wire.BodyBroken as refusal:
            return self._no(400, refusal)
        if not envelopes:
            return self._promise(request, up_to=0, wanted=self.mailroom.wanted(sender), refused=None)
        found = self.mailroom.take(sender, envelopes, at=self.clock())
        return self._promise(request, up_to=found.up_to, wanted=found.wanted, refused=found.first_refused)

    def _promise(self, request: Request, **said: object) -> Reply:
        sender = request.head(wire.NODE)
        # For one whom we reach ourselves nothing is held: our own loop brings it.
        held = 0 if self.peers[sender] else self.mailroom.count_pending(sender)
        body = _json(held=held, **said)
        nonce = request.head(wire.NONCE)
        statement = wire.reply_statement(receiver=self.seals.node, sender=sender, nonce=nonce, body=body)
        key_id, signature = self.seals.sign(statement)
        signed = {wire.SIGNATURE: f"{key_id}:{b64encode(signature).decode()}"}
        # A challenge too, so that fetching afterwards need not ask for one first.
        return Reply(200, body, signed | self._next_challenge())

    def give(self, request: Request, *, after: int, limit: int) -> Reply:
        """Give what stands behind a number for a peer who comes to fetch it; everything up to it, it says, is there."""
        if (no := self._unsigned(request)) is not None:
            return no
        peer = request.head(wire.NODE)
        self.mailroom.acknowledge(peer, Acknowledged(up_to=after or None, wanted=after + 1), at=self.clock())
        envelopes: Sequence[bytes] = ()
        if limit:
            most = min(limit, MOST_ENVELOPES)
            envelopes = self.mailroom.after(peer, after, limit=most, most_bytes=MOST_BATCH_BYTES)
        return Reply(200, wire.pack(envelopes), self._next_challenge(), wire.MEDIA_TYPE)

    def _unsigned(self, request: Request) -> Reply | None:
        """Return how to turn a request away that is not signed by a peer over a challenge of ours, None if it is."""
        sender, challenge = request.head(wire.NODE), request.head(wire.CHALLENGE)
        if sender not in self.peers:
            return self._no(403, SenderUnknown(name=sender[:60]))
        key_id, _colon, text = request.head(wire.SIGNATURE).partition(":")
        statement = wire.request_statement(
            sender=sender, method=request.method, target=request.target, challenge=challenge, body=request.body
        )
        try:
            signature = b64decode(text, validate=True)
            fresh = wire.is_fresh(challenge, key=self.secret, at=self.clock())
        except (NotBase64, ValueError):
            fresh, signature = False, b""
        if fresh and self.seals.verify(node=sender, key_id=key_id, data=statement, signature=signature):
            return None
        refused = self._no(401, NotSigned())
        return Reply(401, refused.body, self._next_challenge() | {"WWW-Authenticate": wire.SCHEME})

    def _next_challenge(self) -> dict[str, str]:
        return {wire.CHALLENGE: wire.new_challenge(key=self.secret, at=self.clock())}

    def _no(self, status: int, refusal: Refusal) -> Reply:
        return Reply(status, _json(refusal=refusal.explain(self.translate), code=refusal.code))


def _json(**said: object) -> bytes:
    return dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
