"""Tables of notices: the outbox and the cursor behind which it follows the ledger."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.notices.values import CHANNEL_LABELS, STATE_LABELS, Channel, State


class Message(models.Model):
    """One message to one reader by one channel; the unique row is what keeps it from being sent twice."""

    position = models.BigIntegerField()
    channel = models.CharField(
        _("渠道"), max_length=8, choices=[(key.value, _(CHANNEL_LABELS[key])) for key in Channel]
    )
    address = models.CharField(_("地址"), max_length=254)
    owner = models.CharField(max_length=64, blank=True)
    case_number = models.CharField(_("办件编号"), max_length=50)
    language = models.CharField(max_length=8)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("正文"))
    happened_at = models.DateTimeField(_("时间"))
    state = models.CharField(_("状态"), max_length=8, choices=[(key.value, STATE_LABELS[key]) for key in State])
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("下次发送"), null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    read_at = models.DateTimeField(null=True)
    fault = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["position", "channel", "address"], name="notices_message_once"),
            models.CheckConstraint(condition=Q(channel__in=[key.value for key in Channel]), name="notices_channel"),
            models.CheckConstraint(condition=Q(state__in=[key.value for key in State]), name="notices_state"),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="notices_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="notices_claimed"),
            models.Index(fields=["owner", "-id"], condition=Q(channel="site"), name="notices_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.channel} {self.state}"
