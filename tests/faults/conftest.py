"""What the tests of faults share: tables made once and copied, one server of PostgreSQL, counts said at the end."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import WORKER, leave_out
from tests.faults.mother import mother_of
from tests.faults.servers import Server, durable_server
from tests.postgres import ServerUnavailable

Say = Callable[[str], None]
Database = Callable[[Path], Path]
COUNTS = "counts"


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Say:
    """Say what was counted: it stands in the report and, whichever process ran the test, at the end on the screen."""
    return lambda counts: record_property(COUNTS, counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind) if one.when == "call"]
    counts = [value for one in reports for name, value in one.user_properties if name == COUNTS]
    if counts:
        terminalreporter.section(COUNTS)
    for line in counts:
        terminalreporter.line(line)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, made once for all processes that share the tests: it takes many seconds."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if WORKER else own
    file = shared / "tables.sqlite3"
    with (shared / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            made = own / "tables" / "yichuang.sqlite3"
            with mother_of("writer", made.parent) as mother:
                mother.ask("create")
            assert not made.with_name(f"{made.name}-wal").exists()
            made.rename(file)
    return file


@pytest.fixture
def database(tables: Path) -> Database:
    """Put a database with all tables where an installation on this folder looks for it; return the file."""

    def put(folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        file = folder / "yichuang.sqlite3"
        shutil.copy(tables, file)
        return file

    return put


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of PostgreSQL that can be killed; it syncs as it does in earnest, and has all tables in a template."""
    try:
        with durable_server() as running:
            folder = tmp_path_factory.mktemp("postgresql")
            # The tables need not survive anything yet.
            hasty = {"PGOPTIONS": "-c synchronous_commit=off", "YICHUANG_DATABASE_URL": running.create("tables")}
            with mother_of("writer", folder, **hasty) as mother:
                mother.ask("create")
            yield running
    except ServerUnavailable as reason:
        leave_out(str(reason))
