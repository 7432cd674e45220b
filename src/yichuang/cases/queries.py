"""The door for reading cases: values out, never model instances; permission is the caller's filter."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.cases import ledger, projections, selection
from yichuang.cases.applicants import digest_of
from yichuang.cases.domain.acts import ACT_LABELS
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.state import EMPTY, apply
from yichuang.cases.ledger import START, Cursor, Entry, read
from yichuang.cases.lines import describe, title_of
from yichuang.cases.values import (
    ApplicantDetails,
    CaseFile,
    CaseFilter,
    CaseNotFound,
    CaseRow,
    DailyTally,
    EventLine,
    PageUnknown,
)
from yichuang.kernel.crypto import sm3
from yichuang.kernel.identifiers.case_number import check_number
from yichuang.kernel.page import Page
from yichuang.kernel.refusal import Refusal

__all__ = [
    "START",
    "Cursor",
    "Entry",
    "count_cases",
    "count_events",
    "count_source",
    "digest_cases",
    "end_of_ledger",
    "find_case_scope",
    "find_last_report",
    "get_case",
    "list_changed_days",
    "list_days",
    "list_evidence",
    "list_source_keys",
    "page_cases",
    "read",
    "sum_used_days",
    "tally_days",
    "verify_cases",
]

_ROW = (
    "f.case_id, f.number, f.item, f.organisation, f.county, f.town, f.channel, f.kind, f.status, f.result,"
    " f.received_at, f.accepted_at, f.closed_at, f.promised_due_at, f.used_days, f.promised_amount, f.limit_unit,"
    " f.late_promised, f.source"
)
_ROW_WIDTH = 19


def _row(row: Sequence[Any]) -> CaseRow:
    return CaseRow(
        *row[:8],
        Status(row[8]),
        row[9],
        ledger.aware(row[10]),
        *[_instant(value) for value in row[11:14]],
        *row[14:17],
        None if row[17] is None else bool(row[17]),
        row[18],
    )


def _instant(value: Any) -> datetime | None:
    return None if value is None else ledger.aware(value)


def page_cases(chosen: CaseFilter, *, after: str = "", limit: int = 50) -> Page[CaseRow]:
    """Return one page of cases, oldest first by the measure's day, then by id; `after` is a page's cursor."""
    condition, parameters = selection.where(chosen)
    day = selection.day_order(chosen.measure)
    if after:
        condition += f" AND ({day}, f.case_id) > (%s, %s)"
        parameters += _place(after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW}, {day} FROM cases_facts f WHERE {condition} ORDER BY {day}, f.case_id LIMIT %s",
            [*parameters, limit + 1],
        )
        rows = cursor.fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    next_after = f"{rows[-1][_ROW_WIDTH]}~{rows[-1][0]}" if more else ""
    return Page(tuple(_row(row) for row in rows), next_after)


def _place(after: str) -> tuple[Any, int]:
    on, _, case_id = after.rpartition("~")
    try:
        return selection.stored_day(date.fromisoformat(on)), int(case_id)
    except ValueError as error:
        raise PageUnknown(after=after) from error


def count_cases(chosen: CaseFilter) -> int:
    """Return how many cases the filter selects, counted from facts."""
    condition, parameters = selection.where(chosen)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM cases_facts f WHERE {condition}", parameters)
        return int(cursor.fetchone()[0])


def digest_cases(chosen: CaseFilter) -> tuple[int, str]:
    """Return how many cases the filter selects and SM3 over one line per case, in order of number.

    A line is the case number, a tab, and the hash of the event that puts the case into the measure: the receipt
    for what was received, the acceptance for what is counted by acceptance, the closing otherwise. Whoever holds
    the cases' hash chains can recompute it with a text editor and an SM3 program.
    """
    lines = [line.encode() for line in list_evidence(chosen)]
    return len(lines), sm3(b"".join(lines)).hex()


def list_evidence(chosen: CaseFilter) -> Iterator[str]:
    """Yield the lines over which `digest_cases` computes its digest, each with its line feed."""
    condition, parameters = selection.where(chosen)
    column = "f.closed_hash" if selection.day_column(chosen.measure) == "closed_on" else "f.accepted_hash"
    source = "cases_facts f"
    if chosen.measure == "received":
        column, source = "v.hash", f"{source} JOIN cases_event v ON v.case_id = f.case_id AND v.seq = 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT f.number, {column} FROM {source} WHERE {condition} ORDER BY f.number", parameters)
        while rows := cursor.fetchmany(10_000):
            for number, digest in rows:
                yield f"{number}\t{bytes(digest or b'').hex()}\n"


def find_case_scope(number: str) -> tuple[str, str] | None:
    """Return (county, organisation) of a case for the permission question, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.county, f.organisation FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " WHERE c.number = %s",
            [number],
        )
        return cursor.fetchone()


def get_case(number: str, *, personal: bool = False) -> CaseFile:
    """Return one case with its whole time line, its chain checked; raises CaseNotFound or the number's own refusal.

    `personal` adds the applicant's details; ask the permission first.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW}, c.uuid, f.version, f.head, f.handling_item, f.implementation_code,"
            " f.statutory_due_at, f.paused_days, f.extension_days, f.current_step, f.current_organisation,"
            " f.provisional, f.joint FROM cases_facts f JOIN cases_case c ON c.id = f.case_id WHERE c.number = %s",
            [number],
        )
        found = cursor.fetchone()
    if found is None:
        check_number(number)
        raise CaseNotFound(number=number)
    row, rest = _row(found[:_ROW_WIDTH]), found[_ROW_WIDTH:]
    uuid = rest[0].hex if hasattr(rest[0], "hex") else str(rest[0])
    lines, state = [], EMPTY
    for entry in ledger.read_case(row.case_id):
        event = entry.event()
        state = apply(state, event, entry.source_at)
        lines.append(
            EventLine(
                seq=entry.seq,
                name=entry.name,
                title=title_of(event),
                details=describe(event),
                source_at=entry.source_at,
                received_at=entry.received_at,
                recorded_at=entry.recorded_at,
                actor=entry.actor_name,
                digest=entry.hash.hex(),
                status=state.status,
            )
        )
    return CaseFile(
        row=row,
        uuid=uuid,
        version=rest[1],
        head=bytes(rest[2]).hex(),
        handling_item=rest[3],
        implementation_code=rest[4],
        source=row.source,
        applicant=_applicant(row.case_id) if personal else None,
        statutory_due_at=_instant(rest[5]),
        paused_days=rest[6],
        extension_days=rest[7],
        current_step=rest[8],
        current_organisation=rest[9],
        provisional=bool(rest[10]),
        joint=bool(rest[11]),
        events=tuple(lines),
        chain_faults=tuple(ledger.verify_case(row.case_id, uuid=uuid)),
        possible=tuple(ACT_LABELS[act] for act in possible_acts(state)),
    )


def _applicant(case_id: int) -> ApplicantDetails | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, id_type, id_number, phone FROM cases_applicant WHERE case_id = %s", [case_id])
        found = cursor.fetchone()
    return ApplicantDetails(*found) if found else None


def verify_cases(numbers: Iterable[str] | None = None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (number, faults) of each case: chain recomputed, facts folded anew, applicant's digest checked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.number, c.uuid, f.version, f.head, a.salt, a.name, a.id_type, a.id_number, a.phone"
            " FROM cases_case c LEFT JOIN cases_facts f ON f.case_id = c.id"
            " LEFT JOIN cases_applicant a ON a.case_id = c.id ORDER BY c.id"
        )
        rows = cursor.fetchall()
    wanted = None if numbers is None else set(numbers)
    calendar = get_calendar()
    for case_id, number, uuid, version, head, salt, *details in rows:
        if wanted is not None and number not in wanted:
            continue
        faults = list(ledger.verify_case(case_id, uuid=uuid.hex if hasattr(uuid, "hex") else str(uuid)))
        try:
            folded, last = projections.load(case_id)
        except Refusal as refusal:
            # What was written past the commands need not even decode; the other cases are verified all the same.
            yield number, (*faults, str(refusal))
            continue
        if version != folded.state.seq or head is None or bytes(head) != last:
            faults.append(f"facts at version {version}, ledger at {folded.state.seq}")
        else:
            faults += projections.differences(case_id, folded.state, calendar=calendar)
        received = folded.state.received
        if (
            received
            and salt is not None
            and received.applicant_digest != digest_of(ApplicantDetails(*details), salt=bytes(salt))
        ):
            faults.append("applicant details do not match their digest")
        yield number, tuple(faults)


def count_events() -> int:
    """Return the number of events in the ledger (its highest position: nothing is ever taken out)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM cases_event")
        return int(cursor.fetchone()[0])


def end_of_ledger(after: Cursor) -> Cursor:
    """Return the cursor at the end of what can be trusted now; equal to `after` when there is no news."""
    return ledger.changed_since(after)[2]


def find_last_report(source: str) -> datetime | None:
    """Return when a source last received or closed a case: until then the ledger knows what went on there.

    Walks the days from the newest backwards, past the days on which only other sources reported.
    """
    moments = []
    with connection.cursor() as cursor:
        for name in ("received", "closed"):
            cursor.execute(
                f"SELECT {name}_at FROM cases_facts WHERE {name}_on IS NOT NULL AND source = %s"
                f" ORDER BY {name}_on DESC, {name}_at DESC LIMIT 1",
                [source],
            )
            moments += [ledger.aware(row[0]) for row in cursor.fetchall()]
    return max(moments, default=None)


def count_source(source: str) -> int:
    """Return how many cases of a source stand in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cases_case WHERE source = %s", [source])
        return int(cursor.fetchone()[0])


def list_source_keys(source: str) -> list[str]:
    """Return the keys of a source's cases that stand in the ledger, in order of filing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_key FROM cases_case WHERE source = %s ORDER BY id", [source])
        return [row[0] for row in cursor.fetchall()]


def list_changed_days(after: Cursor) -> tuple[list[date], Cursor]:
    """Return every day on which a case changed since the cursor was received, accepted or closed; new cursor."""
    condition, parameters, end = ledger.changed_since(after)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH touched AS (SELECT DISTINCT case_id FROM cases_event WHERE " + condition + ")"
            " SELECT received_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " UNION SELECT accepted_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " WHERE accepted_on IS NOT NULL"
            " UNION SELECT closed_on FROM cases_facts f JOIN touched t ON t.case_id = f.case_id"
            " WHERE closed_on IS NOT NULL",
            parameters,
        )
        return sorted(_date(row[0]) for row in cursor.fetchall()), end


def list_days() -> list[date]:
    """Return every day on which any case was received, accepted or closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT received_on FROM cases_facts"
            " UNION SELECT accepted_on FROM cases_facts WHERE accepted_on IS NOT NULL"
            " UNION SELECT closed_on FROM cases_facts WHERE closed_on IS NOT NULL"
        )
        return sorted(_date(row[0]) for row in cursor.fetchall())


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


_SUM = "SUM(CASE WHEN {} THEN 1 ELSE 0 END)"
# Two dimensions a scan: counted together, then summed to each.
_PAIRS = (("department", "item"), ("town", "channel"))


def tally_days(days: Sequence[date]) -> Iterator[tuple[str, DailyTally]]:
    """Yield (dimension, tally) for the given days, one tally per day, county and key, counted from facts.

    Dimension is department, item, town or channel; town "" holds what was received outside a town.
    """
    if not days:
        return
    names = [str(selection.stored_day(day)) for day in days]
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        for pair in _PAIRS:
            sums: tuple[_Sums, _Sums] = ({}, {})
            for offset, sql in _scans(", ".join(pair), places):
                cursor.execute(sql, names)
                for day, county, first, second, *counts in cursor.fetchall():
                    for cells, key in zip(sums, (first, second), strict=True):
                        cell = cells.setdefault((day, county, key), [0] * 11)
                        for place, count in enumerate(counts, start=offset):
                            cell[place] += count or 0
            for dimension, cells in zip(pair, sums, strict=True):
                for (day, county, key), cell in sorted(cells.items()):
                    yield dimension, DailyTally(_date(day), county, key, *map(int, cell))


_Sums = dict[tuple[Any, str, str], list[int]]


def _scans(keys: str, places: str) -> Iterator[tuple[int, str]]:
    """Yield the three scans with the place of their first sum: by day of receipt, of acceptance, of closing."""
    late, judged = selection.MEASURES["late"].condition, selection.MEASURES["judged"].condition
    grouped = f"county, {keys}"
    yield 0, f"SELECT received_on, {grouped}, COUNT(*) FROM cases_facts WHERE received_on IN ({places})" + _GROUP
    yield (
        1,
        f"SELECT accepted_on, {grouped}, COUNT(*) FROM cases_facts"
        f" WHERE {selection.MEASURES['accepted'].condition} AND accepted_on IN ({places})" + _GROUP,
    )
    yield (
        2,
        f"SELECT closed_on, {grouped}, COUNT(*), {_SUM.format('late_promised IS NOT TRUE')},"
        f" {_SUM.format('early')}, {_SUM.format(late)}, {_SUM.format('late_statutory')}, {_SUM.format(judged)},"
        f" SUM(CASE WHEN {judged} THEN used_days ELSE 0 END),"
        f" SUM(CASE WHEN {judged} THEN promised_amount ELSE 0 END),"
        f" SUM(CASE WHEN {judged} THEN COALESCE(statutory_amount, promised_amount) ELSE 0 END)"
        f" FROM cases_facts WHERE {selection.MEASURES['completed'].condition} AND closed_on IN ({places})" + _GROUP,
    )


_GROUP = " GROUP BY 1, 2, 3, 4"


def sum_used_days(chosen: CaseFilter) -> int:
    """Return the working days used by all cases that the filter selects, pauses taken out."""
    condition, parameters = selection.where(chosen)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(f.used_days), 0) FROM cases_facts f WHERE {condition}", parameters)
        return int(cursor.fetchone()[0])
