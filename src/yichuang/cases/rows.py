"""Rows: the columns that every list of cases shows, and how each engine's row becomes a value."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from yichuang.cases import ledger
from yichuang.cases.domain.lifecycle import Status
from yichuang.cases.values import CaseRow

ROW = (
    "f.case_id, f.number, f.item, f.organisation, f.county, f.town, f.channel, f.kind, f.status, f.result,"
    " f.received_at, f.accepted_at, f.closed_at, f.promised_due_at, f.used_days, f.promised_amount, f.limit_unit,"
    " f.late_promised, f.source"
)
ROW_WIDTH = 19


def case_row(row: Sequence[Any]) -> CaseRow:
    """Return the value of a row that begins with the columns of ROW (alias f)."""
    return CaseRow(
        *row[:8],
        Status(row[8]),
        row[9],
        ledger.aware(row[10]),
        *[as_instant(value) for value in row[11:14]],
        *row[14:17],
        None if row[17] is None else bool(row[17]),
        row[18],
    )


def as_instant(value: Any) -> datetime | None:
    """Return an aware instant, or None."""
    return None if value is None else ledger.aware(value)


def as_date(value: Any) -> date | None:
    """Return a day, or None."""
    return None if value is None else as_day(value)


def as_day(value: Any) -> date:
    """Return a day (SQLite stores text)."""
    return value if isinstance(value, date) else date.fromisoformat(value)
