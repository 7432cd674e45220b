"""The life of a booking as a table: (state, step) -> state, and when each step may be taken."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yichuang.calendar.values import local_day
from yichuang.halls.domain import refusals as r
from yichuang.kernel.words import N_


class BookingState(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Name the state for people (a message id)."""
        return _STATE_LABELS[self]


class BookingStep(StrEnum):
    """What is done with a booking."""

    CANCEL = "cancel"
    ARRIVE = "arrive"
    MISS = "miss"

    @property
    def label(self) -> str:
        """Name the step for people (a message id)."""
        return _STEP_LABELS[self]


_STATE_LABELS = {
    BookingState.BOOKED: N_("已预约"),
    BookingState.ARRIVED: N_("已到"),
    BookingState.NO_SHOW: N_("未到"),
    BookingState.CANCELLED: N_("已取消"),
}
_STEP_LABELS = {
    BookingStep.CANCEL: N_("取消预约"),
    BookingStep.ARRIVE: N_("登记到达"),
    BookingStep.MISS: N_("登记未到"),
}

TABLE: dict[tuple[BookingState, BookingStep], BookingState] = {
    (BookingState.BOOKED, BookingStep.CANCEL): BookingState.CANCELLED,
    (BookingState.BOOKED, BookingStep.ARRIVE): BookingState.ARRIVED,
    (BookingState.BOOKED, BookingStep.MISS): BookingState.NO_SHOW,
    # Who comes late the same day was not missing after all.
    (BookingState.NO_SHOW, BookingStep.ARRIVE): BookingState.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A booking as a decision needs it."""

    state: BookingState
    starts_at: datetime
    ends_at: datetime


def decide(held: Held, step: BookingStep, *, at: datetime) -> BookingState:
    """Return where a step leads.

    Refuses with `BookingStepImpossible` where the table has no such step, `TooLateToCancel` once the slot began,
    `NotTheDay` for an arrival on another day and for a no-show before the slot is over.
    """
    to = TABLE.get((held.state, step))
    if to is None:
        raise r.BookingStepImpossible(state=held.state.label, step=step.label)
    if step is BookingStep.CANCEL and at >= held.starts_at:
        raise r.TooLateToCancel()
    on = local_day(held.starts_at)
    too_early = step is BookingStep.MISS and at < held.ends_at
    if too_early or (step is BookingStep.ARRIVE and local_day(at) != on):
        raise r.NotTheDay(on=on.isoformat(), start=f"{held.starts_at:%H:%M}", step=step.label)
    return to


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.name}' for state in BookingState]
    lines.append(f"    [*] --> {BookingState.BOOKED.name}")
    lines += [f"    {state.name} --> {to.name}: {step.label}" for (state, step), to in TABLE.items()]
    return "\n".join(lines) + "\n"
