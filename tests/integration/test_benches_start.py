"""The benchmarks still run: each one's smallest measure, on a city that is already there, says something and ends well.

What they measure is not looked at: a test machine is no place to measure.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connection

from tests import prepared
from tests.conftest import ROOT
from tests.factories.at_once import on_disk
from tests.integration import small_city
from yichuang.calendar.values import CHINA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    """Begin with a city that has cases."""
    with prepared.holding(*small_city.CITY, small_city.file_cases):
        yield


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """A benchmark as a module; its neighbours can be imported from it, as when it is run."""
    path = ROOT / "bench" / f"{request.param}.py"
    before, modules = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(f"benched_{request.param}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        for name in ("ROUNDS", "WARM_UP", "TIMED"):
            if hasattr(module, name):
                setattr(module, name, 1)
        yield module
    finally:
        sys.path[:] = before
        for name in set(sys.modules) - modules:
            if name.startswith("bench"):
                del sys.modules[name]


def one_command(bench: Any, folder: Path) -> None:
    officer, receipt = bench.employ()
    doors = bench._bare_sqlite(folder) if connection.vendor == "sqlite" else bench._bare_postgresql()
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(position) FROM cases_event")
        (position,) = cursor.fetchone()
    ours = bench.run_commands(1, by=officer, receipt=receipt)
    events, facts, _ = bench.read_back(after=position)
    bare = bench.run_peer(events, facts, doors)
    assert len(ours) == 7 <= len(bare)
    bench.report({"engine": connection.vendor, "ours": ours, "bare": bare})


def one_page_of_the_overview(bench: Any, folder: Path) -> None:
    bench.PAGES = bench.PAGES[:1]
    bench.measure()


def pages_of_one_window(bench: Any, folder: Path) -> None:
    bench.measure(bench.take_in(3))


def a_few_searches(bench: Any, folder: Path) -> None:
    plant = bench.plant
    bench.plant = lambda names: list(plant(names[:3]))
    bench.measure(str(folder / "shared.sqlite3"))


def bare_rows_of_the_scenario(bench: Any, folder: Path) -> None:
    assert bench.insert_bare(folder / "shared.sqlite3") > 0


def its_addresses(bench: Any, folder: Path) -> None:
    """The rest needs a site and a browser: tests/journeys/test_bench_paint.py."""
    assert bench.PUBLIC


def one_case_judged(bench: Any, folder: Path) -> None:
    import bench_command

    officer, receipt = bench_command.employ()
    at = datetime(2015, 3, 10, 10, tzinfo=CHINA)
    assert len(list(bench._event_by_event(1, officer=officer, receipt=receipt, at=at))) == 7
    assert next(bench.open_filings(1)).history


def a_few_facts_multiplied_and_scanned(bench: Any, folder: Path) -> None:
    from yichuang.supervision.engines import duck

    many = folder / "many"
    many.mkdir()
    duck.export(["cases"], into=folder)
    bench.multiply(folder / "cases.parquet", many / "cases.parquet", 500)
    assert bench.child_scan(many)["found"] >= 0
    assert bench.child_judge(many)["rules"] > 0


def its_memory(bench: Any, folder: Path) -> None:
    """The rest builds registers, links them and fits a model: minutes, which its own tests stand for."""
    assert bench.memory() > 0


# A benchmark that is not here has a function `smallest(folder)` of its own.
SMALLEST: dict[str, Callable[[Any, Path], None]] = {
    "bench_command": one_command,
    "bench_first_paint": its_addresses,
    "bench_judging": one_case_judged,
    "bench_linkage": its_memory,
    "bench_overview": one_page_of_the_overview,
    "bench_pages": pages_of_one_window,
    "bench_scenario": bare_rows_of_the_scenario,
    "bench_search": a_few_searches,
    "bench_supervision": a_few_facts_multiplied_and_scanned,
}
# Their peers read a file.
ON_SQLITE = {"bench_judging", "bench_supervision", "bench_overview", "bench_pages", "bench_scenario", "bench_search"}


# Elsewhere their PostgreSQL is one that they start themselves.
BENCHES = sorted(
    path.stem
    for path in (ROOT / "bench").glob("bench_*.py")
    if connection.vendor == "sqlite" or path.stem not in ON_SQLITE
)


@pytest.mark.parametrize("bench", BENCHES, indirect=True)
def test_the_smallest_measure_of_every_benchmark_runs(
    bench: ModuleType, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.params["bench"]
    smallest = SMALLEST[name] if name in SMALLEST else lambda bench, folder: bench.smallest(folder)
    with on_disk(tmp_path):
        smallest(bench, tmp_path)
