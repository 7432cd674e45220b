"""What the pages of "one window" cost in server time with a million cases behind them, beside their own bare SQL.

    .venv/bin/python bench/bench_pages.py                                  100,000 cases on SQLite
    .venv/bin/python bench/bench_pages.py --cases 1000000                  a million
    .venv/bin/python bench/bench_pages.py --engine postgresql              on a PostgreSQL of its own
    .venv/bin/python bench/bench_pages.py --database FILE                  a copy of a SQLite file, nothing is built

Beside the half-year's cases, which other systems reported and which are nearly all closed, a county's window has
taken in 2,000 of its own that stand open in every state, one of them filed on the web by an applicant. Each page is
asked for through Django's test client: middleware, session and templates are counted, the network is not. The peer of
a page is its own statements with the same parameters, asked again by the bare driver in the same process: the ratio is
what Django and the drawing cost. Limit: 100 ms at p95 for every page named in LIMITED.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench_overview import FULL, ROUNDS, WARM_UP, _timed, ask, bare, copy

LIMIT_MS = 100
LIVE = 2_000
ORGANISATION, ITEM, COUNTY = "610924-guotu", "11002", "610924"


def build(cases: int, live: int) -> str:
    """Bring the database to so many cases and the live ones; return the number of the one filed on the web."""
    from django.core.management import call_command
    from django.utils import timezone

    from yichuang.scenario.commands import build_scenario

    call_command("demonstration", first=1, verbosity=0)
    build_scenario(
        name="ankang-2015h1", seed=2015, scale=cases / FULL, at=timezone.now(), workers=min(2, os.cpu_count() or 1)
    )
    return take_in(live)


def take_in(live: int) -> str:
    """Take in live cases as the demonstration's clerk and move them on; return the one that an applicant filed."""
    from django.utils import timezone

    from yichuang.accounts.models import User
    from yichuang.accounts.queries import get_actor
    from yichuang.cases import commands as cases
    from yichuang.cases.values import ApplicantDetails, acts

    clerk = get_actor(User.objects.get(username="clerk"))
    now = timezone.now()
    person = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011", phone="13900001234")
    receipt = acts.Receive(
        item=ITEM, organisation=ORGANISATION, division=COUNTY, receiving_division=COUNTY, centre=f"{COUNTY}-centre"
    )
    number = ""
    for serial in range(live):
        number = cases.receive_application(receipt=receipt, applicant=person, by=clerk, at=now, now=now)
        if serial % 5 == 1:
            cases.request_supplement(number=number, missing=("完税或者减免税凭证",), by=clerk, at=now)
        elif serial % 5:
            cases.accept_application(number=number, by=clerk, at=now)
    return number


def pages(number: str) -> dict[str, tuple[str, Sequence[str]]]:
    """Return who asks for which addresses."""
    from yichuang.catalogue.queries import search_items

    guide = search_items(text="土地登记", division=COUNTY, limit=1).rows[0].implementation_code
    return {
        "visitor": (
            "",
            (
                "/",
                "/items/?q=tdsydj",
                "/items/?q=营业只照",
                f"/items/{guide}/",
                "/track/",
                f"/track/{number}/",
                "/opinions/",
            ),
        ),
        "approver": ("approver", ("/workbench/", "/workbench/todo/", f"/workbench/cases/{number}/")),
        "clerk": ("clerk", ("/workbench/", "/workbench/todo/", "/workbench/receive/?q=tdsydj")),
        "manager": ("manager", ("/workbench/", "/workbench/todo/", "/workbench/hall/")),
    }


def create_database(url: str) -> None:
    """Create the database that the URL of a fresh server names."""
    from urllib.parse import parse_qs, urlsplit

    import psycopg

    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    with psycopg.connect(host=host, user=parts.username, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{parts.path[1:]}"')


def on_postgresql(url: str, asked: Sequence[tuple[str, Any]]) -> float:
    """Return the milliseconds in which psycopg answers the same statements, the middle of many."""
    from urllib.parse import parse_qs, urlsplit

    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(
        host=parse_qs(parts.query)["host"][0], user=parts.username, dbname=parts.path[1:], autocommit=True
    ) as connection:

        def ask() -> None:
            for sql, given in asked:
                connection.execute(sql, given or None).fetchall()

        ask()
        return statistics.median(_timed(ask) for _ in range(ROUNDS))


def measure(number: str) -> bool:
    """Print one line a page; return whether every page kept its limit."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from yichuang.accounts.models import User
    from yichuang.cases.queries import count_events

    engine = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cases_facts")
        count = cursor.fetchone()[0]
        if engine == "postgresql":
            cursor.execute("ANALYZE")
    print(f"{engine}: {count:,} cases, {count_events():,} events; {ROUNDS} rounds a page")
    print(f"{'who':<10}{'page':<50}{'p50 ms':>8}{'p95 ms':>8}{'queries':>8}{'KiB':>6}{'bare SQL ms':>12}{'ratio':>7}")
    kept = True
    for who, (name, addresses) in pages(number).items():
        client = Client()
        if name:
            client.force_login(User.objects.get(username=name))
        else:
            client.post("/track/", {"number": number, "tail": "1234"})
        for address in addresses:
            for _ in range(WARM_UP):
                answer = client.get(address)
                assert answer.status_code == 200, (address, answer.status_code)
            size, asked = ask(client, address)
            times = sorted(_timed(lambda client=client, address=address: client.get(address)) for _ in range(ROUNDS))
            middle, late = statistics.median(times), times[int(ROUNDS * 0.95)]
            reads = [one for one in asked if one[0].startswith(("SELECT", "WITH"))]
            peer = _peer(engine, str(settings.DATABASES["default"]["NAME"]))(reads) if reads else 0.0
            ratio = f"{middle / peer:>7.1f}" if peer else f"{'—':>7}"
            print(
                f"{who:<10}{address:<50}{middle:>8.1f}{late:>8.1f}{len(asked):>8}{size / 1024:>6.0f}"
                f"{peer:>12.2f}{ratio}"
            )
            kept &= late < LIMIT_MS
    print(f"limit: every page under {LIMIT_MS} ms at p95: {'kept' if kept else 'BROKEN'}")
    return kept


def _peer(engine: str, name: str) -> Callable[[Sequence[tuple[str, Any]]], float]:
    if engine == "postgresql":
        return lambda asked: on_postgresql(os.environ["YICHUANG_DATABASE_URL"], asked)
    return lambda asked: bare(name, asked)


def run(options: argparse.Namespace, folder: str) -> bool:
    """Set Django up on the database of the environment, build, measure."""
    os.environ |= {"YICHUANG_VAR": folder, "DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
    os.environ |= {"YICHUANG_LOG_LEVEL": "ERROR", "YICHUANG_DEBUG": "0"}
    if options.database:
        copy(options.database, Path(folder) / "yichuang.sqlite3")
    (Path(folder) / "static").mkdir()
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    if options.engine == "postgresql":
        create_database(os.environ["YICHUANG_DATABASE_URL"])
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    call_command("migrate", verbosity=0)
    if options.keep and not options.database:
        number = build(options.cases, options.live)
        copy(Path(folder) / "yichuang.sqlite3", options.keep)
    elif options.database:
        from yichuang.cases.queries import page_todo

        number = page_todo(organisations=(ORGANISATION,), statuses=("accepted",), limit=1).rows[0].number
    else:
        number = build(options.cases, options.live)
    return measure(number)


def main() -> None:
    """Build or copy the database, measure, tidy up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--live", type=int, default=LIVE)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--database", type=Path, help="measure a copy of this SQLite file")
    parser.add_argument("--keep", type=Path, help="keep the built SQLite file here")
    options = parser.parse_args()
    inside = "YICHUANG_BENCH_POSTGRESQL"
    if options.engine == "postgresql" and inside not in os.environ:
        command = [sys.executable, "-m", "tests.postgres", "--durable", "--", sys.executable, *sys.argv]
        root = Path(__file__).resolve().parent.parent
        sys.exit(subprocess.run(command, env={**os.environ, inside: "1"}, cwd=root, check=False).returncode)
    if options.engine == "sqlite":
        os.environ.pop("YICHUANG_DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as folder:
        kept = run(options, folder)
    if not kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
