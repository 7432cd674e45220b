"""Course: the relation of cases that supervision's conditions are written over, read live, by cursor or as of a day.

One list of columns makes all three: as SQL over the stored facts on each engine, and as rows of a fold that stops at
an instant. Instants become whole epoch seconds, truths the engine's own; everything else stands in the table as it is.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any, Literal

from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import ledger, projections
from yichuang.cases.domain.statutes import load_statutes
from yichuang.cases.effective import effective
from yichuang.cases.ledger import Cursor
from yichuang.cases.lists import Lists

Dialect = Literal["sqlite", "postgresql", "duckdb"]


def _typed(kind: str, names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, kind) for name in names.split())


COURSE_COLUMNS: tuple[tuple[str, str], ...] = (
    *_typed("int", "case_id"),
    *_typed("text", "number"),
    *_typed("int", "version"),
    *_typed("text", "source county town centre organisation department item handling_item item_type channel"),
    *_typed("text", "applicant_type kind"),
    *_typed("bool", "joint green_channel counted"),
    *_typed("text", "status result"),
    *_typed("bool", "automatic provisional"),
    *_typed("int", "received_wd ready_wd notice_wd accepted_wd decided_wd ended_wd certificate_wd delivered_wd"),
    *_typed("int", "closed_wd received_s accepted_s decided_s delivered_s closed_s"),
    *_typed("text", "limit_unit"),
    *_typed("int", "statutory_amount promised_amount statutory_due_wd promised_due_wd statutory_due_s promised_due_s"),
    *_typed("bool", "due_stated"),
    *_typed("int", "paused_days extension_days used_days"),
    *_typed("bool", "late_promised late_statutory early"),
    *_typed("int", "late_steps step_due_s step_due_wd step_count hand_offs supplement_count late_supplements"),
    *_typed("int", "special_count special_open_wd special_due_wd special_counted_days special_over_days"),
    *_typed("int", "specials_unlimited specials_unnoticed extension_count extensions_late extensions_unapproved"),
    *_typed("text", "decision decider"),
    *_typed("bool", "decider_listed decision_numbered reasons_given remedies_given"),
    *_typed("int", "opinions_missing"),
    *_typed("text", "certificate_number"),
    *_typed("bool", "certificate_early decided_unaccepted"),
    *_typed("int", "supplements_unasked"),
    *_typed("bool", "delivered_early"),
    *_typed("int", "entry_lag_days off_day_acts earliest_minute latest_minute consult_open_wd consult_over_days"),
    *_typed("int", "forward_wd materials_taken materials_required files_missing fees_charged fees_paid"),
    *_typed("bool", "fee_stated fee_fixed promise_over_statutory"),
    *_typed("int", "reviewed_alone"),
    *_typed("text", "closed_by"),
)
# Columns that are kept as instants in the table and given as epoch seconds.
_SECONDS = {name: f"{name.removesuffix('_s')}_at" for name, kind in COURSE_COLUMNS if name.endswith("_s")}
_EPOCH: dict[str, str] = {
    # Cut off before the fraction; and without a percent sign, which would have to be doubled beside parameters.
    "sqlite": "unixepoch(substr(f.{name}, 1, 19))"
    if sqlite3.sqlite_version_info >= (3, 38)
    else "CAST((julianday(substr(f.{name}, 1, 19)) - 2440587.5) * 86400 + 0.5 AS INTEGER)",
    "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM f.{name})) AS BIGINT)",
    "duckdb": "epoch_us(f.{name}) // 1000000",
}


@lru_cache(maxsize=16)
def course_select(*, dialect: Dialect, table: str = "cases_facts") -> str:
    """Return a SELECT of exactly the columns of COURSE_COLUMNS, in their order, from the stored facts (alias f).

    DuckDB reads the live table under a name of its own, SQLite's truths as integers.
    """
    told = []
    for name, kind in COURSE_COLUMNS:
        if name in _SECONDS:
            told.append(f"{_EPOCH[dialect].format(name=_SECONDS[name])} AS {name}")
        elif kind == "bool" and dialect == "duckdb":
            told.append(f"CAST(f.{name} AS BOOLEAN) AS {name}")
        else:
            told.append(f"f.{name}")
    return f"SELECT {', '.join(told)} FROM {table} f"


def list_changed_cases(after: Cursor, *, limit: int = 10_000) -> tuple[tuple[int, ...], Cursor]:
    """Return the ids of the cases to which up to `limit` events behind the cursor belong, and the new cursor.

    In the ledger's trusted order: what commits late is never skipped and comes once. The cursor moves past exactly
    the events whose cases were returned; when it comes back unchanged there is no news.
    """
    native = ledger.is_native()
    order = "transaction_id, position" if native else "position"
    with connection.cursor() as cursor:
        if native:
            cursor.execute(
                "SELECT case_id, transaction_id, position FROM cases_event WHERE (transaction_id, position) > (%s, %s)"
                " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                f" ORDER BY {order} LIMIT %s",
                [*after, limit],
            )
        else:
            cursor.execute(
                f"SELECT case_id, 0, position FROM cases_event WHERE position > %s ORDER BY {order} LIMIT %s",
                [after.position, limit],
            )
        rows = cursor.fetchall()
    if not rows:
        return (), after
    return tuple(dict.fromkeys(row[0] for row in rows)), Cursor(int(rows[-1][1]), int(rows[-1][2]))


def course_as_of(*, at: datetime, known: bool = False) -> Iterator[tuple[Any, ...]]:
    """Yield the row of every case as it stood at an instant, in the order of COURSE_COLUMNS and of case ids.

    By source time: what had happened by then; with `known` by recorded time: what the ledger had heard of by then.
    A case of which nothing was there yet is left out. The calendar and the lists are those of today.
    """
    calendar, statutes, lists, on = get_calendar(), load_statutes(), Lists(), local_day(at)
    for case_id, number, source, entries in _histories():
        folded = _as_of(entries, at=at, known=known)
        if folded.state.seq:
            facts = projections.facts_of_case(
                folded, calendar=calendar, statutes=statutes, lists=lists, source=source, on=on
            )
            yield course_row(folded, facts, case_id=case_id, number=number)


def _as_of(entries: Sequence[ledger.Entry], *, at: datetime, known: bool) -> projections.Folded:
    """Return a case folded to an instant; by source time, out of what is known of its past today."""
    if known:
        return projections.fold_entries(tuple(takewhile(lambda entry: entry.recorded_at <= at, entries)))
    folded, counting, last = projections.Folded(), effective(entries), 0
    for entry in counting:
        if entry.source_at > at:
            break
        folded.take(projections.told_of(entry), entry.hash)
        last = max(last, entry.seq)
    folded.reach(len(entries) if len(folded.history) == len(counting) else last)
    return folded


def course_row(folded: projections.Folded, facts: projections.Facts, *, case_id: int, number: str) -> tuple[Any, ...]:
    """Return the row of one case as `course_select` would read it from the facts just folded."""
    told: dict[str, Any] = {"case_id": case_id, "number": number, "version": folded.state.seq}
    for half in facts:
        told.update((name, getattr(half, name)) for name in half.__struct_fields__)
    return tuple(_seconds(told[_SECONDS[name]]) if name in _SECONDS else told[name] for name, _ in COURSE_COLUMNS)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() // 1)


def _histories(batch: int = 1_000) -> Iterator[tuple[int, str, str, list[ledger.Entry]]]:
    """Yield every case with its entries, oldest first, in order of case ids; a batch is one query."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, number, source FROM cases_case WHERE id > %s ORDER BY id LIMIT %s", [last, batch]
            )
            cases = cursor.fetchall()
        if not cases:
            return
        first, last = cases[0][0], cases[-1][0]
        entries = ledger.read_cases(first, last)
        by_case = {case_id: list(told) for case_id, told in groupby(entries, key=lambda entry: entry.case_id)}
        for case_id, number, source in cases:
            yield case_id, number, source, by_case.get(case_id, [])
