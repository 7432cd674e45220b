"""Whole nodes on bad lines: a sender's clock a day off, bits flipped, batches sent twice, keys changed in mid-stream.

Two installations with databases, keys and processes of their own. After every trouble both ledgers verify and are the
same; counts are printed. What lies with the carriers alone (brokers, cables, disks) is in test_link_faults.py.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import override_settings

from tests import jetstream
from tests.conftest import free_port, leave_out
from tests.faults.conftest import Database, Say
from tests.faults.mother import Child, Mother, eventually, mother_of

DAY = 86_400


class Node:
    """One installation and its processes."""

    def __init__(self, mother: Mother, name: str, folder: Path, port: int) -> None:
        self.mother, self.name, self.folder, self.port = mother, name, folder, port
        self.running: list[Child] = []
        self.carrier = ""

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
        with closing(sqlite3.connect(self.folder / "yichuang.sqlite3", timeout=20)) as base:
            return int(base.execute(asked).fetchone()[0])

    def command(self, *words: str) -> str:
        """Run `yichuang node ...` on the node's files."""
        said = StringIO()
        with override_settings(NODE_FILE=self.folder / "node.yaml", NODE_KEYS=self.folder / "node-keys"):
            call_command("node", *words, stdout=said)
        return said.getvalue()

    def _as(self, clock: int, *, bad: bool = False) -> dict[str, Any]:
        where = {"node": self.name, "folder": str(self.folder), "carrier": self.carrier}
        return {**where, "clock": clock, "bad": bad}

    def ask(self, *order: str, clock: int = 0, code: int = 0) -> str:
        """Run an order to its end and return what it said."""
        return self.mother.ask(*order, code=code, **self._as(clock))

    def start(self, *order: str, clock: int = 0, bad: bool = False) -> Child:
        """Start a process that goes on, and return it when it is ready."""
        child = self.mother.start(*order, **self._as(clock, bad=bad))
        self.running.append(child)
        child.wait_for(lambda lines: "ready" in lines)
        return child

    def kill(self) -> None:
        """Kill -9 the process that was started last."""
        assert self.running.pop().kill()

    def check(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("check"))
        return found

    def stop(self) -> None:
        while self.running:
            self.kill()


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with mother_of("noding", tmp_path_factory.mktemp("mother"), YICHUANG_LOG_LEVEL="WARNING") as mother:
        yield mother


@pytest.fixture
def nodes(tmp_path: Path, database: Database, mother: Mother) -> Iterator[tuple[Node, Node]]:
    """A town and the county above it, which knows the town and cannot reach it."""
    town = Node(mother, "town", tmp_path / "town", 0)
    county = Node(mother, "county", tmp_path / "county", free_port())
    for one in (town, county):
        database(one.folder)
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
    eventually(lambda: town.pending == 0, "the town's outbox did not empty")
    eventually(lambda: county.taken >= town.posted, "the county did not take everything")
    eventually(lambda: county.pending == 0, "the county's outbox did not empty")
    eventually(lambda: town.taken >= county.posted, "the town did not take everything")
    return town.check(), county.check()


def require_the_same(town: dict[str, Any], county: dict[str, Any]) -> None:
    assert town["faults"] == county["faults"] == []
    assert county["heads"] == town["heads"]
    assert county["doubled"] == 0
    assert county["inbox"] == town["outbox"]
    assert county["states"] == ["taken"]


def test_a_wrong_clock_flipped_bits_and_doubled_batches_change_nothing(nodes: tuple[Node, Node], say: Say) -> None:
    town, county = nodes
    town.ask("write", "40", clock=DAY)
    county.start("serve", str(county.port))
    line = town.start("loop", clock=DAY, bad=True)
    town.ask("write", "20", clock=DAY)
    ours, theirs = exchange_everything(town, county)
    town.kill()
    flipped = line.lines.count("flipped")
    say(
        f"clock a day fast, bits flipped, batches doubled: {len(ours['heads'])} cases,"
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
    how: str, nodes: tuple[Node, Node], say: Say
) -> None:
    with carrying(how, *nodes):
        change_keys(how, *nodes, say)


def change_keys(how: str, town: Node, county: Node, say: Say) -> None:
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
    say(
        f"keys of both changed in mid-stream, loop killed -9, {how}: {len(ours['heads'])} cases,"
        f" {ours['outbox']} envelopes, {theirs['inbox']} stand, {theirs['doubled']} doubled"
    )
    require_the_same(ours, theirs)
    assert (theirs["key"], ours["key"]) == (new, newer)
