"""Tables of judging: what was found, by which text of which rule, in which batch, and on which day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.supervision.domain.words import Colour, EndReason

COLOURS = ["", *(colour.value for colour in Colour)]


class RuleVersion(models.Model):
    """One text of one rule, kept for ever: a card is judged again by the text that caught it."""

    rule = models.CharField(_("规则"), max_length=64)
    digest = models.CharField(_("规则文本校验值（SM3）"), max_length=64)
    text = models.TextField()
    first_used_at = models.DateTimeField()

    class Meta:
        ordering = ["rule", "id"]
        constraints = [models.UniqueConstraint(fields=["rule", "digest"], name="supervision_rule_version_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.digest[:8]}"


class Finding(models.Model):
    """One thing found under one rule; it stands until `ended_at`. `version` is the case's when last judged."""

    rule = models.CharField(_("规则"), max_length=64)
    rule_class = models.CharField(max_length=16)
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=16)
    key = models.CharField(max_length=160)
    case_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    open_case = models.BooleanField()
    number = models.CharField(_("办件编号"), max_length=50, blank=True)
    county = models.CharField(max_length=6, blank=True)
    town = models.CharField(max_length=9, blank=True)
    # The town, or else the county: what a scope is asked about.
    division = models.CharField(max_length=9, blank=True)
    centre = models.CharField(max_length=24, blank=True)
    department = models.CharField(max_length=24, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    item = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=64, blank=True)
    scheme = models.CharField(max_length=1)
    colour = models.CharField(max_length=8, blank=True)
    occurred_wd = models.IntegerField()
    occurred_on = models.DateField(_("发生日"))
    evidence = models.TextField()
    # The day and the instant that the condition was asked for when it first held.
    today_wd = models.IntegerField()
    now_s = models.BigIntegerField()
    found_at = models.DateTimeField(_("发现时间"))
    ended_at = models.DateTimeField(_("消除时间"), null=True)
    end_reason = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["-occurred_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "key"], condition=Q(ended_at__isnull=True), name="supervision_finding_stands_once"
            ),
            models.CheckConstraint(condition=Q(colour__in=COLOURS), name="supervision_finding_colour"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=[reason.value for reason in EndReason]),
                name="supervision_finding_end",
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="supervision_finding_case"),
            # The sweep compares with what stands on open cases.
            models.Index(
                fields=["rule", "key"],
                condition=Q(ended_at__isnull=True, open_case=True),
                name="supervision_finding_open",
            ),
            models.Index(
                fields=["-occurred_on", "-id"], condition=Q(ended_at__isnull=True), name="supervision_finding_stands"
            ),
            models.Index(fields=["county", "-occurred_on", "-id"], name="supervision_finding_county"),
            models.Index(fields=["organisation", "-occurred_on", "-id"], name="supervision_finding_organ"),
            models.Index(fields=["rule", "-occurred_on", "-id"], name="supervision_finding_rule"),
            models.Index(fields=["number"], name="supervision_finding_number"),
            # Few fall away; sums take them off on reading.
            models.Index(
                fields=["occurred_on"],
                condition=Q(end_reason__in=[EndReason.FELL_AWAY.value, EndReason.RULE_WITHDRAWN.value]),
                name="supervision_finding_fallen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.key}"


class JudgingRun(models.Model):
    """One batch of judging: how it was started, how much it looked at, what it found, how long it took."""

    kind = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    rules_digest = models.CharField(max_length=64)
    reminders = models.PositiveIntegerField()
    yellow = models.PositiveIntegerField()
    red = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at}"


class Judging(models.Model):
    """On which day, at which instant and by which rules was last judged; locked by whoever judges.

    How far the ledger was read stands with the cursors of all followers (`cases`).
    """

    name = models.CharField(max_length=32, unique=True)
    judged_on = models.DateField(null=True)
    judged_at = models.DateTimeField(null=True)
    rules_digest = models.CharField(max_length=64, blank=True)
    # Rule -> digest of its text, as JSON: which rules changed since is seen one by one.
    rules = models.TextField(blank=True)
    # The working day of the last tick, so that a second start on the same day does nothing twice.
    ticked_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.judged_at}"
