"""Dialects: what differs between databases: driver, time-outs, read-only sessions, and what an error means."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pymysql.converters import conversions
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Engine

from yichuang.exchange.reading.tables import contract as c
from yichuang.exchange.reading.tables.environment import hide_secrets
from yichuang.exchange.reading.tables.refusals import (
    AddressFaulty,
    DriverMissing,
    SourceBusy,
    SourceFailed,
    SourceRefused,
    SourceUnreachable,
)
from yichuang.kernel.words import N_

_CONNECT_SECONDS = 15
_DRIVERS = {
    "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pymssql", "oracle": "oracle+oracledb", "sqlite": "sqlite",
}  # fmt: skip
MYSQL = frozenset({"mysql", "mariadb"})


def with_driver(url: URL) -> URL:
    """Return the URL with our driver where it names none, or one that is not here; refuses with DriverMissing."""
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise DriverMissing(backend=backend, reason=N_("不认识的数据库种类"))
    return url.set(drivername=_DRIVERS[backend])


def shown(url: URL) -> str:
    """Return how messages name a source: kind, host, database; neither user nor password."""
    host = f"{url.host}{f':{url.port}' if url.port else ''}/" if url.host else ""
    return f"{url.get_backend_name()}://{host}{url.database or ''}"


def make_engine(url: URL, *, timeout_seconds: int, as_stored: bool = False, charset: str = "") -> Engine:
    """Return an engine of one connection that cannot write and does not wait for ever.

    `as_stored` is for data: MySQL's driver then leaves every value the text that the server wrote, 0000-00-00
    too; with a `charset` even the bytes that lie there, whatever letters their column says they are.
    """
    url = with_driver(url)
    backend = url.get_backend_name()
    arguments, statements = _settings(url, timeout_seconds)
    if backend == "sqlite":
        url = _read_only_file(url)
    if as_stored and backend in MYSQL:
        arguments["conv"] = {kind: write for kind, write in conversions.items() if not isinstance(kind, int)}
    if as_stored and charset and backend in MYSQL:
        arguments["use_unicode"] = False
        statements = (*statements, "SET character_set_results = NULL")
    options: dict[str, Any] = {} if backend == "sqlite" else {"pool_size": 1, "max_overflow": 0, "pool_pre_ping": True}
    try:
        engine = sa.create_engine(url, connect_args=arguments, **options)
    except (exc.ArgumentError, exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise DriverMissing(backend=backend, reason=str(error)) from None
    _prepare(engine, statements, timeout_seconds, charset or "utf-8")
    return engine


def _settings(url: URL, seconds: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the driver's own time-outs, and what each new session is told."""
    backend, connect = url.get_backend_name(), min(_CONNECT_SECONDS, seconds)
    if backend == "postgresql":
        return {"connect_timeout": connect}, (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET TIME ZONE 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            f"SET statement_timeout = {int(seconds) * 1000}",
        )
    if backend in MYSQL:
        times = {"connect_timeout": connect, "read_timeout": seconds, "write_timeout": seconds}
        return times, ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00'")
    if backend == "mssql":
        return {"login_timeout": connect, "timeout": seconds}, ()
    if backend == "oracle":
        return {"tcp_connect_timeout": connect}, (
            "ALTER SESSION SET NLS_SORT = BINARY", "ALTER SESSION SET NLS_COMP = BINARY",
        )  # fmt: skip
    return {"timeout": seconds}, ("PRAGMA query_only = ON",)


def _prepare(engine: Engine, statements: tuple[str, ...], seconds: int, charset: str) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        if hasattr(connection, "call_timeout"):
            connection.call_timeout = seconds * 1000
        if engine.dialect.name == "sqlite":
            # One text that is none must not cost the whole page.
            connection.text_factory = lambda raw: raw.decode(charset, "surrogateescape")
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    if engine.dialect.name == "oracle":

        @event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _read_only_file(url: URL) -> URL:
    path = url.database or ""
    if not path or path == ":memory:":
        raise AddressFaulty(source=str(url), reason=N_("SQLite来源要写出文件路径"))
    if path.startswith("file:"):
        return url
    if not Path(path).is_file():
        raise SourceUnreachable(source=path, reason=N_("没有这个文件"))
    return url


@contextmanager
def said_plainly(url: URL) -> Iterator[None]:
    """Turn whatever a driver raises into a refusal: refused, busy or unreachable."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        raise _meaning(url, error) from None
    except exc.SQLAlchemyError as error:
        raise SourceUnreachable(source=shown(url), reason=_reason(url, error)) from None
    except (OSError, UnicodeError, LookupError, RuntimeError) as error:
        # RuntimeError: what a driver says when this machine lacks something for its way of signing in.
        raise SourceUnreachable(source=shown(url), reason=_clean(url, str(error))) from None


def _meaning(url: URL, error: exc.SQLAlchemyError) -> Exception:
    original = getattr(error, "orig", None)
    reason = _reason(url, error)
    code = _code(original)
    for kind, codes, words in _MEANINGS:
        if code in codes or any(word in reason.casefold() for word in words):
            return kind(source=shown(url), reason=reason)
    if isinstance(error, exc.ProgrammingError | exc.DataError | exc.NotSupportedError | exc.IntegrityError):
        return SourceFailed(source=shown(url), reason=reason)
    return SourceUnreachable(source=shown(url), reason=reason)


_MEANINGS: tuple[tuple[Callable[..., Exception], frozenset[str], tuple[str, ...]], ...] = (
    (
        SourceRefused,
        frozenset({"28P01", "28000", "42501", "1045", "1044", "1142", "1143", "1698", "18456", "229", "1017", "1031"}),
        ("authentication failed", "access denied", "permission denied", "login failed", "ora-01017", "ora-01031",
         "no password supplied"),
    ),
    (
        SourceBusy,
        frozenset({"57014", "53300", "55P03", "57P03", "1040", "1205", "1969", "3024", "1203"}),
        ("database is locked", "too many connections", "timed out", "timeout", "dpy-4024"),
    ),
)  # fmt: skip


def _code(original: object) -> str:
    """Return what the database itself calls the error: SQLSTATE or its number."""
    state = getattr(original, "sqlstate", None)
    if state:
        return str(state)
    arguments = getattr(original, "args", ())
    first = arguments[0] if arguments else ""
    # SQL Server's driver puts (number, text) into its one argument.
    first = first[0] if isinstance(first, tuple) and first else first
    return str(getattr(first, "code", first))


def _reason(url: URL, error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    arguments: tuple[object, ...] = getattr(original, "args", ())
    # MySQL's errors are (number, text).
    text = str(arguments[1] if len(arguments) > 1 and isinstance(arguments[1], str) else original)
    return _clean(url, text)


def _clean(url: URL, text: str) -> str:
    for secret in (url.password, url.username):
        if secret:
            text = text.replace(str(secret), "***")
    return hide_secrets(" ".join(text.split()))[:300] if "://" in text else " ".join(text.split())[:300]


def kind_of(column_type: object) -> str:
    """Return what a column's type comes down to, in the words of the contract."""
    for kind, types in _KINDS:
        if isinstance(column_type, types):
            return kind
    return c.OTHER


_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    (c.YES_NO, (sa.Boolean,)),
    (c.NUMBER, (sa.Integer, sa.Numeric)),
    (c.INSTANT, (sa.DateTime,)),
    (c.DAY, (sa.Date,)),
    (c.CLOCK, (sa.Time,)),
    (c.TEXT, (sa.String,)),
    (c.BYTES, (sa.LargeBinary, sa.BINARY, sa.VARBINARY)),
)
