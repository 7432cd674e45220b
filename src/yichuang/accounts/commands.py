"""The writing door of accounts: signing in and out, granting roles, demonstration accounts."""

from datetime import date, datetime, timedelta
from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from yichuang.accounts.lockout import LOCKED_FOR, TRIES, locked_until, tries_left
from yichuang.accounts.models import Grant, SignInAttempt, User
from yichuang.accounts.queries import list_demonstration_accounts
from yichuang.accounts.values import (
    Area,
    DemonstrationAccount,
    DemonstrationOff,
    LockedOut,
    Role,
    WrongCredentials,
)

Outcome = SignInAttempt.Outcome
_DEMONSTRATION_FROM = date(2015, 1, 1)

_DEMONSTRATION_PLACES = {
    # user name: role, name, employee number, area. Names are invented.
    "clerk": (Role.CLERK, "赵窗口（演示）", "Y0001", Area("610924", "610924-guotu")),
    "approver": (Role.APPROVER, "钱审批（演示）", "Y0002", Area("610924", "610924-guotu")),
    "manager": (Role.CENTRE_MANAGER, "孙主任（演示）", "Y0003", Area("610924")),
    "supervisor": (Role.SUPERVISOR, "李监察（演示）", "Y0004", Area("610900")),
    "editor": (Role.EDITOR, "周编辑（演示）", "Y0005", Area("610900")),
    "operator": (Role.OPERATOR, "吴运维（演示）", "Y0006", Area("610900")),
}


def _wrong_since_success(username: str, *, at: datetime) -> list[datetime]:
    tries = SignInAttempt.objects.filter(username=username, outcome__in=[Outcome.WRONG, Outcome.ENTERED])
    wrong: list[datetime] = []
    for outcome, instant in tries.order_by("-id").values_list("outcome", "at")[:TRIES]:
        if outcome == Outcome.ENTERED:
            break
        # The clock of a machine may be set back; a try from the future must not lock for days.
        wrong.append(min(instant, at))
    return wrong


def sign_in(*, username: str, password: str, at: datetime, address: str | None = None, agent: str = "") -> User:
    """Check a password and log the try; raises WrongCredentials or LockedOut.

    The try is stored as wrong before the password is looked at: parallel guesses cannot slip
    past the count, and the slow hash runs outside the transaction.
    """
    name = User.normalize_username(username.strip())[:64]
    with transaction.atomic():
        # Tries for one user wait for each other here (SQLite: one writer anyway).
        list(User.objects.select_for_update().filter(username=name).values_list("id"))
        wrong = _wrong_since_success(name, at=at)
        until = locked_until(wrong=wrong, at=at)
        attempt = SignInAttempt.objects.create(
            username=name, at=at, address=address, agent=agent[:200], outcome=Outcome.LOCKED if until else Outcome.WRONG
        )
    if until:
        raise LockedOut(tries=TRIES, minutes=ceil((until - at) / timedelta(minutes=1)))
    user = authenticate(None, username=name, password=password)
    if not isinstance(user, User) or (user.is_demonstration and not settings.DEMONSTRATION):
        minutes = int(LOCKED_FOR.total_seconds() // 60)
        left = tries_left(wrong=[*wrong, at], at=at)
        if not left:
            raise LockedOut(tries=TRIES, minutes=minutes)
        raise WrongCredentials(left=left, minutes=minutes)
    SignInAttempt.objects.filter(id=attempt.id).update(outcome=Outcome.ENTERED, user=user)
    return user


def sign_out(*, user: User, at: datetime, address: str | None = None, agent: str = "") -> None:
    """Log that a user left; the session itself is ended by the view."""
    SignInAttempt.objects.create(
        username=user.username, user=user, at=at, address=address, agent=agent[:200], outcome=Outcome.LEFT
    )


def grant_role(*, user: User, role: Role, area: Area, valid_from: date, valid_until: date | None = None) -> None:
    """Give a user a role at a place from a day on; granting the same twice changes nothing."""
    Grant.objects.get_or_create(
        user=user,
        role=role,
        division_code=area.division,
        organisation_code=area.organisation,
        centre_code=area.centre,
        valid_from=valid_from,
        defaults={"valid_until": valid_until},
    )


def ensure_demonstration_accounts(*, at: datetime) -> tuple[DemonstrationAccount, ...]:
    """Create the demonstration accounts that are missing and return all; raises DemonstrationOff.

    An existing account keeps its password, so that a second start hashes nothing.
    """
    if not settings.DEMONSTRATION:
        raise DemonstrationOff()
    accounts = list_demonstration_accounts()
    # A real account that happens to bear the name is left alone.
    existing = set(User.objects.filter(username__in=[a.username for a in accounts]).values_list("username", flat=True))
    on = min(_DEMONSTRATION_FROM, timezone.localdate(at))
    for account in accounts:
        if account.username in existing:
            continue
        role, name, number, area = _DEMONSTRATION_PLACES[account.username]
        with transaction.atomic():
            user = User.objects.create_user(
                account.username,
                account.password,
                display_name=name,
                employee_number=number,
                division_code=area.division,
                organisation_code=area.organisation,
                is_demonstration=True,
            )
            grant_role(user=user, role=role, area=area, valid_from=on)
    return accounts
