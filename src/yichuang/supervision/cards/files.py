"""Files of cards: evidence given with a reply or an appeal, inspected and stored as every upload is."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from yichuang.cases.commands import keep_evidence
from yichuang.cases.queries import open_evidence
from yichuang.kernel.actor import Actor
from yichuang.supervision.domain.cards import MOST_FILES
from yichuang.supervision.domain.refusals import FileNotKnown, TooManyEvidenceFiles
from yichuang.supervision.models import Card, CardFile
from yichuang.supervision.values import CardPaper, Given


def check_count(given: Sequence[Given]) -> None:
    """Refuse more files than one act may bring; raises TooManyEvidenceFiles."""
    if len(given) > MOST_FILES:
        raise TooManyEvidenceFiles(most=MOST_FILES, count=len(given))


def take_in(given: Sequence[Given], *, at: datetime) -> list[Any]:
    """Inspect and store files before the transaction of the act that brings them; refuses what the inspection does."""
    return [keep_evidence(content=one.content, size=one.size, file_name=one.file_name, at=at) for one in given]


def keep(row: Card, stored: Sequence[Any], *, by: Actor, at: datetime) -> None:
    """Write the rows of stored files inside the transaction of the act."""
    CardFile.objects.bulk_create(
        CardFile(
            key=secrets.token_hex(16),
            card=row,
            file_name=one.file_name,
            media_type=one.media_type,
            size=one.size,
            digest=one.digest,
            stored=one.stored,
            created_at=at,
            created_by=by.name,
        )
        for one in stored
    )


def papers_of(row: Card) -> tuple[CardPaper, ...]:
    """Return what was given as evidence about a card, oldest first."""
    return tuple(_paper(one) for one in CardFile.objects.filter(card=row).order_by("id"))


def _paper(one: CardFile) -> CardPaper:
    return CardPaper(one.key, one.file_name, one.media_type, one.size, one.digest, one.created_at, one.created_by)


def open_paper(*, number: str, key: str) -> tuple[CardPaper, IO[bytes]]:
    """Return one file of a card, open for reading; the caller has asked the permission for the card and closes it.

    Raises FileNotKnown.
    """
    found = CardFile.objects.filter(card__number=number, key=key).first()
    if found is None:
        raise FileNotKnown(number=number)
    return _paper(found), open_evidence(stored=found.stored)
