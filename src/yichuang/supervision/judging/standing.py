"""Standing: the findings that stand, read for comparison with what was judged."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection

from yichuang.cases.queries import COURSE_COLUMNS, course_select
from yichuang.supervision.models import Finding

_AT_ONCE = 500


class Standing(NamedTuple):
    """A finding that stands, as far as judging compares it."""

    id: int
    rule: str
    key: str
    case_id: int | None
    version: int | None
    open_case: bool
    occurred_on: date
    evidence: str
    found_at: datetime

    @property
    def name(self) -> tuple[str, str]:
        """Return what may stand once only."""
        return self.rule, self.key


Found = dict[tuple[str, str], Standing]
_READ = (
    "SELECT id, rule, key, case_id, version, open_case, occurred_on, evidence, found_at FROM supervision_finding"
    " WHERE ended_at IS NULL AND relation = %s"
)


def _read(relation: str, condition: str = "", parameters: Sequence[object] = ()) -> Found:
    """Read by bare SQL: a sweep compares thousands, and the follower reads for every event."""
    with connection.cursor() as cursor:
        cursor.execute(_READ + condition, [relation, *parameters])
        rows = cursor.fetchall()
    if connection.vendor == "postgresql":
        return {row[1:3]: Standing(*row) for row in rows}
    # SQLite keeps UTC, and does not say so.
    return {row[1:3]: Standing(*row[:8], found_at=row[8].replace(tzinfo=UTC)) for row in rows}


def _among(column: str, count: int) -> str:
    return f" AND {column} IN ({', '.join(['%s'] * count)})"


def of_cases(case_ids: Iterable[int]) -> Found:
    """Return what stands about some cases."""
    found: Found = {}
    for part in _parts(list(case_ids)):
        found |= _read("cases", _among("case_id", len(part)), part)
    return found


def of_relation(relation: str, *, rules: Sequence[str] | None = None, open_only: bool = False) -> Found:
    """Return what stands of a relation, of some rules, or only about open cases."""
    condition = _among("rule", len(rules)) if rules else ""
    # Said as the partial index says it, on either engine.
    return _read(relation, condition + (" AND open_case" if open_only else ""), rules or ())


def again(relation: str, names: Sequence[tuple[str, str]]) -> Found:
    """Return what stands of these, read once more inside the transaction that is going to change it."""
    found: Found = {}
    wanted = set(names)
    for part in _parts(sorted({key for _, key in wanted})):
        rows = _read(relation, _among("key", len(part)), part)
        found |= {name: row for name, row in rows.items() if name in wanted}
    return found


def relations_of(rules: Sequence[str]) -> tuple[str, ...]:
    """Return the relations about whose rows something of these rules stands."""
    rows = Finding.objects.filter(ended_at__isnull=True, rule__in=rules).order_by("relation")
    return tuple(rows.values_list("relation", flat=True).distinct())


def facts_of(case_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the row of the relation of cases for some cases, as it stands now."""
    names = [name for name, _ in COURSE_COLUMNS]
    truths = {name for name, kind in COURSE_COLUMNS if kind == "bool"}
    select = course_select(dialect="postgresql" if connection.vendor == "postgresql" else "sqlite")
    found: dict[int, dict[str, Any]] = {}
    for part in _parts(list(case_ids)):
        with connection.cursor() as cursor:
            cursor.execute(f"{select} WHERE f.case_id IN ({', '.join(['%s'] * len(part))})", part)
            for row in cursor.fetchall():
                facts = dict(zip(names, row, strict=True))
                # SQLite keeps truths as numbers.
                facts |= {name: bool(facts[name]) for name in truths if facts[name] is not None}
                found[facts["case_id"]] = facts
    return found


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
