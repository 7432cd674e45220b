from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0002_followers'),
    ]

    operations = [
        migrations.CreateModel(
            name='FindingsRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('last', models.BigIntegerField(default=0)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='FindingCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grain', models.CharField(max_length=1)),
                ('dimension', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('county', models.CharField(blank=True, max_length=6)),
                ('key', models.CharField(blank=True, max_length=64)),
                ('rule_class', models.CharField(blank=True, max_length=16)),
                ('colour', models.CharField(blank=True, max_length=8)),
                ('found', models.BigIntegerField()),
            ],
            options={
                'ordering': ['grain', 'dimension', 'day', 'county', 'key', 'rule_class', 'colour'],
                'constraints': [models.UniqueConstraint(fields=('dimension', 'grain', 'day', 'county', 'key', 'rule_class', 'colour'), name='reporting_findingcell_once')],
            },
        ),
    ]
