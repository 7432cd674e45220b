"""Standing: how one case stands, for the page on which somebody acts, and what has changed since he looked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace as dataclass_replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from msgspec.structs import replace

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import ledger
from yichuang.cases.acting import held_elsewhere
from yichuang.cases.domain import acts, bulk
from yichuang.cases.domain import events as e
from yichuang.cases.domain.circumstances import SEPARATOR
from yichuang.cases.domain.corrections import WITHDRAWN_LABEL
from yichuang.cases.domain.decide import passable, possible_acts
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.domain.shapes import CaseState, ConsultationLine, StepLine
from yichuang.cases.domain.state import EMPTY, State, apply
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.effective import corrections_in, effective, withdrawn
from yichuang.cases.lines import describe, title_of
from yichuang.cases.rows import as_instant
from yichuang.cases.values import CaseNotFound, EventLine
from yichuang.kernel.identifiers.case_number import check_number


def _find(number: str, columns: str) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM cases_case c JOIN cases_facts f ON f.case_id = c.id WHERE c.number = %s", [number]
        )
        found = cursor.fetchone()
    if found is None:
        check_number(number)
        raise CaseNotFound(number=number)
    return tuple(found)


def tell(entries: Sequence[ledger.Entry]) -> tuple[tuple[EventLine, ...], State]:
    """Return the time line of a case from its entries, oldest first, and the state it has reached.

    What its source has taken back stands in the line at its time, marked; it moves nothing. A correcting event shows
    what it took back.
    """
    lines, state = [], EMPTY
    counting = effective(entries)
    for entry in counting:
        event = entry.event()
        state = apply(state, event, entry.source_at)
        lines.append(_line(entry, event, state.status))
    if counting is not entries:
        lines = _with_withdrawn(lines, entries, state)
        state = replace(state, seq=len(entries))
    return tuple(lines), state


def _line(entry: ledger.Entry, event: e.Event, status: Status, *, withdrawn: int = 0) -> EventLine:
    return EventLine(
        seq=entry.seq,
        name=entry.name,
        title=title_of(event),
        details=describe(event),
        source_at=entry.source_at,
        received_at=entry.received_at,
        recorded_at=entry.recorded_at,
        actor=entry.actor_name,
        digest=entry.hash.hex(),
        status=status,
        withdrawn=withdrawn,
    )


def _with_withdrawn(counting: Sequence[EventLine], entries: Sequence[ledger.Entry], state: State) -> list[EventLine]:
    """Return the lines that count with the others put where their times belong, behind those of the same instant."""
    taken = withdrawn(entries)
    titles: dict[int, list[str]] = defaultdict(list)
    others = []
    counted = {line.seq for line in counting}
    for entry in entries:
        if entry.seq in counted or isinstance(event := entry.event(), e.HistoryCorrected):
            continue
        by = taken.get(entry.seq, 0)
        titles[by].append(title_of(event))
        others.append(_line(entry, event, state.status, withdrawn=by))
    for seq, event in corrections_in(entries).items():
        line = _line(entries[seq - 1], event, state.status)
        if seq in titles:
            line = dataclass_replace(line, details=(*line.details, (WITHDRAWN_LABEL, SEPARATOR.join(titles[seq]), "")))
        others.append(line)
    # Stable: the true order of what counts is kept where the times are the same.
    return sorted((*counting, *others), key=lambda line: line.source_at)


def list_changes(number: str, *, after_version: int) -> tuple[EventLine, ...]:
    """Return what has happened to a case since the version that somebody saw, oldest first; two queries.

    Raises CaseNotFound or the number's own refusal.
    """
    case_id = _find(number, "c.id")[0]
    lines, _ = tell(ledger.read_case(case_id))
    return tuple(line for line in lines if line.seq > after_version)


def get_state(number: str, *, on: date | None = None) -> CaseState:
    """Return how a case stands now, with everything a page needs to offer the next act; two queries.

    With a day `on` it also says what would hinder a bulk agreement on that day.
    Raises CaseNotFound or the number's own refusal.
    """
    case_id, source, holder, promised_due, statutory_due, next_due, county = _find(
        number, "c.id, c.source, c.holder, f.promised_due_at, f.statutory_due_at, f.next_due_at, f.county"
    )
    elsewhere = held_elsewhere(holder)
    told: list[tuple[e.Event, datetime]] = []
    s = EMPTY
    entries = ledger.read_case(case_id)
    for entry in effective(entries):
        event = entry.event()
        told.append((event, entry.source_at))
        s = apply(s, event, entry.source_at)
    received, accepted = s.received, s.acceptance
    assert received is not None and s.received_at is not None
    possible = tuple(act.__name__ for act in possible_acts(s))
    if settings.NODE and not elsewhere and passable(s):
        possible += (acts.PassToNode.__name__,)
    return CaseState(
        case_id=case_id,
        number=number,
        version=len(entries),
        status=s.status,
        result=s.result,
        possible=() if elsewhere else possible,
        item=received.item,
        handling_item=received.handling_item,
        implementation_code=received.implementation_code,
        organisation=received.organisation,
        county=county,
        division=received.division,
        receiving_division=received.receiving_division,
        centre=received.centre,
        channel=received.channel,
        kind=accepted.kind if accepted else "",
        joint=received.joint,
        agent_relation=received.agent,
        summary=received.summary,
        source=source,
        received_at=s.received_at,
        accepted_at=s.accepted_at,
        decided_at=s.decided_at,
        delivered_at=s.delivered_at,
        closed_at=s.closed_at,
        promised=accepted.promised if accepted else None,
        statutory=accepted.statutory if accepted else None,
        promised_due_at=as_instant(promised_due),
        statutory_due_at=as_instant(statutory_due),
        next_due_at=as_instant(next_due),
        supplement_missing=_missing(told),
        supplement_until=s.supplement_until,
        supplement_requested_at=s.supplement_requested_at,
        materials=s.materials,
        tolerated=s.tolerated,
        tolerated_until=s.tolerated_until,
        committed=s.committed,
        steps=_steps(told, s),
        consultations=_consultations(told),
        pauses=s.pauses,
        extension_days=s.extension_days,
        refused=s.refused,
        decision_document=s.decision_document,
        certificate_name=s.certificate_name,
        certificate_number=s.certificate_number,
        handler=s.handler,
        handler_name=s.handler_name,
        agent=s.agent,
        agent_name=s.agent_name,
        green=s.green,
        papers_at=s.papers_at,
        fees=s.fees,
        reviews=s.reviews,
        bulk_hindrance=bulk.find_hindrance(s, rules_in_force(on).bulk) if on else "",
        holder=elsewhere,
        held_since=_held_since(told) if elsewhere else None,
        possible_there=possible if elsewhere else (),
    )


def _held_since(told: Sequence[tuple[e.Event, datetime]]) -> datetime:
    """Return when the case was last handed over; one that never was is held since it was received."""
    return next((at for event, at in reversed(told) if isinstance(event, e.CasePassedToNode)), told[0][1])


def _missing(told: Sequence[tuple[e.Event, datetime]]) -> tuple[str, ...]:
    """Return what the last notice asked for; it stays to be read after it has come in."""
    notices = [event.missing for event, _ in told if isinstance(event, e.SupplementRequested)]
    return notices[-1] if notices else ()


def _steps(told: Sequence[tuple[e.Event, datetime]], state: State) -> tuple[StepLine, ...]:
    lines: list[StepLine] = []
    started: StepLine | None = None
    organisation = state.received.organisation if state.received else ""
    for event, at in told:
        if isinstance(event, e.StepStarted):
            organisation = event.organisation or organisation
            started = StepLine(event.step, organisation, event.officer, at, limit=event.limit)
        elif isinstance(event, e.StepFinished):
            begun = started if started is not None and started.step == event.step else None
            lines.append(
                StepLine(
                    event.step,
                    begun.organisation if begun else organisation,
                    event.officer or (begun.officer if begun else ""),
                    begun.started_at if begun else at,
                    at,
                    event.action,
                    event.opinion,
                    begun.limit if begun else None,
                )
            )
            started = None
    if started is not None and state.open_step is not None:
        lines.append(started)
    return tuple(lines)


def _consultations(told: Sequence[tuple[e.Event, datetime]]) -> tuple[ConsultationLine, ...]:
    calendar, statutes = get_calendar(), load_statutes()
    lines: list[ConsultationLine] = []
    for event, at in told:
        if isinstance(event, e.ConsultationRequested):
            days = statutes.in_force(local_day(at)).consultation_days
            lines.append(ConsultationLine(event.organisation, event.question, at, calendar.add(local_day(at), days)))
        elif isinstance(event, e.ConsultationAnswered):
            for place, line in enumerate(lines):
                if line.organisation == event.organisation and line.answered_at is None:
                    lines[place] = ConsultationLine(
                        line.organisation,
                        line.question,
                        line.asked_at,
                        line.due_on,
                        at,
                        event.answer,
                        event.agreed,
                    )
                    break
    return tuple(lines)
