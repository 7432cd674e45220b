"""The rebuild: everything judged anew in bulk, and what stands brought into line with it.

Facts go to disk, the bulk engine (DuckDB, or Spark by a setting) judges them, and what it found is merged with what
stands, both in one order and neither ever whole in memory. Interrupted, it goes on where it was: each step is kept in
a folder, and each part of the merge is one transaction that can be repeated.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from yichuang.cases import queries as cases
from yichuang.supervision.engines import bulk, duck
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.engines.parquet import FINDING_COLUMNS, FINDINGS
from yichuang.supervision.judging.follower import follow
from yichuang.supervision.judging.judgement import NAME, Judgement, Tally, at_instant, judgement, log_run
from yichuang.supervision.judging.standing import Standing
from yichuang.supervision.judging.whole import Watch, write_part
from yichuang.supervision.judging.writing import Judged, count_in
from yichuang.supervision.models import Finding
from yichuang.supervision.values import SweepReport

Progress = Callable[[str, int, int], None]
_AT_ONCE = 1_000
_UNASKED = datetime.min.replace(tzinfo=UTC)
_STALE = timedelta(hours=12)
_STANDING = "standing.parquet"
_SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("rule", pa.string()),
        ("key", pa.string()),
        ("case_id", pa.int64()),
        ("version", pa.int64()),
        ("open_case", pa.bool_()),
        ("occurred_on", pa.date32()),
        ("evidence", pa.string()),
    ]
)


class _Kept(msgspec.Struct):
    """How far a rebuild has come; `done` is the last (rule, key) that is written."""

    at: datetime
    rules_digest: str
    read: tuple[int, int]
    stage: str = "facts"
    total: int = 0
    done: tuple[str, str] = ("", "")
    written: int = 0


def rebuild(*, at: datetime, folder: Path | None = None, progress: Progress | None = None) -> SweepReport:
    """Judge everything anew in bulk and write what differs from what stands; returns what was done.

    Begun again after an interruption it goes on, unless the rules changed or half a day has passed. `folder` holds what
    it sets aside. Raises ClockMovedBack and what the bulk engine refuses.
    """
    follow(at=at)
    place = folder or Path(settings.VAR) / "supervision" / "rebuild"
    tell = progress or (lambda _stage, _done, _total: None)
    kept, by = _begin(place, at=at)
    if kept.stage == "facts":
        tell("facts", 0, 0)
        duck.export(by.rules.relations, into=place / "facts")
        _keep(place, kept, stage="judge")
    if kept.stage == "judge":
        tell("judge", 0, 0)
        kept.total = bulk()(by.rules.rules, folder=place / "facts", moment=by.moment, into=place / "found")
        _keep(place, kept, stage="merge")
    tally = _merge(place, kept, by=by, tell=tell)
    log_run(tally, by)
    shutil.rmtree(place)
    return tally.report()


def _begin(place: Path, *, at: datetime) -> tuple[_Kept, Judgement]:
    by = judgement(kind="rebuild", at=at)
    file = place / "kept.json"
    if file.exists():
        kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
        if kept.rules_digest == by.rules.digest and by.at - kept.at < _STALE:
            # Judged at the moment at which it began, not at that of being taken up again.
            return kept, at_instant(by, kept.at)
        shutil.rmtree(place)
    place.mkdir(parents=True, exist_ok=True)
    read = cases.find_cursor(follower=NAME) or cases.START
    kept = _Kept(at=by.at, rules_digest=by.rules.digest, read=(read.transaction_id, read.position))
    _keep(place, kept)
    return kept, by


def _keep(place: Path, kept: _Kept, *, stage: str = "") -> None:
    kept.stage = stage or kept.stage
    aside = place / "kept.new"
    aside.write_bytes(msgspec.json.encode(kept))
    aside.replace(place / "kept.json")


def _merge(place: Path, kept: _Kept, *, by: Judgement, tell: Progress) -> Tally:
    tally = Tally(judged=kept.total)
    watch = Watch(cases.Cursor(*kept.read))
    _write_standing(place / _STANDING, rules=[rule.id for rule in by.rules.rules])
    relation_of = {rule.id: rule.relation_name for rule in by.rules.rules}
    with duck.opened(place, memory="1GB", threads=None) as engine:
        found = _ordered(engine, f"{place}/found/{FINDINGS}", FINDING_COLUMNS, "rule_id", kept.done)
        stands = _ordered(engine, str(place / _STANDING), tuple(_SCHEMA.names), "rule", kept.done)
        part: list[Standing | Judged] = []
        last = kept.done
        for name, judged, old in _pairs(found, stands, by=by):
            if part and (len(part) >= _AT_ONCE or relation_of[name[0]] != relation_of[last[0]]) and name != last:
                tally.add(write_part(part, relation=relation_of[last[0]], watch=watch, by=by))
                kept.done, kept.written = last, kept.written + len(part)
                _keep(place, kept)
                tell("merge", kept.written, kept.total)
                part = []
            part += [each for each in (judged, old) if each is not None]
            last = name
        if part:
            tally.add(write_part(part, relation=relation_of[last[0]], watch=watch, by=by))
            tell("merge", kept.written + len(part), kept.total)
    return tally


def _write_standing(file: Path, *, rules: list[str]) -> None:
    rows = (
        Finding.objects.filter(ended_at__isnull=True, rule__in=rules)
        .order_by()
        .values_list(*_SCHEMA.names)
        .iterator(chunk_size=20_000)
    )
    with pq.ParquetWriter(file, _SCHEMA, compression="zstd") as writer:
        while part := list(islice(rows, 20_000)):
            arrays = [
                pa.array(column, type=kind) for column, kind in zip(zip(*part, strict=True), _SCHEMA.types, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=_SCHEMA))


def _ordered(
    engine: "duckdb.DuckDBPyConnection", file: str, columns: tuple[str, ...], rule: str, done: tuple[str, str]
) -> Iterator[tuple[Any, ...]]:
    source = f"{file}/*.parquet" if Path(file).is_dir() else file
    result = engine.cursor().execute(
        f"SELECT {', '.join(columns)} FROM read_parquet(?) WHERE ({rule}, key) > (?, ?) ORDER BY {rule}, key",
        [source, *done],
    )
    while rows := result.fetchmany(5_000):
        yield from rows


def _pairs(
    found: Iterator[tuple[Any, ...]], stands: Iterator[tuple[Any, ...]], *, by: Judgement
) -> Iterator[tuple[tuple[str, str], Judged | None, Standing | None]]:
    """Yield what differs, by (rule, key): found only, standing only, or both and not alike."""
    judged, old = _next_judged(found, by), _next_standing(stands)
    while judged is not None or old is not None:
        if judged is not None and (old is None or judged.name < old.name):
            yield judged.name, judged, None
            judged = _next_judged(found, by)
        elif old is not None and (judged is None or old.name < judged.name):
            yield old.name, None, old
            old = _next_standing(stands)
        else:
            assert judged is not None and old is not None
            hit = judged.hit
            if (old.version, old.open_case, old.evidence) != (hit.version, hit.open, judged.evidence) or (
                hit.case_id is not None and old.occurred_on != judged.occurred_on
            ):
                yield judged.name, judged, old
            judged, old = _next_judged(found, by), _next_standing(stands)


def _next_judged(found: Iterator[tuple[Any, ...]], by: Judgement) -> Judged | None:
    for row in found:
        told = dict(zip(FINDING_COLUMNS, row, strict=True))
        told["evidence"] = msgspec.json.decode(told["evidence"])
        for judged in count_in([Hit(**told)], by):
            return judged
    return None


def _next_standing(stands: Iterator[tuple[Any, ...]]) -> Standing | None:
    row = next(stands, None)
    # When it was found is asked only of what ends, which is read once more.
    return Standing(*row, found_at=_UNASKED) if row else None
