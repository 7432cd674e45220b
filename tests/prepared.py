"""Databases that begin filled: what many test modules read is loaded once a process and copied for each of them.

A module that asks for the packaged city would load it in seconds; a copy takes a fraction of one. It gets a database
of its own, whatever its tests commit, and the next module finds what stood there before.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, connections

# What loads something through the doors; the same fills in the same order make the same database.
Fill = Callable[[], None]

_copies: dict[tuple[Fill, ...], sqlite3.Connection] = {}
_templates: dict[tuple[Fill, ...], str] = {}


@contextmanager
def holding(*fills: Fill) -> Iterator[None]:
    """Let the test database hold what the fills load, one upon the other; afterwards what it held before."""
    with (_copied_into if connection.vendor == "sqlite" else _exchanged_for)(fills):
        yield


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
        _put(_copy_with(fills[:-1], empty))
        fills[-1]()
        _copies[fills] = _copy()
    return _copies[fills]


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
