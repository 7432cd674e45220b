"""Several people at the same instant: works run in threads, each on a connection of its own, on either engine.

The test database of SQLite lives in memory, where a second connection does not wait but fails. So on SQLite the
works, and what is asked of the database afterwards, see a file that begins as a copy of it.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 60


@contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """Let new connections open a file on disk with what the database holds now; only SQLite needs it."""
    if connection.vendor != "sqlite":
        yield
        return
    path = folder / "shared.sqlite3"
    connection.ensure_connection()
    copy = sqlite3.connect(path)
    connection.connection.backup(copy)
    # As the site's own file is from its first connection on: eight at once that all want to switch it do not wait.
    copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    settings = connections.settings["default"]
    before = settings["NAME"]
    settings["NAME"] = str(path)
    try:
        yield
    finally:
        settings["NAME"] = before


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run the works at the same instant; return what each returned, or the exception it raised."""
    results: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(PATIENCE_SECONDS)
            results[place] = work()
        except Exception as fault:  # noqa: BLE001 - handed to the test, which looks at it
            results[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return results


def asked(question: Callable[[], Any]) -> Any:
    """Ask the database in a thread of its own, so that on SQLite the file is asked."""
    (answer,) = at_once([question])
    if isinstance(answer, Exception):
        raise answer
    return answer
