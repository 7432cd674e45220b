"""Requests: asks the holder of a case for an act, does what others ask of this node, and keeps the answers.

The holder decides by the rules of cases, as if the act were its own; its refusal goes back in its own words.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from django.db import transaction

from yichuang.accounts.queries import list_authorities
from yichuang.calendar.values import local_day
from yichuang.cases.commands import perform
from yichuang.cases.queries import get_case
from yichuang.cases.values import ACT_LABELS, POWERS, ChangedMeanwhile, OutsideAuthority, acts
from yichuang.exchange.domain.envelopes import KIND_LABELS, Envelope, Unexpected
from yichuang.exchange.models.nodes import NodeInbox, NodePeer, NodeRequest
from yichuang.exchange.nodes import conflicts
from yichuang.exchange.nodes.configuration import NodeConfig, current
from yichuang.exchange.nodes.holding import find_holding
from yichuang.exchange.nodes.outgoing import send_links
from yichuang.exchange.nodes.posting import Post
from yichuang.exchange.nodes.values import RequestRow, RequestState, RequestUnfit
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

# A case is founded and handed over by its own node alone.
_NOT_ASKED = (acts.Receive, acts.PassToNode)
ACTS: dict[str, type[acts.Act]] = {kind.__name__: kind for kind in ACT_LABELS if kind not in _NOT_ASKED}


class _By(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    organisation: str = ""
    division: str = ""


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    uuid: str
    number: str
    act: str
    fields: dict[str, Any]
    by: _By
    asked_by: str
    at: datetime


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    uuid: str
    done: bool
    code: str = ""
    words: str = ""


def request_act(*, number: str, act: acts.Act, by: Actor, at: datetime, expected_version: int | None = None) -> int:
    """Ask the node that holds a case for an act; return the request's id.

    The answer comes when the link is up: the case itself as the holder moved it, or a conflict with his words.
    `expected_version` is that of this node's copy as the person saw it. Raises CaseNotFound, ChangedMeanwhile,
    OutsideAuthority (who may do it here is asked here), RequestUnfit where this node holds the case or still waits for
    the answer to the same request.
    """
    config = current()
    name = type(act).__name__
    if name not in ACTS:
        raise RequestUnfit(act=ACT_LABELS.get(type(act), name), reason=N_("只能由办理节点自己办理"))
    file = get_case(number)
    if expected_version not in (None, file.version):
        raise ChangedMeanwhile(number=number)
    _check_authority(number, act, by=by, at=at, organisation=file.row.organisation, item=file.row.item)
    holding = find_holding(file.uuid)
    if holding is None or holding.holder == config.name:
        raise RequestUnfit(act=ACT_LABELS[type(act)], reason=N_("本节点就是办理节点，请直接办理"))
    with transaction.atomic():
        if NodeRequest.objects.filter(asking=True, case=file.uuid, act=name, state=RequestState.WAITING).exists():
            raise RequestUnfit(act=ACT_LABELS[type(act)], reason=N_("已经请求过，正在等待办理节点答复"))
        row = NodeRequest.objects.create(
            uuid=uuid4().hex,
            asking=True,
            node=holding.holder,
            case=file.uuid,
            number=number,
            act=name,
            fields=msgspec.json.encode(act).decode(),
            by_id=by.id,
            by_name=by.name,
            asked_at=at,
            state=RequestState.WAITING,
        )
        post = Post(config)
        body = {
            "uuid": row.uuid,
            "number": number,
            "act": name,
            "fields": msgspec.json.decode(row.fields),
            "by": {"id": by.id, "name": by.name, "organisation": by.organisation, "division": by.division},
            "asked_by": config.name,
            "at": at.isoformat(),
        }
        post.put(destination=holding.holder, kind="request", body=body, at=at, case=file.uuid)
        post.close()
    return int(row.pk)


def _check_authority(number: str, act: acts.Act, *, by: Actor, at: datetime, organisation: str, item: str) -> None:
    power = POWERS.get(type(act))
    if power is None or by.kind is not ActorKind.STAFF:
        return
    rows = list_authorities(organisation=organisation, item=item, power=power, on=local_day(at))
    holders = {row.holder: row.holder_name for row in rows}
    if by.id not in holders:
        raise OutsideAuthority(
            number=number,
            who=by.name,
            act=ACT_LABELS[type(act)],
            item=item,
            holders="、".join(dict.fromkeys(holders.values())) or N_("无（尚未登记授权书）"),
        )


def ask_links(case: str, node: str, *, after: int, at: datetime, post: Post) -> None:
    """Ask a node for the events of a case behind a place."""
    post.put(destination=node, kind="request", body={"links": {"after_seq": after}}, at=at, case=case)


def answer(envelope: Envelope, *, at: datetime, config: NodeConfig, post: Post) -> None:
    """Do what another node asks, once, and answer; what it may not ask, and what the rules refuse, is refused."""
    if "links" in envelope.body:
        _answer_links(envelope, at=at, config=config, post=post)
        return
    if "taken_since" in envelope.body:
        _give_back(envelope, at=at, config=config, post=post)
        return
    try:
        asked = msgspec.convert(envelope.body, _Asked)
    except msgspec.MsgspecError as error:
        raise _unfit(envelope, str(error)) from error
    if NodeRequest.objects.filter(uuid=asked.uuid).exists():
        return
    holding = find_holding(envelope.case)
    elsewhere = holding.holder if holding and holding.holder != config.name else ""
    if elsewhere in config.tree and elsewhere != envelope.origin == asked.asked_by:
        # Handed on since: the new holder is asked by the same words, and answers to him who asked.
        post.put(destination=elsewhere, kind="request", body=envelope.body, at=at, case=envelope.case)
        return
    code, words = _decide(asked, envelope, holding is not None, config=config, at=at)
    NodeRequest.objects.create(
        uuid=asked.uuid,
        asking=False,
        node=asked.asked_by,
        case=envelope.case,
        number=asked.number,
        act=asked.act,
        fields=msgspec.json.encode(asked.fields).decode(),
        by_id=asked.by.id[:64],
        by_name=asked.by.name[:64],
        asked_at=asked.at,
        state=RequestState.REFUSED if code else RequestState.DONE,
        code=code,
        words=words,
        answered_at=at,
    )
    body = {"uuid": asked.uuid, "done": not code, "code": code, "words": words}
    post.put(destination=asked.asked_by, kind="answer", body=body, at=at, case=envelope.case)


def _decide(asked: _Asked, envelope: Envelope, here: bool, *, config: NodeConfig, at: datetime) -> tuple[str, str]:
    """Do the act; return code and words of a refusal, or two empty texts."""
    try:
        holding = find_holding(envelope.case)
        if not here or holding is None or asked.asked_by not in config.tree.circle(holding.holders):
            raise RequestUnfit(act=asked.act, reason=N_("该节点从未经办此件，也不是经办节点的上级"))
        if asked.act not in ACTS:
            raise RequestUnfit(act=asked.act, reason=N_("本节点的版本不认识这个动作，或它只能由办理节点自己办理"))
        try:
            act = msgspec.convert(asked.fields, ACTS[asked.act])
        except msgspec.MsgspecError as error:
            raise RequestUnfit(act=asked.act, reason=str(error)) from error
        by = Actor(
            id=f"node:{asked.asked_by}:{asked.by.id}"[:64],
            name=f"{config.peer(asked.asked_by).title} {asked.by.name}"[:64],
            kind=ActorKind.NODE,
            organisation=asked.by.organisation,
            division=asked.by.division,
        )
        with transaction.atomic():
            # Done now, by this node's clock: the asking node's is not believed.
            perform(number=holding.number, act=act, by=by, at=at)
    except Refusal as refusal:
        return refusal.code, str(refusal)
    return "", ""


def _answer_links(envelope: Envelope, *, at: datetime, config: NodeConfig, post: Post) -> None:
    """Send the events asked for, to a node of the case's circle only."""
    after = envelope.body["links"].get("after_seq") if isinstance(envelope.body["links"], dict) else None
    holding = find_holding(envelope.case)
    if type(after) is not int or after < 0:
        raise _unfit(envelope, "after_seq")
    if holding is None or envelope.origin not in config.tree.circle(holding.holders):
        raise _unfit(envelope, N_("该节点从未经办此件，也不是经办节点的上级"))
    send_links(envelope.case, envelope.origin, post, after=after, at=at)


def _give_back(envelope: Envelope, *, at: datetime, config: NodeConfig, post: Post) -> None:
    """Send a restored node below the cases of which it wrote since a number of its own that it remembers."""
    since = envelope.body["taken_since"]
    if type(since) is not int or config.name not in config.tree.ancestors(envelope.origin):
        raise _unfit(envelope, "taken_since")
    rows = NodeInbox.objects.filter(origin=envelope.origin, destination=config.name, number__gte=since).exclude(case="")
    for case in sorted(set(rows.values_list("case", flat=True))):
        send_links(case, envelope.origin, post, after=0, at=at)
    post.put(destination=envelope.origin, kind="answer", body={"given_back": since}, at=at)


def take_answer(envelope: Envelope, *, at: datetime, config: NodeConfig) -> None:
    """Keep the holder's answer; what he refused becomes a conflict for a person to see."""
    if "given_back" in envelope.body:
        NodePeer.objects.filter(name=envelope.origin).update(asked_since=None)
        return
    if "settled" in envelope.body:
        try:
            conflicts.take_settlement(envelope, envelope.body["settled"], config=config, at=at)
        except msgspec.MsgspecError as error:
            raise _unfit(envelope, str(error)) from error
        return
    try:
        said = msgspec.convert(envelope.body, _Answer)
    except msgspec.MsgspecError as error:
        raise _unfit(envelope, str(error)) from error
    row = NodeRequest.objects.select_for_update().filter(uuid=said.uuid, asking=True, case=envelope.case).first()
    if row is None or row.state != RequestState.WAITING:
        return
    row.state = RequestState.DONE if said.done else RequestState.REFUSED
    row.code, row.words, row.answered_at, row.node = said.code[:64], said.words, at, envelope.origin
    row.save(update_fields=["state", "code", "words", "answered_at", "node"])
    if not said.done:
        conflicts.keep_refused(
            uuid=row.uuid, case=row.case, number=row.number, node=envelope.origin, words=said.words, at=at
        )


def list_requests(*, number: str = "", limit: int = 200) -> tuple[RequestRow, ...]:
    """Return requests by and of this node, newest first."""
    rows = NodeRequest.objects.order_by("-id")
    if number:
        rows = rows.filter(number=number)
    return tuple(
        RequestRow(
            id=row.pk,
            uuid=row.uuid,
            asking=row.asking,
            node=row.node,
            number=row.number,
            act=row.act,
            by=row.by_name,
            asked_at=row.asked_at,
            state=RequestState(row.state),
            words=row.words,
            answered_at=row.answered_at,
        )
        for row in rows[:limit]
    )


def _unfit(envelope: Envelope, reason: str) -> Unexpected:
    return Unexpected(origin=envelope.origin, kind=KIND_LABELS[envelope.kind], reason=reason)
