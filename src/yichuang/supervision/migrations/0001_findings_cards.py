"""Tables of findings and cards; the database itself refuses to change or remove a card's history, or a card."""

import django.db.models.deletion
from django.db import migrations, models

EVENT = "supervision_cardevent is append-only: a card''s history is never changed or removed"
CARD = "supervision_card: a card is never deleted, only withdrawn or cancelled with a reason"

SQLITE = (
    f"""CREATE TRIGGER supervision_cardevent_no_update BEFORE UPDATE ON supervision_cardevent
        BEGIN SELECT RAISE(ABORT, '{EVENT}'); END""",
    f"""CREATE TRIGGER supervision_cardevent_no_delete BEFORE DELETE ON supervision_cardevent
        BEGIN SELECT RAISE(ABORT, '{EVENT}'); END""",
    # REPLACE removes the row in its way without asking the trigger above.
    f"""CREATE TRIGGER supervision_cardevent_no_replacing BEFORE INSERT ON supervision_cardevent
        WHEN EXISTS (SELECT 1 FROM supervision_cardevent WHERE card_id = NEW.card_id AND seq = NEW.seq)
            OR EXISTS (SELECT 1 FROM supervision_cardevent WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{EVENT}'); END""",
    f"""CREATE TRIGGER supervision_card_no_delete BEFORE DELETE ON supervision_card
        BEGIN SELECT RAISE(ABORT, '{CARD}'); END""",
)

POSTGRESQL = f"""
    CREATE FUNCTION supervision_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$;
    CREATE TRIGGER supervision_cardevent_no_change BEFORE UPDATE OR DELETE ON supervision_cardevent
        FOR EACH ROW EXECUTE FUNCTION supervision_kept('{EVENT}');
    CREATE TRIGGER supervision_cardevent_no_truncate BEFORE TRUNCATE ON supervision_cardevent
        FOR EACH STATEMENT EXECUTE FUNCTION supervision_kept('{EVENT}');
    CREATE TRIGGER supervision_card_no_delete BEFORE DELETE ON supervision_card
        FOR EACH ROW EXECUTE FUNCTION supervision_kept('{CARD}');
"""


def forwards(_apps, schema_editor):
    """Install the triggers of the engine in use."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Irreversible on purpose: a history that could be changed for a while proves nothing."""

    initial = True

    dependencies = [('cases', '0007_followers')]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='监察卡编号')),
                ('rule', models.CharField(max_length=64)),
                ('rule_class', models.CharField(max_length=16)),
                ('case_number', models.CharField(blank=True, max_length=50, verbose_name='办件编号')),
                ('county', models.CharField(blank=True, max_length=6)),
                ('town', models.CharField(blank=True, max_length=9)),
                ('division', models.CharField(blank=True, max_length=9)),
                ('centre', models.CharField(blank=True, max_length=24)),
                ('department', models.CharField(blank=True, max_length=24)),
                ('organisation', models.CharField(blank=True, max_length=40)),
                ('item', models.CharField(blank=True, max_length=8)),
                ('colour', models.CharField(max_length=8)),
                ('scheme', models.CharField(max_length=1)),
                ('level', models.CharField(max_length=12)),
                ('occurred_on', models.DateField(verbose_name='发生日')),
                ('facts', models.TextField()),
                ('state', models.CharField(max_length=12, verbose_name='状态')),
                ('version', models.PositiveIntegerField()),
                ('head', models.BinaryField(max_length=32)),
                ('officer_id', models.CharField(blank=True, max_length=64)),
                ('officer_name', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True, verbose_name='发牌时间')),
                ('issued_on', models.DateField(null=True)),
                ('reply_due_on', models.DateField(null=True, verbose_name='反馈期限')),
                ('appeal_due_on', models.DateField(null=True, verbose_name='申诉期限')),
                ('supervised_until', models.DateField(null=True, verbose_name='督办期限')),
                ('replied_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('letter_number', models.CharField(blank=True, max_length=160)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=64, verbose_name='规则')),
                ('rule_class', models.CharField(max_length=16)),
                ('relation', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=160)),
                ('case_id', models.BigIntegerField(null=True)),
                ('version', models.PositiveIntegerField(null=True)),
                ('open_case', models.BooleanField()),
                ('number', models.CharField(blank=True, max_length=50, verbose_name='办件编号')),
                ('county', models.CharField(blank=True, max_length=6)),
                ('town', models.CharField(blank=True, max_length=9)),
                ('division', models.CharField(blank=True, max_length=9)),
                ('centre', models.CharField(blank=True, max_length=24)),
                ('department', models.CharField(blank=True, max_length=24)),
                ('organisation', models.CharField(blank=True, max_length=40)),
                ('item', models.CharField(blank=True, max_length=8)),
                ('source', models.CharField(blank=True, max_length=64)),
                ('scheme', models.CharField(max_length=1)),
                ('colour', models.CharField(blank=True, max_length=8)),
                ('occurred_wd', models.IntegerField()),
                ('occurred_on', models.DateField(verbose_name='发生日')),
                ('evidence', models.TextField()),
                ('today_wd', models.IntegerField()),
                ('now_s', models.BigIntegerField()),
                ('found_at', models.DateTimeField(verbose_name='发现时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='消除时间')),
                ('end_reason', models.CharField(blank=True, max_length=16)),
            ],
            options={
                'ordering': ['-occurred_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Judging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('judged_on', models.DateField(null=True)),
                ('judged_at', models.DateTimeField(null=True)),
                ('rules_digest', models.CharField(blank=True, max_length=64)),
                ('rules', models.TextField(blank=True)),
                ('ticked_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='JudgingRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('started_at', models.DateTimeField()),
                ('milliseconds', models.PositiveIntegerField()),
                ('judged', models.PositiveIntegerField()),
                ('rules_digest', models.CharField(max_length=64)),
                ('reminders', models.PositiveIntegerField()),
                ('yellow', models.PositiveIntegerField()),
                ('red', models.PositiveIntegerField()),
                ('found', models.PositiveIntegerField()),
                ('changed', models.PositiveIntegerField()),
                ('ended', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CardFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('file_name', models.CharField(max_length=140)),
                ('media_type', models.CharField(max_length=80)),
                ('size', models.PositiveBigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('stored', models.CharField(max_length=120, unique=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=64)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.card')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CardSerial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.CharField(max_length=6)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['county', 'year'],
                'constraints': [models.UniqueConstraint(fields=('county', 'year'), name='supervision_card_serial_once')],
            },
        ),
        migrations.AddField(
            model_name='card',
            name='finding',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='supervision.finding'),
        ),
        migrations.CreateModel(
            name='PublishedRanking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, verbose_name='月份')),
                ('division', models.CharField(max_length=12, verbose_name='区划')),
                ('rows', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
                ('published_by_id', models.CharField(max_length=64)),
                ('published_by', models.CharField(max_length=64, verbose_name='公布人')),
            ],
            options={
                'ordering': ['-published_at', '-id'],
                'indexes': [models.Index(fields=['month', 'division', '-id'], name='supervision_ranking_month')],
            },
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=64, verbose_name='规则')),
                ('digest', models.CharField(max_length=64, verbose_name='规则文本校验值（SM3）')),
                ('text', models.TextField()),
                ('first_used_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['rule', 'id'],
                'constraints': [models.UniqueConstraint(fields=('rule', 'digest'), name='supervision_rule_version_once')],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='rule_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.ruleversion'),
        ),
        migrations.AddField(
            model_name='card',
            name='rule_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.ruleversion'),
        ),
        migrations.CreateModel(
            name='CardEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=64)),
                ('payload', models.TextField()),
                ('at', models.DateTimeField()),
                ('actor_id', models.CharField(max_length=64)),
                ('actor_name', models.CharField(max_length=64)),
                ('hash', models.BinaryField(max_length=32)),
                ('card', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.card')),
            ],
            options={
                'ordering': ['card_id', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('card', 'seq'), name='supervision_card_event_once')],
            },
        ),
        migrations.CreateModel(
            name='CardNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=64)),
                ('owner_name', models.CharField(max_length=64)),
                ('level', models.CharField(max_length=12)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.card')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['owner', '-id'], name='supervision_notice_owner')],
            },
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['case_id'], name='supervision_finding_case'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('open_case', True)), fields=['rule', 'key'], name='supervision_finding_open'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['-occurred_on', '-id'], name='supervision_finding_stands'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['county', '-occurred_on', '-id'], name='supervision_finding_county'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['organisation', '-occurred_on', '-id'], name='supervision_finding_organ'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['rule', '-occurred_on', '-id'], name='supervision_finding_rule'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['number'], name='supervision_finding_number'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('rule', 'key'), name='supervision_finding_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('colour__in', ['', 'reminder', 'yellow', 'red'])), name='supervision_finding_colour'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True)), models.Q(('end_reason__in', ['passed', 'fell-away', 'corrected', 'rule-withdrawn']), ('ended_at__isnull', False)), _connector='OR'), name='supervision_finding_end'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['state', '-id'], name='supervision_card_state'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['county', '-id'], name='supervision_card_county'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['organisation', '-id'], name='supervision_card_organ'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(condition=models.Q(('officer_id', ''), _negated=True), fields=['officer_id', '-id'], name='supervision_card_officer'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(fields=['case_number'], name='supervision_card_case'),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(condition=models.Q(('issued_on__isnull', False)), fields=['issued_on', 'department'], name='supervision_card_issued'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.UniqueConstraint(fields=('finding', 'colour'), name='supervision_card_once'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('colour__in', ['reminder', 'yellow', 'red'])), name='supervision_card_colour'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'issued', 'supervised', 'appealed', 'upheld', 'rectified', 'withdrawn', 'cancelled'])), name='supervision_card_state'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['officer', 'department', 'leader'])), name='supervision_card_level'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'cancelled']), models.Q(('issued_at__isnull', False), ('issued_on__isnull', False)), _connector='OR'), name='supervision_card_issued_first'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn', 'cancelled']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='supervision_card_ends_reasoned'),
        ),
        migrations.RunPython(forwards),
    ]
