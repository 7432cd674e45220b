"""Projections: from a history to the stored facts row; the only writer of the facts table, rebuildable at any time."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.cases import ledger
from yichuang.cases.domain import events as e
from yichuang.cases.domain.course_facts import FROM_LISTS, CourseRow, course_of
from yichuang.cases.domain.facts import FactsRow, facts_of
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.state import EMPTY, State, apply
from yichuang.cases.domain.statutes import Statutes, load_statutes
from yichuang.cases.domain.trail import Told
from yichuang.cases.effective import effective
from yichuang.cases.lists import Lists
from yichuang.cases.values import OWN_SOURCE

_FACTS: tuple[str, ...] = (*FactsRow.__struct_fields__, *CourseRow.__struct_fields__)
COLUMNS: tuple[str, ...] = ("case_id", "number", "version", "head", "accepted_hash", "closed_hash", *_FACTS)
_PLACES = ", ".join(["%s"] * len(COLUMNS))
_INSERT = f"INSERT INTO cases_facts ({', '.join(COLUMNS)}) VALUES ({_PLACES})"
_UPSERT = (
    f"{_INSERT} ON CONFLICT (case_id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in COLUMNS if column != "case_id")
    + " WHERE cases_facts.version <= excluded.version"
)


class Folded:
    """A case on its way through a fold: its state, its history and the two hashes that figures cite."""

    __slots__ = ("accepted_hash", "closed_hash", "history", "state")

    def __init__(self) -> None:
        self.state: State = EMPTY
        self.history: list[Told] = []
        self.accepted_hash: bytes | None = None
        self.closed_hash: bytes | None = None

    def take(self, told: Told, digest: bytes) -> None:
        """Fold one event that stands in the ledger with this hash."""
        event = told.event
        self.state = apply(self.state, event, told.at)
        self.history.append(told)
        if isinstance(event, e.ApplicationAccepted):
            self.accepted_hash = digest
        elif isinstance(event, e.CaseClosed):
            self.closed_hash = digest

    def reach(self, seq: int) -> None:
        """Stand at this version: the ledger also holds what does not count (corrections)."""
        if self.state.seq != seq:
            self.state = msgspec.structs.replace(self.state, seq=seq)


class Facts(NamedTuple):
    """The two halves of a facts row: where the case stands, and how it went."""

    standing: FactsRow
    course: CourseRow


def told_of(entry: ledger.Entry) -> Told:
    """Return an entry of the ledger as a fold takes it."""
    return Told(entry.event(), entry.source_at, entry.received_at, entry.actor_id, entry.actor_name)


def load(case_id: int) -> tuple[Folded, bytes]:
    """Return a case folded from the ledger, and its head hash."""
    entries = ledger.read_case(case_id)
    return fold_entries(entries), entries[-1].hash if entries else ledger.chain.GENESIS


def fold_entries(entries: Sequence[ledger.Entry]) -> Folded:
    """Return a case folded from all its entries, oldest first: what counts, at the version of the whole ledger."""
    folded = Folded()
    for entry in effective(entries):
        folded.take(told_of(entry), entry.hash)
    folded.reach(len(entries))
    return folded


def facts_of_case(
    folded: Folded, *, calendar: WorkingCalendar, statutes: Statutes, lists: Lists, source: str, on: date
) -> Facts:
    """Return both halves of the facts of a case that has been received; `on` as in `facts_of`."""
    state = folded.state
    standing = facts_of(state, calendar=calendar, statutes=statutes, source=source, on=on)
    course = course_of(
        folded.history,
        state,
        standing,
        calendar=calendar,
        statutes=statutes,
        on=on,
        own=source == OWN_SOURCE,
        listed=lists.listed(state),
        deciders=lists.deciders(state),
    )
    return Facts(standing, course)


def row_of(
    folded: Folded,
    *,
    case_id: int,
    number: str,
    head: bytes,
    facts: Facts,
    native: bool,
) -> tuple[Any, ...]:
    """Return the facts row of a case in the order of COLUMNS, times as the engine stores them."""
    told = msgspec.structs.astuple(facts.standing) + msgspec.structs.astuple(facts.course)
    if not native:
        row = list(told)
        for place in _INSTANTS:
            if row[place] is not None:
                row[place] = ledger.time_as_text(ledger.chain.canonical_time(row[place]))
        for place in _DAYS:
            if row[place] is not None:
                row[place] = row[place].isoformat()
        told = tuple(row)
    return (case_id, number, folded.state.seq, head, folded.accepted_hash, folded.closed_hash, *told)


def _places(kind: type) -> tuple[int, ...]:
    fields = (*msgspec.structs.fields(FactsRow), *msgspec.structs.fields(CourseRow))
    return tuple(place for place, field in enumerate(fields) if field.type in {kind, kind | None})


_INSTANTS = _places(datetime)
_TRUTHS = _places(bool)
_DAYS = _places(date)


def read(case_id: int) -> Facts | None:
    """Return the stored facts of a case as values, whatever the engine made of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_FACTS)} FROM cases_facts WHERE case_id = %s", [case_id])
        row = cursor.fetchone()
    if row is None:
        return None
    told = list(row)
    for place in _INSTANTS:
        told[place] = None if told[place] is None else ledger.aware(told[place])
    for place in _DAYS:
        told[place] = date.fromisoformat(told[place]) if isinstance(told[place], str) else told[place]
    for place in _TRUTHS:
        told[place] = None if told[place] is None else bool(told[place])
    width = len(FactsRow.__struct_fields__)
    return Facts(FactsRow(*told[:width]), CourseRow(*told[width:]))


def differences(case_id: int, folded: Folded, *, calendar: WorkingCalendar, lists: Lists) -> list[str]:
    """Return a sentence for stored facts that are not those of the fold; an open pause changes from day to day.

    What rests on lists that are kept elsewhere is not compared: they may have been corrected since.
    """
    state, stored = folded.state, read(case_id)
    if stored is None or state.status is Status.SUSPENDED:
        return []
    assert state.last_at is not None
    anew = facts_of_case(
        folded,
        calendar=calendar,
        statutes=load_statutes(),
        lists=lists,
        source=stored.standing.source,
        on=local_day(state.last_at),
    )
    wrong = [
        name
        for half, other in zip(stored, anew, strict=True)
        for name in half.__struct_fields__
        if name not in FROM_LISTS and getattr(half, name) != getattr(other, name)
    ]
    return [f"facts differ from the ledger in {', '.join(wrong)}"] if wrong else []


def save(rows: Sequence[tuple[Any, ...]], *, new: bool) -> None:
    """Write facts rows; `new` rows are inserted (by COPY on PostgreSQL when many), others replace an older version."""
    with connection.cursor() as cursor:
        if new and ledger.is_native() and len(rows) > 100:
            with cursor.copy(f"COPY cases_facts ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        if len(rows) == 1:
            cursor.execute(_INSERT if new else _UPSERT, rows[0])
        else:
            cursor.executemany(_INSERT if new else _UPSERT, rows)


def rebuild(
    *, calendar: WorkingCalendar, on: date, only_provisional: bool = False, batch: int = 500
) -> Iterator[tuple[int, int]]:
    """Fold cases anew from the ledger and replace their facts; yield (done, total) after each batch.

    `only_provisional` recomputes the rows that rest on an unpublished year of the calendar.
    Interrupted, it can simply be started again.
    """
    native, statutes, lists = ledger.is_native(), load_statutes(), Lists()
    where = "WHERE f.provisional" if only_provisional else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.number, c.source FROM cases_case c LEFT JOIN cases_facts f ON f.case_id = c.id {where}"
            " ORDER BY c.id"
        )
        cases = cursor.fetchall()
    for start in range(0, len(cases), batch):
        with transaction.atomic():
            rows = []
            for case_id, number, source in cases[start : start + batch]:
                folded, head = load(case_id)
                rows.append(
                    row_of(
                        folded,
                        case_id=case_id,
                        number=number,
                        head=head,
                        facts=facts_of_case(
                            folded, calendar=calendar, statutes=statutes, lists=lists, source=source, on=on
                        ),
                        native=native,
                    )
                )
            save(rows, new=False)
        yield min(start + batch, len(cases)), len(cases)
