"""The web: posts each message as JSON to a carrier's address, with a token and a key that lets it drop repeats."""

from urllib.parse import urlsplit, urlunsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from yichuang.notices.gateways.base import Gateway, NotSent

_SECONDS = 10
_REFUSED = range(400, 500)


class Web(Gateway):
    """Posts `{"phone", "text"}`; the token before the @ of the URL goes into the Authorization header."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Post one message; raises NotSent when no connection was made or the carrier refused it."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        headers = {"Idempotency-Key": key}
        if parts.username:
            headers["Authorization"] = f"Bearer {parts.username}"
        address = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
        try:
            answer = requests.post(
                address,
                json={"phone": phone, "text": text},
                headers=headers,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.ConnectionError as fault:
            # Only a connection that never stood proves that nothing went out.
            cause = fault.args[0] if fault.args else None
            reason = cause.reason if isinstance(cause, MaxRetryError) else cause
            if isinstance(reason, NewConnectionError | ConnectTimeoutError):
                raise NotSent(str(reason)[:200]) from fault
            raise
        if answer.status_code in _REFUSED:
            raise NotSent(f"{answer.status_code} {answer.text[:200]}")
        answer.raise_for_status()
