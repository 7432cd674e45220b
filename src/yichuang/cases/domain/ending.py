"""Ending: the decision, what follows it, and the other ways in which a case comes to its end; pure."""

from datetime import datetime

from yichuang.cases.domain import acts as a
from yichuang.cases.domain import bulk, tolerance
from yichuang.cases.domain import events as e
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.circumstances import SEPARATOR, Circumstances
from yichuang.cases.domain.results import Result
from yichuang.cases.domain.state import State
from yichuang.kernel.words import N_


def grant(s: State, act: a.Grant, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed:
        tolerance.check_complete(s, c)
        if act.in_bulk:
            bulk.check(s, c)
    return (
        e.ApplicationGranted(
            decider=act.decider, opinion=act.opinion, document_number=act.document_number, in_bulk=act.in_bulk
        ),
    )


def refuse(s: State, act: a.Refuse, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
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


def issue(s: State, act: a.IssueCertificate, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if not c.observed and (unpaid := [fee.name for fee in s.fees if not fee.receipt_number]):
        raise r.FeeUnpaid(number=c.number, fees=SEPARATOR.join(unpaid))
    return (e.CertificateIssued(name=act.name, certificate_number=act.certificate_number, valid_until=act.valid_until),)


def deliver(s: State, act: a.Deliver, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.ResultDelivered(method=act.method, receipt_number=act.receipt_number),)


def withdraw(s: State, act: a.Withdraw, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (
        e.ApplicationWithdrawn(reason=act.reason),
        e.CaseClosed(result=Result.RETURNED, explanation=act.reason or N_("申请人撤回")),
    )


def close(s: State, act: a.Close, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    result = act.result or _natural_result(s)
    if result not in set(Result):
        raise r.UnknownResult(result=result, possible=SEPARATOR.join(Result))
    if not c.observed:
        possible = (Result.NOT_GRANTED,) if s.refused else (Result.GRANTED, Result.OTHER)
        if result not in possible:
            raise r.ResultContradicts(number=c.number, result=result, possible=SEPARATOR.join(possible))
    return (e.CaseClosed(result=result, explanation=act.explanation, fee=act.fee),)


def _natural_result(s: State) -> Result:
    if s.refused:
        return Result.NOT_GRANTED
    return Result.GRANTED if s.certificate_name else Result.OTHER


def void(s: State, act: a.Void, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    if act.result not in {Result.VOID, Result.DELETED}:
        raise r.UnknownResult(result=act.result, possible=SEPARATOR.join((Result.VOID, Result.DELETED)))
    if not act.reason:
        raise r.ReasonMissing(act=N_("作废"), what=N_("理由"))
    return (e.CaseVoided(result=act.result, reason=act.reason),)


def archive(s: State, act: a.Archive, c: Circumstances, at: datetime) -> tuple[e.Event, ...]:
    return (e.CaseArchived(folder=act.folder),)
