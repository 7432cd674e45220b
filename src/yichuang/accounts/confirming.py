"""Re-authentication: the password, a code or a passkey asked again inside the form of something that weighs.

A view calls `has_recently_confirmed` to know whether to show the fields and `confirm` with what was typed in
them; it is no decorator and no page of its own, so that nothing that was typed in the form is lost.
"""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from yichuang.accounts import attempts, second_factor, sessions
from yichuang.accounts.models import User
from yichuang.accounts.policy import policy


def client(request: HttpRequest) -> dict[str, str | None]:
    """Return from where a request comes, as the sign-in log keeps it."""
    return {
        "address": request.META.get("REMOTE_ADDR") or None,
        "agent": request.headers.get("User-Agent", "")[:200],
    }


def has_recently_confirmed(request: HttpRequest) -> bool:
    """Return whether a password, code or passkey was given within the dated minutes."""
    given = request.session.get(sessions.CONFIRMED)
    if given is None or not request.user.is_authenticated:
        return False
    now = timezone.now()
    age = now.timestamp() - given
    return 0 <= age <= policy(on=timezone.localdate(now)).confirmation.total_seconds()


def confirm(request: HttpRequest, *, password: str = "", code: str = "", credential: str = "") -> bool:
    """Return whether the signed-in person has proved again that it is he; raises LockedOut after too many tries.

    Nothing typed is no try: it returns False and counts for nothing. A right answer counts for the dated minutes.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active or not (password or code.strip() or credential):
        return False
    now = timezone.now()
    tried = attempts.begin(
        username=user.username,
        door=attempts.Door.CONFIRMATION,
        at=now,
        user=user,
        address=request.META.get("REMOTE_ADDR") or None,
        agent=request.headers.get("User-Agent", ""),
    )
    if not _is_right(user, password=password, code=code, credential=credential, at=now):
        attempts.require_left(tried)
        return False
    attempts.end_well(tried, user=user, outcome=attempts.Outcome.CONFIRMED)
    note_confirmed(request, at=now)
    return True


def _is_right(user: User, *, password: str, code: str, credential: str, at: datetime) -> bool:
    """Judge what was given; whatever is given must be right, so that a guess beside a right answer helps nobody."""
    given = []
    if password:
        given.append(user.has_usable_password() and user.check_password(password))
    if code.strip():
        given.append(second_factor.check_code(user, code, at=at))
    if credential:
        given.append(second_factor.check_passkey(user, credential, at=at))
    return bool(given) and all(given)


def note_confirmed(request: HttpRequest, *, at: datetime) -> None:
    """Stamp the session as confirmed now."""
    request.session[sessions.CONFIRMED] = at.timestamp()


def can_confirm_with(user: AbstractBaseUser | AnonymousUser) -> frozenset[str]:
    """Return the ways in which an account can confirm: "password", "totp", "webauthn"; none for an applicant's."""
    if not isinstance(user, User):
        return frozenset()
    ways = {kind for kind in second_factor.kinds(user) if kind != second_factor.Kind.RECOVERY_CODES}
    return frozenset(ways | ({"password"} if user.has_usable_password() else set()))


def confirm_fields(user: AbstractBaseUser | AnonymousUser) -> dict[str, bool]:
    """Return the context of `accounts/parts/confirm.html`: by which ways this account can confirm."""
    ways = can_confirm_with(user)
    return {
        "confirm_password": "password" in ways,
        "confirm_code": second_factor.Kind.TOTP in ways,
        "confirm_passkey": second_factor.Kind.WEBAUTHN in ways,
    }
