"""Several nodes in one test: each with a database, a node file and keys of its own, changed by a `with`.

A node's database is a copy of the test database as it stands; the connection named "default" is exchanged while one is
on. Links are carried by hand, so a test cuts them by not carrying.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection, connections
from django.test.utils import override_settings

from tests import prepared
from tests.factories.catalogue import handmade_catalogue
from yichuang.exchange.nodes import configuration, incoming, keyring, outgoing
from yichuang.exchange.nodes.configuration import NodeFile, PeerCard
from yichuang.exchange.nodes.values import TakenReport

__all__ = ["CHAIN", "Nodes", "empty_node", "handmade_catalogue", "nodes"]

# A town below its county below the city, and a town next door.
CHAIN = (
    ("ankang", "city", ""),
    ("ziyang", "county", "ankang"),
    ("chengguan", "town", "ziyang"),
    ("haoping", "town", "ziyang"),
)
BEGIN = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
LINKS = (("chengguan", "ziyang"), ("haoping", "ziyang"), ("ziyang", "ankang"))


@dataclass
class Nodes:
    """The nodes of one test; `now` is the clock of them all, moved on by the test."""

    folder: Path
    make: Callable[[str], Any]
    now: datetime = BEGIN
    wrappers: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    backups: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Be one node for a while."""
        before = connections["default"]
        connections["default"] = self.wrappers[name]
        try:
            with override_settings(**self.files[name]):
                yield
        finally:
            connections["default"] = before

    def later(self, **amount: float) -> datetime:
        """Move the clock on and return it."""
        self.now += timedelta(**amount)
        return self.now

    def add(self, name: str, level: str, parent: str, *, first: int, valid_until: datetime | None = None) -> None:
        """Set a node up, as `yichuang node init` does."""
        own = self.folder / name
        own.mkdir()
        self.wrappers[name] = self.make(name)
        self.files[name] = {
            "NODE": name,
            "NODE_SERIALS": (first, first + 999),
            "NODE_FILE": own / "node.yaml",
            "NODE_KEYS": own / "keys",
        }
        with self.at(name):
            keyring.use_key(keyring.make_key(valid_until=valid_until))
            written = NodeFile(name=name, level=level, parent=parent, title=name.title(), serials=(first, first + 999))
            (own / "node.yaml").write_text(configuration.as_yaml(written), "utf-8")

    def introduce(self) -> None:
        """Let every node know every other's card."""
        cards = {}
        for name, own in self.files.items():
            with self.at(name):
                written = configuration.read_file(own["NODE_FILE"])
                cards[name] = PeerCard(
                    name=name, level=written.level, parent=written.parent, title=written.title, keys=keyring.own_keys()
                )
        for name, own in self.files.items():
            with self.at(name):
                written = configuration.read_file(own["NODE_FILE"])
                others = tuple(card for other, card in cards.items() if other != name)
                configuration.write(own["NODE_FILE"], msgspec.structs.replace(written, peers=others))

    def send(
        self, origin: str, destination: str, *, limit: int = 500, spoil: Callable[[bytes], bytes] | None = None
    ) -> TakenReport:
        """Carry one batch over a link, and the acknowledgement back."""
        with self.at(origin):
            outgoing.follow(at=self.now)
            batch = outgoing.pending(destination, limit)
        report = self.take(destination, [spoil(one) if spoil else one for one in batch], origin)
        with self.at(origin):
            refused = report.faults[0].code if report.faults else ""
            outgoing.acknowledge(destination, report.up_to, at=self.now, wanted=report.wanted, refused=refused)
        return report

    def take(self, destination: str, batch: Sequence[bytes], origin: str = "") -> TakenReport:
        """Give a node a batch as a carrier does."""
        with self.at(destination):
            return incoming.take(batch, self.now, by_peer=origin)

    def meet(self, *links: tuple[str, str], rounds: int = 12) -> None:
        """Carry over these links, both ways, until nothing is left to be sent; all links without any named."""
        for rest in range(rounds):
            moved = 0
            for one, other in links or LINKS:
                for origin, destination in ((one, other), (other, one)):
                    report = self.send(origin, destination)
                    # What was refused is numbered anew, or sent again.
                    moved += report.taken + report.refused
            # The first round may only have been greetings, by which nodes learn where they stand.
            if not moved and rest:
                return
        raise AssertionError("the nodes never came to rest")

    def backup(self, name: str) -> None:
        """Keep a node's database as it stands."""
        wrapper = self.wrappers[name]
        wrapper.ensure_connection()
        if wrapper.vendor == "sqlite":
            self.backups[name] = sqlite3.connect(":memory:", check_same_thread=False)
            wrapper.connection.backup(self.backups[name])
            return
        wrapper.close()
        self.backups[name] = f"{wrapper.settings_dict['NAME']}_backup"
        copy_database(wrapper.settings_dict["NAME"], self.backups[name])

    def restore(self, name: str) -> None:
        """Put a node back to its backup: what it did since then, it knows no more."""
        wrapper = self.wrappers[name]
        if wrapper.vendor == "sqlite":
            self.backups[name].backup(wrapper.connection)
            return
        wrapper.close()
        copy_database(self.backups[name], wrapper.settings_dict["NAME"])


def copy_database(source: str, target: str) -> None:
    """Put a copy of one database of the test server in another's place."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')


@pytest.fixture(scope="session")
def empty_node(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[str], Any]]:
    """What makes a node's database: a copy of the empty test database."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            yield from _on_sqlite()
        else:
            yield from _on_postgresql()


def _wrapper(name: str) -> Any:
    settings = {**connections["default"].settings_dict, "NAME": name}
    return type(connections["default"])(settings, "default")


def _on_sqlite() -> Iterator[Callable[[str], Any]]:
    # Taken before a test's own transaction begins, in which nobody can copy.
    empty = prepared._copy()

    def make(name: str) -> Any:
        # As a server's file would be, but for the disk: shared by the threads of one process.
        wrapper = _wrapper(f"file:{name}-{id(object())}?mode=memory&cache=shared")
        wrapper.ensure_connection()
        empty.backup(wrapper.connection)
        return wrapper

    yield make
    empty.close()


def _on_postgresql() -> Iterator[Callable[[str], Any]]:
    template = f"{connection.settings_dict['NAME']}_node"
    prepared._create(template, template=connection.settings_dict["NAME"])
    made: set[str] = set()

    def make(name: str) -> Any:
        # Made once and emptied for each test: to make and drop a database flushes the server's disk every time.
        wrapper = _wrapper(f"{template}_{name}")
        if name in made:
            wrapper.ensure_connection()
            wrapper.ops.execute_sql_flush([])
        else:
            copy_database(template, wrapper.settings_dict["NAME"])
            made.add(name)
        return wrapper

    yield make


@pytest.fixture
def nodes(db: None, empty_node: Callable[[str], Any], handmade_catalogue: Any, tmp_path: Path) -> Iterator[Nodes]:
    """City, county and two towns that know each other."""
    made = Nodes(tmp_path, empty_node)
    for place, (name, level, parent) in enumerate(CHAIN):
        made.add(name, level, parent, first=1 + place * 1000)
    made.introduce()
    yield made
    for wrapper in made.wrappers.values():
        if wrapper.connection is not None:
            wrapper.connection.close()
            wrapper.connection = None
