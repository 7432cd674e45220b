"""One table for the cursors of all followers, which notices and reporting each kept for themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_intake'),
    ]

    operations = [
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('transaction_id', models.BigIntegerField(default=0)),
                ('position', models.BigIntegerField(default=0)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
    ]
