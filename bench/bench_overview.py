"""What the pages of the site cost in server time with the whole half-year behind them, beside their own bare SQL.

    .venv/bin/python bench/bench_overview.py                    100,000 cases of the real scenario, built first
    .venv/bin/python bench/bench_overview.py --cases 1000000    a million
    .venv/bin/python bench/bench_overview.py --database var/yichuang.sqlite3    a copy of a file, nothing is built

Each page is asked for through Django's own test client: middleware, session and templates are counted, the network
is not. The peer of a page is the very same statements with the same parameters, asked again by the bare sqlite3
driver in the same process: the ratio is what drawing the page costs. Limit: the overview under 100 ms at p95.
"""

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

FULL = 326_300
ROUNDS = 30
LIMIT_MS = 100
PERIOD = "2015H1"
PAGES = (
    "/overview/",
    "/regions/610924/",
    "/departments/guotu/",
    "/regions/610924/departments/guotu/",
    "/cases/",
    "/cases/?measure=late&county=610924",
    "/cases/?measure=open",
    "/cases/?measure=open-late",
    "/items/",
)
JOINT_ITEM = "01002"
END = date(2015, 7, 1)
WARM_UP = 3


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


def bare(path: str, asked: Sequence[tuple[str, Any]]) -> float:
    """Return the milliseconds in which the bare driver answers the same statements, the middle of many."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA mmap_size=268435456")
        statements = [(sql.replace("%s", "?").replace("%%", "%"), tuple(given or ())) for sql, given in asked]

        def ask() -> None:
            for sql, given in statements:
                connection.execute(sql, given).fetchall()

        ask()
        return statistics.median(_timed(ask) for _ in range(ROUNDS))


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _addresses() -> Iterator[str]:
    """Yield every page, with the case that has the longest history and one that stands open and late."""
    from yichuang.cases.queries import page_cases
    from yichuang.cases.values import CaseFilter

    for page in PAGES:
        yield page if page.startswith("/items/") else f"{page}{'&' if '?' in page else '?'}period={PERIOD}"
    for chosen in (CaseFilter(item=JOINT_ITEM, measure="completed"), CaseFilter(measure="open-late", until=END)):
        found = page_cases(chosen, limit=1).rows
        if found:
            yield f"/cases/{found[0].number}/"


def ask(client: Any, address: str) -> tuple[int, list[tuple[str, Any]]]:
    """Ask for a page; return its size in bytes and the statements with their parameters that it needed."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, given: Any, *rest: Any) -> Any:
        asked.append((sql, given))
        return execute(sql, given, *rest)

    with connection.execute_wrapper(keep):
        return len(client.get(address).content), asked


def measure() -> bool:
    """Print one line a page; return whether the overview kept its limit."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from yichuang.accounts.commands import ensure_demonstration_accounts
    from yichuang.accounts.models import User
    from yichuang.cases.queries import count_cases, count_events
    from yichuang.cases.values import CaseFilter

    ensure_demonstration_accounts(at=timezone.now())
    client = Client()
    client.force_login(User.objects.get(username="supervisor"))
    path = str(settings.DATABASES["default"]["NAME"])
    print(f"{count_cases(CaseFilter()):,} cases, {count_events():,} events; {ROUNDS} rounds a page, as a supervisor")
    print(f"{'page':<62}{'p50 ms':>8}{'p95 ms':>8}{'queries':>8}{'KiB':>7}{'bare SQL ms':>12}{'ratio':>7}")
    kept = True
    for address in _addresses():
        for _ in range(WARM_UP):
            answer = client.get(address)
            assert answer.status_code == 200, address
        size, asked = ask(client, address)
        times = sorted(_timed(lambda address=address: client.get(address)) for _ in range(ROUNDS))
        middle, late = statistics.median(times), times[int(ROUNDS * 0.95)]
        peer = bare(path, [one for one in asked if one[0].startswith(("SELECT", "WITH"))])
        print(
            f"{address:<62}{middle:>8.1f}{late:>8.1f}{len(asked):>8}{size / 1024:>7.0f}"
            f"{peer:>12.2f}{middle / peer:>7.1f}"
        )
        kept &= not address.startswith("/overview/?") or late < LIMIT_MS
    print(f"limit: overview under {LIMIT_MS} ms at p95: {'kept' if kept else 'BROKEN'}")
    return kept


def copy(source: Path, target: Path) -> None:
    """Copy a database, also one that a running site writes to: sessions and accounts of the run stay out of it."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


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
            copy(options.database, Path(folder) / "yichuang.sqlite3")
        (Path(folder) / "static").mkdir()
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
