"""Broken lines between nodes: brokers killed, cables cut, disks full. Nothing is lost, nothing doubled; counts printed.

The books are those of tests/factories/mailroom.py, so that what is found lies with the carriers; whole nodes are in
test_node_faults.py. Networks of their own and small disks need root and a kernel that has them.
"""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests import jetstream
from tests.conftest import ROOT, free_port, leave_out
from tests.factories.mailroom import FileMailroom
from tests.faults.conftest import Say
from tests.faults.mother import eventually

pytestmark = pytest.mark.slow(30)
TOWN, COUNTY = "town", "county"
# One envelope a second for an hour, while the line is down.
AN_HOUR = 3_600


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=30)


class Ends:
    """The processes at the ends of lines; all end with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.running = folder, list[subprocess.Popen[bytes]]()

    def start(self, role: str, node: str, peer: str, file: Path, where: str, *before: str) -> subprocess.Popen[bytes]:
        """Start one end and return when it is ready."""
        command = [*before, sys.executable, "-m", "tests.faults.carrying", role, node, peer, str(file), where]
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        env = {**os.environ, "PYTHONPATH": path, "YICHUANG_VAR": str(self.folder)}
        with (self.folder / f"{node}.log").open("ab") as log:
            end = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log)
        self.running.append(end)
        assert end.stdout is not None
        assert end.stdout.readline() == b"ready\n", (self.folder / f"{node}.log").read_text()[-2000:]
        return end

    def stop(self) -> None:
        for one in self.running:
            if one.poll() is None:
                one.terminate()
        for one in self.running:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait(5)


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[Ends]:
    ends = Ends(tmp_path)
    yield ends
    ends.stop()


def account(what: str, county: FileMailroom, posted: int, say: Say, said: str) -> None:
    """Print what was sent and what stands, and hold them against each other."""
    arrived = county.numbers(TOWN)
    lost, doubled = posted - len(set(arrived)), len(arrived) - len(set(arrived))
    say(f"{what}: {posted} sent, {len(arrived)} stand, {lost} lost, {doubled} doubled; {said}")
    assert arrived == list(range(1, posted + 1))


# --- a broker is killed -----------------------------------------------------------------------------------------------


def test_a_broker_killed_in_full_flow_loses_nothing(tmp_path: Path, ends: Ends, say: Say) -> None:
    town, county = FileMailroom(TOWN, tmp_path / "town"), FileMailroom(COUNTY, tmp_path / "county")
    try:
        with jetstream.running_cluster(3) as cluster:
            ends.start("loop", TOWN, COUNTY, tmp_path / "town", cluster.url)
            ends.start("loop", COUNTY, TOWN, tmp_path / "county", cluster.url)
            posting = Posting(town)
            eventually(lambda: len(county.numbers(TOWN)) > 200, "traffic did not begin")
            leader = leader_of(cluster)
            leader.kill()
            # What was on its way may still arrive; only what was posted after the kill tells that the line goes on.
            after = posting.posted + 1
            stall = eventually(lambda: town_is_past(town, after), "publishing did not go on")
            leader.start()
            cluster.wait()
            count = posting.end()
            eventually(lambda: len(county.numbers(TOWN)) >= count, "not all arrived")
            account("leading broker killed -9", county, count, say, f"publishing stood still for {stall:.1f} s")
            assert town.count_pending(COUNTY) == 0
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


class Posting:
    """Posts envelopes in small batches in a thread, as a ledger that is being written to."""

    def __init__(self, mailroom: FileMailroom) -> None:
        self.mailroom, self.posted, self._over = mailroom, 0, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            self.mailroom.post(COUNTY, 20, text="x" * 500)
            self.posted += 20
            self._over.wait(0.02)

    def end(self) -> int:
        self._over.set()
        self._thread.join()
        return self.posted


def has_more(county: FileMailroom, number: int) -> bool:
    return len(county.numbers(TOWN)) > number


def town_is_past(town: FileMailroom, number: int) -> bool:
    asked = "SELECT 1 FROM outbox WHERE peer = ? AND number = ? AND acknowledged = 1"
    with town.lock:
        return town.base.execute(asked, (COUNTY, number)).fetchone() is not None


def leader_of(cluster: jetstream.Cluster) -> jetstream.Server:
    """Return the server that leads the county's stream: the worst one to lose."""
    import asyncio

    import nats as client

    async def ask() -> str:
        connection = await client.connect(servers=cluster.url.split("/?")[0].replace(",", ",nats://").split(","))
        try:
            info = await connection.jetstream().stream_info(f"YICHUANG-{COUNTY}")
            return str(info.cluster.leader)  # type: ignore[union-attr]
        finally:
            await connection.close()

    name = asyncio.run(ask())
    return next(one for one in cluster.servers if one.name == name)


# --- the cable is cut -------------------------------------------------------------------------------------------------


class Cable:
    """Two networks, each in a namespace of its own, and a line between them that can be pulled and put back."""

    def __init__(self) -> None:
        mark = secrets.token_hex(2)
        self.town, self.county = f"yt{mark}", f"yc{mark}"
        self.before_town = ("ip", "netns", "exec", self.town)
        self.before_county = ("ip", "netns", "exec", self.county)
        self.host = "10.77.0.2"
        run("ip", "netns", "add", self.town)
        run("ip", "netns", "add", self.county)
        pair = (f"{self.town}0", "netns", self.town, "type", "veth", "peer", "name", f"{self.county}0")
        run("ip", "link", "add", *pair, "netns", self.county)
        for space, address in ((self.town, "10.77.0.1/30"), (self.county, "10.77.0.2/30")):
            run("ip", "-n", space, "addr", "add", address, "dev", f"{space}0")
            run("ip", "-n", space, "link", "set", f"{space}0", "up")
            run("ip", "-n", space, "link", "set", "lo", "up")

    def pull(self) -> None:
        # At the far end: the near one only notices that nobody answers any more.
        run("ip", "-n", self.county, "link", "set", f"{self.county}0", "down")

    def put_back(self) -> None:
        run("ip", "-n", self.county, "link", "set", f"{self.county}0", "up")

    def remove(self) -> None:
        for space in (self.town, self.county):
            subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)


@contextmanager
def cable() -> Iterator[Cable]:
    if os.geteuid() != 0:
        leave_out("networks of their own need root")
    try:
        made = Cable()
    except (subprocess.CalledProcessError, FileNotFoundError) as fault:
        leave_out(f"the kernel gives no network namespaces here: {fault}")
    try:
        yield made
    finally:
        made.remove()


@pytest.mark.parametrize("scheme", ["http", "nats"])
def test_a_cable_cut_for_an_hours_traffic_loses_nothing(scheme: str, tmp_path: Path, ends: Ends, say: Say) -> None:
    town, county = FileMailroom(TOWN, tmp_path / "town"), FileMailroom(COUNTY, tmp_path / "county")
    with cable() as line, far_end(scheme, line, tmp_path, ends) as url:
        ends.start("loop", TOWN, COUNTY, tmp_path / "town", url, *line.before_town)
        town.post(COUNTY, 300)
        county.post(TOWN, 50)
        eventually(lambda: len(county.numbers(TOWN)) > 0, "traffic did not begin")
        line.pull()
        for _minute in range(60):
            town.post(COUNTY, AN_HOUR // 60)
            county.post(TOWN, 10)
            time.sleep(0.05)
        behind = waiting_of(town)
        line.put_back()
        took = eventually(lambda: len(county.numbers(TOWN)) >= 300 + AN_HOUR, "the county did not catch up")
        took += eventually(lambda: len(town.numbers(COUNTY)) >= 650, "the town did not catch up")
        said = f"behind by {behind} when the cable came back, caught up in {took:.1f} s"
        account(f"cable cut, {scheme}", county, 300 + AN_HOUR, say, said)
        assert town.numbers(COUNTY) == list(range(1, 651))
        eventually(lambda: town.count_pending(COUNTY) == 0, "the town did not hear that all arrived")


@contextmanager
def far_end(scheme: str, line: Cable, folder: Path, ends: Ends) -> Iterator[str]:
    """The county's end: its two addresses, or a broker beside it."""
    if scheme == "http":
        port = free_port()
        ends.start("serve", COUNTY, TOWN, folder / "county", f"{line.host}:{port}", *line.before_county)
        yield f"http://{line.host}:{port}"
        return
    try:
        with jetstream.running_cluster(1, host=line.host, before=line.before_county) as cluster:
            ends.start("loop", COUNTY, TOWN, folder / "county", cluster.url, *line.before_county)
            yield cluster.url
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


# --- a disk is full ---------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Callable[[], None]]:
    """A disk of its own on a folder; what is yielded makes it large."""
    if os.geteuid() != 0:
        leave_out("a small disk needs root")
    folder.mkdir(exist_ok=True)
    try:
        run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "yichuang-test", str(folder))
    except (subprocess.CalledProcessError, FileNotFoundError) as fault:
        leave_out(f"no small disk can be mounted here: {fault}")
    try:
        yield lambda: run("mount", "-o", "remount,size=200m", str(folder))
    finally:
        run("umount", "-l", str(folder))


def test_a_receiver_whose_disk_is_full_takes_the_rest_later(tmp_path: Path, ends: Ends, say: Say) -> None:
    town, count = FileMailroom(TOWN, tmp_path / "town"), 4_000
    with small_disk(tmp_path / "disk", 700) as enlarge:
        file, address = tmp_path / "disk" / "county", f"127.0.0.1:{free_port()}"
        serving = ends.start("serve", COUNTY, TOWN, file, address)
        town.post(COUNTY, count, text="x" * 600)
        sending = ends.start("loop", TOWN, COUNTY, tmp_path / "town", f"http://{address}")
        eventually(lambda: "503" in (tmp_path / "town.log").read_text(), "the disk did not fill up")
        acknowledged = count - waiting_of(town)
        enlarge()
        county = FileMailroom(COUNTY, file)
        took = eventually(lambda: len(county.numbers(TOWN)) >= count, "the county did not take the rest")
        said = f"{acknowledged} were acknowledged when it was full, the rest took {took:.1f} s"
        account("disk full at the receiver, http", county, count, say, said)
        assert acknowledged < count
        county.close()
        for one in (serving, sending):
            one.kill()
            one.wait(5)


def test_a_broker_whose_disk_is_full_refuses_and_keeps_what_it_acknowledged(
    tmp_path: Path, ends: Ends, say: Say
) -> None:
    town, county = FileMailroom(TOWN, tmp_path / "town"), FileMailroom(COUNTY, tmp_path / "county")
    count = 5_000
    try:
        with (
            small_disk(tmp_path / "disk", 3_000) as enlarge,
            jetstream.running_cluster(1, folders={0: tmp_path / "disk"}) as cluster,
        ):
            town.post(COUNTY, count, text="x" * 1_000)
            ends.start("loop", TOWN, COUNTY, tmp_path / "town", cluster.url)
            eventually(lambda: "county: " in (tmp_path / "town.log").read_text(), "the disk did not fill up")
            acknowledged = count - waiting_of(town)
            enlarge()
            (server,) = cluster.servers
            server.stop()
            server.start()
            cluster.wait()
            ends.start("loop", COUNTY, TOWN, tmp_path / "county", cluster.url)
            took = eventually(lambda: len(county.numbers(TOWN)) >= count, "the county did not get everything")
            said = f"{acknowledged} were acknowledged when it was full, all came {took:.1f} s after it was enlarged"
            account("disk full at the broker, nats", county, count, say, said)
            assert 0 < acknowledged < count
            for one in ends.running:
                one.terminate()
            server.stop()
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


def waiting_of(mailroom: FileMailroom) -> int:
    with mailroom.lock:
        return int(mailroom.base.execute("SELECT COUNT(*) FROM outbox WHERE acknowledged = 0").fetchone()[0])


# --- a backlog --------------------------------------------------------------------------------------------------------


def test_a_backlog_goes_in_batches_and_a_loop_killed_in_the_middle_goes_on(
    tmp_path: Path, ends: Ends, say: Say
) -> None:
    town, county = FileMailroom(TOWN, tmp_path / "town"), FileMailroom(COUNTY, tmp_path / "county")
    count, address = 10_000, f"127.0.0.1:{free_port()}"
    town.post(COUNTY, count)
    ends.start("serve", COUNTY, TOWN, tmp_path / "county", address)
    began, killed = time.monotonic(), 0
    for share in (0.2, 0.5):
        sending = ends.start("loop", TOWN, COUNTY, tmp_path / "town", f"http://{address}")
        eventually(partial(has_more, county, int(count * share)), "the backlog did not move")
        killed += sending.poll() is None
        sending.kill()
        sending.wait(5)
    ends.start("loop", TOWN, COUNTY, tmp_path / "town", f"http://{address}")
    eventually(lambda: len(county.numbers(TOWN)) >= count, "the backlog did not arrive")
    said = f"sender killed -9 {killed} times, {time.monotonic() - began:.1f} s in all"
    account("backlog, http", county, count, say, said)
