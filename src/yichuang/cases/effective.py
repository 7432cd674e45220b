"""Effective: the events of a case that count, read from its ledger; what its source has taken back stays behind.

A case that was never corrected passes through untouched.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from yichuang.cases.codec import NAMES, decode
from yichuang.cases.domain import corrections
from yichuang.cases.domain.events import ApplicationReceived, HistoryCorrected
from yichuang.cases.ledger import Entry, read_case
from yichuang.cases.models.ledger import TURNS

CORRECTED, _RECEIVED = NAMES[HistoryCorrected], NAMES[ApplicationReceived]
# As the index says it, word for word: SQLite does not see that one condition follows from another.
INDEXED = f"name IN ({', '.join(repr(name) for name in TURNS)})"


def corrections_in(entries: Sequence[Entry]) -> dict[int, HistoryCorrected]:
    """Return the correcting events among all entries of a case, by place."""
    found = {}
    for entry in entries:
        if entry.name == CORRECTED:
            event = entry.event()
            assert isinstance(event, HistoryCorrected)
            found[entry.seq] = event
    return found


def effective(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return those that count of all entries of a case, oldest first, in their true order."""
    if not (found := corrections_in(entries)):
        return entries
    places = corrections.effective(len(entries), {seq: event.order for seq, event in found.items()})
    return [entries[place - 1] for place in places]


def withdrawn(entries: Sequence[Entry]) -> dict[int, int]:
    """Return by which correcting event each entry was taken back that does not count, by place."""
    if not (found := corrections_in(entries)):
        return {}
    return corrections.withdrawn(len(entries), {seq: event.order for seq, event in found.items()})


def list_corrected(condition: str = "", parameters: Sequence[int] = ()) -> list[int]:
    """Return the ids of the cases that their sources have corrected, among events that meet an SQL condition."""
    also = f" AND {condition}" if condition else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT case_id FROM cases_event WHERE {INDEXED} AND name = %s{also} ORDER BY case_id",
            [CORRECTED, *parameters],
        )
        return [row[0] for row in cursor.fetchall()]


class Counting(NamedTuple):
    """What the last correction of a case says: its place, and which places it names."""

    place: int
    named: frozenset[int]

    def counts(self, seq: int) -> bool:
        """Tell whether an event counts that is no correction."""
        return seq in self.named or seq > self.place


def last_corrections() -> dict[int, Counting]:
    """Return by case id the last correction of every corrected case; one query."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT case_id, seq, payload FROM cases_event WHERE {INDEXED} AND name = %s ORDER BY case_id, seq",
            [CORRECTED],
        )
        while rows := cursor.fetchmany(5_000):
            for case_id, seq, payload in rows:
                event = decode(CORRECTED, payload)
                assert isinstance(event, HistoryCorrected)
                found[case_id] = Counting(seq, frozenset(event.order))
    return found


def moved_receipts() -> dict[int, bytes]:
    """Return by case id the hash of the receipt that counts, of every case whose first receipt was withdrawn."""
    found = {}
    for case_id, counting in last_corrections().items():
        if counting.counts(1):
            continue
        for entry in effective(read_case(case_id)):
            if entry.name == _RECEIVED:
                found[case_id] = entry.hash
    return found
