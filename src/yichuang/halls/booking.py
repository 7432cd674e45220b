"""Booking: takes a place, gives it back, and marks who came - safe against everybody asking at once.

Both ways lock the slot before the booking, so that taking and giving back cannot block each other for ever.
"""

import secrets
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from yichuang.calendar.values import local_day
from yichuang.halls import acts
from yichuang.halls.domain import refusals as r
from yichuang.halls.domain.bookings import BookingState, BookingStep, Held, decide
from yichuang.halls.domain.codes import BODIES, code_of, tidy
from yichuang.halls.domain.law import Rules
from yichuang.halls.domain.slots import Times, check_slot
from yichuang.halls.models import Booking, SlotPlaces
from yichuang.halls.places import hall_of, places_of
from yichuang.kernel.actor import Actor

_TRIES = 5


def take(
    *,
    centre: str,
    area: str,
    on: date,
    start: time,
    owner: str,
    person: dict[str, str],
    subject: dict[str, str],
    by: Actor,
    at: datetime,
) -> Booking:
    """Hold one place of a slot for a person and return the booking."""
    calendar, rules = hall_of(centre, on=on)
    places = places_of(rules, area=area)
    slot = check_slot(calendar=calendar, rules=rules, on=on, start=start, at=at)
    who = Q(owner=owner) if owner else Q(owner="", phone=person["phone"])
    _refuse_no_shows(who, rules=rules, at=at)
    for _try in range(_TRIES):
        code = code_of(secrets.randbelow(BODIES))
        try:
            with transaction.atomic():
                booking = Booking.objects.create(
                    code=code,
                    slot=_take_place(centre=centre, area=area, slot=slot, places=places),
                    centre=centre,
                    area=area,
                    on=on,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    owner=owner,
                    booked_at=at,
                    changed_at=at,
                    **person,
                    **subject,
                )
                acts.record(act="book", subject=code, by=by, at=at)
                return booking
        except IntegrityError:
            other = Booking.objects.filter(who, on=on, state=BookingState.BOOKED.value).first()
            if other is not None:
                raise r.AlreadyBooked(on=on.isoformat(), code=other.code) from None
            # Otherwise the code was taken, or the other booking has just been cancelled: try again.
    raise r.SlotFull(on=on.isoformat(), start=f"{start:%H:%M}")


def _take_place(*, centre: str, area: str, slot: Times, places: int) -> SlotPlaces:
    """Take one place by a single conditional UPDATE: of two who ask for the last one, one gets it."""
    key = {"centre": centre, "area": area, "starts_at": slot.starts_at}
    SlotPlaces.objects.bulk_create([SlotPlaces(**key, capacity=places)], ignore_conflicts=True)
    if not SlotPlaces.objects.filter(**key, taken__lt=places).update(taken=F("taken") + 1, capacity=places):
        raise r.SlotFull(on=local_day(slot.starts_at).isoformat(), start=f"{slot.start:%H:%M}")
    return SlotPlaces.objects.get(**key)


def _refuse_no_shows(who: Q, *, rules: Rules, at: datetime) -> None:
    since = local_day(at) - timedelta(days=rules.no_show_days)
    missed = Booking.objects.filter(who, state=BookingState.NO_SHOW.value, on__gt=since).order_by("on", "id")
    days = list(missed.values_list("on", flat=True))
    if len(days) >= rules.no_show_limit:
        # The pause ends when so many of them are old that fewer than the limit remain.
        until = days[-rules.no_show_limit] + timedelta(days=rules.no_show_days)
        raise r.TooManyNoShows(count=len(days), until=until.isoformat())


def find(code: str) -> Booking:
    """Return the booking of a code, however it was typed; refuses with `BookingNotKnown`."""
    found = Booking.objects.filter(code=tidy(code)).first()
    if found is None:
        raise r.BookingNotKnown(code=code)
    return found


def step_on(booking: Booking, step: BookingStep, *, by: Actor, at: datetime) -> Booking:
    """Take one step on a booking; a cancelled one gives its place back. Refuses as `bookings.decide` does."""
    with transaction.atomic():
        SlotPlaces.objects.select_for_update().get(pk=booking.slot_id)
        booking = Booking.objects.select_for_update().get(pk=booking.pk)
        held = Held(state=BookingState(booking.state), starts_at=booking.starts_at, ends_at=booking.ends_at)
        booking.state = decide(held, step, at=at).value
        booking.changed_at = at
        booking.save(update_fields=["state", "changed_at"])
        if step is BookingStep.CANCEL:
            SlotPlaces.objects.filter(pk=booking.slot_id).update(taken=F("taken") - 1)
        acts.record(act=step.value, subject=booking.code, by=by, at=at)
        return booking
