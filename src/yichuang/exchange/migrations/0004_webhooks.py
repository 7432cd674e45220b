"""Subscriptions of webhooks, their deliveries, answers already given, and how far exports have come."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0003_nodes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.CharField(max_length=64, unique=True)),
                ("transaction_id", models.BigIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("batch", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AnsweredRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.BigIntegerField()),
                ("key", models.CharField(max_length=128)),
                ("digest", models.CharField(max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("status", models.PositiveIntegerField(null=True)),
                ("body", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["begun_at"], name="exchange_answer_age")],
                "constraints": [models.UniqueConstraint(fields=("system", "key"), name="exchange_answer_once")],
            },
        ),
        migrations.CreateModel(
            name="WebhookSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("system", models.BigIntegerField(verbose_name="接入系统")),
                ("url", models.CharField(max_length=500, verbose_name="地址")),
                ("events", models.TextField(verbose_name="事件")),
                ("secrets", models.TextField()),
                ("transaction_id", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_because", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["system", "id"], name="exchange_webhooks_of")],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.CharField(max_length=64, unique=True)),
                ("event", models.CharField(max_length=64)),
                ("position", models.BigIntegerField()),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("delivered", "delivered"), ("dead", "dead")], max_length=16
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("status", models.PositiveIntegerField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=300)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="exchange.webhooksubscription"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="exchange_delivery_next",
                    ),
                    models.Index(fields=["subscription", "state", "id"], name="exchange_delivery_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subscription", "position"), name="exchange_webhook_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "delivered", "dead"])),
                        name="exchange_delivery_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_at__isnull", False), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("next_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="exchange_delivery_due",
                    ),
                ],
            },
        ),
    ]
