"""Checks of where a mapping reads from: its connection and its tables. Finds every fault, raises none."""

from collections.abc import Iterator

from msgspec.structs import fields

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.faults import nearest
from yichuang.exchange.domain.refusals import BadPattern, Contradiction, KeyMissing, NotAChoice
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

Path = tuple[str | int, ...]
Found = tuple[Path, Refusal, str]
LONGEST_ALIAS = 64


def source_faults(mapping: m.Mapping) -> Iterator[Found]:
    """Yield (key path, refusal, value) for everything that keeps the source from being read."""
    if mapping.every_seconds < 1:
        yield ("every_seconds",), BadPattern(value=str(mapping.every_seconds), reason=N_("至少1秒")), ""
    if not mapping.of_tables:
        if mapping.tables:
            yield ("tables",), Contradiction(reason=N_("tables只用于 format: database、http、xml")), ""
        return
    if not mapping.connection.url and not mapping.connection.folder:
        yield ("connection", "url"), KeyMissing(key="connection.url"), ""
    if not mapping.tables:
        yield ("tables",), KeyMissing(key="tables"), ""
        return
    if sum(table.main for table in mapping.tables.values()) != 1:
        yield ("tables",), Contradiction(reason=N_("恰好一张表写 main: true，它的一行就是一件")), ""
    for alias, table in mapping.tables.items():
        yield from _table(("tables", alias), alias, table, mapping)
    yield from _aliases(("events",), mapping.events, mapping)
    for name in ("case", "applicant"):
        yield from _aliases((name,), getattr(mapping, name), mapping)


def _table(path: Path, alias: str, table: m.Table, mapping: m.Mapping) -> Iterator[Found]:
    if len(alias) > LONGEST_ALIAS:
        yield path, BadPattern(value=alias, reason=N_("表的别名至多64个字")), ""
    needed = ["name", "key", "case"]
    if mapping.format == "database":
        needed.append("cursor")
    for name in needed:
        if not getattr(table, name):
            yield (*path, name), KeyMissing(key=name), ""
    if table.overlap_seconds < 0:
        yield (*path, "overlap_seconds"), BadPattern(value=str(table.overlap_seconds), reason=N_("不能为负")), ""


def lookup_faults(path: Path, lookup: m.Lookup, mapping: m.Mapping) -> Iterator[Found]:
    """Yield what keeps a dictionary table from being read."""
    if mapping.format != "database":
        reason = N_("lookup只用于 format: database：其他来源请把字典写进codes")
        yield path, Contradiction(reason=reason), mapping.format
        return
    for name in ("table", "code", "meaning"):
        if not getattr(lookup, name):
            yield (*path, name), KeyMissing(key=name), ""
    for place, condition in enumerate(lookup.when):
        if condition.codes or condition.result is not None:
            reason = N_("字典表的when只能用equals、in、regex、empty")
            yield (*path, "when", place), Contradiction(reason=reason), ""


def _aliases(path: Path, part: object, mapping: m.Mapping) -> Iterator[Found]:
    """Find conditions on @table that name no table."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _aliases((*path, key), value, mapping)
    elif isinstance(part, tuple):
        for place, value in enumerate(part):
            yield from _aliases((*path, place), value, mapping)
    elif isinstance(part, m.Condition):
        if part.column == m.TABLE_COLUMN:
            for alias in (*(part.among or ()), *((part.equals,) if part.equals is not None else ())):
                if alias not in mapping.tables:
                    possible = "、".join(mapping.tables)
                    refusal = NotAChoice(value=alias, possible=possible, nearest=nearest(alias, mapping.tables) or "—")
                    yield path, refusal, alias
    elif isinstance(part, m.Value | m.EventRule | m.ActRule):
        for info in fields(part):
            yield from _aliases((*path, info.encode_name), getattr(part, info.name), mapping)
