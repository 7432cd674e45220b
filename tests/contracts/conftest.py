"""What contract tests share: one MariaDB and one PostgreSQL for a whole session, and databases of their own on them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.conftest import leave_out
from tests.mariadb import MariadbUnavailable, running_mariadb
from tests.postgres import FORGETFUL, ServerUnavailable, running_server


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """The URL of a database on a fresh MariaDB."""
    with ExitStack() as running:
        try:
            url = running.enter_context(running_mariadb())
        except MariadbUnavailable as reason:
            leave_out(str(reason))
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of the maintenance database of a PostgreSQL: the one that the tests themselves run on, if they do."""
    ours = os.environ.get("YICHUANG_TEST_SERVERS", "").split()
    with ExitStack() as running:
        if ours:
            url = ours[0]
        else:
            try:
                url = running.enter_context(running_server(settings=FORGETFUL))
            except ServerUnavailable as reason:
                leave_out(str(reason))
        yield _named(url.replace("postgresql://", "postgresql+psycopg://"), "postgres")


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes a new, empty database on the server of this name (mariadb, postgres) and returns its URL."""

    def make(server: str) -> str:
        url = request.getfixturevalue(f"{server}_url")
        name = f"county_{uuid4().hex[:12]}"
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return _named(url, name)

    return make


def _named(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)
