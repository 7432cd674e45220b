"""Tables of reporting: sums per day and month, how far they follow the ledger, and drafted bulletins."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MEASURES = (
    "received", "accepted", "completed", "on_time", "early", "late", "late_statutory",
    "judged", "used_days", "promised_days", "statutory_days",
)  # fmt: skip


class Cell(models.Model):
    """Sums of one day or month, one county and one key of one dimension; their number does not grow with cases."""

    grain = models.CharField(max_length=1)
    dimension = models.CharField(max_length=12)
    day = models.DateField()
    county = models.CharField(max_length=6)
    key = models.CharField(max_length=24)
    received = models.BigIntegerField()
    accepted = models.BigIntegerField()
    completed = models.BigIntegerField()
    on_time = models.BigIntegerField()
    early = models.BigIntegerField()
    late = models.BigIntegerField()
    late_statutory = models.BigIntegerField()
    judged = models.BigIntegerField()
    used_days = models.BigIntegerField()
    promised_days = models.BigIntegerField()
    statutory_days = models.BigIntegerField()

    class Meta:
        ordering = ["grain", "dimension", "day", "county", "key"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "grain", "day", "county", "key"], name="reporting_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.day} {self.county} {self.key}"


class FindingCell(models.Model):
    """How many findings of one day or month, county and key of one dimension; no more cells with more cases.

    Dimensions: "all" (no key), "rule", "department"; "all-class" and "dept-class" tell the class of the rule too. What
    fell away later stays counted and is taken off on reading.
    """

    grain = models.CharField(max_length=1)
    dimension = models.CharField(max_length=12)
    day = models.DateField()
    county = models.CharField(max_length=6, blank=True)
    key = models.CharField(max_length=64, blank=True)
    rule_class = models.CharField(max_length=16, blank=True)
    colour = models.CharField(max_length=8, blank=True)
    found = models.BigIntegerField()

    class Meta:
        ordering = ["grain", "dimension", "day", "county", "key", "rule_class", "colour"]
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "grain", "day", "county", "key", "rule_class", "colour"],
                name="reporting_findingcell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.day} {self.county} {self.key} {self.colour}"


class FindingsRead(models.Model):
    """Up to which finding the sums have counted."""

    name = models.CharField(max_length=32, unique=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class Bulletin(models.Model):
    """A drafted bulletin: its text, and the annex by which every figure can be recomputed."""

    period = models.CharField(_("期间"), max_length=32)
    division = models.CharField(_("区划"), max_length=12)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.CharField(max_length=64)
    notice = models.TextField()
    annex = models.TextField()

    class Meta:
        ordering = ["-drafted_at", "-id"]

    def __str__(self) -> str:
        return f"{self.period} {self.division}"
