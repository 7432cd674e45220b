"""Records: one case as its source sends it, before anybody has judged it.

A record is all that quarantine keeps, so nothing of the source is left out of it: case columns, events
in the order of the file, and where each stood.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from yichuang.exchange.domain.faults import Fault, nearest
from yichuang.exchange.domain.refusals import FieldUnknown
from yichuang.kernel.crypto import sm3

LONGEST_KEPT = 1_000_000


class Row(msgspec.Struct, frozen=True):
    """One event as sent: the row of the file (or the event's place in its trace) and its columns."""

    row: int
    values: dict[str, str]


class Record(msgspec.Struct, frozen=True):
    """One case as sent; `faults` are those that the reader itself saw (ragged rows, bytes that are no text)."""

    row: int
    case: dict[str, str]
    events: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()

    def to_json(self) -> str:
        """Return the record as canonical ASCII JSON: half characters and NULs survive as escapes on any engine."""
        return json.dumps(
            {
                "row": self.row,
                "case": {name: _kept(value) for name, value in self.case.items()},
                "events": [
                    {"row": one.row, "values": {name: _kept(value) for name, value in one.values.items()}}
                    for one in self.events
                ],
            },
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

    def corrected(self, changes: Mapping[str, str], *, record: int) -> "Record":
        """Return the record with fields changed; raises FieldUnknown."""
        case = dict(self.case)
        events = [dict(one.values) for one in self.events]
        known = dict(self.fields())
        for field, value in changes.items():
            if field not in known:
                raise FieldUnknown(
                    record=record, field=field, existing="、".join(known), nearest=nearest(field, known) or "—"
                )
            if field in case:
                case[field] = value
            else:
                number, _, name = field[1:].partition(".")
                events[int(number) - 1][name] = value
        rows = tuple(Row(one.row, values) for one, values in zip(self.events, events, strict=True))
        return Record(self.row, case, rows)


def record_from_json(text: str) -> Record:
    """Return the record that `to_json` wrote."""
    kept = json.loads(text)
    return Record(kept["row"], kept["case"], tuple(Row(one["row"], one["values"]) for one in kept["events"]))


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
