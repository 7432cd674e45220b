"""Guests: the organisation behind a source from outside the city, as the catalogue's door wants it."""

from yichuang.catalogue.commands import Exerciser
from yichuang.exchange.domain.mapping import GuestOrganisation


def guest_of(organisation: GuestOrganisation) -> Exerciser:
    """Return the exerciser that a mapping describes."""
    return Exerciser(
        code=organisation.code,
        name=organisation.name,
        uscc=organisation.uscc,
        department=organisation.department,
        division=organisation.division,
        division_name=organisation.division_name or organisation.name,
        tier=organisation.tier,
    )
