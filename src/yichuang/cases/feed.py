"""The feed: what other systems may read of the ledger, event by event and history by history, inside an area.

Both read in strides of fixed size, so that a ledger of any length takes little memory, and name a place to go on from.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from yichuang.cases import codec, ledger
from yichuang.cases.ledger import START, Cursor, Entry
from yichuang.cases.rows import ROW, ROW_WIDTH, case_row
from yichuang.cases.selection import stored_day
from yichuang.cases.values import ApplicantDetails, CaseRow

# So many events are looked through for a page: somebody with a small area gets an empty page rather than waits.
_LOOKED_THROUGH = 20_000
_STRIDE = 500
_COUNTY = 6
_TRUSTED = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class FeedRow(NamedTuple):
    """One event of the ledger with the case that it belongs to; `place` is where a reader goes on behind it."""

    place: Cursor
    number: str
    uuid: str
    source: str
    item: str
    organisation: str
    county: str
    town: str
    seq: int
    name: str
    payload: str
    source_at: datetime
    received_at: datetime
    recorded_at: datetime
    actor_id: str
    actor_name: str
    hash: str


class CaseHistory(NamedTuple):
    """One case with the events of its ledger, oldest first; `applicant` only where it was asked for."""

    row: CaseRow
    uuid: str
    source_key: str
    handling_item: str
    implementation_code: str
    applicant_type: str
    entries: tuple[Entry, ...]
    applicant: ApplicantDetails | None = None


def find_case_place(number: str) -> tuple[str, str, str] | None:
    """Return (county, town, organisation) of a case for the question whether it lies in an area, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.county, f.town, f.organisation FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " WHERE c.number = %s",
            [number],
        )
        found: tuple[str, str, str] | None = cursor.fetchone()
    return found


def has_source_key(*, source: str, key: str) -> bool:
    """Return whether a case of a source stands in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM cases_case WHERE source = %s AND source_key = %s", [source, key])
        return cursor.fetchone() is not None


def list_event_names() -> tuple[str, ...]:
    """Return the versioned name of every event that the ledger can hold, in order."""
    return tuple(sorted(codec.NAMES.values()))


def within_area(*, division: str, organisation: str) -> tuple[str, list[Any]]:
    """Return the condition over facts (alias f) that keeps cases inside an area, and its parameters.

    `division` is a prefix: up to six digits a county's, nine a town's; empty texts do not limit.
    """
    parts, parameters = ["TRUE"], []
    if len(division) > _COUNTY:
        parts.append("f.town = %s")
        parameters.append(division)
    elif len(division) == _COUNTY:
        parts.append("f.county = %s")
        parameters.append(division)
    elif division:
        parts.append("f.county LIKE %s")
        parameters.append(f"{division}%")
    if organisation:
        parts.append("f.organisation = %s")
        parameters.append(organisation)
    return " AND ".join(parts), parameters


def read_feed(
    *, after: Cursor = START, limit: int = 1_000, division: str = "", organisation: str = ""
) -> tuple[tuple[FeedRow, ...], Cursor]:
    """Return up to `limit` events behind the cursor in the trusted order, and the cursor to go on from.

    Fewer, or none, with a cursor that has moved means: read on. An unmoved cursor is the end of the ledger for now.
    """
    native = ledger.is_native()
    order = "transaction_id, position" if native else "position"
    behind, place = ("(transaction_id, position) > (%s, %s)", [*after]) if native else ("position > %s", [after[1]])
    trusted = f" AND {_TRUSTED}" if native else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {'transaction_id' if native else '0'}, position FROM cases_event WHERE {behind}{trusted}"
            f" ORDER BY {order} LIMIT 1 OFFSET %s",
            [*place, _LOOKED_THROUGH - 1],
        )
        found = cursor.fetchone()
    end = Cursor(int(found[0]), int(found[1])) if found else ledger.changed_since(after)[2]
    if end == after:
        return (), after
    until = "(v.transaction_id, v.position) <= (%s, %s)" if native else "v.position <= %s"
    inside, area = within_area(division=division, organisation=organisation)
    from_on = "(v.transaction_id, v.position) > (%s, %s)" if native else "v.position > %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {'v.transaction_id' if native else '0'}, v.position, f.number, c.uuid, f.source, f.item,"
            " f.organisation, f.county, f.town, v.seq, v.name, v.payload, v.source_at, v.received_at, v.recorded_at,"
            " v.actor_id, v.actor_name, v.hash FROM cases_event v"
            " JOIN cases_case c ON c.id = v.case_id JOIN cases_facts f ON f.case_id = v.case_id"
            f" WHERE {from_on} AND {until} AND {inside}"
            f" ORDER BY {'v.transaction_id, v.position' if native else 'v.position'} LIMIT %s",
            [*place, *(end if native else (end.position,)), *area, limit],
        )
        rows = tuple(_feed_row(row) for row in cursor.fetchall())
    return rows, rows[-1].place if len(rows) == limit else end


def _feed_row(row: Sequence[Any]) -> FeedRow:
    return FeedRow(
        Cursor(int(row[0]), int(row[1])),
        row[2],
        _hex(row[3]),
        *row[4:12],
        ledger.aware(row[12]),
        ledger.aware(row[13]),
        ledger.aware(row[14]),
        row[15],
        row[16],
        bytes(row[17]).hex(),
    )


def _hex(uuid: Any) -> str:
    return str(uuid.hex) if hasattr(uuid, "hex") else str(uuid)


def iterate_histories(
    *,
    division: str = "",
    organisation: str = "",
    after_case: int = 0,
    start_on: date | None = None,
    until: date | None = None,
    case_ids: Sequence[int] | None = None,
    personal: bool = False,
) -> Iterator[CaseHistory]:
    """Yield cases inside an area with their events, in order of their ids, from behind `after_case` on.

    `start_on` and `until` are days of receipt. With `case_ids` only these. `personal` adds the applicant's details.
    """
    if case_ids is not None:
        wanted = sorted(case_ids)
        for start in range(0, len(wanted), _STRIDE):
            part = wanted[start : start + _STRIDE]
            condition = f"f.case_id IN ({', '.join(['%s'] * len(part))})"
            yield from _histories(condition, part, personal=personal)
        return
    condition, parameters = within_area(division=division, organisation=organisation)
    for day, sign in ((start_on, ">="), (until, "<")):
        if day is not None:
            condition += f" AND f.received_on {sign} %s"
            parameters.append(stored_day(day))
    last = after_case
    while True:
        found = list(_histories(f"f.case_id > %s AND {condition}", [last, *parameters], personal=personal))
        yield from found
        if len(found) < _STRIDE:
            return
        last = found[-1].row.case_id


def _histories(condition: str, parameters: Sequence[Any], *, personal: bool) -> list[CaseHistory]:
    """Return one stride of cases (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW}, c.uuid, c.source_key, f.handling_item, f.implementation_code, f.applicant_type,"
            " a.name, a.id_type, a.id_number, a.phone FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " LEFT JOIN cases_applicant a ON a.case_id = f.case_id"
            f" WHERE {condition} ORDER BY f.case_id LIMIT %s",
            [*parameters, _STRIDE],
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in ledger.read_those([row[0] for row in rows]):
        entries[entry.case_id].append(entry)
    return [
        CaseHistory(
            case_row(row[:ROW_WIDTH]),
            _hex(row[ROW_WIDTH]),
            *row[ROW_WIDTH + 1 : ROW_WIDTH + 5],
            tuple(entries[row[0]]),
            ApplicantDetails(*row[ROW_WIDTH + 5 :]) if personal and row[ROW_WIDTH + 5] is not None else None,
        )
        for row in rows
    ]
