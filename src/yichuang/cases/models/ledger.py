"""Tables of the cases context. The event table is append-only: the database itself refuses the rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Case(models.Model):
    """The identity of a case; everything else about it is told by its events.

    `founder` is the node that founded it and `holder` the one that may append to it, "" where that is this one.
    """

    uuid = models.UUIDField(unique=True)
    number = models.CharField(_("办件编号"), max_length=50, unique=True)
    source = models.CharField(_("来源系统"), max_length=64)
    source_key = models.CharField(_("来源编号"), max_length=128)
    founder = models.CharField(max_length=32, db_default="")
    holder = models.CharField(max_length=32, db_default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["source", "source_key"], name="cases_case_once_per_source")]

    def __str__(self) -> str:
        return self.number


# What is gathered over all cases: few among many events, so they have an index of their own.
GATHERED = ("cases.fee-charged.v1", "cases.fee-paid.v1", "cases.materials-taken.v1")

# What changes which events count or who may append: rarer still, and asked for by those who read on from a cursor.
TURNS = ("cases.history-corrected.v1", "cases.case-passed-to-node.v1")


class Event(models.Model):
    """One event; `position` is the ledger's global order, (transaction_id, position) what followers trust."""

    position = models.BigAutoField(primary_key=True)
    transaction_id = models.BigIntegerField(db_default=0)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=64)
    payload = models.TextField()
    source_at = models.DateTimeField(_("来源时间"))
    received_at = models.DateTimeField(_("收到时间"))
    recorded_at = models.DateTimeField(_("入账时间"))
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=64)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_event_seq_once")]
        indexes = [
            models.Index(
                fields=["name", "case", "seq"], condition=models.Q(name__in=GATHERED), name="cases_event_gathered"
            ),
            models.Index(fields=["case", "seq"], condition=models.Q(name__in=TURNS), name="cases_event_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.position}:{self.name}"


class Applicant(models.Model):
    """The person or firm behind a case: outside the ledger, which keeps only the salted digest of this row."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    salt = models.BinaryField(max_length=16)
    name = models.CharField(max_length=200)
    id_type = models.CharField(max_length=3)
    id_number = models.CharField(max_length=64)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["case_id"]
        # A window looks whether this person has applied before.
        indexes = [models.Index(fields=["id_number", "-case"], name="cases_applicant_number")]

    def __str__(self) -> str:
        return str(self.pk)


class Serial(models.Model):
    """The last serial given out for case numbers of one division on one day."""

    division = models.CharField(max_length=12)
    on = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        ordering = ["division", "on"]
        constraints = [models.UniqueConstraint(fields=["division", "on"], name="cases_serial_once_a_day")]

    def __str__(self) -> str:
        return f"{self.division} {self.on} {self.last}"


class Facts(models.Model):
    """One flat row a case, folded from its events with working-day ordinals; rebuildable at any time.

    `_wd` columns are working-day ordinals of the calendar: days used are a subtraction in any engine.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    number = models.CharField(max_length=50)
    version = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)
    status = models.CharField(max_length=16)
    result = models.CharField(max_length=16)

    item = models.CharField(max_length=8)
    handling_item = models.CharField(max_length=8)
    implementation_code = models.CharField(max_length=36)
    item_type = models.CharField(max_length=2)
    organisation = models.CharField(max_length=40)
    department = models.CharField(max_length=24)
    county = models.CharField(max_length=6)
    town = models.CharField(max_length=9)
    centre = models.CharField(max_length=24)
    channel = models.CharField(max_length=8)
    applicant_type = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    joint = models.BooleanField()
    green_channel = models.BooleanField()
    source = models.CharField(max_length=64)

    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    received_on = models.DateField()
    accepted_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    received_wd = models.IntegerField()
    accepted_wd = models.IntegerField(null=True)
    ended_wd = models.IntegerField(null=True)
    delivered_wd = models.IntegerField(null=True)
    closed_wd = models.IntegerField(null=True)

    limit_unit = models.CharField(max_length=16)
    statutory_amount = models.IntegerField(null=True)
    promised_amount = models.IntegerField(null=True)
    statutory_due_at = models.DateTimeField(null=True)
    promised_due_at = models.DateTimeField(null=True)
    promised_due_wd = models.IntegerField(null=True)
    paused_days = models.IntegerField()
    extension_days = models.IntegerField()
    used_days = models.IntegerField(null=True)
    late_promised = models.BooleanField(null=True)
    late_statutory = models.BooleanField(null=True)
    early = models.BooleanField(null=True)
    late_steps = models.IntegerField()
    counted = models.BooleanField()
    provisional = models.BooleanField()

    supplement_count = models.IntegerField()
    special_count = models.IntegerField()
    step_count = models.IntegerField()
    hand_offs = models.IntegerField()
    automatic = models.BooleanField()
    current_step = models.CharField(max_length=64)
    current_organisation = models.CharField(max_length=40)
    handler = models.CharField(max_length=64, db_default="")
    handler_name = models.CharField(max_length=64, db_default="")
    agent = models.CharField(max_length=64, db_default="")
    agent_name = models.CharField(max_length=64, db_default="")
    tolerated_until = models.DateField(null=True)
    supplement_until = models.DateField(null=True)
    next_due_at = models.DateTimeField(null=True)
    involved = models.TextField(db_default="")
    accepted_hash = models.BinaryField(max_length=32, null=True)
    closed_hash = models.BinaryField(max_length=32, null=True)

    # How it went, act by act (course_facts.py).
    ready_wd = models.IntegerField(null=True)
    notice_wd = models.IntegerField(null=True)
    decided_wd = models.IntegerField(null=True)
    certificate_wd = models.IntegerField(null=True)
    statutory_due_wd = models.IntegerField(null=True)
    due_stated = models.BooleanField(db_default=False)
    forward_wd = models.IntegerField(null=True)
    step_due_at = models.DateTimeField(null=True)
    step_due_wd = models.IntegerField(null=True)
    late_supplements = models.IntegerField(db_default=0)
    supplements_unasked = models.IntegerField(db_default=0)
    special_open_wd = models.IntegerField(null=True)
    special_due_wd = models.IntegerField(null=True)
    special_counted_days = models.IntegerField(db_default=0)
    special_over_days = models.IntegerField(db_default=0)
    specials_unlimited = models.IntegerField(db_default=0)
    specials_unnoticed = models.IntegerField(db_default=0)
    extension_count = models.IntegerField(db_default=0)
    extensions_late = models.IntegerField(db_default=0)
    extensions_unapproved = models.IntegerField(db_default=0)
    consult_open_wd = models.IntegerField(null=True)
    consult_over_days = models.IntegerField(db_default=0)
    opinions_missing = models.IntegerField(db_default=0)
    decision = models.CharField(max_length=8, db_default="")
    decider = models.CharField(max_length=64, db_default="")
    decider_listed = models.BooleanField(null=True)
    decision_numbered = models.BooleanField(db_default=False)
    reasons_given = models.BooleanField(null=True)
    remedies_given = models.BooleanField(null=True)
    decided_unaccepted = models.BooleanField(db_default=False)
    certificate_number = models.CharField(max_length=128, db_default="")
    certificate_early = models.BooleanField(db_default=False)
    delivered_early = models.BooleanField(db_default=False)
    promise_over_statutory = models.BooleanField(db_default=False)
    entry_lag_days = models.IntegerField(db_default=0)
    off_day_acts = models.IntegerField(db_default=0)
    earliest_minute = models.IntegerField(null=True)
    latest_minute = models.IntegerField(null=True)
    materials_taken = models.IntegerField(db_default=0)
    materials_required = models.IntegerField(null=True)
    files_missing = models.IntegerField(db_default=0)
    fees_charged = models.IntegerField(db_default=0)
    fees_paid = models.IntegerField(db_default=0)
    fee_stated = models.BooleanField(db_default=False)
    fee_fixed = models.BooleanField(db_default=False)
    reviewed_alone = models.IntegerField(db_default=0)
    closed_by = models.CharField(max_length=64, db_default="")

    class Meta:
        ordering = ["case_id"]
        indexes = [
            models.Index(fields=["accepted_on", "county"], name="cases_facts_accepted"),
            models.Index(fields=["closed_on", "county"], name="cases_facts_closed"),
            models.Index(fields=["received_on"], name="cases_facts_received"),
            models.Index(fields=["organisation", "item", "accepted_on"], name="cases_facts_item"),
            models.Index(
                fields=["county", "closed_on"],
                name="cases_facts_late",
                condition=models.Q(late_promised=True),
            ),
            models.Index(
                fields=["county", "promised_due_at"],
                name="cases_facts_open",
                condition=models.Q(closed_on__isnull=True),
            ),
            # To-do lists: only what stands open is in these, so they stay small while the table grows.
            *(
                models.Index(
                    fields=[column, "next_due_at", "case"],
                    name=f"cases_todo_{column}",
                    condition=models.Q(closed_on__isnull=True),
                )
                for column in ("organisation", "county", "centre")
            ),
            *(
                models.Index(
                    fields=[column, "next_due_at", "case"],
                    name=f"cases_todo_{column}",
                    condition=models.Q(closed_on__isnull=True) & models.Q(**{f"{column}__gt": ""}),
                )
                for column in ("town", "handler", "agent")
            ),
            # Only what stands open lies with somebody else: asked without the day of closing, this is the only way.
            models.Index(
                fields=["next_due_at", "case"],
                name="cases_todo_involved",
                condition=models.Q(involved__gt=""),
            ),
            # Every case has a status. Saying so keeps these two from lists that are better read along another index:
            # SQLite considers them only where the question says it too.
            models.Index(
                fields=["closed_on", "next_due_at", "case"],
                name="cases_todo_all",
                condition=models.Q(closed_on__isnull=True) & models.Q(status__gt=""),
            ),
            models.Index(
                fields=["closed_on", "county", "status", "organisation", "next_due_at"],
                name="cases_facts_states",
                condition=models.Q(closed_on__isnull=True) & models.Q(status__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Opinion(models.Model):
    """A text that somebody uses again and again; without an owner it is the whole organisation's."""

    organisation = models.CharField(max_length=40)
    owner = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=60)
    text = models.TextField()
    created_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "owner", "kind", "title"], name="cases_opinion_once")
        ]

    def __str__(self) -> str:
        return self.title
