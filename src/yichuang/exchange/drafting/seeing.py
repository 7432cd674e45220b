"""Seeing: a source's tables with some rows of each, as a draft needs them. Reads, and keeps nothing."""

import csv
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path

from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.drafting.names import is_chinese
from yichuang.exchange.domain.drafting.seen import SourceSeen, TableSeen, table_seen
from yichuang.exchange.domain.refusals import WrongFormat
from yichuang.exchange.reading.encoding import AUTO
from yichuang.exchange.reading.table import TableSource, open_csv, open_workbook
from yichuang.exchange.reading.tables.contract import TableReader
from yichuang.exchange.reading.tables.database import DatabaseReader
from yichuang.exchange.reading.tables.opening import open_tables_at
from yichuang.kernel.words import N_

ROWS = 500
_MOST_TABLES = 200
_TEXTS = {".csv", ".txt", ".tsv", ".gz"}
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}
_DELIMITERS = ",\t;|"
_GB = "gb18030"


def see(address: str, *, environ: Mapping[str, str], rows: int = ROWS) -> SourceSeen:
    """Return what stands at a database URL, in a file (CSV, workbook, SQLite, XML) or a folder of XML messages.

    Refuses with a SourceRefusal, or with what is wrong with the file.
    """
    path = Path(address).expanduser()
    suffix = path.suffix.lower()
    if "://" not in address and suffix in _TEXTS | _WORKBOOKS:
        return _of_file(path, rows=rows)
    if suffix == ".xes" or address.endswith(".xes.gz"):
        raise WrongFormat(file=path.name, format="csv", reason=N_("XES自带列的含义，请照 mappings/receipt.yaml 写映射"))
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
        tables.append(
            table_seen(
                shape.name,
                reader.sample(shape.name, limit=rows),
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


def _open_text(path: Path) -> TableSource:
    """Return a text file cut by the sign that cuts its head row most often."""
    plain = open_csv(path, m.Mapping(csv=m.CsvOptions(delimiter="\x1f")), encoding=AUTO)
    _row, cells = next(iter(plain.rows()), (1, [""]))
    head = cells[0] if cells else ""
    delimiter = max(_DELIMITERS, key=lambda sign: (len(next(csv.reader([head], delimiter=sign), [])), sign == ","))
    return open_csv(path, m.Mapping(csv=m.CsvOptions(delimiter=delimiter)), encoding=AUTO)
