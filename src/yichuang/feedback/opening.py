"""Opening: a matter comes into being with its number, its first line of history and its first deadline."""

from datetime import datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.feedback.domain.decide import first_due
from yichuang.feedback.domain.handling import load_amounts
from yichuang.feedback.domain.lifecycle import FIRST, Kind
from yichuang.feedback.models import Matter, MatterStep, Party
from yichuang.feedback.numbers import take_number
from yichuang.kernel.actor import Actor
from yichuang.regions import queries as regions

_COUNTY = 6


def open_matter(*, kind: Kind, division: str, by: Actor, at: datetime, **fields: object) -> Matter:
    """Write a matter and its first line; the caller holds the transaction."""
    on = local_day(at)
    calendar, amounts = get_calendar(), load_amounts().in_force(on)
    state, step = FIRST[kind]
    due_on = first_due(kind, on=on, calendar=calendar, amounts=amounts)
    matter = Matter.objects.create(
        number=take_number(kind=kind, division=division, on=on),
        kind=kind.value,
        state=state.value,
        division=division,
        centre=centre_of(division, at=at),
        opened_at=at,
        opened_on=on,
        due_on=due_on,
        **fields,
    )
    MatterStep.objects.create(
        matter=matter,
        seq=1,
        step=step.value,
        state=state.value,
        at=at,
        by_id=by.id,
        by_name=by.name,
        by_organisation=by.organisation,
        due_on=due_on,
    )
    return matter


def add_party(matter: Matter, *, name: str, phone: str) -> None:
    """Keep who brought the matter, where anything is known of him."""
    if name or phone:
        Party.objects.create(matter=matter, name=name, phone=phone)


def county_of(division: str) -> str:
    """Return the county, zone or city that a division is counted under: the first six digits."""
    return division[:_COUNTY]


def centre_of(division: str, *, at: datetime) -> str:
    """Return the centre that looks after what is said about a division: that of its county; "" where there is none."""
    found = regions.list_centres(on=local_day(at), division=county_of(division))
    return found[0].code if found else ""


def check_place(*, division: str, organisation: str, at: datetime) -> None:
    """Refuse with `DivisionNotKnown` or `OrganisationNotKnown` what regions do not know; "" names no organisation."""
    regions.get_division(code=division, on=local_day(at))
    if organisation:
        regions.get_organisation_in_force(code=organisation, on=local_day(at))
