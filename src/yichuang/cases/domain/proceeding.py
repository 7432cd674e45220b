"""Proceeding: what articles 34 to 45 let happen between acceptance and decision; pure."""

from datetime import datetime

from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.authority import check_approver
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_


def start_step(s: State, act: a.StartStep, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    bounds.check(act, bounds.STEP)
    return (e.StepStarted(step=act.step, organisation=act.organisation, officer=act.officer, limit=act.limit),)


def finish_step(s: State, act: a.FinishStep, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.StepFinished(step=act.step, action=act.action, opinion=act.opinion, officer=act.officer),)


def consult(s: State, act: a.Consult, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.ConsultationRequested(organisation=act.organisation, question=act.question),)


def answer(s: State, act: a.AnswerConsultation, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed and act.organisation not in s.consultations:
        raise r.NotConsulted(number=c.number, organisation=act.organisation)
    return (e.ConsultationAnswered(organisation=act.organisation, answer=act.answer, agreed=act.agreed),)


def start_special(s: State, act: a.StartSpecialProcedure, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.procedure not in c.law.excluded_procedures:
        raise r.UnknownProcedure(procedure=act.procedure, possible=SEPARATOR.join(sorted(c.law.excluded_procedures)))
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


def end_special(s: State, act: a.EndSpecialProcedure, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.SpecialProcedureEnded(procedure=s.pauses[-1].procedure, result=act.result),)


def extend(s: State, act: a.Extend, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
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
        if not joint:
            # A joint approval is prolonged by the head of the government (art. 42), whom no organisation's list names.
            check_approver(act.approved_by, c, s, act=N_("批准延期"))
    return (
        e.PeriodExtended(
            days=act.days, reason=act.reason, approved_by=act.approved_by, document_number=act.document_number
        ),
    )


def forward(s: State, act: a.Forward, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not act.reason:
        raise r.ReasonMissing(act=N_("转报"), what=N_("理由"))
    return (
        e.CaseForwarded(to_organisation=act.to_organisation, reason=act.reason),
        e.CaseClosed(result=Result.FORWARDED, explanation=act.reason),
    )
