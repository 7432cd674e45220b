"""Drafts, forms, files and attempts at tracking: what stands beside the ledger, all personal, all erasable."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_course'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('material', models.CharField(max_length=400)),
                ('file_name', models.CharField(max_length=140)),
                ('media_type', models.CharField(max_length=80)),
                ('size', models.PositiveBigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('pages', models.PositiveIntegerField()),
                ('stored', models.CharField(max_length=120, unique=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=64)),
                ('taken_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.PositiveBigIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('stored', models.CharField(max_length=120, unique=True)),
            ],
            options={
                'ordering': ['upload_id', 'offset'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('owner', models.CharField(max_length=64)),
                ('item', models.CharField(max_length=40)),
                ('handling_code', models.CharField(blank=True, max_length=40)),
                ('content', models.TextField()),
                ('version', models.PositiveIntegerField()),
                ('started_by', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-saved_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DraftRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('content', models.TextField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.CharField(max_length=64)),
                ('set_aside', models.BooleanField()),
            ],
            options={
                'ordering': ['draft_id', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='cases.case')),
                ('owner', models.CharField(blank=True, max_length=64)),
                ('content', models.TextField()),
                ('salt', models.BinaryField(max_length=16)),
                ('submitted_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['case_id'],
            },
        ),
        migrations.CreateModel(
            name='Supplement',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='cases.case')),
                ('content', models.TextField()),
                ('version', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['case_id'],
            },
        ),
        migrations.CreateModel(
            name='TrackingGuard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('subject', models.CharField(max_length=64)),
                ('tries', models.PositiveIntegerField()),
                ('since', models.DateTimeField()),
                ('locked_until', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['kind', 'subject'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=43, unique=True)),
                ('material', models.CharField(max_length=400)),
                ('file_name', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('offset', models.PositiveBigIntegerField()),
                ('started_by', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='applicant',
            index=models.Index(fields=['id_number', '-case'], name='cases_applicant_number'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='draft',
            name='case',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.draft'),
        ),
        migrations.AddField(
            model_name='draftrevision',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.draft'),
        ),
        migrations.AddIndex(
            model_name='form',
            index=models.Index(fields=['owner', '-case'], name='cases_form_owner'),
        ),
        migrations.AddIndex(
            model_name='trackingguard',
            index=models.Index(fields=['since'], name='cases_guard_since'),
        ),
        migrations.AddConstraint(
            model_name='trackingguard',
            constraint=models.UniqueConstraint(fields=('kind', 'subject'), name='cases_guard_once'),
        ),
        migrations.AddField(
            model_name='upload',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.attachment'),
        ),
        migrations.AddField(
            model_name='upload',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='upload',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.draft'),
        ),
        migrations.AddField(
            model_name='chunk',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.upload'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['owner', '-saved_at', '-id'], name='cases_draft_owner'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('case__isnull', True)), fields=['expires_at'], name='cases_draft_expiry'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('owner', ''), _negated=True), name='cases_draft_owned'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('draft__isnull', True)), models.Q(('case__isnull', True), ('draft__isnull', False)), _connector='OR'), name='cases_attachment_one_home'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='cases_attachment_not_empty'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['expires_at'], name='cases_upload_expiry'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('offset__lte', models.F('size'))), name='cases_upload_within_size'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('draft__isnull', True)), models.Q(('case__isnull', True), ('draft__isnull', False)), _connector='OR'), name='cases_upload_one_home'),
        ),
        migrations.AddConstraint(
            model_name='chunk',
            constraint=models.UniqueConstraint(fields=('upload', 'offset'), name='cases_chunk_once'),
        ),
    ]
