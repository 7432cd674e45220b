"""Facts: one flat row per case, computed from its state with a calendar; what rules and figures read.

Every period here is a difference of working-day ordinals. The row says which clock was exceeded; the
clocks themselves are in `clocks.py`.
"""

from datetime import date, datetime

import msgspec

from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.cases.domain import clocks
from yichuang.cases.domain.clocks import Due, Limit, Unit
from yichuang.cases.domain.lifecycle import FINAL, Status
from yichuang.cases.domain.results import UNCOUNTED
from yichuang.cases.domain.state import Pause, State
from yichuang.cases.domain.statutes import Statutes


class FactsRow(msgspec.Struct, frozen=True, gc=False):
    """The columns of the facts table that come from the state, in the table's order."""

    status: str
    result: str
    item: str
    handling_item: str
    implementation_code: str
    item_type: str
    organisation: str
    department: str
    county: str
    town: str
    centre: str
    channel: str
    applicant_type: str
    kind: str
    joint: bool
    green_channel: bool
    source: str
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    received_on: date
    accepted_on: date | None
    ended_on: date | None
    closed_on: date | None
    received_wd: int
    accepted_wd: int | None
    ended_wd: int | None
    delivered_wd: int | None
    closed_wd: int | None
    limit_unit: str
    statutory_amount: int | None
    promised_amount: int | None
    statutory_due_at: datetime | None
    promised_due_at: datetime | None
    promised_due_wd: int | None
    paused_days: int
    extension_days: int
    used_days: int | None
    late_promised: bool | None
    late_statutory: bool | None
    early: bool | None
    late_steps: int
    counted: bool
    provisional: bool
    supplement_count: int
    special_count: int
    step_count: int
    hand_offs: int
    automatic: bool
    current_step: str
    current_organisation: str
    handler: str
    handler_name: str
    agent: str
    agent_name: str
    tolerated_until: date | None
    supplement_until: date | None
    next_due_at: datetime | None
    involved: str


def paused_days(
    pauses: tuple[Pause, ...], *, calendar: WorkingCalendar, until: date, unit: Unit = Unit.WORKING_DAYS
) -> int:
    """Return the days that special procedures take out of the period, an open one counted to `until`."""
    return sum(
        clocks.paused(
            calendar=calendar,
            started_on=pause.started_on,
            ended_on=pause.ended_on or max(until, pause.started_on),
            unit=unit,
        )
        for pause in pauses
    )


def _late_steps(state: State, calendar: WorkingCalendar) -> int:
    return sum(
        clocks.is_late(
            calendar=calendar,
            limit=step.limit,
            due=clocks.due(calendar=calendar, started_at=step.started_at, limit=step.limit),
            ended_at=step.finished_at,
        )
        for step in state.finished_steps
        if step.limit is not None
    )


def _due(
    state: State, limit: Limit | None, *, calendar: WorkingCalendar, accepted_at: datetime, paused: int, until: date
) -> Due | None:
    if limit is None:
        return None
    if limit.unit is Unit.CALENDAR_DAYS and state.pauses:
        paused = paused_days(state.pauses, calendar=calendar, until=until, unit=limit.unit)
    return clocks.due(
        calendar=calendar,
        started_at=accepted_at,
        limit=limit,
        paused_days=paused,
        extension_days=state.extension_days,
    )


def _next_due(
    state: State, *, calendar: WorkingCalendar, statutes: Statutes, promised_due_at: datetime | None
) -> datetime | None:
    """Return when the office must have done the next thing, None while it waits for others or has nothing to do.

    Received: the end of the days for the supplement notice (art. 32 no. 4); accepted: the promised end; decided: the
    end of the days for delivery (art. 44).
    """
    if state.status is Status.ACCEPTED:
        return promised_due_at
    if state.status is Status.RECEIVED:
        started_at, duty = state.ready_at, "supplement_notice_days"
    elif state.status in {Status.GRANTED, Status.REFUSED}:
        started_at, duty = state.decided_at, "delivery_days"
    else:
        return None
    if started_at is None:
        return None
    days = getattr(statutes.in_force(local_day(started_at)), duty)
    return clocks.due(calendar=calendar, started_at=started_at, limit=Limit(days, Unit.WORKING_DAYS)).at


def _involved(state: State) -> str:
    """Return the other organisations that something lies with (a question, the step) as |one|another|, or ""."""
    own = state.received.organisation if state.received else ""
    others = {*state.consultations, state.open_step.organisation if state.open_step else own} - {own}
    return f"|{'|'.join(sorted(others))}|" if others else ""


def facts_of(state: State, *, calendar: WorkingCalendar, statutes: Statutes, source: str, on: date) -> FactsRow:
    """Return the facts of a case that has been received; `on` is the day to which an open pause is counted.

    On time means: decided (or, without a decision, closed) not after the promised due instant. A case
    judged in opening hours or against a deadline set by another system is judged by the instant.
    """
    received, received_at = state.received, state.received_at
    assert received is not None and received_at is not None
    acceptance, accepted_at = state.acceptance, state.accepted_at
    received_on = local_day(received_at)
    accepted_on = local_day(accepted_at) if accepted_at else None
    ended_at = state.decided_at or state.closed_at
    ended_on = local_day(ended_at) if ended_at else None
    ordinal = calendar.ordinal
    accepted_wd = ordinal(accepted_on) if accepted_on else None
    ended_wd = ordinal(ended_on) if ended_on else None
    counted = state.result not in UNCOUNTED

    paused = 0
    statutory: Due | None = None
    promised: Due | None = None
    promised_due_at = None
    used: int | None = None
    late_promised = late_statutory = early = None
    # Not only the limits: days used, and the days of delivery and of the last act, are ordinals too.
    provisional = any(
        calendar.is_provisional(local_day(at))
        for at in (received_at, ended_at, state.delivered_at, state.closed_at, state.last_at)
        if at is not None
    )
    if acceptance is not None and accepted_at is not None and accepted_wd is not None:
        if state.pauses:
            paused = paused_days(state.pauses, calendar=calendar, until=ended_on or on)
        until = ended_on or on
        statutory = _due(
            state, acceptance.statutory, calendar=calendar, accepted_at=accepted_at, paused=paused, until=until
        )
        promised = _due(
            state, acceptance.promised, calendar=calendar, accepted_at=accepted_at, paused=paused, until=until
        )
        promised_due_at = acceptance.due_at or (promised.at if promised else None)
        provisional = provisional or any(due is not None and due.provisional for due in (statutory, promised))
        if ended_at is not None and ended_wd is not None:
            used = max(ended_wd - accepted_wd - paused, 0)
            late_promised = (
                ended_at > acceptance.due_at
                if acceptance.due_at
                else _late(acceptance.promised, promised, calendar=calendar, ended_at=ended_at)
            )
            late_statutory = _late(acceptance.statutory, statutory, calendar=calendar, ended_at=ended_at)
            # Decided before it was accepted, it kept no promise.
            late = late_promised or accepted_at > ended_at
            early = _is_early(acceptance.promised, promised_due_at, ended_on=ended_on, late=late)
    step = state.open_step
    next_due_at, involved = None, ""
    standing = state.status not in FINAL
    if standing:
        involved = _involved(state)
        next_due_at = _next_due(state, calendar=calendar, statutes=statutes, promised_due_at=promised_due_at)
        # A notice published later can still move it.
        provisional = provisional or (next_due_at is not None and calendar.is_provisional(local_day(next_due_at)))
    return FactsRow(
        status=state.status.value,
        result=state.result,
        item=received.item,
        handling_item=received.handling_item,
        implementation_code=received.implementation_code,
        item_type=received.implementation_code[21:23],
        organisation=received.organisation,
        department=received.organisation.partition("-")[2],
        county=received.division[:6],
        town=received.receiving_division[:9] if len(received.receiving_division) >= 9 else "",
        centre=received.centre,
        channel=received.channel,
        applicant_type=received.applicant_type,
        kind=acceptance.kind if acceptance else "",
        joint=received.joint,
        green_channel=bool(state.green),
        source=source,
        received_at=received_at,
        accepted_at=accepted_at,
        decided_at=state.decided_at,
        delivered_at=state.delivered_at,
        closed_at=state.closed_at,
        received_on=received_on,
        accepted_on=accepted_on,
        ended_on=ended_on,
        closed_on=local_day(state.closed_at) if state.closed_at and not standing else None,
        received_wd=ordinal(received_on),
        accepted_wd=accepted_wd,
        ended_wd=ended_wd,
        delivered_wd=ordinal(local_day(state.delivered_at)) if state.delivered_at else None,
        closed_wd=ordinal(local_day(state.closed_at)) if state.closed_at else None,
        limit_unit=acceptance.promised.unit.value if acceptance and acceptance.promised else "",
        statutory_amount=acceptance.statutory.amount if acceptance and acceptance.statutory else None,
        promised_amount=acceptance.promised.amount if acceptance and acceptance.promised else None,
        statutory_due_at=statutory.at if statutory else None,
        promised_due_at=promised_due_at,
        promised_due_wd=ordinal(local_day(promised_due_at)) if promised_due_at else None,
        paused_days=paused,
        extension_days=state.extension_days,
        used_days=used,
        late_promised=late_promised,
        late_statutory=late_statutory,
        early=early,
        late_steps=_late_steps(state, calendar) if state.finished_steps else 0,
        counted=counted,
        provisional=provisional,
        supplement_count=state.supplement_requests,
        special_count=len(state.pauses),
        step_count=len(state.finished_steps),
        hand_offs=state.hand_offs,
        automatic=acceptance.automatic if acceptance else False,
        current_step=step.step if step else "",
        current_organisation=step.organisation if step else "",
        handler=state.handler,
        handler_name=state.handler_name,
        agent=state.agent,
        agent_name=state.agent_name,
        tolerated_until=state.tolerated_until if standing else None,
        supplement_until=state.supplement_until if state.status is Status.SUPPLEMENTING else None,
        next_due_at=next_due_at,
        involved=involved,
    )


def _late(limit: Limit | None, due: Due | None, *, calendar: WorkingCalendar, ended_at: datetime) -> bool:
    return (
        limit is not None
        and due is not None
        and clocks.is_late(calendar=calendar, limit=limit, due=due, ended_at=ended_at)
    )


def _is_early(limit: Limit | None, due_at: datetime | None, *, ended_on: date | None, late: bool) -> bool:
    """Early: ended on a day before the due day; a limit in opening hours is too short to be early in days."""
    if late or due_at is None or ended_on is None or (limit is not None and limit.unit is Unit.OPENING_HOURS):
        return False
    return ended_on < local_day(due_at)
