"""Outgoing: follows this node's ledger into the outbox, and hands the outbox to whoever carries it.

An event's envelopes and the cursor behind it are one transaction, so that a process that is killed neither loses nor
doubles one. The outbox, not the carrier, is the source: what was acknowledged and is asked for again is still there.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from yichuang.calendar.values import local_day
from yichuang.cases.commands import advance
from yichuang.cases.queries import Cursor, get_origin, list_links, read_news
from yichuang.cases.values import LinkRow, NewsRow
from yichuang.exchange.domain.envelopes import ReplayRefused
from yichuang.exchange.models.nodes import NodeDay, NodeOutbox, NodePeer, NodeShare
from yichuang.exchange.nodes import fetching
from yichuang.exchange.nodes.configuration import NodeConfig, current, is_node
from yichuang.exchange.nodes.posting import Post, empty, locked_stream, sign_again

FOLLOWER = "exchange.nodes"
NEWS = 1_000
# Links in one envelope, in bytes of their payloads: with its names and wrapped in another it stays below the carriers'
# half a megabyte. A case of some ten events has two thousand.
LINKS_BYTES = 100_000
WINDOW = 500
WINDOW_BYTES = 4_000_000
# After a restored backup nobody knows which numbers it gave to nodes further on; these may have gaps, so it jumps.
FAR_JUMP = 1_000_000


def follow(*, at: datetime | None = None) -> int:
    """Lay what this node's ledger gained into the outbox, for each node of each case's circle; return events read.

    And see to what is fetched from other nodes.
    """
    if not is_node():
        return 0
    config, done = current(), 0
    while read := advance(follower=FOLLOWER, work=lambda after: _carry(after, config, at or timezone.now())):
        done += read
    fetching.tend(at=at or timezone.now())
    return done


def _carry(after: Cursor, config: NodeConfig, at: datetime) -> tuple[int, Cursor]:
    rows, end = read_news(after, NEWS)
    post, days = Post(config), dict[date, list[int]]()
    by_case: dict[str, list[NewsRow]] = {}
    for row in rows:
        if row.own_appended:
            by_case.setdefault(row.uuid, []).append(row)
            counted = days.setdefault(local_day(row.recorded_at), [0, 0])
            counted[0] += 1
            counted[1] += row.seq == 1
    shared: dict[str, dict[str, int]] = {uuid: {} for uuid in by_case}
    for case, node, seq in NodeShare.objects.filter(case__in=list(by_case)).values_list("case", "node", "seq"):
        shared[case][node] = seq
    for uuid, own in by_case.items():
        _share(uuid, own, shared[uuid], post, config=config, at=at)
    post.close()
    for day, (events, cases) in days.items():
        count(config.name, day, events=events, cases=cases)
    return len(rows), end


def _share(
    uuid: str, own: Sequence[NewsRow], shared: dict[str, int], post: Post, *, config: NodeConfig, at: datetime
) -> None:
    """Post the links of one case that its circle does not have from this node yet."""
    first, last = own[0], own[-1]
    # A case of the time before this installation had a name was held here.
    members = config.tree.circle(one or config.name for one in last.holders) - {config.name}
    if not members:
        return
    # Whoever was in the circle before has had the links before ours from the node that held the case then.
    before = config.tree.circle(one for one in first.holders if one in ("", config.name) or one != first.holder)
    told = {member: max(shared.get(member, 0), first.seq - 1 if member in before else 0) for member in members}
    links = list_links(uuid=uuid, after_seq=min(told.values()))
    for member in sorted(members):
        send_links(uuid, member, post, after=told[member], up_to=last.seq, at=at, links=links)


def send_links(
    uuid: str,
    node: str,
    post: Post,
    *,
    after: int,
    up_to: int = 0,
    at: datetime,
    links: Sequence[LinkRow] | None = None,
) -> None:
    """Post the links of a case behind the seq `after` to a node (up to the seq `up_to`, or all that there are).

    `links` are those that were read already, from `after` on or before.
    """
    found = list_links(uuid=uuid, after_seq=after) if links is None else links
    chosen = [link for link in found if link.seq > after and (not up_to or link.seq <= up_to)]
    if not chosen:
        return
    origin = msgspec.to_builtins(get_origin(uuid))
    for piece in _pieces(chosen):
        body = {"origin": origin, "links": msgspec.to_builtins(piece)}
        post.put(destination=node, kind="links", body=body, at=at, case=uuid)
    post.note_share(uuid, node, chosen[-1].seq)


def _pieces(links: Sequence[LinkRow]) -> Iterator[list[LinkRow]]:
    piece: list[LinkRow] = []
    size = 0
    for link in links:
        # The rest of a link (times, hash, names) is some four hundred bytes.
        weight = len(link.payload.encode()) + 400
        if piece and size + weight > LINKS_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(link)
        size += weight
    if piece:
        yield piece


def count(node: str, day: date, *, events: int, cases: int) -> None:
    """Add to what stands here of one day of a node's ledger."""
    row, _ = NodeDay.objects.select_for_update().get_or_create(node=node, day=day)
    row.events += events
    row.cases += cases
    row.save(update_fields=["events", "cases"])


# --- for carriers -----------------------------------------------------------------------------------------------------


def pending(peer: str, limit: int = WINDOW, *, max_bytes: int = WINDOW_BYTES) -> list[bytes]:
    """Return what a neighbour has not acknowledged, in order of number: at least one envelope, at most the window."""
    rows = NodeOutbox.objects.filter(destination=peer, direct=True, acknowledged_at__isnull=True)
    return _window(rows.order_by("number"), limit, max_bytes)


def after(peer: str, after: int, limit: int = WINDOW, *, max_bytes: int = WINDOW_BYTES) -> list[bytes]:
    """Return what a neighbour asks for: the envelopes behind a number, whether it has acknowledged them or not."""
    rows = NodeOutbox.objects.filter(destination=peer, direct=True, number__gt=after)
    return _window(rows.order_by("number"), limit, max_bytes)


def _window(rows: object, limit: int, max_bytes: int) -> list[bytes]:
    found: list[bytes] = []
    size = 0
    for data in rows.values_list("data", flat=True)[:limit].iterator(chunk_size=50):  # type: ignore[attr-defined]
        size += len(data)
        if found and size > max_bytes:
            break
        found.append(bytes(data))
    return found


def count_pending(peer: str) -> int:
    """Return how many envelopes a neighbour has not acknowledged."""
    return int(NodeOutbox.objects.filter(destination=peer, direct=True, acknowledged_at__isnull=True).count())


def acknowledge(
    peer: str, up_to: int, *, at: datetime | None = None, wanted: int | None = None, refused: str = ""
) -> int:
    """Note that a neighbour has everything up to and including a number (0: nothing is said); return how many are new.

    `wanted` is the number that it takes next. Lower than what it acknowledged before, it was restored from a backup,
    and what it lost is sent again. Beyond what this node ever gave out, or where it refused ours as a replay
    (`refused` is the code of its first refusal), this node itself was restored: what is pending is numbered on and
    signed again.
    """
    now = at or timezone.now()
    with transaction.atomic():
        stream = locked_stream(current().name, peer)
        rows = NodeOutbox.objects.filter(destination=peer, direct=True)
        if wanted is not None and 0 < wanted <= stream.acknowledged:
            rows.filter(number__gte=wanted).update(acknowledged_at=None)
            stream.acknowledged = wanted - 1
        arrived = rows.filter(number__lte=up_to, acknowledged_at__isnull=True)
        empty(arrived.filter(kind="belongings").order_by("number"), at=now)
        new = arrived.update(acknowledged_at=now)
        stream.acknowledged = max(stream.acknowledged, min(up_to, stream.last))
        stream.save(update_fields=["acknowledged"])
        if wanted is not None:
            replayed = refused == ReplayRefused.__name__ and wanted - 1 > stream.acknowledged
            if replayed or wanted - 1 > stream.last:
                renumber(peer, start=wanted, at=now)
    return new


def renumber(peer: str, *, start: int, at: datetime) -> int:
    """Number what is pending for a neighbour on from `start`, signed again; return how many envelopes.

    For a node that was restored from a backup: its neighbour has taken envelopes of which it knows nothing any more. A
    neighbour above is asked for the events that were in them.
    """
    config = current()
    with transaction.atomic():
        stream = locked_stream(config.name, peer)
        rows = list(
            NodeOutbox.objects.filter(destination=peer, direct=True, acknowledged_at__isnull=True).order_by("number")
        )
        if rows:
            sign_again(rows, start=start, at=at)
        lost = stream.acknowledged + 1
        stream.last = max(stream.last, start - 1 + len(rows))
        stream.acknowledged = start - 1
        stream.save(update_fields=["last", "acknowledged"])
        for far in config.tree.places:
            if far != config.name and far not in config.tree.neighbours(config.name):
                one = locked_stream(config.name, far)
                one.last += FAR_JUMP
                one.save(update_fields=["last"])
        if peer in config.tree.ancestors(config.name) and lost < start:
            NodePeer.objects.update_or_create(name=peer, defaults={"asked_since": lost})
            post = Post(config)
            post.put(destination=peer, kind="request", body={"taken_since": lost}, at=at)
            post.close()
    return len(rows)
