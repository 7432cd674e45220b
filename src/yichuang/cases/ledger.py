"""The ledger: the only writer of the event table, and the one order in which followers read it.

On SQLite one writer at a time makes `position` the order of commits. On PostgreSQL a position is
handed out before its transaction commits, so a reader that trusted positions alone would skip a
late committer; there the order is (transaction_id, position) and a reader stops below the oldest
transaction still running (ADR 0002; the concurrent test proves it).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection

from yichuang.cases import codec
from yichuang.cases.domain import chain
from yichuang.cases.domain.events import Event
from yichuang.cases.values import ChangedMeanwhile
from yichuang.kernel.actor import Actor


class Cursor(NamedTuple):
    """How far a follower has read: everything up to and including this place."""

    transaction_id: int
    position: int


START = Cursor(0, 0)


class Entry(NamedTuple):
    """One event as read back from the ledger."""

    position: int
    case_id: int
    seq: int
    name: str
    payload: str
    source_at: datetime
    received_at: datetime
    recorded_at: datetime
    actor_id: str
    actor_name: str
    hash: bytes

    def event(self) -> Event:
        """Decode the payload."""
        return codec.decode(self.name, self.payload)


class Link(NamedTuple):
    """One row ready to be written: the event encoded, placed and chained."""

    case_id: int
    seq: int
    name: str
    payload: str
    source_at: Any
    received_at: Any
    recorded_at: Any
    actor_id: str
    actor_name: str
    hash: bytes


COLUMNS = (
    "case_id", "seq", "name", "payload", "source_at", "received_at", "recorded_at", "actor_id", "actor_name", "hash",
)  # fmt: skip
_INSERT = f"INSERT INTO cases_event ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
_READ = (
    "SELECT position, case_id, seq, name, payload, source_at, received_at, recorded_at, actor_id, actor_name, hash"
    " FROM cases_event"
)


def is_native() -> bool:
    """Return whether the engine takes instants, days and identities as they are (PostgreSQL) or as text (SQLite)."""
    return connection.vendor == "postgresql"


def time_as_text(canonical: str) -> str:
    """Return a canonical instant in the text form in which SQLite stores and compares it."""
    return f"{canonical[:10]} {canonical[11:-1]}"


def stored_time(at: datetime, *, native: bool) -> Any:
    """Return an instant as the engine stores it."""
    return at if native else time_as_text(chain.canonical_time(at))


class Chainer:
    """Makes the links of one case, one after another; knows nothing of the database but how it stores a time."""

    __slots__ = ("_actor", "_native", "_received", "_recorded", "case_id", "head", "seq", "uuid")

    def __init__(
        self,
        *,
        case_id: int,
        uuid: str,
        actor: Actor,
        recorded_at: datetime,
        native: bool,
        seq: int = 0,
        head: bytes = chain.GENESIS,
    ) -> None:
        self.case_id = case_id
        self.uuid = uuid
        self.seq = seq
        self.head = head
        self._actor = (actor.id, actor.name)
        self._native = native
        self._recorded = self._both(recorded_at)
        self._received: tuple[datetime | None, tuple[str, Any]] = (None, ("", None))

    def _both(self, at: datetime) -> tuple[str, Any]:
        canonical = chain.canonical_time(at)
        return canonical, at if self._native else time_as_text(canonical)

    def add(self, event: Event, *, source_at: datetime, received_at: datetime, actor: Actor | None = None) -> Link:
        """Return the next link."""
        name, payload = codec.encode(event)
        self.seq += 1
        source, source_stored = self._both(source_at)
        if received_at is not self._received[0]:
            self._received = (received_at, self._both(received_at))
        received, received_stored = self._received[1]
        who = self._actor if actor is None else (actor.id, actor.name)
        self.head = chain.link(
            self.head,
            case_uuid=self.uuid,
            seq=self.seq,
            name=name,
            times=(source, received, self._recorded[0]),
            actor=who,
            payload=payload,
        )
        return Link(
            self.case_id,
            self.seq,
            name,
            payload.decode(),
            source_stored,
            received_stored,
            self._recorded[1],
            *who,
            self.head,
        )


def append(links: Sequence[Link], *, number: str = "") -> None:
    """Write links of one or many cases inside the caller's transaction; raises ChangedMeanwhile."""
    try:
        if is_native() and len(links) > 100:
            _copy(links)
            return
        with connection.cursor() as cursor:
            if len(links) == 1:
                # The usual case of a single command: no detour by the driver's batches.
                cursor.execute(_INSERT, links[0])
            else:
                cursor.executemany(_INSERT, links)
    except IntegrityError as error:
        if "seq" not in str(error):
            raise
        raise ChangedMeanwhile(number=number) from error


def _copy(links: Sequence[Link]) -> None:
    # `copy` is the driver's own: Django does not translate its errors unasked.
    into = f"COPY cases_event ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
        for link in links:
            copy.write_row(link)


def read_case(case_id: int) -> list[Entry]:
    """Return all entries of one case, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_READ} WHERE case_id = %s ORDER BY seq", [case_id])
        return [_entry(row) for row in cursor.fetchall()]


def read_cases(first: int, last: int) -> list[Entry]:
    """Return all entries of the cases with these ids and all between, case by case, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_READ} WHERE case_id >= %s AND case_id <= %s ORDER BY case_id, seq", [first, last])
        return [_entry(row) for row in cursor.fetchall()]


def read_those(case_ids: Sequence[int]) -> list[Entry]:
    """Return all entries of some cases, case by case, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_READ} WHERE case_id IN ({', '.join(['%s'] * len(case_ids))}) ORDER BY case_id, seq", [*case_ids]
        )
        return [_entry(row) for row in cursor.fetchall()]


def read(*, after: Cursor = START, limit: int = 10_000) -> tuple[list[Entry], Cursor]:
    """Return up to `limit` entries that stand after the cursor in the ledger's trusted order, and the new cursor."""
    with connection.cursor() as cursor:
        if is_native():
            cursor.execute(
                _READ.replace("SELECT position", "SELECT transaction_id, position")
                + " WHERE (transaction_id, position) > (%s, %s)"
                " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                " ORDER BY transaction_id, position LIMIT %s",
                [*after, limit],
            )
            rows = cursor.fetchall()
            entries = [_entry(row[1:]) for row in rows]
            return entries, Cursor(rows[-1][0], rows[-1][1]) if rows else after
        cursor.execute(f"{_READ} WHERE position > %s ORDER BY position LIMIT %s", [after.position, limit])
        entries = [_entry(row) for row in cursor.fetchall()]
        return entries, Cursor(0, entries[-1].position) if entries else after


def read_of(*, source: str, after: Cursor = START, limit: int = 1_000) -> tuple[list[Entry], Cursor]:
    """Return up to `limit` entries of one source's cases behind the cursor, in the trusted order, and the new cursor.

    When fewer are found the cursor goes on to the end of what can be trusted, past the entries of all others.
    """
    condition, parameters, end = changed_since(after)
    order = "transaction_id, position" if is_native() else "position"
    columns = _READ.replace("SELECT position", "SELECT transaction_id, position")
    with connection.cursor() as cursor:
        # The source is looked up event by event: joined, a planner may begin with all cases of the source instead.
        cursor.execute(
            f"{columns} WHERE {condition}"
            " AND (SELECT c.source FROM cases_case c WHERE c.id = cases_event.case_id) = %s"
            f" ORDER BY {order} LIMIT %s",
            [*parameters, source, limit],
        )
        rows = cursor.fetchall()
    entries = [_entry(row[1:]) for row in rows]
    return entries, Cursor(*rows[-1][:2]) if len(rows) == limit else end


def changed_since(after: Cursor) -> tuple[str, list[int], Cursor]:
    """Return an SQL condition over cases_event with its parameters that selects what came after the cursor,
    and the cursor that stands at the end of it, for followers that work on sets rather than on single events."""
    with connection.cursor() as cursor:
        if is_native():
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            row = cursor.fetchone()
            horizon = int(row[0]) if row else 0
            cursor.execute(
                "SELECT transaction_id, position FROM cases_event WHERE transaction_id < %s"
                " ORDER BY transaction_id DESC, position DESC LIMIT 1",
                [horizon],
            )
            last = cursor.fetchone()
            end = Cursor(int(last[0]), int(last[1])) if last else after
            condition = "(transaction_id, position) > (%s, %s) AND (transaction_id, position) <= (%s, %s)"
            return condition, [*after, *end], end
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM cases_event")
        row = cursor.fetchone()
        end = Cursor(0, int(row[0]) if row else 0)
        return "position > %s AND position <= %s", [after.position, end.position], end


def aware(value: Any) -> datetime:
    """Return an instant read by bare SQL as an aware one (SQLite stores UTC text)."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(*row[:5], aware(row[5]), aware(row[6]), aware(row[7]), row[8], row[9], bytes(row[10]))


def verify_case(case_id: int, *, uuid: str) -> Iterator[str]:
    """Yield one sentence for every broken link of a case's chain; nothing when it is whole."""
    yield from verify_entries(read_case(case_id), uuid=uuid)


def verify_entries(entries: Sequence[Entry], *, uuid: str) -> Iterator[str]:
    """Yield the same for the entries of a case, all of them, oldest first, that somebody has read already."""
    head = chain.GENESIS
    for place, entry in enumerate(entries, start=1):
        if entry.seq != place:
            yield f"seq {entry.seq}: expected {place}"
        head = chain.link(
            head,
            case_uuid=uuid,
            seq=entry.seq,
            name=entry.name,
            times=(
                chain.canonical_time(entry.source_at),
                chain.canonical_time(entry.received_at),
                chain.canonical_time(entry.recorded_at),
            ),
            actor=(entry.actor_id, entry.actor_name),
            payload=entry.payload.encode(),
        )
        if head != entry.hash:
            yield f"seq {entry.seq}: stored hash {entry.hash.hex()}, recomputed {head.hex()}"
            head = entry.hash
