"""Tables of linkage: departments' registers and their entries, runs, leads with verdicts, call-backs.

An entry keeps its row as it was sent, save that the number of a person is kept as a keyed digest and its last four
characters only. Texts hold JSON: PostgreSQL's JSON refuses NULs and half characters, which a faulty row may hold.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.supervision.domain.linkage.words import (
    CallbackState,
    EntryState,
    Ground,
    LeadOutcome,
    LinkKind,
    RegisterKind,
    Verdict,
)

_OUTCOMES = [one.value for one in LeadOutcome]


class LinkSalt(models.Model):
    """The one key under which this installation digests persons' numbers, so that no list of numbers opens them."""

    only = models.BooleanField(default=True, unique=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(only=True), name="supervision_salt_only_one")]

    def __str__(self) -> str:
        return "salt"


class Register(models.Model):
    """One list that a department keeps for itself; `mapping` is the mapping of its last import, as text."""

    code = models.CharField(_("登记簿代码"), max_length=64, unique=True)
    kind = models.CharField(_("种类"), max_length=12)
    title = models.CharField(_("名称"), max_length=200)
    county = models.CharField(max_length=6, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=24, blank=True)
    mapping = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in RegisterKind]), name="supervision_register_kind"
            )
        ]

    def __str__(self) -> str:
        return self.code


class RegisterImport(models.Model):
    """One import of one file; one that was cut off has no end, and is simply started again."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    encoding = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)
    read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.register_id} {self.file}"


class RegisterEntry(models.Model):
    """One row of a register; `identity` is what makes a second import of it change nothing."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    imported = models.ForeignKey(RegisterImport, on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    row = models.PositiveIntegerField()
    state = models.CharField(max_length=8)
    county = models.CharField(max_length=6, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=24, blank=True)
    item = models.CharField(max_length=8, blank=True)
    # Where a name is that of several items: their codes, parted by blanks.
    item_options = models.CharField(max_length=400, blank=True)
    item_name = models.CharField(max_length=200, blank=True)
    document_number = models.CharField(max_length=160, blank=True)
    prefix = models.CharField(max_length=90, blank=True)
    serial = models.BigIntegerField(null=True)
    holder_kind = models.CharField(max_length=8, blank=True)
    holder_name = models.CharField(max_length=200, blank=True)
    holder_code = models.CharField(max_length=64, blank=True)
    holder_digest = models.CharField(max_length=64, blank=True)
    holder_tail = models.CharField(max_length=4, blank=True)
    area = models.CharField(max_length=9, blank=True)
    case_number = models.CharField(max_length=50, blank=True)
    decided_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    amount_fen = models.BigIntegerField(null=True)
    content = models.TextField()
    faults = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["register", "identity"], name="supervision_entry_once"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in EntryState]), name="supervision_entry_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.STANDING.value) | Q(decided_on__isnull=False),
                name="supervision_entry_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "item", "decided_on"], name="supervision_entry_item"),
            models.Index(fields=["register", "prefix", "serial"], name="supervision_entry_serial"),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}:{self.row}"


class EntryChange(models.Model):
    """What an entry said before a later file said otherwise, or before somebody dropped it; kept for ever."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=12)
    content = models.TextField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.act}"


class LinkRun(models.Model):
    """One run of linking: as of which day, with which thresholds, learnt from how many verdicts, with what result.

    `model` holds the trained weights, so that a run can be read and repeated years later.
    """

    as_of = models.DateField()
    organisation = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)
    engine = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    entries = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    exact = models.PositiveIntegerField(default=0)
    probable = models.PositiveIntegerField(default=0)
    inside = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    double = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    model = models.TextField(blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.id} {self.as_of}"


class Threshold(models.Model):
    """The weights from which a pair is the same matter and below which it is not, as used by one run.

    In hundredths of a bit. `before` are those of the run before: verdicts move them, and one can see by how much.
    """

    run = models.OneToOneField(LinkRun, on_delete=models.PROTECT, related_name="threshold")
    link_from = models.IntegerField()
    link_before = models.IntegerField()
    doubt_from = models.IntegerField()
    doubt_before = models.IntegerField()
    verdicts = models.PositiveIntegerField()
    same = models.PositiveIntegerField()

    class Meta:
        ordering = ["run_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link_from__gte=models.F("doubt_from")), name="supervision_threshold_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.doubt_from}..{self.link_from}"


class Lead(models.Model):
    """What the latest run says of one entry, and what a reviewer said; never an automatic guilt.

    `weight` is in hundredths of a bit (null: nothing was weighed), `comparisons` the reasons one by one as JSON.
    """

    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, related_name="lead")
    run = models.ForeignKey(LinkRun, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9)
    ground = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, blank=True)
    case_number = models.CharField(_("对应办件"), max_length=50, blank=True)
    matched = models.BooleanField()
    weight = models.IntegerField(null=True)
    probability_permille = models.PositiveSmallIntegerField(default=0)
    comparisons = models.TextField(blank=True)
    apart_days = models.IntegerField(null=True)
    centre_volume = models.PositiveIntegerField(default=0)
    county = models.CharField(max_length=6, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=24, blank=True)
    item = models.CharField(max_length=8, blank=True)
    decided_on = models.DateField()
    verdict = models.CharField(max_length=9, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-decided_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=_OUTCOMES), name="supervision_lead_outcome"),
            models.CheckConstraint(
                condition=Q(ground__in=[one.value for one in Ground]), name="supervision_lead_ground"
            ),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in LinkKind]), name="supervision_lead_kind"),
            models.CheckConstraint(
                condition=Q(verdict__in=[one.value for one in Verdict]), name="supervision_lead_verdict"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_at__isnull=True) | (Q(reviewed_at__isnull=False) & ~Q(reason="")),
                name="supervision_lead_reasoned",
            ),
            models.CheckConstraint(condition=Q(matched=False) | ~Q(case_number=""), name="supervision_lead_case"),
        ]
        indexes = [
            models.Index(
                fields=["-decided_on", "-id"],
                condition=~Q(outcome=LeadOutcome.INSIDE.value),
                name="supervision_lead_doubtful",
            ),
            models.Index(fields=["outcome", "-decided_on", "-id"], name="supervision_lead_outcomes"),
            models.Index(fields=["organisation", "-decided_on", "-id"], name="supervision_lead_organ"),
            models.Index(fields=["case_number"], name="supervision_lead_number"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.outcome}"


class LeadVerdict(models.Model):
    """One verdict; a later one replaces it and it stays. `case_number` names the judged pair, `same` is the answer."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(LinkRun, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=9)
    reason = models.TextField()
    case_number = models.CharField(max_length=50, blank=True)
    same = models.BooleanField(null=True)
    weight = models.IntegerField(null=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="supervision_verdict_reasoned")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.verdict}"


class Callback(models.Model):
    """One case drawn to be telephoned about, and what the applicant said (null: was not asked or did not know)."""

    number = models.CharField(_("办件编号"), max_length=50, unique=True)
    county = models.CharField(max_length=6)
    organisation = models.CharField(max_length=40)
    item = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    seed = models.PositiveIntegerField()
    drawn_on = models.DateField()
    drawn_by = models.CharField(max_length=64)
    place_agrees = models.BooleanField(null=True)
    date_agrees = models.BooleanField(null=True)
    visits_agree = models.BooleanField(null=True)
    fees_agree = models.BooleanField(null=True)
    notes = models.TextField(blank=True)
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-drawn_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in CallbackState]), name="supervision_callback_state"
            ),
            models.CheckConstraint(
                condition=Q(state=CallbackState.DRAWN.value, called_at__isnull=True)
                | (~Q(state=CallbackState.DRAWN.value) & Q(called_at__isnull=False)),
                name="supervision_callback_called",
            ),
        ]
        indexes = [models.Index(fields=["county", "-drawn_on", "-id"], name="supervision_callback_county")]

    def __str__(self) -> str:
        return self.number
