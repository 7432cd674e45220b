"""Tables of the exchange: what was imported, what waits in quarantine, and who did what about it.

Records and faults are text, not JSON columns: PostgreSQL's JSON refuses NULs and half characters, and
those are exactly what a broken record may hold.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.exchange.values import BatchState, QuarantineState


def _choices(kind: type[BatchState] | type[QuarantineState]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class ExchangeBatch(models.Model):
    """One import of one file by one mapping; the mapping's text is kept, so that a replay can repeat it."""

    source = models.CharField(_("来源系统"), max_length=64)
    file = models.CharField(_("文件"), max_length=255)
    file_digest = models.CharField(max_length=64)
    encoding = models.CharField(max_length=16)
    mapping = models.CharField(_("映射"), max_length=255)
    mapping_text = models.TextField()
    state = models.CharField(max_length=16, choices=_choices(BatchState), default=BatchState.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)
    read = models.PositiveIntegerField(default=0)
    filed = models.PositiveIntegerField(default=0)
    new_events = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)
    source_events = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.file}"


class QuarantinedRecord(models.Model):
    """One record that could not be filed. `identity` is what was sent: sent again, it is the same record.

    `case_key` is set where the record was gathered from landed rows: a replay gathers it again.
    """

    batch = models.ForeignKey(ExchangeBatch, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("来源系统"), max_length=64)
    source_key = models.CharField(_("来源编号"), max_length=128, blank=True)
    case_key = models.CharField(max_length=200, blank=True, default="")
    row = models.PositiveBigIntegerField()
    identity = models.CharField(max_length=64, unique=True)
    original = models.TextField()
    record = models.TextField()
    faults = models.TextField()
    state = models.CharField(max_length=16, choices=_choices(QuarantineState), default=QuarantineState.WAITING)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["source", "state", "id"], name="exchange_waiting"),
            models.Index(fields=["source", "source_key"], name="exchange_by_key"),
            models.Index(
                fields=["source", "case_key"], condition=~models.Q(case_key=""), name="exchange_landed_broken"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in QuarantineState]), name="exchange_known_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_key or self.row}"


class QuarantineLog(models.Model):
    """Who did what to a quarantined record; rows are only ever added. Values are not logged: they may be personal."""

    record = models.ForeignKey(QuarantinedRecord, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)
    act = models.CharField(max_length=16)
    details = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.record_id} {self.act}"
