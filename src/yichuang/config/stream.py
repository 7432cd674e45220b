"""The stream: tells every open desk what was found a moment ago, by server-sent events.

Stands between the newest findings and the pages that show them live. A small application of its own (raw ASGI, no
Django handler): one reading of the table serves all readers, each hears only what lies in his own scope, and a reader
who comes back with the last id he heard loses nothing. It owns nothing; when it is silent, pages ask by themselves.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from django.http.cookie import parse_cookie

logger = logging.getLogger(__name__)

PATH = "/supervision/stream"
MOST_READERS, MOST_OF_ONE = 400, 8
PAUSE_SECONDS, RETRY_SECONDS = 0.5, 5.0
BEAT_SECONDS, CHECK_SECONDS = 10.0, 60.0
# How often the table must have been read for silence to mean that nothing was found.
FRESH_SECONDS = 15.0
# What is remembered for readers who come back; older news is read from the table again.
KEPT = 5_000
BATCH = 500
# One who was away for longer than that has a page to load, not a list of news to hear.
MOST_BATCHES = 10
# Numbers are handed out before they are committed: so many are looked at once more, for so long.
OVERLAP, OVERLAP_SECONDS = 200, 30.0
WAITING = 1_000
AGAIN_MILLISECONDS = 3_000

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class News:
    """One finding as it is told: its id, where it lies, and its words as JSON; nothing personal."""

    id: int
    division: str
    organisation: str
    centre: str
    words: str

    def written(self) -> bytes:
        """Return the event as it goes over the line."""
        return f"id: {self.id}\nevent: finding\ndata: {self.words}\n\n".encode()


class Source(Protocol):
    """Where news comes from; both methods may block and are called in a thread."""

    def last(self) -> int:
        """Return the newest id, 0 for an empty table."""

    def newest(self, after: int) -> Sequence[News]:
        """Return at most BATCH news with a greater id, in the order of their ids."""


class Reading(Protocol):
    """What one reader may hear."""

    user: str

    def covers(self, news: News) -> bool:
        """Tell whether the finding lies in his scope."""


Authenticate = Callable[[str], Reading | None]


@dataclass(eq=False)
class Reader:
    """One open connection; what it has not taken yet waits in its queue."""

    reading: Reading
    queue: "asyncio.Queue[News | None]" = field(default_factory=lambda: asyncio.Queue(WAITING))
    lagging: bool = False

    def tell(self, news: News) -> None:
        """Put news into the queue; one who does not listen is let go and comes back with the last id he heard."""
        if self.lagging or not self.reading.covers(news):
            return
        try:
            self.queue.put_nowait(news)
        except asyncio.QueueFull:
            self.lagging = True

    def dismiss(self) -> None:
        """End the connection, soon."""
        self.lagging = True
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(None)


class Hub:
    """Reads what is new once for all and passes it on; remembers the last of it, in the order in which it came."""

    def __init__(self, source: Source, *, threads: Executor | None = None, pause: float = PAUSE_SECONDS) -> None:
        self.source, self.threads, self.pause = source, threads, pause
        self.readers: set[Reader] = set()
        self._forget()

    def _forget(self) -> None:
        self.kept: deque[News] = deque(maxlen=KEPT)
        self.heard: set[int] = set()
        self.top, self.read_at = -1, float("-inf")
        self._again_from, self._again_until = 0, float("-inf")

    @property
    def fresh(self) -> bool:
        """Tell whether the table was read a moment ago, so that silence means that there is no news."""
        return asyncio.get_running_loop().time() - self.read_at < FRESH_SECONDS

    async def ask(self, work: Callable[..., Any], *arguments: object) -> Any:
        """Do what may block in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    async def run(self) -> None:
        """Read on until cancelled; a database that is away is waited for. Without readers nothing is asked."""
        while True:
            if not self.readers:
                self._forget()
                await asyncio.sleep(self.pause)
                continue
            try:
                more = await self.advance()
            except Exception:
                logger.exception("the newest findings could not be read; trying again in %s s", RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if not more:
                await asyncio.sleep(self.pause)

    async def begin(self) -> None:
        """Know where the table ends now: what a reader missed is looked up only after that."""
        if self.top >= 0:
            return
        last = await self.ask(self.source.last)
        seen = await self.ask(self.source.newest, max(0, last - OVERLAP))
        if self.top < 0:
            self.top = max([last, *(one.id for one in seen)])
            self.heard.update(one.id for one in seen)
            self._look_back(self.top - OVERLAP)

    async def advance(self) -> bool:
        """Read once and tell; return whether there may be more at once."""
        await self.begin()
        clock = asyncio.get_running_loop()
        late: list[News] = []
        if clock.time() < self._again_until:
            again = await self.ask(self.source.newest, max(0, self._again_from))
            late = [one for one in again if one.id <= self.top and one.id not in self.heard]
        found = [one for one in await self.ask(self.source.newest, self.top) if one.id not in self.heard]
        self.read_at = clock.time()
        for one in [*late, *found]:
            if one.id > self.top + 1:
                # Numbers were left out: another transaction may be about to commit them.
                self._look_back(max(self.top, one.id - OVERLAP))
            self.top = max(self.top, one.id)
            self._keep(one)
            for reader in self.readers:
                reader.tell(one)
        return len(found) >= BATCH

    def dismiss(self) -> None:
        """End all connections: open lines must not keep the process from ending."""
        for reader in self.readers:
            reader.dismiss()

    def _look_back(self, start: int) -> None:
        now = asyncio.get_running_loop().time()
        self._again_from = min(self._again_from, start) if now < self._again_until else start
        self._again_until = now + OVERLAP_SECONDS

    def _keep(self, one: News) -> None:
        if len(self.kept) == KEPT:
            self.heard.discard(self.kept[0].id)
        self.kept.append(one)
        self.heard.add(one.id)

    async def missed(self, after: int) -> AsyncIterator[News]:
        """Yield what came after the news that a reader heard last, some of it perhaps for the second time."""
        await self.begin()
        at = next((place for place, one in enumerate(self.kept) if one.id == after), None)
        if at is not None:
            for one in list(self.kept)[at + 1 :]:
                yield one
            return
        start = max(0, after - OVERLAP)
        for _batch in range(MOST_BATCHES):
            found = await self.ask(self.source.newest, start)
            for one in found:
                if one.id != after:
                    yield one
            if len(found) < BATCH:
                return
            start = found[-1].id


class Stream:
    """The ASGI application."""

    def __init__(self, hub: Hub, authenticate: Authenticate, *, origins: Callable[[str, str], bool]) -> None:
        self.hub, self.authenticate, self.origins = hub, authenticate, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin", "")
        if scope["path"].rstrip("/") != PATH:
            await _answer(send, 404)
        elif scope["method"] != "GET":
            await _answer(send, 405)
        elif not self.origins(origin, headers.get("host", "")):
            await _answer(send, 403)
        else:
            await self._stream(headers, scope.get("query_string", b""), origin, receive, send)

    async def _stream(self, headers: dict[str, str], query: bytes, origin: str, receive: Receive, send: Send) -> None:
        cookie = headers.get("cookie", "")
        reading = await self.hub.ask(self.authenticate, cookie)
        if reading is None:
            await _answer(send, 403, origin)
            return
        readers = self.hub.readers
        if len(readers) >= MOST_READERS or sum(one.reading.user == reading.user for one in readers) >= MOST_OF_ONE:
            await _answer(send, 503, origin)
            return
        reader = Reader(reading)
        # From here on everything is heard; what came before is looked up below.
        readers.add(reader)
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await _open(send, origin)
            after = _heard_last(headers, query)
            telling = asyncio.ensure_future(self._tell(reader, after, cookie, send))
            done, pending = await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
            for one in pending:
                one.cancel()
            for one in done:
                one.result()
        finally:
            gone.cancel()
            readers.discard(reader)

    async def _tell(self, reader: Reader, after: int | None, cookie: str, send: Send) -> None:
        told: deque[int] = deque(maxlen=WAITING)
        if after is not None:
            async for one in self.hub.missed(after):
                if reader.reading.covers(one):
                    told.append(one.id)
                    await _send(send, one.written())
        clock = asyncio.get_running_loop()
        checked = clock.time()
        while not reader.lagging:
            one: News | None = None
            try:
                one = await asyncio.wait_for(reader.queue.get(), BEAT_SECONDS)
            except TimeoutError:
                # No beat while the table cannot be read: the page must not take silence for good news.
                if self.hub.fresh:
                    await _send(send, b"event: beat\ndata: {}\n\n")
            if clock.time() - checked > CHECK_SECONDS:
                reading = await self.hub.ask(self.authenticate, cookie)
                if reading is None:
                    await _send(send, b"event: ended\ndata: {}\n\n")
                    break
                reader.reading, checked = reading, clock.time()
            if one is not None and one.id not in told and reader.reading.covers(one):
                told.append(one.id)
                await _send(send, one.written())
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _heard_last(headers: dict[str, str], query: bytes) -> int | None:
    """Return the id after which a reader wants to hear; None for one who wants only what is yet to come."""
    asked = headers.get("last-event-id", "") or parse_qs(query.decode("latin-1")).get("after", [""])[0]
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


def _allowing(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _open(send: Send, origin: str) -> None:
    heads = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
    # Or a proxy in front would keep news back until there is enough of it.
    heads.append((b"x-accel-buffering", b"no"))
    await send({"type": "http.response.start", "status": 200, "headers": [*heads, *_allowing(origin)]})
    await _send(send, f"retry: {AGAIN_MILLISECONDS}\nevent: beat\ndata: {{}}\n\n".encode())


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _answer(send: Send, status: int, origin: str = "") -> None:
    heads = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *_allowing(origin)]
    if status == 503:
        heads.append((b"retry-after", b"10"))
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def session_key_of(cookie: str, *, name: str) -> str:
    """Return the session's key out of a Cookie header, "" where there is none."""
    return parse_cookie(cookie).get(name, "")


def own_origins(*, site_port: int, hosts: Callable[[str], bool], trusted: Sequence[str]) -> Callable[[str, str], bool]:
    """Return the test whether a page of our own asks: same host name, the site's port; or a trusted origin."""

    def ours(origin: str, host: str) -> bool:
        try:
            own, asking = urlsplit(f"//{host}"), urlsplit(origin)
            own_name, own_port = own.hostname or "", own.port
            if not own_name or not hosts(own_name):
                return False
            if not origin or origin in trusted:
                return True
            standard = {"http": 80, "https": 443}.get(asking.scheme, 0)
            port = asking.port or standard
        except ValueError:
            return False
        # Behind a proxy both have one address, whose port neither names.
        return asking.hostname == own_name and port in {site_port, own_port or standard}

    return ours
