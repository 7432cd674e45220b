from django.db import migrations, models


def _number(default: int = 0) -> models.IntegerField:
    return models.IntegerField(default=default)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_fallen")]
    operations = [
        migrations.AddField("feed", "failures", _number(), preserve_default=False),
        migrations.AddField("feed", "backlog", _number(), preserve_default=False),
        migrations.AddField("feed", "declared_permille", models.IntegerField(null=True)),
        migrations.AddField("feed", "clock_ahead_minutes", _number(), preserve_default=False),
        migrations.CreateModel(
            name="NodeLink",
            fields=[
                ("key", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("node", models.CharField(max_length=64)),
                ("county", models.CharField(max_length=6)),
                ("organisation", models.CharField(max_length=64)),
                ("neighbour", models.BooleanField()),
                ("silent_minutes", models.IntegerField(null=True)),
                ("backlog", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("skew_minutes", models.IntegerField()),
                ("complete_permille", models.IntegerField(null=True)),
                ("key_days_left", models.IntegerField(null=True)),
                ("conflicts", models.IntegerField()),
            ],
            options={"db_table": "supervision_nodes", "ordering": ["key"], "abstract": False},
        ),
    ]
