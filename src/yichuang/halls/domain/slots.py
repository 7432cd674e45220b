"""Slots: which times of a day can be booked, from the calendar's openings and the hall's rules; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yichuang.calendar.values import CHINA, LAST_DAY, Span, WorkingCalendar, local_day
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.law import Rules

_FARTHEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Times:
    """One slot of a day, in China's time."""

    starts_at: datetime
    ends_at: datetime

    @property
    def start(self) -> time:
        """Give the time of day at which it begins."""
        return self.starts_at.time()

    @property
    def until(self) -> time:
        """Give the time of day at which it ends; midnight is 00:00."""
        return self.ends_at.time()


def slots_of(openings: Sequence[Span], *, on: date, minutes: int) -> tuple[Times, ...]:
    """Return the slots of a day: every opening cut into whole slots; what remains shorter is not booked."""
    midnight = datetime.combine(on, time(), CHINA)
    step = minutes * 60
    return tuple(
        Times(midnight + timedelta(seconds=second), midnight + timedelta(seconds=second + step))
        for span in openings
        for second in range(span.start, span.end - step + 1, step)
    )


def bookable_days(*, calendar: WorkingCalendar, at: datetime, days_ahead: int) -> tuple[date, ...]:
    """Return today, if open, and the open days after it that can be booked, in order."""
    today = local_day(at)
    found = [today] if calendar.openings(today) else []
    ahead = 0
    for offset in range(1, _FARTHEST_DAYS):
        day = today + timedelta(days=offset)
        if day > LAST_DAY or ahead == days_ahead:
            break
        if calendar.openings(day):
            found.append(day)
            ahead += 1
    return tuple(found)


def open_slots(*, calendar: WorkingCalendar, rules: Rules, on: date, at: datetime) -> tuple[Times, ...]:
    """Return the slots of a day that do not begin within the closing minutes; none on a closed day."""
    last = at + timedelta(minutes=rules.closing_minutes)
    return tuple(
        slot for slot in slots_of(calendar.openings(on), on=on, minutes=rules.slot_minutes) if slot.starts_at >= last
    )


def check_slot(*, calendar: WorkingCalendar, rules: Rules, on: date, start: time, at: datetime) -> Times:
    """Return the slot that begins at a time of a day.

    Refuses with `DayNotBookable`, `SlotNotKnown` or `SlotOver`.
    """
    days = bookable_days(calendar=calendar, at=at, days_ahead=rules.days_ahead)
    if on not in days:
        raise r.DayNotBookable(on=on.isoformat(), last_on=days[-1].isoformat() if days else "—")
    chosen = next(
        (slot for slot in slots_of(calendar.openings(on), on=on, minutes=rules.slot_minutes) if slot.start == start),
        None,
    )
    where = {"on": on.isoformat(), "start": f"{start:%H:%M}"}
    if chosen is None:
        raise r.SlotNotKnown(**where)
    if chosen not in open_slots(calendar=calendar, rules=rules, on=on, at=at):
        raise r.SlotOver(**where)
    return chosen
