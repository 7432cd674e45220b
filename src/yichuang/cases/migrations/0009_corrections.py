"""What a source corrected and what went to another node is found without reading the ledger; who holds a case."""

from django.db import migrations, models


def named(name):
    """Return the operation that adds a node's name: in place on both engines, however many cases there are."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE cases_case ADD COLUMN {name} varchar(32) DEFAULT '' NOT NULL",
                f"ALTER TABLE cases_case DROP COLUMN {name}",
            )
        ],
        state_operations=[
            migrations.AddField(
                model_name='case',
                name=name,
                field=models.CharField(db_default='', max_length=32),
            )
        ],
    )


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_course_facts'),
    ]

    operations = [
        named('founder'),
        named('holder'),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('name__in', ('cases.history-corrected.v1', 'cases.case-passed-to-node.v1'))), fields=['case', 'seq'], name='cases_event_turns'),
        ),
    ]
