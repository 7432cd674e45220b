"""How many envelopes a second are acknowledged between two nodes: over JetStream with 1 and 3 replicas, and over HTTP.

    .venv/bin/python bench/bench_carriers.py                      20,000 envelopes over each
    .venv/bin/python bench/bench_carriers.py --backlog 2000000    two million in the outbox, sent and taken, over each

An envelope is acknowledged when it is on disk elsewhere: every server syncs each message (`sync_interval: always`),
the HTTP inbox commits each batch with full sync. Servers, sender and receiver share this machine and its disk. The peer
of JetStream is a bare publisher of the same bytes into a stream of the same form, all on their way at once; the peer of
HTTP posts the same bytes to a bare server that writes them into one table with the same sync. Both in the same run: the
ratio is what batches, ids, receipts, framing, signatures and an inbox cost. The backlog goes from an outbox in a file
into an inbox in a file, whose books are those of the tests: numbers, gaps, repeats; at its end what stands is counted.
"""

import argparse
import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")

from tests import jetstream  # noqa: E402
from tests.conftest import free_port  # noqa: E402
from tests.factories.mailroom import FileMailroom, SharedSeals, envelope  # noqa: E402

from yichuang.exchange.carriers.contract import MOST_ENVELOPES  # noqa: E402
from yichuang.exchange.carriers.opening import open_carrier  # noqa: E402
from yichuang.exchange.carriers.running import fetch_held, send_waiting  # noqa: E402

TOWN, COUNTY = "town", "county"
# About what an act of a case takes with its chain and signature.
TEXT = "x" * 900


def rates(count: int) -> dict[str, tuple[float, float]]:
    """Return for each carrier the acknowledged envelopes a second, and those of its bare peer."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
        for replicas in (1, 3):
            with jetstream.running_cluster(replicas) as cluster:
                found[f"JetStream, {replicas} replica{'s' * (replicas > 1)}"] = over_nats(cluster.url, count, replicas)
        found["HTTP"] = over_http(Path(name), count)
    return found


def made(count: int) -> list[Sequence[bytes]]:
    """Return envelopes in batches."""
    numbers = range(1, count + 1)
    all_of_them = [envelope(TOWN, COUNTY, number, TEXT) for number in numbers]
    return [all_of_them[start : start + MOST_ENVELOPES] for start in range(0, count, MOST_ENVELOPES)]


def a_second(count: int, work: Callable[[], object]) -> float:
    """Return how many a second work does."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def over_nats(url: str, count: int, replicas: int) -> tuple[float, float]:
    """Return ours and the bare publisher's."""
    given = made(count)
    line = open_carrier(url, seals=SharedSeals(TOWN))
    line.send(COUNTY, [])

    def ours() -> None:
        for batch in given:
            said = line.send(COUNTY, batch)
            assert said.up_to is not None

    rate = a_second(count, ours)
    line.close()
    return rate, asyncio.run(_bare_publisher(url, given, replicas))


async def _bare_publisher(url: str, given: Sequence[Sequence[bytes]], replicas: int) -> float:
    import nats as client
    from nats.js import api

    servers = [f"nats://{host}" for host in url.removeprefix("nats://").partition("/")[0].split(",")]
    connection = await client.connect(servers=servers)
    context = connection.jetstream(publish_async_max_pending=MOST_ENVELOPES)
    await context.add_stream(
        name="BARE", subjects=["bare"], storage=api.StorageType.FILE, num_replicas=replicas,
        retention=api.RetentionPolicy.WORK_QUEUE,
    )  # fmt: skip
    began = time.perf_counter()
    for batch in given:
        for one in batch:
            await context.publish_async("bare", one)
    await context.publish_async_completed()
    rate = sum(map(len, given)) / (time.perf_counter() - began)
    await connection.close()
    return rate


def over_http(folder: Path, count: int) -> tuple[float, float]:
    """Return ours and the bare poster's."""
    given = made(count)
    with serving(folder) as url:
        line = open_carrier(url, seals=SharedSeals(TOWN))
        line.send(COUNTY, [])

        def ours() -> None:
            for batch in given:
                assert line.send(COUNTY, batch).up_to

        rate = a_second(count, ours)
        line.close()
    return rate, _bare_poster(folder / "bare", given)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The county's inbox in a process of its own."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "tests.faults.carrying", "serve", COUNTY, TOWN, str(folder / "county"), address]
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    env = {**os.environ, "PYTHONPATH": path, "YICHUANG_VAR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield f"http://{address}"
        finally:
            server.kill()


def _bare_poster(file: Path, given: Sequence[Sequence[bytes]]) -> float:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with sqlite3.connect(file) as base:
                base.execute("PRAGMA synchronous=FULL")
                base.executemany("INSERT INTO bare VALUES (?)", ((one,) for one in body.split(b"\n")))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with sqlite3.connect(file) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE bare (data BLOB)")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = HTTPConnection("127.0.0.1", server.server_port)

        def post() -> None:
            for batch in given:
                connection.request("POST", "/", b"\n".join(batch))
                assert connection.getresponse().read() == b""

        rate = a_second(sum(map(len, given)), post)
        connection.close()
        server.shutdown()
    return rate


def backlog(count: int, folder: Path, *, which: Sequence[str] = ("nats", "http")) -> dict[str, dict[str, Any]]:
    """Send and take a backlog from file to file over each carrier; return seconds and what stands at the end."""
    found = {}
    for name in which:
        home = folder / name
        home.mkdir()
        town = FileMailroom(TOWN, home / "town")
        for start in range(0, count, 100_000):
            town.post(COUNTY, min(100_000, count - start), TEXT[:300])
        # From here on in earnest.
        town.base.execute("PRAGMA synchronous=FULL")
        began = time.perf_counter()
        sent = (_backlog_over_nats if name == "nats" else _backlog_over_http)(town, home, count)
        seconds = time.perf_counter() - began
        county = FileMailroom(COUNTY, home / "county")
        (stand, distinct, highest) = county.base.execute(
            "SELECT COUNT(*), COUNT(DISTINCT number), MAX(number) FROM inbox"
        ).fetchone()
        lost, doubled = count - distinct, stand - distinct
        found[name] = {"seconds": seconds, "sent": sent, "stand": stand, "lost": lost, "doubled": doubled}
        assert (lost, doubled, highest) == (0, 0, count), found
    return found


def _backlog_over_http(town: FileMailroom, home: Path, _count: int) -> int:
    with serving(home) as url:
        line = open_carrier(url, seals=SharedSeals(TOWN))
        tally, _said = send_waiting(COUNTY, line, town)
        line.close()
    return tally.sent


def _backlog_over_nats(town: FileMailroom, home: Path, count: int) -> int:
    county = FileMailroom(COUNTY, home / "county", durable=True)
    with jetstream.running_cluster(1, most_bytes="40GB") as cluster:
        over = threading.Event()

        def take() -> None:
            line = open_carrier(cluster.url, seals=SharedSeals(COUNTY))
            while county.wanted(TOWN) <= count and not over.is_set():
                fetch_held(TOWN, line, county)
                time.sleep(0.01)
            line.close()

        taking = threading.Thread(target=take)
        taking.start()
        line = open_carrier(cluster.url, seals=SharedSeals(TOWN))
        try:
            tally, _said = send_waiting(COUNTY, line, town)
            taking.join(max(60.0, count / 500))
        finally:
            over.set()
            taking.join()
            line.close()
    return tally.sent


def report(found: dict[str, tuple[float, float]]) -> None:
    """Print the rates."""
    for name, (ours, bare) in found.items():
        print(f"{name:<24}{ours:>10,.0f} acknowledged/s   bare publisher {bare:>10,.0f}/s   ratio {ours / bare:.2f}")


def report_backlog(found: dict[str, dict[str, Any]]) -> None:
    """Print what became of the backlog."""
    for name, one in found.items():
        print(
            f"backlog, {name:<5} {one['sent']:,} sent, {one['stand']:,} stand, {one['lost']} lost, {one['doubled']}"
            f" doubled, {one['seconds']:.1f} s, {one['stand'] / one['seconds']:,.0f}/s from file to file"
        )


def smallest(folder: Path) -> None:
    """Measure a handful, for the tests."""
    with jetstream.running_cluster(1) as cluster:
        ours, bare = over_nats(cluster.url, 60, 1)
    report({"JetStream": (ours, bare), "HTTP": over_http(folder, 60)})
    report_backlog(backlog(600, folder, which=("nats",)))


def main() -> int:
    """Measure in processes and on files of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--backlog", type=int, default=0)
    given = parser.parse_args()
    if given.backlog:
        with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
            report_backlog(backlog(given.backlog, Path(name)))
    else:
        report(rates(given.count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
