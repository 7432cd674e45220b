"""Locking: one pass over a source at a time, whoever starts it; a lock dies with the process that holds it."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from yichuang.exchange.domain.refusals import PassRunning


@contextmanager
def locked(source: str) -> Iterator[None]:
    """Hold the lock of a source; refuses with PassRunning where another process has it.

    On PostgreSQL the server holds it for this session; on SQLite, whose users share a machine, the system does.
    """
    if connection.vendor == "postgresql":
        with _by_server(source):
            yield
    else:
        with _by_file(source):
            yield


@contextmanager
def _by_server(source: str) -> Iterator[None]:
    number = number_of(source)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise PassRunning(source=source)
    try:
        yield
    finally:
        # Where the connection broke meanwhile, the server has let go of the lock by itself.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def _by_file(source: str) -> Iterator[None]:
    database = Path(connection.settings_dict["NAME"])
    if database.is_absolute() and database.parent.is_dir():
        folder, whose = database.parent, str(database)
    else:
        # A database in memory is this process's alone, whatever others call theirs.
        folder, whose = Path(tempfile.gettempdir()), f"{database}:{os.getpid()}"
    name = hashlib.sha256(f"{whose}:{source}".encode()).hexdigest()[:32]
    with (folder / f".connect-{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PassRunning(source=source) from None
        yield


def number_of(source: str) -> int:
    """Return the number by which the server knows the lock of a source."""
    digest = hashlib.sha256(f"exchange.connect:{source}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
