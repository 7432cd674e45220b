"""Opening: the right reader for a mapping, and whether the file has the columns that the mapping names."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import fields

from yichuang.exchange.domain.faults import nearest
from yichuang.exchange.domain.mapping import ActRule, Condition, EventRule, Mapping, Value
from yichuang.exchange.domain.mapping_file import MappingFile, show_path
from yichuang.exchange.domain.refusals import ColumnMissing
from yichuang.exchange.reading.encoding import AUTO
from yichuang.exchange.reading.source import Source
from yichuang.exchange.reading.table import open_csv, open_workbook
from yichuang.exchange.reading.xes import XesSource

Path_ = tuple[str | int, ...]


def open_source(path: Path, mapping: Mapping, *, encoding: str = AUTO) -> Source:
    """Return the reader of a file; raises what is wrong with the file before its first row."""
    if mapping.format == "xes":
        return XesSource(path)
    if mapping.format == "xlsx":
        return open_workbook(path, mapping)
    return open_csv(path, mapping, encoding=encoding)


def require_columns(source: Source, file: MappingFile, *, name: str) -> None:
    """Refuse with ColumnMissing when the mapping names a column that the surveyed source does not have."""
    case, events = source.columns()
    for path, column, of_event in named_columns(file.mapping):
        known = case | events if of_event else case
        if known and column not in known:
            raise ColumnMissing(
                mapping=file.name,
                line=file.line_of(path),
                key=show_path(path),
                column=column,
                file=name,
                existing="、".join(sorted(known)),
                nearest=nearest(column, sorted(known)) or "—",
            )


def named_columns(mapping: Mapping) -> Iterator[tuple[Path_, str, bool]]:
    """Yield every column that a mapping names: the key path that names it, the column, whether events have it."""
    for name in ("case", "applicant", "events", "acts"):
        yield from _columns((name,), getattr(mapping, name), of_event=name == "events")


def values_of(mapping: Mapping) -> Iterator[Value]:
    """Yield every value of a mapping, those inside other values as well."""
    for name in ("case", "applicant", "events", "acts"):
        yield from _values(getattr(mapping, name))


def _values(part: object) -> Iterator[Value]:
    if isinstance(part, dict):
        for value in part.values():
            yield from _values(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from _values(value)
    elif isinstance(part, Value | ActRule | EventRule):
        if isinstance(part, Value):
            yield part
        for info in fields(part):
            yield from _values(getattr(part, info.name))


def _columns(path: Path_, part: object, *, of_event: bool) -> Iterator[tuple[Path_, str, bool]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _columns((*path, key), value, of_event=of_event)
    elif isinstance(part, tuple):
        for place, value in enumerate(part):
            yield from _columns((*path, place), value, of_event=of_event)
    elif isinstance(part, Value | Condition | ActRule | EventRule):
        if isinstance(part, Value | Condition) and part.column:
            yield (*path, "column"), part.column, of_event or bool(isinstance(part, Value) and part.of_event)
        for info in fields(part):
            below = of_event or info.name == "of_event"
            yield from _columns((*path, info.encode_name), getattr(part, info.name), of_event=below)
