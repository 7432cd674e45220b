"""Tables of connections: every row of a source as it was last seen, how far each source was read, what it declares.

Rows are kept whole, apart from the ledger: a case is gathered again from all of its rows whenever one of them
comes, changes or goes, so that the order in which they come does not matter.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.exchange.values import RowState


class LandedRow(models.Model):
    """One row of one table of a source, as last seen; `values` is a JSON object of texts, an absent key was NULL.

    `first_seen_at` is when the row first reached us and never changes; `received_at` is when this version of it did,
    or, where it stood at the source before that was connected, when the source says that it wrote it.
    `corrections` are what somebody put right in quarantine: {column: [the source's value, the right one]}.
    """

    source = models.CharField(_("来源系统"), max_length=64)
    table = models.CharField(max_length=64, db_column="table_name")
    row_key = models.CharField(max_length=200)
    case_key = models.CharField(max_length=200)
    main = models.BooleanField()
    values = models.TextField(db_column="row_values")
    digest = models.CharField(max_length=32)
    operation = models.CharField(max_length=8)
    batch = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    received_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    deleted = models.BooleanField(default=False)
    state = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in RowState], default=RowState.WAITING
    )
    corrections = models.TextField(blank=True, default="")
    faults = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["source", "case_key"], name="exchange_landed_case"),
            # What is to be filed, and only that: it stays small however much has come.
            models.Index(
                fields=["source", "case_key"], condition=models.Q(state="waiting"), name="exchange_landed_waiting"
            ),
            models.Index(fields=["source", "first_seen_at"], name="exchange_landed_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "table", "row_key"], name="exchange_landed_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in RowState]), name="exchange_landed_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.table} {self.row_key}"


class LeftCase(models.Model):
    """A case that a row has left, for its number was changed at the source: it must be looked at once more.

    `values` are those of its main row when that was the row that left.
    """

    source = models.CharField(max_length=64)
    case_key = models.CharField(max_length=200)
    values = models.TextField(db_column="row_values", blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["source", "case_key"], name="exchange_left_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.case_key}"


class ConnectionState(models.Model):
    """How far one source has been read and how that went; `cursors` holds the positions of each of its tables."""

    source = models.CharField(_("来源系统"), max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    county = models.CharField(max_length=12, blank=True)
    mapping_name = models.CharField(max_length=255)
    mapping_text = models.TextField()
    every_seconds = models.PositiveIntegerField(default=60)
    cursors = models.TextField(default="{}")
    last_polled_at = models.DateTimeField(null=True)
    last_row_at = models.DateTimeField(null=True)
    newest_changed_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["source"]

    def __str__(self) -> str:
        return self.source


class DeclaredVolume(models.Model):
    """How many rows a source says that it sent on one day."""

    source = models.CharField(max_length=64)
    day = models.DateField()
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["source", "day"]
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="exchange_declared_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"
