"""How fast a demonstration half-year is built, from nothing to figures, beside a bare insert of the same rows.

    .venv/bin/python bench/bench_scenario.py              10,000, 100,000 and all 326,300 cases
    .venv/bin/python bench/bench_scenario.py --million    and 1,000,000
    .venv/bin/python bench/bench_scenario.py --sizes 3000 only these

Each size runs in a process and a file of its own. Time is from the first question to the last figure; tables,
regions and catalogue stand before. The peer is sqlite3's executemany of the very event rows that were written,
read back, into a table of the same form, with full sync and one commit for as many cases.
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
from pathlib import Path
from typing import Any

FULL = 326_300
BATCH = 2_000
SIZES = (10_000, 100_000, FULL)
LIMIT_SECONDS, LIMIT_MIB = 90, 1_024
WORKERS = min(2, os.cpu_count() or 1)
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
)


def measure(size: int) -> dict[str, Any]:
    """Build one size in this process and return what it took."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from yichuang.catalogue.commands import BUNDLED as CATALOGUE
    from yichuang.catalogue.commands import load_catalogue
    from yichuang.kernel.actor import SYSTEM
    from yichuang.regions.commands import BUNDLED as REGIONS
    from yichuang.regions.commands import load_regions
    from yichuang.scenario.commands import build_scenario

    call_command("migrate", verbosity=0)
    load_regions(folder=REGIONS, by=SYSTEM, at=timezone.now())
    load_catalogue(folder=CATALOGUE, by=SYSTEM, at=timezone.now())
    before = _busy()
    report = build_scenario(
        name="ankang-2015h1", seed=2015, scale=size / FULL, at=timezone.now(), batch=BATCH, workers=WORKERS
    )
    busy = _busy() - before
    path = Path(settings.DATABASES["default"]["NAME"])
    return {
        "cases": report.filed,
        "events": report.events,
        "refusals": len(report.refusals),
        "seconds": report.seconds,
        "cpu": busy,
        # The writer's peak and, for each worker, the peak of the largest: an upper bound of what all hold at once.
        "mib": (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            + WORKERS * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        )
        / 1024,
        "file_mib": sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")) / 2**20,
        "bare_seconds": insert_bare(path),
    }


def _busy() -> float:
    """Return the processor seconds of this process and of all its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def insert_bare(path: Path) -> float:
    """Return the seconds that a bare executemany of the same event rows takes, reading them not counted."""
    with sqlite3.connect(path) as source:
        form, *rest = [
            sql
            for (sql,) in source.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'cases_event' AND sql IS NOT NULL"
                " AND type IN ('table', 'index') ORDER BY type DESC"
            )
        ]
        bare = sqlite3.connect(path.with_name("bare.sqlite3"), isolation_level=None)
        for pragma in PRAGMAS:
            bare.execute(pragma)
        bare.execute("PRAGMA foreign_keys=OFF")
        for sql in (form, *rest):
            bare.execute(sql)
        columns = len(list(source.execute("PRAGMA table_info(cases_event)")))
        insert = f"INSERT INTO cases_event VALUES ({', '.join('?' * columns)})"
        (last,) = source.execute("SELECT MAX(id) FROM cases_case").fetchone()
        seconds = 0.0
        for first in range(1, last + 1, BATCH):
            rows = source.execute(
                "SELECT * FROM cases_event WHERE case_id >= ? AND case_id < ? ORDER BY position", (first, first + BATCH)
            ).fetchall()
            started = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(insert, rows)
            bare.execute("COMMIT")
            seconds += time.perf_counter() - started
        bare.close()
    source.close()
    return seconds


def run(size: int) -> dict[str, Any]:
    """Measure one size in a fresh process and folder."""
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as folder:
        env = {key: value for key, value in os.environ.items() if key != "YICHUANG_DATABASE_URL"}
        env |= {"YICHUANG_VAR": folder, "DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
        found = subprocess.run(
            [sys.executable, __file__, "--one", str(size)], env=env, check=True, capture_output=True, text=True
        )
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Measure and print every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.one)))
        return
    sizes = [*chosen.sizes, *([1_000_000] if chosen.million else [])]
    print(
        f"{'accepted':>9} {'cases':>9} {'events':>9} {'seconds':>8} {'cpu s':>6} {'us/event':>8} {'us/case':>8}"
        f" {'cases/s':>8} {'peak MiB':>8} {'file MiB':>8} {'bare s':>7} {'ratio':>6}"
    )
    first = 0.0
    for size in sizes:
        one = run(size)
        seconds, cases, events = one["seconds"], one["cases"], one["events"]
        cost = seconds / cases * 1e6
        first = first or cost
        print(
            f"{size:>9,} {cases:>9,} {events:>9,} {seconds:>8.1f} {one['cpu']:>6.1f} {seconds / events * 1e6:>8.1f}"
            f" {cost:>8.1f} {cases / seconds:>8,.0f} {one['mib']:>8.0f} {one['file_mib']:>8.0f}"
            f" {one['bare_seconds']:>7.1f} {seconds / one['bare_seconds']:>6.1f}",
            flush=True,
        )
        if one["refusals"]:
            print(f"          refused: {one['refusals']}")
        if size == FULL:
            print(f"          limits: {LIMIT_SECONDS} s, {LIMIT_MIB} MiB; us/case {cost / first:.2f}x the first")


if __name__ == "__main__":
    main()
