"""Systems: registers other systems as clients of the API, and says whom a token belongs to.

Tokens are issued by the OAuth library (client credentials only); whether one is good is asked here at every request,
so that a system that was stopped is out at once.
"""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from oauth2_provider.models import AccessToken, Application
from oauth2_provider.scopes import BaseScopes

from yichuang.accounts.models import SystemClient
from yichuang.accounts.system_scopes import (
    NewSystem,
    PersonalNeedsArea,
    ScopeUnknown,
    SystemIncomplete,
    SystemRow,
    SystemScope,
    SystemSourceTaken,
    SystemToken,
    SystemUnknown,
)
from yichuang.accounts.values import Area
from yichuang.kernel.actor import Actor
from yichuang.kernel.identifiers import division_code
from yichuang.kernel.words import N_

_SOURCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SOURCE, _LONGEST_NAME, _MOST_A_MINUTE = 64, 64, 60_000
# 64 characters of a URL-safe alphabet: 384 bits, so guessing is hopeless whatever hashes it.
_SECRET_BYTES = 48


def register(
    *, name: str, source: str, scopes: tuple[str, ...], area: Area, rate_per_minute: int, by: Actor, at: datetime
) -> NewSystem:
    """Register a system; see `commands.register_system`."""
    _check(name=name, source=source, scopes=scopes, area=area, rate_per_minute=rate_per_minute)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                name=name,
                client_type=Application.CLIENT_CONFIDENTIAL,
                authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
                client_secret=secret,
            )
            row = SystemClient.objects.create(
                application=application,
                name=name.strip(),
                source=source,
                scopes=" ".join(sorted(set(scopes))),
                division_code=area.division,
                organisation_code=area.organisation,
                rate_per_minute=rate_per_minute,
                created_at=at,
                created_by=by.name,
            )
    except IntegrityError as error:
        raise SystemSourceTaken(source=source) from error
    return NewSystem(row=_row(row), secret=secret)


def _check(*, name: str, source: str, scopes: tuple[str, ...], area: Area, rate_per_minute: int) -> None:
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise SystemIncomplete(reason=N_("名称为空或过长"))
    if not _SOURCE.fullmatch(source) or len(source) > _LONGEST_SOURCE:
        raise SystemIncomplete(reason=N_("来源名称不合写法"))
    if not scopes:
        raise SystemIncomplete(reason=N_("没有权限范围"))
    if not 0 < rate_per_minute <= _MOST_A_MINUTE:
        raise SystemIncomplete(reason=N_("每分钟请求数应为1至60000"))
    known = [one.value for one in SystemScope]
    for scope in scopes:
        if scope not in known:
            raise ScopeUnknown(scope=scope, possible="、".join(known))
    if area.division:
        division_code.check(area.division)
    if SystemScope.READ_PERSONAL in scopes and not area.division and not area.organisation:
        raise PersonalNeedsArea(scope=SystemScope.READ_PERSONAL.value)


@transaction.atomic
def revoke(*, client: str, by: Actor, at: datetime) -> SystemRow:
    """Stop a system for good; see `commands.revoke_system`."""
    row = _find(client, lock=True)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = at, by.name
        row.save(update_fields=["revoked_at", "revoked_by"])
        # What nobody knows lets nobody in; the application itself stays, for what it once did.
        row.application.client_secret = secrets.token_urlsafe(_SECRET_BYTES)
        row.application.save()
        AccessToken.objects.filter(application=row.application).delete()
    return _row(row)


@transaction.atomic
def renew_secret(*, client: str) -> NewSystem:
    """Give a system a new secret and end its tokens; see `commands.renew_system_secret`."""
    row = _find(client, lock=True)
    if row.revoked_at is not None:
        raise SystemUnknown(client=client)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row.application.client_secret = secret
    row.application.save()
    AccessToken.objects.filter(application=row.application).delete()
    return NewSystem(row=_row(row), secret=secret)


def _find(client: str, *, lock: bool = False) -> SystemClient:
    rows = SystemClient.objects.select_for_update(of=("self",)) if lock else SystemClient.objects.all()
    row = rows.select_related("application").filter(application__client_id=client).first()
    if row is None:
        raise SystemUnknown(client=client)
    return row


def list_all() -> tuple[SystemRow, ...]:
    """Return every system that was ever registered, in that order."""
    return tuple(_row(row) for row in SystemClient.objects.select_related("application").order_by("id"))


def list_active() -> dict[int, SystemRow]:
    """Return the systems that may use the API, by id."""
    rows = SystemClient.objects.select_related("application").filter(revoked_at__isnull=True).order_by("id")
    return {row.pk: _row(row) for row in rows}


def find_token(token: str, *, at: datetime) -> SystemToken | None:
    """Return what a bearer token is good for; None if it is unknown, over, or its system stopped (two queries)."""
    found = (
        AccessToken.objects.filter(
            token_checksum=hashlib.sha256(token.encode()).hexdigest(), expires__gt=at, application__isnull=False
        )
        .values_list("application_id", "scope", "expires")
        .first()
    )
    if found is None:
        return None
    application, scope, expires = found
    rows = SystemClient.objects.select_related("application")
    row = rows.filter(application=application, revoked_at__isnull=True).first()
    if row is None:
        return None
    # A scope that was taken away since counts for nothing in an older token.
    return SystemToken(system=_row(row), scopes=frozenset(scope.split()) & _row(row).scopes, expires_at=expires)


def forget_tokens(*, at: datetime) -> int:
    """Delete tokens that are over; return how many."""
    return AccessToken.objects.filter(expires__lt=at).delete()[0]


def _row(row: SystemClient) -> SystemRow:
    return SystemRow(
        id=row.pk,
        client=row.application.client_id,
        name=row.name,
        source=row.source,
        scopes=frozenset(row.scopes.split()),
        area=Area(division=row.division_code, organisation=row.organisation_code),
        rate_per_minute=row.rate_per_minute,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """What the OAuth library asks: which scopes there are, and which of them a client may have in its token."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return every scope with its title."""
        return {scope.value: scope.label for scope in SystemScope}

    def get_available_scopes(self, application: Any = None, *_args: Any, **_kwargs: Any) -> list[str]:
        """Return the scopes of the client's own registration; none for what is not registered here, or stopped."""
        row = SystemClient.objects.filter(application=application, revoked_at__isnull=True).first()
        return row.scopes.split() if row else []

    def get_default_scopes(self, application: Any = None, *_args: Any, **_kwargs: Any) -> list[str]:
        """Return all of them where the client asks for none in particular."""
        return self.get_available_scopes(application)
