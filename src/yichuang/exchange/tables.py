"""Tables: a CSV text or one sheet of a workbook as plain rows, for whoever maps columns in his own way.

The readers are those of imports: encodings found out, broken bytes kept as half characters, ragged rows told.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from yichuang.exchange.domain.mapping import CsvOptions, Mapping, XlsxOptions
from yichuang.exchange.reading.encoding import AUTO
from yichuang.exchange.reading.table import TableSource, open_csv, open_workbook
from yichuang.exchange.values import TableLine

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}


def peek_table(
    file: Path, *, sheet: str = "", delimiter: str = ",", encoding: str = AUTO, rows: int = 10
) -> list[tuple[int, list[str]]]:
    """Return the first rows with their numbers, blank ones left out; raises FileMissing, FileEmpty, FileBroken,
    FileForbidden, SheetMissing or WrongEncoding.
    """
    source = _open(file, sheet=sheet, delimiter=delimiter, encoding=encoding, header_row=1)
    return list(islice(((number, cells) for number, cells in source.rows() if any(map(str.strip, cells))), rows))


def read_table(
    file: Path, *, header_row: int, sheet: str = "", delimiter: str = ",", encoding: str = AUTO
) -> tuple[str, Iterator[TableLine]]:
    """Return the encoding and the rows below the head row, each by column; raises as `peek_table`, and HeaderFaulty
    or ColumnRepeated for the head row.
    """
    source = _open(file, sheet=sheet, delimiter=delimiter, encoding=encoding, header_row=header_row)
    source.survey()
    lines = (
        TableLine(record.row, dict(record.case), tuple(fault.explain() for fault in record.faults))
        for record in source.records()
    )
    return source.encoding, lines


def _open(file: Path, *, sheet: str, delimiter: str, encoding: str, header_row: int) -> TableSource:
    workbook = file.suffix.lower() in _WORKBOOKS
    mapping = Mapping(
        source="table",
        format="xlsx" if workbook else "csv",
        shape="row-per-case",
        csv=CsvOptions(delimiter=delimiter, header_row=header_row),
        xlsx=XlsxOptions(sheet=sheet, header_row=header_row),
    )
    return open_workbook(file, mapping) if workbook else open_csv(file, mapping, encoding=encoding)
