"""The connection to a NATS cluster: one loop in a thread of its own, and the two things that are done at scale over it.

Publishing a batch (all messages on their way at once, each one's answer kept) and pulling what waits for a consumer.
"""

import asyncio
import json
import threading
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from yichuang.exchange.carriers import securing
from yichuang.exchange.carriers.contract import PeerRefused, PeerUnreachable
from yichuang.kernel.words import N_

CONNECT_SECONDS = 5.0
# After a lost leader a cluster is silent for up to 8.5 s.
PUBLISH_SECONDS = 12.0
ASK_SECONDS = 6.0
# A line that was cut without a word is noticed after two unanswered pings.
PING_SECONDS = 5
# So often is every server tried before a connection is said not to stand.
ROUNDS = 2
_NOTHING_THERE = {"404", "408"}
_T = TypeVar("_T")


class Options(NamedTuple):
    """What an address says."""

    servers: list[str]
    user: str | None
    password: str | None
    credentials: str | None
    replicas: int
    # Whether the line has to be secured, and by which files.
    secured: bool = False
    files: securing.Certificates = securing.Certificates()


class Outgoing(NamedTuple):
    """One message to be published."""

    subject: str
    data: bytes
    heads: dict[str, str]


def read_url(url: str) -> Options:
    """Return the options of `nats://[user:password@]host:4222[,host:4222][/?replicas=3&credentials=file&ca=file]`.

    `tls://`, or the name of any certificate, demands a secured line.
    """
    parts = urlsplit(url)
    login, _at, hosts = parts.netloc.rpartition("@")
    user, _colon, password = login.partition(":")
    said = parse_qs(parts.query)
    files = securing.read_certificates(said)
    return Options(
        servers=[f"{parts.scheme}://{host}" for host in hosts.split(",")],
        user=unquote(user) or None,
        password=unquote(password) or None,
        credentials=said["credentials"][0] if "credentials" in said else None,
        replicas=int(said.get("replicas", ["1"])[0]),
        secured=parts.scheme == "tls" or any(files),
        files=files,
    )


class _Line(Client):
    """The client, which gives nothing away over a line that should be secured and is not.

    Of itself it takes a server's word that no TLS is wanted, whatever the address says, and sends the password.
    """

    secured = False

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
        if initial_connection and self.secured and not info.get("tls_required"):
            raise OSError(N_("消息服务器不提供加密连接，地址却要求加密"))
        await super()._process_info(info, initial_connection=initial_connection)


class Broker:
    """A connection that finds its way back by itself; what cannot be sent now does not pile up in it."""

    def __init__(self, options: Options, *, name: str) -> None:
        self.options, self.name = options, name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None
        self._secured_by = securing.context_of(options.files) if options.secured else None
        # Why the client, which tries again and again by itself, does not get through.
        self._trouble: Exception | None = None
        self._troubles = 0
        self._beaten: asyncio.Event | None = None

    def do(self, peer: str, work: Coroutine[Any, Any, _T]) -> _T:
        """Run work on the loop and wait for it; every fault of the line becomes PeerUnreachable or PeerRefused."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="nats", daemon=True).start()
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (NatsError, OSError, TimeoutError) as fault:
            if distrust := securing.find_distrust(fault):
                raise securing.NotTrusted(peer=peer, reason=distrust) from fault
            words = str(fault) or type(fault).__name__
            if "authorization" in words.lower():
                raise PeerRefused(peer=peer, reason=words) from fault
            raise PeerUnreachable(peer=peer, reason=words) from fault

    def close(self) -> None:
        """Leave the cluster and end the thread."""
        loop, client = self._loop, self._client
        self._loop = self._client = None
        if loop is None:
            return
        if client is not None:
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(client.close(), loop).result(CONNECT_SECONDS)
        loop.call_soon_threadsafe(loop.stop)

    async def client(self) -> Client:
        """Return the connection, once it stands; raises OSError where it does not."""
        if self._client is None:
            options, line, self._trouble = self.options, _Line(), None
            line.secured = options.secured
            await self._first(
                line,
                line.connect(
                    servers=options.servers,
                    name=self.name,
                    user=options.user,
                    password=options.password,
                    user_credentials=options.credentials,
                    connect_timeout=int(CONNECT_SECONDS),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.25,  # type: ignore[arg-type,unused-ignore] # seconds, of which a part will do
                    ping_interval=PING_SECONDS,
                    error_cb=self._note,
                    tls=self._secured_by,
                ),
            )
            self._client = line
        until = time.monotonic() + CONNECT_SECONDS
        while not self._client.is_connected:
            if time.monotonic() > until:
                raise self._trouble or OSError(N_("没有连上消息服务器"))
            await asyncio.sleep(0.05)
        return self._client

    async def _first(self, line: Client, connecting: Coroutine[Any, Any, None]) -> None:
        """Connect, or raise why not: by itself the client would go round its servers for ever and tell nobody."""
        self._troubles, self._beaten = 0, asyncio.Event()
        trying, beaten = asyncio.ensure_future(connecting), asyncio.ensure_future(self._beaten.wait())
        try:
            await asyncio.wait({trying, beaten}, timeout=2 * CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if trying.done():
                return trying.result()
            trying.cancel()
            with suppress(Exception, asyncio.CancelledError):
                await trying
            with suppress(Exception):
                await line.close()
            raise self._trouble or TimeoutError
        finally:
            beaten.cancel()

    async def _note(self, fault: Exception) -> None:
        """Keep a fault of the line; those who wait for an answer hear of every other by themselves."""
        self._trouble = fault
        self._troubles += 1
        # Who is not trusted is not trusted the next time either.
        rounds = 1 if securing.find_distrust(fault) else ROUNDS
        if self._troubles >= rounds * len(self.options.servers) and self._beaten is not None:
            self._beaten.set()

    async def jetstream(self) -> JetStreamContext:
        """Return the API by which streams are made and asked about."""
        return (await self.client()).jetstream(timeout=ASK_SECONDS)

    async def publish(self, messages: Sequence[Outgoing]) -> tuple[int, str]:
        """Publish in order; return how many, from the first on, are on the broker's disk, and why the next is not."""
        client = await self.client()
        inbox = client.new_inbox()
        answers: dict[int, bytes] = {}
        complete = asyncio.Event()

        async def answered(message: Msg) -> None:
            answers[int(message.subject.rpartition(".")[2])] = message.data
            if len(answers) == len(messages):
                complete.set()

        listening = await client.subscribe(f"{inbox}.*", cb=answered)
        try:
            for place, one in enumerate(messages):
                await client.publish(one.subject, one.data, reply=f"{inbox}.{place}", headers=one.heads)
            with suppress(TimeoutError):
                await asyncio.wait_for(complete.wait(), PUBLISH_SECONDS)
        finally:
            with suppress(NatsError):
                await listening.unsubscribe()
        for place in range(len(messages)):
            if fault := _fault(answers.get(place)):
                return place, fault
        return len(messages), ""

    async def pull(self, stream: str, consumer: str, *, limit: int, wait: float) -> list[Msg]:
        """Return what waits for a consumer, waiting so many seconds for a first message; raises OSError on silence."""
        messages = await self._ask(stream, consumer, {"batch": limit, "no_wait": True}, ASK_SECONDS)
        if not messages and wait:
            messages = await self._ask(stream, consumer, {"batch": 1, "expires": int(wait * 1e9)}, wait + ASK_SECONDS)
        return messages

    async def _ask(self, stream: str, consumer: str, asked: dict[str, Any], seconds: float) -> list[Msg]:
        client = await self.client()
        inbox = client.new_inbox()
        found: list[Msg] = []
        over = asyncio.Event()
        status, words = "", ""

        async def came(message: Msg) -> None:
            nonlocal status, words
            # The broker's own word: there is no more, the time is over, the consumer is gone.
            if message.headers and "Status" in message.headers:
                status, words = message.headers["Status"], message.headers.get("Description", "")
                over.set()
                return
            found.append(message)
            if len(found) >= asked["batch"]:
                over.set()

        listening = await client.subscribe(inbox, cb=came)
        try:
            subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
            await client.publish(subject, json.dumps(asked).encode(), reply=inbox)
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), seconds)
        finally:
            with suppress(NatsError):
                await listening.unsubscribe()
        if not found and status not in _NOTHING_THERE:
            raise OSError(words or N_("消息服务器没有应答"))
        return found


def _fault(answer: bytes | None) -> str:
    """Return why a message is not kept, "" if it is."""
    if answer is None:
        return N_("消息服务器没有应答")
    if not answer:
        return N_("消息服务器上没有接收的流")
    error = json.loads(answer).get("error")
    return str(error["description"]) if error else ""
