"""The door for changing cases: one function per common legal act, `perform` for any, and one for whole histories.

Every act runs the same way in one transaction: load, fold, decide, append, project (`acting`).
"""

from datetime import date, datetime

from yichuang.cases import projections
from yichuang.cases.acting import perform, receive_application
from yichuang.cases.belongings.giving import give_belongings
from yichuang.cases.belongings.keeping import assemble_belongings
from yichuang.cases.belongings.taking import announce_belongings, drop_coming, take_piece
from yichuang.cases.branches import file_branch, take_over_case
from yichuang.cases.bulk import finish_on_the_spot, grant_many
from yichuang.cases.claiming import claim_case
from yichuang.cases.domain import acts as a
from yichuang.cases.drafts import drop_draft, save_draft, start_draft
from yichuang.cases.filing import record_histories, record_prepared
from yichuang.cases.following import advance, begin_again
from yichuang.cases.lapse import accept_by_lapse, return_by_lapse
from yichuang.cases.nodes import hand_over_case, take_links
from yichuang.cases.opinions import remove_opinion, save_opinion
from yichuang.cases.preparing import prepare_histories
from yichuang.cases.submission import submit_draft
from yichuang.cases.supplements import supplement
from yichuang.cases.uploads.cleaning import clean_uploads
from yichuang.cases.uploads.evidence import keep_evidence
from yichuang.cases.uploads.receiving import append_chunk, begin_upload, cancel_upload, finish_upload, store_upload
from yichuang.cases.uploads.shelf import remove_attachment
from yichuang.kernel.actor import Actor

__all__ = [
    "accept_application",
    "accept_by_lapse",
    "advance",
    "announce_belongings",
    "answer_consultation",
    "append_chunk",
    "archive_case",
    "assemble_belongings",
    "begin_again",
    "begin_upload",
    "cancel_upload",
    "claim_case",
    "clean_uploads",
    "close_case",
    "consult",
    "correct_materials",
    "deliver_result",
    "drop_coming",
    "drop_draft",
    "end_special_procedure",
    "extend_period",
    "file_branch",
    "finish_on_the_spot",
    "finish_step",
    "finish_upload",
    "forward_case",
    "give_belongings",
    "grant_application",
    "grant_many",
    "hand_over_case",
    "issue_certificate",
    "keep_evidence",
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
    "remove_attachment",
    "remove_opinion",
    "request_supplement",
    "return_by_lapse",
    "save_draft",
    "save_opinion",
    "start_draft",
    "start_special_procedure",
    "start_step",
    "store_upload",
    "submit_draft",
    "supplement",
    "take_links",
    "take_over_case",
    "take_piece",
    "take_supplement",
    "void_case",
    "withdraw_application",
]
rebuild_facts = projections.rebuild


def correct_materials(*, number: str, note: str, by: Actor, at: datetime) -> int:
    """Let the applicant correct an error on the spot (art. 32 no. 3)."""
    return perform(number=number, act=a.CorrectMaterials(note=note), by=by, at=at)


def pre_examine(*, number: str, passed: bool, opinion: str, by: Actor, at: datetime) -> int:
    """Record the look at a web application before acceptance (预审)."""
    return perform(number=number, act=a.PreExamine(passed=passed, opinion=opinion), by=by, at=at)


def request_supplement(
    *,
    number: str,
    missing: tuple[str, ...],
    by: Actor,
    at: datetime,
    document_number: str = "",
    due_on: date | None = None,
) -> int:
    """Tell the applicant once of everything missing; raises NothingMissing, AlreadyNotified, NotificationTooLate,
    SupplementDueTooEarly. Without `due_on`, his last day, the local rule of the day sets it.
    """
    act = a.RequestSupplement(missing=missing, document_number=document_number, due_on=due_on)
    return perform(number=number, act=act, by=by, at=at)


def take_supplement(*, number: str, by: Actor, at: datetime, note: str = "") -> int:
    """Record that all supplements have come in (补正收齐)."""
    return perform(number=number, act=a.TakeSupplement(note=note), by=by, at=at)


def lapse_supplement(*, number: str, by: Actor, at: datetime, note: str = "") -> int:
    """Return an application whose supplements did not come (补正逾期退件); raises SupplementStillPossible."""
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
    """Prolong the period once (art. 42); raises ExtensionTooLong, AlreadyExtended, ReasonMissing, OutsideAuthority."""
    return perform(number=number, act=a.Extend(days=days, reason=reason, approved_by=approved_by), by=by, at=at)


def forward_case(*, number: str, to_organisation: str, reason: str, by: Actor, at: datetime) -> int:
    """Send the case on and close it here (转报办结)."""
    return perform(number=number, act=a.Forward(to_organisation=to_organisation, reason=reason), by=by, at=at)


def grant_application(*, number: str, opinion: str, by: Actor, at: datetime, document_number: str = "") -> int:
    """Decide yes (准予); raises ToleratedOutstanding, OutsideAuthority."""
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
    """Make the certificate or letter (制证); raises FeeUnpaid, OutsideAuthority."""
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
