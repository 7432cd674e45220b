"""The plan of a pass: the SQL by which one engine judges all rules of a relation in one reading of it.

Rows that no rule finds never leave the database; for the others each rule gives the day of the breach, or nothing. What
is here is the same for every engine; each adds where its rows come from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from yichuang.supervision.domain.dialects import Writer
from yichuang.supervision.domain.relations import RELATIONS, Relation, Type, Value
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines.hit import CONCERNED, Hit

_CASES = "cases"
_ALWAYS = ("case_id", "version", "closed_wd")


@dataclass(frozen=True, eq=False)
class Pass:
    """One relation judged by some rules: the columns that are read, in order, and how a row becomes hits."""

    relation: Relation
    rules: tuple[Rule, ...]
    columns: tuple[str, ...]

    def hits(self, row: Sequence[Any]) -> Iterator[Hit]:
        """Yield the hits of a row: its columns, then for each rule the ordinal of the breach, or nothing."""
        for reader, occurred_wd in zip(self._readers, row[len(self.columns) :], strict=True):
            if occurred_wd is not None:
                yield self._hit(reader, row, occurred_wd)

    def _hit(self, reader: "_Reader", row: Sequence[Any], occurred_wd: int) -> Hit:
        cases = self.relation.name == _CASES
        evidence: dict[str, Value] = {name: row[at] for name, at in reader.plain}
        for name, at in reader.truths:
            value = row[at]
            evidence[name] = None if value is None else bool(value)
        place = self._place
        told: list[Any] = ["" if where is None else row[where] or "" for where in self._concerned]
        return Hit(
            reader.rule_id,
            row[place[self.relation.key]],
            *told,
            row[place["version"]] if cases else 0,
            row[place["case_id"]] if cases else None,
            row[place["closed_wd"]] is None if cases else True,
            occurred_wd,
            evidence,
        )

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    @cached_property
    def _concerned(self) -> list[int | None]:
        return [self._place.get(name) for name in CONCERNED]

    @cached_property
    def _readers(self) -> list["_Reader"]:
        return [_Reader.of(rule, self._place) for rule in self.rules]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where in a row a rule's evidence stands; SQLite's truths are integers and must become truths again."""

    rule_id: str
    plain: tuple[tuple[str, int], ...]
    truths: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, rule: Rule, place: Mapping[str, int]) -> "_Reader":
        columns = rule.relation.columns
        truths = sorted(name for name in rule.columns if columns[name].type is Type.BOOL)
        plain = sorted(rule.columns - set(truths))
        return cls(rule.id, tuple((n, place[n]) for n in plain), tuple((n, place[n]) for n in truths))


@lru_cache(maxsize=256)
def plan(relation: str, rules: tuple[Rule, ...]) -> Pass:
    """Return the pass of some rules over a relation, with every column that any of them or a hit asks for."""
    about = RELATIONS[relation]
    named = {about.key, *CONCERNED, *(_ALWAYS if relation == _CASES else ())}
    for rule in rules:
        named |= rule.columns
    return Pass(about, rules, tuple(name for name in about.columns if name in named))


def told(this: Pass, writer: Writer, *, text: Callable[[str], str], evidence: Callable[[Rule, Writer], str]) -> str:
    """Return the columns of a finding in bulk, from a row `f` that carries the number of the rule that found it.

    `text` writes a text of the engine's language, `evidence` the JSON of a rule's columns.
    """
    cases = this.relation.name == _CASES
    columns = {
        "rule_id": _by_rule([text(rule.id) for rule in this.rules]),
        "key": writer.column(this.relation.key),
        **{name: writer.column(name) if name in this.columns else text("") for name in CONCERNED},
        "version": f"CAST({writer.column('version') if cases else 0} AS BIGINT)",
        "case_id": f"CAST({writer.column('case_id') if cases else 'NULL'} AS BIGINT)",
        "open": f"{writer.column('closed_wd')} IS NULL" if cases else "TRUE",
        "occurred_wd": f"CAST({_by_rule([writer.occurred(rule) for rule in this.rules])} AS INTEGER)",
        "evidence": _by_rule([evidence(rule, writer) for rule in this.rules]),
    }
    return ", ".join(f"{value} AS {name}" for name, value in columns.items())


def _by_rule(values: Sequence[str]) -> str:
    branches = " ".join(f"WHEN {number} THEN {value}" for number, value in enumerate(values))
    return f"CASE f.rule {branches} END"


def select(this: Pass, writer: Writer, source: str, *, all_rows: bool = False) -> str:
    """Return the SELECT of columns and, rule by rule, the day of the breach or nothing, of the rows that a rule finds.

    `all_rows` leaves no row out: for a few rows a database takes longer to think about the question than to answer it.
    """
    conditions = [writer.condition(rule) for rule in this.rules]
    asked = [writer.column(name) for name in this.columns]
    for rule, condition in zip(this.rules, conditions, strict=True):
        asked.append(f"CASE WHEN {condition} THEN {writer.occurred(rule)} END")
    where = "" if all_rows else f" WHERE {' OR '.join(f'({condition})' for condition in conditions)}"
    return f"SELECT {', '.join(asked)} FROM {source} AS {writer.alias}{where}"
