"""Rows of a relation made for judging: put into a table of the live database, or into a file for the bulk engines."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from sqlglot import exp

from yichuang.calendar.queries import get_calendar
from yichuang.supervision.domain.moment import MOMENT_NAMES, Moment
from yichuang.supervision.domain.relations import RELATIONS, Column, Type, Unit, Value
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.engines.parquet import facts_path, schema_of

TABLE = "made_rows"
AT = tuple(f"at_{name}" for name in sorted(MOMENT_NAMES))
Row = Mapping[str, Value]
_TYPES = {Type.TEXT: "text", Type.BOOL: "boolean"}
# What numbers of a unit are tried, near the limits that rules draw.
_TRIED = {
    Unit.DAY: (2780, 2830),
    Unit.INSTANT: (1425000000, 1428000000),
    Unit.DAYS: (0, 12),
    Unit.COUNT: (0, 4),
    Unit.FEN: (0, 10**12),
    Unit.MINUTE: (0, 1439),
    Unit.PERMILLE: (0, 1100),
    Unit.MONTH: (201501, 201504),
    Unit.PLAIN: (0, 2**40),
}


def at_columns(moment: Moment) -> dict[str, Value]:
    """Return a moment as columns of a row: rows that are judged together may each have their own."""
    return {f"at_{name}": number for name, number in moment.numbers().items()}


def put_into_table(relation: str, rows: Sequence[Row]) -> str:
    """Make a temporary table of the relation's columns, and of the moments, fill it and return its name."""
    columns = RELATIONS[relation].columns.values()
    kinds = {
        **{one.name: _TYPES.get(one.type) or ("bigint" if one.wide else "integer") for one in columns},
        **dict.fromkeys(AT, "bigint"),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {TABLE} ({', '.join(f'{chr(34)}{k}{chr(34)} {v}' for k, v in kinds.items())})"
        )
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES ({', '.join(['%s'] * len(kinds))})",
            [[row.get(name) for name in kinds] for row in rows],
        )
    return TABLE


def put_into_file(relation: str, rows: Sequence[Row], folder: Path) -> Path:
    """Write the same rows as facts on disk and return the file."""
    schema = schema_of(relation)
    for name in AT:
        schema = schema.append(pa.field(name, pa.int64()))
    folder.mkdir(parents=True, exist_ok=True)
    columns = [pa.array([row.get(field.name) for row in rows], type=field.type) for field in schema]
    pq.write_table(pa.table(columns, schema=schema), facts_path(folder, relation))
    return facts_path(folder, relation)


def comparable(hits: Iterable[Hit]) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return hits by rule and key, so that two engines' can be held against each other."""
    given = list(hits)
    found = {(hit.rule_id, hit.key): _told(hit) for hit in given}
    assert len(found) == len(given), "a rule found a row twice"
    return found


def _told(hit: Hit) -> tuple[object, ...]:
    concerned = (hit.number, hit.county, hit.organisation, hit.department, hit.item, hit.centre, hit.town, hit.source)
    evidence = json.dumps(dict(hit.evidence), sort_keys=True, ensure_ascii=False)
    return (*concerned, hit.version, hit.case_id, hit.open, hit.occurred_wd, evidence)


def random_rows(relation: str, rules: Iterable[Rule], *, seed: int, count: int) -> list[dict[str, Value]]:
    """Return rows that differ from blameless ones in some or in most columns, with the texts that the rules ask for."""
    luck = random.Random(seed)
    about, calendar = RELATIONS[relation], get_calendar()
    texts = _texts_asked(rules)
    starts = [about.blameless(calendar, start) for start in ("", *about.starts)]
    return [
        {**_changed(luck.choice(starts), about.columns, texts, luck), about.key: f"ROW-{number:05}"}
        for number in range(count)
    ]


def _changed(
    start: Row, columns: Mapping[str, Column], texts: Mapping[str, set[str]], luck: random.Random
) -> dict[str, Value]:
    share = luck.choice((0.03, 0.2, 0.7))
    return {
        name: _random(column, texts.get(name, set()), luck) if luck.random() < share else start[name]
        for name, column in columns.items()
    }


def _random(column: Column, texts: set[str], luck: random.Random) -> Value:
    if column.nullable and luck.random() < 0.3:
        return None
    if column.type is Type.BOOL:
        return luck.random() < 0.5
    if column.type is Type.TEXT:
        return luck.choice(["", "另一个", *sorted(texts)])
    return luck.randint(*_TRIED[column.unit])


def _texts_asked(rules: Iterable[Rule]) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = {}
    for rule in rules:
        for column, text in _pairs(rule.condition.tree):
            asked.setdefault(column, set()).add(text)
    return asked


def _pairs(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        if isinstance(node.this, exp.Column):
            for literal in node.find_all(exp.Literal):
                if literal.is_string:
                    yield node.this.name, literal.name
