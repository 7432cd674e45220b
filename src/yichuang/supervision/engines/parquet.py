"""Facts and findings on disk: one Parquet file a relation, with the types that the relation has.

It stands between whoever has rows (a fold as of a day, an example, another system) and the bulk engines.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.domain.relations import RELATIONS, Column, Type, Value
from yichuang.supervision.engines.hit import CONCERNED, Hit

FINDINGS = "findings.parquet"
# What a finding's row holds, in the order of every bulk engine.
FINDING_COLUMNS = ("rule_id", "key", *CONCERNED, "version", "case_id", "open", "occurred_wd", "evidence")
_ROWS_AT_ONCE = 100_000


class FactsMissing(Refusal):
    """A bulk run was asked to judge a relation of which there is no file."""

    sentence = N_("{folder}中没有“{relation}”的事实文件")
    remedy = N_("请先导出该数据（yichuang supervise --rebuild），或只用其他数据的规则")


def facts_path(folder: Path, relation: str) -> Path:
    """Return the file of a relation in a folder of facts."""
    return folder / f"{relation}.parquet"


def require_facts(folder: Path, relations: Iterable[str]) -> None:
    """Return if there is a file of each relation; raises FactsMissing."""
    for relation in relations:
        if not facts_path(folder, relation).exists():
            raise FactsMissing(folder=str(folder), relation=relation)


def schema_of(relation: str) -> pa.Schema:
    """Return the columns of a relation as Arrow has them."""
    return pa.schema([(column.name, _arrow(column)) for column in RELATIONS[relation].columns.values()])


def _arrow(column: Column) -> pa.DataType:
    if column.type is Type.INT:
        return pa.int64() if column.wide else pa.int32()
    return pa.string() if column.type is Type.TEXT else pa.bool_()


def write_facts(relation: str, rows: Iterable[Sequence[Value]], *, folder: Path, columns: Sequence[str] = ()) -> int:
    """Write rows of a relation into its file and return their number; `columns` is their order, if not the usual."""
    schema = schema_of(relation)
    order = list(columns) or schema.names
    folder.mkdir(parents=True, exist_ok=True)
    waiting, count = iter(rows), 0
    with pq.ParquetWriter(facts_path(folder, relation), schema, compression="zstd") as writer:
        while part := list(islice(waiting, _ROWS_AT_ONCE)):
            told = dict(zip(order, zip(*part, strict=True), strict=True))
            arrays = [pa.array(told[name], type=schema.field(name).type) for name in schema.names]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(part)
    return count


def read_findings(folder: Path) -> Iterator[Hit]:
    """Yield the findings of a bulk run, in the order in which they were written."""
    for batch in ds.dataset(folder / FINDINGS, format="parquet").to_batches(columns=list(FINDING_COLUMNS)):
        for row in batch.to_pylist():
            yield Hit(**{**row, "evidence": json.loads(row["evidence"])})
