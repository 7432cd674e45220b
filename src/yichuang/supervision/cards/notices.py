"""Notices of cards: what each person concerned is told, and whether he has read it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from yichuang.kernel.words import N_
from yichuang.supervision.cards.addressees import Addressees
from yichuang.supervision.domain.words import Colour, Level
from yichuang.supervision.models import Card, CardNotice
from yichuang.supervision.values import CardNotice as Notice

_SHOWN = 50
# What a notice is about; the page says it in the reader's language, with the card's number, title and terms beside it.
ISSUED = N_("新发监察卡，请在反馈期限内说明情况")
SUPERVISED = N_("监察卡已列入督办，请在督办期限内办结并反馈")
UPHELD = N_("申诉已决定：维持")
WITHDRAWN = N_("监察卡已撤销")
LETTER = N_("已发督办函")
APPEALED = N_("监察卡已提出申诉，待决定")
REPLIED = N_("监察卡已反馈，待认可")
ESCALATED = N_("督办期满未整改，已另发红牌")


def tell(cards: Iterable[Card], *, text: str, levels: Sequence[Level], to: Addressees, at: datetime) -> None:
    """Tell everybody of some levels of responsibility about each card, inside the caller's transaction."""
    CardNotice.objects.bulk_create(
        CardNotice(card=card, owner=one.id, owner_name=one.name, level=one.level.value, text=text, created_at=at)
        for card in cards
        for one in to.all(card, levels)
    )


def list_card_notices(owner: str) -> tuple[Notice, ...]:
    """Return what one person was told last, newest first; `text` is a message id."""
    rows = CardNotice.objects.filter(owner=owner).select_related("card").order_by("-id")[:_SHOWN]
    return tuple(
        Notice(
            id=row.pk,
            card_number=row.card.number,
            colour=Colour(row.card.colour),
            level=Level(row.level),
            text=row.text,
            created_at=row.created_at,
            read_at=row.read_at,
        )
        for row in rows
    )


def count_unread(owner: str) -> int:
    """Return how many notices a person has not read."""
    return CardNotice.objects.filter(owner=owner, read_at__isnull=True).count()


def mark_read(*, owner: str, number: str = "", at: datetime) -> int:
    """Mark a person's notices as read, all or those of one card; return how many were unread."""
    rows = CardNotice.objects.filter(owner=owner, read_at__isnull=True)
    if number:
        rows = rows.filter(card__number=number)
    return rows.update(read_at=at)
