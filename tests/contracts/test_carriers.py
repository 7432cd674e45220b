"""One behaviour for every carrier: what is acknowledged is kept, what is not confirmed is given again, order is kept.

The same tests run over HTTP (this site's own two addresses behind a real socket) and over NATS JetStream with one
server and with three.
"""

import secrets
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import requests
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError
from django.test import Client

from tests import jetstream
from tests.conftest import free_port, leave_out
from tests.factories.mailroom import FileMailroom, SharedSeals, desk, envelope
from yichuang.api import nodes
from yichuang.exchange.carriers import answering, broker, door, wire
from yichuang.exchange.carriers import nats as over_nats
from yichuang.exchange.carriers.contract import (
    MOST_BATCH_BYTES,
    MOST_ENVELOPE_BYTES,
    MOST_ENVELOPES,
    CarrierUnknown,
    EnvelopeTooLarge,
    PeerRefused,
    PeerUnreachable,
)
from yichuang.exchange.carriers.opening import open_carrier, shown
from yichuang.exchange.carriers.running import fetch_held, send_waiting

pytestmark = [pytest.mark.once, pytest.mark.slow]


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Pair:
    """Two nodes, a town and a county, and the line by which the town reaches the county."""

    def __init__(self, folder: Path, url: str, *, fetched: bool) -> None:
        # Streams outlive a test, so that each test has names of its own.
        mark = secrets.token_hex(3)
        self.town_name, self.county_name, self.url = f"town-{mark}", f"county-{mark}", url
        self.town = FileMailroom(self.town_name, folder / "town.sqlite3")
        self.county = FileMailroom(self.county_name, folder / "county.sqlite3")
        self.line = open_carrier(url, seals=SharedSeals(self.town_name))
        # Over HTTP this county cannot reach its town, which brings and fetches.
        self.far_line = open_carrier(url, seals=SharedSeals(self.county_name)) if fetched else None

    def post(self, count: int, text: str = "") -> None:
        """Write envelopes in the town for the county."""
        self.town.post(self.county_name, count, text)

    def send(self) -> None:
        """Everything that waits in the town goes, and arrives."""
        send_waiting(self.county_name, self.line, self.town)
        self.arrive()

    def arrive(self) -> None:
        """The county takes what is on its way."""
        if self.far_line is not None:
            fetch_held(self.town_name, self.far_line, self.county)

    def fetch(self) -> None:
        """Everything that waits in the county goes to the town."""
        if self.far_line is not None:
            send_waiting(self.town_name, self.far_line, self.county)
        fetch_held(self.county_name, self.line, self.town)

    def reopen(self) -> None:
        """Begin a new process of the town, as it were."""
        self.line.close()
        self.line = open_carrier(self.url, seals=SharedSeals(self.town_name))

    @property
    def arrived(self) -> list[int]:
        """The numbers that stand in the county's inbox."""
        return self.county.numbers(self.town_name)

    def exchange(self) -> list[int]:
        """One round, after which so much has arrived."""
        self.arrive()
        self.send()
        return self.arrived

    def close(self) -> None:
        for one in (self.line, self.far_line, self.town, self.county):
            if one is not None:
                one.close()


class Exchanging:
    """Both ends at work at once, each in a thread of its own."""

    def __init__(self, pair: Pair) -> None:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(work,)) for work in (pair.send, pair.arrive)]
        for thread in self._threads:
            thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        while not self._over.is_set():
            with suppress(PeerUnreachable):
                work()
            self._over.wait(0.02)

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def eventually(holds: Callable[[], bool]) -> None:
    """Ask again until it holds: a broker forgets in its own time what was confirmed."""
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until, "it does not come to hold"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """The site's own views behind a socket."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Threads, _Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def _cluster(servers: int) -> Iterator[str]:
    try:
        with jetstream.running_cluster(servers) as cluster:
            yield cluster.url
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


@pytest.fixture(scope="module")
def one_server() -> Iterator[str]:
    with _cluster(1) as url:
        yield url


@pytest.fixture(scope="module")
def three_servers() -> Iterator[str]:
    with _cluster(3) as url:
        yield url


@pytest.fixture
def over_http(web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    pair = Pair(tmp_path, web, fetched=False)
    county = desk(pair.county, {pair.town_name: ""})
    monkeypatch.setattr(nodes, "answer_node", lambda asked: door.answer(county, asked))
    yield pair
    pair.close()


@pytest.fixture(params=["http", "nats", "nats-cluster"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    if request.param == "http":
        yield request.getfixturevalue("over_http")
        return
    monkeypatch.setattr(over_nats, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(over_nats, "AGAIN_SECONDS", 1.0)
    url = request.getfixturevalue("one_server" if request.param == "nats" else "three_servers")
    pair = Pair(tmp_path, url, fetched=True)
    yield pair
    pair.close()


# --- what every carrier promises --------------------------------------------------------------------------------------


def test_what_waits_arrives_in_order_and_once(pair: Pair) -> None:
    pair.post(MOST_ENVELOPES + 77)
    pair.send()
    assert pair.arrived == list(range(1, MOST_ENVELOPES + 78))
    assert pair.town.count_pending(pair.county_name) == 0
    pair.post(3)
    pair.send()
    assert pair.arrived == list(range(1, MOST_ENVELOPES + 81))


def test_envelopes_arrive_byte_for_byte(pair: Pair) -> None:
    pair.post(1, text="一窗 \u2028 \x00 \r\n YCE1 " + "长" * 50_000)
    (sent,) = pair.town.pending(pair.county_name, limit=1, most_bytes=MOST_BATCH_BYTES)
    pair.send()
    ((came,),) = pair.county.base.execute("SELECT data FROM inbox").fetchall()
    assert came == sent


def test_both_ways_go_over_one_line(pair: Pair) -> None:
    pair.post(5)
    pair.county.post(pair.town_name, 7)
    pair.send()
    pair.fetch()
    assert pair.arrived == [1, 2, 3, 4, 5]
    assert pair.town.numbers(pair.county_name) == [1, 2, 3, 4, 5, 6, 7]
    pair.fetch()
    assert pair.county.count_pending(pair.town_name) == 0


def test_the_same_batch_twice_is_taken_once(pair: Pair) -> None:
    pair.post(20)
    batch = pair.town.pending(pair.county_name, limit=20, most_bytes=MOST_BATCH_BYTES)
    for _ in range(2):
        assert pair.line.send(pair.county_name, batch).up_to == 20
    pair.reopen()
    pair.line.send(pair.county_name, batch)
    pair.arrive()
    pair.send()
    assert pair.arrived == list(range(1, 21))


def test_what_was_fetched_and_not_confirmed_is_given_again(pair: Pair) -> None:
    pair.county.post(pair.town_name, 4)
    if pair.far_line is not None:
        send_waiting(pair.town_name, pair.far_line, pair.county)
    first = pair.line.fetch(pair.county_name, after=0, limit=10)
    assert len(first.envelopes) == 4
    pair.reopen()
    eventually(lambda: pair.line.fetch(pair.county_name, after=0, limit=10).envelopes == first.envelopes)
    pair.fetch()
    assert pair.county.count_pending(pair.town_name) == 0


def test_a_receiver_restored_from_a_backup_gets_what_it_lost(pair: Pair) -> None:
    pair.post(60)
    pair.send()
    pair.county.forget(pair.town_name, above=40)
    eventually(lambda: pair.exchange() == list(range(1, 61)))


def test_a_receiver_restored_after_the_sender_began_anew_gets_what_it_lost(pair: Pair) -> None:
    pair.post(30)
    pair.send()
    pair.county.forget(pair.town_name, above=10)
    pair.reopen()
    pair.post(5)
    eventually(lambda: pair.exchange() == list(range(1, 36)))


@pytest.mark.parametrize("waiting", [0, 3])
def test_a_sender_restored_from_a_backup_loses_nothing_of_what_is_new(pair: Pair, waiting: int) -> None:
    pair.post(30)
    pair.send()
    pair.town.lose(pair.county_name, above=20)
    if waiting:
        # Some of it had not been acknowledged when the backup was made.
        again = "UPDATE outbox SET acknowledged = 0 WHERE number > ?"
        pair.town.base.execute(again, (20 - waiting,))
    pair.reopen()
    pair.post(5, text="new")
    new = "SELECT COUNT(*) FROM inbox WHERE CAST(data AS TEXT) LIKE '%\"new\"%'"
    exchanging = Exchanging(pair)
    try:
        eventually(lambda: pair.county.base.execute(new).fetchone() == (5,))
    finally:
        exchanging.end()
    assert pair.arrived == list(range(1, len(pair.arrived) + 1))


def test_an_acknowledgement_that_was_lost_does_no_harm(pair: Pair) -> None:
    pair.post(8)
    pair.send()
    pair.town.base.execute("UPDATE outbox SET acknowledged = 0 WHERE number > 2")
    pair.reopen()
    pair.post(2)
    exchanging = Exchanging(pair)
    try:
        eventually(lambda: pair.arrived == list(range(1, 11)) and not pair.town.count_pending(pair.county_name))
    finally:
        exchanging.end()


@pytest.mark.parametrize("bit", [3, 400, 1501])
def test_a_flipped_bit_is_refused_and_the_envelope_sent_again(pair: Pair, bit: int) -> None:
    pair.post(3)
    first, second, third = pair.town.pending(pair.county_name, limit=3, most_bytes=MOST_BATCH_BYTES)
    broken = bytearray(second)
    broken[bit // 8 % len(broken)] ^= 1 << bit % 8
    said = pair.line.send(pair.county_name, [first, bytes(broken), third])
    pair.town.acknowledge(pair.county_name, said, at=datetime.now(UTC))
    pair.arrive()
    assert 2 not in pair.arrived
    eventually(lambda: pair.exchange() == [1, 2, 3])
    assert pair.town.count_pending(pair.county_name) == 0


def test_large_envelopes_go_in_several_batches_and_too_large_ones_are_refused_here(pair: Pair) -> None:
    pair.post(12, text="a" * (MOST_ENVELOPE_BYTES - 300))
    pair.send()
    assert pair.arrived == list(range(1, 13))
    with pytest.raises(EnvelopeTooLarge):
        pair.line.send(pair.county_name, [b"x" * (MOST_ENVELOPE_BYTES + 1)])


def test_a_greeting_hears_what_is_wanted(pair: Pair) -> None:
    pair.post(9)
    pair.send()
    eventually(lambda: pair.line.send(pair.county_name, []).wanted == 10)


def test_an_address_that_names_no_carrier_is_refused_without_its_password() -> None:
    with pytest.raises(CarrierUnknown) as refused:
        open_carrier("amqp://node:secret@broker:5672", seals=SharedSeals("town"))
    assert "secret" not in str(refused.value)
    assert shown("nats://node:secret@h1:4222,h2:4222/?replicas=3") == "nats://h1:4222,h2:4222/?replicas=3"


@pytest.mark.parametrize("scheme", ["http", "nats"])
def test_a_peer_that_is_away_acknowledges_nothing(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "CONNECT_SECONDS", 1.0)
    line = open_carrier(f"{scheme}://127.0.0.1:{free_port()}", seals=SharedSeals("town"))
    with pytest.raises(PeerUnreachable):
        line.send("county", [envelope("town", "county", 1)])
    line.close()


# --- HTTP alone: who may ask ------------------------------------------------------------------------------------------


def statement_for(pair: Pair, challenge: str, *, target: str) -> dict[str, str]:
    said = wire.request_statement(sender=pair.town_name, method="GET", target=target, challenge=challenge, body=b"")
    key_id, signature = SharedSeals(pair.town_name).sign(said)
    signed = f"{key_id}:{b64encode(signature).decode()}"
    return {wire.NODE: pair.town_name, wire.CHALLENGE: challenge, wire.SIGNATURE: signed}


def test_the_outbox_opens_only_to_a_neighbour_who_signs_our_challenge(over_http: Pair) -> None:
    pair = over_http
    pair.county.post(pair.town_name, 1)
    target = f"{wire.OUTBOX}?after=0&limit=5"
    url = pair.url + target
    stranger = requests.get(url, headers={wire.NODE: "nobody"}, timeout=5)
    unsigned = requests.get(url, headers={wire.NODE: pair.town_name}, timeout=5)
    assert (stranger.status_code, unsigned.status_code) == (403, 401)
    challenge = unsigned.headers[wire.CHALLENGE]
    signed = statement_for(pair, challenge, target=target)
    assert requests.get(url, headers=signed, timeout=5).status_code == 200
    # Signed for another question, over a challenge that is nobody's, or over one of long ago: it does not open.
    other = requests.get(pair.url + f"{wire.OUTBOX}?after=1&limit=5", headers=signed, timeout=5)
    made_up = requests.get(url, headers=statement_for(pair, "6745.00.00", target=target), timeout=5)
    at = datetime.now(UTC) - timedelta(seconds=wire.CHALLENGE_SECONDS + 2)
    old = wire.new_challenge(key=b"of this process", at=at)
    late = requests.get(url, headers=statement_for(pair, old, target=target), timeout=5)
    assert (other.status_code, made_up.status_code, late.status_code) == (401, 401, 401)


def test_the_inbox_measures_before_it_unpacks(over_http: Pair) -> None:
    url, heads = over_http.url + wire.INBOX, {wire.NODE: over_http.town_name}
    bomb = zlib.compress(bytes(wire.MOST_BODY_BYTES * 20), 9, 31)
    assert len(bomb) < 200_000
    answers = [requests.post(url, data=body, headers=heads, timeout=10).status_code for body in (
        bomb, b"no gzip", wire.pack([b"cut off"])[:-3], zlib.compress(b"YCE1\xff\xff\xff\xff", 1, 31),
        bytes(wire.MOST_BODY_BYTES + 1),
    )]  # fmt: skip
    assert answers == [413, 400, 400, 400, 413]
    assert requests.post(url, data=wire.pack([]), headers={wire.NODE: "nobody"}, timeout=5).status_code == 403
    assert requests.get(url, timeout=5).status_code == 405


def test_an_acknowledgement_counts_only_with_the_receivers_own_signature(
    over_http: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = over_http
    pair.post(2)
    county = desk(pair.county, {pair.town_name: ""}, SharedSeals(pair.county_name, key_id="9"))
    monkeypatch.setattr(nodes, "answer_node", lambda asked: door.answer(county, asked))
    with pytest.raises(PeerRefused):
        pair.send()
    assert pair.town.count_pending(pair.county_name) == 2
    monkeypatch.setattr(pair.line.seals, "known", ("1", "9"))
    pair.send()
    assert (pair.arrived, pair.town.count_pending(pair.county_name)) == ([1, 2], 0)


def test_a_database_that_cannot_write_promises_nothing(over_http: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = over_http
    pair.post(2)

    def full(asked: answering.Request) -> answering.Reply:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(nodes, "answer_node", full)
    with pytest.raises(PeerUnreachable) as refused:
        pair.send()
    assert refused.value.seconds == nodes.RETRY_SECONDS
    assert pair.town.count_pending(pair.county_name) == 2


def test_an_installation_that_is_no_node_has_no_such_addresses(client: Client, settings: Any) -> None:
    settings.NODE_FILE = Path("/nonexistent/node.yaml")
    assert client.post(wire.INBOX, data=wire.pack([]), content_type=wire.MEDIA_TYPE).status_code == 404
    assert client.get(wire.OUTBOX).status_code == 404
