"""Envelopes over NATS JetStream: a replicated stream before each node, where they wait even while the node is away.

Each node has a stream of its own that holds what is on the way to it, by sender; a message goes when its receiver has
confirmed it, and a full disk refuses what is new instead of dropping what is old. A sending counts once the broker has
it on disk (on a majority of disks where the stream is replicated). Beside it one small stream keeps every receiver's
last receipt: the number it wants next of each sender. By it a sender learns that something was lost on the way or that
the other side was restored from a backup; the outbox stays the source, and sends it again.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from nats.aio.msg import Msg
from nats.js import api
from nats.js.errors import APIError, NotFoundError

from yichuang.exchange.carriers.broker import ASK_SECONDS, Broker, Outgoing, read_url
from yichuang.exchange.carriers.contract import (
    Acknowledged,
    Delivery,
    PeerUnreachable,
    Refused,
    batches,
    number_of,
)
from yichuang.kernel.words import N_

# A receipt is looked at that often, and written again after so long even when it says nothing new.
LOOK_SECONDS, RECEIPT_SECONDS = 1.0, 60.0
# So long may a gap stand (what fills it may be on its way) before it is sent again.
GAP_SECONDS = 8.0
# So long may a peer take to look at one envelope; if it is away, it is asked again.
COMPARE_SECONDS = 5.0
# What was delivered and not confirmed is given again after that time: its receiver died over it.
AGAIN_SECONDS = 30.0
_MOST_UNCONFIRMED = 20_000
_RECEIPTS = "YICHUANG-RECEIPTS"
_SUBJECT, _RECEIPT = "yichuang.envelopes", "yichuang.receipts"
_NAME_IN_USE = 10058
_T = TypeVar("_T")


class Receipt(NamedTuple):
    """What a receiver said last: the number it wants next, whether it has later ones already, what it refused."""

    wanted: int
    gap: bool = False
    refused: Refused | None = None


def token(name: str) -> str:
    """Return a node's name as it may stand in a subject and in a stream's name."""
    return quote(name, safe="").replace(".", "%2E")


class NatsCarrier:
    """A line to a NATS cluster, over which all nodes are reached; its loop runs in a thread of its own."""

    def __init__(self, url: str, *, own: str) -> None:
        self.own = own
        self.broker = Broker(read_url(url), name=f"yichuang {own}")
        self._ready: set[str] = set()
        # What the broker has acknowledged to this process, by peer, and the mark of what is sent once more.
        self._kept: dict[str, int] = {}
        self._again: dict[str, tuple[int, str]] = {}
        self._looked: dict[str, float] = {}
        self._gaps: dict[str, tuple[int, float]] = {}
        self._said: dict[str, tuple[Receipt, float]] = {}

    # --- the port -----------------------------------------------------------------------------------------------------

    def send(self, peer: str, envelopes: Sequence[bytes]) -> Acknowledged:
        """Publish to the peer's stream in order and wait until the broker has everything on disk."""
        return self._do(peer, self._send(peer, list(batches(envelopes))))

    def fetch(self, peer: str, *, after: int, limit: int, wait: float = 0) -> Delivery:
        """Pull what a peer has put into our own stream."""
        return self._do(peer, self._fetch(peer, after, limit, wait))

    def confirm(self, peer: str, delivery: Delivery, *, wanted: int, refused: Refused | None = None) -> None:
        """Write the receipt, then have the broker forget what was delivered: never the other way round."""
        messages = delivery.token
        assert isinstance(messages, tuple)
        latest = max((number_of(one) or 0 for one in delivery.envelopes), default=0)
        self._do(peer, self._confirm(peer, messages, Receipt(wanted, latest >= wanted, refused)))

    def close(self) -> None:
        """Leave the cluster."""
        self.broker.close()

    def _do(self, peer: str, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            return self.broker.do(peer, work)
        except PeerUnreachable:
            # Whatever stood may be gone: streams and consumers are looked at anew.
            self._ready.clear()
            self._said.clear()
            raise

    # --- sending ------------------------------------------------------------------------------------------------------

    async def _send(self, peer: str, given: list[Sequence[bytes]]) -> Acknowledged:
        stream = await self._stream_of(peer)
        if given and peer not in self._kept and (said := await self._compare(peer, stream, given)):
            return said
        up_to, fault = None, ""
        for batch in given:
            numbers = [number_of(envelope) or 0 for envelope in batch]
            kept, fault = await self.broker.publish(
                [self._outgoing(peer, stream, *one) for one in zip(numbers, batch, strict=True)]
            )
            if kept:
                up_to = numbers[kept - 1]
                self._kept[peer] = max(self._kept.get(peer, 0), up_to)
            if fault:
                # What lies behind it may be kept as well: its ids are known to the broker when it comes again.
                break
        if fault and up_to is None:
            raise PeerUnreachable(peer=peer, reason=fault)
        receipt = None if fault else await self._look(peer, stream)
        if receipt is None:
            return Acknowledged(up_to=up_to)
        # The peer's own word goes before the broker's: of what it lost or refused nothing counts as kept.
        sure = None if receipt.refused else min(self._kept.get(peer, 0), receipt.wanted - 1) or None
        return Acknowledged(up_to=sure, wanted=receipt.wanted, refused=receipt.refused)

    async def _compare(self, peer: str, stream: str, given: list[Sequence[bytes]]) -> Acknowledged | None:
        """Ask, before this process sends its first, whether the peer already has something under our numbers.

        It does where an acknowledgement was lost on its way, and where this node was restored from a backup and gives
        numbers out a second time. One envelope tells them apart: the last whose number the peer has already.
        """
        receipt = await self._receipt_of(peer)
        known = [] if receipt is None else [one for one in given[0] if (number_of(one) or 0) < receipt.wanted]
        if not known:
            return None
        number = number_of(known[-1]) or 0
        self._again[peer] = (number, secrets.token_hex(4))
        _kept, fault = await self.broker.publish([self._outgoing(peer, stream, number, known[-1])])
        until = time.monotonic() + COMPARE_SECONDS
        while not fault and await self._count_left(peer, stream):
            fault = N_("等待对方核对") if time.monotonic() > until else ""
            await asyncio.sleep(0.05)
        receipt = await self._receipt_of(peer)
        if fault or receipt is None:
            raise PeerUnreachable(peer=peer, reason=fault or N_("等待对方核对"))
        if receipt.refused and receipt.refused.number == number:
            return Acknowledged(wanted=receipt.wanted, refused=receipt.refused)
        self._kept[peer] = number
        return Acknowledged(up_to=number)

    def _outgoing(self, peer: str, stream: str, number: int, envelope: bytes) -> Outgoing:
        heads = {"Nats-Msg-Id": self._message_id(peer, number, envelope), "Nats-Expected-Stream": stream}
        return Outgoing(_subject(peer, self.own), envelope, heads)

    def _message_id(self, peer: str, number: int, envelope: bytes) -> str:
        """Name a message by its place and its bytes: tried again it is known, asked for again it is a new one."""
        again_up_to, mark = self._again.get(peer, (0, ""))
        suffix = f":{mark}" if number <= again_up_to else ""
        return f"{self.own}:{peer}:{number}:{sha256(envelope).hexdigest()[:16]}{suffix}"

    async def _look(self, peer: str, stream: str) -> Receipt | None:
        """Return the peer's receipt if it tells us more than that envelopes are on their way."""
        now, kept = time.monotonic(), self._kept.get(peer, 0)
        if now - self._looked.get(peer, -LOOK_SECONDS) < LOOK_SECONDS:
            return None
        self._looked[peer] = now
        # In this order: a receipt is written before its messages go.
        left = await self._count_left(peer, stream)
        receipt = await self._receipt_of(peer)
        if receipt is None:
            return None
        if receipt.gap and receipt.wanted <= kept:
            number, since = self._gaps.get(peer, (0, now))
            if number != receipt.wanted:
                self._gaps[peer] = (receipt.wanted, now)
            lost = number == receipt.wanted and now - since > GAP_SECONDS
        else:
            self._gaps.pop(peer, None)
            lost = False
        if lost or not left:
            if receipt.wanted <= kept:
                self._again[peer] = (kept, secrets.token_hex(4))
                self._gaps.pop(peer, None)
            return receipt
        return None

    async def _count_left(self, peer: str, stream: str) -> int:
        context = await self.broker.jetstream()
        info = await context.stream_info(stream, subjects_filter=_subject(peer, self.own))
        return sum((info.state.subjects or {}).values())

    async def _receipt_of(self, peer: str) -> Receipt | None:
        await self._ensure_receipts()
        subject = f"{_RECEIPT}.{token(peer)}.{token(self.own)}"
        try:
            found = await (await self.broker.jetstream()).get_last_msg(_RECEIPTS, subject)
        except NotFoundError:
            return None
        said = json.loads(found.data or b"{}")
        refused = Refused(*said["refused"]) if said["refused"] else None
        return Receipt(int(said["wanted"]), bool(said["gap"]), refused)

    # --- receiving ----------------------------------------------------------------------------------------------------

    async def _fetch(self, peer: str, after: int, limit: int, wait: float) -> Delivery:
        stream = await self._stream_of(self.own)
        consumer = f"from-{token(peer)}"
        await self._ensure(f"{stream}/{consumer}", lambda: self._add_consumer(stream, consumer, peer))
        said = self._said.get(peer)
        # What was said with the last delivery stays true until the next.
        if said is None or said[0].wanted != after + 1 or time.monotonic() - said[1] > RECEIPT_SECONDS:
            await self._say(peer, said[0] if said and said[0].wanted == after + 1 else Receipt(after + 1))
        messages = await self.broker.pull(stream, consumer, limit=limit, wait=wait)
        return Delivery(tuple(one.data for one in messages), tuple(messages))

    async def _confirm(self, peer: str, messages: tuple[Msg, ...], receipt: Receipt) -> None:
        await self._say(peer, receipt)
        client = await self.broker.client()
        for message in messages:
            await client.publish(message.reply, b"+ACK")
        if messages:
            await client.flush(int(ASK_SECONDS))

    async def _say(self, peer: str, receipt: Receipt) -> None:
        now = time.monotonic()
        before = self._said.get(peer)
        if before is not None and before[0] == receipt and now - before[1] < RECEIPT_SECONDS:
            return
        await self._ensure_receipts()
        subject = f"{_RECEIPT}.{token(self.own)}.{token(peer)}"
        await (await self.broker.jetstream()).publish(
            subject, json.dumps(receipt._asdict()).encode(), timeout=ASK_SECONDS
        )
        self._said[peer] = (receipt, now)

    # --- streams ------------------------------------------------------------------------------------------------------

    async def _stream_of(self, node: str) -> str:
        stream = f"YICHUANG-{token(node)}"
        await self._ensure(stream, lambda: self._add_stream(stream, node))
        return stream

    async def _ensure(self, name: str, make: Callable[[], Awaitable[object]]) -> None:
        if name not in self._ready:
            await make()
            self._ready.add(name)

    async def _ensure_receipts(self) -> None:
        await self._ensure(_RECEIPTS, self._add_receipts)

    async def _add_stream(self, stream: str, node: str) -> None:
        config = api.StreamConfig(
            name=stream,
            subjects=[f"{_SUBJECT}.{token(node)}.*"],
            retention=api.RetentionPolicy.WORK_QUEUE,
            storage=api.StorageType.FILE,
            discard=api.DiscardPolicy.NEW,
            num_replicas=self.broker.options.replicas,
        )
        await self._add(config, owned=node == self.own)

    async def _add_receipts(self) -> None:
        config = api.StreamConfig(
            name=_RECEIPTS,
            subjects=[f"{_RECEIPT}.*.*"],
            storage=api.StorageType.FILE,
            max_msgs_per_subject=1,
            num_replicas=self.broker.options.replicas,
        )
        await self._add(config, owned=False)

    async def _add(self, config: api.StreamConfig, *, owned: bool) -> None:
        """Create a stream, or leave it as it stands; only its own node changes how often it is kept."""
        context = await self.broker.jetstream()
        try:
            await context.add_stream(config)
        except APIError as fault:
            if fault.err_code != _NAME_IN_USE:
                raise
            if owned:
                info = await context.stream_info(str(config.name))
                if info.config.num_replicas != config.num_replicas:
                    await context.update_stream(info.config.evolve(num_replicas=config.num_replicas))

    async def _add_consumer(self, stream: str, consumer: str, peer: str) -> None:
        await (await self.broker.jetstream()).add_consumer(
            stream,
            durable_name=consumer,
            filter_subject=_subject(self.own, peer),
            ack_policy=api.AckPolicy.EXPLICIT,
            ack_wait=AGAIN_SECONDS,
            max_ack_pending=_MOST_UNCONFIRMED,
        )


def _subject(receiver: str, sender: str) -> str:
    return f"{_SUBJECT}.{token(receiver)}.{token(sender)}"
