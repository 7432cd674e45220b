"""What one command costs, from loading the case to the synced commit, beside a bare commit of the same rows.

    .venv/bin/python bench/bench_command.py                200 cases of seven acts on SQLite and on PostgreSQL
    .venv/bin/python bench/bench_command.py --cases 1000   more of them

A command loads the case's events, folds them, decides, hashes, appends, projects and commits with full sync. The
peer writes the very same event and facts rows, read back, into tables of the same form with the same indexes and
the same sync, one commit a command, by the bare driver: no case is read, nothing is decided. The ratio is what
thinking costs. Limit: 3.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yichuang.cases.domain.acts import Receive
    from yichuang.kernel.actor import Actor

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 3.0
WARM_UP_CASES = 10
# The two take turns, so that a disk that others use is slow for both.
CASES_A_TURN = 10
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
)


def employ() -> tuple["Actor", "Receive"]:
    """Choose an item, put an officer on its organisation's authority list for everything; return him and a receipt."""
    from django.utils import timezone

    from yichuang.accounts.commands import create_staff, grant_authority
    from yichuang.accounts.values import Area, Power
    from yichuang.cases.values import acts
    from yichuang.catalogue.queries import get_terms
    from yichuang.kernel.actor import SYSTEM, Actor

    (organisation, item), _ = next(
        (key, terms) for key, terms in sorted(get_terms(on=date(2015, 2, 13)).items()) if terms.kind == "promised"
    )
    officer = Actor(
        id=create_staff(
            username="bench-officer",
            password="a phrase for nobody but the bench",
            name="窗口七号",
            place=Area(organisation[:6], organisation),
            by=SYSTEM,
            at=timezone.now(),
        ),
        name="窗口七号",
    )
    for power in Power:
        grant_authority(
            holder=officer.id,
            organisation=organisation,
            item="",
            power=power,
            valid_from=date(2015, 1, 1),
            valid_until=None,
            document="授〔2015〕1号（演示）",
            by=SYSTEM,
            at=timezone.now(),
        )
    return officer, acts.Receive(item=item, organisation=organisation, division=organisation[:6])


def run_commands(count: int, *, by: "Actor", receipt: "Receive") -> list[float]:
    """Run cases of seven acts one command at a time; return the seconds of each command."""
    from yichuang.calendar.values import CHINA
    from yichuang.cases import commands
    from yichuang.cases.values import ApplicantDetails, acts

    applicant = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011")
    course: list[tuple[acts.Act, timedelta]] = [
        (acts.Accept(), timedelta(minutes=5)),
        (acts.StartStep(step="审核", officer="甲"), timedelta(hours=1)),
        (acts.FinishStep(step="审核", opinion="同意", officer="甲"), timedelta(days=2)),
        (acts.Grant(decider=by.name, opinion="同意"), timedelta(days=3)),
        (acts.Deliver(), timedelta(days=4)),
        (acts.Close(), timedelta(days=4, hours=1)),
    ]
    start = datetime(2015, 3, 2, 9, tzinfo=CHINA)
    spent = []
    for _ in range(count):
        began = time.perf_counter()
        number = commands.receive_application(receipt=receipt, applicant=applicant, by=by, at=start, now=start)
        spent.append(time.perf_counter() - began)
        for act, later in course:
            began = time.perf_counter()
            commands.perform(number=number, act=act, by=by, at=start + later)
            spent.append(time.perf_counter() - began)
    return spent


def read_back(*, after: int) -> tuple[list[tuple[Any, ...]], dict[int, tuple[Any, ...]], int]:
    """Return the event rows after a position, the facts row of each of their cases, and the last position."""
    from django.db import connection

    from yichuang.cases import ledger, projections

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, {', '.join(ledger.COLUMNS)} FROM cases_event WHERE position > %s ORDER BY position",
            [after],
        )
        rows = cursor.fetchall()
        events = [tuple(_stored(value) for value in row[1:]) for row in rows]
        first = min(event[0] for event in events)
        cursor.execute(f"SELECT {', '.join(projections.COLUMNS)} FROM cases_facts WHERE case_id >= %s", [first])
        facts = {row[0]: tuple(_stored(value) for value in row) for row in cursor.fetchall()}
    return events, facts, rows[-1][0]


def _stored(value: Any) -> Any:
    from django.db import connection

    if isinstance(value, memoryview):
        return bytes(value)
    if connection.vendor == "sqlite" and hasattr(value, "isoformat"):
        return value.isoformat(" ") if hasattr(value, "hour") else value.isoformat()
    return value


def run_peer(events: Sequence[tuple[Any, ...]], facts: dict[int, tuple[Any, ...]], doors: "Doors") -> list[float]:
    """Commit the same rows one event and one facts row at a time by the bare driver; return the seconds of each."""
    from django.db import connection

    from yichuang.cases import ledger, projections

    places = "?" if connection.vendor == "sqlite" else "%s"
    insert = _insert("cases_event", ledger.COLUMNS, places)
    upsert = _insert("cases_facts", projections.COLUMNS, places) + " ON CONFLICT (case_id) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in projections.COLUMNS if name != "case_id"
    )  # fmt: skip
    begin, execute, commit = doors
    spent = []
    for event in events:
        began = time.perf_counter()
        begin()
        execute(insert, event)
        execute(upsert, facts[event[0]])
        commit()
        spent.append(time.perf_counter() - began)
    return spent


def _insert(table: str, columns: Sequence[str], place: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([place] * len(columns))})"


Doors = tuple[Callable[[], object], Callable[..., object], Callable[[], object]]


def _bare_sqlite(folder: Path) -> Doors:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN ('cases_event', 'cases_facts') AND type <> 'trigger'"
            " AND sql IS NOT NULL ORDER BY type DESC"
        )
        tables = [row[0] for row in cursor.fetchall()]
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    for pragma in PRAGMAS:
        bare.execute(pragma.replace("foreign_keys=ON", "foreign_keys=OFF"))
    for text in tables:
        bare.execute(text)
    return lambda: bare.execute("BEGIN IMMEDIATE"), bare.execute, lambda: bare.execute("COMMIT")


def _bare_postgresql() -> Doors:
    import psycopg
    from django.db import connection

    bare = psycopg.connect(**connection.get_connection_params(), autocommit=False)
    bare.execute("CREATE SCHEMA bare")
    for table in ("cases_event", "cases_facts"):
        bare.execute(f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)")
    bare.execute("SET search_path = bare")
    bare.commit()
    return lambda: None, bare.execute, bare.commit


def measure(cases: int) -> dict[str, Any]:
    """Measure the engine of the environment in this process."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from yichuang.catalogue.commands import BUNDLED as CATALOGUE
    from yichuang.catalogue.commands import load_catalogue
    from yichuang.kernel.actor import SYSTEM
    from yichuang.regions.commands import BUNDLED as REGIONS
    from yichuang.regions.commands import load_regions

    call_command("migrate", verbosity=0)
    load_regions(folder=REGIONS, by=SYSTEM, at=timezone.now())
    load_catalogue(folder=CATALOGUE, by=SYSTEM, at=timezone.now())
    folder = Path(os.environ["YICHUANG_VAR"])
    doors = _bare_sqlite(folder) if connection.vendor == "sqlite" else _bare_postgresql()
    officer, receipt = employ()
    run_commands(WARM_UP_CASES, by=officer, receipt=receipt)
    position = read_back(after=0)[2]
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(0, cases, CASES_A_TURN):
        ours += run_commands(CASES_A_TURN, by=officer, receipt=receipt)
        events, facts, position = read_back(after=position)
        bare += run_peer(events, facts, doors)
    return {"engine": connection.vendor, "ours": ours, "bare": bare}


def report(found: dict[str, Any]) -> float:
    """Print one engine's line and return its ratio of medians."""
    ours, bare = statistics.median(found["ours"]), statistics.median(found["bare"])
    slowest = statistics.quantiles(found["ours"], n=100)[98]
    ratio, means = ours / bare, statistics.mean(found["ours"]) / statistics.mean(found["bare"])
    print(
        f"{found['engine']:<11}{len(found['ours']):>6} commands  median {ours * 1e3:.2f} ms  p99 {slowest * 1e3:.2f} ms"
        f"  bare commit {bare * 1e3:.2f} ms  ratio {ratio:.2f} (of means {means:.2f}, limit {LIMIT:g})",
        flush=True,
    )
    return ratio


def measure_apart(cases: int, url: str, folder: Path) -> dict[str, Any]:
    """Measure in a process and on a database of its own."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
        "YICHUANG_DATABASE_URL": url,
        "YICHUANG_VAR": str(folder),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    command = [sys.executable, __file__, "--measure", str(cases)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Measure both engines; 1 where one is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return 0
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    from tests.postgres import running_server

    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as name:
        folder = Path(name)
        ratios = [report(measure_apart(given.cases, f"sqlite:///{folder / 'ledger.sqlite3'}", folder))]
        with running_server() as url:
            import psycopg

            with psycopg.connect(url.replace("/yichuang?", "/postgres?"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE yichuang")
            ratios.append(report(measure_apart(given.cases, url, folder)))
    return int(any(ratio > LIMIT for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main())
