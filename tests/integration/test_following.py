"""Cursors of followers: work and cursor move together or not at all, and came along from where they stood before."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories.catalogue import handmade_catalogue
from tests.factories.running import receive
from yichuang.cases.commands import advance, begin_again
from yichuang.cases.queries import START, Cursor, end_of_ledger, find_cursor, read

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]
NAME = "a follower"


def work(after: Cursor) -> tuple[int, Cursor]:
    entries, end = read(after=after, limit=2)
    return len(entries), end


def test_a_follower_goes_on_where_it_stopped_until_nothing_is_new() -> None:
    assert find_cursor(follower=NAME) is None
    for _case in range(3):
        receive()
    done = []
    while count := advance(follower=NAME, work=work):
        done.append(count)
    assert sum(done) == len(read()[0]) > 2
    assert max(done) == 2
    assert find_cursor(follower=NAME) == end_of_ledger(START)


def test_without_news_nothing_is_worked_at() -> None:
    receive()
    while advance(follower=NAME, work=work):
        pass

    def called(after: Cursor) -> tuple[int, Cursor]:
        raise AssertionError(f"called after {after}")

    assert advance(follower=NAME, work=called) == 0
    receive()
    with pytest.raises(AssertionError, match="called after"):
        advance(follower=NAME, work=called)


def test_work_that_fails_leaves_the_cursor_and_nothing_done() -> None:
    receive()
    first = work(START)[1]
    advance(follower=NAME, work=lambda after: (1, first))
    receive()

    def half(after: Cursor) -> tuple[int, Cursor]:
        begin_again(follower="something written")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        advance(follower=NAME, work=half)
    assert find_cursor(follower=NAME) == first
    assert find_cursor(follower="something written") is None


def test_a_follower_put_back_reads_everything_again() -> None:
    receive()
    while advance(follower=NAME, work=work):
        pass
    begin_again(follower=NAME)
    assert advance(follower=NAME, work=work) > 0


@pytest.mark.parametrize("app", ["notices", "reporting"])
def test_a_cursor_of_before_comes_along_with_its_value(app: str) -> None:
    name = f"{app}.kept"
    migrate(app, "0001_initial")
    try:
        table = f"{app}_follower"
        with connection.cursor() as cursor:
            columns = "(name, transaction_id, position)"
            cursor.execute(f"INSERT INTO {table} {columns} VALUES ('{name}', 77, 4711)")
    finally:
        migrate_to_now()
    assert find_cursor(follower=name) == Cursor(77, 4711)
    assert table not in connection.introspection.table_names()
    # And back again, for an operator who has to.
    migrate(app, "0001_initial")
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT transaction_id, position FROM {table} WHERE name = '{name}'")
            assert cursor.fetchall() == [(77, 4711)]
    finally:
        migrate_to_now()


def migrate(app: str, name: str) -> None:
    """Bring one context's tables back to a migration, as the command does, and with them what depends on it."""
    MigrationExecutor(connection).migrate([(app, name)])
    apps.clear_cache()


def migrate_to_now() -> None:
    """Bring all tables to the newest migration."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    apps.clear_cache()
