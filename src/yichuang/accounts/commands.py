"""The writing door of accounts: signing in and out, staff and roles, authorities, demonstration accounts."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth import authenticate
from django.utils import timezone

from yichuang.accounts import attempts, authorities, second_factor, staff, systems
from yichuang.accounts.attempts import Door, Outcome
from yichuang.accounts.confirming import confirm
from yichuang.accounts.demonstration import ensure as ensure_demonstration_accounts
from yichuang.accounts.models import User
from yichuang.accounts.staff import (
    create_staff,
    end_grant,
    reset_second_factor,
    set_active,
    set_password,
    unlock,
    update_staff,
)
from yichuang.accounts.values import (
    AccountClosed,
    Area,
    NewSystem,
    Power,
    Role,
    SystemRow,
    WrongCode,
    WrongCredentials,
)
from yichuang.kernel.actor import SYSTEM, Actor

__all__ = [
    "confirm",
    "create_staff",
    "end_grant",
    "ensure_demonstration_accounts",
    "finish_sign_in",
    "grant_authority",
    "grant_role",
    "register_system",
    "renew_system_secret",
    "reset_second_factor",
    "revoke_authority",
    "revoke_system",
    "set_active",
    "set_password",
    "sign_in",
    "sign_out",
    "unlock",
    "update_staff",
]


def sign_in(*, username: str, password: str, at: datetime, address: str | None = None, agent: str = "") -> User:
    """Check a password and log the try; raises WrongCredentials or LockedOut.

    Where the account has a second factor the user returned is only half way in: `finish_sign_in` comes next.
    """
    name = User.normalize_username(username.strip())[:64]
    tried = attempts.begin(username=name, door=Door.PASSWORD, at=at, address=address, agent=agent)
    user = authenticate(None, username=name, password=password)
    if not isinstance(user, User) or (user.is_demonstration and not settings.DEMONSTRATION):
        raise WrongCredentials(left=attempts.require_left(tried), minutes=attempts.LOCK_MINUTES)
    attempts.end_well(tried, user=user, outcome=Outcome.HALF if second_factor.is_asked(user) else Outcome.ENTERED)
    return user


def finish_sign_in(
    *, user: User, code: str = "", credential: str = "", at: datetime, address: str | None = None, agent: str = ""
) -> None:
    """Check the second factor of a user who gave his password; raises WrongCode, LockedOut or AccountClosed."""
    if not user.is_active:
        raise AccountClosed(username=user.username)
    tried = attempts.begin(
        username=user.username, door=Door.SECOND_FACTOR, at=at, address=address, agent=agent, user=user
    )
    if credential:
        right = second_factor.check_passkey(user, credential, at=at)
    else:
        right = second_factor.check_code(user, code, at=at)
    if not right:
        raise WrongCode(left=attempts.require_left(tried), minutes=attempts.LOCK_MINUTES)
    attempts.end_well(tried, user=user, outcome=Outcome.ENTERED)


def sign_out(*, user: User, at: datetime, address: str | None = None, agent: str = "") -> None:
    """Log that a user left; the session itself is ended by the view."""
    attempts.note(user=user, outcome=Outcome.LEFT, at=at, address=address, agent=agent)


def grant_role(
    *,
    user: User | str,
    role: Role,
    area: Area,
    valid_from: date,
    valid_until: date | None = None,
    by: Actor = SYSTEM,
    at: datetime | None = None,
) -> int:
    """Give a user (or the uuid of one) a role at a place from a day on; the same twice changes nothing.

    Raises NotHeldByGiver, BeyondOwnArea, OwnGrant, AccountClosed, PeriodReversed or NotPermitted. The
    defaults are for set-up, where the platform itself gives the first roles.
    """
    return staff.give_role(
        staff=user if isinstance(user, str) else str(user.uuid),
        role=role,
        area=area,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        at=at or timezone.now(),
    )


def grant_authority(
    *,
    holder: str,
    organisation: str,
    item: str,
    power: Power,
    valid_from: date,
    valid_until: date | None,
    document: str,
    by: Actor,
    at: datetime,
) -> int:
    """Enter a line in the authority list and return its number; `item` "" stands for every item.

    Raises AuthorityOverlaps, PeriodReversed, AccountClosed, OwnGrant, BeyondOwnArea or NotPermitted.
    """
    return authorities.grant(
        holder=holder,
        organisation=organisation,
        item=item,
        power=power,
        valid_from=valid_from,
        valid_until=valid_until,
        document=document,
        by=by,
        at=at,
    )


def revoke_authority(*, authority: int, valid_until: date, by: Actor, at: datetime) -> None:
    """End a line of the authority list on a day (exclusive); raises AuthorityUnknown, PeriodReversed, BeyondOwnArea."""
    authorities.revoke(authority=authority, valid_until=valid_until, by=by, at=at)


def register_system(
    *,
    name: str,
    source: str,
    scopes: tuple[str, ...],
    by: Actor,
    at: datetime,
    area: Area = Area(),  # noqa: B008 - frozen
    rate_per_minute: int = 600,
) -> NewSystem:
    """Register another system as a client of the API; its secret is returned once and kept only as a hash.

    `source` is the name under which the cases that it reports stand in the ledger, for ever. Without an area it may
    act for the whole city. Refuses with SystemIncomplete, ScopeUnknown, SystemSourceTaken, PersonalNeedsArea, or the
    division's own refusal.
    """
    return systems.register(
        name=name, source=source, scopes=scopes, area=area, rate_per_minute=rate_per_minute, by=by, at=at
    )


def revoke_system(*, client: str, by: Actor, at: datetime) -> SystemRow:
    """Stop a system at once and for good, its tokens too; again it changes nothing. Raises SystemUnknown."""
    return systems.revoke(client=client, by=by, at=at)


def renew_system_secret(*, client: str) -> NewSystem:
    """Give a system a new secret and end the tokens of the old one. Raises SystemUnknown."""
    return systems.renew_secret(client=client)


def forget_tokens(*, at: datetime) -> int:
    """Delete the tokens of systems that are over; return how many."""
    return systems.forget_tokens(at=at)
