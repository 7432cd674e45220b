"""Kill -9 in mid-flow: what was acknowledged is there, the chains verify, and the facts are those of a rebuild."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.conftest import ROOT, leave_out
from tests.postgres import UNPRIVILEGED, ServerUnavailable, _call, carried_binaries, running_server

ROUNDS = 3
Acknowledged = dict[str, int]


@dataclass
class House:
    """One installation: its database and what has been acknowledged so far."""

    url: str
    var: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a process of this installation runs."""
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        return {**os.environ, "YICHUANG_DATABASE_URL": self.url, "YICHUANG_VAR": str(self.var), "PYTHONPATH": path}

    def start(self, order: str) -> subprocess.Popen[bytes]:
        """Start a process of the installation."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer", order],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Unbuffered: what was read ahead here would be missing from what is read after the kill.
            bufsize=0,
        )

    def ask(self, order: str) -> str:
        """Run a process of the installation to its end."""
        process = self.start(order)
        answer, trouble = process.communicate(timeout=120)
        assert process.returncode == 0, trouble.decode()[-3000:]
        return answer.decode()


def take_down(lines: str, acknowledged: Acknowledged) -> int:
    """Note every whole line that the writer printed; a line cut off by the kill was acknowledged to nobody."""
    whole = lines.splitlines(keepends=True)
    noted = 0
    for line in whole:
        if line.endswith("\n"):
            number, version = line.split()
            acknowledged[number] = max(int(version), acknowledged.get(number, 0))
            noted += 1
    return noted


def first_lines(process: subprocess.Popen[bytes], count: int) -> str:
    """Read the first lines, by which the writer is in full flow."""
    assert process.stdout is not None
    lines = [process.stdout.readline().decode() for _ in range(count)]
    if not lines[-1]:
        assert process.stderr is not None
        pytest.fail(f"the writer ended by itself:\n{process.stderr.read().decode()[-3000:]}")
    return "".join(lines)


def require_everything(house: House, acknowledged: Acknowledged, *, killed: int) -> None:
    """Every acknowledged event stands, and nothing is broken."""
    found = json.loads(house.ask("check"))
    assert found["faults"] == []
    lost = {number: version for number, version in acknowledged.items() if found["versions"].get(number, 0) < version}
    assert lost == {}
    # At most what was under way when each of so many writers died stands beyond what was acknowledged.
    assert len(found["versions"]) - len(acknowledged) <= killed * 21


def kill_writers(house: House, acknowledged: Acknowledged) -> None:
    """Start a writer, let it run for a moment that is never the same, and kill it; several times."""
    chance = random.Random()
    for seed in range(ROUNDS):
        writer = house.start(str(seed))
        lines = first_lines(writer, 30)
        time.sleep(chance.random() * 0.25)
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate(timeout=30)
        assert take_down(lines + rest.decode(), acknowledged) >= 30


# --- SQLite -----------------------------------------------------------------------------------------------------------


def test_sqlite_keeps_what_it_acknowledged_when_the_writer_is_killed(tmp_path: Path) -> None:
    house = House(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", tmp_path)
    house.ask("create")
    acknowledged: Acknowledged = {}
    kill_writers(house, acknowledged)
    require_everything(house, acknowledged, killed=ROUNDS)


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


class Server:
    """A running PostgreSQL that can be killed and started again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.home = Path(parse_qs(urlsplit(url).query)["host"][0])
        copied = self.home / "postgresql" / "bin"
        self.binaries = copied if copied.exists() else carried_binaries()
        with psycopg.connect(host=str(self.home), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE yichuang")

    @property
    def pid(self) -> int:
        """The process that all others of the server descend from."""
        return int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """Kill -9 the server with all its processes: it writes no last word."""
        postmaster = self.pid
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        until = time.monotonic() + 10
        while any(_lives(pid) for pid in (postmaster, *map(int, children))) and time.monotonic() < until:
            time.sleep(0.02)
        # Where nobody reaps the dead (process 1 of some containers), the server would take itself for still running.
        for lock in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.home / lock).unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server again; it recovers from its log."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.home}"
        command = [self.binaries / "pg_ctl", "start", "-w", "-s", "-D", self.home / "data"]
        _call(
            [*command, "-l", self.home / "server.log", "-o", options],
            UNPRIVILEGED if os.geteuid() == 0 else None,
        )


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextmanager
def server() -> Iterator[Server]:
    """A server that syncs as it does in earnest."""
    with running_server(settings=("fsync=on", "synchronous_commit=on", "full_page_writes=on")) as url:
        yield Server(url)


def test_postgresql_keeps_what_it_acknowledged_when_the_writer_or_the_server_is_killed(tmp_path: Path) -> None:
    try:
        carried_binaries()
    except ServerUnavailable as reason:
        leave_out(str(reason))
    acknowledged: Acknowledged = {}
    with server() as running:
        house = House(running.url, tmp_path)
        house.ask("create")
        kill_writers(house, acknowledged)
        require_everything(house, acknowledged, killed=ROUNDS)

        for seed in range(100, 100 + ROUNDS):
            writers = [house.start(str(seed)), house.start(str(seed + 1_000))]
            lines = [first_lines(writer, 20) for writer in writers]
            running.kill()
            for writer, begun in zip(writers, lines, strict=True):
                rest, _ = writer.communicate(timeout=30)
                assert writer.returncode != 0
                take_down(begun + rest.decode(), acknowledged)
            running.start()
        require_everything(house, acknowledged, killed=3 * ROUNDS)
    assert len(acknowledged) > 20
