"""Checks: between a mapping that has the right shape and one that can work. Finds every fault, raises none."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfoNotFoundError

from msgspec.structs import fields

from yichuang.cases.values import CHANNEL_LABELS, Result
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import nearest
from yichuang.exchange.domain.refusals import BadPattern, Contradiction, KeyMissing, NotAChoice, UnknownKey
from yichuang.exchange.domain.source_checks import lookup_faults, source_faults
from yichuang.exchange.domain.times import EXCEL, ISO, zone_of
from yichuang.kernel.identifiers import division_code, uscc
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

Path = tuple[str | int, ...]
Found = tuple[Path, Refusal, str]
SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_TIME_ONLY = ("earliest", "not_after", "field", "formats", "date_only_at", "zone")
_KEYS_BELOW: dict[str, type] = {
    "csv": m.CsvOptions,
    "xlsx": m.XlsxOptions,
    "codes": m.CodeMap,
    "case": m.Value,
    "applicant": m.Value,
    "fields": m.Value,
    "at": m.Value,
    "earliest": m.Value,
    "first_of": m.Value,
    "not_after": m.Value,
    "of_event": m.Condition,
    "when": m.Condition,
    "acts": m.ActRule,
    "events": m.EventRule,
    "catalogue": m.Catalogue,
    "organisation": m.GuestOrganisation,
    "connection": m.Connection,
    "http": m.Http,
    "token": m.Token,
    "paging": m.Paging,
    "tables": m.Table,
    "declared": m.Declared,
    "lookup": m.Lookup,
}


def keys_at(path: Path) -> tuple[str, ...]:
    """Return the keys that may stand below a path of a mapping."""
    kind: type = m.Mapping
    for step in path:
        if isinstance(step, str) and step in _KEYS_BELOW and (step != "organisation" or "catalogue" in path):
            kind = _KEYS_BELOW[step]
    return tuple(info.encode_name for info in fields(kind))


def find_faults(mapping: m.Mapping) -> Iterator[Found]:
    """Yield (key path, refusal, value) for everything that keeps this mapping from working."""
    yield from _head(mapping)
    yield from _fields(("case",), mapping.case, m.CASE_FIELDS, mapping)
    yield from _fields(("applicant",), mapping.applicant, m.APPLICANT_FIELDS, mapping)
    for place, rule in enumerate(mapping.events):
        path: Path = ("events", place)
        yield from _conditions((*path, "when"), rule.when, mapping)
        if bool(rule.acts) == rule.ignore:
            yield path, Contradiction(reason=N_("每条事件规则写acts或者ignore: true，二者取一")), ""
        for number, act in enumerate(rule.acts):
            yield from _act((*path, "acts", number), act, mapping)
    for place, act in enumerate(mapping.acts):
        yield from _act(("acts", place), act, mapping)
    yield from _catalogue(mapping)
    yield from source_faults(mapping)


def _head(mapping: m.Mapping) -> Iterator[Found]:
    if not mapping.source:
        yield ("source",), KeyMissing(key="source"), ""
    elif not SOURCE.fullmatch(mapping.source):
        yield ("source",), BadPattern(value=mapping.source, reason=N_("来源名用小写字母、数字和连字符")), ""
    if (mapping.format == "xes") != (mapping.shape == "trace"):
        yield ("shape",), Contradiction(reason=N_("format: xes 与 shape: trace 必须同时使用")), mapping.shape
    if mapping.shape == "row-per-case" and mapping.events:
        yield ("events",), Contradiction(reason=N_("一行一件（row-per-case）没有事件行，请改用acts")), ""
    # One table alone has no rows of events.
    if mapping.shape != "row-per-case" and not mapping.events and not (mapping.of_tables and len(mapping.tables) == 1):
        yield ("events",), KeyMissing(key="events"), ""
    if len(mapping.csv.delimiter) != 1:
        yield ("csv", "delimiter"), BadPattern(value=mapping.csv.delimiter, reason=N_("分隔符是一个字符")), ""
    if mapping.csv.encoding not in ENCODINGS:
        yield ("csv", "encoding"), _choice(mapping.csv.encoding, ENCODINGS), ""
    for name in ("csv", "xlsx"):
        if getattr(mapping, name).header_row < 1:
            yield (name, "header_row"), BadPattern(value="0", reason=N_("行号从1开始")), ""
    yield from _zone(("zone",), mapping.zone)
    yield from _formats(("times",), mapping.times)
    yield from _time_of_day(("date_only_at",), mapping.date_only_at)
    for name, table in mapping.codes.items():
        if table.default == m.KEEP and table.otherwise is not None:
            yield ("codes", name), Contradiction(reason=N_("default: keep 与 otherwise 只能写一个")), ""
        yield from _lookup(("codes", name), table.lookup, mapping)


def _catalogue(mapping: m.Mapping) -> Iterator[Found]:
    guest = mapping.catalogue
    if guest is None:
        return
    path: Path = ("catalogue", "organisation")
    if not guest.folder:
        yield ("catalogue", "folder"), KeyMissing(key="folder"), ""
    for name in ("code", "name", "uscc", "department", "division"):
        if not getattr(guest.organisation, name):
            yield (*path, name), KeyMissing(key=name), ""
    for name, check in (("uscc", uscc.check), ("division", division_code.check)):
        value = getattr(guest.organisation, name)
        if value:
            yield from _refused((*path, name), value, check)


def _refused(path: Path, value: str, check: object) -> Iterator[Found]:
    try:
        check(value)  # type: ignore[operator]
    except Refusal as refusal:
        yield path, refusal, value


def _act(path: Path, rule: m.ActRule, mapping: m.Mapping) -> Iterator[Found]:
    yield from _conditions((*path, "when"), rule.when, mapping)
    if not rule.act:
        yield (*path, "act"), KeyMissing(key="act"), ""
    elif rule.act not in m.RULE_ACTS:
        yield (*path, "act"), _choice(rule.act, m.RULE_ACTS), ""
    else:
        yield from _fields((*path, "fields"), rule.fields, m.ACT_FIELDS[rule.act], mapping)
    if rule.at is None:
        yield (*path, "at"), KeyMissing(key="at"), ""
    else:
        yield from _value((*path, "at"), rule.at, m.Field(m.INSTANT), mapping)


def _fields(
    path: Path,
    given: Mapping[str, m.Value | str],
    known: Mapping[str, m.Field],
    mapping: m.Mapping,
) -> Iterator[Found]:
    for name, value in given.items():
        if name not in known:
            refusal = UnknownKey(key=name, possible="、".join(known), nearest=nearest(name, known) or "—")
            yield (*path, name), refusal, ""
        else:
            yield from _value((*path, name), m.as_value(value), known[name], mapping)
            yield from _constant((*path, name), name, m.as_value(value))
    for name, field in known.items():
        if field.required and name not in given:
            yield (*path, name), KeyMissing(key=name), ""


def _constant(path: Path, name: str, value: m.Value) -> Iterator[Found]:
    """A constant is judged once, here, rather than again in every row."""
    if value.constant is None:
        return
    if name == "channel" and value.constant not in CHANNEL_LABELS:
        yield path, _choice(value.constant, CHANNEL_LABELS), ""
    if name in {"division", "receiving_division"} and value.constant:
        yield from _refused(path, value.constant, division_code.check)


def _value(path: Path, value: m.Value, field: m.Field, mapping: m.Mapping) -> Iterator[Found]:
    yield from _origin(path, value, field)
    yield from _references(path, value, mapping)
    yield from _lookup(path, value.lookup, mapping)
    if value.lookup is not None and not value.column:
        yield (*path, "lookup"), Contradiction(reason=N_("lookup只能与column同用")), ""
    yield from _conditions((*path, "of_event"), value.of_event, mapping)
    yield from _formats((*path, "formats"), value.formats)
    if value.date_only_at:
        yield from _time_of_day((*path, "date_only_at"), value.date_only_at)
    if value.zone:
        yield from _zone((*path, "zone"), value.zone)
    for name in ("earliest", "first_of"):
        for place, part in enumerate(getattr(value, name)):
            yield from _value((*path, name, place), part, field, mapping)
    if value.not_after is not None:
        yield from _value((*path, "not_after"), value.not_after, field, mapping)


def _origin(path: Path, value: m.Value, field: m.Field) -> Iterator[Found]:
    origins = [name for name in ("column", "constant", "field", "earliest", "first_of") if _given(value, name)]
    if len(origins) > 1:
        yield path, Contradiction(reason=N_("column、constant、field、earliest、first_of只能写一个")), ""
    elif not origins and value.default is None:
        yield path, KeyMissing(key="column"), ""
    if field.kind not in {m.INSTANT, m.DAY}:
        for name in _TIME_ONLY:
            if _given(value, name):
                yield (*path, name), Contradiction(reason=N_("只有时间可以使用这一项")), ""


def _references(path: Path, value: m.Value, mapping: m.Mapping) -> Iterator[Found]:
    if value.codes and value.codes not in mapping.codes and value.codes not in m.OWN_LISTS:
        yield (*path, "codes"), _choice(value.codes, (*mapping.codes, *m.OWN_LISTS)), ""
    if value.field and value.field != "received_at":
        yield (*path, "field"), _choice(value.field, ("received_at",)), ""
    if value.of_event and mapping.shape == "row-per-case":
        yield (*path, "of_event"), Contradiction(reason=N_("一行一件（row-per-case）没有事件行，请改用acts")), ""


def _lookup(path: Path, lookup: m.Lookup | None, mapping: m.Mapping) -> Iterator[Found]:
    if lookup is not None:
        yield from _conditions((*path, "lookup", "when"), lookup.when, mapping)
        yield from lookup_faults((*path, "lookup"), lookup, mapping)


def _given(value: m.Value, name: str) -> bool:
    found = getattr(value, name)
    return found is not None if name in {"constant", "not_after"} else bool(found)


def _conditions(path: Path, conditions: Iterable[m.Condition], mapping: m.Mapping) -> Iterator[Found]:
    for place, condition in enumerate(conditions):
        if not condition.column:
            yield (*path, place, "column"), KeyMissing(key="column"), ""
        forms = (condition.equals, condition.among, condition.regex, condition.empty, condition.result)
        if condition.codes and condition.codes not in mapping.codes:
            yield (*path, place, "codes"), _choice(condition.codes, mapping.codes), ""
        if condition.result is not None and condition.result not in set(Result):
            yield (*path, place, "result"), _choice(condition.result, Result), ""
        if all(form is None for form in forms):
            yield (*path, place), KeyMissing(key=" / ".join(m.CONDITION_FORMS)), ""
        if condition.regex is not None:
            try:
                re.compile(condition.regex)
            except re.error as error:
                yield (*path, place, "regex"), BadPattern(value=condition.regex, reason=str(error)), ""


def _formats(path: Path, formats: Iterable[str]) -> Iterator[Found]:
    for place, shape in enumerate(formats):
        if shape in {ISO, EXCEL}:
            continue
        sample = datetime(2015, 6, 30, 23, 59, 58, tzinfo=UTC)
        try:
            # Only whether the pattern reads back what it writes; no instant is made here.
            works = "%" in shape and datetime.strptime(sample.strftime(shape), shape) is not None  # noqa: DTZ007
        except ValueError as error:
            yield (*path, place), BadPattern(value=shape, reason=str(error)), ""
        else:
            if not works:
                yield (*path, place), _choice(shape, (ISO, EXCEL, "%Y-%m-%d %H:%M")), ""


def _zone(path: Path, name: str) -> Iterator[Found]:
    try:
        zone_of(name)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        yield path, BadPattern(value=name, reason=N_("没有这个时区，写法如 Asia/Shanghai")), ""


def _time_of_day(path: Path, text: str) -> Iterator[Found]:
    try:
        time.fromisoformat(text)
    except ValueError:
        yield path, BadPattern(value=text, reason=N_("时刻写成 09:00")), ""


def _choice(value: str, possible: Iterable[str]) -> NotAChoice:
    words = list(possible)
    return NotAChoice(value=value, possible="、".join(words) or "—", nearest=nearest(value, words) or "—")


ENCODINGS = ("auto", "utf-8", "gb18030", "utf-16")
