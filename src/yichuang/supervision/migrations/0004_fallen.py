"""What fell away is looked up by its day: sums of findings take it off on reading."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0003_registers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('end_reason__in', ['fell-away', 'rule-withdrawn'])), fields=['occurred_on'], name='supervision_finding_fallen'),
        ),
    ]
