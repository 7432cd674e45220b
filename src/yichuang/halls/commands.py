"""Commands of halls: one function per act, each one transaction, each leaving a row of who did it.

Who may manage which hall is decided by the caller (`accounts.queries.require`, action `hall.manage`).
"""

from datetime import date, datetime, time

from django.db import transaction

from yichuang.calendar.values import local_day
from yichuang.halls import acts, booking, demonstration
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain import texts
from yichuang.halls.domain.bookings import BookingState, BookingStep
from yichuang.halls.models import Announcement, Booking
from yichuang.halls.rows import booking_row
from yichuang.halls.values import BookingRow
from yichuang.kernel.actor import Actor
from yichuang.kernel.texts import clean_phone
from yichuang.kernel.texts import phone_tail as tail_of
from yichuang.regions import queries as regions

__all__ = [
    "book",
    "cancel_booking",
    "close_day",
    "ensure_demonstration",
    "mark_arrived",
    "mark_no_show",
    "publish_announcement",
    "withdraw_announcement",
]

_TAIL = 4


def book(
    *,
    centre: str,
    on: date,
    start: time,
    area: str = "",
    item: str = "",
    case_number: str = "",
    name: str,
    phone: str,
    owner: str = "",
    by: Actor,
    at: datetime,
) -> BookingRow:
    """Hold one place of a slot at a centre and return the booking with its code of nine digits.

    `start` is the time of day, in China, at which the slot begins. One account, or without an account one phone,
    holds one open booking a day. Refuses with `CentreNotKnown`, `AreaNotKnown`, `DayNotBookable`, `SlotNotKnown`,
    `SlotOver`, `SlotFull`, `AlreadyBooked`, `TooManyNoShows`, `TextMissing`, `TextUnfit` or `PhoneUnfit`.
    """
    held = booking.take(
        centre=centre,
        area=area,
        on=on,
        start=start,
        owner=owner,
        person={"name": texts.clean("name", name), "phone": clean_phone(phone, required=True)},
        subject={
            "item": texts.clean("item", item, required=False),
            "case_number": texts.clean("case_number", case_number, required=False),
        },
        by=by,
        at=at,
    )
    return booking_row(held, personal=True)


def cancel_booking(*, code: str, owner: str = "", phone_tail: str = "", by: Actor, at: datetime) -> BookingRow:
    """Cancel one's own booking before its slot begins, and give the place back.

    It is one's own by the account, or by the last four digits of the phone for who booked without one. Refuses with
    `BookingNotKnown`, `NotYourBooking`, `TooLateToCancel` or `BookingStepImpossible`.
    """
    held = booking.find(code)
    given = tail_of(phone_tail)
    by_account = owner != "" and held.owner == owner
    by_phone = held.owner == "" and len(given) == _TAIL and tail_of(held.phone) == given
    if not by_account and not by_phone:
        raise r.NotYourBooking()
    return booking_row(booking.step_on(held, BookingStep.CANCEL, by=by, at=at), personal=True)


def mark_arrived(*, code: str, by: Actor, at: datetime) -> BookingRow:
    """Note that the person came, on the day itself; also one who was noted missing and came after all.

    Refuses with `BookingNotKnown`, `NotTheDay` or `BookingStepImpossible`.
    """
    return booking_row(booking.step_on(booking.find(code), BookingStep.ARRIVE, by=by, at=at), personal=False)


def mark_no_show(*, code: str, by: Actor, at: datetime) -> BookingRow:
    """Note that the person did not come, once the slot is over.

    Refuses with `BookingNotKnown`, `NotTheDay` or `BookingStepImpossible`.
    """
    return booking_row(booking.step_on(booking.find(code), BookingStep.MISS, by=by, at=at), personal=False)


def close_day(*, centre: str, on: date, by: Actor, at: datetime) -> int:
    """Note everybody missing whose slot of that day is over and who was not noted; return how many."""
    waiting = Booking.objects.filter(centre=centre, on=on, state=BookingState.BOOKED.value, ends_at__lte=at).order_by(
        "starts_at", "id"
    )
    count = 0
    for held in waiting:
        try:
            booking.step_on(held, BookingStep.MISS, by=by, at=at)
            count += 1
        except r.BookingStepImpossible:
            # A colleague noted this one in the same minute: his word stands.
            continue
    return count


@transaction.atomic
def publish_announcement(
    *, division: str, title: str, text: str, from_on: date, until: date | None = None, by: Actor, at: datetime
) -> int:
    """Publish an announcement for a division and all below it, shown up to, not including, `until`; return its id.

    Refuses with `TextMissing`, `TextUnfit`, `AnnouncementDatesUnfit` or `DivisionNotKnown`.
    """
    if until is not None and until <= from_on:
        raise r.AnnouncementDatesUnfit(from_on=from_on.isoformat(), until=until.isoformat())
    regions.get_division(code=division, on=local_day(at))
    centres = regions.list_centres(on=local_day(at), division=division)
    row = Announcement.objects.create(
        division=division,
        # For managers whose grant is narrowed to their centre.
        centre=centres[0].code if centres else "",
        title=texts.clean("title", title),
        text=texts.clean("text", text),
        from_on=from_on,
        until=until,
        by_id=by.id,
        by_name=by.name,
        published_at=at,
    )
    acts.record(act="publish", subject=str(row.pk), by=by, at=at)
    return row.pk


@transaction.atomic
def withdraw_announcement(*, announcement: int, reason: str, by: Actor, at: datetime) -> None:
    """Take an announcement off the public pages; it stays on the manager's list with the reason.

    Refuses with `AnnouncementNotKnown`, `AlreadyWithdrawn`, `TextMissing` or `TextUnfit`.
    """
    row = Announcement.objects.select_for_update().filter(pk=announcement).first()
    if row is None:
        raise r.AnnouncementNotKnown()
    if row.withdrawn_at is not None:
        raise r.AlreadyWithdrawn(day=local_day(row.withdrawn_at).isoformat())
    row.withdrawn_at, row.withdrawn_by = at, by.name
    row.withdrawn_reason = texts.clean("reason", reason)
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    acts.record(act="withdraw", subject=str(row.pk), by=by, at=at)


def ensure_demonstration(*, at: datetime) -> int:
    """Publish the demonstration's announcements where none exists yet; return how many were published."""
    return demonstration.ensure(at=at)
