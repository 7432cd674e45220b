"""Tables of what we tell other systems: subscriptions, what is to be delivered, exports, and answers already given.

A system is named by its id in accounts, without a foreign key into its tables: what it may see is asked anew at each
delivery.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.exchange.webhooks.values import DeliveryState


class WebhookSubscription(models.Model):
    """Where one system wants to be told which events; `secrets` is encrypted with the installation's key.

    News from behind the place (`transaction_id`, `position`) on is told: what happened before is read by the feed.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    system = models.BigIntegerField(_("接入系统"))
    url = models.CharField(_("地址"), max_length=500)
    events = models.TextField(_("事件"))
    secrets = models.TextField()
    transaction_id = models.BigIntegerField()
    position = models.BigIntegerField()
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["system", "id"], name="exchange_webhooks_of")]

    def __str__(self) -> str:
        return f"{self.uuid} {self.url}"


class WebhookDelivery(models.Model):
    """One message for one subscriber; `message` is the identifier by which it knows a repeated one."""

    subscription = models.ForeignKey(WebhookSubscription, on_delete=models.CASCADE, related_name="+")
    message = models.CharField(max_length=64, unique=True)
    event = models.CharField(max_length=64)
    position = models.BigIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in DeliveryState])
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)
    fault = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "position"], name="exchange_webhook_once"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in DeliveryState]), name="exchange_delivery_state"
            ),
            # What waits has a time, what is settled has none.
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING.value, next_at__isnull=False)
                | (~Q(state=DeliveryState.WAITING.value) & Q(next_at__isnull=True)),
                name="exchange_delivery_due",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="exchange_delivery_next"),
            models.Index(fields=["subscription", "state", "id"], name="exchange_delivery_of"),
        ]

    def __str__(self) -> str:
        return self.message


class AnsweredRequest(models.Model):
    """What was answered to a request that carried a key: asked again with the same key, the same is answered."""

    system = models.BigIntegerField()
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    status = models.PositiveIntegerField(null=True)
    body = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="exchange_answer_once")]
        indexes = [models.Index(fields=["begun_at"], name="exchange_answer_age")]

    def __str__(self) -> str:
        return f"{self.system} {self.key}"


class ExportRun(models.Model):
    """How far the exchange tables of one target have been filled; `batch` counts the batches that were written."""

    target = models.CharField(max_length=64, unique=True)
    transaction_id = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    batch = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.target} {self.batch}"
