"""Bulk: several cases decided together, and one case carried from receipt to its end at once.

Two ways to spare hands without sparing law: each case is decided by itself, under the same rules as ever.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.cases import acting, projections
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.refusals import NotOnTheSpot, TooManyAtOnce
from yichuang.cases.domain.state import State
from yichuang.cases.terms import TermsBook
from yichuang.cases.values import ChangedMeanwhile, GrantOutcome
from yichuang.kernel.actor import Actor
from yichuang.kernel.refusal import Refusal

_ON_THE_SPOT = "on-the-spot"


def grant_many(*, numbers: Iterable[str], opinion: str, by: Actor, at: datetime) -> tuple[GrantOutcome, ...]:
    """Decide yes on each of these cases in a transaction of its own; return what became of each, in order.

    Only what `law/bulk.yaml` allows (NotInBulk says why one is kept out); raises TooManyAtOnce before any is decided.
    """
    chosen = tuple(dict.fromkeys(numbers))
    rule = rules_in_force(local_day(at)).bulk
    if rule is not None and len(chosen) > rule.most.value:
        raise TooManyAtOnce(count=len(chosen), most=rule.most.value)
    return tuple(GrantOutcome(number, _grant(number, opinion=opinion, by=by, at=at)) for number in chosen)


def _grant(number: str, *, opinion: str, by: Actor, at: datetime) -> Refusal | None:
    act = a.Grant(decider=by.name, opinion=opinion, in_bulk=True)
    try:
        acting.perform(number=number, act=act, by=by, at=at)
    except Refusal as refusal:
        return refusal
    return None


def finish_on_the_spot(
    *,
    number: str,
    opinion: str,
    result_name: str,
    certificate_number: str,
    by: Actor,
    at: datetime,
    method: str = "window",
    receipt_number: str = "",
    expected_version: int | None = None,
) -> int:
    """Carry an on-the-spot matter from receipt to its closing in one transaction and return its new version.

    Accept, grant, issue (only with a certificate's number), deliver, close: each as by its own command, so that he who
    does it needs the power for each. Raises NotOnTheSpot, and every refusal of those acts; then nothing has happened.
    """
    with transaction.atomic():
        case_id, source = acting.lock_case(number)
        state = projections.load(case_id)[0].state
        if expected_version is not None and expected_version != state.seq:
            raise ChangedMeanwhile(number=number)
        version = state.seq
        acts: list[a.Act] = [] if state.status is Status.ACCEPTED else [a.Accept()]
        acts.append(a.Grant(decider=by.name, opinion=opinion))
        if certificate_number:
            acts.append(a.IssueCertificate(name=result_name, certificate_number=certificate_number))
        acts += [a.Deliver(method=method, receipt_number=receipt_number), a.Close()]
        for act in acts:
            if isinstance(act, a.Grant):
                _check(projections.load(case_id)[0].state, number)
            version = acting.act_on(case_id, number, source, act, by=by, at=at, now=at, expected_version=version)
    return version


def _check(state: State, number: str) -> None:
    received, accepted, at = state.received, state.acceptance, state.received_at
    if accepted is not None and accepted.kind == _ON_THE_SPOT:
        return
    terms = None
    if received is not None and at is not None:
        terms = TermsBook().find(organisation=received.organisation, item=received.item, on=local_day(at))
    raise NotOnTheSpot(number=number, item=terms.name if terms else number)
