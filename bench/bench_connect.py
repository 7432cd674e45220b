"""What connecting costs: a county's exchange tables into the ledger, beside filing the same histories without a source.

    .venv/bin/python bench/bench_connect.py                   20,000 cases of six rows from SQLite
    .venv/bin/python bench/bench_connect.py --backlog 335000  a backlog of two million rows, killed -9 on its way
    .venv/bin/python bench/bench_connect.py --url mysql+pymysql://root@127.0.0.1/exchange    any server

Each measure runs in a process and on a ledger of its own (SQLite, full sync). Ours is one pass: read by pages, land,
gather, translate, file. Then a pass that finds nothing new, and one over one changed row in a hundred. The peers:
reading the very same rows and writing them by bare executemany, page by page; and `record_histories` alone, fed with
the same histories already translated. Limit: at least half the rate of `record_histories` alone.
"""

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 0.5
STEPS = 4
PAGE = 5_000
AT = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)
MAPPING = """\
preset: up-pro
source: bench-county
connection: {{url: "{url}"}}
case: {{division: "610924"}}
codes:
  items: {{map: {{JZ-01: "10001"}}}}
  organisations: {{map: {{住建局: 610924-zhujian}}}}
tables: {{special: , material: }}
"""
TABLES = {
    "up_pro_accept": "project_no local_catalog_code task_name applyer_name apply_date accept_date org_name",
    "up_pro_process": "project_no process_name event_name event_end_time handle_explain handle_user_name",
    "up_pro_result": "project_no result_type result_date result_explain result_cetr_no",
}
CARRIED = "row_guid cd_operation cd_batch cd_time"


def rows_of(cases: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (table, row) of cases: one main row, four steps, one result; all within March 2015."""
    start = datetime(2015, 3, 1, 9, 0)  # noqa: DTZ001 - a county's own clock, which knows no zone
    for number in range(cases):
        key, day = f"B{number:07d}", start + timedelta(days=number % 27)
        stamp = (start + timedelta(seconds=number * 2)).isoformat(sep=" ")

        def carried(kind: str, key: str = key, stamp: str = stamp) -> tuple[str, ...]:
            return (f"{key}-{kind}", "I", "B1", stamp)

        accepted = (day + timedelta(hours=1)).isoformat(sep=" ")
        yield (
            "up_pro_accept",
            (*carried("a"), key, "JZ-01", "规划许可", "测试甲", day.isoformat(sep=" "), accepted, "住建局"),
        )
        for step in range(STEPS):
            at = (day + timedelta(hours=2 + step)).isoformat(sep=" ")
            yield "up_pro_process", (*carried(f"p{step}"), key, f"审查{step + 1}", "1", at, "同意", "经办乙")
        at = (day + timedelta(hours=8)).isoformat(sep=" ")
        yield "up_pro_result", (*carried("r"), key, "0", at, "同意", f"批{key}")


def plant(url: str, cases: int) -> int:
    """Fill a county's tables; return how many rows there are."""
    from sqlalchemy import MetaData, Table, create_engine
    from sqlalchemy.schema import Column
    from sqlalchemy.types import String

    engine, meta = create_engine(url), MetaData()
    tables = {}
    for name, columns in TABLES.items():
        key, *others = f"{CARRIED} {columns}".split()
        parts = [Column(key, String(64), primary_key=True), *(Column(one, String(64)) for one in others)]
        tables[name] = Table(name, meta, *parts)
    meta.drop_all(engine)
    meta.create_all(engine)
    count = 0
    with engine.begin() as connection:
        waiting: dict[str, list[dict[str, str]]] = {name: [] for name in tables}
        for name, row in rows_of(cases):
            waiting[name].append(dict(zip(tables[name].columns.keys(), row, strict=True)))
            count += 1
            if len(waiting[name]) == PAGE:
                connection.execute(tables[name].insert(), waiting[name])
                waiting[name] = []
        for name, rest in waiting.items():
            if rest:
                connection.execute(tables[name].insert(), rest)
        for name in tables:
            connection.exec_driver_sql(f"CREATE INDEX {name}_time ON {name} (cd_time, row_guid)")
    engine.dispose()
    return count


def load_catalogue_of_the_county() -> None:
    """Load the one item that all cases are of."""
    from yichuang.catalogue.commands import Exerciser, load_catalogue
    from yichuang.kernel.actor import SYSTEM
    from yichuang.kernel.identifiers import uscc

    code = uscc.generate(department="1", category="1", division="610924", organisation_body="YC123456")
    exerciser = Exerciser(
        code="610924-zhujian",
        name="紫阳县住建局",
        uscc=code,
        department="zhujian",
        division="610924",
        division_name="紫阳县",
        tier="county",
    )
    folder = ROOT / "tests" / "contracts" / "county" / "catalogue"
    load_catalogue(folder=folder, by=SYSTEM, at=AT, exercisers=[exerciser])


def connect(mapping: Path, *, at: datetime = AT) -> dict[str, Any]:
    """Do one pass and return its account."""
    from yichuang.exchange.commands import connect_once
    from yichuang.exchange.connecting.running import connector_of

    began = time.perf_counter()
    report = connect_once(mapping=mapping, by=connector_of(mapping), at=at)
    seconds = time.perf_counter() - began
    assert not report.refused and not report.waiting, report
    return {"rows": report.landed + report.changed, "events": report.new_events, "seconds": seconds}


def change_some(url: str, every: int) -> int:
    """Change one step of every so many cases, as the county would; return how many."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        changed = connection.execute(
            text(
                "UPDATE up_pro_process SET handle_explain = '改为不同意', cd_operation = 'U',"
                " cd_time = '2015-03-31 20:00:00' WHERE row_guid LIKE :form"
            ),
            {"form": f"%{'0' * (len(str(every)) - 1)}-p1"},
        ).rowcount
    engine.dispose()
    return int(changed)


def read_and_write_bare(mapping: Path, into: Path) -> dict[str, Any]:
    """Read the same rows by the same reader and write them with bare executemany, each page synced."""
    from yichuang.exchange.importing import read_mapping
    from yichuang.exchange.reading.tables.opening import open_tables

    told = read_mapping(mapping).mapping
    reader = open_tables(told, environ=os.environ)
    peer = sqlite3.connect(into)
    peer.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE landed (key TEXT, name TEXT, row TEXT)"
    )
    began, count = time.perf_counter(), 0
    for table in told.tables.values():
        after: tuple[str, ...] = ()
        while rows := reader.changed(table, after=after, limit=PAGE):
            with peer:
                values = [(row.key, table.name, json.dumps(row.values, ensure_ascii=False)) for row in rows]
                peer.executemany("INSERT INTO landed VALUES (?, ?, ?)", values)
            after, count = rows[-1].position, count + len(rows)
    seconds = time.perf_counter() - began
    reader.close()
    return {"rows": count, "seconds": seconds}


def file_alone(cases: int) -> dict[str, Any]:
    """File the same histories by the door of cases alone, translated beforehand."""
    from yichuang.cases.commands import record_histories
    from yichuang.exchange.domain.records import Record, Row
    from yichuang.exchange.importing import translator_of
    from yichuang.exchange.presets import mapping_of
    from yichuang.kernel.actor import SYSTEM

    told = mapping_of(name="bench.yaml", text=MAPPING.format(url="sqlite://").replace("bench-county", "bench-alone"))
    translator = translator_of(told.mapping, on=AT.date())
    aliases = {table.name: alias for alias, table in told.mapping.tables.items()}
    records: list[Record] = []
    case: dict[str, str] = {}
    events: list[Row] = []
    for name, row in rows_of(cases):
        values = dict(zip(f"{CARRIED} {TABLES[name]}".split(), row, strict=True)) | {"@table": aliases[name]}
        if name == "up_pro_accept" and case:
            records.append(Record(1, case, tuple(events)))
            events = []
        if name == "up_pro_accept":
            case = values
        else:
            events.append(Row(1, values))
    records.append(Record(1, case, tuple(events)))
    filings = [translator.translate(record, received_at=AT).filing for record in records]
    ready = [filing for filing in filings if filing is not None]
    assert len(ready) == cases
    began = time.perf_counter()
    filed = [one for batch in record_histories(ready, by=SYSTEM, now=AT, batch=500) for one in batch]
    seconds = time.perf_counter() - began
    assert not any(one.refusal for one in filed), filed[0].refusal
    return {"events": sum(one.new_events for one in filed), "seconds": seconds}


def measure(kind: str, *, cases: int, url: str) -> dict[str, Any]:
    """Measure one kind in this process, on the ledger of the environment."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    load_catalogue_of_the_county()
    folder = Path(os.environ["YICHUANG_VAR"])
    mapping = folder / "bench-county.yaml"
    mapping.write_text(MAPPING.format(url=url), encoding="utf-8")
    if kind == "alone":
        return file_alone(cases)
    if kind == "bare":
        return read_and_write_bare(mapping, folder / "bare.sqlite3")
    if kind == "backlog":
        return connect(mapping)
    first = connect(mapping)
    nothing = connect(mapping, at=AT + timedelta(hours=1))
    changed = change_some(url, 100)
    some = connect(mapping, at=AT + timedelta(hours=2))
    assert some["rows"] == changed, (some, changed)
    return {"first": first, "nothing": nothing, "some": some, "memory_mb": _peak_mb()}


def run_apart(kind: str, folder: Path, *, cases: int, url: str, patience: float | None = None) -> dict[str, Any]:
    """Measure one kind in a process and on a ledger of its own; after `patience` seconds it is killed -9."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
        "YICHUANG_DATABASE_URL": f"sqlite:///{folder / 'ledger.sqlite3'}",
        "YICHUANG_VAR": str(folder),
        "YICHUANG_LOG_LEVEL": "WARNING",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT), str(ROOT / "bench"))),
    }
    command = [sys.executable, __file__, "--measure", kind, "--cases", str(cases), "--url", url]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, timeout=patience)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def backlog(cases: int, folder: Path, *, kills: Sequence[float] = (60.0, 300.0)) -> dict[str, Any]:
    """Read and file a backlog, killed -9 after so many seconds each and begun again; return what stands at its end."""
    url = f"sqlite:///{folder / 'county.sqlite3'}"
    sent, killed, began = plant(url, cases), 0, time.perf_counter()
    for patience in (*kills, None):
        try:
            run_apart("backlog", folder, cases=cases, url=url, patience=patience)
            break
        except subprocess.TimeoutExpired:
            killed += 1
    seconds = time.perf_counter() - began
    again = run_apart("backlog", folder, cases=cases, url=url)
    with sqlite3.connect(folder / "ledger.sqlite3") as ledger:
        ((landed, distinct, filed),) = ledger.execute(
            "SELECT COUNT(*), COUNT(DISTINCT row_key), SUM(state = 'filed') FROM exchange_landedrow"
        )
        ((stand, fewest, most, events),) = ledger.execute(
            "SELECT COUNT(*), MIN(n), MAX(n), SUM(n) FROM (SELECT COUNT(*) AS n FROM cases_event GROUP BY case_id)"
        )
    told = {"sent": sent, "landed": landed, "filed": filed, "cases": stand, "events": events, "lost": sent - distinct,
            "doubled": landed - distinct, "killed": killed, "seconds": seconds}  # fmt: skip
    assert (distinct, landed, filed, stand, fewest) == (sent, sent, sent, cases, most), told
    assert (again["rows"], again["events"]) == (0, 0), again
    return told


def report_backlog(told: dict[str, Any]) -> None:
    """Print what became of the backlog."""
    print(
        f"backlog  {told['sent']:,} rows sent, {told['landed']:,} landed, {told['filed']:,} filed;"
        f" {told['cases']:,} cases, {told['events']:,} events; {told['lost']} lost, {told['doubled']} doubled;"
        f" killed -9 {told['killed']} times; {told['seconds']:.0f} s in all,"
        f" {told['sent'] / told['seconds']:,.0f} rows/s"
    )


def report(found: dict[str, Any]) -> bool:
    """Print what was measured; return whether the limit was kept."""
    ours, bare, alone = found["connect"]["first"], found["bare"], found["alone"]
    speed = ours["events"] / ours["seconds"]
    beside = alone["events"] / alone["seconds"]
    print(
        f"connect  {ours['rows']} rows, {ours['events']} events in {ours['seconds']:.1f} s:"
        f" {speed:.0f} events/s, {ours['rows'] / ours['seconds']:.0f} rows/s, peak {found['connect']['memory_mb']} MiB"
    )
    print(f"bare     {bare['rows']} rows read and written by executemany in {bare['seconds']:.1f} s:"
          f" ratio of time {ours['seconds'] / bare['seconds']:.1f}")  # fmt: skip
    print(f"alone    {alone['events']} events filed in {alone['seconds']:.1f} s: {beside:.0f} events/s,"
          f" ratio of rates {speed / beside:.2f}  (limit {LIMIT:g})")  # fmt: skip
    nothing, some = found["connect"]["nothing"], found["connect"]["some"]
    print(f"again    nothing new {nothing['seconds']:.2f} s; {some['rows']} changed rows, {some['events']} events in"
          f" {some['seconds']:.2f} s")  # fmt: skip
    return speed / beside >= LIMIT


def smallest(folder: Path) -> None:
    """Measure a few cases in this process, in the database that is there."""
    url = f"sqlite:///{folder / 'county.sqlite3'}"
    rows = plant(url, 3)
    load_catalogue_of_the_county()
    mapping = folder / "bench-county.yaml"
    mapping.write_text(MAPPING.format(url=url), encoding="utf-8")
    first = connect(mapping)
    assert first["rows"] == rows
    bare = read_and_write_bare(mapping, folder / "bare.sqlite3")
    assert bare["rows"] == rows
    still = {"rows": 0, "events": 0, "seconds": 1.0}
    told = {"first": first, "nothing": still, "some": still, "memory_mb": _peak_mb()}
    report({"connect": told, "bare": bare, "alone": file_alone(2)})


def main() -> int:
    """Measure each kind in a process and on a ledger of its own; 1 where the limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--backlog", type=int, default=0, metavar="CASES")
    parser.add_argument("--url", default="", help="a database to fill and read from, its tables are made anew")
    parser.add_argument("--measure", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, cases=given.cases, url=given.url)))
        return 0
    if given.backlog:
        with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
            report_backlog(backlog(given.backlog, Path(name)))
        return 0
    found = {}
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
        url = given.url or f"sqlite:///{Path(name) / 'county.sqlite3'}"
        print(f"{plant(url, given.cases)} rows of {given.cases} cases at {url.partition('://')[0]}")
        for kind in ("connect", "bare", "alone"):
            folder = Path(name) / kind
            folder.mkdir()
            found[kind] = run_apart(kind, folder, cases=given.cases, url=url)
    return int(not report(found))


if __name__ == "__main__":
    sys.exit(main())
