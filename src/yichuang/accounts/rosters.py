"""Reads of accounts for administration: staff with their grants, colleagues, the logs, open sessions."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q, QuerySet

from yichuang.accounts import attempts, devices
from yichuang.accounts.givers import find_user
from yichuang.accounts.models import AccountLogEntry, Grant, SignInAttempt, User
from yichuang.accounts.permissions import within
from yichuang.accounts.staff import area_of
from yichuang.accounts.values import (
    AccountEvent,
    AccountUnknown,
    Area,
    Colleague,
    GrantRow,
    LogRow,
    Role,
    Scope,
    SignInRow,
    StaffRow,
    division_prefix,
)
from yichuang.kernel.page import Page


def _in_force(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def list_colleagues(
    *, organisation: str = "", centre: str = "", on: date, roles: Iterable[Role] = ()
) -> tuple[Colleague, ...]:
    """Return who works for an organisation, or at a centre, on a day by a role there; `roles` narrows to some."""
    place = {"centre_code": centre} if centre else {"organisation_code": organisation}
    return _colleagues(_working(on, roles).filter(**place))


def list_colleagues_of(
    *, organisations: Iterable[str], on: date, roles: Iterable[Role] = ()
) -> dict[str, tuple[Colleague, ...]]:
    """Return the same for several organisations at once; those where nobody works are left out."""
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in _working(on, roles).filter(organisation_code__in=sorted(set(organisations))):
        found[grant.organisation_code].append(grant)
    return {organisation: _colleagues(grants) for organisation, grants in found.items()}


def _working(on: date, roles: Iterable[Role]) -> QuerySet[Grant]:
    wanted = [Role(role).value for role in roles]
    grants = Grant.objects.filter(_in_force(on), user__is_active=True)
    if wanted:
        grants = grants.filter(role__in=wanted)
    if not settings.DEMONSTRATION:
        grants = grants.filter(user__is_demonstration=False)
    return grants.select_related("user").order_by("user__employee_number", "user__username", "id")


def _colleagues(grants: Iterable[Grant]) -> tuple[Colleague, ...]:
    found: dict[str, tuple[User, list[Role]]] = {}
    for grant in grants:
        _user, held = found.setdefault(grant.user.username, (grant.user, []))
        if Role(grant.role) not in held:
            held.append(Role(grant.role))
    return tuple(
        Colleague(id=str(user.uuid), name=user.display_name, username=user.username, roles=tuple(held))
        for user, held in found.values()
    )


def list_holders(
    *, role: Role, division: str, organisation: str = "", centre: str = "", on: date
) -> tuple[Colleague, ...]:
    """Return who holds a role over a place on a day, of those with the nearest area only, by employee number.

    A county's manager is found before the city's, who is found where the county has none.
    """
    grants = Grant.objects.filter(_in_force(on), role=role.value, user__is_active=True)
    if not settings.DEMONSTRATION:
        grants = grants.filter(user__is_demonstration=False)
    near = [
        (len(division_prefix(grant.division_code)), grant.user)
        for grant in grants.select_related("user").order_by("user__employee_number", "user__username", "id")
        if area_of(grant).covers(division=division, organisation=organisation, centre=centre)
    ]
    nearest = max((length for length, _ in near), default=0)
    found = {user.pk: user for length, user in near if length == nearest}
    return tuple(
        Colleague(id=str(user.uuid), name=user.display_name, username=user.username, roles=(role,))
        for user in found.values()
    )


def _staff(users: Iterable[User], *, at: datetime) -> tuple[StaffRow, ...]:
    users = list(users)
    keys = [user.pk for user in users]
    grants: dict[int, list[GrantRow]] = defaultdict(list)
    for grant in Grant.objects.filter(user__in=keys).order_by("valid_from", "id"):
        grants[grant.user_id].append(
            GrantRow(
                id=grant.pk,
                role=Role(grant.role),
                area=area_of(grant),
                valid_from=grant.valid_from,
                valid_until=grant.valid_until,
            )
        )
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    secured = set(Authenticator.objects.filter(user__in=keys, type__in=kinds).values_list("user_id", flat=True))
    return tuple(
        StaffRow(
            id=str(user.uuid),
            username=user.username,
            name=user.display_name,
            employee_number=user.employee_number,
            place=Area(user.division_code, user.organisation_code, user.centre_code),
            is_active=user.is_active,
            has_second_factor=user.pk in secured,
            locked_until=attempts.find_lock(user.username, at=at),
            grants=tuple(grants[user.pk]),
        )
        for user in users
    )


def _visible(scope: Scope) -> QuerySet[User]:
    narrowed = within(scope, division="division_code", organisation="organisation_code", centre="centre_code")
    return User.objects.filter(narrowed, person__isnull=True)


def page_staff(*, scope: Scope, search: str = "", after: str = "", limit: int = 50, at: datetime) -> Page[StaffRow]:
    """Return staff whose home lies in a scope, by user name; `search` looks in names, user names and numbers."""
    users = _visible(scope)
    if search.strip():
        text = search.strip()[:64]
        users = users.filter(
            Q(username__icontains=text) | Q(display_name__icontains=text) | Q(employee_number__icontains=text)
        )
    found = list(users.filter(username__gt=after).order_by("username")[: limit + 1])
    more = found[limit - 1].username if len(found) > limit else ""
    return Page(rows=_staff(found[:limit], at=at), next_after=more)


def get_staff(*, staff: str, scope: Scope, at: datetime) -> StaffRow:
    """Return one member of staff in a scope; raises AccountUnknown."""
    user = find_user(staff)
    if user is None or not _visible(scope).filter(pk=user.pk).exists():
        raise AccountUnknown()
    return _staff([user], at=at)[0]


def page_account_log(*, staff: str = "", after: str = "", limit: int = 50) -> Page[LogRow]:
    """Return the account log, the newest first, of one account or of all; `after` is the last line's number."""
    lines = AccountLogEntry.objects.select_related("user").order_by("-id")
    if staff:
        lines = lines.filter(user=find_user(staff))
    if after.isdigit():
        lines = lines.filter(id__lt=int(after))
    found = list(lines[: limit + 1])
    rows = tuple(
        LogRow(
            id=line.pk,
            at=line.at,
            event=AccountEvent(line.event),
            username=line.user.username,
            by_name=line.by_name,
            detail=line.detail,
        )
        for line in found[:limit]
    )
    return Page(rows=rows, next_after=str(rows[-1].id) if len(found) > limit else "")


def page_sign_ins(*, username: str = "", after: str = "", limit: int = 50) -> Page[SignInRow]:
    """Return the sign-in log, the newest first, of one user name or of all; `after` is the last line's number."""
    lines = SignInAttempt.objects.order_by("-id")
    if username:
        lines = lines.filter(username=username)
    if after.isdigit():
        lines = lines.filter(id__lt=int(after))
    found = list(lines[: limit + 1])
    bad = {attempts.Outcome.WRONG, attempts.Outcome.LOCKED}
    rows = tuple(
        SignInRow(
            id=line.pk,
            at=line.at,
            username=line.username,
            # Choices are translated lazily, for whoever reads them.
            door=str(attempts.Door(line.door).label),
            outcome=str(attempts.Outcome(line.outcome).label),
            is_good=attempts.Outcome(line.outcome) not in bad,
            address=line.address or "",
            agent=line.agent,
            device=devices.describe(line.agent),
        )
        for line in found[:limit]
    )
    return Page(rows=rows, next_after=str(rows[-1].id) if len(found) > limit else "")
