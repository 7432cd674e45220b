"""Access: who asks, what his token is good for, how often he asks, and where he may look; before any resource runs."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from yichuang.accounts.queries import find_system_token
from yichuang.accounts.values import Area, Scope, SystemRow, SystemScope, division_prefix
from yichuang.api.rates import Taken, take
from yichuang.api.refusals import RequestMalformed, ScopeMissing, TokenMissing, TooManyRequests
from yichuang.kernel.words import N_

SCHEME = "system"
TOKEN_ADDRESS = "/api/oauth/token/"
_TOKEN = re.compile(r"[Bb]earer ([A-Za-z0-9._~+/-]{1,512}=*)")


class Client(NamedTuple):
    """The system behind a request, and what its token is good for."""

    system: SystemRow
    scopes: frozenset[str]

    @property
    def area(self) -> Area:
        """Return where it may look."""
        return self.system.area

    @property
    def scope(self) -> Scope:
        """Return the same as the queries of other contexts take it."""
        return self.system.scope

    @property
    def division(self) -> str:
        """Return the leading digits that its divisions share, empty without a limit."""
        return division_prefix(self.area.division) if self.area.division else ""

    @property
    def sees_persons(self) -> bool:
        """Return whether personal data are given whole; inside its area, for outside it nothing is given at all."""
        return SystemScope.READ_PERSONAL in self.scopes

    def covers(self, *, county: str, town: str = "", organisation: str = "") -> bool:
        """Return whether one thing lies in its area."""
        return self.scope.covers(division=town or county, organisation=organisation)


class Needs(AuthBase):
    """Lets a system in whose token holds a scope; without a scope any token will do."""

    openapi_type = "oauth2"

    def __init__(self, scope: SystemScope | None = None) -> None:
        scopes = {one.value: _ENGLISH[one] for one in SystemScope}
        self.openapi_flows = {"clientCredentials": {"tokenUrl": TOKEN_ADDRESS, "scopes": scopes}}
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """Return the client; raises TokenMissing, TooManyRequests, ScopeMissing or RequestMalformed."""
        found = _TOKEN.fullmatch(request.headers.get("Authorization", ""))
        token = find_system_token(found[1], at=timezone.now()) if found else None
        if token is None:
            raise TokenMissing()
        _count(request, token.system)
        _look(request)
        if self.scope is not None and self.scope.value not in token.scopes:
            raise ScopeMissing(scope=self.scope.value)
        return Client(token.system, token.scopes)


def client_of(request: HttpRequest) -> Client:
    """Return the system behind a request that was let in."""
    client = request.auth  # type: ignore[attr-defined]
    assert isinstance(client, Client)
    return client


def _count(request: HttpRequest, system: SystemRow) -> None:
    taken = count(slot=system.id, per_minute=system.rate_per_minute)
    request.rate = taken  # type: ignore[attr-defined]
    if taken.is_refused:
        raise TooManyRequests(limit=taken.limit, seconds=int(taken.wait_seconds) + 1)


def count(*, slot: int, per_minute: int) -> Taken:
    """Count one request of a slot."""
    file = Path(settings.VAR) / "api-rates"
    return take(file=file, slot=slot, per_minute=per_minute, now=timezone.now().timestamp())


def _look(request: HttpRequest) -> None:
    """Refuse what no database keeps: NUL in an address, a body that is no UTF-8."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        raise RequestMalformed(reason=N_("含有空字符"))
    try:
        request.body.decode()
    except UnicodeDecodeError:
        raise RequestMalformed(reason=N_("正文不是 UTF-8")) from None


# The document of the API is in English; these are the words of docs/api.md.
_ENGLISH = {
    SystemScope.READ_CASES: "Read cases of the system's area; personal data masked",
    SystemScope.READ_PERSONAL: "Read personal data and free texts of these cases",
    SystemScope.WRITE_CASES: "Report cases under the system's own source name",
    SystemScope.READ_EVENTS: "Read the change feed and the events of a case",
    SystemScope.READ_ITEMS: "Read the service items",
    SystemScope.READ_FIGURES: "Read figures of the system's area",
    SystemScope.READ_FINDINGS: "Read what supervision found in the system's area",
    SystemScope.READ_CERTIFICATES: "Read and verify certificates",
    SystemScope.READ_EXPORTS: "Export event logs (XES, OCEL 2.0)",
    SystemScope.MANAGE_WEBHOOKS: "Manage webhook subscriptions",
}
