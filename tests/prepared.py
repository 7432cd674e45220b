"""Databases that begin filled: what many test modules read is loaded once a process and copied for each of them.

A module that asks for the packaged city would load it in seconds; a copy takes a fraction of one. It gets a database
of its own, whatever its tests commit, and the next module finds what stood there before. On SQLite processes leave each
other their tables and the packaged city in files, which are good for the code and the day that they were made from.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core import management
from django.db import connection, connections
from django.utils import timezone

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-output" / "prepared"
MADE_FROM = {".py", ".sql", ".yaml", ".json", ".csv", ".xlsx"}

# What loads something through the doors; the same fills in the same order make the same database.
Fill = Callable[[], None]

_copies: dict[tuple[Fill, ...], sqlite3.Connection] = {}
_templates: dict[tuple[Fill, ...], str] = {}


@contextmanager
def holding(*fills: Fill) -> Iterator[None]:
    """Let the test database hold what the fills load, one upon the other; afterwards what it held before."""
    with (_copied_into if connection.vendor == "sqlite" else _exchanged_for)(fills):
        yield


# --- what one process has made, the next ones take (SQLite) ---------------------------------------------------------


@contextmanager
def migrated_once() -> Iterator[None]:
    """Let the first process that migrates leave its tables to the others: all migrations take some eight seconds."""
    called = management.call_command

    def call(name: Any, *given: Any, **named: Any) -> Any:
        # As the test database is made, and not as a test asks for a migration of its own.
        if name != "migrate" or not named.get("run_syncdb") or connection.vendor != "sqlite":
            return called(name, *given, **named)
        if not _taken("migrated"):
            called(name, *given, **named)
            _leave("migrated")
        return None

    with patch.object(management, "call_command", call):
        yield


def _taken(name: str) -> bool:
    file = KEPT / _file_name(name)
    if not file.exists():
        return False
    with closing(sqlite3.connect(file)) as kept:
        _put(kept)
    return True


def _leave(name: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    current = _file_name(name)
    for old in KEPT.glob(f"{name} *.sqlite3"):
        if old.name != current:
            old.unlink(missing_ok=True)
    # Whole or not at all: another process may do the same at this moment.
    own = KEPT / f"{name}.{os.getpid()}"
    with closing(_copy()) as made, closing(sqlite3.connect(own)) as kept:
        made.backup(kept)
    own.replace(KEPT / current)


def _file_name(name: str) -> str:
    return f"{name} {digest()}.sqlite3"


@cache
def digest() -> str:
    """Return a digest of all that a prepared database is made from, and of the day that is written in it."""
    made = hashlib.blake2b(str(timezone.localdate()).encode(), digest_size=8)
    made_from = [path for path in (ROOT / "src").rglob("*") if path.suffix in MADE_FROM]
    made_from += [
        ROOT / "pyproject.toml",
        *(ROOT / "requirements").iterdir(),
        *Path(__file__).parent.rglob("small_city.py"),
    ]
    for path in sorted(made_from):
        made.update(f"{path} ".encode() + path.read_bytes())
    return made.hexdigest()


# --- SQLite: the pages of the database in memory are put over it ------------------------------------------------------


@contextmanager
def _copied_into(fills: tuple[Fill, ...]) -> Iterator[None]:
    before = _copy()
    try:
        _put(_copy_with(fills, before))
        yield
    finally:
        _put(before)
        before.close()


def _copy_with(fills: tuple[Fill, ...], empty: sqlite3.Connection) -> sqlite3.Connection:
    if not fills:
        return empty
    if fills not in _copies:
        # Only what a file of its own makes is told apart by its digest.
        name = "-".join(fill.__name__ for fill in fills) if all(map(_of_small_city, fills)) else ""
        if not name or not _taken(name):
            _put(_copy_with(fills[:-1], empty))
            fills[-1]()
            if name:
                _leave(name)
        _copies[fills] = _copy()
    return _copies[fills]


def _of_small_city(fill: Fill) -> bool:
    return fill.__module__.endswith(".small_city")


def _copy() -> sqlite3.Connection:
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def _put(copy: sqlite3.Connection) -> None:
    connection.ensure_connection()
    copy.backup(connection.connection)


# --- PostgreSQL: the server copies whole databases --------------------------------------------------------------------


@contextmanager
def _exchanged_for(fills: tuple[Fill, ...]) -> Iterator[None]:
    base = connection.settings_dict["NAME"]
    own = f"{base}_own"
    _create(own, template=_template_with(fills, base))
    _use(own)
    try:
        yield
    finally:
        _use(base)
        _drop(own)


def _template_with(fills: tuple[Fill, ...], base: str) -> str:
    if not fills:
        return base
    if fills not in _templates:
        below, name = _template_with(fills[:-1], base), f"{base}_{len(_templates)}"
        _create(name, template=below)
        _use(name)
        try:
            fills[-1]()
        finally:
            _use(base)
        _templates[fills] = name
    return _templates[fills]


def _use(name: str) -> None:
    # Threads of a test open connections by these same settings.
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _create(name: str, *, template: str) -> None:
    _drop(name)
    connections.close_all()
    # A copy of files: quicker than through the log, and a test server's checkpoints cost nothing.
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')


def _drop(name: str) -> None:
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
