"""Other systems as clients of the API: registered through the real door, with a token of their own."""

import base64
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from tests.factories.people import CONNECTOR
from yichuang.accounts.commands import register_system
from yichuang.accounts.values import Area, NewSystem, SystemScope

EVERYTHING = tuple(scope.value for scope in SystemScope if scope is not SystemScope.READ_PERSONAL)


def registered(
    source: str = "county-system",
    *,
    scopes: tuple[str, ...] = EVERYTHING,
    division: str = "",
    organisation: str = "",
    rate: int = 60_000,
) -> NewSystem:
    """Register a system."""
    return register_system(
        name=f"系统 {source}",
        source=source,
        scopes=scopes,
        area=Area(division=division, organisation=organisation),
        rate_per_minute=rate,
        by=CONNECTOR,
        at=timezone.now(),
    )


def ask_for_token(made: NewSystem, *, secret: str = "", scope: str = "") -> HttpResponseBase:
    """Ask the address of tokens as a system does."""
    pair = base64.b64encode(f"{made.row.client}:{secret or made.secret}".encode()).decode()
    data = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return Client().post("/api/oauth/token/", data, headers={"Authorization": f"Basic {pair}"})


def token_of(made: NewSystem, *, scope: str = "") -> str:
    """Return a token of a system."""
    found: dict[str, Any] = ask_for_token(made, scope=scope).json()  # type: ignore[attr-defined]
    return str(found["access_token"])


class Caller:
    """A system that asks the API."""

    def __init__(self, token: str, *, language: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} | ({"Accept-Language": language} if language else {})

    def get(self, path: str, **query: Any) -> Any:
        """Ask for something."""
        headers = {**self.headers, **query.pop("headers", {})}
        return self.client.get(f"/api/v1{path}", query, headers=headers)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """Tell something."""
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.post(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)

    def delete(self, path: str) -> Any:
        """Take something away."""
        return self.client.delete(f"/api/v1{path}", headers=self.headers)


def caller(source: str = "county-system", *, language: str = "", **more: Any) -> Caller:
    """Return a system with everything it needs to ask."""
    return Caller(token_of(registered(source, **more)), language=language)
