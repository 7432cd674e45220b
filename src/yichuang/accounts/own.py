"""What somebody changes about his own account; each change is written down, and its proof counts as a try."""

from datetime import datetime

from django.db import transaction

from yichuang.accounts import attempts, logbook, passwords, second_factor, sessions
from yichuang.accounts.models import User
from yichuang.accounts.values import AccountEvent, SecondFactorTaken, WrongCode


def change_password(
    *, user: User, old: str, new: str, at: datetime, address: str | None = None, agent: str = ""
) -> None:
    """Change a password; raises WrongCode or LockedOut for the old one, PasswordRefused for the new one."""
    door = attempts.Door.CONFIRMATION
    tried = attempts.begin(username=user.username, door=door, at=at, address=address, agent=agent, user=user)
    if not user.check_password(old):
        raise WrongCode(left=attempts.require_left(tried), minutes=attempts.LOCK_MINUTES)
    attempts.end_well(tried, user=user, outcome=attempts.Outcome.CONFIRMED)
    passwords.require_good(new, user=user)
    with transaction.atomic():
        user.must_change_password = False
        passwords.set_password(user, new, at=at)
        _write(user, AccountEvent.PASSWORD_CHANGED, at=at)


def add_authenticator(*, user: User, secret: str, at: datetime) -> tuple[str, ...]:
    """Bind an authenticator and return fresh recovery codes if there were none; raises SecondFactorTaken."""
    with transaction.atomic():
        if not second_factor.add_totp(user, secret):
            raise SecondFactorTaken()
        _write(user, AccountEvent.SECOND_FACTOR_ADDED, at=at, detail=second_factor.Kind.TOTP)
        return _first_codes(user)


def add_passkey(*, user: User, name: str, credential: str, at: datetime) -> tuple[bool, tuple[str, ...]]:
    """Add a passkey; return whether it was good, and fresh recovery codes if there were none."""
    with transaction.atomic():
        if not second_factor.add_passkey(user, name=name, credential=credential):
            return False, ()
        _write(user, AccountEvent.SECOND_FACTOR_ADDED, at=at, detail=second_factor.Kind.WEBAUTHN)
        return True, _first_codes(user)


def _first_codes(user: User) -> tuple[str, ...]:
    if second_factor.Kind.RECOVERY_CODES in second_factor.kinds(user):
        return ()
    return second_factor.new_recovery_codes(user)


def remove_second_factor(*, user: User, kind: str, key: int | None, at: datetime) -> bool:
    """Remove one second factor; return whether there was one."""
    with transaction.atomic():
        removed = second_factor.remove(user, kind=kind, key=key)
        if removed:
            _write(user, AccountEvent.SECOND_FACTOR_REMOVED, at=at, detail=kind)
    return removed


def renew_recovery_codes(*, user: User, at: datetime) -> tuple[str, ...]:
    """Replace the recovery codes and return the new ones; none for an account without a second factor."""
    if not second_factor.is_asked(user):
        return ()
    with transaction.atomic():
        codes = second_factor.new_recovery_codes(user)
        _write(user, AccountEvent.CODES_RENEWED, at=at)
    return codes


def end_sessions(*, user: User, but: str, at: datetime) -> int:
    """End every session but one ("": all) and return how many."""
    ended = sessions.end_others(user, but=but, at=at)
    if ended:
        _write(user, AccountEvent.SESSIONS_ENDED, at=at, detail=str(ended))
    return ended


def _write(user: User, event: AccountEvent, *, at: datetime, detail: str = "") -> None:
    logbook.write(user=user, event=event, by=logbook.actor_of(user), at=at, detail=str(detail))
