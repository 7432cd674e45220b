"""Showing: how things stand with every other node, as values for pages, commands and rules."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from yichuang.exchange.models.nodes import NodeInbox, NodeOutbox, NodePeer
from yichuang.exchange.nodes.configuration import PeerConfig, current, is_node
from yichuang.exchange.nodes.declaring import completeness
from yichuang.exchange.nodes.keyring import newest_key
from yichuang.exchange.nodes.values import LEVELS, InboxState, NodeName, NodeRow


def list_node_names() -> tuple[NodeName, ...]:
    """Return this node and all that it knows, the highest first; nothing where this installation is no node.

    Asks no database: cheap enough for any page that names a node.
    """
    if not is_node():
        return ()
    config = current()
    names = [NodeName(peer.name, peer.title, peer.level) for peer in config.peers]
    names.append(NodeName(config.name, config.title, config.level, own=True))
    return tuple(sorted(names, key=lambda one: (LEVELS.index(one.level), one.name)))


def list_nodes(*, at: datetime | None = None) -> tuple[NodeRow, ...]:
    """Return the other nodes, neighbours first; nothing where this installation is no node."""
    if not is_node():
        return ()
    config, now = current(), at or timezone.now()
    near = config.tree.neighbours(config.name)
    peers = {row.name: row for row in NodePeer.objects.all()}
    backlog = _backlog()
    held = _held()
    declared = completeness((peer.name for peer in config.peers), config=config)
    rows = []
    for peer in sorted(config.peers, key=lambda one: (one.name not in near, one.name)):
        key_id, valid_until = newest_key(config, peer.name)
        rows.append(
            _row(
                peer,
                peers.get(peer.name) or NodePeer(name=peer.name),
                neighbour=peer.name in near,
                backlog=backlog.get(peer.name, (0, 0, None)),
                held=held.get(peer.name, (0, 0)),
                declared=declared.get(peer.name),
                key=(key_id, valid_until),
                now=now,
            )
        )
    return tuple(rows)


def _row(
    peer: PeerConfig,
    seen: NodePeer,
    *,
    neighbour: bool,
    backlog: tuple[int, int, datetime | None],
    held: tuple[int, int],
    declared: tuple[int, int] | None,
    key: tuple[str, datetime | None],
    now: datetime,
) -> NodeRow:
    oldest = backlog[2]
    heard = max((one for one in (seen.reached_at, seen.received_at) if one is not None), default=None)
    connected = None
    if heard is not None or seen.failed_at is not None:
        connected = heard is not None and (seen.failed_at is None or heard >= seen.failed_at)
    return NodeRow(
        name=peer.name,
        title=peer.title,
        level=peer.level,
        parent=peer.parent,
        url=peer.url,
        divisions=peer.divisions,
        neighbour=neighbour,
        connected=connected if neighbour else None,
        heard_at=heard,
        last_sent_at=seen.sent_at,
        last_received_at=seen.received_at,
        backlog=backlog[0],
        backlog_bytes=backlog[1],
        oldest_pending_at=oldest,
        waiting=held[0],
        refused=held[1] + seen.refusals,
        replays=seen.replays,
        delay_seconds=max(0, round((now - oldest).total_seconds())) if oldest else 0 if neighbour else None,
        skew_seconds=seen.skew_seconds,
        key_id=key[0],
        key_valid_until=key[1],
        declared_events=declared[0] if declared else None,
        complete_permille=declared[1] * 1000 // declared[0] if declared and declared[0] else None,
        error=seen.error or seen.last_refusal,
    )


def _backlog() -> dict[str, tuple[int, int, datetime | None]]:
    rows: Any = (
        NodeOutbox.objects.filter(acknowledged_at__isnull=True, direct=True)
        .order_by("destination")
        .values("destination")
        .annotate(count=Count("id"), bytes=Sum("size"), oldest=Min("made_at"))
    )
    return {row["destination"]: (row["count"], row["bytes"], row["oldest"]) for row in rows}


def _held() -> dict[str, tuple[int, int]]:
    """Return how many envelopes of each origin wait, and how many are refused or in conflict."""
    rows: Any = (
        NodeInbox.objects.exclude(state=InboxState.TAKEN)
        .order_by("origin")
        .values("origin")
        .annotate(
            waiting=Count("id", filter=Q(state=InboxState.WAITING)),
            refused=Count("id", filter=Q(state__in=[InboxState.REFUSED, InboxState.CONFLICT])),
        )
    )
    return {row["origin"]: (row["waiting"], row["refused"]) for row in rows}


def list_held(*, limit: int = 100) -> tuple[tuple[str, int, str, str, str], ...]:
    """Return the envelopes that wait or were refused: origin, number, kind, state, reason; oldest first."""
    rows = NodeInbox.objects.exclude(state=InboxState.TAKEN).order_by("id")[:limit]
    return tuple((row.origin, row.number, row.kind, row.state, row.reason) for row in rows)
