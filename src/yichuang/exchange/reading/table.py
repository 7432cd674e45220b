"""Tables: CSV text and Excel sheets, their head row checked, their rows as lines."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

import python_calamine as calamine

from yichuang.exchange.domain.faults import nearest
from yichuang.exchange.domain.mapping import Mapping, as_value
from yichuang.exchange.domain.records import Record
from yichuang.exchange.domain.refusals import (
    ColumnRepeated,
    FileBroken,
    FileEmpty,
    FileForbidden,
    HeaderFaulty,
    SheetMissing,
)
from yichuang.exchange.reading import encoding as encodings
from yichuang.exchange.reading.grouping import Line, as_cases, as_events, line_of
from yichuang.exchange.reading.source import opened
from yichuang.kernel.words import N_

LONGEST_CELL = 16 << 20
MOST_UNPACKED = 1 << 30

Rows = Callable[[], Iterator[tuple[int, list[str]]]]


class TableSource:
    """A table of either kind: `rows` yields (row number, cells) from the head row on."""

    def __init__(self, *, name: str, mapping: Mapping, rows: Rows, encoding: str) -> None:
        self.name, self.encoding = name, encoding
        self._mapping, self._rows = mapping, rows
        self._header: list[str] = []

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row from the head row on, as its number and its cells."""
        return self._rows()

    def survey(self) -> int:
        """Return the number of records; raises FileBroken, FileEmpty, HeaderFaulty."""
        self._header = self._read_header()
        return sum(1 for _ in self.records())

    def columns(self) -> tuple[set[str], set[str]]:
        """Return the head row's columns, as those of cases or of events."""
        named = {name for name in self._header if name}
        return (named, set()) if self._mapping.shape == "row-per-case" else (named, named)

    def records(self) -> Iterator[Record]:
        """Yield the records in the order of the file."""
        if self._mapping.shape == "row-per-case":
            return as_cases(self._lines())
        return as_events(self._lines(), key=as_value(self._mapping.case["source_key"]).column)

    def _lines(self) -> Iterator[Line]:
        rows = self._rows()
        next(rows, None)
        for row, cells in rows:
            if any(cell.strip() for cell in cells):
                yield line_of(row, self._header, cells)

    def _read_header(self) -> list[str]:
        row, cells = next(self._rows(), (0, []))
        header = [cell.strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        if not header:
            raise FileEmpty(file=self.name)
        repeated = next((name for place, name in enumerate(header) if name and name in header[:place]), "")
        if repeated:
            raise ColumnRepeated(file=self.name, row=row, column=repeated)
        if any(0xD800 <= ord(letter) <= 0xDFFF for name in header for letter in name):
            raise HeaderFaulty(file=self.name, row=row, reason=N_("有无法解码的字节"))
        return header


def open_csv(path: Path, mapping: Mapping, *, encoding: str = encodings.AUTO) -> TableSource:
    """Return a CSV file as a source; raises FileMissing, FileEmpty, FileBroken, WrongEncoding."""
    codec = encodings.detect(path, wanted=mapping.csv.encoding if encoding == encodings.AUTO else encoding)

    def rows() -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_CELL)
        errors = "replace" if codec == "utf-16" else "surrogateescape"
        with opened(path) as file:
            text = io.TextIOWrapper(file, encoding=codec, errors=errors, newline="")
            reader = csv.reader(text, delimiter=mapping.csv.delimiter, strict=True)
            start = 1
            try:
                for cells in reader:
                    if start >= mapping.csv.header_row:
                        yield start, cells
                    start = reader.line_num + 1
            except csv.Error as error:
                reason = _CSV.get(str(error), str(error))
                raise FileBroken(file=path.name, where=f"CSV {start}", reason=reason) from None
            finally:
                text.detach()

    return TableSource(name=path.name, mapping=mapping, rows=rows, encoding=codec)


_CSV = {
    "unexpected end of data": N_("引号没有配对，文件可能写到一半中断"),
    f"field larger than field limit ({LONGEST_CELL})": N_("有一格超过16MiB，通常是引号没有配对"),
}


def open_workbook(path: Path, mapping: Mapping) -> TableSource:
    """Return one sheet of a workbook as a source; raises FileBroken, FileForbidden, SheetMissing."""
    with opened(path):
        pass
    _refuse_bomb(path)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except (calamine.CalamineError, OSError) as error:
        raise FileBroken(file=path.name, where="xlsx", reason=str(error)) from None
    name = mapping.xlsx.sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        close = nearest(name, book.sheet_names)
        raise SheetMissing(file=path.name, sheet=name, existing="、".join(book.sheet_names), nearest=close or "—")
    try:
        sheet = book.get_sheet_by_name(name)
        table = sheet.to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise FileBroken(file=path.name, where=name, reason=str(error)) from None

    def rows() -> Iterator[tuple[int, list[str]]]:
        width = 0
        for number, cells in enumerate(table, start=1):
            if number >= mapping.xlsx.header_row:
                texts = [_text(cell) for cell in cells]
                # A sheet is a rectangle: only a ragged row has anything beyond the head row's last name.
                filled = max((place for place, text in enumerate(texts, start=1) if text), default=0)
                width = width or filled
                yield number, texts[: max(width, filled)]

    return TableSource(name=path.name, mapping=mapping, rows=rows, encoding="xlsx")


def _refuse_bomb(path: Path) -> None:
    if not is_zipfile(path):
        return
    try:
        with ZipFile(path) as packed:
            size = sum(info.file_size for info in packed.infolist())
    except (BadZipFile, OSError) as error:
        raise FileBroken(file=path.name, where="zip", reason=str(error)) from None
    if size > MOST_UNPACKED:
        raise FileForbidden(file=path.name, where="zip", reason=N_("解压后超过1GiB"))


def _text(cell: Any) -> str:
    """Return a cell as the text that a person reads in it; instants in ISO form, whole numbers without a point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
