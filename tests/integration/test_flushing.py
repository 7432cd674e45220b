"""The tests' own cleaning: a flush steps past the triggers that forbid deletion, and nothing else does."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "django_session"

FORBID = {
    "sqlite": [
        f"CREATE TRIGGER kept_100 BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, 'kept for 100% sure'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; END $$",
        f"CREATE TRIGGER kept_row BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION kept()",
        f"CREATE TRIGGER kept_all BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION kept()",
    ],
}
ALLOW = {
    "sqlite": ["DROP TRIGGER kept_100"],
    "postgresql": [f"DROP TRIGGER kept_row ON {TABLE}", f"DROP TRIGGER kept_all ON {TABLE}", "DROP FUNCTION kept()"],
}


def execute(statements: list[str]) -> None:
    """Run statements as they stand, per cent signs included."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def count_rows() -> int:
    """Count the rows of the guarded table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])


@pytest.fixture
def guarded_row() -> Iterator[None]:
    execute([f"INSERT INTO {TABLE} VALUES ('k', 'd', '2015-01-01')"])
    execute(FORBID[connection.vendor])
    yield
    execute(ALLOW[connection.vendor])


def test_a_guarded_row_cannot_be_deleted(guarded_row: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        execute([f"DELETE FROM {TABLE}"])
    assert count_rows() == 1


def test_a_flush_empties_a_guarded_table_and_leaves_the_guard(guarded_row: None) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert count_rows() == 0
    execute([f"INSERT INTO {TABLE} VALUES ('k', 'd', '2015-01-01')"])
    with pytest.raises(DatabaseError), transaction.atomic():
        execute([f"DELETE FROM {TABLE}"])


def test_a_flush_keeps_what_django_itself_needs() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert ContentType.objects.exists()
