"""Engines: one set of records, one settings object, DuckDB or Spark. Which pairs are how likely one matter?

Weighs the pairs that blocking proposes and returns them in a fixed order. What is random nowhere is reproducible
everywhere: samples are taken by the digest of the ids, so neither threads nor the order of rows change a weight.
"""

import logging
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler
from splink import DuckDBAPI, Linker

from yichuang.supervision.domain.linkage.comparisons import COMPARED, NUMBERS, TEXTS, Weights, level_case, weigh
from yichuang.supervision.domain.linkage.keys import ExactLink
from yichuang.supervision.domain.linkage.records import Record
from yichuang.supervision.linkage.model import make_settings

LEAST_WEIGHT = -12.0
_SAMPLE_ENTRIES, _SAMPLE_CASES = 160, 130
_EPOCH_DAY = 719_163  # 1970-01-01 as a proleptic ordinal


class Weighed(NamedTuple):
    """A pair with its weight and, by comparison, (Splink's level, weight), all weights in hundredths of a bit."""

    entry: str
    case: str
    weight: int
    parts: tuple[tuple[str, int, int], ...]


class Engine(Protocol):
    """Where pairs are weighed."""

    name: str

    def weigh(self, entries: pa.Table, cases: pa.Table, weights: Weights, *, prior: float) -> list[Weighed]:
        """Return the weighed pairs, by entry, heaviest first."""


def table_of(records: Sequence[Record]) -> pa.Table:
    """Return records as a table, in the order of their ids."""
    rows = sorted(records, key=lambda one: one.id)
    columns: dict[str, Any] = {
        name: pa.array([getattr(one, name) for one in rows], pa.string())
        for name in TEXTS
        if name not in {"head", "foot"}
    }
    syllables = [one.sound.split(".") for one in rows]
    columns["head"] = pa.array([one[0] for one in syllables], pa.string())
    columns["foot"] = pa.array([one[-1] for one in syllables], pa.string())
    days = pa.array([None if one.day is None else one.day - _EPOCH_DAY for one in rows], pa.int32())
    columns["day"] = days
    columns["received"] = pa.array(
        [None if one.received is None else one.received - _EPOCH_DAY for one in rows], pa.int32()
    )
    columns["month_day"] = pa.array(
        [None if day is None else day.day for day in days.cast(pa.date32()).to_pylist()], pa.int32()
    )
    return pa.table({name: columns[name] for name in (*TEXTS, *NUMBERS)})


def measure(links: Sequence[ExactLink], entries: pa.Table, cases: pa.Table) -> tuple[Weights, dict[str, Any]]:
    """Return the weights that this run's own records show, and the counts behind them.

    m from the pairs that exact keys linked, of each comparison those that were not chosen by it; u from some hundred
    entries against some hundred cases of the same county, taken by the digests of their ids.
    """
    pairs = pa.table(
        {
            "entry": pa.array([link.entry.id for link in links], pa.string()),
            "file": pa.array([link.case.id for link in links], pa.string()),
            "key": pa.array([link.key for link in links], pa.string()),
        }
    )
    with _connect() as connection:
        connection.register("entries", entries)
        connection.register("files", cases)
        connection.register("pairs", pairs)
        sides = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in (*TEXTS, *NUMBERS))
        levels = ", ".join(f"{level_case(one)} AS {one.key}_level" for one in COMPARED)
        connection.execute(
            f"CREATE TABLE same AS SELECT *, {levels} FROM (SELECT p.key, {sides} FROM pairs p"
            " JOIN entries l ON l.id = p.entry JOIN files r ON r.id = p.file)"
        )
        sample = "SELECT * FROM {0} QUALIFY row_number() OVER (PARTITION BY county ORDER BY md5(id), id) <= {1}"
        connection.execute(f"CREATE TABLE some_entries AS {sample.format('entries', _SAMPLE_ENTRIES)}")
        connection.execute(f"CREATE TABLE some_files AS {sample.format('files', _SAMPLE_CASES)}")
        connection.execute(
            f"CREATE TABLE met AS SELECT {levels} FROM (SELECT {sides} FROM some_entries l"
            " JOIN some_files r ON r.county = l.county"
            " WHERE NOT EXISTS (SELECT 1 FROM pairs p WHERE p.entry = l.id AND p.file = r.id))"
        )
        counts = {one.key: _count(connection, "same", one.key, one.learnt_from) for one in COMPARED}
        among = {one.key: _count(connection, "met", one.key, "TRUE") for one in COMPARED}
    return weigh(counts, among), {"m": counts, "u": among}


def _count(connection: duckdb.DuckDBPyConnection, table: str, key: str, condition: str) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT {key}_level, count(*) FROM {table} WHERE {key}_level IS NOT NULL AND ({condition})"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return {level: int(count) for level, count in rows}


def text_edits(one: str, other: str) -> int:
    """Return how many characters are wrong, lost, added or swapped with their neighbour."""
    return int(OSA.distance(one, other))


def text_likeness(one: str, other: str) -> float:
    """Return Jaro and Winkler's likeness of two texts, 0 to 1, counted in characters."""
    return float(JaroWinkler.similarity(one, other))


def _to_send() -> tuple[Callable[[str, str], int], Callable[[str, str], float]]:
    """Return the same two as functions that travel whole: a worker of a cluster has rapidfuzz, but not this package."""

    def edits(one: str | None, other: str | None) -> int:
        from rapidfuzz.distance import OSA

        return int(OSA.distance(one or "", other or ""))

    def likeness(one: str | None, other: str | None) -> float:
        from rapidfuzz.distance import JaroWinkler

        return float(JaroWinkler.similarity(one or "", other or ""))

    return edits, likeness


def _arrow(function: Callable[[str, str], Any], kind: pa.DataType) -> Callable[[Any, Any], pa.Array]:
    def over_columns(one: Any, other: Any) -> pa.Array:
        left, right = one.to_pylist(), other.to_pylist()
        return pa.array([function(a or "", b or "") for a, b in zip(left, right, strict=True)], kind)

    return over_columns


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for name, function, kind, type_ in (
        ("text_edits", text_edits, pa.int64(), "BIGINT"),
        ("text_likeness", text_likeness, pa.float64(), "DOUBLE"),
    ):
        connection.create_function(name, _arrow(function, kind), ["VARCHAR", "VARCHAR"], type_, type="arrow")  # type: ignore[arg-type, list-item]
    return connection


class DuckEngine:
    """DuckDB in this process."""

    name = "duckdb"

    def weigh(self, entries: pa.Table, cases: pa.Table, weights: Weights, *, prior: float) -> list[Weighed]:
        """Return the weighed pairs, by entry, heaviest first."""
        with _connect() as connection:
            api = DuckDBAPI(connection)
            linker = _linker(api, entries, cases, weights, prior)
            predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
            rows = connection.execute(f"SELECT {_columns()} FROM {predicted.physical_name}").fetchall()
        return _weighed(rows)


class SparkEngine:
    """Spark, on one machine or many; `master` as Spark names it (local[2], spark://host:7077)."""

    name = "spark"

    def __init__(self, master: str) -> None:
        self._master = master

    def weigh(self, entries: pa.Table, cases: pa.Table, weights: Weights, *, prior: float) -> list[Weighed]:
        """Return the weighed pairs, by entry, heaviest first."""
        # Only where it is asked for: Spark is an extra, and starts a Java machine.
        from pyspark.sql.types import DoubleType, LongType
        from splink import SparkAPI

        from yichuang.supervision.engines.spark import session

        spark = session(self._master)
        if self._master.startswith("local"):
            # Workers on this machine run this interpreter, which has what the functions need; a cluster's are set up.
            spark.sparkContext.pythonExec = sys.executable
        edits, likeness = _to_send()
        spark.udf.register("text_edits", edits, LongType())
        spark.udf.register("text_likeness", likeness, DoubleType())
        with TemporaryDirectory() as folder:
            # Splink cuts long plans by checkpoints; on a cluster the installation names a shared folder for them.
            if spark.sparkContext.getCheckpointDir() is None:
                spark.sparkContext.setCheckpointDir(folder)
            few = {"num_partitions_on_repartition": 2} if self._master.startswith("local") else {}
            api = SparkAPI(spark_session=spark, **few)
            sides = [spark.createDataFrame(table) for table in (entries, cases)]
            linker = _linker(api, sides[0], sides[1], weights, prior)
            predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
            query = f"SELECT {_columns()} FROM {predicted.physical_name}"
            return _weighed([tuple(row) for row in spark.sql(query).collect()])


def engine_of(url: str) -> Engine:
    """Return the engine that a URL names: `duckdb://` or nothing, `spark://local[2]`, `spark://host:7077`."""
    if not url.startswith("spark://"):
        return DuckEngine()
    rest = url.removeprefix("spark://")
    return SparkEngine(rest if rest.startswith("local") else f"spark://{urlsplit(url).netloc}")


def _linker(api: Any, entries: Any, cases: Any, weights: Weights, prior: float) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    sides = [api.register(entries, dataset_display_name="entries"), api.register(cases, dataset_display_name="files")]
    return Linker(sides, make_settings(weights, prior=prior), log_level=None)


def _columns() -> str:
    parts = ", ".join(
        f"gamma_{one.key}, mw_{one.key}"
        + (f" + mw_tf_adj_{one.key}" if any(level.common for level in one.levels) else "")
        for one in COMPARED
    )
    return f"id_l, id_r, source_dataset_l, match_weight, {parts}"


def _weighed(rows: Sequence[Sequence[Any]]) -> list[Weighed]:
    weighed = []
    for left, right, source, weight, *rest in rows:
        entry, case = (left, right) if source == "entries" else (right, left)
        parts = tuple(
            (one.key, int(rest[2 * place]), round(100 * float(rest[2 * place + 1])))
            for place, one in enumerate(COMPARED)
        )
        weighed.append(Weighed(entry, case, round(100 * float(weight)), parts))
    return sorted(weighed, key=lambda one: (one.entry, -one.weight, one.case))


def prior_of(entries: Sequence[Record], cases: Sequence[Record]) -> float:
    """Return the chance that an entry and a case of its county are one matter, were every entry to have its case."""
    files = Counter(one.county for one in cases)
    met = sum(files[one.county] for one in entries)
    return min(0.5, len(entries) / met) if met else 1e-5


def to_json(weights: Weights) -> Mapping[str, Any]:
    """Return the weights as they are kept with a run."""
    return {
        key: {level: [round(m, 9), round(u, 9)] for level, (m, u) in levels.items()} for key, levels in weights.items()
    }
