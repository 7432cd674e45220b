"""The database itself keeps the account log as written and refuses overlapping lines of the authority list."""

from django.db import migrations
from django.utils import timezone

LOG = "accounts_accountlogentry"
LOG_MESSAGE = "accounts_accountlogentry is append-only: lines are never changed or removed"
OVERLAP_MESSAGE = "accounts_authority: the same power for the same item is granted for an overlapping period"

# Periods that are empty (revoked before they began) overlap nothing.
OVERLAPS = """
    SELECT 1 FROM accounts_authority other
    WHERE other.holder_id = NEW.holder_id AND other.organisation_code = NEW.organisation_code
      AND other.item_code = NEW.item_code AND other.power = NEW.power AND other.id <> NEW.id
      AND (other.valid_until IS NULL OR other.valid_until > NEW.valid_from)
      AND (NEW.valid_until IS NULL OR NEW.valid_until > other.valid_from)
      AND (other.valid_until IS NULL OR other.valid_until > other.valid_from)
      AND (NEW.valid_until IS NULL OR NEW.valid_until > NEW.valid_from)
"""

SQLITE = (
    f"""CREATE TRIGGER accounts_log_no_update BEFORE UPDATE ON {LOG}
        BEGIN SELECT RAISE(ABORT, '{LOG_MESSAGE}'); END""",
    f"""CREATE TRIGGER accounts_log_no_delete BEFORE DELETE ON {LOG}
        BEGIN SELECT RAISE(ABORT, '{LOG_MESSAGE}'); END""",
    f"""CREATE TRIGGER accounts_log_no_replacing BEFORE INSERT ON {LOG}
        WHEN EXISTS (SELECT 1 FROM {LOG} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{LOG_MESSAGE}'); END""",
    f"""CREATE TRIGGER accounts_authority_apart_insert AFTER INSERT ON accounts_authority
        WHEN EXISTS ({OVERLAPS})
        BEGIN SELECT RAISE(ABORT, '{OVERLAP_MESSAGE}'); END""",
    f"""CREATE TRIGGER accounts_authority_apart_update AFTER UPDATE ON accounts_authority
        WHEN EXISTS ({OVERLAPS})
        BEGIN SELECT RAISE(ABORT, '{OVERLAP_MESSAGE}'); END""",
)

POSTGRESQL = f"""
    CREATE FUNCTION accounts_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{LOG_MESSAGE}'; END $$;
    CREATE TRIGGER accounts_log_no_change BEFORE UPDATE OR DELETE ON {LOG}
        FOR EACH ROW EXECUTE FUNCTION accounts_log_append_only();
    CREATE TRIGGER accounts_log_no_truncate BEFORE TRUNCATE ON {LOG}
        FOR EACH STATEMENT EXECUTE FUNCTION accounts_log_append_only();
    CREATE FUNCTION accounts_authority_apart() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS ({OVERLAPS}) THEN
            RAISE EXCEPTION '{OVERLAP_MESSAGE}' USING ERRCODE = 'exclusion_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER accounts_authority_apart AFTER INSERT OR UPDATE ON accounts_authority
        FOR EACH ROW EXECUTE FUNCTION accounts_authority_apart();
"""


def forwards(apps, schema_editor):
    """Install the triggers of the engine in use; the age of passwords that stand is counted from today."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)
    apps.get_model("accounts", "User").objects.filter(password_changed_at=None).update(
        password_changed_at=timezone.now()
    )


class Migration(migrations.Migration):
    """Irreversible on purpose: a log that could be changed for a while is no log."""

    dependencies = [("accounts", "0002_one_window")]
    operations = [migrations.RunPython(forwards)]
