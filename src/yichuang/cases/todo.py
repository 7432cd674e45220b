"""To-do: what stands open, in the order in which it falls due, for those who must do it.

Every list runs along one partial index per kind of place, which holds open cases only: it costs the same among a
million closed cases as among none. What has no deadline of the office's own follows after what has one.

Where there are nodes, a list holds what this node holds; what others hold stands in a list of its own. Which of them a
case is in is read from its row while the index is walked: at worst every open case of the place is asked, as it is for
the figures beside the list (40,000 of them, of which this node holds 20: 60 ms on SQLite, 240 on PostgreSQL).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases import ledger, selection
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.domain.local_rules import rules_in_force
from yichuang.cases.rows import ROW, ROW_WIDTH, as_date, as_instant, case_row
from yichuang.cases.values import PageUnknown, StateCount, TodoRow
from yichuang.kernel.page import Page

_TODO = (
    f"{ROW}, f.next_due_at, f.handler, f.handler_name, f.agent, f.agent_name, f.green_channel, f.joint, f.centre,"
    " f.tolerated_until, f.supplement_until, f.current_step, f.current_organisation, f.version, f.involved"
)
_HOLDER = "(SELECT c.holder FROM cases_case c WHERE c.id = f.case_id)"
# A place without a code has no list; said in the words of the partial index, so that SQLite sees that it may use it.
_NAMED = frozenset({"town", "handler", "agent"})
# Every status is more than nothing: said where the index of all open cases is meant, and nowhere else.
_ALL = "f.status > ''"
_PLACES = frozenset({"organisation", "county", "town", "centre"})
# SQLite joins at most 500 selects; a list of more places than this is sorted as a whole.
_MOST_PARTS = 100
_UNDATED = "-"


def page_todo(
    *,
    organisations: Sequence[str] = (),
    counties: Sequence[str] = (),
    towns: Sequence[str] = (),
    centres: Sequence[str] = (),
    handler: str = "",
    agent: str = "",
    asked: str = "",
    statuses: Sequence[str] = (),
    overdue_on: date | None = None,
    elsewhere: bool = False,
    after: str = "",
    limit: int = 50,
) -> Page[TodoRow]:
    """Return one page of open cases, by next deadline, then by id (at most two queries).

    What is given narrows: organisations that decide, counties, towns that received the case, centres, the person it
    lies with, the agent; `asked` is another organisation that was consulted or has the step; no `statuses` means all
    that is open. `overdue_on` keeps what applicants have not brought in time as of that day: supplements and tolerated
    materials. `elsewhere` gives what other nodes hold instead of what this one does. Raises PageUnknown.
    """
    if elsewhere and not settings.NODE:
        return Page((), "")
    chosen = _Chosen(elsewhere=elsewhere)
    for column, values in (
        ("organisation", organisations),
        ("county", counties),
        ("town", towns),
        ("centre", centres),
        ("handler", (handler,) if handler else ()),
        ("agent", (agent,) if agent else ()),
        ("status", statuses),
    ):
        chosen.narrow(column, values)
    if asked:
        chosen.ask(asked)
    elif not (organisations or counties or towns or centres or handler or agent):
        chosen.ask_all()
    if overdue_on is not None:
        chosen.add("(f.supplement_until < %s OR f.tolerated_until < %s)", *[selection.stored_day(overdue_on)] * 2)
    rows = _rows(chosen, after=after, limit=limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(rows), _cursor(rows[-1]) if more else "")


class _Chosen:
    """The condition of a list over open cases (alias f): its parts, their parameters, and the place it is split by."""

    def __init__(self, *, elsewhere: bool) -> None:
        self.parts, self.parameters = ["f.closed_on IS NULL"], list[Any]()
        if settings.NODE:
            self.add(*_held(elsewhere=elsewhere))
        self._columns = f"{_TODO}, {_HOLDER} AS holder" if elsewhere else f"{_TODO}, '' AS holder"
        self._split: tuple[str, Sequence[str]] | None = None
        self._lead = ""

    def add(self, part: str, *parameters: Any) -> None:
        """Narrow by one more condition."""
        self.parts.append(part)
        self.parameters += parameters

    def narrow(self, column: str, values: Sequence[str]) -> None:
        """Narrow by the values of a column; the first place with several of them is what the list is split by."""
        if not values:
            return
        if column in _PLACES and 1 < len(values) <= _MOST_PARTS and self._split is None:
            self._split = column, values
            return
        self.add(f"f.{column} IN ({', '.join(['%s'] * len(values))})", *values)
        if column in _NAMED:
            self.add(f"f.{column} > ''")

    def ask(self, organisation: str) -> None:
        """Narrow to what lies with another organisation; only open cases do."""
        self.parts.remove("f.closed_on IS NULL")
        self.add("f.involved > '' AND f.involved LIKE %s", f"%|{organisation}|%")

    def ask_all(self) -> None:
        """Take what is open anywhere, in the order of its own index: the day of closing, none, leads it."""
        self.add(_ALL)
        self._lead = "f.closed_on, "

    def select(self, more: str, *parameters: Any, order: str, limit: int) -> tuple[str, list[Any]]:
        """Return the statement and its parameters; a list over several places is merged from the heads of each.

        So each head is read along its index and nothing is sorted but these (a city's ten counties with 40,000 open
        cases among a million: 5 ms instead of 200).
        """
        head = f"SELECT {self._columns} FROM cases_facts f WHERE {' AND '.join((*self.parts, more))}"
        given = [*self.parameters, *parameters]
        if self._split is None:
            return f"{head} ORDER BY {self._lead}{order} LIMIT %s", [*given, limit]
        column, values = self._split
        named = f" AND f.{column} > ''" if column in _NAMED else ""
        one = f"SELECT * FROM ({head} AND f.{column} = %s{named} ORDER BY {order} LIMIT %s) head"
        every = " UNION ALL ".join([one] * len(values))
        return (
            f"SELECT * FROM ({every}) every ORDER BY {order.replace('f.', '')} LIMIT %s",
            [part for value in values for part in (*given, value, limit)] + [limit],
        )


def _held(*, elsewhere: bool) -> tuple[str, str]:
    """Return the condition that this node holds a case, or that another does, and its parameter.

    Said as what the answer is not: PostgreSQL takes that for true of nearly every case and goes on walking the index,
    where it would read all open cases and sort them for the few that it expects of a comparison.
    """
    here = "(SELECT CASE WHEN c.holder IN ('', %s) THEN 1 ELSE 0 END FROM cases_case c WHERE c.id = f.case_id)"
    return f"{here} <> {1 if elsewhere else 0}", settings.NODE


def _rows(chosen: _Chosen, *, after: str, limit: int) -> list[TodoRow]:
    due_at, case_id = _place(after)
    rows: list[TodoRow] = []
    if due_at != _UNDATED:
        dated, place = "f.next_due_at IS NOT NULL", list[Any]()
        if after:
            # Said twice, so that an index which another column leads is entered at the right place, too.
            dated = "f.next_due_at >= %s AND (f.next_due_at, f.case_id) > (%s, %s)"
            place = [due_at, due_at, case_id]
        rows = _read(*chosen.select(dated, *place, order="f.next_due_at, f.case_id", limit=limit))
        case_id = 0
    if len(rows) < limit:
        undated = "f.next_due_at IS NULL AND f.case_id > %s"
        rows += _read(*chosen.select(undated, case_id, order="f.case_id", limit=limit - len(rows)))
    return rows


def _read(sql: str, parameters: list[Any]) -> list[TodoRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Sequence[Any]) -> TodoRow:
    plain = case_row(row)
    rest = row[ROW_WIDTH:]
    return TodoRow(
        **{name: getattr(plain, name) for name in plain.__dataclass_fields__},
        next_due_at=as_instant(rest[0]),
        handler=rest[1],
        handler_name=rest[2],
        agent=rest[3],
        agent_name=rest[4],
        green=bool(rest[5]),
        joint=bool(rest[6]),
        centre=rest[7],
        tolerated_until=as_date(rest[8]),
        supplement_until=as_date(rest[9]),
        current_step=rest[10],
        current_organisation=rest[11],
        version=rest[12],
        involved=tuple(filter(None, rest[13].split("|"))),
        holder=rest[14],
    )


def _cursor(row: TodoRow) -> str:
    at = ledger.chain.canonical_time(row.next_due_at) if row.next_due_at else _UNDATED
    return f"{at}~{row.case_id}"


def _place(after: str) -> tuple[Any, int]:
    if not after:
        return None, 0
    at, _, case_id = after.rpartition("~")
    try:
        if at == _UNDATED:
            return _UNDATED, int(case_id)
        return ledger.stored_time(datetime.fromisoformat(at), native=ledger.is_native()), int(case_id)
    except ValueError as error:
        raise PageUnknown(after=after) from error


def count_states(
    *,
    on: date,
    counties: Sequence[str] = (),
    organisations: Sequence[str] = (),
    towns: Sequence[str] = (),
    centres: Sequence[str] = (),
    elsewhere: bool = False,
) -> tuple[StateCount, ...]:
    """Return how many open cases stand in which status, by organisation, in that order; one query.

    Overdue is what should have been done on a day before `on` (a day counts to its end); due soon what falls due from
    `on` up to the working days of `law/todo.yaml` later. `elsewhere` counts what other nodes hold instead of what this
    one does.
    """
    if elsewhere and not settings.NODE:
        return ()
    native, rule, calendar = ledger.is_native(), rules_in_force(on).todo, get_calendar()
    last = calendar.add(on, rule.soon_days.value) if rule is not None else on
    today, soon = (
        ledger.stored_time(datetime.combine(day, time(), CHINA), native=native)
        for day in (on, last + timedelta(days=1))
    )
    parts, parameters = ["f.closed_on IS NULL"], list[Any]()
    for column, values in (
        ("county", counties),
        ("organisation", organisations),
        ("town", towns),
        ("centre", centres),
    ):
        if values:
            parts.append(f"f.{column} IN ({', '.join(['%s'] * len(values))})")
            parameters += values
    if not (towns or centres):
        parts.append(_ALL)
    if settings.NODE:
        part, node = _held(elsewhere=elsewhere)
        parts.append(part)
        parameters.append(node)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.status, f.organisation, COUNT(*),"
            " SUM(CASE WHEN f.next_due_at >= %s AND f.next_due_at < %s THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN f.next_due_at < %s THEN 1 ELSE 0 END)"
            f" FROM cases_facts f WHERE {' AND '.join(parts)} GROUP BY f.status, f.organisation ORDER BY 1, 2",
            [today, soon, today, *parameters],
        )
        return tuple(
            StateCount(Status(row[0]), row[1], int(row[2]), int(row[3]), int(row[4])) for row in cursor.fetchall()
        )
