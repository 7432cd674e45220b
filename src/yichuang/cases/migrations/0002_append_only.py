"""The database itself refuses to change or remove an event, and PostgreSQL stamps each with its transaction."""

from django.db import migrations

MESSAGE = "cases_event is append-only: events are never changed or removed (ADR 0002)"

SQLITE = {
    "cases_event_no_update": f"""
        CREATE TRIGGER cases_event_no_update BEFORE UPDATE ON cases_event
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    "cases_event_no_delete": f"""
        CREATE TRIGGER cases_event_no_delete BEFORE DELETE ON cases_event
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
}

POSTGRESQL = f"""
    CREATE FUNCTION cases_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;
    CREATE TRIGGER cases_event_no_change BEFORE UPDATE OR DELETE ON cases_event
        FOR EACH ROW EXECUTE FUNCTION cases_event_append_only();
    CREATE TRIGGER cases_event_no_truncate BEFORE TRUNCATE ON cases_event
        FOR EACH STATEMENT EXECUTE FUNCTION cases_event_append_only();
    ALTER TABLE cases_event ALTER COLUMN transaction_id SET DEFAULT (pg_current_xact_id()::text::bigint);
    CREATE INDEX cases_event_trusted_order ON cases_event (transaction_id, position);
"""


def forwards(_apps, schema_editor):
    """Install the triggers of the engine in use."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE.values()
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Irreversible on purpose: a ledger that could be changed for a while is no ledger."""

    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
