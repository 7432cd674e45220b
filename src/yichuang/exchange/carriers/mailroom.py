"""The mailroom of this node: its books, keys and neighbours, as the carriers need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from yichuang.exchange.carriers.answering import Desk
from yichuang.exchange.carriers.contract import Acknowledged, Peer, Refused, Seals
from yichuang.exchange.nodes import configuration, incoming, keyring, linkstate, outgoing
from yichuang.exchange.nodes.values import ReplayRefused, TakenReport


@dataclass(frozen=True, slots=True)
class Found:
    """What the inbox made of a batch, with the first that it refused."""

    taken: int
    repeated: int
    waiting: int
    refused: int
    up_to: int
    wanted: int
    first_refused: Refused | None


def found(report: TakenReport) -> Found:
    """Return a report as the carriers read it."""
    first = next((Refused(one.number, one.code, one.words) for one in report.faults), None)
    return Found(report.taken, report.repeated, report.waiting, report.refused, report.up_to, report.wanted, first)


class OwnMailroom:
    """Outbox and inbox in this installation's database."""

    def pending(self, peer: str, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        """Return what waits for a peer."""
        return outgoing.pending(peer, limit, max_bytes=most_bytes)

    def after(self, peer: str, number: int, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        """Return what was written for a peer behind a number."""
        return outgoing.after(peer, number, limit, max_bytes=most_bytes)

    def acknowledge(self, peer: str, said: Acknowledged, *, at: datetime) -> int:
        """Note what is kept elsewhere, and what is asked for again."""
        code = said.refused.code if said.refused else ""
        if said.refused and code == ReplayRefused.__name__ and said.refused.number:
            # The broker kept what the peer then refused: it has to be numbered anew, so it must wait again first.
            outgoing.acknowledge(peer, 0, at=at, wanted=said.refused.number)
        return outgoing.acknowledge(peer, said.up_to or 0, at=at, wanted=said.wanted, refused=code)

    def take(self, sender: str, envelopes: Sequence[bytes], *, at: datetime) -> Found:
        """Take a batch into the inbox."""
        return found(incoming.take(envelopes, at, by_peer=sender))

    def wanted(self, sender: str) -> int:
        """Return the number that is wanted next of a sender."""
        return incoming.wanted(sender)

    def count_pending(self, peer: str) -> int:
        """Return how many envelopes wait for a peer."""
        return outgoing.count_pending(peer)

    def note_contact(self, peer: str, *, sent: bool, error: str, at: datetime) -> None:
        """Note for the health page how a sending or a fetching went."""
        if error:
            linkstate.failed(peer, error, at)
        elif sent:
            linkstate.sent(peer, at)
        else:
            linkstate.reached(peer, at)

    def follow(self) -> int:
        """Bring the outbox up to the ledger's end."""
        return outgoing.follow()


class OwnSeals:
    """This node's key, and those that it knows of its peers."""

    def __init__(self) -> None:
        self.node = configuration.current().name

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """Sign with the key that envelopes are signed with; raises KeyLost."""
        key_id, key = keyring.signer()
        return key_id, key.sign(data)

    def verify(self, *, node: str, key_id: str, data: bytes, signature: bytes) -> bool:
        """Tell whether a node signed the data with a key that is known and has not run out by our clock."""
        known = keyring.Keyring(configuration.current())(node, key_id)
        if known is None or (known.valid_until is not None and timezone.now() >= known.valid_until):
            return False
        return known.verifier.verify(data, signature)


def own_seals() -> Seals:
    """Return the keys of this node; raises NodeNotConfigured."""
    return OwnSeals()


def list_peers() -> tuple[Peer, ...]:
    """Return the neighbours, each with the address under which it is reached: its own, or the broker of all."""
    return tuple(Peer(one.name, settings.CARRIER_URL or one.url) for one in configuration.current().neighbours)


def own_desk() -> Desk:
    """Return the end that answers other nodes; raises NodeNotConfigured."""
    seals = own_seals()
    return Desk(
        mailroom=OwnMailroom(),
        seals=seals,
        peers={peer.name: peer.url for peer in list_peers()},
        secret=settings.SECRET_KEY.encode(),
        clock=timezone.now,
        translate=gettext,
    )
