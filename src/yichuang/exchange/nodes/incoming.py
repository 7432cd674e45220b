"""Incoming: takes envelopes from whoever carries them, each once, and answers with what is here.

An envelope is refused without a trace in the order of numbers where it is not its sender's or damaged on the way: the
sender still has it and sends it again. Once it counts as taken its content may still wait (for a case's missing events,
for a key) or be refused; that stands in the inbox with its words, and holds up no other case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from yichuang.exchange.domain import envelopes
from yichuang.exchange.domain.envelopes import Envelope, NotForUs, ReplayRefused
from yichuang.exchange.models.nodes import NodeInbox, NodePeer, NodeStream
from yichuang.exchange.nodes.configuration import NodeConfig, current
from yichuang.exchange.nodes.keyring import Keyring
from yichuang.exchange.nodes.posting import Post, locked_stream
from yichuang.exchange.nodes.values import InboxState, TakenFault, TakenReport
from yichuang.exchange.nodes.working import Work
from yichuang.kernel.refusal import Refusal

# Numbers ahead of the one wanted that are kept until the gap is filled; others are sent again anyway.
AHEAD = 5_000


class _Stream:
    """One sender's stream while a batch is taken: its row, ours until the end, and what lies ahead of a gap."""

    def __init__(self, row: NodeStream) -> None:
        self.row, self.last = row, int(row.last)
        ahead = NodeInbox.objects.filter(
            origin=row.origin, destination=row.destination, state=InboxState.WAITING, code="", number__gt=row.last
        )
        self.waiting = set(ahead.values_list("number", flat=True))

    def close(self) -> None:
        """Keep how far it has come."""
        if self.row.last != self.last:
            self.row.last = self.last
            self.row.save(update_fields=["last"])


@dataclass(slots=True)
class _Batch:
    taken: int = 0
    repeated: int = 0
    waiting: int = 0
    refused: int = 0
    highest: int = 0
    first_refused: int = 0
    sender: str = ""
    faults: list[TakenFault] = field(default_factory=list)
    streams: dict[str, _Stream] = field(default_factory=dict)

    def stream(self, origin: str, destination: str) -> _Stream:
        """Return a sender's stream, locked at its first envelope."""
        if origin not in self.streams:
            self.streams[origin] = _Stream(locked_stream(origin, destination))
        return self.streams[origin]


def take(envelopes_: Sequence[bytes], at: datetime, *, by_peer: str = "") -> TakenReport:
    """Take a batch of one sender, in its order, in one transaction; what cannot be taken is told in the report.

    Raises NodeNotConfigured; errors of the database go through, and then nothing of the batch was taken.
    """
    config = current()
    batch = _Batch(sender=by_peer)
    with transaction.atomic():
        post = Post(config)
        work = Work(config, Keyring(config), post, at=at)
        seen: Envelope | None = None
        for data in envelopes_:
            seen = _take_one(bytes(data), batch, work, at=at) or seen
        work.close()
        post.close()
        for stream in batch.streams.values():
            stream.close()
        last = _last(config, batch.sender)
        if seen is not None:
            _note(seen, at=at)
    up_to = min(last, batch.highest)
    if batch.first_refused:
        up_to = min(up_to, batch.first_refused - 1)
    return TakenReport(
        taken=batch.taken,
        repeated=batch.repeated,
        waiting=batch.waiting,
        refused=batch.refused,
        up_to=up_to,
        wanted=last + 1,
        faults=tuple(batch.faults),
    )


def wanted(origin: str) -> int:
    """Return the number of the envelope that this node wants next of another; 1 for one that never wrote."""
    return _last(current(), origin) + 1


def _last(config: NodeConfig, origin: str) -> int:
    row = NodeStream.objects.filter(origin=origin, destination=config.name).first()
    return int(row.last) if row else 0


def _take_one(data: bytes, batch: _Batch, work: Work, *, at: datetime) -> Envelope | None:
    """Take one envelope; return it where it is its sender's."""
    number = 0
    try:
        envelope = envelopes.read(data)
        number = envelope.number
        batch.sender = batch.sender or envelope.origin
        if envelope.destination != work.config.name:
            raise NotForUs(destination=envelope.destination)
        envelopes.verify(envelope, keys=work.keys, at=at)
        _place(envelope, data, batch, work, at=at)
    except Refusal as refusal:
        batch.refused += 1
        batch.faults.append(TakenFault(number, refusal.code, str(refusal)))
        if number and (not batch.first_refused or number < batch.first_refused):
            batch.first_refused = number
        if batch.sender in work.config.tree:
            # Whoever else writes to this door leaves nothing behind.
            _count_refusal(batch.sender, refusal)
        return None
    batch.highest = max(batch.highest, number)
    return envelope


def _place(envelope: Envelope, data: bytes, batch: _Batch, work: Work, *, at: datetime) -> None:
    """Put an envelope where its number says: behind the last one, ahead of a gap, or among those taken before."""
    stream = batch.stream(envelope.origin, work.config.name)
    digest = envelopes.digest(data)
    known = ""
    if envelope.number <= stream.last or envelope.number in stream.waiting:
        known = work.known(envelope)
    if known and known != digest:
        raise ReplayRefused(origin=envelope.origin, number=envelope.number)
    if known or envelope.number <= stream.last:
        batch.repeated += 1
        return
    row = NodeInbox(
        origin=envelope.origin,
        destination=envelope.destination,
        number=envelope.number,
        kind=envelope.kind,
        case=envelope.case,
        digest=digest,
        sent_at=envelope.at,
        received_at=at,
    )
    if envelope.number > stream.last + 1:
        if envelope.number <= stream.last + AHEAD:
            row.state, row.data = InboxState.WAITING, data
            row.save()
            stream.waiting.add(envelope.number)
        batch.waiting += 1
        return
    work.do(envelope, data, row)
    batch.taken += 1
    stream.last += 1
    while stream.last + 1 in stream.waiting:
        _close_gap(stream, work)


def _close_gap(stream: _Stream, work: Work) -> None:
    """Work what lay ahead of a gap that is closed now."""
    row = NodeInbox.objects.get(
        origin=stream.row.origin, destination=stream.row.destination, number=stream.last + 1, state=InboxState.WAITING
    )
    data = bytes(row.data)
    work.do(envelopes.read(data), data, row)
    stream.last += 1
    stream.waiting.discard(stream.last)


def _note(envelope: Envelope, *, at: datetime) -> None:
    """Keep what the last envelope of a batch tells of its sender."""
    peer, _ = NodePeer.objects.get_or_create(name=envelope.origin)
    peer.received_at = at
    # The newest envelope of a batch was made last before it was sent: its age is the least delay.
    peer.skew_seconds = max(-(2**31), min(2**31 - 1, round((envelope.at - at).total_seconds())))
    peer.newest_at = envelope.at
    peer.save(update_fields=["received_at", "skew_seconds", "newest_at"])


def _count_refusal(sender: str, refusal: Refusal) -> None:
    peer, _ = NodePeer.objects.get_or_create(name=sender)
    peer.refusals = F("refusals") + 1
    peer.replays = F("replays") + (1 if isinstance(refusal, ReplayRefused) else 0)
    peer.last_refusal = str(refusal)
    peer.save(update_fields=["refusals", "replays", "last_refusal"])
