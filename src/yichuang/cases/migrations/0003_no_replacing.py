"""SQLite's REPLACE removes the row in its way without asking the trigger that guards against removal: refuse it too."""

from django.db import migrations

# Before an insert without a position, NEW.position is -1, which no row has.
SQLITE = """
    CREATE TRIGGER cases_event_no_replacing BEFORE INSERT ON cases_event
    WHEN EXISTS (SELECT 1 FROM cases_event WHERE case_id = NEW.case_id AND seq = NEW.seq)
        OR EXISTS (SELECT 1 FROM cases_event WHERE position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'cases_event is append-only: this seq of the case or this position is taken (ADR 0002)'); END
"""


def forwards(_apps, schema_editor):
    """Install the trigger; PostgreSQL has no REPLACE, and its ON CONFLICT DO UPDATE fires the trigger on update."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)


class Migration(migrations.Migration):
    """Irreversible for the reason of the one before."""

    dependencies = [("cases", "0002_append_only")]
    operations = [migrations.RunPython(forwards)]
