"""Link state: notes for the status page whether another node could be reached; carriers call it around their tries."""

from datetime import datetime

from yichuang.exchange.models.nodes import NodePeer


def sent(peer: str, at: datetime) -> None:
    """Note that envelopes were handed to a neighbour."""
    NodePeer.objects.update_or_create(name=peer, defaults={"sent_at": at, "reached_at": at, "error": ""})


def failed(peer: str, error: str, at: datetime) -> None:
    """Note that a neighbour could not be reached, and why."""
    NodePeer.objects.update_or_create(name=peer, defaults={"failed_at": at, "error": error[:2000]})


def reached(peer: str, at: datetime, peer_clock: datetime | None = None) -> None:
    """Note that a neighbour answered, and how far its clock is off where it told its time with the answer."""
    defaults: dict[str, object] = {"reached_at": at, "error": ""}
    if peer_clock is not None:
        defaults["skew_seconds"] = max(-(2**31), min(2**31 - 1, round((peer_clock - at).total_seconds())))
    NodePeer.objects.update_or_create(name=peer, defaults=defaults)
