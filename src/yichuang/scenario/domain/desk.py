"""Desks: the acts of one offer, built once and used by all its cases. Who signs what there, in which words?

Acts are immutable, so a hundred thousand cases may share one; only what names the case itself is built anew.
"""

from collections.abc import Sequence
from typing import NamedTuple

from yichuang.cases.values import Limit, Unit, acts
from yichuang.scenario.domain.story import Words
from yichuang.scenario.values import Offer, Staffing

ACCEPT = acts.Accept()
TAKE_SUPPLEMENT = acts.TakeSupplement()
DELIVER = {"window": acts.Deliver(method="window"), "post": acts.Deliver(method="post")}
CLOSE = acts.Close()
# What a case's own events already say (受理, 发证, 送达 …) is no step of its processing.
_NO_STEP = ("受理", "发证", "制证", "出证", "送达", "打照", "制卡", "办结", "并联")
_MOST_STEPS = 2
_SIMPLE_DAYS = 3


class Step(NamedTuple):
    """One step: the same officer lays it before himself and finishes it, in one of several wordings.

    `begin` and `end` are the parts of the time to the decision between which it lies.
    """

    begin: float
    end: float
    starts: tuple[acts.StartStep, ...]
    finishes: tuple[tuple[acts.FinishStep, ...], ...]


class Desk:
    """Everything ready-made about one offer."""

    __slots__ = (
        "decided",
        "decided_on_the_spot",
        "document",
        "leaders",
        "refused",
        "result_name",
        "sections",
        "steps",
        "withdrawn",
    )

    def __init__(self, offer: Offer, staffing: Staffing, words: Words) -> None:
        self.leaders = staffing.leaders
        self.sections = staffing.sections
        self.decided_on_the_spot = tuple(
            acts.Grant(decider=name, opinion=words.decided[0]) for name in staffing.windows
        )
        self.decided = tuple(
            acts.Grant(decider=name, opinion=opinion) for name in staffing.leaders for opinion in words.decided
        )
        self.refused = tuple(
            acts.Refuse(reason=reason, remedies=words.remedies, decider=staffing.leaders[0])
            for reason in words.refusals
        )
        self.withdrawn = tuple(acts.Withdraw(reason=reason) for reason in words.withdrawals)
        self.result_name = offer.result_name
        # An approval is the decision itself; a certificate or a document is made after it.
        self.document = offer.result_type in {"certificate", "document"}
        self.steps = tuple(_step(offer, step, staffing, words) for step in _recorded(offer))


def _recorded(offer: Offer) -> Sequence[tuple[str, int, float, float]]:
    """Return the steps that leave a trace: name, limit, and between which parts of the whole time they lie."""
    whole = sum(max(amount, 0.5) for _, amount in offer.steps)
    found, passed = [], 0.0
    for name, amount in offer.steps:
        before, passed = passed, passed + max(amount, 0.5) / whole
        if not any(word in name for word in _NO_STEP):
            found.append((name, amount, before, passed))
    found = found or [("审核", 0, 0.0, 1.0)]
    return found[-1:] if offer.promised <= _SIMPLE_DAYS else found[-_MOST_STEPS:]


def _step(offer: Offer, step: tuple[str, int, float, float], staffing: Staffing, words: Words) -> Step:
    name, amount, begin, end = step
    signs = any(word in name for word in ("决定", "批准", "核准", "审批", "核定"))
    officers = staffing.leaders if signs else staffing.sections
    limit = Limit(amount, Unit.WORKING_DAYS) if amount and not offer.in_hours else None
    return Step(
        0.02 + 0.96 * begin,
        0.02 + 0.96 * end,
        tuple(
            acts.StartStep(step=name, organisation=offer.organisation, officer=officer, limit=limit)
            for officer in officers
        ),
        tuple(
            tuple(
                acts.FinishStep(step=name, action="pass", opinion=opinion, officer=officer)
                for opinion in (words.decided if signs else words.passed)
            )
            for officer in officers
        ),
    )
