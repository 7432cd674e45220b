"""State: what a case is now, as a fold over its events; total and deterministic.

`seq` is the number of events folded and is the lock: a command that loaded version 7 may append
only as number 8. What is folded is what counts (corrections.py); of a case that its source has corrected, whoever
loads it sets `seq` to the length of its ledger.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from yichuang.calendar.values import local_day
from yichuang.cases.domain import events as e
from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.lifecycle import TABLE, Status
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class LedgerBroken(Refusal):
    """The ledger holds an event that its case's state cannot take: it was written past the commands."""

    sentence = N_("办件的第{seq}个事件（{event}）与其状态“{status}”不符，账本已被绕过命令写入")
    remedy = N_("请停止使用该办件，并用 verify 命令核对哈希链")


class Pause(msgspec.Struct, frozen=True, gc=False):
    """One special procedure; `ended_on` is None while it runs."""

    procedure: str
    started_on: date
    ended_on: date | None = None


class OpenStep(msgspec.Struct, frozen=True, gc=False):
    """The step that lies with somebody now."""

    step: str
    organisation: str
    officer: str
    started_at: datetime
    limit: Limit | None = None


class FinishedStep(msgspec.Struct, frozen=True, gc=False):
    """A step done, as its own clock sees it."""

    step: str
    started_at: datetime
    finished_at: datetime
    limit: Limit | None = None
    action: str = "pass"


class Fee(msgspec.Struct, frozen=True, gc=False):
    """A fee asked for; without a receipt's number it is not paid yet."""

    name: str
    amount: str
    document_number: str = ""
    receipt_number: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All that decisions and facts need to know of one case."""

    seq: int = 0
    status: Status = Status.NEW
    last_at: datetime | None = None
    received: e.ApplicationReceived | None = None
    received_at: datetime | None = None
    acceptance: e.ApplicationAccepted | None = None
    accepted_at: datetime | None = None
    ready_at: datetime | None = None
    decided_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    result: str = ""
    refused: bool = False
    supplement_requests: int = 0
    supplement_requested_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extension_days: int = 0
    open_step: OpenStep | None = None
    finished_steps: tuple[FinishedStep, ...] = ()
    hand_offs: int = 0
    consultations: tuple[str, ...] = ()
    certificate_name: str = ""
    certificate_number: str = ""
    decision_document: str = ""
    supplement_until: date | None = None
    materials: tuple[MaterialEntry, ...] = ()
    tolerated: tuple[str, ...] = ()
    tolerated_until: date | None = None
    committed: tuple[str, ...] = ()
    handler: str = ""
    handler_name: str = ""
    agent: str = ""
    agent_name: str = ""
    green: str = ""
    papers_at: str = ""
    fees: tuple[Fee, ...] = ()
    reviews: tuple[e.SiteReviewed, ...] = ()
    holder: str = ""


EMPTY = State()


def _received(s: State, v: e.ApplicationReceived, at: datetime) -> dict[str, Any]:
    changed = {"received": v, "received_at": at, "ready_at": at, "green": v.green_channel, "papers_at": v.centre}
    return {**changed, "holder": v.node} if v.node else changed


def _supplement_requested(s: State, v: e.SupplementRequested, at: datetime) -> dict[str, Any]:
    return {
        "supplement_requests": s.supplement_requests + 1,
        "supplement_requested_at": at,
        "supplement_until": v.due_on,
    }


def _supplement_received(s: State, v: e.SupplementReceived, at: datetime) -> dict[str, Any]:
    # The period for accepting starts anew on the day the supplements are complete.
    return {"ready_at": at, "supplement_until": None}


def _accepted(s: State, v: e.ApplicationAccepted, at: datetime) -> dict[str, Any]:
    changed: dict[str, Any] = {"acceptance": v, "accepted_at": v.counted_from or at}
    if v.tolerated or v.committed:
        changed |= {"tolerated": v.tolerated, "tolerated_until": v.tolerated_until, "committed": v.committed}
    return changed


def _step_started(s: State, v: e.StepStarted, at: datetime) -> dict[str, Any]:
    before = s.open_step.organisation if s.open_step else (s.received.organisation if s.received else "")
    moved = bool(v.organisation) and v.organisation != before
    return {
        "open_step": OpenStep(v.step, v.organisation or before, v.officer, at, v.limit),
        "hand_offs": s.hand_offs + moved,
    }


def _step_finished(s: State, v: e.StepFinished, at: datetime) -> dict[str, Any]:
    step = s.open_step
    started = step.started_at if step and step.step == v.step else at
    limit = step.limit if step and step.step == v.step else None
    done = FinishedStep(v.step, started, at, limit, v.action)
    return {"open_step": None, "finished_steps": (*s.finished_steps, done)}


def _consultation_requested(s: State, v: e.ConsultationRequested, at: datetime) -> dict[str, Any]:
    return {"consultations": (*s.consultations, v.organisation)}


def _consultation_answered(s: State, v: e.ConsultationAnswered, at: datetime) -> dict[str, Any]:
    return {"consultations": tuple(name for name in s.consultations if name != v.organisation)}


def _special_started(s: State, v: e.SpecialProcedureStarted, at: datetime) -> dict[str, Any]:
    return {"pauses": (*s.pauses, Pause(v.procedure, local_day(at)))}


def _special_ended(s: State, v: e.SpecialProcedureEnded, at: datetime) -> dict[str, Any]:
    return {"pauses": (*s.pauses[:-1], replace(s.pauses[-1], ended_on=local_day(at)))}


def _extended(s: State, v: e.PeriodExtended, at: datetime) -> dict[str, Any]:
    return {"extension_days": s.extension_days + v.days}


def _granted(s: State, v: e.ApplicationGranted, at: datetime) -> dict[str, Any]:
    return {"decided_at": at, "open_step": None, "decision_document": v.document_number}


def _refused(s: State, v: e.ApplicationRefused, at: datetime) -> dict[str, Any]:
    return {"decided_at": at, "refused": True, "open_step": None, "decision_document": v.document_number}


def _certificate(s: State, v: e.CertificateIssued, at: datetime) -> dict[str, Any]:
    return {"certificate_name": v.name, "certificate_number": v.certificate_number}


def _delivered(s: State, v: e.ResultDelivered, at: datetime) -> dict[str, Any]:
    return {"delivered_at": at}


def _closed(s: State, v: e.CaseClosed, at: datetime) -> dict[str, Any]:
    return {"closed_at": at, "result": v.result, "open_step": None}


def _voided(s: State, v: e.CaseVoided, at: datetime) -> dict[str, Any]:
    return {"closed_at": s.closed_at or at, "result": v.result, "open_step": None}


def _materials_taken(s: State, v: e.MaterialsTaken, at: datetime) -> dict[str, Any]:
    # What comes again replaces what came before under the same name.
    held = {entry.name: entry for entry in (*s.materials, *v.entries)}
    return {"materials": tuple(held.values())}


def _tolerated_taken(s: State, v: e.ToleratedTaken, at: datetime) -> dict[str, Any]:
    left = tuple(name for name in s.tolerated if name not in v.materials)
    return {"tolerated": left, "tolerated_until": s.tolerated_until if left else None}


def _handed_over(s: State, v: e.CaseHandedOver, at: datetime) -> dict[str, Any]:
    return {"handler": v.to_id, "handler_name": v.to_name}


def _agent_assigned(s: State, v: e.AgentAssigned, at: datetime) -> dict[str, Any]:
    return {"agent": v.agent_id, "agent_name": v.agent_name}


def _green_opened(s: State, v: e.GreenChannelOpened, at: datetime) -> dict[str, Any]:
    return {"green": v.reason}


def _site_reviewed(s: State, v: e.SiteReviewed, at: datetime) -> dict[str, Any]:
    return {"reviews": (*s.reviews, v)}


def _moved(s: State, v: e.MaterialsMoved, at: datetime) -> dict[str, Any]:
    return {"papers_at": v.to_centre}


def _fee_charged(s: State, v: e.FeeCharged, at: datetime) -> dict[str, Any]:
    return {"fees": (*s.fees, Fee(v.name, v.amount, v.document_number))}


def _fee_paid(s: State, v: e.FeePaid, at: datetime) -> dict[str, Any]:
    return {
        "fees": tuple(
            replace(fee, receipt_number=v.receipt_number) if fee.name == v.name and not fee.receipt_number else fee
            for fee in s.fees
        )
    }


def _passed_to_node(s: State, v: e.CasePassedToNode, at: datetime) -> dict[str, Any]:
    return {"holder": v.to_node}


_Change = Callable[[State, Any, datetime], dict[str, Any]]
_CHANGES: dict[type[e.Event], _Change] = {
    e.ApplicationReceived: _received,
    e.SupplementRequested: _supplement_requested,
    e.SupplementReceived: _supplement_received,
    e.ApplicationAccepted: _accepted,
    e.StepStarted: _step_started,
    e.StepFinished: _step_finished,
    e.ConsultationRequested: _consultation_requested,
    e.ConsultationAnswered: _consultation_answered,
    e.SpecialProcedureStarted: _special_started,
    e.SpecialProcedureEnded: _special_ended,
    e.PeriodExtended: _extended,
    e.ApplicationGranted: _granted,
    e.ApplicationRefused: _refused,
    e.CertificateIssued: _certificate,
    e.ResultDelivered: _delivered,
    e.CaseClosed: _closed,
    e.CaseVoided: _voided,
    e.MaterialsTaken: _materials_taken,
    e.ToleratedTaken: _tolerated_taken,
    e.CaseHandedOver: _handed_over,
    e.AgentAssigned: _agent_assigned,
    e.GreenChannelOpened: _green_opened,
    e.SiteReviewed: _site_reviewed,
    e.MaterialsMoved: _moved,
    e.FeeCharged: _fee_charged,
    e.FeePaid: _fee_paid,
    e.CasePassedToNode: _passed_to_node,
}


def apply(state: State, event: e.Event, at: datetime) -> State:
    """Return the state after one event; raises LedgerBroken where the life-cycle table has no place for it."""
    kind = type(event)
    transition = TABLE.get((state.status, kind))
    if transition is None:
        raise LedgerBroken(seq=state.seq + 1, event=kind.__name__, status=state.status.value)
    change = _CHANGES.get(kind)
    changed = change(state, event, at) if change else {}
    return replace(state, seq=state.seq + 1, status=transition.to, last_at=at, **changed)


def fold(history: Iterable[tuple[e.Event, datetime]], state: State = EMPTY) -> State:
    """Return the state after a whole history of (event, when it happened), oldest first."""
    for event, at in history:
        state = apply(state, event, at)
    return state
