"""A mailroom for tests of carriers: outbox and inbox of one node in a file, envelopes without a meaning, shared keys.

It keeps the promises of the real one (numbers without gaps, in place or waiting, repeated ones known, others refused)
and knows nothing of cases, so that what a test finds lies with the carrier.
"""

import hashlib
import hmac
import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yichuang.exchange.carriers.answering import Desk
from yichuang.exchange.carriers.contract import Acknowledged, Refused

SECRET = b"shared by all nodes of a test"
_TABLES = """
CREATE TABLE IF NOT EXISTS outbox (peer TEXT, number INTEGER, data BLOB, acknowledged INTEGER DEFAULT 0,
  PRIMARY KEY (peer, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON outbox (peer, number) WHERE acknowledged = 0;
CREATE INDEX IF NOT EXISTS done ON outbox (peer, number) WHERE acknowledged = 1;
CREATE TABLE IF NOT EXISTS inbox (sender TEXT, number INTEGER, data BLOB, PRIMARY KEY (sender, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken (sender TEXT PRIMARY KEY, wanted INTEGER) WITHOUT ROWID;
"""
# Named, or SQLite walks along the key past all that was acknowledged before.
_AGAIN = "UPDATE outbox INDEXED BY done SET acknowledged = 0 WHERE acknowledged = 1 AND peer = ? AND number >= ?"
_DONE = "UPDATE outbox INDEXED BY waiting SET acknowledged = 1 WHERE acknowledged = 0 AND peer = ? AND number <= ?"
_COUNT_PENDING = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM outbox INDEXED BY waiting WHERE acknowledged = 0 AND peer = ? LIMIT 1000)"
)


def envelope(origin: str, destination: str, number: int, text: str = "") -> bytes:
    """Return an envelope with a signature over all of it."""
    content = {"body": {"text": text}, "destination": destination, "number": number, "origin": origin}
    return _plain({**content, "signature": _sign(_plain(content))})


def is_whole(data: bytes) -> bool:
    """Tell whether an envelope is as it was signed."""
    try:
        content = json.loads(data)
        signature = content.pop("signature")
    except (ValueError, KeyError, AttributeError):
        return False
    return isinstance(signature, str) and hmac.compare_digest(signature.encode(), _sign(_plain(content)).encode())


def _plain(content: dict[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _sign(data: bytes) -> str:
    return hmac.new(SECRET, data, hashlib.sha256).hexdigest()


@dataclass
class SharedSeals:
    """Keys that all nodes of a test share; `known` are the ids that this node accepts."""

    node: str
    key_id: str = "1"
    known: tuple[str, ...] = ("1",)

    def sign(self, data: bytes) -> tuple[str, bytes]:
        return self.key_id, _sign(self.node.encode() + self.key_id.encode() + data).encode()

    def verify(self, *, node: str, key_id: str, data: bytes, signature: bytes) -> bool:
        expected = _sign(node.encode() + key_id.encode() + data).encode()
        return key_id in self.known and hmac.compare_digest(expected, signature)


@dataclass(frozen=True)
class Found:
    taken: int = 0
    repeated: int = 0
    waiting: int = 0
    refused: int = 0
    up_to: int = 0
    wanted: int = 1
    first_refused: Refused | None = None


class FileMailroom:
    """Outbox and inbox in one SQLite file; several processes may use it."""

    def __init__(self, node: str, path: Path, *, durable: bool = False) -> None:
        self.node, self.lock = node, threading.RLock()
        self.base = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        self.base.executescript(_TABLES)

    def post(self, peer: str, count: int, text: str = "") -> None:
        """Write so many envelopes for a peer."""
        with self.lock, self.base:
            self.base.execute("BEGIN IMMEDIATE")
            (last,) = self.base.execute(
                "SELECT COALESCE(MAX(number), 0) FROM outbox WHERE peer = ?", (peer,)
            ).fetchone()
            rows = ((peer, n, envelope(self.node, peer, n, text)) for n in range(last + 1, last + count + 1))
            self.base.executemany("INSERT INTO outbox (peer, number, data) VALUES (?, ?, ?)", rows)

    def pending(self, peer: str, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        return self._rows("INDEXED BY waiting WHERE acknowledged = 0", peer, 0, limit, most_bytes)

    def after(self, peer: str, number: int, *, limit: int, most_bytes: int) -> Sequence[bytes]:
        return self._rows("WHERE 1", peer, number, limit, most_bytes)

    def _rows(self, chosen: str, peer: str, number: int, limit: int, most_bytes: int) -> Sequence[bytes]:
        asked = f"SELECT data FROM outbox {chosen} AND peer = ? AND number > ? ORDER BY number LIMIT ?"
        with self.lock:
            rows = [data for (data,) in self.base.execute(asked, (peer, number, limit))]
        size = 0
        for place, data in enumerate(rows):
            size += len(data)
            if place and size > most_bytes:
                return rows[:place]
        return rows

    def acknowledge(self, peer: str, said: Acknowledged, *, at: datetime) -> int:
        with self.lock, self.base:
            self.base.execute("BEGIN IMMEDIATE")
            if said.refused and said.refused.code == "ReplayRefused":
                self._number_on(peer, said.refused.number, said.wanted or 1)
            elif said.wanted:
                self.base.execute(_AGAIN, (peer, said.wanted))
            return self.base.execute(_DONE, (peer, said.up_to or 0)).rowcount

    def _number_on(self, peer: str, refused: int, wanted: int) -> None:
        """Give what waits, and what was refused, numbers that the peer has not seen."""
        rows = self.base.execute(
            "SELECT number, data FROM outbox WHERE peer = ? AND (acknowledged = 0 OR number >= ?) ORDER BY number",
            (peer, refused),
        ).fetchall()
        self.base.executemany("DELETE FROM outbox WHERE peer = ? AND number = ?", ((peer, n) for n, _ in rows))
        for number, (_old, data) in enumerate(rows, wanted):
            again = envelope(self.node, peer, number, json.loads(data)["body"]["text"])
            self.base.execute("INSERT INTO outbox (peer, number, data) VALUES (?, ?, ?)", (peer, number, again))

    def take(self, sender: str, envelopes: Sequence[bytes], *, at: datetime) -> Found:
        taken = repeated = waiting = up_to = 0
        first, faults = None, 0
        with self.lock, self.base:
            self.base.execute("BEGIN IMMEDIATE")
            wanted = self.wanted(sender)
            for data in envelopes:
                number = json.loads(data)["number"] if is_whole(data) else 0
                known = self.base.execute(
                    "SELECT data FROM inbox WHERE sender = ? AND number = ?", (sender, number)
                ).fetchone()
                if not number or (known and known[0] != data):
                    faults += 1
                    code = "ReplayRefused" if known else "BadSignature"
                    first = first or Refused(number, code, "not as it was signed, or not as it came before")
                    continue
                if known:
                    repeated += 1
                else:
                    self.base.execute("INSERT INTO inbox VALUES (?, ?, ?)", (sender, number, data))
                    taken, waiting = taken + (number == wanted), waiting + (number > wanted)
                while self.base.execute(
                    "SELECT 1 FROM inbox WHERE sender = ? AND number = ?", (sender, wanted)
                ).fetchone():
                    wanted += 1
                up_to = max(up_to, number) if number < wanted else up_to
            self.base.execute("INSERT OR REPLACE INTO taken VALUES (?, ?)", (sender, wanted))
        if first is not None and first.number:
            up_to = min(up_to, first.number - 1)
        return Found(taken, repeated, waiting, faults, up_to, wanted, first)

    def wanted(self, sender: str) -> int:
        with self.lock:
            row = self.base.execute("SELECT wanted FROM taken WHERE sender = ?", (sender,)).fetchone()
        return row[0] if row else 1

    def count_pending(self, peer: str) -> int:
        with self.lock:
            return int(self.base.execute(_COUNT_PENDING, (peer,)).fetchone()[0])

    def note_contact(self, peer: str, *, sent: bool, error: str, at: datetime) -> None:
        pass

    def follow(self) -> int:
        return 0

    def numbers(self, sender: str) -> list[int]:
        """Return the numbers that have come of a sender, in order."""
        asked = "SELECT number FROM inbox WHERE sender = ? ORDER BY number"
        with self.lock:
            return [number for (number,) in self.base.execute(asked, (sender,))]

    def lose(self, peer: str, *, above: int) -> None:
        """Be restored from an older backup: what was written above a number is not there any more."""
        with self.lock, self.base:
            self.base.execute("DELETE FROM outbox WHERE peer = ? AND number > ?", (peer, above))

    def forget(self, sender: str, *, above: int) -> None:
        """Be restored from an older backup: what came above a number is not there any more."""
        with self.lock, self.base:
            self.base.execute("DELETE FROM inbox WHERE sender = ? AND number > ?", (sender, above))
            self.base.execute("UPDATE taken SET wanted = ? WHERE sender = ?", (above + 1, sender))

    def close(self) -> None:
        self.base.close()


def desk(mailroom: FileMailroom, peers: dict[str, str], seals: SharedSeals | None = None) -> Desk:
    """Return the answering end of a node of a test."""
    return Desk(
        mailroom=mailroom,
        seals=seals or SharedSeals(mailroom.node),
        peers=peers,
        secret=b"of this process",
        clock=lambda: datetime.now(UTC),
    )
