"""Judges in the live database, SQLite or PostgreSQL: one statement for all rules of a relation.

It stands between the follower, the sweep and the pages above, and Django's connection below. A case that changed a
second ago is judged here by the same conditions as ten million elsewhere; the statement's text depends on the rules
only, so that the database need not think about it again for each case.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar
from yichuang.cases.queries import course_select
from yichuang.supervision.domain.dialects import Dialect, Writer
from yichuang.supervision.domain.moment import Moment
from yichuang.supervision.domain.relations import RELATIONS, Relation, Type, Value
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.engines.plan import Pass, plan, select

_CASES = "cases"
_AT_ONCE = 500
# So many rows or fewer are told apart here rather than in the database.
_FEW = 200
_MARKER = re.compile("\x01([a-z_]+)\x01")
_DIALECTS = {"sqlite": Dialect.SQLITE, "postgresql": Dialect.POSTGRESQL}
_TYPES = {Type.INT: "BIGINT", Type.TEXT: "TEXT", Type.BOOL: "BOOLEAN"}


def judge(
    rules: Sequence[Rule],
    *,
    relation: str,
    moment: Moment,
    keys: Sequence[str | int] | None = None,
    open_only: bool = False,
    table: str = "",
) -> Iterator[Hit]:
    """Yield what the rules of a relation find now, in one pass, all or only the rows of some keys (cases: ids).

    `open_only` leaves closed cases out. `table` reads another table of the same columns in the relation's place.
    """
    own = tuple(rule for rule in rules if rule.relation_name == relation)
    if not own or (keys is not None and not keys):
        return
    this = plan(relation, own)
    source = f'"{table}"' if table else _source(relation, keyed=keys is not None, open_only=open_only)
    given: dict[str, Any] = dict(moment.numbers())
    if keys is not None:
        given["keys"] = list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))
    yield from _hits(this, source, given, all_rows=keys is not None and len(keys) <= _FEW)


def judge_row(rule: Rule, row: Mapping[str, Value], moment: Moment) -> Hit | None:
    """Return what one rule finds in one row that is given by name, whether or not it stands in any table.

    A column that the rule does not ask for may be missing. The database judges it, as it judges every other.
    """
    this = plan(rule.relation_name, (rule,))
    names = [name for name in this.columns if name in row or name in rule.columns]
    given: dict[str, Any] = {**moment.numbers(), **{f"v_{name}": row.get(name) for name in names}}
    blank = {name: _literal(rule.relation, name) for name in this.columns if name not in names}
    told = [
        f'{_cast(rule.relation, name)} AS "{name}"' if name in names else f'{blank[name]} AS "{name}"'
        for name in this.columns
    ]
    return next(_hits(this, f"(SELECT {', '.join(told)})", given, all_rows=True), None)


def explain_row(rule: Rule, row: Mapping[str, Value], moment: Moment) -> tuple[bool | None, ...]:
    """Return how each member of the condition's outermost AND, and last the time in force, comes out for a row.

    True, False, or None where an empty value leaves it open (which counts as not found).
    """
    this = plan(rule.relation_name, (rule,))
    names = sorted(rule.columns)
    given: dict[str, Any] = {**moment.numbers(), **{f"v_{name}": row.get(name) for name in names}}
    told = ", ".join(f'{_cast(this.relation, name)} AS "{name}"' for name in names)
    writer = Writer(_dialect(), get_calendar())
    asked = ", ".join(f"CASE WHEN {part} THEN 1 WHEN NOT ({part}) THEN 0 END" for part in writer.parts(rule))
    with connection.cursor() as cursor:
        cursor.execute(_marked(f"SELECT {asked} FROM (SELECT {told}) AS {writer.alias}"), given)
        return tuple(None if found is None else bool(found) for found in cursor.fetchone())


def read_case(number: str) -> dict[str, Value] | None:
    """Return the row of a case in the relation of cases, None when there is no such case."""
    columns = RELATIONS[_CASES].columns
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM ({course_select(dialect=_vendor())} WHERE f.number = %s) AS f", [number]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return {
        name: bool(value) if columns[name].type is Type.BOOL and value is not None else value
        for name, value in zip(columns, row, strict=True)
    }


# --- statements -------------------------------------------------------------------------------------------------------


def _hits(this: Pass, source: str, given: Mapping[str, Any], *, all_rows: bool = False) -> Iterator[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(this, source, _dialect(), get_calendar(), all_rows), given)
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield from this.hits(row)


@lru_cache(maxsize=256)
def _statement(this: Pass, source: str, dialect: Dialect, calendar: WorkingCalendar, all_rows: bool) -> str:
    return _marked(select(this, Writer(dialect, calendar), source, all_rows=all_rows))


def _marked(text: str) -> str:
    """Return a statement whose markers are named parameters, and whose per cent signs are per cent signs."""
    return _MARKER.sub(r"%(\1)s", text.replace("%", "%%"))


def _mark(name: str) -> str:
    return f"\x01{name}\x01"


def _vendor() -> Any:
    return connection.vendor


def _dialect() -> Dialect:
    return _DIALECTS[connection.vendor]


def _source(relation: str, *, keyed: bool, open_only: bool) -> str:
    members = []
    if open_only and relation == _CASES:
        # As the index says it; the ordinal is empty where the day is.
        members.append("f.closed_on IS NULL")
    if keyed:
        column, kind = ("f.case_id", "bigint") if relation == _CASES else (f'f."{RELATIONS[relation].key}"', "text")
        if connection.vendor == "sqlite":
            members.append(f"{column} IN (SELECT value FROM json_each({_mark('keys')}))")
        else:
            members.append(f"{column} = ANY(CAST({_mark('keys')} AS {kind}[]))")
    base = course_select(dialect=_vendor()) if relation == _CASES else f"SELECT * FROM supervision_{relation} f"
    return f"({base}{' WHERE ' if members else ''}{' AND '.join(members)})"


def _cast(relation: Relation, name: str) -> str:
    # A bare parameter has no type, and a CAST to BOOLEAN is none to SQLite.
    kind = relation.columns[name].type
    if connection.vendor == "sqlite":
        return _mark(f"v_{name}")
    return f"CAST({_mark(f'v_{name}')} AS {_TYPES[kind]})"


def _literal(relation: Relation, name: str) -> str:
    return "''" if relation.columns[name].type is Type.TEXT else "NULL"
