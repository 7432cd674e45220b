"""Whole nodes on bad lines: a sender's clock a day off, bits flipped, batches sent twice, keys changed in mid-stream.

Two installations with databases, keys and processes of their own. After every trouble both ledgers verify and are the
same; counts are printed. What lies with the carriers alone (brokers, cables, disks) is in test_link_faults.py.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from tests import jetstream
from tests.conftest import ROOT, free_port, leave_out
from tests.faults.test_link_faults import eventually

# The database of the tests is only copied: nodes have their own.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
DAY = 86_400


class Mother:
    """The process that starts all others (see noding.py)."""

    def __init__(self, log: Path) -> None:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        var = {"YICHUANG_VAR": str(log.parent), "YICHUANG_DATABASE_URL": f"sqlite:///{log.parent / 'none.sqlite3'}"}
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.noding"],
                cwd=ROOT,
                env={**os.environ, **var, "PYTHONPATH": path, "YICHUANG_LOG_LEVEL": "WARNING"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def ask(self, **asked: object) -> int:
        """Ask for a process, or for the end of one; return its number, or its exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text()[-3000:]
        return int(answer)


class Node:
    """One installation and its processes."""

    def __init__(self, mother: Mother, name: str, folder: Path, port: int) -> None:
        self.mother, self.name, self.folder, self.port = mother, name, folder, port
        self.running: list[int] = []
        self.said, self.carrier = 0, ""

    @property
    def pending(self) -> int:
        """How many envelopes wait in its outbox."""
        return self._count("exchange_nodeoutbox WHERE acknowledged_at IS NULL")

    @property
    def posted(self) -> int:
        """How many envelopes it wrote."""
        return self._count("exchange_nodeoutbox")

    @property
    def taken(self) -> int:
        """How many envelopes it took."""
        return self._count("exchange_nodeinbox WHERE state = 'taken'")

    def _count(self, what: str) -> int:
        asked = f"SELECT COUNT(*) FROM {what}"
        with closing(sqlite3.connect(self.folder / "node.sqlite3", timeout=20)) as base:
            return int(base.execute(asked).fetchone()[0])

    def command(self, *words: str) -> str:
        """Run `yichuang node ...` on the node's files."""
        said = StringIO()
        with override_settings(NODE_FILE=self.folder / "node.yaml", NODE_KEYS=self.folder / "node-keys"):
            call_command("node", *words, stdout=said)
        return said.getvalue()

    def _begin(self, *order: str, clock: int, bad: bool) -> tuple[int, Path]:
        self.said += 1
        said = self.folder / f"{order[0]}-{self.said}.txt"
        where = {"node": self.name, "folder": str(self.folder), "said": str(said), "carrier": self.carrier}
        return self.mother.ask(order=order, clock=clock, bad=bad, **where), said

    def ask(self, *order: str, clock: int = 0, code: int = 0) -> str:
        """Run an order to its end and return what it said."""
        process, said = self._begin(*order, clock=clock, bad=False)
        assert self.mother.ask(wait=process) == code, self.mother.log.read_text()[-3000:]
        return said.read_text()

    def start(self, *order: str, clock: int = 0, bad: bool = False) -> Path:
        """Start a process that goes on, and return where it writes its words when it is ready."""
        process, said = self._begin(*order, clock=clock, bad=bad)
        self.running.append(process)
        eventually(lambda: said.exists() and "ready" in said.read_text(), 60, f"{order[0]} did not start")
        return said

    def kill(self) -> None:
        """Kill -9 the process that was started last."""
        process = self.running.pop()
        os.kill(process, signal.SIGKILL)
        self.mother.ask(wait=process)

    def check(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("check"))
        return found

    def stop(self) -> None:
        while self.running:
            self.kill()


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    mother = Mother(tmp_path_factory.mktemp("mother") / "mother.log")
    yield mother
    mother.process.kill()
    mother.process.wait(10)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """A database with all tables: that of the tests, copied, for making one on disk takes long."""
    if connection.vendor != "sqlite":
        pytest.skip("these nodes are on SQLite, whatever the tests are on")
    file = tmp_path_factory.mktemp("empty") / "node.sqlite3"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
    return file


@pytest.fixture
def nodes(tmp_path: Path, empty: Path, mother: Mother) -> Iterator[tuple[Node, Node]]:
    """A town and the county above it, which knows the town and cannot reach it."""
    town = Node(mother, "town", tmp_path / "town", 0)
    county = Node(mother, "county", tmp_path / "county", free_port())
    for one in (town, county):
        one.folder.mkdir()
        shutil.copy(empty, one.folder / "node.sqlite3")
    county.command("init", "county", "--level", "county", "--url", f"http://127.0.0.1:{county.port}")
    town.command("init", "town", "--level", "town", "--parent", "county", "--serials", "10000-19999")
    for one, other in ((town, county), (county, town)):
        card = tmp_path / f"{other.name}.yaml"
        card.write_text(other.command("card"))
        one.command("meet", str(card))
    yield town, county
    for one in (town, county):
        one.stop()


def exchange_everything(town: Node, county: Node) -> tuple[dict[str, Any], dict[str, Any]]:
    """Wait until each has what the other wrote, and return what stands at both ends."""
    eventually(lambda: town.pending == 0, 60, "the town's outbox did not empty")
    eventually(lambda: county.taken >= town.posted, 60, "the county did not take everything")
    eventually(lambda: county.pending == 0, 60, "the county's outbox did not empty")
    eventually(lambda: town.taken >= county.posted, 60, "the town did not take everything")
    return town.check(), county.check()


def require_the_same(town: dict[str, Any], county: dict[str, Any]) -> None:
    assert town["faults"] == county["faults"] == []
    assert county["heads"] == town["heads"]
    assert county["doubled"] == 0
    assert county["inbox"] == town["outbox"]
    assert county["states"] == ["taken"]


def test_a_wrong_clock_flipped_bits_and_doubled_batches_change_nothing(
    nodes: tuple[Node, Node], capsys: pytest.CaptureFixture[str]
) -> None:
    town, county = nodes
    town.ask("write", "40", clock=DAY)
    county.start("serve", str(county.port))
    line = town.start("loop", clock=DAY, bad=True)
    town.ask("write", "20", clock=DAY)
    ours, theirs = exchange_everything(town, county)
    town.kill()
    flipped = line.read_text().count("flipped")
    with capsys.disabled():
        print(
            f"\nclock a day fast, bits flipped, batches doubled: {len(ours['heads'])} cases,"
            f" {ours['outbox']} envelopes, {flipped} damaged, {theirs['refused']} refused,"
            f" {theirs['inbox']} stand, {theirs['doubled']} doubled"
        )
    require_the_same(ours, theirs)
    assert theirs["refused"] >= flipped > 0
    # The clock is measured and shown, and decides nothing.
    assert abs(theirs["skew"] - DAY) < 120


def test_a_neighbour_that_is_away_is_said_and_its_envelopes_stay(nodes: tuple[Node, Node]) -> None:
    town, _county = nodes
    town.ask("write", "3")
    said = town.ask("node", "send", code=3)
    assert "county" in said
    assert town.pending == 3


@contextmanager
def carrying(how: str, town: Node, county: Node) -> Iterator[None]:
    """Have the county answer, or both go to a broker."""
    if how == "http":
        county.start("serve", str(county.port))
        yield
        return
    try:
        with jetstream.running_cluster(1) as cluster:
            town.carrier = county.carrier = cluster.url
            county.start("loop")
            yield
            town.stop()
            county.stop()
    except jetstream.NatsUnavailable as reason:
        leave_out(str(reason))


@pytest.mark.parametrize("how", ["http", "nats"])
def test_a_key_changed_in_mid_stream_and_a_loop_killed_in_it_lose_nothing(
    how: str, nodes: tuple[Node, Node], capsys: pytest.CaptureFixture[str]
) -> None:
    with carrying(how, *nodes):
        change_keys(how, *nodes, capsys)


def change_keys(how: str, town: Node, county: Node, capsys: pytest.CaptureFixture[str]) -> None:
    town.ask("write", "5")
    assert "发出 5，" in town.ask("node", "send")
    assert "收到 0，" in town.ask("node", "receive")
    town.start("loop")
    new = town.ask("write-and-rotate", "20").strip()
    # The reply to a sending is signed by the county's new key now, which the town learns by fetching.
    newer = county.ask("rotate").strip()
    town.kill()
    town.start("loop")
    ours, theirs = exchange_everything(town, county)
    with capsys.disabled():
        print(
            f"\nkeys of both changed in mid-stream, loop killed -9, {how}: {len(ours['heads'])} cases,"
            f" {ours['outbox']} envelopes, {theirs['inbox']} stand, {theirs['doubled']} doubled"
        )
    require_the_same(ours, theirs)
    assert (theirs["key"], ours["key"]) == (new, newer)
