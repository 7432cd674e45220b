"""Other systems as clients of the API."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_guards"),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SystemClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, verbose_name="系统名称")),
                ("source", models.CharField(max_length=64, unique=True, verbose_name="来源系统")),
                ("scopes", models.CharField(max_length=512, verbose_name="权限范围")),
                ("division_code", models.CharField(blank=True, default="", max_length=12, verbose_name="区划")),
                ("organisation_code", models.CharField(blank=True, default="", max_length=64, verbose_name="部门")),
                ("rate_per_minute", models.PositiveIntegerField(default=600, verbose_name="每分钟请求数")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("created_by", models.CharField(max_length=64, verbose_name="登记人")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                ("revoked_by", models.CharField(blank=True, default="", max_length=64, verbose_name="停用人")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "接入系统",
                "verbose_name_plural": "接入系统",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate_per_minute__gt", 0)), name="accounts_system_rate"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="accounts_system_whole",
                    ),
                ],
            },
        ),
    ]
