"""Rows: from a stored booking or announcement to the value that others see."""

from yichuang.calendar.values import CHINA
from yichuang.halls.domain.bookings import TABLE, BookingState
from yichuang.halls.models import Announcement, Booking
from yichuang.halls.values import AnnouncementRow, BookingRow
from yichuang.kernel.masking import mask_name, mask_phone


def booking_row(booking: Booking, *, personal: bool) -> BookingRow:
    """Return one booking; name and phone masked unless `personal`."""
    state = BookingState(booking.state)
    return BookingRow(
        code=booking.code,
        centre=booking.centre,
        area=booking.area,
        on=booking.on,
        start=booking.starts_at.astimezone(CHINA).time(),
        until=booking.ends_at.astimezone(CHINA).time(),
        state=state,
        name=booking.name if personal else mask_name(booking.name),
        phone=booking.phone if personal else mask_phone(booking.phone),
        item=booking.item,
        case_number=booking.case_number,
        booked_at=booking.booked_at,
        possible=tuple(step for here, step in TABLE if here is state),
    )


def announcement_row(row: Announcement) -> AnnouncementRow:
    """Return one announcement."""
    return AnnouncementRow(
        id=row.pk,
        division=row.division,
        title=row.title,
        text=row.text,
        from_on=row.from_on,
        until=row.until,
        by=row.by_name,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_reason=row.withdrawn_reason,
    )
