"""Sampling: some cases of a source, whole, as they would be gathered and filed. Nothing is kept.

The first cases of the main table are taken; of every other table all rows are read page by page, and those of these
cases kept: a case looked at by halves would seem to lack its steps.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from yichuang.exchange.connecting.plan import Plan, TablePlan, plan_of
from yichuang.exchange.domain import mapping as m
from yichuang.exchange.domain.mapping_file import MappingFile
from yichuang.exchange.domain.records import Record, Row
from yichuang.exchange.domain.refusals import FileMissing
from yichuang.exchange.reading.opening import open_source, require_columns
from yichuang.exchange.reading.tables.contract import SourceRow, TableReader
from yichuang.exchange.reading.tables.opening import open_tables
from yichuang.exchange.reading.tables.refusals import TableMissing
from yichuang.kernel.words import N_

READING = N_("读取")
CASES = 5_000
_PAGE = 2_000
_FILES = (".csv", ".txt", ".gz", ".xlsx", ".xlsm", ".xls", ".ods", ".xes")

Progress = Callable[[str, int, int | None], None]


class Sample(NamedTuple):
    """Cases as records; `rows` by table, `repeated` numbers of more than one case, `partial` when there are more."""

    records: list[Record]
    rows: dict[str, int]
    repeated: list[str]
    partial: bool
    encoding: str = "utf-8"


def sample(
    told: MappingFile, *, file: Path | None = None, limit: int = CASES, progress: Progress | None = None
) -> Sample:
    """Return cases of a mapping's source, `limit` at most; of a file where one is named.

    Refuses with a SourceRefusal, or with what is wrong with the file.
    """
    if told.mapping.of_tables:
        with closing(open_tables(told.mapping)) as reader:
            return _of_tables(reader, told.mapping, limit=limit, progress=progress)
    return _of_file(told, file or _newest_file(told.mapping), limit=limit)


def _newest_file(mapping: m.Mapping) -> Path:
    folder = Path(mapping.connection.folder).expanduser()
    files = sorted(
        path for path in folder.glob(mapping.connection.pattern or "*") if path.suffix.lower() in _FILES
    ) if mapping.connection.folder else []  # fmt: skip
    if not files:
        raise FileMissing(file=mapping.connection.folder or "—", reason=N_("没有可以核对的文件，请用 --file 指明"))
    return files[-1]


def _of_file(told: MappingFile, file: Path, *, limit: int) -> Sample:
    source = open_source(file, told.mapping)
    total = source.survey()
    require_columns(source, told, name=file.name)
    records = list(islice(source.records(), limit))
    key = m.as_value(told.mapping.case["source_key"]).column if "source_key" in told.mapping.case else ""
    counted = Counter(record.case.get(key, "").strip() for record in records if record.case.get(key, "").strip())
    repeated = [number for number, times in counted.items() if times > 1]
    return Sample(records, {file.name: total}, repeated, total > limit, source.encoding)


def _of_tables(reader: TableReader, mapping: m.Mapping, *, limit: int, progress: Progress | None) -> Sample:
    reader.require(mapping)
    plan = plan_of(mapping)
    main, *others = plan.tables
    heads: dict[str, tuple[int, SourceRow]] = {}
    apart: list[Record] = []
    numbers: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    partial = False
    for serial, row in enumerate(_rows(reader, main)):
        rows[main.alias] += 1
        _tell(progress, sum(rows.values()))
        if row.faults or not row.case:
            apart.append(Record(serial, dict(row.values), (), row.faults))
        elif row.case in heads or len(heads) < limit:
            numbers[row.case] += plan.operation_of(row.operation) == m.INSERT
            if plan.operation_of(row.operation) == m.DELETE:
                heads.pop(row.case, None)
            else:
                heads[row.case] = (serial, row)
        else:
            partial = True
            break
    events: dict[str, list[Row]] = {}
    for table in others:
        for row in _rows(reader, table):
            rows[table.alias] += 1
            _tell(progress, sum(rows.values()))
            if row.case in heads and plan.operation_of(row.operation) != m.DELETE:
                events.setdefault(row.case, []).append(_event(table, row, plan, serial=rows[table.alias]))
    records = [
        Record(
            serial,
            {**head.values, m.TABLE_COLUMN: main.alias},
            tuple(_once(events.get(case, ()), plan)),
            (),
            _changed(plan, head),
        )
        for case, (serial, head) in heads.items()
    ]
    repeated = [number for number, times in numbers.items() if times > 1 and number in heads]
    return Sample(records + apart[:limit], dict(rows), repeated, partial)


def _rows(reader: TableReader, table: TablePlan) -> Iterator[SourceRow]:
    after: tuple[str, ...] = ()
    latest: dict[str, None] = {}
    try:
        while page := reader.changed(table.table, after=after, limit=_PAGE):
            # A row that was changed while we read stands twice.
            for row in page:
                if row.key not in latest or not row.key:
                    latest[row.key] = None
                    yield row
            after = page[-1].position
    except TableMissing:
        if not table.table.optional:
            raise


def _event(table: TablePlan, row: SourceRow, plan: Plan, *, serial: int) -> Row:
    return Row(serial, {**row.values, m.TABLE_COLUMN: table.alias}, _changed(plan, row))


def _changed(plan: Plan, row: SourceRow) -> datetime | None:
    """Return when a row reached the exchange table, as far as the source says so."""
    return plan.time_of(row.changed)


def _once(events: "list[Row] | tuple[Row, ...]", plan: Plan) -> Iterator[Row]:
    """Yield the rows that say different things, whatever key they came under."""
    ignored = {table.alias: table.ignored for table in plan.tables}
    said = set()
    for one in events:
        hidden = ignored[one.values[m.TABLE_COLUMN]]
        content = tuple(sorted((name, text) for name, text in one.values.items() if name not in hidden))
        if content not in said:
            said.add(content)
            yield one


def _tell(progress: Progress | None, done: int) -> None:
    if progress is not None and done % _PAGE == 0:
        progress(READING, done, None)
