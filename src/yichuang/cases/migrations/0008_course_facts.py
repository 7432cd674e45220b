"""How a case went, act by act: the columns of the facts that supervision's conditions are written over.

Rows that stand keep the defaults until facts are rebuilt (`yichuang facts`).
"""

from django.db import migrations, models

COLUMNS = {
    "ready_wd": models.IntegerField(null=True),
    "notice_wd": models.IntegerField(null=True),
    "decided_wd": models.IntegerField(null=True),
    "certificate_wd": models.IntegerField(null=True),
    "statutory_due_wd": models.IntegerField(null=True),
    "due_stated": models.BooleanField(db_default=False),
    "forward_wd": models.IntegerField(null=True),
    "step_due_at": models.DateTimeField(null=True),
    "step_due_wd": models.IntegerField(null=True),
    "late_supplements": models.IntegerField(db_default=0),
    "supplements_unasked": models.IntegerField(db_default=0),
    "special_open_wd": models.IntegerField(null=True),
    "special_due_wd": models.IntegerField(null=True),
    "special_counted_days": models.IntegerField(db_default=0),
    "special_over_days": models.IntegerField(db_default=0),
    "specials_unlimited": models.IntegerField(db_default=0),
    "specials_unnoticed": models.IntegerField(db_default=0),
    "extension_count": models.IntegerField(db_default=0),
    "extensions_late": models.IntegerField(db_default=0),
    "extensions_unapproved": models.IntegerField(db_default=0),
    "consult_open_wd": models.IntegerField(null=True),
    "consult_over_days": models.IntegerField(db_default=0),
    "opinions_missing": models.IntegerField(db_default=0),
    "decision": models.CharField(max_length=8, db_default=""),
    "decider": models.CharField(max_length=64, db_default=""),
    "decider_listed": models.BooleanField(null=True),
    "decision_numbered": models.BooleanField(db_default=False),
    "reasons_given": models.BooleanField(null=True),
    "remedies_given": models.BooleanField(null=True),
    "decided_unaccepted": models.BooleanField(db_default=False),
    "certificate_number": models.CharField(max_length=128, db_default=""),
    "certificate_early": models.BooleanField(db_default=False),
    "delivered_early": models.BooleanField(db_default=False),
    "promise_over_statutory": models.BooleanField(db_default=False),
    "entry_lag_days": models.IntegerField(db_default=0),
    "off_day_acts": models.IntegerField(db_default=0),
    "earliest_minute": models.IntegerField(null=True),
    "latest_minute": models.IntegerField(null=True),
    "materials_taken": models.IntegerField(db_default=0),
    "materials_required": models.IntegerField(null=True),
    "files_missing": models.IntegerField(db_default=0),
    "fees_charged": models.IntegerField(db_default=0),
    "fees_paid": models.IntegerField(db_default=0),
    "fee_stated": models.BooleanField(db_default=False),
    "fee_fixed": models.BooleanField(db_default=False),
    "reviewed_alone": models.IntegerField(db_default=0),
    "closed_by": models.CharField(max_length=64, db_default=""),
}


def add_columns(apps, schema_editor):
    """One statement a column: Django would copy SQLite's whole table anew for each, a quarter of an hour for a city."""
    facts = apps.get_model("cases", "Facts")
    table = schema_editor.quote_name(facts._meta.db_table)
    for name in COLUMNS:
        field = facts._meta.get_field(name)
        definition, parameters = schema_editor.column_sql(facts, field)
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN {schema_editor.quote_name(name)} {definition}", parameters or None
        )


def drop_columns(apps, schema_editor):
    facts = apps.get_model("cases", "Facts")
    table = schema_editor.quote_name(facts._meta.db_table)
    for name in reversed(COLUMNS):
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_followers'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(model_name='facts', name=name, field=field) for name, field in COLUMNS.items()
            ],
        ),
        migrations.RunPython(add_columns, drop_columns),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('name__in', ('cases.fee-charged.v1', 'cases.fee-paid.v1', 'cases.materials-taken.v1'))), fields=['name', 'case', 'seq'], name='cases_event_gathered'),
        ),
    ]
