"""Asking: one question to a service over HTTP, with a token, again where that can help, and never without end.

The token goes to the mapping's own host only: redirects and links to another are refused. What is not answered
whole is asked again; what is refused is not.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import get_encoding_from_headers

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.reading.tables.environment import expand, hide_secrets
from yichuang.exchange.reading.tables.refusals import (
    AddressFaulty,
    AddressMissing,
    ReplyBroken,
    ReplyTooLarge,
    SourceBusy,
    SourceRefused,
    SourceUnreachable,
)
from yichuang.exchange.reading.tables.replies import Reply, read_json
from yichuang.kernel.words import N_

# Longer waits belong to the next pass, not to this question.
LONGEST_WAIT = 60.0
_FIRST_WAIT = 0.5
_BLOCK = 1 << 16
_REDIRECTS = 3
_EARLY = 30.0
_MEBI = 1 << 20
_LATER = frozenset({429, 502, 503, 504, 500, 408})
_MOVED = frozenset({301, 302, 303, 307, 308})


class Asker:
    """One service. `sleep` and `now` (seconds, only ever forward) are arguments for the tests' sake."""

    def __init__(
        self,
        connection: m.Connection,
        *,
        environ: Mapping[str, str],
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; the first question opens the first connection. Refuses with AddressFaulty or VariableMissing."""
        self.base = expand(connection.url, environ)
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AddressFaulty(source=hide_secrets(self.base), reason=N_("不是网址"))
        self.shown = hide_secrets(self.base)
        self._http, self._environ = connection.http, environ
        self._seconds = connection.timeout_seconds
        self._charset = connection.charset
        self._sleep, self._now = sleep, now
        self._session = requests.Session()
        # Neither ~/.netrc nor a proxy of this machine's environment has a say in who we are.
        self._session.trust_env = False
        self._session.headers.update({name: expand(text, environ) for name, text in connection.http.headers.items()})
        self._token = ""
        self._token_until = 0.0

    def address(self, path: str) -> str:
        """Return the address of a path below the mapping's; refuses with AddressFaulty for another host."""
        address = urljoin(f"{self.base.rstrip('/')}/", path.lstrip("/") if "://" not in path else path)
        return self._own(address)

    def ask(self, address: str, parameters: Mapping[str, str]) -> Reply:
        """Return the reply as JSON; asks again where that can help. Refuses with a SourceRefusal."""
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            try:
                response, raw = self._get(address, parameters)
            except (requests.RequestException, OSError) as error:
                reason = _plain(error)
                if attempt > self._http.retries:
                    raise SourceUnreachable(source=self.shown, reason=reason) from None
                self._sleep(_backoff(attempt))
                continue
            status = response.status_code
            if status == 401 and not renewed and self._http.token.kind == "oauth2":
                # A token may be withdrawn before its time.
                renewed, self._token = True, ""
                continue
            if status in {401, 403}:
                raise SourceRefused(source=self.shown, reason=f"HTTP {status}")
            if status in _LATER:
                wait = _retry_after(response, attempt)
                if attempt > self._http.retries or wait > LONGEST_WAIT:
                    raise SourceBusy(source=self.shown, reason=f"HTTP {status}")
                self._sleep(wait)
                continue
            if status in {404, 410}:
                raise AddressMissing(source=self.shown, reason=f"HTTP {status} {hide_secrets(address)}")
            if status != 200:
                raise SourceUnreachable(source=self.shown, reason=f"HTTP {status} {hide_secrets(address)}")
            try:
                charset = self._charset or get_encoding_from_headers(response.headers) or ""
                return Reply(read_json(raw, charset=charset, source=self.shown), response.links)
            except ReplyBroken:
                if attempt > self._http.retries:
                    raise
                self._sleep(_backoff(attempt))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _get(self, address: str, parameters: Mapping[str, str]) -> tuple[requests.Response, bytes]:
        """Return the reply and its whole body, redirects within the host followed."""
        given: Mapping[str, str] | None = parameters
        for _ in range(_REDIRECTS + 1):
            response = self._session.get(
                address,
                params=given,
                headers=self._who(),
                auth=_as_given,
                timeout=(min(15, self._seconds), self._seconds),
                stream=True,
                allow_redirects=False,
            )
            with response:
                if response.status_code not in _MOVED:
                    return response, self._body(response)
                address, given = self._own(urljoin(address, response.headers.get("Location", ""))), None
        raise SourceUnreachable(source=self.shown, reason=N_("一再转向别的地址"))

    def _body(self, response: requests.Response) -> bytes:
        most, until = self._http.largest_mb * _MEBI, self._now() + 4 * self._seconds
        blocks: list[bytes] = []
        size = 0
        for block in response.iter_content(_BLOCK):
            blocks.append(block)
            size += len(block)
            if size > most:
                raise ReplyTooLarge(source=self.shown, limit=self._http.largest_mb)
            if self._now() > until:
                # Drop by drop would hold the connection for ever, each drop in time.
                raise requests.Timeout(N_("答复太慢"))
        return b"".join(blocks)

    def _who(self) -> dict[str, str]:
        token = self._http.token

        def text(given: str) -> str:
            return expand(given, self._environ)

        if token.kind == "bearer":
            return {"Authorization": f"Bearer {text(token.value)}"}
        if token.kind == "header":
            return {token.header: text(token.value)}
        if token.kind == "basic":
            pair = f"{text(token.user)}:{text(token.password)}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        if token.kind == "oauth2":
            return {"Authorization": f"Bearer {self._fetched()}"}
        return {}

    def _fetched(self) -> str:
        """Return an access token that is still good; a new one by client credentials (RFC 6749, 4.4)."""
        if self._token and self._now() < self._token_until:
            return self._token
        token = self._http.token
        address = self._own(urljoin(f"{self.base.rstrip('/')}/", expand(token.url, self._environ)), tokens=True)
        form = {"grant_type": "client_credentials", "scope": token.scope}
        who = (expand(token.client_id, self._environ), expand(token.client_secret, self._environ))
        response = self._session.post(
            address,
            data={name: value for name, value in form.items() if value},
            auth=who,
            timeout=(min(15, self._seconds), self._seconds),
            allow_redirects=False,
            stream=True,
        )
        with response:
            raw = self._body(response)
        if response.status_code in {400, 401, 403}:
            raise SourceRefused(source=self.shown, reason=f"OAuth2: HTTP {response.status_code}")
        if response.status_code != 200:
            raise requests.ConnectionError(f"HTTP {response.status_code}")
        answer = read_json(raw, charset="", source=self.shown)
        found = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(found, str) or not found:
            raise ReplyBroken(source=self.shown, reason=N_("答复中没有access_token"))
        self._token = found
        self._token_until = self._now() + max(_seconds(answer.get("expires_in")) - _EARLY, 1.0)
        return found

    def _own(self, address: str, *, tokens: bool = False) -> str:
        ours, theirs = urlsplit(self.base), urlsplit(address)
        same = (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)
        # The mapping itself names where tokens come from; only never in the clear when the rest is not.
        if same or (tokens and theirs.scheme in {ours.scheme, "https"}):
            return address
        raise AddressFaulty(source=hide_secrets(address), reason=N_("对方指向了别的主机，令牌不会送到那里"))


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave the request as it is: requests would otherwise look for credentials of its own."""
    return request


def _seconds(given: object) -> float:
    try:
        return float(str(given))
    except ValueError:
        return 300.0


def _backoff(attempt: int) -> float:
    return min(_FIRST_WAIT * float(2 ** (attempt - 1)), LONGEST_WAIT)


def _retry_after(response: requests.Response, attempt: int) -> float:
    """Return how long the service asks us to wait, in seconds; without its word, longer each time."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    until = _instant(said)
    if until is None:
        return _backoff(attempt)
    # Both instants are the service's own: its clock need not be ours.
    sent = _instant(response.headers.get("Date", "")) or datetime.now(UTC)
    return max((until - sent).total_seconds(), 0.0)


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(error: Exception) -> str:
    """Return an error without addresses, which may carry a token as a parameter."""
    text = " ".join(str(error).split())
    inner: Any = error.args[0] if error.args else ""
    reason = getattr(inner, "reason", None)
    text = str(reason) if reason is not None else text
    return hide_secrets(text.rpartition(">: ")[2] or text)[:200]
