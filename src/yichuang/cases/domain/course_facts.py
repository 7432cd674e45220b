"""Course facts: how a case went, act by act, in one flat row: what supervision's conditions are written over.

Beside `facts.py`, which says where a case stands and how long it took. Here the whole history counts: what was done
in which order, by whom, on a day off, and how much later it reached us. Days are working-day ordinals.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import msgspec

from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases.domain import clocks
from yichuang.cases.domain import events as e
from yichuang.cases.domain.facts import FactsRow
from yichuang.cases.domain.lifecycle import FINAL, Status
from yichuang.cases.domain.listed import NO_DECIDERS, UNLISTED, Deciders, Listed
from yichuang.cases.domain.state import State
from yichuang.cases.domain.statutes import Statutes
from yichuang.cases.domain.trail import Told, Trail, follow
from yichuang.kernel.actor import SYSTEM

NAME_LENGTH, CERTIFICATE_LENGTH = 64, 128


class CourseRow(msgspec.Struct, frozen=True, gc=False):
    """The columns of the facts table that come from the history, in the table's order.

    `_wd` are working-day ordinals, `_minute` minutes of the day in China. None of the booleans that may be None says
    anything where it is None: no refusal, no authority list, nothing decided.
    """

    ready_wd: int | None
    notice_wd: int | None
    decided_wd: int | None
    certificate_wd: int | None
    statutory_due_wd: int | None
    due_stated: bool
    forward_wd: int | None
    step_due_at: datetime | None
    step_due_wd: int | None
    late_supplements: int
    supplements_unasked: int
    special_open_wd: int | None
    special_due_wd: int | None
    special_counted_days: int
    special_over_days: int
    specials_unlimited: int
    specials_unnoticed: int
    extension_count: int
    extensions_late: int
    extensions_unapproved: int
    consult_open_wd: int | None
    consult_over_days: int
    opinions_missing: int
    decision: str
    decider: str
    decider_listed: bool | None
    decision_numbered: bool
    reasons_given: bool | None
    remedies_given: bool | None
    decided_unaccepted: bool
    certificate_number: str
    certificate_early: bool
    delivered_early: bool
    promise_over_statutory: bool
    entry_lag_days: int
    off_day_acts: int
    earliest_minute: int | None
    latest_minute: int | None
    materials_taken: int
    materials_required: int | None
    files_missing: int
    fees_charged: int
    fees_paid: int
    fee_stated: bool
    fee_fixed: bool
    reviewed_alone: int
    closed_by: str


# What rests on lists that are kept elsewhere and may be corrected afterwards, not on the ledger alone.
FROM_LISTS: frozenset[str] = frozenset({"decider_listed", "materials_required", "fee_fixed"})


def course_of(
    history: Sequence[Told],
    state: State,
    facts: FactsRow,
    *,
    calendar: WorkingCalendar,
    statutes: Statutes,
    on: date,
    own: bool,
    listed: Listed = UNLISTED,
    deciders: Deciders = NO_DECIDERS,
) -> CourseRow:
    """Return how a case went that is now in `state` and whose other facts are `facts`; `history` is its whole past.

    `on` is the day to which an open pause is counted; `own` says that the acts were done in this system, so that who
    acted is known by his account. Raises DayOutsideCalendar, NaiveInstant.
    """
    t = follow(history, calendar=calendar, statutes=statutes, own=own)
    decision, decider, who = _decision(t, own)
    refusal = t.decision.event if t.decision and isinstance(t.decision.event, e.ApplicationRefused) else None
    decided_at, standing = state.decided_at, state.status not in FINAL
    step, acceptance = state.open_step, state.acceptance
    step_due = (
        clocks.due(calendar=calendar, started_at=step.started_at, limit=step.limit)
        if step is not None and step.limit is not None
        else None
    )
    paused = state.status is Status.SUSPENDED
    open_questions = [asked for one in t.asked.values() for asked, _ in one] if t.asked and standing else ()
    ended_at = decided_at or state.closed_at
    fees, materials = state.fees, state.materials
    # What is stated at the closing was taken there.
    closing_fee = int(_is_amount(t.closing_fee)) if t.closing_fee and not fees else 0
    return CourseRow(
        ready_wd=(facts.received_wd if state.ready_at is state.received_at else _ordinal(calendar, state.ready_at)),
        notice_wd=t.notice_wd,
        decided_wd=facts.ended_wd if decided_at is not None else None,
        certificate_wd=t.certificate_wd,
        statutory_due_wd=_ordinal(calendar, facts.statutory_due_at),
        due_stated=acceptance is not None and acceptance.due_at is not None,
        forward_wd=t.forward_wd,
        step_due_at=step_due.at if step_due else None,
        step_due_wd=step_due.ordinal if step_due else None,
        late_supplements=t.late_supplements,
        supplements_unasked=t.supplements_unasked,
        special_open_wd=t.special_wd if paused else None,
        special_due_wd=t.special_wd + t.special_days if paused and t.special_days else None,
        special_counted_days=max(calendar.ordinal(on) - t.special_wd, 0) if paused else 0,
        special_over_days=t.special_over_days,
        specials_unlimited=t.specials_unlimited,
        specials_unnoticed=t.specials_unnoticed,
        extension_count=t.extension_count,
        extensions_late=t.extensions_late,
        extensions_unapproved=t.extensions_unapproved,
        consult_open_wd=min(open_questions) if open_questions else None,
        consult_over_days=t.consult_over_days,
        opinions_missing=t.opinions_missing,
        decision=decision,
        decider=decider,
        decider_listed=(
            deciders.lists(organisation=facts.organisation, item=facts.item, on=local_day(decided_at), who=who, own=own)
            if decided_at is not None and who and who != SYSTEM.id
            else None
        ),
        decision_numbered=bool(state.decision_document),
        reasons_given=bool(refusal.reason.strip()) if refusal else None,
        remedies_given=bool(refusal.remedies.strip()) if refusal else None,
        decided_unaccepted=decided_at is not None and _is_before(decided_at, state.accepted_at),
        certificate_number=_fitted(state.certificate_number, CERTIFICATE_LENGTH),
        certificate_early=t.certificate_at is not None and _is_before(t.certificate_at, decided_at),
        delivered_early=t.delivered_at is not None and _is_before(t.delivered_at, ended_at),
        promise_over_statutory=(
            acceptance is not None
            and acceptance.promised is not None
            and acceptance.statutory is not None
            and acceptance.promised.unit is acceptance.statutory.unit
            and acceptance.promised.amount > acceptance.statutory.amount
        ),
        entry_lag_days=t.lag_days,
        off_day_acts=t.off_day_acts,
        earliest_minute=t.earliest,
        latest_minute=t.latest,
        materials_taken=len(materials),
        # Another system that reports no papers at all says nothing about them.
        materials_required=listed.materials_required if own or materials else None,
        files_missing=sum(entry.way == "upload" and not entry.digest for entry in materials) if materials else 0,
        fees_charged=len(fees) or closing_fee,
        fees_paid=sum(bool(fee.receipt_number) for fee in fees) if fees else closing_fee,
        fee_stated=own or bool(fees) or bool(t.closing_fee),
        fee_fixed=listed.fee_fixed,
        reviewed_alone=t.reviewed_alone,
        closed_by=_closer(t, decider, own) if t.closing else "",
    )


def _is_before(at: datetime, other: datetime | None) -> bool:
    """Return whether something came before what it should follow, or without it; a bare day is as late as can be."""
    if other is None or at >= other:
        return other is None
    local = at.astimezone(CHINA)
    return local.time() != time.min or local.date() != local_day(other)


def _decision(t: Trail, own: bool) -> tuple[str, str, str]:
    """Return the decision in one word, the name of who took it, and that by which the authority list knows him."""
    told = t.decision
    if told is None:
        return "", "", ""
    event: Any = told.event
    word = "granted" if isinstance(event, e.ApplicationGranted) else "refused"
    name = _fitted(event.decider.strip() or (told.actor_name if own else ""), NAME_LENGTH)
    return word, name, told.actor_id if own else name


def _closer(t: Trail, decider: str, own: bool) -> str:
    """Return who closed the case; where another system did not say, who decided it or had it last."""
    if own and t.closing is not None:
        return _fitted(t.closing.actor_name, NAME_LENGTH)
    return decider or _fitted(t.officer, NAME_LENGTH)


def _ordinal(calendar: WorkingCalendar, at: datetime | None) -> int | None:
    return None if at is None else calendar.ordinal(local_day(at))


def _is_amount(text: str) -> bool:
    """Return whether a text names an amount of money above nothing, however it is written."""
    return any(figure in "123456789" for figure in text)


def _fitted(text: str, length: int) -> str:
    """Return a text as a column of this length can hold it: what was said in full stands in the ledger."""
    return text if len(text) <= length and "\0" not in text else text.replace("\0", "")[:length]
