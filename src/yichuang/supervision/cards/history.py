"""History: a card's events, appended and read; the card's row is what they fold to."""

from collections.abc import Sequence
from datetime import datetime

from yichuang.kernel.actor import Actor
from yichuang.supervision.domain import cardevents as e
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.refusals import CardChangedMeanwhile, CardNotKnown
from yichuang.supervision.domain.words import CardState
from yichuang.supervision.models import Card, CardEvent
from yichuang.supervision.values import CardLine


def lock_card(number: str, *, expected_version: int | None = None) -> tuple[Card, cards.Card]:
    """Return a card's row, ours until the transaction ends, and the card; raises CardNotKnown, CardChangedMeanwhile."""
    row = Card.objects.select_for_update().filter(number=number.strip().upper()).first()
    if row is None:
        raise CardNotKnown(number=number)
    if expected_version is not None and expected_version != row.version:
        raise CardChangedMeanwhile(number=row.number)
    return row, folded(row)


def folded(row: Card) -> cards.Card:
    """Return the card that a row's events fold to."""
    card = cards.Card(number=row.number, organisation=row.organisation)
    for name, payload in CardEvent.objects.filter(card=row).order_by("seq").values_list("name", "payload"):
        card = cards.apply(card, e.decode(name, payload))
    return card


def chain(row: Card, card: cards.Card, event: e.CardEvent, *, by: Actor, at: datetime) -> tuple[cards.Card, CardEvent]:
    """Put the next event behind a card's history: return the card after it and the event's row, neither saved.

    The card's own row is brought up to the event.
    """
    name, payload = e.encode(event)
    seq = card.version + 1
    digest = e.link(
        bytes(row.head), card=row.number, seq=seq, name=name, at=at, actor=(by.id, by.name), payload=payload
    )
    after = cards.apply(card, event)
    row.head, row.version, row.state = digest, after.version, (after.state or CardState.PENDING).value
    row.officer_id, row.officer_name = after.officer_id, after.officer_name
    row.issued_on, row.reply_due_on, row.appeal_due_on = after.issued_on, after.reply_due_on, after.appeal_due_on
    row.supervised_until, row.letter_number, row.reason = after.supervised_until, after.letter_number, after.reason
    if isinstance(event, e.CardIssued):
        row.issued_at = at
    if isinstance(event, e.CardReplied):
        row.replied_at = at
    if after.state in {CardState.RECTIFIED, CardState.WITHDRAWN, CardState.CANCELLED}:
        row.ended_at = at
    stored = CardEvent(
        card=row, seq=seq, name=name, payload=payload.decode(), at=at, actor_id=by.id, actor_name=by.name, hash=digest
    )
    return after, stored


def append(row: Card, card: cards.Card, event: e.CardEvent, *, by: Actor, at: datetime) -> cards.Card:
    """Append one event and save the card's row, inside the caller's transaction; return the card after it."""
    after, stored = chain(row, card, event, by=by, at=at)
    stored.save(force_insert=True)
    row.save()
    return after


def lines_of(row: Card) -> tuple[CardLine, ...]:
    """Return a card's history, oldest first."""
    return tuple(
        CardLine(
            seq=each.seq,
            at=each.at,
            event=e.decode(each.name, each.payload),
            actor_id=each.actor_id,
            actor_name=each.actor_name,
            hash=bytes(each.hash).hex(),
        )
        for each in _events(row)
    )


def _events(row: Card) -> Sequence[CardEvent]:
    return list(CardEvent.objects.filter(card=row).order_by("seq"))


def faults_of(row: Card) -> tuple[str, ...]:
    """Return one sentence for every broken link of a card's chain; nothing when it is whole."""
    head, faults = e.GENESIS, []
    for place, each in enumerate(_events(row), start=1):
        if each.seq != place:
            faults.append(f"seq {each.seq}: expected {place}")
        head = e.link(
            head,
            card=row.number,
            seq=each.seq,
            name=each.name,
            at=each.at,
            actor=(each.actor_id, each.actor_name),
            payload=each.payload.encode(),
        )
        if head != bytes(each.hash):
            faults.append(f"seq {each.seq}: stored hash {bytes(each.hash).hex()}, recomputed {head.hex()}")
            head = bytes(each.hash)
    if not faults and head != bytes(row.head):
        faults.append(f"head {bytes(row.head).hex()}, history ends with {head.hex()}")
    return tuple(faults)
