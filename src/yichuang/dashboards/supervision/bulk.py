"""Bulk: one act on several cards, each in its own transaction; what became of each is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.queries import get_actor
from yichuang.dashboards.supervision.acts import BY_SLUG, do
from yichuang.dashboards.supervision.cardfile import open_card
from yichuang.kernel.refusal import Refusal
from yichuang.supervision.values import CardAct

_ACTS: Mapping[str, CardAct] = {
    "issue": CardAct.ISSUE,
    "supervise": CardAct.SUPERVISE,
    "cancel": CardAct.CANCEL,
    "withdraw": CardAct.WITHDRAW,
}


def perform_many(request: HttpRequest, *, numbers: Sequence[str], typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """Do the chosen act with each card and return (number, reason); a card out of scope is answered like unknown."""
    task = BY_SLUG[_ACTS[typed["act"]].value]
    told = {"until": typed["until"], "words": typed["words"], "reason": typed["words"]}
    actor, now = get_actor(request.user), timezone.now()
    outcomes = []
    for number in numbers:
        reason = ""
        try:
            open_card(request, number, scope=request.scope)  # type: ignore[attr-defined]
            do(task, number=number, typed=told, by=actor, at=now)
        except Refusal as refusal:
            reason = refusal.explain(_)
        outcomes.append({"number": number, "reason": reason})
    return outcomes
