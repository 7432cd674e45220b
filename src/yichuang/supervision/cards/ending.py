"""What follows for cards when a finding ends: what waited is cancelled, what fell away is withdrawn, what was put right
is noted as such. A card that was rightly issued is never taken back because the case went on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yichuang.calendar.queries import get_calendar
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.words import N_
from yichuang.supervision.cards.addressees import Addressees
from yichuang.supervision.cards.history import append, folded
from yichuang.supervision.cards.notices import WITHDRAWN, tell
from yichuang.supervision.domain import cards
from yichuang.supervision.domain.terms import terms_on
from yichuang.supervision.domain.words import OPEN, CardState, EndReason, Level
from yichuang.supervision.models import Card

if TYPE_CHECKING:
    from yichuang.supervision.judging.judgement import Judgement

_MADE_VOID = frozenset({EndReason.FELL_AWAY, EndReason.RULE_WITHDRAWN})
_PUT_RIGHT = N_("情形已消失（系统判定）")


def after_end(findings: Sequence[int], *, reason: EndReason, by: "Judgement") -> None:
    """Bring the cards of ended findings to where they belong, inside the caller's transaction."""
    rows = Card.objects.select_for_update().filter(finding__in=findings).order_by("id")
    wanted = {*OPEN, CardState.RECTIFIED} if reason in _MADE_VOID else OPEN
    withdrawn = []
    for row in rows.filter(state__in=[state.value for state in wanted]):
        act = _act(CardState(row.state), reason)
        if act is None:
            continue
        card = folded(row)
        circumstances = cards.Circumstances(on=by.day, calendar=get_calendar(), terms=terms_on(by.day), by=SYSTEM)
        append(row, card, cards.decide(card, act, circumstances), by=SYSTEM, at=by.at)
        if isinstance(act, cards.Withdraw):
            withdrawn.append(row)
    if withdrawn:
        to = Addressees(withdrawn, on=by.day)
        tell(withdrawn, text=WITHDRAWN, levels=(Level.OFFICER, Level.DEPARTMENT), to=to, at=by.at)


def _act(state: CardState, reason: EndReason) -> cards.Act | None:
    if state is CardState.PENDING:
        return cards.Cancel(reason=reason.label)
    if reason in _MADE_VOID:
        return cards.Withdraw(reason=reason.label)
    # Who objects wants to know whether the card was right, not whether the case went on.
    return None if state is CardState.APPEALED else cards.AcceptRectification(words=_PUT_RIGHT)
