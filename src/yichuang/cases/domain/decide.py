"""Decide: from a state, an act and its circumstances to events, or to a refusal; pure.

This is where the law of a single case lives. Two degrees of strictness share one path: what this
system's own users do must keep every rule; what another system reports as done (`observed`) must
only be possible in time and order, because a breach that happened must be recorded, not refused:
supervision looks for it afterwards.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.clocks import Limit, Unit, automatic_acceptance_on
from yichuang.cases.domain.lifecycle import STATUS_LABELS, TABLE, Status
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import State
from yichuang.cases.domain.statutes import Law
from yichuang.kernel.words import N_


class Terms(msgspec.Struct, frozen=True, gc=False):
    """What the organisation's implementation list says of one item, on the day of the act."""

    item: str
    name: str
    implementation_code: str
    item_type: str
    kind: str
    statutory: Limit | None
    promised: Limit
    special_procedures: frozenset[str] = frozenset()
    joint: bool = False


class Circumstances(msgspec.Struct, frozen=True, gc=False):
    """Everything from outside that a decision rests on; `now` is when the act reached this system."""

    calendar: WorkingCalendar
    law: Law
    now: datetime
    terms: Terms | None = None
    observed: bool = False
    number: str = ""


# Only these ask what the catalogue says; for the others nobody need look it up.
NEEDS_TERMS: frozenset[type[a.Act]] = frozenset({a.Receive, a.Accept, a.StartSpecialProcedure})
_SEPARATOR = "、"
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


def show(at: datetime | None) -> str:
    """Return an instant as people in China read it: 2015-02-13 09:30."""
    if at is None:
        return ""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _receive(s: State, act: a.Receive, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if c.terms is None:
        raise r.UnknownItem(organisation=act.organisation, item=act.item)
    bounds.check(act, bounds.RECEIPT)
    return (
        e.ApplicationReceived(
            item=act.item,
            organisation=act.organisation,
            division=act.division,
            receiving_division=act.receiving_division,
            centre=act.centre,
            handling_item=act.handling_item,
            implementation_code=c.terms.implementation_code,
            channel=act.channel,
            applicant_type=act.applicant_type,
            applicant_digest=act.applicant_digest,
            summary=act.summary,
            joint=act.joint or c.terms.joint,
            green_channel=act.green_channel,
            project_code=act.project_code,
            batch=act.batch,
        ),
    )


def _correct(s: State, act: a.CorrectMaterials, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.MaterialsCorrected(note=act.note),)


def _pre_examine(s: State, act: a.PreExamine, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.PreExaminationRecorded(passed=act.passed, opinion=act.opinion),)


def _request_supplement(s: State, act: a.RequestSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not act.missing:
        raise r.NothingMissing()
    if not c.observed and s.ready_at is not None:
        if s.supplement_requests:
            raise r.AlreadyNotified(number=c.number, at=show(s.supplement_requested_at))
        last = automatic_acceptance_on(calendar=c.calendar, law=c.law, received_on=local_day(s.ready_at))
        if local_day(at) > last:
            raise r.NotificationTooLate(number=c.number, received=show(s.ready_at), last=last.isoformat())
    return (e.SupplementRequested(missing=act.missing, document_number=act.document_number),)


def _take_supplement(s: State, act: a.TakeSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.SupplementReceived(note=act.note),)


def _lapse(s: State, act: a.LapseSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (
        e.SupplementLapsed(note=act.note),
        e.CaseClosed(result=Result.RETURNED, explanation=act.note or N_("补正逾期")),
    )


def _refuse_acceptance(s: State, act: a.RefuseAcceptance, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.ground not in {"no-licence-needed", "not-competent"}:
        raise r.UnknownGround(ground=act.ground)
    if not act.reason:
        raise r.ReasonMissing(act=N_("不予受理"), what=N_("理由"))
    if act.ground == "not-competent" and not act.competent_organ:
        raise r.ReasonMissing(act=N_("不予受理"), what=N_("有权办理的机关"))
    return (
        e.AcceptanceRefused(ground=act.ground, reason=act.reason, competent_organ=act.competent_organ),
        e.CaseClosed(result=Result.NOT_ACCEPTED, explanation=act.reason),
    )


def _accept(s: State, act: a.Accept, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    terms, received = c.terms, s.received
    if terms is None or received is None:
        raise r.UnknownItem(
            organisation=received.organisation if received else "", item=received.item if received else ""
        )
    statutory, promised = terms.statutory, act.promised or terms.promised
    if received.joint and statutory is not None and statutory.unit is Unit.WORKING_DAYS:
        statutory = Limit(max(statutory.amount, c.law.joint_days), Unit.WORKING_DAYS)
    if (
        not c.observed
        and statutory is not None
        and promised.unit is statutory.unit
        and promised.amount > statutory.amount
    ):
        raise r.PromiseTooLong(promised=promised.amount, statutory=statutory.amount)
    counted_from = None
    if act.automatic and s.ready_at is not None:
        last = automatic_acceptance_on(calendar=c.calendar, law=c.law, received_on=local_day(s.ready_at))
        if local_day(at) <= last:
            raise r.AutomaticTooEarly(number=c.number, last=last.isoformat())
        counted_from = s.ready_at
    return (
        e.ApplicationAccepted(
            kind=terms.kind,
            statutory=statutory,
            promised=promised,
            due_at=act.due_at,
            counted_from=counted_from,
            automatic=act.automatic,
            document_number=act.document_number,
        ),
    )


def _start_step(s: State, act: a.StartStep, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    bounds.check(act, bounds.STEP)
    return (e.StepStarted(step=act.step, organisation=act.organisation, officer=act.officer, limit=act.limit),)


def _finish_step(s: State, act: a.FinishStep, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.StepFinished(step=act.step, action=act.action, opinion=act.opinion, officer=act.officer),)


def _consult(s: State, act: a.Consult, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.ConsultationRequested(organisation=act.organisation, question=act.question),)


def _answer(s: State, act: a.AnswerConsultation, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed and act.organisation not in s.consultations:
        raise r.NotConsulted(number=c.number, organisation=act.organisation)
    return (e.ConsultationAnswered(organisation=act.organisation, answer=act.answer, agreed=act.agreed),)


def _start_special(s: State, act: a.StartSpecialProcedure, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.procedure not in c.law.excluded_procedures:
        raise r.UnknownProcedure(procedure=act.procedure, possible=_SEPARATOR.join(sorted(c.law.excluded_procedures)))
    if not c.observed:
        if not act.reason:
            raise r.ReasonMissing(act=N_("启动特别程序"), what=N_("理由或依据"))
        if c.terms is not None and act.procedure not in c.terms.special_procedures:
            raise r.NotPlanned(item=c.terms.name, procedure=act.procedure)
    return (
        e.SpecialProcedureStarted(
            procedure=act.procedure,
            reason=act.reason,
            expected_days=act.expected_days,
            document_number=act.document_number,
        ),
    )


def _end_special(s: State, act: a.EndSpecialProcedure, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.SpecialProcedureEnded(procedure=s.pauses[-1].procedure, result=act.result),)


def _extend(s: State, act: a.Extend, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed:
        joint = s.received is not None and s.received.joint
        limit = c.law.joint_extension_days if joint else c.law.extension_days
        if s.extension_days:
            raise r.AlreadyExtended(number=c.number, days=s.extension_days)
        if not 0 < act.days <= limit:
            raise r.ExtensionTooLong(days=act.days, limit=limit)
        if not act.reason:
            raise r.ReasonMissing(act=N_("延期"), what=N_("理由"))
        if not act.approved_by:
            raise r.ReasonMissing(act=N_("延期"), what=N_("批准人"))
    return (
        e.PeriodExtended(
            days=act.days, reason=act.reason, approved_by=act.approved_by, document_number=act.document_number
        ),
    )


def _forward(s: State, act: a.Forward, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not act.reason:
        raise r.ReasonMissing(act=N_("转报"), what=N_("理由"))
    return (
        e.CaseForwarded(to_organisation=act.to_organisation, reason=act.reason),
        e.CaseClosed(result=Result.FORWARDED, explanation=act.reason),
    )


def _grant(s: State, act: a.Grant, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.ApplicationGranted(decider=act.decider, opinion=act.opinion, document_number=act.document_number),)


def _refuse(s: State, act: a.Refuse, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed:
        if not act.reason:
            raise r.ReasonMissing(act=N_("不予许可"), what=N_("理由"))
        if not act.remedies:
            raise r.ReasonMissing(act=N_("不予许可"), what=N_("申请行政复议或者提起行政诉讼的权利"))
    return (
        e.ApplicationRefused(
            reason=act.reason, remedies=act.remedies, decider=act.decider, document_number=act.document_number
        ),
    )


def _issue(s: State, act: a.IssueCertificate, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.CertificateIssued(name=act.name, certificate_number=act.certificate_number, valid_until=act.valid_until),)


def _deliver(s: State, act: a.Deliver, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.ResultDelivered(method=act.method, receipt_number=act.receipt_number),)


def _withdraw(s: State, act: a.Withdraw, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (
        e.ApplicationWithdrawn(reason=act.reason),
        e.CaseClosed(result=Result.RETURNED, explanation=act.reason or N_("申请人撤回")),
    )


def _close(s: State, act: a.Close, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    result = act.result or _natural_result(s)
    if result not in set(Result):
        raise r.UnknownResult(result=result, possible=_SEPARATOR.join(Result))
    if not c.observed:
        possible = (Result.NOT_GRANTED,) if s.refused else (Result.GRANTED, Result.OTHER)
        if result not in possible:
            raise r.ResultContradicts(number=c.number, result=result, possible=_SEPARATOR.join(possible))
    return (e.CaseClosed(result=result, explanation=act.explanation, fee=act.fee),)


def _natural_result(s: State) -> Result:
    if s.refused:
        return Result.NOT_GRANTED
    return Result.GRANTED if s.certificate_name else Result.OTHER


def _void(s: State, act: a.Void, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.result not in {Result.VOID, Result.DELETED}:
        raise r.UnknownResult(result=act.result, possible=_SEPARATOR.join((Result.VOID, Result.DELETED)))
    if not act.reason:
        raise r.ReasonMissing(act=N_("作废"), what=N_("理由"))
    return (e.CaseVoided(result=act.result, reason=act.reason),)


def _archive(s: State, act: a.Archive, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.CaseArchived(folder=act.folder),)


_Decision = Callable[[State, Any, Circumstances, datetime], tuple[e.Event, ...]]
_DECISIONS: dict[type[a.Act], tuple[_Decision, type[e.Event]]] = {
    a.Receive: (_receive, e.ApplicationReceived),
    a.CorrectMaterials: (_correct, e.MaterialsCorrected),
    a.PreExamine: (_pre_examine, e.PreExaminationRecorded),
    a.RequestSupplement: (_request_supplement, e.SupplementRequested),
    a.TakeSupplement: (_take_supplement, e.SupplementReceived),
    a.LapseSupplement: (_lapse, e.SupplementLapsed),
    a.RefuseAcceptance: (_refuse_acceptance, e.AcceptanceRefused),
    a.Accept: (_accept, e.ApplicationAccepted),
    a.StartStep: (_start_step, e.StepStarted),
    a.FinishStep: (_finish_step, e.StepFinished),
    a.Consult: (_consult, e.ConsultationRequested),
    a.AnswerConsultation: (_answer, e.ConsultationAnswered),
    a.StartSpecialProcedure: (_start_special, e.SpecialProcedureStarted),
    a.EndSpecialProcedure: (_end_special, e.SpecialProcedureEnded),
    a.Extend: (_extend, e.PeriodExtended),
    a.Forward: (_forward, e.CaseForwarded),
    a.Grant: (_grant, e.ApplicationGranted),
    a.Refuse: (_refuse, e.ApplicationRefused),
    a.IssueCertificate: (_issue, e.CertificateIssued),
    a.Deliver: (_deliver, e.ResultDelivered),
    a.Withdraw: (_withdraw, e.ApplicationWithdrawn),
    a.Close: (_close, e.CaseClosed),
    a.Void: (_void, e.CaseVoided),
    a.Archive: (_archive, e.CaseArchived),
}


def possible_acts(state: State, *, observed: bool = False) -> tuple[type[a.Act], ...]:
    """Return the acts that the life-cycle table allows from this state, in the table's order."""
    return tuple(
        act
        for act, (_, first) in _DECISIONS.items()
        if (transition := TABLE.get((state.status, first))) is not None and (observed or not transition.irregular)
    )


def decide(state: State, act: a.Act, circumstances: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    """Return the events that an act at instant `at` brings about.

    Raises a Refusal of `refusals.py`: NotAccepted, NotPossibleNow, OutOfOrder, InTheFuture, or the
    one that the act's own article demands.
    """
    c = circumstances
    decision, first = _DECISIONS[type(act)]
    transition = TABLE.get((state.status, first))
    if transition is None or (transition.irregular and not c.observed):
        if type(act) in _NEEDS_ACCEPTANCE and state.status in _NOT_YET_ACCEPTED:
            raise r.NotAccepted(number=c.number, act=a.ACT_LABELS[type(act)])
        if isinstance(act, a.RequestSupplement) and state.status is Status.SUPPLEMENTING:
            raise r.AlreadyNotified(number=c.number, at=show(state.supplement_requested_at))
        possible = _SEPARATOR.join(a.ACT_LABELS[kind] for kind in possible_acts(state, observed=c.observed))
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
    return decision(state, act, c, at)
