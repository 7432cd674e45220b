"""The door for changing cases: one function per legal act, and one for recording whole histories.

Every act runs the same way in one transaction: load, fold, decide, append, project.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import ledger, numbers, projections
from yichuang.cases.applicants import check as check_applicant
from yichuang.cases.applicants import digest_of, new_salt, store_applicant
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.chain import GENESIS
from yichuang.cases.domain.decide import NEEDS_TERMS, Circumstances, decide
from yichuang.cases.domain.facts import facts_of
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.refusals import AutomaticTooEarly, NotPossibleNow
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.filing import record_histories, record_prepared
from yichuang.cases.preparing import prepare_histories
from yichuang.cases.terms import TermsBook
from yichuang.cases.values import OWN_SOURCE, ApplicantDetails, CaseNotFound, case_uuid
from yichuang.kernel.actor import SYSTEM, Actor
from yichuang.kernel.refusal import Refusal

__all__ = [
    "accept_application",
    "accept_by_lapse",
    "answer_consultation",
    "archive_case",
    "close_case",
    "consult",
    "correct_materials",
    "deliver_result",
    "end_special_procedure",
    "extend_period",
    "finish_step",
    "forward_case",
    "grant_application",
    "issue_certificate",
    "lapse_supplement",
    "perform",
    "pre_examine",
    "prepare_histories",
    "rebuild_facts",
    "receive_application",
    "record_histories",
    "record_prepared",
    "refuse_acceptance",
    "refuse_application",
    "request_supplement",
    "start_special_procedure",
    "start_step",
    "take_supplement",
    "void_case",
    "withdraw_application",
]
rebuild_facts = projections.rebuild
_log = logging.getLogger(__name__)


def receive_application(
    *, receipt: a.Receive, applicant: ApplicantDetails, by: Actor, at: datetime, now: datetime
) -> str:
    """Take in an application and return its case number (收件); raises UnknownItem.

    `at` is when it was handed in, `now` when this system heard of it.
    """
    check_applicant(applicant)
    with transaction.atomic():
        number = numbers.take_number(division=receipt.division[:6], on=local_day(at))
        case_id = _insert_case(number)
        salt = new_salt()
        receipt = replace(receipt, applicant_digest=digest_of(applicant, salt=salt))
        _act(case_id, number, OWN_SOURCE, receipt, by=by, at=at, now=now, expected_version=0)
        store_applicant(case_id, applicant, salt=salt)
    return number


def _insert_case(number: str) -> int:
    uuid = case_uuid(source=OWN_SOURCE, source_key=number)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_case (uuid, number, source, source_key) VALUES (%s, %s, %s, %s) RETURNING id",
            [uuid if ledger.is_native() else uuid.hex, number, OWN_SOURCE, number],
        )
        return int(cursor.fetchone()[0])


def perform(
    *,
    number: str,
    act: a.Act,
    by: Actor,
    at: datetime,
    now: datetime | None = None,
    expected_version: int | None = None,
) -> int:
    """Do one act on a case and return its new version.

    `expected_version` is the version the person saw; another one raises ChangedMeanwhile. Raises
    CaseNotFound and every refusal of `decide`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            lock = " FOR UPDATE" if ledger.is_native() else ""
            cursor.execute(f"SELECT id, source FROM cases_case WHERE number = %s{lock}", [number])
            found = cursor.fetchone()
        if found is None:
            raise CaseNotFound(number=number)
        return _act(found[0], number, found[1], act, by=by, at=at, now=now or at, expected_version=expected_version)


def _act(
    case_id: int,
    number: str,
    source: str,
    act: a.Act,
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    expected_version: int | None,
) -> int:
    native = ledger.is_native()
    # A case at version 0 has nothing to load; if it had, its place in the ledger would be taken.
    folded, head = (projections.Folded(), GENESIS) if expected_version == 0 else projections.load(case_id)
    if expected_version is not None and expected_version != folded.state.seq:
        raise ledger.ChangedMeanwhile(number=number)
    on = local_day(at)
    received = folded.state.received or act
    terms = None
    if type(act) in NEEDS_TERMS:
        terms = TermsBook().find(
            organisation=getattr(received, "organisation", ""),
            item=getattr(received, "item", ""),
            on=on,
            received_on=local_day(folded.state.received_at) if folded.state.received_at else None,
        )
    calendar = get_calendar()
    circumstances = Circumstances(
        calendar=calendar, law=load_statutes().in_force(on), now=now, terms=terms, number=number
    )
    events = decide(folded.state, act, circumstances, at)
    uuid = case_uuid(source=source, source_key=number).hex if source == OWN_SOURCE else _uuid_of(case_id)
    chainer = ledger.Chainer(
        case_id=case_id, uuid=uuid, seq=folded.state.seq, head=head, actor=by, recorded_at=now, native=native
    )
    links = []
    for event in events:
        link = chainer.add(event, source_at=at, received_at=now)
        folded.take(event, at, link.hash)
        links.append(link)
    new = folded.state.seq == len(events)
    ledger.append(links, number=number)
    row = projections.row_of(
        folded,
        case_id=case_id,
        number=number,
        head=chainer.head,
        facts=facts_of(folded.state, calendar=calendar, source=source, on=local_day(now)),
        native=native,
    )
    projections.save([row], new=new)
    return folded.state.seq


def _uuid_of(case_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid FROM cases_case WHERE id = %s", [case_id])
        value: Any = cursor.fetchone()[0]
    return str(value.hex) if hasattr(value, "hex") else str(value)


def correct_materials(*, number: str, note: str, by: Actor, at: datetime) -> int:
    """Let the applicant correct an error on the spot (art. 32 no. 3)."""
    return perform(number=number, act=a.CorrectMaterials(note=note), by=by, at=at)


def pre_examine(*, number: str, passed: bool, opinion: str, by: Actor, at: datetime) -> int:
    """Record the look at a web application before acceptance (预审)."""
    return perform(number=number, act=a.PreExamine(passed=passed, opinion=opinion), by=by, at=at)


def request_supplement(
    *, number: str, missing: tuple[str, ...], by: Actor, at: datetime, document_number: str = ""
) -> int:
    """Tell the applicant once of everything missing; raises NothingMissing, AlreadyNotified, NotificationTooLate."""
    return perform(
        number=number, act=a.RequestSupplement(missing=missing, document_number=document_number), by=by, at=at
    )


def take_supplement(*, number: str, by: Actor, at: datetime, note: str = "") -> int:
    """Record that all supplements have come in (补正收齐)."""
    return perform(number=number, act=a.TakeSupplement(note=note), by=by, at=at)


def lapse_supplement(*, number: str, by: Actor, at: datetime, note: str = "") -> int:
    """Return an application whose supplements did not come (补正逾期退件)."""
    return perform(number=number, act=a.LapseSupplement(note=note), by=by, at=at)


def refuse_acceptance(
    *, number: str, ground: str, reason: str, by: Actor, at: datetime, competent_organ: str = ""
) -> int:
    """Refuse to accept (art. 32 nos. 1 and 2); raises UnknownGround, ReasonMissing."""
    act = a.RefuseAcceptance(ground=ground, reason=reason, competent_organ=competent_organ)
    return perform(number=number, act=act, by=by, at=at)


def accept_application(
    *, number: str, by: Actor, at: datetime, automatic: bool = False, document_number: str = ""
) -> int:
    """Accept an application (受理); raises PromiseTooLong, AutomaticTooEarly."""
    return perform(number=number, act=a.Accept(automatic=automatic, document_number=document_number), by=by, at=at)


def accept_by_lapse(*, now: datetime) -> tuple[str, ...]:
    """Accept every own application whose five days for the supplement notice are over; return their numbers.

    Art. 32 no. 4: it counts as accepted from the day of receipt. Cases of other systems are recorded here,
    not acted upon. A case that somebody else moves at the same moment is left to him.
    """
    calendar, today = get_calendar(), local_day(now)
    days = load_statutes().in_force(today).supplement_notice_days
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM cases_facts WHERE status = %s AND source = %s AND received_wd < %s ORDER BY case_id",
            [Status.RECEIVED.value, OWN_SOURCE, calendar.ordinal(today) - days],
        )
        waiting = [row[0] for row in cursor.fetchall()]
    accepted = []
    for number in waiting:
        try:
            accept_application(number=number, by=SYSTEM, at=now, automatic=True)
        except (AutomaticTooEarly, NotPossibleNow, ledger.ChangedMeanwhile):
            # Supplemented later than received, or moved meanwhile: its turn comes with the next tick.
            continue
        except Refusal as refusal:
            # One that cannot be accepted (its item was cancelled, its clock is wrong) must not hold up the others.
            _log.warning("%s: %s", number, refusal)
            continue
        accepted.append(number)
    return tuple(accepted)


def start_step(*, number: str, step: str, organisation: str, officer: str, by: Actor, at: datetime) -> int:
    """Lay a step before somebody (环节开始)."""
    return perform(number=number, act=a.StartStep(step=step, organisation=organisation, officer=officer), by=by, at=at)


def finish_step(*, number: str, step: str, action: str, opinion: str, by: Actor, at: datetime) -> int:
    """Finish a step with an opinion (环节完成)."""
    return perform(
        number=number, act=a.FinishStep(step=step, action=action, opinion=opinion, officer=by.name), by=by, at=at
    )


def consult(*, number: str, organisation: str, question: str, by: Actor, at: datetime) -> int:
    """Ask another department, which has 7 working days (国发〔1999〕9号)."""
    return perform(number=number, act=a.Consult(organisation=organisation, question=question), by=by, at=at)


def answer_consultation(*, number: str, organisation: str, answer: str, agreed: bool, by: Actor, at: datetime) -> int:
    """Answer as the department that was asked."""
    return perform(
        number=number, act=a.AnswerConsultation(organisation=organisation, answer=answer, agreed=agreed), by=by, at=at
    )


def start_special_procedure(
    *, number: str, procedure: str, reason: str, expected_days: int, by: Actor, at: datetime, document_number: str = ""
) -> int:
    """Stop the clocks (art. 45); raises UnknownProcedure, NotPlanned, ReasonMissing."""
    act = a.StartSpecialProcedure(
        procedure=procedure, reason=reason, expected_days=expected_days, document_number=document_number
    )
    return perform(number=number, act=act, by=by, at=at)


def end_special_procedure(*, number: str, result: str, by: Actor, at: datetime) -> int:
    """Let the clocks run on (art. 45)."""
    return perform(number=number, act=a.EndSpecialProcedure(result=result), by=by, at=at)


def extend_period(*, number: str, days: int, reason: str, approved_by: str, by: Actor, at: datetime) -> int:
    """Prolong the period once (art. 42); raises ExtensionTooLong, AlreadyExtended, ReasonMissing."""
    return perform(number=number, act=a.Extend(days=days, reason=reason, approved_by=approved_by), by=by, at=at)


def forward_case(*, number: str, to_organisation: str, reason: str, by: Actor, at: datetime) -> int:
    """Send the case on and close it here (转报办结)."""
    return perform(number=number, act=a.Forward(to_organisation=to_organisation, reason=reason), by=by, at=at)


def grant_application(*, number: str, opinion: str, by: Actor, at: datetime, document_number: str = "") -> int:
    """Decide yes (准予)."""
    return perform(
        number=number, act=a.Grant(decider=by.name, opinion=opinion, document_number=document_number), by=by, at=at
    )


def refuse_application(
    *, number: str, reason: str, remedies: str, by: Actor, at: datetime, document_number: str = ""
) -> int:
    """Decide no, with reasons and remedies (art. 38); raises ReasonMissing."""
    act = a.Refuse(reason=reason, remedies=remedies, decider=by.name, document_number=document_number)
    return perform(number=number, act=act, by=by, at=at)


def issue_certificate(*, number: str, name: str, certificate_number: str, by: Actor, at: datetime) -> int:
    """Make the certificate or letter (制证)."""
    return perform(
        number=number, act=a.IssueCertificate(name=name, certificate_number=certificate_number), by=by, at=at
    )


def deliver_result(*, number: str, method: str, by: Actor, at: datetime, receipt_number: str = "") -> int:
    """Hand the result to the applicant (art. 44)."""
    return perform(number=number, act=a.Deliver(method=method, receipt_number=receipt_number), by=by, at=at)


def withdraw_application(*, number: str, reason: str, by: Actor, at: datetime) -> int:
    """Take the application back and close it as returned (撤回)."""
    return perform(number=number, act=a.Withdraw(reason=reason), by=by, at=at)


def close_case(*, number: str, by: Actor, at: datetime, result: str = "", explanation: str = "") -> int:
    """Close the case (办结); the result follows from the decision unless given; raises UnknownResult."""
    return perform(number=number, act=a.Close(result=result, explanation=explanation), by=by, at=at)


def void_case(*, number: str, reason: str, by: Actor, at: datetime, result: str = "void") -> int:
    """Take a mistaken or void case out of every figure (作废); raises ReasonMissing, UnknownResult."""
    return perform(number=number, act=a.Void(reason=reason, result=result), by=by, at=at)


def archive_case(*, number: str, folder: str, by: Actor, at: datetime) -> int:
    """Archive the complete file (归档)."""
    return perform(number=number, act=a.Archive(folder=folder), by=by, at=at)
