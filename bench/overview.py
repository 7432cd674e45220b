"""What a page of figures costs with a million cases behind it, beside a bare SELECT of the same sums.

    .venv/bin/python bench/overview.py                        100,000 cases of the real scenario, built first
    .venv/bin/python bench/overview.py --cases 1000000        a million
    .venv/bin/python bench/overview.py --database var/yichuang.sqlite3    an existing file, nothing is built

Each page is asked for through Django's own test client, so middleware, session and templates are counted and the
network is not. The peer is sqlite3 in the same process: the sums of the city's half-year over the same cells.
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FULL = 326_300
ROUNDS = 30
LIMIT_MS = 100
PERIOD = "2015H1"
PAGES = (
    "/",
    "/regions/610924/",
    "/departments/guotu/",
    "/regions/610924/departments/guotu/",
    "/cases/",
    "/cases/?measure=late&county=610924",
    "/cases/?measure=open-late",
    "/items/",
)
BARE = (
    "SELECT SUM(received), SUM(accepted), SUM(completed), SUM(on_time), SUM(early), SUM(late), SUM(late_statutory),"
    " SUM(judged), SUM(used_days), SUM(promised_days), SUM(statutory_days) FROM reporting_cell"
    " WHERE dimension = 'channel' AND grain = 'm' AND day >= '2015-01-01' AND day <= '2015-06-01'"
)


def build(cases: int) -> None:
    """Build the half-year with so many accepted cases, through the same doors as everyone."""
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
    build_scenario(name="ankang-2015h1", seed=2015, scale=cases / FULL, at=timezone.now(), batch=2_000)


def bare(path: str) -> float:
    """Return the milliseconds of the bare SELECT, the middle of many."""
    with sqlite3.connect(path) as connection:
        connection.execute(BARE).fetchall()
        return statistics.median(_timed(lambda: connection.execute(BARE).fetchall()) for _ in range(ROUNDS))


def _timed(act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000


def measure() -> bool:
    """Print one line a page; return whether the overview kept its limit."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from yichuang.accounts.commands import ensure_demonstration_accounts
    from yichuang.accounts.models import User
    from yichuang.cases.queries import count_cases, count_events
    from yichuang.cases.values import CaseFilter

    ensure_demonstration_accounts(at=timezone.now())
    client = Client()
    client.force_login(User.objects.get(username="supervisor"))
    peer = bare(str(settings.DATABASES["default"]["NAME"]))
    print(f"{count_cases(CaseFilter()):,} cases, {count_events():,} events; bare SELECT of the sums {peer:.2f} ms")
    print(f"{'page':<44}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}{'KiB':>8}{'ratio':>8}")
    kept = True
    for page in PAGES:
        address = page + ("" if page == "/items/" else f"{'&' if '?' in page else '?'}period={PERIOD}")
        assert client.get(address).status_code == 200, address
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            size = len(client.get(address).content)
        times = sorted(_timed(lambda address=address: client.get(address)) for _ in range(ROUNDS))
        middle, late = statistics.median(times), times[int(ROUNDS * 0.95)]
        print(f"{page:<44}{middle:>9.1f}{late:>9.1f}{len(asked):>9}{size / 1024:>8.1f}{middle / peer:>8.1f}")
        kept &= page != "/" or late < LIMIT_MS
    print(f"limit: overview under {LIMIT_MS} ms: {'kept' if kept else 'BROKEN'}")
    return kept


def main() -> None:
    """Build or copy the database, measure, tidy up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as folder:
        os.environ.pop("YICHUANG_DATABASE_URL", None)
        os.environ |= {
            "YICHUANG_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "YICHUANG_LOG_LEVEL": "ERROR",
            # Static files need no manifest here; queries are not kept outside of the one that is counted.
            "YICHUANG_DEBUG": "0",
        }
        if options.database:
            shutil.copy(options.database, Path(folder) / "yichuang.sqlite3")
        import django
        from django.conf import settings

        django.setup()
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not options.database:
            build(options.cases)
        if not measure():
            sys.exit(1)


if __name__ == "__main__":
    main()
