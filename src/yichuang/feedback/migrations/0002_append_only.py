"""The database itself refuses to change or remove a rating or a line of history; a rating may be excluded once."""

from django.db import migrations

STEP = "feedback_matterstep is append-only: a line of history is never changed or removed"
RATING = "feedback_rating is append-only: a rating is never changed or removed, only excluded once with a reason"
SAID = "id, case_number, service, level, tags, text, channel, organisation, division, county, item, rater_digest, rated_at, rated_on"

SQLITE = (
    f"""CREATE TRIGGER feedback_step_no_update BEFORE UPDATE ON feedback_matterstep
        BEGIN SELECT RAISE(ABORT, '{STEP}'); END""",
    f"""CREATE TRIGGER feedback_step_no_delete BEFORE DELETE ON feedback_matterstep
        BEGIN SELECT RAISE(ABORT, '{STEP}'); END""",
    # REPLACE removes the row in its way without asking the trigger above.
    f"""CREATE TRIGGER feedback_step_no_replacing BEFORE INSERT ON feedback_matterstep
        WHEN EXISTS (SELECT 1 FROM feedback_matterstep WHERE matter_id = NEW.matter_id AND seq = NEW.seq)
            OR EXISTS (SELECT 1 FROM feedback_matterstep WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{STEP}'); END""",
    f"""CREATE TRIGGER feedback_rating_no_update BEFORE UPDATE OF {SAID} ON feedback_rating
        BEGIN SELECT RAISE(ABORT, '{RATING}'); END""",
    f"""CREATE TRIGGER feedback_rating_excluded_once BEFORE UPDATE OF excluded_at, excluded_reason ON feedback_rating
        WHEN OLD.excluded_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{RATING}'); END""",
    f"""CREATE TRIGGER feedback_rating_no_delete BEFORE DELETE ON feedback_rating
        BEGIN SELECT RAISE(ABORT, '{RATING}'); END""",
    f"""CREATE TRIGGER feedback_rating_no_replacing BEFORE INSERT ON feedback_rating
        WHEN EXISTS (SELECT 1 FROM feedback_rating WHERE case_number = NEW.case_number AND service = NEW.service)
            OR EXISTS (SELECT 1 FROM feedback_rating WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{RATING}'); END""",
)

POSTGRESQL = f"""
    CREATE FUNCTION feedback_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$;
    CREATE TRIGGER feedback_step_no_change BEFORE UPDATE OR DELETE ON feedback_matterstep
        FOR EACH ROW EXECUTE FUNCTION feedback_append_only('{STEP}');
    CREATE TRIGGER feedback_step_no_truncate BEFORE TRUNCATE ON feedback_matterstep
        FOR EACH STATEMENT EXECUTE FUNCTION feedback_append_only('{STEP}');
    CREATE TRIGGER feedback_rating_no_update BEFORE UPDATE OF {SAID} ON feedback_rating
        FOR EACH ROW EXECUTE FUNCTION feedback_append_only('{RATING}');
    CREATE TRIGGER feedback_rating_excluded_once BEFORE UPDATE OF excluded_at, excluded_reason ON feedback_rating
        FOR EACH ROW WHEN (OLD.excluded_at IS NOT NULL) EXECUTE FUNCTION feedback_append_only('{RATING}');
    CREATE TRIGGER feedback_rating_no_delete BEFORE DELETE ON feedback_rating
        FOR EACH ROW EXECUTE FUNCTION feedback_append_only('{RATING}');
    CREATE TRIGGER feedback_rating_no_truncate BEFORE TRUNCATE ON feedback_rating
        FOR EACH STATEMENT EXECUTE FUNCTION feedback_append_only('{RATING}');
"""


def forwards(_apps, schema_editor):
    """Install the triggers of the engine in use."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Irreversible on purpose: a history that could be changed for a while proves nothing."""

    dependencies = [("feedback", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
