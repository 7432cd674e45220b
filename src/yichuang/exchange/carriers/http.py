"""Envelopes over HTTP: pushed to a peer's inbox, fetched from its outbox; nothing but a web address is needed."""

import secrets
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import JSONDecodeError, loads
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from yichuang.exchange.carriers import securing, wire
from yichuang.exchange.carriers.contract import (
    MOST_ENVELOPES,
    Acknowledged,
    Delivery,
    PeerRefused,
    PeerUnreachable,
    Refused,
    Seals,
    batches,
)
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
# Fetching is asking again and again: between two askings of one `fetch` that waits.
ASK_SECONDS = 0.25
_MOST_REPLY_BYTES = 64 * 1024
_PIECE = 64 * 1024


class HttpCarrier:
    """A line to one peer's web address; one session keeps its connection open."""

    def __init__(self, url: str, *, seals: Seals) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self.base, self.seals = parts._replace(query="", fragment="").geturl().rstrip("/"), seals
        self.path = urlsplit(self.base).path
        self.session = requests.Session()
        # No proxy, no .netrc: what stands in the node's file is all that decides where envelopes go.
        self.session.trust_env = False
        files = securing.read_certificates(options)
        if any(files):
            # Tried here, where a file that cannot be read is still known by its name.
            securing.context_of(files)
        if files.ca:
            self.session.verify = files.ca
        if files.certificate:
            self.session.cert = (files.certificate, files.key or files.certificate)
        self.challenges: dict[str, str] = {}

    def send(self, peer: str, envelopes: Sequence[bytes]) -> Acknowledged:
        """Push to the peer's inbox, batch by batch, as long as whole batches are taken."""
        said = Acknowledged()
        for batch in list(batches(envelopes)) or [()]:
            said = self._push(peer, batch)
            if said.refused:
                break
        return said

    def fetch(self, peer: str, *, after: int, limit: int, wait: float = 0) -> Delivery:
        """Ask the peer's outbox, again until something is there or the waiting is over."""
        until = time.monotonic() + wait
        while True:
            query = f"?after={after}&limit={min(limit, MOST_ENVELOPES)}"
            with self._asking(peer, "GET", wire.OUTBOX + query) as response:
                envelopes = wire.unpack(_read(response, peer, wire.MOST_BODY_BYTES))
            if envelopes or time.monotonic() >= until:
                return Delivery(tuple(envelopes))
            time.sleep(ASK_SECONDS)

    def confirm(self, peer: str, delivery: Delivery, *, wanted: int, refused: Refused | None = None) -> None:
        """Need say nothing: the next fetching asks from the wanted number on, which says that all before it is here."""
        del peer, delivery, wanted, refused

    def close(self) -> None:
        """Close the connection."""
        self.session.close()

    def _push(self, peer: str, batch: Sequence[bytes]) -> Acknowledged:
        nonce = secrets.token_hex(16)
        heads = {
            wire.NODE: self.seals.node,
            wire.NONCE: nonce,
            "Content-Type": wire.MEDIA_TYPE,
            "Content-Encoding": "gzip",
        }
        with self._request(peer, "POST", wire.INBOX, wire.pack(batch), heads) as response:
            body = _read(response, peer, _MOST_REPLY_BYTES)
            if response.status_code != 200:
                raise _turned_away(peer, response, body)
            self._remember(peer, response)
            return self._promised(peer, nonce, body, response.headers.get(wire.SIGNATURE, ""))

    def _remember(self, peer: str, response: requests.Response) -> None:
        if challenge := response.headers.get(wire.CHALLENGE, ""):
            self.challenges[peer] = challenge

    def _promised(self, peer: str, nonce: str, body: bytes, signature: str) -> Acknowledged:
        """Read an acknowledgement, which counts only with the peer's own signature."""
        key_id, _colon, text = signature.partition(":")
        statement = wire.reply_statement(receiver=peer, sender=self.seals.node, nonce=nonce, body=body)
        try:
            signed = b64decode(text, validate=True)
            said = loads(body)
            if not self.seals.verify(node=peer, key_id=key_id, data=statement, signature=signed):
                raise PeerRefused(peer=peer, reason=N_("回执上没有对方的有效签名"))
            return Acknowledged(
                up_to=int(said["up_to"]) or None,
                wanted=int(said["wanted"]),
                held=int(said["held"]),
                refused=Refused(*said["refused"]) if said["refused"] else None,
            )
        except (NotBase64, JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
            raise PeerRefused(peer=peer, reason=N_("对方的回执无法读取")) from fault

    @contextmanager
    def _asking(self, peer: str, method: str, target: str, body: bytes = b"") -> Iterator[requests.Response]:
        """Do a request that the peer answers only to us: signed over its challenge, a new one with every answer."""
        for last in (False, True):
            challenge = self.challenges.pop(peer, "")
            statement = wire.request_statement(
                sender=self.seals.node, method=method, target=target, challenge=challenge, body=body
            )
            key_id, signature = self.seals.sign(statement)
            heads = {
                wire.NODE: self.seals.node,
                wire.CHALLENGE: challenge,
                wire.SIGNATURE: f"{key_id}:{b64encode(signature).decode()}",
            }
            with self._request(peer, method, target, body, heads) as response:
                self._remember(peer, response)
                if response.status_code == 401 and not last:
                    response.close()
                    continue
                if response.status_code != 200:
                    raise _turned_away(peer, response, _read(response, peer, _MOST_REPLY_BYTES))
                yield response
                return

    @contextmanager
    def _request(
        self, peer: str, method: str, target: str, body: bytes, heads: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        try:
            with self.session.request(
                *(method, self.base + target),
                data=body or None,
                headers={"Accept-Encoding": "identity", **heads},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                yield response
        except requests.RequestException as fault:
            raise _no_line(peer, fault) from fault


def _read(response: requests.Response, peer: str, most: int) -> bytes:
    """Return the body as it was sent, and no more of it than we are ready to hold."""
    pieces, size = [], 0
    try:
        while piece := response.raw.read(_PIECE, decode_content=False):
            size += len(piece)
            if size > most:
                raise PeerRefused(peer=peer, reason=N_("对方的应答过大"))
            pieces.append(piece)
    except (OSError, requests.RequestException, _protocol_fault()) as fault:
        raise _no_line(peer, fault) from fault
    expected = response.headers.get("Content-Length", "")
    if expected.isdigit() and int(expected) != size:
        raise PeerUnreachable(peer=peer, reason=N_("应答中途断开"))
    return b"".join(pieces)


def _protocol_fault() -> type[Exception]:
    from urllib3.exceptions import HTTPError  # requests does not wrap what its raw stream raises

    return HTTPError


def _turned_away(peer: str, response: requests.Response, body: bytes) -> Refusal:
    reason = _words(body) or f"HTTP {response.status_code}"
    if response.status_code in {408, 429} or response.status_code >= 500:
        later = response.headers.get("Retry-After", "")
        return PeerUnreachable(peer=peer, reason=reason, seconds=int(later) if later.isdigit() else 0)
    return PeerRefused(peer=peer, reason=reason)


def _words(body: bytes) -> str:
    try:
        said: Any = loads(body)
        return str(said["refusal"])[:300]
    except (ValueError, KeyError, TypeError):
        return ""


def _no_line(peer: str, fault: Exception) -> Refusal:
    if distrust := securing.find_distrust(fault):
        return securing.NotTrusted(peer=peer, reason=distrust)
    return PeerUnreachable(peer=peer, reason=_plainly(fault))


def _plainly(fault: Exception) -> str:
    """Return the innermost reason: the outer ones repeat addresses and Python names."""
    inner: BaseException = fault
    while (deeper := inner.__cause__ or inner.__context__) is not None and isinstance(deeper, OSError):
        inner = deeper
    return str(inner)[:200] or type(inner).__name__
