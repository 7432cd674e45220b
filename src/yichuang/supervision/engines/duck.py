"""Judges in bulk with DuckDB: facts on disk to findings on disk, every relation read once for all of its rules.

It needs no memory for what it reads: rows that no rule finds are dropped where they are read, and what is found is
written as it comes. Live databases are read in place, by the extensions that two wheels carry (none is downloaded).
"""

import importlib.util
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

from yichuang.calendar.queries import get_calendar
from yichuang.cases.queries import course_select
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.domain.dialects import Dialect, Writer
from yichuang.supervision.domain.moment import Moment
from yichuang.supervision.domain.relations import RELATIONS, Column, Type
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.engines.parquet import FINDING_COLUMNS, FINDINGS, facts_path, require_facts
from yichuang.supervision.engines.plan import Pass, plan, told

_CASES = "cases"
_SCANNERS = {"sqlite": "sqlite_scanner", "postgresql": "postgres_scanner"}
_TYPES = {Type.TEXT: "VARCHAR", Type.BOOL: "BOOLEAN"}


class ScannerMissing(Refusal):
    """The extension that reads the live database is not installed."""

    sentence = N_("DuckDB 读取本数据库的扩展 {name} 没有安装")
    remedy = N_("请安装与 duckdb 同版本的 Python 包 {package}（make set-up 会一并安装）")


def judge_files(
    rules: Sequence[Rule],
    *,
    folder: Path,
    moment: Moment,
    into: Path,
    memory: str = "3GB",
    threads: int | None = None,
) -> int:
    """Judge the facts in a folder and write `findings.parquet` into another; return the number of findings.

    `memory` bounds what DuckDB holds; what needs more is set aside in a folder below `into`. Raises FactsMissing.
    """
    relations = sorted({rule.relation_name for rule in rules})
    require_facts(folder, relations)
    into.mkdir(parents=True, exist_ok=True)
    writer = Writer(Dialect.DUCKDB, get_calendar(), moment)
    with opened(into, memory=memory, threads=threads) as duck:
        texts = [
            findings_select(
                plan(relation, tuple(rule for rule in rules if rule.relation_name == relation)),
                source=f"read_parquet({_quoted(facts_path(folder, relation))})",
                writer=writer,
            )
            for relation in relations
        ]
        if not texts:
            texts = [_none()]
        target = into / FINDINGS
        if target.is_dir():
            # Spark's findings are a folder of parts.
            shutil.rmtree(target)
        row = duck.execute(
            f"COPY ({' UNION ALL '.join(texts)}) TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def opened(scratch: Path, *, memory: str, threads: int | None) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Yield a DuckDB in memory that sets aside below `scratch` what it cannot hold, and downloads nothing."""
    aside = scratch / "aside"
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(aside),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        settings["threads"] = threads
    duck = duckdb.connect(":memory:", config=settings)
    try:
        yield duck
    finally:
        duck.close()
        shutil.rmtree(aside, ignore_errors=True)


def findings_select(this: Pass, *, source: str, writer: Writer) -> str:
    """Return the SELECT of all findings of a relation: one reading, a row for each rule that finds it."""
    conditions = [writer.condition(rule) for rule in this.rules]
    numbers = ", ".join(map(str, range(len(conditions))))
    flags = ", ".join(f"COALESCE({condition}, FALSE)" for condition in conditions)
    columns = ", ".join(writer.column(name) for name in this.columns)
    found = (
        f"SELECT {columns}, unnest(list_where([{numbers}], [{flags}])) AS rule"
        f" FROM {source} AS f WHERE {' OR '.join(f'({condition})' for condition in conditions)}"
    )
    return f"SELECT {told(this, writer, text=_text, evidence=_evidence)} FROM ({found}) AS f"


def _evidence(rule: Rule, writer: Writer) -> str:
    pairs = ", ".join(f"{_text(name)}, {writer.column(name)}" for name in sorted(rule.columns))
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _none() -> str:
    kinds = {"version": "BIGINT", "case_id": "BIGINT", "open": "BOOLEAN", "occurred_wd": "INTEGER"}
    columns = ", ".join(f"CAST(NULL AS {kinds.get(name, 'VARCHAR')}) AS {name}" for name in FINDING_COLUMNS)
    return f"SELECT {columns} WHERE FALSE"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(path: Path) -> str:
    return _text(str(path))


# --- live databases ---------------------------------------------------------------------------------------------------


def export(relations: Iterable[str], *, into: Path, memory: str = "3GB", threads: int | None = None) -> dict[str, int]:
    """Write the facts of the live database, one file a relation, and return the rows of each.

    What is committed is read in place; nothing is locked, and no row passes through Python. Raises ScannerMissing.
    """
    into.mkdir(parents=True, exist_ok=True)
    counts = {}
    with opened(into, memory=memory, threads=threads) as duck:
        schema = _attach(duck)
        for name in relations:
            table = f"live.{schema}.supervision_{name}"
            base = (
                course_select(dialect="duckdb", table=f"live.{schema}.cases_facts")
                if name == _CASES
                else f"SELECT * FROM {table}"
            )
            columns = ", ".join(_typed(column) for column in RELATIONS[name].columns.values())
            row = duck.execute(
                f"COPY (SELECT {columns} FROM ({base}) AS f) TO {_quoted(facts_path(into, name))}"
                " (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            counts[name] = int(row[0]) if row else 0
    return counts


def _typed(column: Column) -> str:
    kind = _TYPES.get(column.type) or ("BIGINT" if column.wide else "INTEGER")
    return f'CAST(f."{column.name}" AS {kind}) AS "{column.name}"'


def _attach(duck: "duckdb.DuckDBPyConnection") -> str:
    """Attach the live database as `live`, to be read only, and return the name of its schema."""
    settings = connection.settings_dict
    scanner = _SCANNERS[connection.vendor]
    duck.execute(f"LOAD {_quoted(scanner_file(scanner))}")
    if connection.vendor == "sqlite":
        duck.execute(f"ATTACH {_text(str(settings['NAME']))} AS live (TYPE sqlite, READ_ONLY)")
        return "main"
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    told = " ".join(f"{key}={_conninfo(settings[name])}" for key, name in named.items() if settings.get(name))
    duck.execute(f"ATTACH {_text(told)} AS live (TYPE postgres, READ_ONLY)")
    return "public"


def _conninfo(value: object) -> str:
    # libpq's own quoting, within DuckDB's.
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def scanner_file(name: str) -> Path:
    """Return the extension's file that a wheel carries for this very version of DuckDB; raises ScannerMissing."""
    package = f"duckdb_extension_{name}"
    found = importlib.util.find_spec(package)
    folder = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" if found and found.origin else None
    file = folder / f"{name}.duckdb_extension" if folder else None
    if file is None or not file.exists():
        raise ScannerMissing(name=name, package=package.replace("_", "-"))
    return file
