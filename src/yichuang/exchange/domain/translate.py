"""Translate: one record of another system into one history for the ledger, or every fault that prevents it.

Never raises: whoever must put a record right wants all of its faults at once. What only the ledger can
know (an unknown item, a decision before acceptance, a time in the future) it says itself, later.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from yichuang.cases.values import ApplicantDetails, AppliedAct, Filing, acts
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.conditions import holds
from yichuang.exchange.domain.conversion import WITH_MEANING, check_meaning, check_text, convert
from yichuang.exchange.domain.decoding import Decoder
from yichuang.exchange.domain.faults import Fault, fault_of
from yichuang.exchange.domain.lookups import Dictionaries
from yichuang.exchange.domain.ordering import Dated, in_order
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.refusals import CaseColumnDiffers, EventUnmapped, ValueMissing
from yichuang.kernel.masking import mask_identifier
from yichuang.kernel.refusal import Refusal

NOBODY = "申请人（来源未提供）"
_MOST_SHOWN = 30
_OF_TIME = frozenset({m.INSTANT, m.DAY})
_NEEDED, _OPTIONAL = m.Field(m.INSTANT, required=True), m.Field(m.INSTANT)


class Translated(NamedTuple):
    """What became of one record: a filing with the origin of each act, or faults; `key` as far as it is known."""

    record: Record
    key: str
    filing: Filing | None
    history: tuple[Dated, ...] = ()
    faults: tuple[Fault, ...] = ()
    ignored: int = 0


class Translator:
    """Translates records by one mapping.

    `encoding` only names the source's in faults; `organisations` is what the list @organisations holds,
    `dictionaries` what the source's own dictionary tables do.
    """

    def __init__(
        self,
        mapping: m.Mapping,
        *,
        encoding: str = "utf-8",
        organisations: Mapping[str, str] | None = None,
        dictionaries: Dictionaries | None = None,
    ) -> None:
        self.mapping, self.encoding = mapping, encoding
        self.decoder = Decoder(mapping, organisations=organisations or {}, dictionaries=dictionaries)
        main = next((alias for alias, table in mapping.tables.items() if table.main), "")
        # A row of a table has its own columns only; those of the main row are asked for as `alias.column`.
        self.main_prefix = f"{main}." if mapping.of_tables else ""
        self._rules: dict[str, list[tuple[m.EventRule, tuple[m.Condition, ...]]]] = {}
        self._constants: dict[tuple[int, str], Any] = {}
        self.acts = {id(one): _plan(one) for one in (*mapping.acts, *(a for e in mapping.events for a in e.acts))}
        self.empty = frozenset({"", *mapping.empty})
        self.case = {name: m.as_value(value) for name, value in mapping.case.items()}
        self.applicant = {name: m.as_value(value) for name, value in mapping.applicant.items()}
        self.personal = frozenset(column for value in self.applicant.values() for column in columns_of(value))
        self.shared = frozenset(
            column
            for value in (*self.case.values(), *self.applicant.values(), *_values_of(mapping.acts))
            for column in columns_of(value, of_cases=True)
        )

    def translate(self, record: Record, *, received_at: datetime) -> Translated:
        """Return the filing of a record, or its faults; `received_at` is when it reached this system."""
        return _Reading(self, record).result(received_at)

    def rules_for(self, table: str) -> list[tuple[m.EventRule, tuple[m.Condition, ...]]]:
        """Return the rules that may fit rows of a table, in order, each with what remains to be asked of such a row."""
        if table not in self._rules:
            self._rules[table] = [
                (rule, tuple(one for one in rule.when if not _says_table(one)))
                for rule in self.mapping.events
                if all(one.equals == table for one in rule.when if _says_table(one))
            ]
        return self._rules[table]

    def constant(self, value: m.Value, field: m.Field, reading: "_Reading") -> Any:
        """Return what a constant means for a field: worked out once, for it is the same in every record."""
        key = (id(value), field.kind)
        if key not in self._constants:
            self._constants[key] = reading.text_of(value, field, None)
        return self._constants[key]

    def key_of(self, record: Record) -> str:
        """Return the source key of a record whatever else is wrong with it; the empty word where it has none."""
        reading = _Reading(self, record)
        found = reading.value_of("source_key")
        return found if isinstance(found, str) else ""

    def shown(self, column: str, value: str) -> str:
        """Return a value as a fault may show it: what belongs to a person is masked."""
        return mask_identifier("other", value) if column in self.personal else value


def columns_of(value: m.Value, *, of_cases: bool = False) -> Iterable[str]:
    """Yield the columns that a value reads; only those that belong to the case as a whole if so asked."""
    if value.column and not (of_cases and value.of_event):
        yield value.column
    for part in (*value.earliest, *value.first_of, *((value.not_after,) if value.not_after else ())):
        yield from columns_of(part, of_cases=of_cases)


def _values_of(rules: Iterable[m.ActRule]) -> Iterable[m.Value]:
    for rule in rules:
        if rule.at is not None:
            yield rule.at
        for value in rule.fields.values():
            yield m.as_value(value)


def _plan(rule: m.ActRule) -> tuple[tuple[tuple[str, m.Value, m.Field], ...], str]:
    """Return the fields of an act with where each comes from, and the column of its instant."""
    fields = m.ACT_FIELDS.get(rule.act, {})
    given = tuple((name, m.as_value(value), fields[name]) for name, value in rule.fields.items() if name in fields)
    column = next(iter(columns_of(rule.at)), "at") if rule.at is not None else "at"
    return given, column


def _says_table(condition: m.Condition) -> bool:
    return condition.column == m.TABLE_COLUMN and condition.equals is not None


class _Absent(Exception):
    """A fault was noted; whatever needed the value cannot be made."""


class _Reading:
    """One record while it is translated: its columns, and the faults found so far."""

    def __init__(self, by: Translator, record: Record) -> None:
        self.by, self.record = by, record
        self.faults: list[Fault] = list(record.faults)
        self.columns = dict(record.case)
        self.rows = dict.fromkeys(record.case, record.row)
        self.received_at: datetime | None = None
        self.ignored = 0
        if by.mapping.shape == "row-per-event":
            self._gather()

    def result(self, received_at: datetime) -> Translated:
        case, applicant = self._case(), self._applicant()
        dated = [*self._of_events(), *self._of_case()]
        key = str(case.get("source_key") or self._raw_key())
        if self.faults or self.received_at is None:
            return Translated(self.record, key, None, faults=tuple(self.faults), ignored=self.ignored)
        receipt = self._receipt(case)
        history = in_order(receipt, dated, at_closing=self.by.mapping.after_closing == m.AT_CLOSING)
        filing = Filing(
            source=self.by.mapping.source,
            source_key=key,
            applicant=applicant,
            history=[AppliedAct(one.act, one.at, _received(one, received_at)) for one in history],
        )
        return Translated(self.record, key, filing, tuple(history), ignored=self.ignored)

    def value_of(self, name: str) -> Any:
        """Return one field of the case, None where there is none or it is faulty."""
        return self._field(name, self.by.case[name], m.CASE_FIELDS[name], None) if name in self.by.case else None

    def _gather(self) -> None:
        """Make case columns of what all rows of a case say alike; a blank agrees with everything."""
        for one in self.record.events:
            for column in self.by.shared:
                value = one.values.get(column, "").strip()
                if value in self.by.empty:
                    continue
                first = self.columns.setdefault(column, value)
                row = self.rows.setdefault(column, one.row)
                if first != value:
                    shown = self.by.shown(column, value)
                    refusal = CaseColumnDiffers(row=row, other=self.by.shown(column, first), value=shown)
                    self.faults.append(fault_of(refusal, row=one.row, field=column, value=shown))

    def _raw_key(self) -> str:
        value = self.by.case.get("source_key")
        return self.columns.get(value.column, "").strip()[:128] if value is not None else ""

    def _case(self) -> dict[str, Any]:
        case: dict[str, Any] = {}
        for name, field in m.CASE_FIELDS.items():
            if name in self.by.case:
                case[name] = self._field(name, self.by.case[name], field, None)
        self.received_at = case.pop("received_at", None)
        return {name: value for name, value in case.items() if value is not None}

    def _receipt(self, case: Mapping[str, Any]) -> Dated:
        assert self.received_at is not None
        given = {name: value for name, value in case.items() if name != "source_key"}
        column = next(iter(columns_of(self.by.case["received_at"])), "received_at")
        value = self.columns.get(column, "").strip()
        return Dated(acts.Receive(**given), self.received_at, self.record.row, column, value, self.record.received_at)

    def _applicant(self) -> ApplicantDetails:
        given = {
            name: self._field(name, value, m.APPLICANT_FIELDS[name], None) or ""
            for name, value in self.by.applicant.items()
        }
        return ApplicantDetails(
            name=given.get("name") or NOBODY,
            id_type=given.get("id_type", ""),
            id_number=given.get("id_number", ""),
            phone=given.get("phone", ""),
        )

    def _of_case(self) -> list[Dated]:
        found = [self._act(rule, None) for rule in self.by.mapping.acts if self._meets(rule.when, None)]
        return [one for one in found if one is not None]

    def _of_events(self) -> list[Dated]:
        found: list[Dated] = []
        for event in self.record.events:
            rules, before = self.by.rules_for(event.values.get(m.TABLE_COLUMN, "")), len(self.faults)
            rule = next((one for one, when in rules if self._meets(when, event)), None)
            if rule is None and len(self.faults) > before:
                continue
            if rule is None:
                shown = "；".join(f"{name}={value}" for name, value in event.values.items())[:_MOST_SHOWN]
                columns = {c.column for one in self.by.mapping.events for c in one.when} - self.by.personal
                named = {column: event.values.get(column, "") for column in sorted(columns)}
                field = "、".join(named) or "—"
                self._note(EventUnmapped(), event.row, field, "；".join(named.values()) or shown)
            elif rule.ignore:
                self.ignored += 1
            else:
                made = [self._act(one, event) for one in rule.acts if self._meets(one.when, event)]
                found += [one for one in made if one is not None]
        return found

    def _act(self, rule: m.ActRule, event: Row | None) -> Dated | None:
        assert rule.at is not None
        before = len(self.faults)
        needed = event is not None or rule.required
        at = self._field("at", rule.at, _NEEDED if needed else _OPTIONAL, event)
        if at is None:
            return None
        plan, column = self.by.acts[id(rule)]
        given = {name: self._field(name, value, field, event) for name, value, field in plan}
        if len(self.faults) > before:
            return None
        act = m.ACTS[rule.act](**{name: value for name, value in given.items() if value is not None})
        row, received_at = (event.row, event.received_at) if event else (self.record.row, self.record.received_at)
        return Dated(act, at, row, column, self._column(column, event), received_at)

    def _column(self, column: str, event: Row | None) -> str:
        prefix = self.by.main_prefix
        if prefix and column.startswith(prefix):
            return self.columns.get(column[len(prefix) :], "").strip()
        if event is not None and (prefix or column in event.values):
            return event.values.get(column, "").strip()
        return self.columns.get(column, "").strip()

    def _meets(self, conditions: tuple[m.Condition, ...], event: Row | None) -> bool:
        by = self.by
        for one in conditions:
            text = self._column(one.column, event)
            if one.codes and text not in by.empty:
                try:
                    text = by.decoder.looked_up(one.codes, text)
                except Refusal as refusal:
                    self._note_masked(refusal, one.column, text, event)
                    # Several rules may ask for the same code.
                    if self.faults[-1] in self.faults[:-1]:
                        self.faults.pop()
                    return False
            if not holds(one, text, by.mapping, by.empty):
                return False
        return True

    def _note(self, refusal: Refusal, row: int, field: str, value: str) -> None:
        self.faults.append(fault_of(refusal, row=row, field=field, value=value))

    def _field(self, name: str, value: m.Value, field: m.Field, event: Row | None) -> Any:
        """Return a field's value, None where there is none; notes the fault where there should be one."""
        try:
            found = self._read(value, field, event)
        except _Absent:
            return None
        if found is None:
            if field.required:
                self._note_at(ValueMissing(), name, value, event, "")
        elif name in WITH_MEANING and found:
            try:
                check_meaning(name, found)
            except Refusal as refusal:
                self._note_at(refusal, name, value, event, found)
                return None
        return found

    def _note_at(self, refusal: Refusal, name: str, value: m.Value, event: Row | None, found: str) -> None:
        column = next(iter(columns_of(value)), name)
        row = event.row if event else self.rows.get(column, self.record.row)
        self._note(refusal, row, column, found)

    def _read(self, value: m.Value, field: m.Field, event: Row | None) -> Any:
        if value.earliest or value.first_of:
            return self._chosen(value, field, event)
        if value.field:
            return self.received_at
        if value.of_event:
            event = next((one for one in self.record.events if self._meets(value.of_event, one)), None)
            if event is None:
                return None
        if value.constant is not None:
            return self.by.constant(value, field, self)
        found = self.text_of(value, field, event)
        if found is not None and value.not_after is not None:
            limit = self._read(value.not_after, field, event)
            return None if limit is not None and found > limit else found
        return found

    def _chosen(self, value: m.Value, field: m.Field, event: Row | None) -> Any:
        if value.earliest:
            return min(filter(None, [self._read(part, field, event) for part in value.earliest]), default=None)
        if field.kind in _OF_TIME:
            return next(filter(None, (self._read(part, field, event) for part in value.first_of)), None)
        return self._first(value.first_of, field, event)

    def _first(self, parts: tuple[m.Value, ...], field: m.Field, event: Row | None) -> Any:
        """Return what the first part gives that gives anything; what is wrong with it counts only where none does."""
        before = len(self.faults)
        for part in parts:
            try:
                found = self._read(part, field, event)
            except _Absent:
                continue
            if found is not None:
                del self.faults[before:]
                return found
        del self.faults[before + 1 :]
        if len(self.faults) > before:
            raise _Absent
        return None

    def text_of(self, value: m.Value, field: m.Field, event: Row | None) -> Any:
        """Return what a column's text (or a constant) means for a field; notes what is wrong with it."""
        text = value.constant if value.constant is not None else self._column(value.column, event)
        if text in self.by.empty:
            text = value.default or ""
        elif value.codes or value.lookup is not None:
            try:
                text = self.by.decoder.decoded(value, text)
            except Refusal as refusal:
                self._refuse(refusal, value, text, event)
        if not text:
            return None
        mapping = self.by.mapping
        try:
            check_text(text, longest=field.longest, encoding=self.by.encoding)
            return convert(
                text,
                field=field,
                value=value,
                formats=value.formats or mapping.times,
                zone=value.zone or mapping.zone,
                at=_time_of_day(value.date_only_at or mapping.date_only_at),
                variant=mapping.results,
            )
        except Refusal as refusal:
            self._refuse(refusal, value, text, event)

    def _refuse(self, refusal: Refusal, value: m.Value, text: str, event: Row | None) -> NoReturn:
        self._note_masked(refusal, value.column, text, event)
        raise _Absent

    def _note_masked(self, refusal: Refusal, column: str, text: str, event: Row | None) -> None:
        row = event.row if event else self.rows.get(column, self.record.row)
        shown = self.by.shown(column, text)
        if shown != text:
            # What a dictionary makes of a person's code is the person's as well.
            own = {"value", "meanings"}
            refusal.details = {key: shown if one == text or key in own else one for key, one in refusal.details.items()}
        self._note(refusal, row, column or "—", shown)


def _received(one: Dated, record_received_at: datetime) -> datetime:
    """Return when an act reached us: its row at the earliest when it happened, for a source's clock may be ahead.

    What is still to come by its own word stays so, and the ledger refuses it for now.
    """
    if one.received_at is None:
        return record_received_at
    return max(one.received_at, one.at) if one.at <= record_received_at else one.received_at


@lru_cache(maxsize=32)
def _time_of_day(text: str) -> time:
    return time.fromisoformat(text)
