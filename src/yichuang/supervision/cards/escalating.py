"""Escalating: where a scheme says so, a yellow card that was not put right in its period is followed by a red one."""

from typing import TYPE_CHECKING

from django.db import transaction

from yichuang.kernel.actor import SYSTEM
from yichuang.supervision.cards.addressees import Addressees
from yichuang.supervision.cards.history import append, folded
from yichuang.supervision.cards.notices import ESCALATED, tell
from yichuang.supervision.cards.proposing import make_cards
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.terms import terms_on
from yichuang.supervision.domain.words import CardState, Colour, Level, Scheme
from yichuang.supervision.models import Card

if TYPE_CHECKING:
    from yichuang.supervision.judging.judgement import Judgement

_WAITED_FOR = (CardState.ISSUED.value, CardState.SUPERVISED.value, CardState.UPHELD.value)


def escalate(*, by: "Judgement") -> tuple[str, ...]:
    """Follow up yellow cards whose period ran out while their finding stands; return the numbers of the red ones.

    Which schemes do so is dated data (`escalate` in `law/cards.yaml`); a rule of its own may do it in its place.
    """
    terms = terms_on(by.day)
    schemes = [scheme.value for scheme in Scheme if terms.escalate.value[scheme]]
    if not schemes:
        return ()
    with transaction.atomic():
        late = Card.objects.select_for_update(of=("self",)).filter(
            state__in=_WAITED_FOR,
            colour=Colour.YELLOW.value,
            scheme__in=schemes,
            supervised_until__lt=by.day,
            finding__ended_at__isnull=True,
        )
        known = {rule.id for rule in by.rules.rules}
        rows = [row for row in late.select_related("finding").order_by("id") if row.rule in known]
        rows = [row for row in rows if not Card.objects.filter(finding=row.finding, colour=Colour.RED.value).exists()]
        made = make_cards([(row.finding, Colour.RED) for row in rows], by=by)
        circumstances = cards.Circumstances(on=by.day, calendar=by.calendar, terms=terms, by=SYSTEM)
        for row, red in zip(rows, made, strict=True):
            card = folded(row)
            event = cards.decide(card, cards.Escalate(by_card=red.number), circumstances)
            append(row, card, event, by=SYSTEM, at=by.at)
        tell(rows, text=ESCALATED, levels=tuple(Level), to=Addressees(rows, on=by.day), at=by.at)
    return tuple(red.number for red in made)
