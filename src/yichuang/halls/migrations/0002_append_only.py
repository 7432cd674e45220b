"""The database itself refuses to change or remove a row of who did what in the hall."""

from django.db import migrations

MESSAGE = "halls_hallact is append-only: what was done is never changed or removed"

SQLITE = (
    f"""CREATE TRIGGER halls_act_no_update BEFORE UPDATE ON halls_hallact
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER halls_act_no_delete BEFORE DELETE ON halls_hallact
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    # REPLACE removes the row in its way without asking the trigger above.
    f"""CREATE TRIGGER halls_act_no_replacing BEFORE INSERT ON halls_hallact
        WHEN EXISTS (SELECT 1 FROM halls_hallact WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
)

POSTGRESQL = f"""
    CREATE FUNCTION halls_act_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;
    CREATE TRIGGER halls_act_no_change BEFORE UPDATE OR DELETE ON halls_hallact
        FOR EACH ROW EXECUTE FUNCTION halls_act_append_only();
    CREATE TRIGGER halls_act_no_truncate BEFORE TRUNCATE ON halls_hallact
        FOR EACH STATEMENT EXECUTE FUNCTION halls_act_append_only();
"""


def forwards(_apps, schema_editor):
    """Install the triggers of the engine in use."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Irreversible on purpose: a record that could be changed for a while proves nothing."""

    dependencies = [("halls", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
