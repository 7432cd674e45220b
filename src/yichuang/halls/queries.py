"""The reading door of halls: days and slots that can be booked, bookings, announcements."""

from contextlib import suppress
from datetime import date, datetime, time

from django.db.models import Count, Q

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.calendar.values import CHINA
from yichuang.halls import booking
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.bookings import BookingState
from yichuang.halls.domain.slots import bookable_days, open_slots
from yichuang.halls.models import Announcement, Booking
from yichuang.halls.places import hall_of, places_of, taken_in
from yichuang.halls.rows import announcement_row, booking_row
from yichuang.halls.values import AnnouncementRow, BookingDay, BookingRow, Slot
from yichuang.kernel.page import Page
from yichuang.regions import queries as regions

__all__ = [
    "count_bookings",
    "count_kept",
    "count_open",
    "get_announcement",
    "get_booking",
    "list_announcements",
    "list_areas",
    "list_bookings",
    "list_days",
    "list_slots",
    "page_announcements",
    "page_bookings",
]


def list_areas(*, centre: str, on: date) -> tuple[str, ...]:
    """Return the parts of a hall that are booked apart, empty for a hall of one part; refuses with `CentreNotKnown`."""
    return tuple(hall_of(centre, on=on)[1].areas)


def list_days(*, centre: str, at: datetime, area: str = "") -> tuple[BookingDay, ...]:
    """Return the open days that can be booked now, with the places left on each (two queries beside the hall's).

    Weekends and holidays are not among them, nor is a day on which the centre will have closed. Refuses with
    `CentreNotKnown` or `AreaNotKnown`.
    """
    today = at.astimezone(CHINA).date()
    calendar, rules = hall_of(centre, on=today)
    places = places_of(rules, area=area)
    closing = regions.find_closing(centre=centre, on=today)
    days = {
        day: open_slots(calendar=calendar, rules=rules, on=day, at=at)
        for day in bookable_days(calendar=calendar, at=at, days_ahead=rules.days_ahead)
        if closing is None or day < closing
    }
    taken = taken_in(centre, area=area, starts=(slot.starts_at for slots in days.values() for slot in slots))
    return tuple(
        BookingDay(
            on=day,
            left=sum(max(0, places - taken.get(slot.starts_at, 0)) for slot in slots),
            provisional=calendar.is_provisional(day),
        )
        for day, slots in days.items()
    )


def list_slots(*, centre: str, on: date, at: datetime, area: str = "") -> tuple[Slot, ...]:
    """Return the slots of a day that can still be booked, full ones included; none on a closed or far-off day.

    Refuses with `CentreNotKnown` or `AreaNotKnown`.
    """
    calendar, rules = hall_of(centre, on=on)
    places = places_of(rules, area=area)
    if on not in bookable_days(calendar=calendar, at=at, days_ahead=rules.days_ahead):
        return ()
    slots = open_slots(calendar=calendar, rules=rules, on=on, at=at)
    taken = taken_in(centre, area=area, starts=(slot.starts_at for slot in slots))
    return tuple(
        Slot(
            start=slot.start,
            until=slot.until,
            capacity=places,
            left=max(0, places - taken.get(slot.starts_at, 0)),
        )
        for slot in slots
    )


def get_booking(*, code: str, personal: bool = False) -> BookingRow:
    """Return the booking of a code, however it was typed; refuses with `BookingNotKnown`."""
    return booking_row(booking.find(code), personal=personal)


def list_bookings(*, owner: str, limit: int = 50) -> tuple[BookingRow, ...]:
    """Return an account's own bookings, the latest slot first (one query)."""
    if not owner:
        return ()
    rows = Booking.objects.filter(owner=owner).order_by("-starts_at", "-id")[:limit]
    return tuple(booking_row(row, personal=True) for row in rows)


def page_bookings(
    *, centre: str, on: date, after: str = "", limit: int = 100, personal: bool = False
) -> Page[BookingRow]:
    """Return a centre's bookings of a day by slot, cancelled ones included (one query)."""
    rows = Booking.objects.filter(centre=centre, on=on)
    start, _, last = after.partition("_")
    # A cursor that is none begins anew.
    with suppress(ValueError):
        instant, key = datetime.combine(on, time.fromisoformat(start), CHINA), int(last)
        rows = rows.filter(Q(starts_at__gt=instant) | Q(starts_at=instant, pk__gt=key))
    found = list(rows.order_by("starts_at", "id")[: limit + 1])
    shown = found[:limit]
    more = f"{shown[-1].starts_at.astimezone(CHINA):%H:%M}_{shown[-1].pk}" if len(found) > limit else ""
    return Page(rows=tuple(booking_row(row, personal=personal) for row in shown), next_after=more)


def count_bookings(*, centre: str, on: date) -> dict[BookingState, int]:
    """Return how many bookings of a centre's day stand in each state (one query)."""
    counts = dict.fromkeys(BookingState, 0)
    for state in Booking.objects.filter(centre=centre, on=on).values_list("state", flat=True):
        counts[BookingState(state)] += 1
    return counts


def count_open(*, centre: str, since: date, area: str | None = None) -> tuple[int, date | None]:
    """Return how many bookings a centre, or one part of its hall, has yet to honour from a day on, and the last day.

    The day is None where there is none (one query).
    """
    rows = Booking.objects.filter(centre=centre, on__gte=since, state=BookingState.BOOKED.value)
    days = list((rows if area is None else rows.filter(area=area)).order_by("on", "id").values_list("on", flat=True))
    return len(days), days[-1] if days else None


def list_announcements(*, division: str, on: date, limit: int = 10) -> tuple[AnnouncementRow, ...]:
    """Return what is announced on a day for a division and those above it, the newest first (two queries).

    Refuses with `DivisionNotKnown`.
    """
    rows = Announcement.objects.filter(
        division__in=regions.get_tree(on=on).path(division), from_on__lte=on, withdrawn_at__isnull=True
    ).exclude(until__lte=on)
    return tuple(announcement_row(row) for row in rows.order_by("-from_on", "-id")[:limit])


def get_announcement(*, announcement: int, on: date | None = None) -> AnnouncementRow:
    """Return one announcement; with `on` only what the public may read on that day.

    Refuses with `AnnouncementNotKnown`.
    """
    row = Announcement.objects.filter(pk=announcement).first()
    hidden = (
        row is not None
        and on is not None
        and (row.withdrawn_at is not None or row.from_on > on or (row.until is not None and row.until <= on))
    )
    if row is None or hidden:
        raise r.AnnouncementNotKnown()
    return announcement_row(row)


def page_announcements(*, scope: Scope, after: str = "", limit: int = 50) -> Page[AnnouncementRow]:
    """Return all announcements inside a scope, withdrawn and ended ones included, the newest first (one query)."""
    rows = Announcement.objects.filter(within(scope, division="division", centre="centre"))
    if after.isascii() and after.isdigit():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-id")[: limit + 1])
    shown = found[:limit]
    more = str(shown[-1].pk) if len(found) > limit else ""
    return Page(rows=tuple(announcement_row(row) for row in shown), next_after=more)


def count_kept() -> dict[tuple[str, date], int]:
    """Return on how many bookings people came, for every centre and day on which any did (one query)."""
    rows = Booking.objects.filter(state=BookingState.ARRIVED.value).order_by("centre", "on")
    return {(centre, on): count for centre, on, count in rows.values_list("centre", "on").annotate(Count("id"))}
