"""The words of halls that other contexts see: days, slots, bookings, announcements and the refusals."""

from dataclasses import dataclass
from datetime import date, datetime, time

from yichuang.halls.domain.bookings import BookingState, BookingStep
from yichuang.halls.domain.codes import spoken
from yichuang.halls.domain.refusals import (
    AlreadyBooked,
    AlreadyWithdrawn,
    AnnouncementDatesUnfit,
    AnnouncementNotKnown,
    AreaNotKnown,
    BookingNotKnown,
    BookingStepImpossible,
    CentreNotKnown,
    DayNotBookable,
    NotTheDay,
    NotYourBooking,
    SlotFull,
    SlotNotKnown,
    SlotOver,
    TooLateToCancel,
    TooManyNoShows,
)
from yichuang.kernel.texts import PhoneUnfit, TextMissing, TextUnfit

__all__ = [
    "AlreadyBooked",
    "AlreadyWithdrawn",
    "AnnouncementDatesUnfit",
    "AnnouncementNotKnown",
    "AnnouncementRow",
    "AreaNotKnown",
    "BookingDay",
    "BookingNotKnown",
    "BookingRow",
    "BookingState",
    "BookingStep",
    "BookingStepImpossible",
    "CentreNotKnown",
    "DayNotBookable",
    "NotTheDay",
    "NotYourBooking",
    "PhoneUnfit",
    "Slot",
    "SlotFull",
    "SlotNotKnown",
    "SlotOver",
    "TextMissing",
    "TextUnfit",
    "TooLateToCancel",
    "TooManyNoShows",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a day, in China's time; `left` is how many places are free now."""

    start: time
    until: time
    capacity: int
    left: int


@dataclass(frozen=True, slots=True)
class BookingDay:
    """One open day that can be booked; `provisional` when the holidays of its year are not published yet."""

    on: date
    left: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One booking; `name` and `phone` are masked unless asked for in full. Times are those of China."""

    code: str
    centre: str
    area: str
    on: date
    start: time
    until: time
    state: BookingState
    name: str
    phone: str
    item: str
    case_number: str
    booked_at: datetime
    possible: tuple[BookingStep, ...] = ()

    @property
    def spoken(self) -> str:
        """Give the code in groups of three, for the eye and the telephone."""
        return spoken(self.code)


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """One announcement; shown from `from_on` up to, not including, `until` (None: without an end)."""

    id: int
    division: str
    title: str
    text: str
    from_on: date
    until: date | None
    by: str
    published_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
