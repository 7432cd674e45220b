"""Records: one case as its source sends it, before anybody has judged it.

A record is all that quarantine keeps, so nothing of the source is left out of it: case columns, events
in the order of the file, and where each stood.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from yichuang.exchange.domain.faults import Fault, nearest
from yichuang.exchange.domain.refusals import FieldUnknown
from yichuang.kernel.crypto import sm3

LONGEST_KEPT = 1_000_000


class Row(msgspec.Struct, frozen=True):
    """One event as sent: the row of the file (or the event's place in its trace) and its columns.

    `received_at` is when it first reached us, where that differs from row to row; None: with its whole record.
    """

    row: int
    values: dict[str, str]
    received_at: datetime | None = None


class Record(msgspec.Struct, frozen=True):
    """One case as sent; `faults` are those that the reader itself saw (ragged rows, bytes that are no text)."""

    row: int
    case: dict[str, str]
    events: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    received_at: datetime | None = None

    def to_json(self) -> str:
        """Return the record as canonical ASCII JSON: half characters and NULs survive as escapes on any engine."""
        return json.dumps(
            {
                "row": self.row,
                "case": {name: _kept(value) for name, value in self.case.items()},
                "events": [
                    {"row": one.row, "values": {name: _kept(value) for name, value in one.values.items()}}
                    | _when(one.received_at)
                    for one in self.events
                ],
            }
            | _when(self.received_at),
            separators=(",", ":"),
        )

    def digest(self) -> str:
        """Return SM3 over what was sent, wherever in the file it stood."""
        sent = json.dumps([self.case, [one.values for one in self.events]], separators=(",", ":"), sort_keys=True)
        return sm3(sent.encode("ascii")).hex()

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield every field by the name a correction uses, with its value."""
        yield from self.case.items()
        for number, one in enumerate(self.events, start=1):
            for name, value in one.values.items():
                yield f"#{number}.{name}", value

    def corrected(self, changes: Mapping[str, str], *, record: int, absent: Collection[str] = ()) -> "Record":
        """Return the record with fields changed; raises FieldUnknown.

        `absent` are columns that may be given a value although nothing stands there.
        """
        case = dict(self.case)
        events = [dict(one.values) for one in self.events]
        known = dict(self.fields())
        for field, value in changes.items():
            place, name = self._place(field)
            if field not in known and (place is None or name not in absent):
                raise FieldUnknown(
                    record=record, field=field, existing="、".join(known), nearest=nearest(field, known) or "—"
                )
            if field in case or not place:
                case[field] = value
            else:
                events[place - 1][name] = value
        rows = tuple(Row(one.row, values, one.received_at) for one, values in zip(self.events, events, strict=True))
        return Record(self.row, case, rows, received_at=self.received_at)

    def _place(self, field: str) -> tuple[int | None, str]:
        """Return which event a field belongs to (0: the case; None: none of this record) and its column."""
        number, dot, name = field[1:].partition(".")
        if not field.startswith("#") or not dot or field in self.case:
            return 0, field
        return (int(number), name) if number.isdecimal() and 0 < int(number) <= len(self.events) else (None, name)


def record_from_json(text: str) -> Record:
    """Return the record that `to_json` wrote."""
    kept = json.loads(text)
    events = tuple(Row(one["row"], one["values"], _when_of(one)) for one in kept["events"])
    return Record(kept["row"], kept["case"], events, received_at=_when_of(kept))


def _when(at: datetime | None) -> dict[str, str]:
    return {} if at is None else {"received_at": at.isoformat()}


def _when_of(kept: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(kept["received_at"]) if "received_at" in kept else None


def columns_of(records: Iterable[Record]) -> tuple[set[str], set[str]]:
    """Return the columns of cases and of events that the records hold."""
    case: set[str] = set()
    events: set[str] = set()
    for record in records:
        case.update(record.case)
        for one in record.events:
            events.update(one.values)
    return case, events


def _kept(value: str) -> str:
    # A runaway quote can make one cell of a whole file; the file itself stays with the source.
    return value if len(value) <= LONGEST_KEPT else value[:LONGEST_KEPT]
