"""Working: does what an envelope says, by its kind, and keeps in the inbox what became of it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q

from yichuang.calendar.values import local_day
from yichuang.cases.commands import take_links
from yichuang.cases.values import ForkFound, LinkRow, LinksMissing, Origin
from yichuang.exchange.domain import envelopes
from yichuang.exchange.domain.envelopes import Envelope, KeyExpired, ReplayRefused, Unexpected, UnknownKey
from yichuang.exchange.models.nodes import NodeDay, NodeInbox, NodeKey, NodePeer
from yichuang.exchange.nodes import conflicts, fetching, requests
from yichuang.exchange.nodes.configuration import NodeConfig
from yichuang.exchange.nodes.holding import find_holding, handed_by, may_append
from yichuang.exchange.nodes.keyring import Keyring
from yichuang.exchange.nodes.outgoing import count
from yichuang.exchange.nodes.posting import Post
from yichuang.exchange.nodes.values import InboxState, NotTheHolder
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.sm2 import KeyUnreadable, PublicKey
from yichuang.kernel.words import N_

# Envelopes that wait for a key and are tried again with each batch.
RETRIED = 200
# What is put right by what comes later: it waits.
_WAITS = (LinksMissing, UnknownKey, KeyExpired)


class _Forked(Exception):
    """Two branches of a case: nothing was written, a person has to settle it."""

    def __init__(self, found: ForkFound) -> None:
        super().__init__(found)
        self.found = found


class _Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Origin
    links: tuple[LinkRow, ...]


class _Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key_id: str
    public_key: str
    valid_until: datetime | None = None


class _Day(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    events: int
    cases: int


class _Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: tuple[_Day, ...]


class Work:
    """Works the envelopes of one transaction."""

    def __init__(self, config: NodeConfig, keys: Keyring, post: Post, *, at: datetime) -> None:
        self.config, self.keys, self.post, self.at = config, keys, post, at
        # Whose waiting envelopes may go on now: cases that gained events, nodes that announced a key.
        self._cases: set[str] = set()
        self._nodes: set[str] = set()
        # What was taken is kept at the end, all together; its digests until then.
        self._taken: list[NodeInbox] = []
        self._digests: dict[tuple[str, str, int], str] = {}
        self._fetched = False
        # (node, day) -> events and cases that came of it.
        self._days: dict[tuple[str, date], list[int]] = {}
        self._kinds: dict[str, Callable[[Envelope], None]] = {
            "links": self._links,
            "request": self._request,
            "answer": self._answer,
            "declaration": self._declaration,
            "key": self._key,
            "belongings": self._belongings,
            "forward": self._forward,
        }

    def do(self, envelope: Envelope, data: bytes, row: NodeInbox) -> None:
        """Work one envelope that is its origin's and keep its row: taken, waiting, refused, or in conflict."""
        waited = bool(row.code)
        row.state, row.code, row.reason, row.data = InboxState.TAKEN, "", "", None
        try:
            with transaction.atomic():
                self._kinds[envelope.kind](envelope)
        except _Forked as fork:
            row.state, row.data = InboxState.CONFLICT, data
            conflicts.keep_fork(fork.found, envelope, at=self.at, post=self.post)
        except _WAITS as refusal:
            row.state, row.code, row.reason, row.data = InboxState.WAITING, refusal.code, str(refusal), data
            if isinstance(refusal, LinksMissing) and not waited:
                self._ask_links(envelope, refusal)
        except Refusal as refusal:
            row.state, row.code, row.reason, row.data = InboxState.REFUSED, refusal.code, str(refusal), data
        if row.pk is None and row.state == InboxState.TAKEN:
            self._taken.append(row)
            self._digests[row.origin, row.destination, row.number] = row.digest
            return
        row.save()

    def known(self, envelope: Envelope) -> str:
        """Return the digest of what came under an envelope's number, "" where nothing did."""
        numbered = (envelope.origin, envelope.destination, envelope.number)
        if numbered in self._digests:
            return self._digests[numbered]
        rows = NodeInbox.objects.filter(origin=numbered[0], destination=numbered[1], number=numbered[2])
        return rows.values_list("digest", flat=True).first() or ""

    def close(self) -> None:
        """Work what waited for what came, and keep what was counted."""
        self.retry()
        if self._fetched:
            fetching.ask(self.config, self.post, at=self.at)
        NodeInbox.objects.bulk_create(self._taken, batch_size=500)
        self._taken, self._digests = [], {}
        for (node, day), (events, cases) in sorted(self._days.items()):
            count(node, day, events=events, cases=cases)
        self._days = {}

    def retry(self) -> int:
        """Work again what waited for a case's events or for a key that came meanwhile; return how many were taken."""
        waiting = NodeInbox.objects.filter(state=InboxState.WAITING, destination=self.config.name).exclude(code="")
        # A key may have come with a card, of which no envelope tells.
        taken = sum(self.again(row) for row in waiting.exclude(code=LinksMissing.__name__).order_by("id")[:RETRIED])
        while self._cases or self._nodes:
            cases, nodes = self._cases, self._nodes
            self._cases, self._nodes = set(), set()
            rows = waiting.filter(Q(case__in=cases) | Q(origin__in=nodes)).order_by("id")
            taken += sum(self.again(row) for row in rows)
        return taken

    def again(self, row: NodeInbox) -> bool:
        """Work one envelope that waited; return whether it is taken now."""
        data = bytes(row.data)
        envelope = envelopes.read(data)
        try:
            envelopes.verify(envelope, keys=self.keys, at=self.at)
        except Refusal as refusal:
            row.code, row.reason = refusal.code, str(refusal)
            row.save(update_fields=["code", "reason"])
            return False
        self.do(envelope, data, row)
        return bool(row.state == InboxState.TAKEN)

    # --- by kind ------------------------------------------------------------------------------------------------------

    def _links(self, envelope: Envelope) -> None:
        body = self._body(envelope, _Links)
        if body.origin.uuid != envelope.case or not body.links:
            raise self._unexpected(envelope, N_("办件与内容不符"))
        known = find_holding(body.origin.uuid)
        taken = take_links(origin=body.origin, links=body.links, by=self._actor(envelope), at=self.at)
        if taken.conflict is not None:
            raise _Forked(taken.conflict)
        if not taken.new:
            return
        new = body.links[-taken.new :]
        held = known.holder if known else body.origin.node
        given_back = held in ("", self.config.name) and self._asked_for_own(envelope.origin)
        if not given_back and not may_append(envelope.origin, held=held, new=new, tree=self.config.tree):
            raise NotTheHolder(origin=envelope.origin, number=taken.number, holder=held)
        self._cases.add(envelope.case)
        giver = handed_by(new, to_node=self.config.name)
        if giver in self.config.tree:
            fetching.begin(envelope.case, [giver], at=self.at)
            self._fetched = True
        for link in new:
            day = local_day(datetime.fromisoformat(link.recorded_at))
            counted = self._days.setdefault((envelope.origin, day), [0, 0])
            counted[0] += 1
            counted[1] += link.seq == 1

    def _belongings(self, envelope: Envelope) -> None:
        fetching.take(envelope, at=self.at)
        self._fetched = True

    def _request(self, envelope: Envelope) -> None:
        if "belongings" in envelope.body:
            fetching.answer(envelope, at=self.at, config=self.config, post=self.post)
            return
        requests.answer(envelope, at=self.at, config=self.config, post=self.post)

    def _answer(self, envelope: Envelope) -> None:
        requests.take_answer(envelope, at=self.at, config=self.config)

    def _declaration(self, envelope: Envelope) -> None:
        for one in self._body(envelope, _Days).days:
            row, _ = NodeDay.objects.select_for_update().get_or_create(node=envelope.origin, day=one.day)
            row.declared_events, row.declared_cases, row.declared_at = one.events, one.cases, envelope.at
            row.save(update_fields=["declared_events", "declared_cases", "declared_at"])

    def _key(self, envelope: Envelope) -> None:
        body = self._body(envelope, _Key)
        try:
            key = PublicKey.from_text(body.public_key)
        except KeyUnreadable as refusal:
            raise self._unexpected(envelope, str(refusal)) from refusal
        if key.key_id != body.key_id:
            raise self._unexpected(envelope, N_("密钥与其标识不符"))
        NodeKey.objects.get_or_create(
            node=envelope.origin,
            key_id=key.key_id,
            defaults={
                "public_key": key.to_hex(),
                "announced_at": self.at,
                "announced_by": envelope.key_id,
                "valid_until": body.valid_until,
            },
        )
        self.keys.forget()
        self._nodes.add(envelope.origin)

    def _forward(self, envelope: Envelope) -> None:
        inside = envelope.body.get("envelope")
        if not isinstance(inside, str) or set(envelope.body) != {"envelope"}:
            raise self._unexpected(envelope, N_("没有内件"))
        data = inside.encode()
        inner = envelopes.read(data)
        if inner.kind == "forward" or inner.origin == self.config.name:
            raise self._unexpected(envelope, N_("内件不能转递"))
        if inner.destination != self.config.name:
            hop = self.config.tree.next_hop(self.config.name, inner.destination)
            if hop == envelope.origin:
                raise self._unexpected(envelope, N_("内件走了回头路"))
            self.post.forward(data, hop=hop, at=self.at, case=inner.case, inner=inner.kind)
            return
        self._take_inner(inner, data, via=envelope.origin)

    def _take_inner(self, inner: Envelope, data: bytes, *, via: str) -> None:
        """Take an envelope that came by way of another node: by its own number and its own origin's key."""
        digest = envelopes.digest(data)
        known = self.known(inner)
        if known and known != digest:
            raise ReplayRefused(origin=inner.origin, number=inner.number)
        if known:
            return
        row = NodeInbox(
            origin=inner.origin,
            destination=inner.destination,
            number=inner.number,
            kind=inner.kind,
            case=inner.case,
            digest=digest,
            via=via,
            sent_at=inner.at,
            received_at=self.at,
        )
        try:
            envelopes.verify(inner, keys=self.keys, at=self.at)
        except (UnknownKey, KeyExpired) as refusal:
            # Nobody would send it again: it waits here for the key.
            row.state, row.code, row.reason, row.data = InboxState.WAITING, refusal.code, str(refusal), data
            row.save()
            return
        self.do(inner, data, row)

    # ------------------------------------------------------------------------------------------------------------------

    def _ask_links(self, envelope: Envelope, refusal: LinksMissing) -> None:
        """Ask the node whose events do not follow on for those before them."""
        after = int(str(refusal.details["expected_seq"])) - 1
        requests.ask_links(envelope.case, envelope.origin, after=after, at=self.at, post=self.post)

    def _asked_for_own(self, node: str) -> bool:
        """Tell whether this node was restored, and waits for its own events from a node above."""
        if node not in self.config.tree.ancestors(self.config.name):
            return False
        return NodePeer.objects.filter(name=node, asked_since__isnull=False).exists()

    def _actor(self, envelope: Envelope) -> Actor:
        title = self.config.peer(envelope.origin).title
        return Actor(id=f"node:{envelope.origin}", name=title, kind=ActorKind.NODE)

    def _body(self, envelope: Envelope, kind: Any) -> Any:
        try:
            return msgspec.convert(envelope.body, kind)
        except msgspec.MsgspecError as error:
            raise self._unexpected(envelope, str(error)) from error

    @staticmethod
    def _unexpected(envelope: Envelope, reason: str) -> Unexpected:
        return Unexpected(origin=envelope.origin, kind=envelopes.KIND_LABELS[envelope.kind], reason=reason)
