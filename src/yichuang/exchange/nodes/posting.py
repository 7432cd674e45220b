"""Posting: gives envelopes their numbers, signs them and lays them into the outbox, inside the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yichuang.exchange.domain import envelopes
from yichuang.exchange.models.nodes import NodeOutbox, NodeShare, NodeStream
from yichuang.exchange.nodes.configuration import NodeConfig
from yichuang.exchange.nodes.keyring import signer
from yichuang.kernel.sm2 import PrivateKey


class Post:
    """Posts the envelopes of one transaction; nothing lies in the outbox before `close`."""

    def __init__(self, config: NodeConfig) -> None:
        self._config = config
        self._signer: tuple[str, PrivateKey] | None = None
        self._streams: dict[str, NodeStream] = {}
        self._rows: list[NodeOutbox] = []
        self._shares: dict[tuple[str, str], int] = {}

    def put(self, *, destination: str, kind: str, body: dict[str, Any], at: datetime, case: str = "") -> int:
        """Post one envelope and return its number; raises NodeUnknown where no way leads to the node, KeyLost.

        What is meant for a node further on is sealed for it, and travels unchanged inside one for the next.
        """
        hop = self._config.tree.next_hop(self._config.name, destination)
        number, data = self._lay(destination, kind, body, at=at, case=case, direct=hop == destination, inner=kind)
        if hop != destination:
            self.forward(data, hop=hop, at=at, case=case, inner=kind)
        return number

    def forward(self, data: bytes, *, hop: str, at: datetime, case: str = "", inner: str) -> None:
        """Post an envelope, whoever's it is and of whatever kind, to the next node on its way."""
        self._lay(hop, "forward", {"envelope": data.decode()}, at=at, case=case, direct=True, inner=inner)

    def note_share(self, case: str, node: str, seq: int) -> None:
        """Note up to which event of a case a node has been sent this node's links."""
        self._shares[case, node] = seq

    def close(self) -> int:
        """Lay everything posted into the outbox; return how many envelopes that are."""
        NodeShare.objects.bulk_create(
            [NodeShare(case=case, node=node, seq=seq) for (case, node), seq in self._shares.items()],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["case", "node"],
            update_fields=["seq"],
        )
        NodeOutbox.objects.bulk_create(self._rows, batch_size=500)
        for stream in self._streams.values():
            stream.save(update_fields=["last"])
        laid = len(self._rows)
        self._rows, self._streams, self._shares = [], {}, {}
        return laid

    def _lay(
        self, destination: str, kind: str, body: dict[str, Any], *, at: datetime, case: str, direct: bool, inner: str
    ) -> tuple[int, bytes]:
        if self._signer is None:
            self._signer = signer()
        if destination not in self._streams:
            self._streams[destination] = locked_stream(self._config.name, destination)
        stream = self._streams[destination]
        stream.last += 1
        key_id, key = self._signer
        data = envelopes.seal(
            origin=self._config.name,
            destination=destination,
            number=stream.last,
            at=at,
            key_id=key_id,
            kind=kind,
            body=body,
            signer=key,
            case=case,
        )
        self._rows.append(
            NodeOutbox(
                destination=destination,
                number=stream.last,
                direct=direct,
                # What carries somebody's papers is known by it, also within another: it is emptied once it has arrived.
                kind="belongings" if inner == "belongings" else kind,
                case=case,
                data=data if direct or inner != "belongings" else b"",
                size=len(data),
                made_at=at,
            )
        )
        return stream.last, data


def locked_stream(origin: str, destination: str) -> NodeStream:
    """Return the row of one stream, ours until the transaction ends."""
    row, _ = NodeStream.objects.select_for_update().get_or_create(origin=origin, destination=destination)
    return row


def empty(rows: Iterable[NodeOutbox], *, at: datetime) -> None:
    """Put an envelope without content in the place of each of these, which have arrived.

    Their numbers may be asked for again, by a node that was restored; it then asks for what it lacks by itself. No
    person's papers lie in an outbox for longer than it takes to carry them.
    """
    found = list(rows)
    if not found:
        return
    key_id, key = signer()
    for row in found:
        old = envelopes.read(bytes(row.data))
        data = envelopes.seal(
            origin=old.origin,
            destination=old.destination,
            number=old.number,
            at=at,
            key_id=key_id,
            kind="belongings",
            body={"void": True},
            signer=key,
            case=old.case,
        )
        NodeOutbox.objects.filter(pk=row.pk).update(data=data, size=len(data))


def sign_again(rows: list[NodeOutbox], *, start: int, at: datetime) -> None:
    """Give envelopes of one destination, in order of number, new numbers from `start` on, signed with the current key.

    What they carry of other origins stays as it is.
    """
    key_id, key = signer()
    # First out of each other's way: a number stands once.
    beyond = max(start + len(rows), rows[-1].number + 1)
    for place, row in enumerate(rows):
        NodeOutbox.objects.filter(pk=row.pk).update(number=beyond + place)
    for place, row in enumerate(rows):
        old = envelopes.read(bytes(row.data))
        data = envelopes.seal(
            origin=old.origin,
            destination=old.destination,
            number=start + place,
            at=at,
            key_id=key_id,
            kind=old.kind,
            body=old.body,
            signer=key,
            case=old.case,
        )
        NodeOutbox.objects.filter(pk=row.pk).update(number=start + place, data=data, size=len(data))
