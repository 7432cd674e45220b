"""Selection: what each measure of cases means, once, for counts, lists and digests alike.

The trap of the source: 32.55万/32.63万 = 99.8% is completed over accepted, yet is called 按期办结率. Here
"completed" and "on-time" are two measures over two conditions, and every reader uses these.
"""

from datetime import date, datetime, time
from typing import Any, NamedTuple

from yichuang.calendar.values import CHINA
from yichuang.cases import ledger
from yichuang.cases.values import CaseFilter, Status
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class UnknownMeasure(Refusal):
    """No such measure."""

    sentence = N_("没有“{measure}”这一统计口径")
    remedy = N_("可选：{possible}")


class Measure(NamedTuple):
    """The day column that a period is held against, and the condition on a facts row (true is written TRUE)."""

    day: str
    condition: str


_COMPLETED = "counted AND accepted_on IS NOT NULL AND closed_on IS NOT NULL"
MEASURES: dict[str, Measure] = {
    "received": Measure("received_on", "TRUE"),
    "accepted": Measure("accepted_on", "counted AND accepted_on IS NOT NULL"),
    "completed": Measure("closed_on", _COMPLETED),
    "on-time": Measure("closed_on", f"{_COMPLETED} AND late_promised IS NOT TRUE"),
    "early": Measure("closed_on", f"{_COMPLETED} AND early"),
    "late": Measure("closed_on", f"{_COMPLETED} AND late_promised"),
    "late-statutory": Measure("closed_on", f"{_COMPLETED} AND late_statutory"),
    "judged": Measure("closed_on", f"{_COMPLETED} AND used_days IS NOT NULL AND limit_unit = 'working-days'"),
}
# Judged at the end of the period rather than inside it.
STANDING = frozenset({"open", "open-late"})
_FIELDS = ("county", "town", "centre", "organisation", "department", "item", "channel", "kind", "source")


def end_of(until: date) -> Any:
    """Return the instant at which the day `until` begins in China, as the engine stores it."""
    return ledger.stored_time(datetime.combine(until, time(), CHINA), native=ledger.is_native())


def where(chosen: CaseFilter) -> tuple[str, list[Any]]:
    """Return the SQL condition over the facts table (alias f) and its parameters; raises UnknownMeasure."""
    parts: list[str] = []
    parameters: list[Any] = []
    if chosen.measure in STANDING:
        until = chosen.until or date.max
        # COALESCE keeps planners off the index on accepted_on, which nearly every case satisfies: what stands open is
        # found by closed_on (100,000 cases: 0.3 ms instead of 97).
        parts.append(
            "f.counted AND COALESCE(f.accepted_on, f.accepted_on) < %s AND (f.closed_on IS NULL OR f.closed_on >= %s)"
        )
        parameters += [stored_day(until), stored_day(until)]
        if chosen.measure == "open-late":
            # A decision in time is not overdue because the file is still open, nor is a case whose clock stands still.
            parts.append("f.promised_due_at < %s AND (f.ended_on IS NULL OR f.ended_on >= %s) AND f.status <> %s")
            parameters += [end_of(until), stored_day(until), Status.SUSPENDED.value]
    elif chosen.measure in MEASURES:
        day, condition = MEASURES[chosen.measure]
        parts.append(condition)
        if chosen.start_on:
            parts.append(f"f.{day} >= %s")
            parameters.append(stored_day(chosen.start_on))
        if chosen.until:
            parts.append(f"f.{day} < %s")
            parameters.append(stored_day(chosen.until))
    else:
        raise UnknownMeasure(measure=chosen.measure, possible="、".join((*MEASURES, *sorted(STANDING))))
    for name in _FIELDS:
        if value := getattr(chosen, name):
            parts.append(f"f.{name} = %s")
            parameters.append(value)
    for name, values in (("county", chosen.counties), ("organisation", chosen.organisations)):
        if values:
            parts.append(f"f.{name} IN ({', '.join(['%s'] * len(values))})")
            parameters += values
    return " AND ".join(parts), parameters


def stored_day(day: date) -> Any:
    """Return a day as the engine stores it."""
    return day if ledger.is_native() else day.isoformat()


def day_column(measure: str) -> str:
    """Return the column by which a list of this measure is ordered."""
    return MEASURES[measure].day if measure in MEASURES else "accepted_on"


def day_order(measure: str) -> str:
    """Return the expression (alias f) that orders a list of this measure.

    A standing measure is sorted after its small set was found; ordered by the bare column, planners would walk the
    index on accepted_on through all cases to find the few that stand open.
    """
    column = f"f.{day_column(measure)}"
    return f"COALESCE({column}, {column})" if measure in STANDING else column
