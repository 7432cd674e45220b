"""The reading door of accounts: permissions, actors, people, the authority list, staff, logs."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from yichuang.accounts import applicants, authorities, passwords, sessions, systems
from yichuang.accounts.confirming import can_confirm_with, confirm, confirm_fields, has_recently_confirmed
from yichuang.accounts.demonstration import PASSWORD as DEMONSTRATION_PASSWORD
from yichuang.accounts.demonstration import list_accounts as list_demonstration_accounts
from yichuang.accounts.identity.people import list_demonstration_persons
from yichuang.accounts.models import User
from yichuang.accounts.permissions import (
    allowed,
    held_on,
    holds_only_applicant,
    permission,
    public_page,
    require,
    roles_for,
    within,
)
from yichuang.accounts.rosters import (
    get_staff,
    list_colleagues,
    list_colleagues_of,
    list_holders,
    page_account_log,
    page_sign_ins,
    page_staff,
)
from yichuang.accounts.values import AuthorityRow, Person, Power, Represented, SystemRow, SystemToken
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.masking import mask_name

__all__ = [
    "DEMONSTRATION_PASSWORD",
    "allowed",
    "can_confirm_with",
    "confirm",
    "confirm_fields",
    "find_signed_in",
    "find_system_token",
    "get_actor",
    "get_person",
    "get_staff",
    "get_staff_actor",
    "has_recently_confirmed",
    "held_on",
    "list_active_systems",
    "list_authorities",
    "list_authorities_ever",
    "list_authorities_in",
    "list_authorities_of",
    "list_colleagues",
    "list_colleagues_of",
    "list_demonstration_accounts",
    "list_demonstration_persons",
    "list_holders",
    "list_represented",
    "list_systems",
    "page_account_log",
    "page_sign_ins",
    "page_staff",
    "permission",
    "public_page",
    "require",
    "roles_for",
    "within",
]


def get_staff_actor(*, username: str) -> Actor:
    """Return the one who signs in under a user name as an actor; raises User.DoesNotExist."""
    return get_actor(User.objects.get(username=username))


def get_actor(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """Return the user as an actor of commands; raises ValueError for a visitor who has not signed in.

    The ledger keeps an actor's name for ever, so an applicant's is masked: his name stands with his case.
    """
    if not isinstance(user, User):
        raise ValueError("an anonymous visitor does not act")
    if holds_only_applicant(user):
        return Actor(id=str(user.uuid), name=mask_name(user.display_name), kind=ActorKind.APPLICANT)
    return Actor(
        id=str(user.uuid),
        name=user.display_name,
        kind=ActorKind.STAFF,
        organisation=user.organisation_code,
        division=user.division_code,
    )


def find_signed_in(*, session_key: str, at: datetime) -> User | None:
    """Return who is signed in under a session's key, for doors beside the pages; None once it is over.

    Whoever must change his password first is not let in either.
    """
    user = sessions.find_signed_in(session_key, at=at) if session_key else None
    return None if user is None or passwords.must_change(user, at=at) else user


def get_person(user: AbstractBaseUser | AnonymousUser) -> Person | None:
    """Return the verified identity of an applicant's account; None for staff and visitors."""
    return applicants.find_person(user) if isinstance(user, User) else None


def list_represented(user: AbstractBaseUser | AnonymousUser, *, on: date | None = None) -> tuple[Represented, ...]:
    """Return the organisations that an applicant may act for on a day (today at the edge), as his provider said."""
    if not isinstance(user, User):
        return ()
    return applicants.list_represented(user, on=on or timezone.localdate())


def list_authorities(*, organisation: str, item: str, power: Power, on: date) -> tuple[AuthorityRow, ...]:
    """Return who may do one act: the lines for the item, and those for every item of the organisation.

    `item` is the five-digit main item.
    """
    return authorities.list_for_act(organisation=organisation, item=item, power=power, on=on)


def list_authorities_in(*, organisation: str, on: date) -> tuple[AuthorityRow, ...]:
    """Return the authority list of an organisation on a day."""
    return authorities.list_in(organisations=[organisation], on=on)


def list_authorities_ever(*, organisations: Iterable[str] | None = None) -> tuple[AuthorityRow, ...]:
    """Return every line of the authority lists with its days, ended ones too, of some organisations or of all."""
    return authorities.list_ever(organisations=organisations)


def list_authorities_of(*, holder: str, on: date) -> tuple[AuthorityRow, ...]:
    """Return what one person may do on a day; `holder` is the account's uuid as text."""
    return authorities.list_held(holder=holder, on=on)


def list_systems() -> tuple[SystemRow, ...]:
    """Return every system that was ever registered as a client of the API, stopped ones too, in that order."""
    return systems.list_all()


def list_active_systems() -> dict[int, SystemRow]:
    """Return the systems that may use the API now, by id."""
    return systems.list_active()


def find_system_token(token: str, *, at: datetime) -> SystemToken | None:
    """Return what a bearer token of the API is good for; None once it is over, revoked, or was never given."""
    return systems.find_token(token, at=at)
