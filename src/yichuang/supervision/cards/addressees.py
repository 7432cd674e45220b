"""Addressees: the three levels of responsibility of one card, as people.

The officer is who has or had the case in hand, the department's head the chief representative at the centre, the
leader whoever manages the centre of that place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yichuang.accounts.queries import list_colleagues_of, list_holders
from yichuang.accounts.values import Role
from yichuang.cases.queries import list_handlers
from yichuang.supervision.domain.words import Level
from yichuang.supervision.models import Card


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person a card is told to; `id` is the account's uuid as text, "" where he has no account here."""

    id: str
    name: str
    level: Level


class Addressees:
    """Answers for one card after another of a batch; who heads and who manages is asked once a place."""

    def __init__(self, cards: Sequence[Card], *, on: date) -> None:
        self._on = on
        numbers = sorted({card.case_number for card in cards if card.case_number})
        self._handlers = list_handlers(numbers=numbers) if numbers else {}
        self._organisations = {card.organisation for card in cards if card.organisation}
        self._heads: dict[str, tuple[Addressee, ...]] | None = None
        self._leaders: dict[tuple[str, str], tuple[Addressee, ...]] = {}

    def officer(self, card: Card) -> Addressee | None:
        """Return the officer of the card's case, None where nobody is known."""
        found = self._handlers.get(card.case_number)
        return Addressee(found[0], found[1], Level.OFFICER) if found else None

    def heads(self, card: Card) -> tuple[Addressee, ...]:
        """Return the chief representatives of the card's organisation."""
        if self._heads is None:
            found = list_colleagues_of(
                organisations=self._organisations, on=self._on, roles=[Role.CHIEF_REPRESENTATIVE]
            )
            self._heads = {
                organisation: tuple(Addressee(one.id, one.name, Level.DEPARTMENT) for one in heads)
                for organisation, heads in found.items()
            }
        return self._heads.get(card.organisation, ())

    def leaders(self, card: Card) -> tuple[Addressee, ...]:
        """Return the managers of the centre at the card's place."""
        place = (card.county, card.centre)
        if place not in self._leaders:
            found = list_holders(
                role=Role.CENTRE_MANAGER, division=card.county, organisation="", centre=card.centre, on=self._on
            )
            self._leaders[place] = tuple(Addressee(one.id, one.name, Level.LEADER) for one in found)
        return self._leaders[place]

    def all(self, card: Card, levels: Sequence[Level]) -> tuple[Addressee, ...]:
        """Return everybody of some levels who has an account, each person once, at his nearest level."""
        asked = {Level.OFFICER: self._officers, Level.DEPARTMENT: self.heads, Level.LEADER: self.leaders}
        found: dict[str, Addressee] = {}
        for level, ask in asked.items():
            for one in ask(card) if level in levels else ():
                if one.id:
                    found.setdefault(one.id, one)
        return tuple(found.values())

    def _officers(self, card: Card) -> tuple[Addressee, ...]:
        officer = self.officer(card)
        return (officer,) if officer else ()
