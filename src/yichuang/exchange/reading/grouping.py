"""Grouping: rows of a table into records, one row a case or all rows of one key a case."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.refusals import RowRagged, RowRepeated


class Line(NamedTuple):
    """One row of a table: its number in the file, its cells by column, and what the reader saw wrong with it."""

    row: int
    values: dict[str, str]
    faults: tuple[Fault, ...] = ()


def line_of(row: int, header: list[str], cells: list[str]) -> Line:
    """Return the cells under their columns; too many or too few make a fault, and none of them is lost."""
    values = {name: cells[place] if place < len(cells) else "" for place, name in enumerate(header) if name}
    if len(cells) == len(header):
        return Line(row, values)
    for place, extra in enumerate(cells[len(header) :], start=len(header) + 1):
        values[f"({place})"] = extra
    refusal = RowRagged(found=len(cells), expected=len(header))
    return Line(row, values, (fault_of(refusal, row=row),))


def as_cases(lines: Iterable[Line]) -> Iterator[Record]:
    """Yield every row as a case of its own."""
    for line in lines:
        yield Record(line.row, line.values, (), line.faults)


def as_events(lines: Iterable[Line], *, key: str) -> Iterator[Record]:
    """Yield one record for all rows of a key, in the order in which the keys first appear.

    A row that says exactly what another row of its case says already becomes a record of its own, with
    that fault: the case is filed without it, and the row waits for somebody to look. Rows without a key stand alone.
    """
    cases: dict[str, dict[tuple[tuple[str, str], ...], Line]] = {}
    apart: list[Record] = []
    for line in lines:
        value = line.values.get(key, "").strip()
        if not value or line.faults:
            apart.append(Record(line.row, {}, (Row(line.row, line.values),), line.faults))
            continue
        rows = cases.setdefault(value, {})
        said = tuple(line.values.items())
        if said in rows:
            fault = fault_of(RowRepeated(key=value, row=rows[said].row), row=line.row, field=key, value=value)
            apart.append(Record(line.row, {}, (Row(line.row, line.values),), (fault,)))
        else:
            rows[said] = line
    for rows in cases.values():
        events = tuple(Row(line.row, line.values) for line in rows.values())
        yield Record(events[0].row, {}, events)
    yield from apart
