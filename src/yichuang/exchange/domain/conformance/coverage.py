"""Coverage: which fields of the standard a mapping says, and in how many rows they have a value."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.conformance.report import FieldCoverage
from yichuang.exchange.domain.conformance.standard import StandardField
from yichuang.exchange.domain.records import Record
from yichuang.exchange.domain.translate import columns_of

_EVERYWHERE = ""
_EMPTY = frozenset({""})


class _Said(NamedTuple):
    """Where a mapping says a field: the values, and the alias of the table whose rows have it (none: the case).

    `by_default`: what the mapping puts where the source has nothing counts too, as a county's own division does.
    """

    values: tuple[m.Value, ...]
    alias: str
    of_events: bool
    by_default: bool = False


def cover(mapping: m.Mapping, records: Sequence[Record], fields: Iterable[StandardField]) -> tuple[FieldCoverage, ...]:
    """Return the coverage of each field, in the order of the standard."""
    counter = _Counter(mapping, records)
    return tuple(counter.coverage(field) for field in fields)


class _Counter:
    def __init__(self, mapping: m.Mapping, records: Sequence[Record]) -> None:
        self.mapping, self.records = mapping, records
        self.empty = _EMPTY | frozenset(mapping.empty)
        self.rows: dict[str, list[dict[str, str]]] = {_EVERYWHERE: [one.values for r in records for one in r.events]}
        for values in self.rows[_EVERYWHERE]:
            if alias := values.get(m.TABLE_COLUMN):
                self.rows.setdefault(alias, []).append(values)

    def coverage(self, field: StandardField) -> FieldCoverage:
        said = [one for reads in field.reads for one in self._said(reads)]
        if not said:
            return FieldCoverage(field=field.field, english=field.english, needed=field.needed, mapped=False)
        columns = tuple(dict.fromkeys(column for one in said for value in one.values for column in columns_of(value)))
        filled, total = self._count(said)
        return FieldCoverage(
            field=field.field,
            english=field.english,
            needed=field.needed,
            mapped=True,
            columns=columns,
            filled=filled,
            total=total,
        )

    def _count(self, said: Sequence[_Said]) -> tuple[int, int]:
        # A field that is asked once a case counts by cases; one of a table's rows by those.
        if not any(one.of_events for one in said) or self.mapping.shape == "row-per-event":
            filled = sum(any(self._in_case(one, record) for one in said) for record in self.records)
            return filled, len(self.records)
        filled = total = 0
        for alias in dict.fromkeys(one.alias for one in said if one.of_events):
            for row in self.rows.get(alias, ()):
                total += 1
                filled += any(self._given(value, row) for one in said if one.alias == alias for value in one.values)
        return filled, total

    def _in_case(self, said: _Said, record: Record) -> bool:
        if said.by_default and any(value.default for value in said.values):
            return True
        if any(self._given(value, record.case) for value in said.values):
            return True
        return any(self._given(value, one.values) for value in said.values for one in record.events)

    def _given(self, value: m.Value, row: dict[str, str]) -> bool:
        if value.constant:
            return True
        return any(row.get(column, "").strip() not in self.empty for column in columns_of(value))

    def _said(self, reads: str) -> Iterator[_Said]:
        owner, _, name = reads.partition(".")
        if owner in {"case", "applicant"}:
            given = getattr(self.mapping, owner).get(name)
            if given is not None and given != "":
                yield _Said((m.as_value(given),), _EVERYWHERE, of_events=False, by_default=owner == "case")
            return
        for rule in self.mapping.acts:
            yield from self._of_act(rule, owner, name, alias=_EVERYWHERE, of_events=False)
        for event in self.mapping.events:
            alias = next((one.equals or "" for one in event.when if one.column == m.TABLE_COLUMN), _EVERYWHERE)
            for rule in event.acts:
                yield from self._of_act(rule, owner, name, alias=alias, of_events=True)

    @staticmethod
    def _of_act(rule: m.ActRule, act: str, name: str, *, alias: str, of_events: bool) -> Iterator[_Said]:
        if rule.act != act:
            return
        if name == "at":
            if rule.at is not None:
                yield _Said((rule.at,), alias, of_events)
        elif name in rule.fields:
            yield _Said((m.as_value(rule.fields[name]),), alias, of_events)
