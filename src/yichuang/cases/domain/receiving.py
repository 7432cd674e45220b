"""Receiving: what articles 29 to 32 let happen to an application up to its acceptance or refusal; pure."""

from datetime import datetime

from yichuang.calendar.values import local_day
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bounds, tolerance
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.application import AGENT_RELATIONS, WAYS
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances, show
from yichuang.cases.domain.clocks import Limit, Unit, automatic_acceptance_on
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_


def receive(s: State, act: a.Receive, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if c.terms is None:
        raise r.UnknownItem(organisation=act.organisation, item=act.item)
    bounds.check(act, bounds.RECEIPT)
    if act.agent and act.agent not in AGENT_RELATIONS:
        raise r.UnknownWord(word=act.agent, possible=SEPARATOR.join(AGENT_RELATIONS))
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
            form_digest=act.form_digest,
            agent=act.agent,
            node=c.node,
        ),
    )


def correct(s: State, act: a.CorrectMaterials, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.MaterialsCorrected(note=act.note),)


def pre_examine(s: State, act: a.PreExamine, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.PreExaminationRecorded(passed=act.passed, opinion=act.opinion),)


def request_supplement(s: State, act: a.RequestSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not act.missing:
        raise r.NothingMissing()
    due_on = act.due_on
    if not c.observed and s.ready_at is not None:
        if s.supplement_requests:
            raise r.AlreadyNotified(number=c.number, at=show(s.supplement_requested_at))
        last = automatic_acceptance_on(calendar=c.calendar, law=c.law, received_on=local_day(s.ready_at))
        if local_day(at) > last:
            raise r.NotificationTooLate(number=c.number, received=show(s.ready_at), last=last.isoformat())
        if due_on is not None and due_on <= local_day(at):
            raise r.SupplementDueTooEarly(due=due_on.isoformat(), told=local_day(at).isoformat())
        if due_on is None and c.rules.supplement is not None:
            due_on = c.calendar.add(local_day(at), c.rules.supplement.days.value)
    return (e.SupplementRequested(missing=act.missing, document_number=act.document_number, due_on=due_on),)


def take_supplement(s: State, act: a.TakeSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.SupplementReceived(note=act.note),)


def lapse(s: State, act: a.LapseSupplement, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed and s.supplement_until is not None and local_day(at) <= s.supplement_until:
        raise r.SupplementStillPossible(number=c.number, until=s.supplement_until.isoformat())
    return (
        e.SupplementLapsed(note=act.note),
        e.CaseClosed(result=Result.RETURNED, explanation=act.note or N_("补正逾期")),
    )


def refuse_acceptance(s: State, act: a.RefuseAcceptance, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.ground not in {"no-licence-needed", "not-competent"}:
        raise r.UnknownGround(ground=act.ground)
    if not act.reason:
        raise r.ReasonMissing(act=N_("不予受理"), what=N_("理由"))
    if act.ground == "not-competent" and not act.competent_organ:
        raise r.ReasonMissing(act=N_("不予受理"), what=N_("有权办理的机关"))
    return (
        e.AcceptanceRefused(
            ground=act.ground,
            reason=act.reason,
            competent_organ=act.competent_organ,
            document_number=act.document_number,
        ),
        e.CaseClosed(result=Result.NOT_ACCEPTED, explanation=act.reason),
    )


def accept(s: State, act: a.Accept, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
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
    if (act.tolerated or act.committed) and not c.observed:
        tolerance.check(act, terms, promised, c, at)
    return (
        e.ApplicationAccepted(
            kind=terms.kind,
            statutory=statutory,
            promised=promised,
            due_at=act.due_at,
            counted_from=counted_from,
            automatic=act.automatic,
            document_number=act.document_number,
            tolerated=act.tolerated,
            tolerated_until=act.tolerated_until if act.tolerated else None,
            committed=act.committed,
        ),
    )


def take_materials(s: State, act: a.TakeMaterials, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not act.entries:
        raise r.ReasonMissing(act=N_("收取材料"), what=N_("材料"))
    for entry in act.entries:
        bounds.check(entry, bounds.MATERIAL)
        if not entry.name or entry.way not in WAYS:
            raise r.UnknownWord(word=entry.way if entry.name else "", possible=SEPARATOR.join(WAYS))
        if s.status is Status.ACCEPTED and not c.observed and entry.name not in s.tolerated:
            raise r.NotTolerated(
                number=c.number, material=entry.name, tolerated=SEPARATOR.join(s.tolerated) or N_("无")
            )
    return (e.MaterialsTaken(entries=act.entries),)
