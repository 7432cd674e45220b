"""Fetching: asks another node for the form and files of a case, gives them to whoever may ask, and takes what comes.

The chain goes to everybody in a case's circle; what stands beside it goes only to a node that asks: the one to which
the case was handed over does so by itself, another one of the circle by an officer. It asks for a few pieces at a time,
so that a large scan never lies before other cases' events in the outbox by more than these.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import Q, Sum

from yichuang.cases.commands import announce_belongings, assemble_belongings, drop_coming, give_belongings, take_piece
from yichuang.cases.queries import get_case, is_coming, list_coming, list_missing, read_piece
from yichuang.cases.values import Belongings
from yichuang.exchange.domain.envelopes import KIND_LABELS, Envelope, Unexpected
from yichuang.exchange.models.nodes import NodeFetch, NodeOutbox
from yichuang.exchange.nodes.configuration import NodeConfig, current, is_node
from yichuang.exchange.nodes.holding import find_holding
from yichuang.exchange.nodes.posting import Post
from yichuang.exchange.nodes.values import Coming, NobodyToAsk
from yichuang.kernel.words import N_

# Pieces on their way from one node at a time: a megabyte, which a poor line carries in some seconds.
WINDOW = 4
# Most pieces that one request may ask for.
MOST_PIECES = 16
# A node that has not got everything itself is asked again.
AGAIN = timedelta(minutes=1)
# What was asked and not answered is asked again: one of the two was restored from a backup.
UNANSWERED = timedelta(minutes=30)
# Then somebody has to look: a version that knows nothing of it, or a node that is gone.
MOST_ASKED = 200
_AT_ONCE = 50


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: bool = False
    pieces: tuple[tuple[str, int], ...] = ()


class _Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    offset: int
    data: str


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: Belongings | None = None
    piece: _Piece | None = None
    gone: str = ""
    void: bool = False


def begin(case: str, nodes: Iterable[str], *, at: datetime) -> None:
    """Fetch what these nodes have beside a case's ledger, from now on, until all of it is here."""
    for node in nodes:
        NodeFetch.objects.update_or_create(case=case, node=node, defaults={"ask_at": at, "asked": 0})


def fetch_belongings(*, number: str, at: datetime) -> tuple[str, ...]:
    """Fetch the form and files of a case that this node knows from the nodes that held it; return their names.

    For a node above that is to look into them, or that took the case over. It is personal data: fetch it where it is
    needed only. Raises CaseNotFound, NobodyToAsk.
    """
    config, uuid = current(), get_case(number).uuid
    holding = find_holding(uuid)
    nodes = holding.others(config.tree, own=config.name) if holding else ()
    if not nodes:
        raise NobodyToAsk(number=number)
    with transaction.atomic():
        begin(uuid, nodes, at=at)
    return nodes


def tend(*, at: datetime) -> int:
    """Put together what has arrived whole, and ask for what is missing; return how many files and forms were kept."""
    if not is_node():
        return 0
    kept = assemble_belongings(at=at)
    if NodeFetch.objects.filter(Q(listed=True) | Q(ask_at__lte=at, asked__lt=MOST_ASKED)).exists():
        config = current()
        with transaction.atomic():
            post = Post(config)
            ask(config, post, at=at)
            post.close()
    return kept


# -- asking ------------------------------------------------------------------------------------------------------------


def ask(config: NodeConfig, post: Post, *, at: datetime) -> None:
    """Post requests for what is due: lists, and of each node the next few pieces once those before have come."""
    # What another process has in hand it sees to itself; two that waited for each other would see to nothing.
    due = NodeFetch.objects.select_for_update(skip_locked=True).filter(ask_at__lte=at, asked__lt=MOST_ASKED)
    for row in due.order_by("id")[:_AT_ONCE]:
        if row.node in config.tree and not (row.asked and _on_its_way(row, config)):
            _request(row, {"list": True}, post, at=at)
            row.asked += 1
        row.ask_at = at + UNANSWERED
        row.save(update_fields=["ask_at", "asked"])
    listed = NodeFetch.objects.filter(listed=True).order_by("node")
    for node in listed.values_list("node", flat=True).distinct():
        if node in config.tree:
            _ask_pieces(node, config, post, at=at)


def _ask_pieces(node: str, config: NodeConfig, post: Post, *, at: datetime) -> None:
    rows = NodeFetch.objects.filter(node=node, listed=True)
    if rows.filter(pieces_at__gt=at - UNANSWERED).aggregate(flying=Sum("flying"))["flying"]:
        return
    room = WINDOW
    for row in rows.select_for_update(skip_locked=True).order_by("id")[:_AT_ONCE]:
        missing = list_missing(uuid=row.case, node=node, limit=room)
        if missing:
            if not (row.flying and _on_its_way(row, config)):
                _request(row, {"pieces": missing}, post, at=at)
            row.flying, row.pieces_at = len(missing), at
            row.save(update_fields=["flying", "pieces_at"])
            room -= len(missing)
        elif (row.ask_at is None or row.asked >= MOST_ASKED) and not is_coming(uuid=row.case, node=node):
            row.delete()
        if not room:
            break


def _request(row: NodeFetch, body: dict[str, object], post: Post, *, at: datetime) -> None:
    post.put(destination=row.node, kind="request", body={"belongings": body}, at=at, case=row.case)


def _on_its_way(row: NodeFetch, config: NodeConfig) -> bool:
    """Tell whether what was asked still waits in the outbox: the link is down, and asking again helps nobody."""
    hop = config.tree.next_hop(config.name, row.node)
    waiting = NodeOutbox.objects.filter(destination=hop, direct=True, acknowledged_at__isnull=True)
    return waiting.filter(case=row.case, kind__in=["request", "forward"]).exists()


# -- answering ---------------------------------------------------------------------------------------------------------


def answer(envelope: Envelope, *, at: datetime, config: NodeConfig, post: Post) -> None:
    """Give a node of the case's circle what it asks for: the list, or pieces; what is not here any more is told so."""
    try:
        asked = msgspec.convert(envelope.body["belongings"], _Asked)
    except msgspec.MsgspecError as error:
        raise _unfit(envelope, str(error)) from error
    holding = find_holding(envelope.case)
    if holding is None or envelope.origin not in config.tree.circle(holding.holders):
        raise _unfit(envelope, N_("该节点从未经办此件，也不是经办节点的上级"))
    said: list[dict[str, object]] = []
    if asked.list:
        told = give_belongings(uuid=envelope.case, to_node=envelope.origin)
        # Two nodes that fetch from each other would wait for each other for ever.
        fetching = NodeFetch.objects.filter(case=envelope.case, ask_at__isnull=False).exclude(node=envelope.origin)
        told = msgspec.structs.replace(told, complete=told.complete and not fetching.exists())
        said.append({"list": msgspec.to_builtins(told)})
    for key, offset in asked.pieces[:MOST_PIECES]:
        piece = read_piece(uuid=envelope.case, key=key, offset=offset)
        if piece is None:
            said.append({"gone": key})
        else:
            said.append({"piece": {"key": key, "offset": offset, "data": base64.b64encode(piece).decode()}})
    for body in said:
        post.put(destination=envelope.origin, kind="belongings", body=body, at=at, case=envelope.case)


# -- taking ------------------------------------------------------------------------------------------------------------


def take(envelope: Envelope, *, at: datetime) -> None:
    """Take a list or a piece that this node asked for; raises what the door of cases raises, LinksMissing among it."""
    try:
        told = msgspec.convert(envelope.body, _Told)
        data = base64.b64decode(told.piece.data, validate=True) if told.piece else b""
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        raise _unfit(envelope, str(error)) from error
    if told.void:
        return
    case, node = envelope.case, envelope.origin
    row = NodeFetch.objects.select_for_update().filter(case=case, node=node).first()
    if told.list is not None:
        if row is None:
            # An answer to what was asked twice: the first one told all.
            return
        announce_belongings(uuid=case, node=node, told=told.list, at=at)
        row.listed, row.ask_at = True, None if told.list.complete else at + AGAIN
    elif told.piece is not None:
        take_piece(uuid=case, node=node, key=told.piece.key, offset=told.piece.offset, data=data)
    elif told.gone:
        drop_coming(uuid=case, node=node, key=told.gone)
    else:
        raise _unfit(envelope, N_("没有内件"))
    if row is not None:
        row.flying = max(0, row.flying - (told.list is None))
        row.save(update_fields=["listed", "ask_at", "flying"])


def get_coming(*, number: str) -> Coming:
    """Return what of a case's form and files is not here yet; nothing in an installation that is no node."""
    if not is_node():
        return Coming()
    config = current()
    titles = {peer.name: peer.title or peer.name for peer in config.peers}
    rows = NodeFetch.objects.filter(listed=False).order_by("id")
    # Mostly nothing is awaited, and the case need not be looked up.
    nodes = rows.filter(case=get_case(number).uuid).values_list("node", flat=True) if rows.exists() else ()
    awaited = tuple(titles.get(node, node) for node in nodes)
    things = tuple(
        msgspec.structs.replace(one, node=titles.get(one.node, one.node)) for one in list_coming(number=number)
    )
    return Coming(awaited, things)


def _unfit(envelope: Envelope, reason: str) -> Unexpected:
    return Unexpected(origin=envelope.origin, kind=KIND_LABELS[envelope.kind], reason=reason)
