"""Rules in bulk: facts on disk to findings on disk, beside a bare scan, pm4py and a plain loop over Django's rows.

    .venv/bin/python bench/bench_supervision.py                     10,000,000 cases
    .venv/bin/python bench/bench_supervision.py --hundred-million   and 100,000,000 (2 GB of disk, 20 minutes to make)
    .venv/bin/python bench/bench_supervision.py --facts DIR         keep the facts there, or take those that are there

The facts are those of a real scenario of some 20,000 cases, multiplied: each copy has other numbers and lies some weeks
earlier. All rules of the relation of cases judge them in one reading, in a process of its own whose memory is told.

Peers, in the same run: a bare DuckDB scan of the same file that only counts the same conditions; pm4py (in a throwaway
environment; AGPL, never a dependency) computing business hours a case, its nearest equivalent of "more working days
than promised", per case; and five of the rules as a plain Python loop over Django's rows, per case, same answers.

Limits: 10,000,000 cases under 10 s on 2 cores; 100,000,000 under 100 s within 4 GiB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SEED_CASES = 20_000
TEN_MILLION, HUNDRED_MILLION = 10_000_000, 100_000_000
LIMITS = {TEN_MILLION: 10.0, HUNDRED_MILLION: 100.0}
MEMORY_LIMIT_MIB = 4096
ROUNDS = 3
CORES = 2
# The scenario's half-year ends here: what is open then is judged as of this day, at noon in China.
JUDGED_AT = datetime(2015, 7, 1, 4, tzinfo=UTC)
WORKING_DAYS_A_WEEK, SECONDS_A_WEEK = 5, 7 * 86_400
WEEKS_OF_SPREAD = 100
PM4PY = "pm4py==2.7.23.11"
PM4PY_CASES = 20_000
LOOP_RULES = ("promised-overdue", "delivery-late", "decision-before-acceptance", "back-filled", "extension-too-long")


# --- facts ------------------------------------------------------------------------------------------------------------


def make_seed(folder: Path) -> None:
    """Build the scenario and export the facts of its cases."""
    from bench_overview import build
    from yichuang.supervision.engines import duck

    build(SEED_CASES)
    duck.export(["cases"], into=folder)


def multiply(seed: Path, target: Path, cases: int) -> None:
    """Write so many cases: copies of the seed's with numbers of their own, each copy some weeks earlier."""
    import duckdb

    from yichuang.supervision.domain.relations import RELATIONS, Unit

    base = duckdb.sql(f"SELECT count(*), max(case_id) FROM '{seed}'").fetchone()
    assert base is not None
    shifts = {
        Unit.DAY: f'CAST(f."{{0}}" - k.weeks * {WORKING_DAYS_A_WEEK} AS INTEGER)',
        Unit.INSTANT: f'CAST(f."{{0}}" - k.weeks * {SECONDS_A_WEEK} AS BIGINT)',
    }
    told = []
    for column in RELATIONS["cases"].columns.values():
        text = shifts.get(column.unit, 'f."{0}"')
        if column.name == "case_id":
            text = f"CAST(k.k * {base[1]} + f.case_id AS BIGINT)"
        elif column.name == "number":
            text = "f.number || '-' || k.k"
        told.append(f'{text.format(column.name)} AS "{column.name}"')
    copies = -(-cases // base[0])
    duck = duckdb.connect(config={"threads": CORES, "memory_limit": "3GB", "preserve_insertion_order": False})
    duck.execute(
        f"COPY (SELECT {', '.join(told)} FROM '{seed}' f, (SELECT range AS k,"
        f" CAST(hash(range) % {WEEKS_OF_SPREAD} AS INTEGER) AS weeks FROM range({copies})) k LIMIT {cases})"
        f" TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )


# --- what is measured, each in a process of its own -------------------------------------------------------------------


def child_judge(folder: Path) -> dict[str, Any]:
    """Judge the facts of a folder by all rules of cases, as the platform does."""
    from yichuang.supervision.engines import duck

    rules, moment = _rules(), _moment()
    begun = time.perf_counter()
    found = duck.judge_files(rules, folder=folder, moment=moment, into=folder / "found", threads=CORES)
    return {"seconds": time.perf_counter() - begun, "found": found, "rules": len(rules)}


def child_scan(folder: Path) -> dict[str, Any]:
    """Count the rows that each of the same conditions finds, and do nothing else."""
    import duckdb

    from yichuang.calendar.queries import get_calendar
    from yichuang.supervision.domain.dialects import Dialect, Writer

    writer = Writer(Dialect.DUCKDB, get_calendar(), _moment())
    counts = ", ".join(f"count(*) FILTER (WHERE {writer.condition(rule)})" for rule in _rules())
    duck = duckdb.connect(config={"threads": CORES})
    begun = time.perf_counter()
    row = duck.execute(f"SELECT {counts} FROM read_parquet('{folder / 'cases.parquet'}') AS f").fetchone()
    return {"seconds": time.perf_counter() - begun, "found": sum(row or ())}


def child_loop(_: Path) -> dict[str, Any]:
    """Judge the scenario by some rules as one would without an engine: rows by Django, comparisons by Python."""
    from yichuang.cases.models import Facts
    from yichuang.supervision.engines import database

    moment = _moment()
    begun = time.perf_counter()
    found = sum(_plainly(facts, moment.today_wd, moment.now_s) for facts in Facts.objects.iterator())
    seconds = time.perf_counter() - begun
    rules = [rule for rule in _rules() if rule.id in LOOP_RULES]
    begun = time.perf_counter()
    live = sum(1 for _ in database.judge(rules, relation="cases", moment=moment))
    live_seconds = time.perf_counter() - begun
    assert live == found, f"the loop finds {found}, the rules {live}: the peer is out of date"
    # Starting an engine costs the same for twenty thousand cases as for millions: it is measured on those.
    return {"seconds": seconds, "found": found, "cases": Facts.objects.count(), "live": live_seconds}


def child_agree(folder: Path) -> dict[str, Any]:
    """Judge the whole scenario in the live database and on DuckDB, and see that both find the same."""
    from yichuang.supervision.engines import database, duck
    from yichuang.supervision.engines.parquet import read_findings

    rules, moment = _rules(), _moment()
    live = {(hit.rule_id, hit.key): hit for hit in database.judge(rules, relation="cases", moment=moment)}
    duck.judge_files(rules, folder=folder, moment=moment, into=folder / "found", threads=CORES)
    bulk = {(hit.rule_id, hit.key): hit for hit in read_findings(folder / "found")}
    assert live == bulk, "the live database and DuckDB disagree"
    return {"found": len(live)}


def child_some(folder: Path) -> dict[str, Any]:
    """Judge the facts of a folder by the rules of the loop only."""
    from yichuang.supervision.engines import duck

    rules = [rule for rule in _rules() if rule.id in LOOP_RULES]
    begun = time.perf_counter()
    duck.judge_files(rules, folder=folder, moment=_moment(), into=folder / "some", threads=CORES)
    return {"seconds": time.perf_counter() - begun}


def _plainly(facts: Any, today: int, now: int) -> int:
    """Return how many of the loop's rules find a row; what the rule files say, written out by hand."""
    if not facts.counted:
        return 0
    found = facts.decided_unaccepted
    found += facts.entry_lag_days > 2
    found += facts.extension_days > (15 if facts.joint else 10)
    if facts.decided_wd is not None:
        handed = next((day for day in (facts.delivered_wd, facts.closed_wd) if day is not None), today)
        found += not facts.delivered_early and handed > facts.decided_wd + 10
    promised, statutory = facts.promised_due_wd, facts.statutory_due_wd
    if facts.due_stated or statutory is None or (promised is not None and promised <= statutory):
        by_instant = facts.due_stated or facts.limit_unit == "opening-hours"
        if facts.late_promised:
            found += 1
        elif facts.ended_wd is None and by_instant:
            due = facts.promised_due_at
            found += facts.special_open_wd is None and due is not None and due.timestamp() < now
        elif facts.ended_wd is None and promised is not None:
            until = today if facts.special_open_wd is None else facts.special_open_wd
            found += promised - facts.special_counted_days < until
    return int(found)


def _rules() -> Any:
    from yichuang.supervision.rulebook import PACKAGED, load_rules

    return load_rules(PACKAGED).of("cases")


def _moment() -> Any:
    from yichuang.calendar.queries import get_calendar
    from yichuang.supervision.domain.moment import moment_of

    return moment_of(JUDGED_AT, get_calendar())


CHILDREN: dict[str, Callable[[Path], dict[str, Any]]] = {
    "judge": child_judge,
    "scan": child_scan,
    "loop": child_loop,
    "some": child_some,
    "agree": child_agree,
}


def in_a_process(name: str, folder: Path) -> dict[str, Any]:
    """Run one measurement in a fresh process and return what it says, with its greatest resident memory in MiB."""
    command = [sys.executable, __file__, "--child", name, "--facts", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def run_child(name: str, folder: Path) -> None:
    """Do one measurement in this process and print it."""
    import resource

    found = CHILDREN[name](folder)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


# --- pm4py ------------------------------------------------------------------------------------------------------------

# Runs in an environment of its own: received, accepted and ended are the events of a case.
PM4PY_TEXT = """
import sys, time, json
import pandas, pm4py
started = time.perf_counter()
events = pandas.read_parquet(sys.argv[1])
log = pm4py.format_dataframe(events, case_id="number", activity_key="act", timestamp_key="happened")
days = [(day * 86400, (day + 1) * 86400) for day in range(5)]
hours = pm4py.get_all_case_durations(log, business_hours=True, business_hour_slots=days)
late = sum(1 for seconds in hours if seconds > 10 * 86400)
print(json.dumps({"seconds": time.perf_counter() - started, "late": late}))
"""


def measure_pm4py(seed: Path, scratch: Path) -> dict[str, Any] | None:
    """Return what pm4py takes for the seed's cases, None where it cannot be installed."""
    import duckdb

    home = scratch / "pm4py"
    install = [
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "pip"), "install", "-q", PM4PY, "pyarrow"],
    ]
    for command in install:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"pm4py left out: {(done.stderr or done.stdout).strip()[-300:]}")
            return None
    log = scratch / "events.parquet"
    acts = {"received": "received_s", "accepted": "accepted_s", "ended": "COALESCE(decided_s, closed_s)"}
    parts = " UNION ALL ".join(
        f"SELECT number, '{act}' AS act, make_timestamp({second} * 1000000) AS happened FROM chosen"
        f" WHERE {second} IS NOT NULL"
        for act, second in acts.items()
    )
    duckdb.sql(
        f"COPY (WITH chosen AS (SELECT * FROM '{seed}' WHERE closed_s IS NOT NULL ORDER BY number LIMIT {PM4PY_CASES})"
        f" SELECT * FROM ({parts}) ORDER BY number, happened) TO '{log}' (FORMAT parquet)"
    )
    done = subprocess.run(
        [str(home / "bin" / "python"), "-c", PM4PY_TEXT, str(log)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"pm4py left out: {done.stderr.strip()[-600:]}")
        return None
    cases = duckdb.sql(f"SELECT count(DISTINCT number) FROM '{log}'").fetchone()
    return {**json.loads(done.stdout.splitlines()[-1]), "cases": cases[0] if cases else 0}


# --- the run ----------------------------------------------------------------------------------------------------------


def measure_bulk(folder: Path, cases: int, rounds: int) -> bool:
    """Print what judging so many cases takes beside the bare scan; return whether the limits hold."""
    judged = sorted((in_a_process("judge", folder) for _ in range(rounds)), key=lambda one: one["seconds"])
    scanned = sorted((in_a_process("scan", folder) for _ in range(rounds)), key=lambda one: one["seconds"])
    middle, bare = judged[len(judged) // 2], scanned[len(scanned) // 2]
    assert middle["found"] == bare["found"], (middle, bare)
    memory = max(one["mib"] for one in judged)
    seconds, limit = middle["seconds"], LIMITS[cases]
    kept = seconds < limit and memory < MEMORY_LIMIT_MIB
    size = (folder / "cases.parquet").stat().st_size / 2**20
    print(
        f"{cases:>11,} cases ({size:,.0f} MiB), {middle['rules']} rules, {middle['found']:,} findings:"
        f" {seconds:.2f} s, {memory:,.0f} MiB; bare scan {bare['seconds']:.2f} s,"
        f" ratio {seconds / bare['seconds']:.2f};"
        f" limit {limit:.0f} s, {MEMORY_LIMIT_MIB} MiB: {'kept' if kept else 'BROKEN'}",
        flush=True,
    )
    return kept


def measure_peers(seed: Path, facts: Path, scratch: Path) -> None:
    """Print what a case costs by pm4py and by a plain loop, as ratios to the engine on the same rules."""
    loop = in_a_process("loop", seed)
    some = in_a_process("some", facts)
    a_case = some["seconds"] / TEN_MILLION * 1e6
    plain = loop["seconds"] / loop["cases"] * 1e6
    print(
        f"{len(LOOP_RULES)} rules, a case: plain Django loop {plain:.1f} us ({loop['cases']:,} cases, {loop['found']}"
        f" findings); the same rules in the live database {loop['live'] / loop['cases'] * 1e6:.1f} us, on DuckDB"
        f" {a_case:.3f} us (10,000,000 cases): ratio {plain / a_case:,.0f}",
        flush=True,
    )
    pm4py = measure_pm4py(seed / "cases.parquet", scratch)
    if pm4py:
        theirs = pm4py["seconds"] / pm4py["cases"] * 1e6
        print(
            f"business hours a case and a promise of 10 days by pm4py {theirs:.0f} us ({pm4py['cases']:,} cases,"
            f" {pm4py['late']} late; pauses and holidays not known to it); five rules on DuckDB {a_case:.3f} us:"
            f" ratio {theirs / a_case:,.0f}"
        )


def main() -> int:
    """Make the facts, measure, tidy up; 1 if a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hundred-million", action="store_true")
    parser.add_argument("--facts", type=Path, help="keep facts here, or take those that are there")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as scratch:
        home = options.facts or Path(scratch)
        os.environ.pop("YICHUANG_DATABASE_URL", None)
        # A measurement of its own reads the database that stands beside the seed's facts.
        os.environ["YICHUANG_VAR"] = str(home if options.child else home / "seed")
        os.environ |= {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings", "YICHUANG_LOG_LEVEL": "ERROR"}
        import django

        django.setup()
        if options.child:
            run_child(options.child, home)
            return 0
        return 0 if measure(home, Path(scratch), hundred_million=options.hundred_million) else 1


def measure(home: Path, scratch: Path, *, hundred_million: bool) -> bool:
    """Make what is missing and measure it; return whether all limits were kept."""
    seed = home / "seed"
    if not (seed / "cases.parquet").exists():
        begun = time.perf_counter()
        make_seed(seed)
        print(f"scenario built and exported in {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"scenario: {in_a_process('agree', seed)['found']} findings, the same live and in bulk", flush=True)
    kept = True
    for cases in (TEN_MILLION, HUNDRED_MILLION) if hundred_million else (TEN_MILLION,):
        folder = home / f"cases-{cases}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "cases.parquet").exists():
            begun = time.perf_counter()
            multiply(seed / "cases.parquet", folder / "cases.parquet", cases)
            print(f"{cases:,} cases written in {time.perf_counter() - begun:.0f} s", flush=True)
        kept &= measure_bulk(folder, cases, ROUNDS if cases == TEN_MILLION else 1)
    measure_peers(seed, home / f"cases-{TEN_MILLION}", scratch)
    return kept


if __name__ == "__main__":
    sys.exit(main())
