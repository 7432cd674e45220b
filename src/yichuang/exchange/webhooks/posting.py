"""Posting: hands one message to its receiver over one connection, to the machine that the guard has judged."""

import http.client
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import NamedTuple
from urllib.parse import quote

from yichuang.exchange.webhooks.guard import vet

TIMEOUT_SECONDS = 10.0
# A receiver that answers a byte at a time would never run out of the time that one byte may take.
ALTOGETHER_SECONDS = 30.0
_PLAIN = "/%:@!$&'()*+,;=~-._?"
_READ_AT_MOST = 4_096


class Answer(NamedTuple):
    """What the receiver said: a status, or what went wrong before there was one."""

    status: int | None
    fault: str = ""

    @property
    def is_taken(self) -> bool:
        """Return whether the receiver has the message: any 2xx; a redirection is not followed and takes nothing."""
        return self.status is not None and 200 <= self.status < 300


class _Straight(http.client.HTTPConnection):
    """A connection to a given machine, whatever the name says by now."""

    def __init__(self, host: str, port: int, *, machine: str, tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._machine, self._tls = machine, tls
        if tls:
            self.default_port = 443

    def connect(self) -> None:
        """Open the socket to the machine, with TLS and the name's certificate if so asked."""
        self.sock = socket.create_connection((self._machine, self.port), self.timeout)
        if self._tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """Break off, from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(*, url: str, body: bytes, headers: dict[str, str], networks: Sequence[str]) -> Answer:
    """Post a message and return what came of it; raises ReceiverRefused before a byte has left."""
    parts, machine, port = vet(url, networks=networks)
    assert parts.hostname
    path = quote(parts.path or "/", safe=_PLAIN) + (f"?{quote(parts.query, safe=_PLAIN)}" if parts.query else "")
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "yichuang", **headers}
    target = _Straight(parts.hostname, port, machine=machine, tls=parts.scheme == "https")
    limit = threading.Timer(ALTOGETHER_SECONDS, target.cut)
    limit.daemon = True
    with closing(target) as connection:
        limit.start()
        try:
            connection.request("POST", path, body, sent)
            answer = connection.getresponse()
            # Read a little, so that a polite server sees its answer taken; more is none of our business.
            answer.read(_READ_AT_MOST)
        except (OSError, ValueError, http.client.HTTPException) as fault:
            return Answer(None, f"{type(fault).__name__}: {fault}"[:300])
        finally:
            limit.cancel()
        return Answer(answer.status)
