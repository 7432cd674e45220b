"""Conflicts: keeps what two nodes disagree on for a person, and does what he decides.

A ledger is never rewritten, so of two branches one stays the case's ledger and the other is kept as evidence. The node
above decides, because it must be able to whether the other is right, wrong or gone (ADR 0014).
"""

from datetime import datetime

import msgspec
from django.db import transaction

from yichuang.cases.commands import file_branch, hand_over_case, take_over_case
from yichuang.cases.values import ForkFound, LinkRow
from yichuang.exchange.domain.envelopes import Envelope
from yichuang.exchange.models.nodes import NodeConflict
from yichuang.exchange.nodes.configuration import NodeConfig, current
from yichuang.exchange.nodes.holding import find_holding
from yichuang.exchange.nodes.outgoing import send_links
from yichuang.exchange.nodes.posting import Post
from yichuang.exchange.nodes.values import (
    ConflictKind,
    ConflictRow,
    ConflictSettled,
    ConflictState,
    ConflictUnknown,
    LinkLine,
)
from yichuang.kernel.actor import SYSTEM, Actor
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

_LINKS = msgspec.json.Decoder(tuple[LinkRow, ...])


def keep_fork(found: ForkFound, envelope: Envelope, *, at: datetime, post: Post) -> None:
    """Keep a fork once, and show the other node our branch, so that both know of it.

    Of a fork that is known, further events are kept with it.
    """
    theirs = list(found.theirs)
    row, new = NodeConflict.objects.get_or_create(
        kind=ConflictKind.FORK,
        case=envelope.case,
        node=envelope.origin,
        seq=found.seq,
        theirs_hash=theirs[0].hash,
        defaults={
            "number": found.number,
            "ours": msgspec.json.encode(found.ours).decode(),
            "theirs": msgspec.json.encode(theirs).decode(),
            "found_at": at,
        },
    )
    if not new:
        kept = {link.seq: link for link in _LINKS.decode(row.theirs)} | {link.seq: link for link in theirs}
        row.theirs = msgspec.json.encode([kept[seq] for seq in sorted(kept)]).decode()
        row.ours = msgspec.json.encode(found.ours).decode()
        row.save(update_fields=["theirs", "ours"])
        return
    send_links(envelope.case, envelope.origin, post, after=found.seq - 1, at=at)


def keep_refused(*, uuid: str, case: str, number: str, node: str, words: str, at: datetime) -> None:
    """Keep a request that the holder refused, with his words."""
    NodeConflict.objects.get_or_create(
        kind=ConflictKind.REQUEST,
        case=case,
        node=node,
        seq=0,
        theirs_hash=uuid,
        defaults={"number": number, "words": words, "found_at": at},
    )


def list_conflicts(*, everything: bool = False, limit: int = 200) -> tuple[ConflictRow, ...]:
    """Return what waits to be settled, or everything, newest first."""
    rows = NodeConflict.objects.order_by("-id")
    if not everything:
        rows = rows.filter(state=ConflictState.OPEN)
    return tuple(_row(row) for row in rows[:limit])


def get_conflict(conflict: int) -> ConflictRow:
    """Return one conflict; raises ConflictUnknown."""
    row = NodeConflict.objects.filter(pk=conflict).first()
    if row is None:
        raise ConflictUnknown(conflict=conflict)
    return _row(row)


def _row(row: NodeConflict) -> ConflictRow:
    return ConflictRow(
        id=row.pk,
        kind=ConflictKind(row.kind),
        number=row.number,
        uuid=row.case,
        node=row.node,
        seq=row.seq,
        ours=_lines(row.ours),
        theirs=_lines(row.theirs),
        words=row.words,
        found_at=row.found_at,
        state=ConflictState(row.state),
        choice=row.choice,
        settled_at=row.settled_at,
        by=row.by_name,
    )


def _lines(text: str) -> tuple[LinkLine, ...]:
    return tuple(
        LinkLine(
            link.seq,
            link.name,
            datetime.fromisoformat(link.source_at),
            datetime.fromisoformat(link.recorded_at),
            link.actor_name,
            link.hash,
        )
        for link in (_LINKS.decode(text) if text else ())
    )


@transaction.atomic
def settle_conflict(*, conflict: int, choice: str, by: Actor, at: datetime) -> None:
    """Settle a conflict as a person decided, once.

    A refused request is `noted`. Of a fork this node's branch stays the ledger of the case: `keep-ours`, or with the
    events of the other branch filed behind it as reported, `file-theirs`. This node holds the case from then on, and
    tells the other, whose branch stays there as evidence and cannot be continued. Raises ConflictUnknown,
    ConflictSettled, and what the ledger says to the other branch's events.
    """
    row = NodeConflict.objects.select_for_update().filter(pk=conflict).first()
    if row is None:
        raise ConflictUnknown(conflict=conflict)
    fitting = {"noted"} if row.kind == ConflictKind.REQUEST else {"keep-ours", "file-theirs"}
    if row.state != ConflictState.OPEN or choice not in fitting:
        reason = N_("已经处理过") if row.state != ConflictState.OPEN else N_("没有这样的选择")
        raise ConflictSettled(conflict=conflict, reason=reason)
    if row.kind == ConflictKind.FORK:
        _settle_fork(row, choice, by=by, at=at)
    row.state, row.choice, row.settled_at, row.by_id, row.by_name = ConflictState.SETTLED, choice, at, by.id, by.name
    row.save(update_fields=["state", "choice", "settled_at", "by_id", "by_name"])


def _settle_fork(row: NodeConflict, choice: str, *, by: Actor, at: datetime) -> None:
    config = current()
    if row.node in config.tree and config.name not in config.tree.ancestors(row.node):
        raise ConflictSettled(conflict=row.pk, reason=N_("由双方共同的上级节点处理"))
    holding = find_holding(row.case)
    if holding is not None and holding.holder != config.name:
        take_over_case(number=row.number, reason=N_("账本分叉，由上级节点接办"), by=by, at=at)
    if choice == "file-theirs":
        file_branch(number=row.number, links=_LINKS.decode(row.theirs), by=by, at=at)
    told = config.tree.circle([*(holding.holders if holding else ()), row.node]) - {config.name}
    body = {"settled": {"node": row.node, "choice": choice, "by": by.name}}
    post = Post(config)
    for node in sorted(told):
        post.put(destination=node, kind="answer", body=body, at=at, case=row.case)
    post.close()


class _Settled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    node: str
    choice: str
    by: str


def take_settlement(envelope: Envelope, body: object, *, config: NodeConfig, at: datetime) -> None:
    """Do what a node above the forked one decided: its branch is not continued, the case is held there now."""
    said = msgspec.convert(body, _Settled)
    if said.node not in config.tree or envelope.origin not in config.tree.ancestors(said.node):
        return
    rows = NodeConflict.objects.filter(kind=ConflictKind.FORK, case=envelope.case, state=ConflictState.OPEN)
    if said.node != config.name:
        rows = rows.filter(node=said.node)
    rows.update(
        state=ConflictState.SETTLED,
        choice=said.choice[:16],
        settled_at=at,
        by_id=f"node:{envelope.origin}",
        by_name=f"{config.peer(envelope.origin).title} {said.by}"[:64],
    )
    holding = find_holding(envelope.case)
    if said.node == config.name and holding is not None and holding.holder == config.name:
        try:
            reason = N_("账本分叉，上级节点已决定以其账本为准")
            with transaction.atomic():
                hand_over_case(number=holding.number, to_node=envelope.origin, reason=reason, by=SYSTEM, at=at)
        except Refusal:
            # An archived case cannot be handed over, nor can anybody go on with it.
            return
