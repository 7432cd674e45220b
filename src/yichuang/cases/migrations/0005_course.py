"""Columns of the course of a case (who has it, what is awaited, what is due next), to-do indexes, opinion templates."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_late_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.CharField(max_length=40)),
                ('owner', models.CharField(blank=True, max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('title', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('created_by', models.CharField(max_length=64)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['kind', 'title', 'id'],
            },
        ),
        migrations.AddField(
            model_name='facts',
            name='agent',
            field=models.CharField(db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='facts',
            name='agent_name',
            field=models.CharField(db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='facts',
            name='handler',
            field=models.CharField(db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='facts',
            name='handler_name',
            field=models.CharField(db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='facts',
            name='next_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='facts',
            name='involved',
            field=models.TextField(db_default=''),
        ),
        migrations.AddField(
            model_name='facts',
            name='supplement_until',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='facts',
            name='tolerated_until',
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True)), fields=['organisation', 'next_due_at', 'case'], name='cases_todo_organisation'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True)), fields=['county', 'next_due_at', 'case'], name='cases_todo_county'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True)), fields=['centre', 'next_due_at', 'case'], name='cases_todo_centre'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('town__gt', '')), fields=['town', 'next_due_at', 'case'], name='cases_todo_town'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('handler__gt', '')), fields=['handler', 'next_due_at', 'case'], name='cases_todo_handler'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('agent__gt', '')), fields=['agent', 'next_due_at', 'case'], name='cases_todo_agent'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('involved__gt', '')), fields=['next_due_at', 'case'], name='cases_todo_involved'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('status__gt', '')), fields=['closed_on', 'next_due_at', 'case'], name='cases_todo_all'),
        ),
        migrations.AddIndex(
            model_name='facts',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('status__gt', '')), fields=['closed_on', 'county', 'status', 'organisation', 'next_due_at'], name='cases_facts_states'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.UniqueConstraint(fields=('organisation', 'owner', 'kind', 'title'), name='cases_opinion_once'),
        ),
    ]
