"""Administration of staff: accounts, roles, second factors and locks, each change by somebody and written down.

Nobody gives what he does not hold: a centre manager gives the roles of a centre, within his own area, to
others than himself. Nor does he touch the account of one who holds more than he could give.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from yichuang.accounts import attempts, logbook, passwords, second_factor, sessions
from yichuang.accounts.givers import find_giver, find_user, require_place, require_role
from yichuang.accounts.models import Grant, User
from yichuang.accounts.values import (
    AccountClosed,
    AccountEvent,
    AccountUnknown,
    Area,
    NameTaken,
    OwnGrant,
    PeriodReversed,
    Role,
)
from yichuang.kernel.actor import Actor

ACTION = "staff.manage"


def _home(user: User) -> Area:
    return Area(user.division_code, user.organisation_code, user.centre_code)


def _require_manageable(giver: User | None, user: User, *, on: date) -> None:
    """Hold that the giver could have given everything that the account holds now."""
    if giver is None:
        return
    require_place(giver, ACTION, _home(user), on=on)
    for grant in user.grants.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on)).order_by("id"):
        require_role(giver, Role(grant.role), on=on)
        require_place(giver, ACTION, area_of(grant), on=on)


def area_of(grant: Grant) -> Area:
    """Return where a grant counts."""
    return Area(grant.division_code, grant.organisation_code, grant.centre_code, grant.window_code)


def _locked(staff: str, giver: User | None, *, on: date) -> User:
    user = find_user(staff, lock=True, required=True)
    if hasattr(user, "person"):
        # Applicants are not administered by anybody; their identity provider answers for them.
        raise AccountUnknown()
    _require_manageable(giver, user, on=on)
    return user


def create_staff(
    *,
    username: str,
    password: str,
    name: str,
    employee_number: str = "",
    place: Area,
    by: Actor,
    at: datetime,
) -> str:
    """Create a staff account and return its uuid; its password must be changed at the first sign-in.

    Raises NameTaken, PasswordRefused, BeyondOwnArea or NotPermitted.
    """
    wanted = User.normalize_username(username.strip())[:64]
    if not wanted or not name.strip():
        raise ValueError("a staff account has a user name and a name")
    giver = find_giver(by)
    require_place(giver, ACTION, place, on=timezone.localdate(at))
    user = User(
        username=wanted,
        display_name=name.strip()[:64],
        employee_number=employee_number.strip()[:32],
        division_code=place.division,
        organisation_code=place.organisation,
        centre_code=place.centre,
        must_change_password=True,
    )
    passwords.require_good(password, user=user)
    user.set_password(password)
    user.password_changed_at = at
    try:
        with transaction.atomic():
            user.save()
            logbook.write(user=user, event=AccountEvent.CREATED, by=by, at=at, detail=wanted)
    except IntegrityError as taken:
        raise NameTaken(username=wanted) from taken
    return str(user.uuid)


def update_staff(*, staff: str, name: str, employee_number: str, place: Area, by: Actor, at: datetime) -> None:
    """Change name, employee number and home of an account; raises AccountUnknown, BeyondOwnArea or NotPermitted."""
    giver, on = find_giver(by), timezone.localdate(at)
    require_place(giver, ACTION, place, on=on)
    with transaction.atomic():
        user = _locked(staff, giver, on=on)
        before = f"{user.display_name} {user.employee_number} {_home(user)}"
        user.display_name, user.employee_number = name.strip()[:64], employee_number.strip()[:32]
        user.division_code, user.organisation_code, user.centre_code = place.division, place.organisation, place.centre
        user.save(
            update_fields=["display_name", "employee_number", "division_code", "organisation_code", "centre_code"]
        )
        logbook.write(user=user, event=AccountEvent.UPDATED, by=by, at=at, detail=before)


def set_active(*, staff: str, active: bool, by: Actor, at: datetime) -> None:
    """Close an account and end its sessions, or open it again; what it did stays. Raises OwnGrant for oneself."""
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        user = _locked(staff, giver, on=on)
        _not_oneself(giver, user)
        if user.is_active == active:
            return
        user.is_active = active
        user.save(update_fields=["is_active"])
        event = AccountEvent.REACTIVATED if active else AccountEvent.DEACTIVATED
        logbook.write(user=user, event=event, by=by, at=at)
        if not active:
            sessions.end_others(user, but="", at=at)


def set_password(*, staff: str, password: str, by: Actor, at: datetime) -> None:
    """Give an account a new password that must be changed at the next sign-in, and end its sessions.

    Raises PasswordRefused, OwnGrant for oneself (that page asks for the old one), BeyondOwnArea.
    """
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        user = _locked(staff, giver, on=on)
        _not_oneself(giver, user)
        passwords.require_good(password, user=user)
        user.must_change_password = True
        passwords.set_password(user, password, at=at)
        logbook.write(user=user, event=AccountEvent.PASSWORD_SET, by=by, at=at)
        sessions.end_others(user, but="", at=at)


def reset_second_factor(*, staff: str, by: Actor, at: datetime) -> None:
    """Remove every second factor of an account that has lost it; raises OwnGrant for oneself, BeyondOwnArea."""
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        user = _locked(staff, giver, on=on)
        _not_oneself(giver, user)
        if second_factor.remove_all(user):
            logbook.write(user=user, event=AccountEvent.SECOND_FACTOR_RESET, by=by, at=at)
            sessions.end_others(user, but="", at=at)


def unlock(*, staff: str, by: Actor, at: datetime) -> None:
    """End the lock of an account before its time; raises AccountUnknown, BeyondOwnArea or NotPermitted."""
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        user = _locked(staff, giver, on=on)
        attempts.note(user=user, outcome=attempts.Outcome.UNLOCKED, at=at)
        logbook.write(user=user, event=AccountEvent.UNLOCKED, by=by, at=at)


def _not_oneself(giver: User | None, user: User) -> None:
    if giver is not None and giver.pk == user.pk:
        raise OwnGrant()


def give_role(
    *, staff: str, role: Role, area: Area, valid_from: date, valid_until: date | None, by: Actor, at: datetime
) -> int:
    """Give a role at a place from a day on and return its number; the same twice changes nothing.

    Raises NotHeldByGiver, BeyondOwnArea, OwnGrant, AccountClosed, PeriodReversed or NotPermitted.
    """
    if valid_until is not None and valid_until <= valid_from:
        raise PeriodReversed()
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        user = find_user(staff, lock=True, required=True)
        _not_oneself(giver, user)
        if not user.is_active:
            raise AccountClosed(username=user.username)
        _require_manageable(giver, user, on=on)
        require_role(giver, role, on=on)
        require_place(giver, ACTION, area, on=on)
        grant, is_new = Grant.objects.get_or_create(
            user=user,
            role=role,
            division_code=area.division,
            organisation_code=area.organisation,
            centre_code=area.centre,
            window_code=area.window,
            valid_from=valid_from,
            defaults={"valid_until": valid_until},
        )
        if is_new:
            until = valid_until.isoformat() if valid_until else ""
            place = ":".join((area.division, area.organisation, area.centre, area.window)).rstrip(":")
            detail = f"{role.value} {place} {valid_from}/{until}"
            logbook.write(user=user, event=AccountEvent.ROLE_GRANTED, by=by, at=at, detail=detail)
    return grant.pk


def end_grant(*, grant: int, valid_until: date, by: Actor, at: datetime) -> None:
    """End a role on a day, today at the earliest: who acted, acted with right. Raises AccountUnknown, PeriodReversed.

    A role that has not begun is taken away altogether.
    """
    giver, on = find_giver(by), timezone.localdate(at)
    with transaction.atomic():
        row = Grant.objects.select_for_update().select_related("user").filter(pk=grant).first()
        if row is None:
            raise AccountUnknown()
        require_role(giver, Role(row.role), on=on)
        require_place(giver, ACTION, area_of(row), on=on)
        if valid_until < on or (row.valid_until is not None and valid_until > row.valid_until):
            raise PeriodReversed()
        detail = f"{row.role} {row.division_code} {row.organisation_code} -> {valid_until}"
        if valid_until <= row.valid_from:
            row.delete()
        else:
            row.valid_until = valid_until
            row.save(update_fields=["valid_until"])
        logbook.write(user=row.user, event=AccountEvent.GRANT_ENDED, by=by, at=at, detail=detail)
