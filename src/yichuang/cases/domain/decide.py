"""Decide: from a state, an act and its circumstances to events, or to a refusal; pure.

This is where the law of a single case begins; the decisions themselves stand by the parts of a case's life. Two
degrees of strictness share one path: what this system's own users do must keep every rule; what another system
reports as done (`observed`) must only be possible in time and order, because a breach that happened must be
recorded, not refused: supervision looks for it afterwards.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yichuang.cases.domain import acts as a
from yichuang.cases.domain import ending, escorting, proceeding, receiving, tolerance
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.authority import check_actor
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances, Terms, show
from yichuang.cases.domain.lifecycle import STATUS_LABELS, TABLE, Status
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_

__all__ = ["NEEDS_TERMS", "Circumstances", "Terms", "decide", "passable", "possible_acts", "show"]

# Only these ask what the catalogue says; for the others nobody need look it up.
NEEDS_TERMS: frozenset[type[a.Act]] = frozenset({a.Receive, a.Accept, a.StartSpecialProcedure, a.ChargeFee})
_NOT_YET_ACCEPTED = frozenset({Status.RECEIVED, Status.SUPPLEMENTING})
_NEEDS_ACCEPTANCE: frozenset[type[a.Act]] = frozenset(
    {
        a.StartStep,
        a.FinishStep,
        a.Consult,
        a.StartSpecialProcedure,
        a.EndSpecialProcedure,
        a.Extend,
        a.Forward,
        a.Grant,
        a.Refuse,
        a.IssueCertificate,
        a.Deliver,
    }
)

_Decision = Callable[[State, Any, Circumstances, datetime], tuple[e.Event, ...]]
_DECISIONS: dict[type[a.Act], tuple[_Decision, type[e.Event]]] = {
    a.Receive: (receiving.receive, e.ApplicationReceived),
    a.CorrectMaterials: (receiving.correct, e.MaterialsCorrected),
    a.PreExamine: (receiving.pre_examine, e.PreExaminationRecorded),
    a.RequestSupplement: (receiving.request_supplement, e.SupplementRequested),
    a.TakeSupplement: (receiving.take_supplement, e.SupplementReceived),
    a.LapseSupplement: (receiving.lapse, e.SupplementLapsed),
    a.RefuseAcceptance: (receiving.refuse_acceptance, e.AcceptanceRefused),
    a.Accept: (receiving.accept, e.ApplicationAccepted),
    a.StartStep: (proceeding.start_step, e.StepStarted),
    a.FinishStep: (proceeding.finish_step, e.StepFinished),
    a.Consult: (proceeding.consult, e.ConsultationRequested),
    a.AnswerConsultation: (proceeding.answer, e.ConsultationAnswered),
    a.StartSpecialProcedure: (proceeding.start_special, e.SpecialProcedureStarted),
    a.EndSpecialProcedure: (proceeding.end_special, e.SpecialProcedureEnded),
    a.Extend: (proceeding.extend, e.PeriodExtended),
    a.Forward: (proceeding.forward, e.CaseForwarded),
    a.Grant: (ending.grant, e.ApplicationGranted),
    a.Refuse: (ending.refuse, e.ApplicationRefused),
    a.IssueCertificate: (ending.issue, e.CertificateIssued),
    a.Deliver: (ending.deliver, e.ResultDelivered),
    a.Withdraw: (ending.withdraw, e.ApplicationWithdrawn),
    a.Close: (ending.close, e.CaseClosed),
    a.Void: (ending.void, e.CaseVoided),
    a.Archive: (ending.archive, e.CaseArchived),
    a.TakeMaterials: (receiving.take_materials, e.MaterialsTaken),
    a.TakeTolerated: (tolerance.take_tolerated, e.ToleratedTaken),
    a.LapseTolerated: (tolerance.lapse_tolerated, e.ToleratedLapsed),
    a.HandOver: (escorting.hand_over, e.CaseHandedOver),
    a.AssignAgent: (escorting.assign_agent, e.AgentAssigned),
    a.OpenGreenChannel: (escorting.open_green, e.GreenChannelOpened),
    a.ReviewOnSite: (escorting.review_on_site, e.SiteReviewed),
    a.MoveMaterials: (escorting.move_materials, e.MaterialsMoved),
    a.ChargeFee: (escorting.charge_fee, e.FeeCharged),
    a.PayFee: (escorting.pay_fee, e.FeePaid),
    a.PassToNode: (escorting.pass_to_node, e.CasePassedToNode),
}
# What a state must hold before our own users are offered the act.
_OFFERED: dict[type[a.Act], Callable[[State], object]] = {
    a.TakeTolerated: lambda s: s.tolerated,
    a.LapseTolerated: lambda s: s.tolerated,
    a.AnswerConsultation: lambda s: s.consultations,
    a.OpenGreenChannel: lambda s: not s.green,
    a.PayFee: lambda s: any(not fee.receipt_number for fee in s.fees),
    # Only where there are nodes: `passable` says so.
    a.PassToNode: lambda _: False,
}


def possible_acts(state: State, *, observed: bool = False) -> tuple[type[a.Act], ...]:
    """Return the acts that the life-cycle table allows from this state and that have an object, in a fixed order."""
    return tuple(
        act
        for act, (_, first) in _DECISIONS.items()
        if (transition := TABLE.get((state.status, first))) is not None
        and (observed or (not transition.irregular and (act not in _OFFERED or _OFFERED[act](state))))
    )


def passable(state: State) -> bool:
    """Tell whether a case may be handed to another node from this state."""
    transition = TABLE.get((state.status, e.CasePassedToNode))
    return transition is not None and not transition.irregular


def decide(state: State, act: a.Act, circumstances: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Return the events that an act at instant `at` brings about.

    Raises a Refusal of `refusals.py`: NotAccepted, NotPossibleNow, OutOfOrder, InTheFuture, NotForApplicants,
    OutsideAuthority, or the one that the act's own article demands.
    """
    c = circumstances
    decision, first = _DECISIONS[type(act)]
    transition = TABLE.get((state.status, first))
    if transition is None or (transition.irregular and not c.observed):
        if type(act) in _NEEDS_ACCEPTANCE and state.status in _NOT_YET_ACCEPTED:
            raise r.NotAccepted(number=c.number, act=a.ACT_LABELS[type(act)])
        if isinstance(act, a.RequestSupplement) and state.status is Status.SUPPLEMENTING:
            raise r.AlreadyNotified(number=c.number, at=show(state.supplement_requested_at))
        possible = SEPARATOR.join(a.ACT_LABELS[kind] for kind in possible_acts(state, observed=c.observed))
        raise r.NotPossibleNow(
            number=c.number,
            status=STATUS_LABELS[state.status],
            act=a.ACT_LABELS[type(act)],
            possible=possible or N_("无"),
        )
    if state.last_at is not None and at < state.last_at:
        raise r.OutOfOrder(number=c.number, act=a.ACT_LABELS[type(act)], at=show(at), last=show(state.last_at))
    if at > c.now:
        raise r.InTheFuture(act=a.ACT_LABELS[type(act)], at=show(at), received=show(c.now))
    if c.by is not None:
        check_actor(act, c, state)
    return decision(state, act, c, at)
