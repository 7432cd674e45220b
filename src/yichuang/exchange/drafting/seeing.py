"""Seeing: a source's tables with some rows of each, as a draft needs them. Reads, and keeps nothing."""

import csv
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.drafting.names import is_chinese
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen, table_seen
from yichuang.exchange.reading.encoding import AUTO
from yichuang.exchange.reading.table import TableSource, open_csv, open_workbook
from yichuang.exchange.reading.tables.contract import TableReader
from yichuang.exchange.reading.tables.database import DatabaseReader
from yichuang.exchange.reading.tables.opening import open_tables_at
from yichuang.exchange.reading.xes import XesSource

ROWS = 500
_MOST_TABLES = 200
_TEXTS = {".csv", ".txt", ".tsv", ".gz"}
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}
_DELIMITERS = ",\t;|"
_GB = "gb18030"
_EVENT = "concept:name"
_EVENTS_A_TRACE = 10
_COLUMNS_OF_A_DICTIONARY, _ROWS_OF_A_DICTIONARY = 6, 3_000


def see(address: str, *, environ: Mapping[str, str], rows: int = ROWS) -> SourceSeen:
    """Return what stands at a database URL, in a file (CSV, workbook, XES, SQLite, XML) or a folder of XML messages.

    Refuses with a SourceRefusal, or with what is wrong with the file.
    """
    path = Path(address).expanduser()
    suffix = path.suffix.lower()
    if "://" not in address and (suffix == ".xes" or address.casefold().endswith(".xes.gz")):
        return _of_log(path, rows=rows)
    if "://" not in address and suffix in _TEXTS | _WORKBOOKS:
        return _of_file(path, rows=rows)
    with closing(open_tables_at(address, environ=environ)) as reader:
        kind = "xml" if "://" not in address and (path.is_dir() or suffix == ".xml") else "database"
        tables = _of_reader(reader, rows=rows)
    if isinstance(reader, DatabaseReader) and _undecoded(tables):
        # GB bytes in columns that say something else: the commonest of all mistakes of an old MySQL.
        with closing(DatabaseReader(reader.url, charset=_GB)) as again:
            read = _of_reader(again, rows=rows)
        if not _undecoded(read):
            return SourceSeen(read, kind, _GB)
    return SourceSeen(tables, kind)


def _undecoded(tables: tuple[TableSeen, ...]) -> bool:
    """Return whether texts are bytes that the letters of their columns do not read, or read as something else."""
    strange = plain = 0
    for table in tables:
        for column in table.columns:
            for value in column.values:
                if not value.isascii():
                    wrong = _is_mistaken(value)
                    strange += wrong
                    plain += not wrong
    return strange > plain


def _is_mistaken(value: str) -> bool:
    """Return whether a text is GB bytes taken for Western letters (ÆóÒµ for 企业), or half characters."""
    if any(0xDC80 <= ord(letter) <= 0xDCFF for letter in value):
        return True
    for western in ("cp1252", "latin-1"):
        try:
            return is_chinese(value.encode(western).decode(_GB))
        except UnicodeError:
            continue
    return False


def _of_reader(reader: TableReader, *, rows: int) -> tuple[TableSeen, ...]:
    tables = []
    for shape in reader.shapes()[:_MOST_TABLES]:
        read = reader.sample(shape.name, limit=rows)
        if len(read) == rows and len(shape.columns) <= _COLUMNS_OF_A_DICTIONARY:
            # It may be a dictionary, and what is not read of one would seem to lack a meaning.
            read = reader.sample(shape.name, limit=_ROWS_OF_A_DICTIONARY)
        tables.append(
            table_seen(
                shape.name,
                read,
                columns=tuple(column.name for column in shape.columns),
                comment=shape.comment,
                comments={column.name: column.comment for column in shape.columns if column.comment},
                key=shape.key,
                total=shape.rows,
            )
        )
    return tuple(tables)


def _of_file(path: Path, *, rows: int) -> SourceSeen:
    workbook = path.suffix.lower() in _WORKBOOKS
    source = open_workbook(path, m.Mapping()) if workbook else _open_text(path)
    source.survey()
    columns = tuple(sorted(source.columns()[0]))
    seen: list[dict[str, str]] = []
    for record in islice(source.records(), rows):
        seen.append(dict(record.case))
    ordered = tuple(dict.fromkeys(column for row in seen for column in row if not column.startswith("("))) or columns
    table = table_seen(path.stem, seen, columns=ordered)
    return SourceSeen((table,), "xlsx" if workbook else "csv", source.encoding)


def _of_log(path: Path, *, rows: int) -> SourceSeen:
    """Return the first traces of an event log with their events; every event of the log is counted."""
    counts: Counter[str] = Counter()
    traces: list[dict[str, str]] = []
    events: list[dict[str, str]] = []
    for record in XesSource(path).records():
        if len(traces) < rows:
            traces.append(record.case)
        for one in record.events:
            name = one.values.get(_EVENT, "").strip()
            # One that is seen late must still be among them.
            if len(events) < _EVENTS_A_TRACE * rows or name not in counts:
                events.append(one.values)
            counts[name] += 1
    del counts[""]
    tables = (table_seen("trace", traces), table_seen("event", events))
    return SourceSeen(tables, "xes", events=dict(counts))


def _open_text(path: Path) -> TableSource:
    """Return a text file cut by the sign that cuts its head row most often."""
    plain = open_csv(path, m.Mapping(csv=m.CsvOptions(delimiter="\x1f")), encoding=AUTO)
    _row, cells = next(iter(plain.rows()), (1, [""]))
    head = cells[0] if cells else ""
    delimiter = max(_DELIMITERS, key=lambda sign: (len(next(csv.reader([head], delimiter=sign), [])), sign == ","))
    return open_csv(path, m.Mapping(csv=m.CsvOptions(delimiter=delimiter)), encoding=AUTO)
