"""The port between nodes: what every carrier of envelopes promises, whatever the line is made of.

A carrier knows only bytes. It never loses what it has acknowledged, and may bring the same envelope twice: the inbox
takes it once. Order is kept while nothing fails; after a failure the inbox sorts by number and asks for what it misses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# A NATS server takes messages of 1 MiB unless told otherwise; half of it leaves room for headers and growth.
MOST_ENVELOPE_BYTES = 512 * 1024
MOST_BATCH_BYTES = 4 * 1024 * 1024
MOST_ENVELOPES = 500


class CarrierUnknown(Refusal):
    """The address of a peer names no carrier that is known."""

    sentence = N_("节点地址“{url}”的传输方式不认识")
    remedy = N_("地址以 http://、https://、nats:// 或 tls:// 开头；后两种需另装 yichuang[nats]")


class PeerUnreachable(Refusal):
    """The line to a peer is down, or its end cannot take anything now; nothing is lost, it is tried again."""

    sentence = N_("暂时无法与节点“{peer}”通信：{reason}")
    remedy = N_("待发信封保存在本节点，线路恢复后自动续传")

    @property
    def seconds(self) -> float:
        """Return how long the peer asks to be left alone."""
        found = self.details.get("seconds", 0)
        return float(found) if isinstance(found, int | float) else 0.0


class PeerRefused(Refusal):
    """The peer answers, and will not deal with us until a person has looked: keys, names, versions."""

    sentence = N_("节点“{peer}”拒绝了本节点：{reason}")
    remedy = N_("请核对双方登记的节点名称和密钥")


class EnvelopeTooLarge(Refusal):
    """An envelope is larger than any carrier takes."""

    sentence = N_("信封有 {size} 字节，超过上限 {most} 字节")
    remedy = N_("请拆分后再发")


class Refused(NamedTuple):
    """Which envelope a receiver did not take first (0: one that it could not read), and why."""

    number: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What became of a sending.

    Everything up to the number `up_to` is kept on disk: by the peer itself, or by the broker between (None: nothing is
    said about it). `wanted` is the number from which the peer asks on, where it was heard. `held` is what waits at the
    peer to be fetched; None where that is not known. `refused` is what the peer did not take.
    """

    up_to: int | None = None
    wanted: int | None = None
    held: int | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Envelopes from a peer, oldest first; they are given again until the delivery is confirmed."""

    envelopes: tuple[bytes, ...] = ()
    token: object = None


class Seals(Protocol):
    """The keys of this node: signs as itself, and knows the keys of its peers."""

    node: str

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """Return the id of the key that this node signs with, and its signature."""

    def verify(self, *, node: str, key_id: str, data: bytes, signature: bytes) -> bool:
        """Tell whether a node signed the data with a key that is known and valid now."""


class Carrier(Protocol):
    """A line to other nodes."""

    def send(self, peer: str, envelopes: Sequence[bytes]) -> Acknowledged:
        """Hand envelopes over in order; without any it greets, and hears what is wanted.

        Refuses with PeerUnreachable, PeerRefused or EnvelopeTooLarge; then nothing counts as acknowledged, although
        some may have arrived.
        """

    def fetch(self, peer: str, *, after: int, limit: int, wait: float = 0) -> Delivery:
        """Return what a peer has for this node behind a number, waiting so many seconds for the first.

        Everything up to `after` stands on this node's disk. Refuses as `send` does.
        """

    def confirm(self, peer: str, delivery: Delivery, *, wanted: int, refused: Refused | None = None) -> None:
        """Say that a delivery was dealt with and stands on this node's disk, and which number is wanted next."""

    def close(self) -> None:
        """Let go of the line; what was not confirmed is given again."""


# --- what the loop and the answering end need of the node's own books -----------------------------------------------


class Peer(NamedTuple):
    """A neighbour; without an address it cannot be reached from here and comes to fetch."""

    name: str
    url: str


class Taken(Protocol):
    """What the inbox made of a batch, which all came from one sender."""

    @property
    def taken(self) -> int:
        """Return how many are new and in their place."""

    @property
    def repeated(self) -> int:
        """Return how many were here already."""

    @property
    def waiting(self) -> int:
        """Return how many are kept until what lies before them comes."""

    @property
    def refused(self) -> int:
        """Return how many were not taken."""

    @property
    def up_to(self) -> int:
        """Return the number up to which everything is here as it was sent; 0 where the batch says nothing about it."""

    @property
    def wanted(self) -> int:
        """Return the number that is wanted next of the sender."""

    @property
    def first_refused(self) -> Refused | None:
        """Return the first that was refused."""


class Mailroom(Protocol):
    """Outbox and inbox of this node, as the loop and the two addresses use them."""

    def pending(self, peer: str, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        """Return what waits for a peer: a run without gaps from the first that is not acknowledged."""

    def after(self, peer: str, number: int, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        """Return what was written for a peer behind a number, acknowledged or not."""

    def acknowledge(self, peer: str, said: Acknowledged, *, at: datetime) -> int:
        """Note what a peer or the broker keeps, what the peer asks for again and refuses; return how many are new."""

    def take(self, sender: str, envelopes: Sequence[bytes], *, at: datetime) -> Taken:
        """Take a batch into the inbox; a database that cannot write raises."""

    def wanted(self, sender: str) -> int:
        """Return the number that is wanted next of a sender."""

    def count_pending(self, peer: str) -> int:
        """Return how many envelopes wait for a peer."""

    def note_contact(self, peer: str, *, sent: bool, error: str, at: datetime) -> None:
        """Note for the health page how a sending or a fetching went."""

    def follow(self) -> int:
        """Bring the outbox up to the ledger's end."""


class _Numbered(msgspec.Struct):
    number: int


def number_of(envelope: bytes) -> int | None:
    """Return the number that an envelope bears, the one thing that is read of it; None for what is no envelope."""
    try:
        return msgspec.json.decode(envelope, type=_Numbered).number
    except msgspec.MsgspecError:
        return None


def batches(envelopes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut envelopes into batches that a carrier takes at once; refuses with EnvelopeTooLarge."""
    start, size = 0, 0
    for place, envelope in enumerate(envelopes):
        length = len(envelope)
        if length > MOST_ENVELOPE_BYTES:
            raise EnvelopeTooLarge(size=length, most=MOST_ENVELOPE_BYTES)
        if place > start and (size + length > MOST_BATCH_BYTES or place - start == MOST_ENVELOPES):
            yield envelopes[start:place]
            start, size = place, 0
        size += length
    if start < len(envelopes):
        yield envelopes[start:]
