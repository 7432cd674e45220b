"""Trail: what the acts of one history leave behind, read once from the first to the last; pure.

The state says what a case is now. Some things are only to be seen in passing: the first notice, a special procedure
longer than announced, an act on a day off, the hour, how late the news came.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from yichuang.calendar.values import CHINA, WorkingCalendar, local_day
from yichuang.cases.domain import clocks
from yichuang.cases.domain import events as e
from yichuang.cases.domain.escorting import LEAST_OFFICERS
from yichuang.cases.domain.facts import paused_days
from yichuang.cases.domain.state import Pause
from yichuang.cases.domain.statutes import Statutes
from yichuang.kernel.actor import SYSTEM

_DAY = timedelta(days=1)
_NEVER = 24 * 60


class Told(msgspec.Struct, frozen=True, gc=False):
    """One event of a history with everything that stands beside it in the ledger."""

    event: e.Event
    at: datetime
    received_at: datetime
    actor_id: str = ""
    actor_name: str = ""


class Trail:
    """What has been seen so far: days as ordinals, hours as minutes of the day.

    The defaults stand in the class, so that a plain case costs nothing.
    """

    acceptance: e.ApplicationAccepted | None = None
    accepted_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    notices = 0
    notice_wd: int | None = None
    late_supplements = 0
    supplements_unasked = 0
    special_wd = 0
    special_days = 0
    special_over_days = 0
    specials_unlimited = 0
    specials_unnoticed = 0
    extension_days = 0
    extension_count = 0
    extensions_late = 0
    extensions_unapproved = 0
    consult_over_days = 0
    opinions_missing = 0
    officer = ""
    decision: Told | None = None
    certificate_at: datetime | None = None
    certificate_wd: int | None = None
    delivered_at: datetime | None = None
    forward_wd: int | None = None
    reviewed_alone = 0
    closing: Told | None = None
    closing_fee = ""
    lag_days = 0
    off_day_acts = 0
    earliest: int | None = None
    latest: int | None = None

    def __init__(self, calendar: WorkingCalendar, statutes: Statutes) -> None:
        self.calendar = calendar
        self.statutes = statutes
        self.asked: dict[str, list[tuple[int, int]]] = {}


def _notice(t: Trail, told: Told, v: e.SupplementRequested, wd: int) -> None:
    t.notices += 1
    t.late_supplements += t.acceptance is not None
    if t.notice_wd is None:
        t.notice_wd = wd


def _supplement(t: Trail, told: Told, v: e.SupplementReceived, wd: int) -> None:
    t.supplements_unasked += not t.notices


def _accepted(t: Trail, told: Told, v: e.ApplicationAccepted, wd: int) -> None:
    t.acceptance, t.accepted_at = v, v.counted_from or told.at


def _step(t: Trail, told: Told, v: e.StepFinished, wd: int) -> None:
    t.opinions_missing += not v.opinion.strip()
    t.officer = v.officer or t.officer


def _asked(t: Trail, told: Told, v: e.ConsultationRequested, wd: int) -> None:
    days = t.statutes.in_force(local_day(told.at)).consultation_days
    t.asked.setdefault(v.organisation, []).append((wd, days))


def _answered(t: Trail, told: Told, v: e.ConsultationAnswered, wd: int) -> None:
    # One answer settles whatever that department was asked, as the state has it.
    for asked_wd, days in t.asked.pop(v.organisation, ()):
        t.consult_over_days = max(t.consult_over_days, wd - asked_wd - days)


def _special(t: Trail, told: Told, v: e.SpecialProcedureStarted, wd: int) -> None:
    t.special_wd, t.special_days = wd, max(v.expected_days, 0)
    t.specials_unlimited += v.expected_days <= 0
    t.specials_unnoticed += not v.document_number.strip()
    t.pauses = (*t.pauses, Pause(v.procedure, local_day(told.at)))


def _special_over(t: Trail, told: Told, v: e.SpecialProcedureEnded, wd: int) -> None:
    t.pauses = (*t.pauses[:-1], replace(t.pauses[-1], ended_on=local_day(told.at)))
    if t.special_days:
        t.special_over_days = max(t.special_over_days, wd - t.special_wd - t.special_days)


def _extended(t: Trail, told: Told, v: e.PeriodExtended, wd: int) -> None:
    t.extension_count += 1
    t.extensions_unapproved += not v.approved_by.strip()
    t.extensions_late += _is_over(t, told.at)
    t.extension_days += v.days


def _is_over(t: Trail, at: datetime) -> bool:
    """Return whether the promised period, as it stands before an extension, has run out."""
    acceptance, started_at = t.acceptance, t.accepted_at
    if acceptance is None or started_at is None:
        return False
    if acceptance.due_at is not None:
        return at > acceptance.due_at
    limit = acceptance.promised
    if limit is None:
        return False
    paused = paused_days(t.pauses, calendar=t.calendar, until=local_day(at), unit=limit.unit)
    due = clocks.due(
        calendar=t.calendar,
        started_at=started_at,
        limit=limit,
        paused_days=paused,
        extension_days=t.extension_days,
    )
    return clocks.is_late(calendar=t.calendar, limit=limit, due=due, ended_at=at)


def _forwarded(t: Trail, told: Told, v: e.CaseForwarded, wd: int) -> None:
    t.forward_wd = wd


def _decided(t: Trail, told: Told, v: e.ApplicationGranted | e.ApplicationRefused, wd: int) -> None:
    t.decision = told


def _certificate(t: Trail, told: Told, v: e.CertificateIssued, wd: int) -> None:
    if t.certificate_at is None:
        t.certificate_at, t.certificate_wd = told.at, wd


def _delivered(t: Trail, told: Told, v: e.ResultDelivered, wd: int) -> None:
    if t.delivered_at is None:
        t.delivered_at = told.at


def _reviewed(t: Trail, told: Told, v: e.SiteReviewed, wd: int) -> None:
    t.reviewed_alone += len({name.strip() for name in v.participants if name.strip()}) < LEAST_OFFICERS


def _closed(t: Trail, told: Told, v: e.CaseClosed, wd: int) -> None:
    t.closing, t.closing_fee = told, v.fee.strip()


_Note = Callable[[Trail, Told, Any, int], None]
_NOTES: dict[type[e.Event], _Note] = {
    e.SupplementRequested: _notice,
    e.SupplementReceived: _supplement,
    e.ApplicationAccepted: _accepted,
    e.StepFinished: _step,
    e.ConsultationRequested: _asked,
    e.ConsultationAnswered: _answered,
    e.SpecialProcedureStarted: _special,
    e.SpecialProcedureEnded: _special_over,
    e.PeriodExtended: _extended,
    e.CaseForwarded: _forwarded,
    e.ApplicationGranted: _decided,
    e.ApplicationRefused: _decided,
    e.CertificateIssued: _certificate,
    e.ResultDelivered: _delivered,
    e.SiteReviewed: _reviewed,
    e.CaseClosed: _closed,
}
# What staff do with their own hands. Not what an applicant brings in or takes back, not what time brings about.
_BY_STAFF: frozenset[type[e.Event]] = frozenset(
    {
        e.MaterialsCorrected,
        e.PreExaminationRecorded,
        e.SupplementRequested,
        e.AcceptanceRefused,
        e.StepFinished,
        e.ConsultationRequested,
        e.ConsultationAnswered,
        e.SpecialProcedureStarted,
        e.SpecialProcedureEnded,
        e.PeriodExtended,
        e.CaseForwarded,
        e.ApplicationGranted,
        e.ApplicationRefused,
        e.CertificateIssued,
        e.ResultDelivered,
        e.CaseVoided,
        e.ToleratedTaken,
        e.SiteReviewed,
        e.MaterialsMoved,
        e.FeeCharged,
    }
)
_PERHAPS: frozenset[type[e.Event]] = frozenset({e.ApplicationReceived, e.ApplicationAccepted, e.CaseClosed})


def _is_by_staff(told: Told, before: Told | None) -> bool:
    event = told.event
    if isinstance(event, e.ApplicationAccepted):
        return not event.automatic
    if isinstance(event, e.ApplicationReceived):
        return event.channel == "window"
    # Closed in the same breath as something else, it is not an act of its own.
    return isinstance(event, e.CaseClosed) and (before is None or before.at != told.at)


def follow(history: Iterable[Told], *, calendar: WorkingCalendar, statutes: Statutes, own: bool) -> Trail:
    """Return what a history has left behind, in this system (`own`) or another.

    Raises DayOutsideCalendar, NaiveInstant, NoLawYet, LimitNegative.
    """
    trail, ordinal = Trail(calendar, statutes), calendar.ordinal
    at = arrived_at = before = on = None
    wd = arrived_wd = minute = lag = off_days = 0
    earliest, latest = _NEVER, -1
    off = False
    for told in history:
        event, said_at, received_at = told.event, told.at, told.received_at
        # Instants often come again, as the same object.
        if said_at is not at:
            at = said_at
            local = at if at.tzinfo is CHINA else at.astimezone(CHINA)
            minute = local.hour * 60 + local.minute
            if local.date() != on:
                on = local.date()
                wd = ordinal(on)
                off = wd == ordinal(on - _DAY)
        if received_at is not at:
            if received_at is not arrived_at:
                arrived_at = received_at
                arrived_wd = ordinal(local_day(received_at))
            lag = max(lag, arrived_wd - wd)
        kind = type(event)
        if kind in _NOTES:
            _NOTES[kind](trail, told, event, wd)
        if (kind in _BY_STAFF or (kind in _PERHAPS and _is_by_staff(told, before))) and not (
            own and told.actor_id == SYSTEM.id
        ):
            off_days += off
            earliest = min(earliest, minute)
            latest = max(latest, minute)
        before = told
    trail.lag_days, trail.off_day_acts = lag, off_days
    if latest >= 0:
        trail.earliest, trail.latest = earliest, latest
    return trail
