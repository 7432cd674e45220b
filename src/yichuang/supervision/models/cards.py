"""Tables of cards: the card as it stands, its append-only history, its files, its notices, and published rankings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.supervision.domain.words import CardState, Colour, Level
from yichuang.supervision.models.findings import Finding, RuleVersion


class Card(models.Model):
    """One card, folded from its events; never deleted. `facts` is what the rule was asked about, as JSON."""

    number = models.CharField(_("监察卡编号"), max_length=24, unique=True)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="cards")
    rule = models.CharField(max_length=64)
    rule_class = models.CharField(max_length=16)
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    case_number = models.CharField(_("办件编号"), max_length=50, blank=True)
    county = models.CharField(max_length=6, blank=True)
    town = models.CharField(max_length=9, blank=True)
    # The town, or else the county: what a scope is asked about.
    division = models.CharField(max_length=9, blank=True)
    centre = models.CharField(max_length=24, blank=True)
    department = models.CharField(max_length=24, blank=True)
    organisation = models.CharField(max_length=40, blank=True)
    item = models.CharField(max_length=8, blank=True)
    colour = models.CharField(max_length=8)
    scheme = models.CharField(max_length=1)
    level = models.CharField(max_length=12)
    occurred_on = models.DateField(_("发生日"))
    facts = models.TextField()
    state = models.CharField(_("状态"), max_length=12)
    version = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)
    officer_id = models.CharField(max_length=64, blank=True)
    officer_name = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(_("发牌时间"), null=True)
    issued_on = models.DateField(null=True)
    reply_due_on = models.DateField(_("反馈期限"), null=True)
    appeal_due_on = models.DateField(_("申诉期限"), null=True)
    supervised_until = models.DateField(_("督办期限"), null=True)
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    letter_number = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "colour"], name="supervision_card_once"),
            models.CheckConstraint(
                condition=Q(colour__in=[colour.value for colour in Colour]), name="supervision_card_colour"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CardState]), name="supervision_card_state"
            ),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]), name="supervision_card_level"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "cancelled"]) | Q(issued_at__isnull=False, issued_on__isnull=False),
                name="supervision_card_issued_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "cancelled"]) | ~Q(reason=""),
                name="supervision_card_ends_reasoned",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="supervision_card_state"),
            models.Index(fields=["county", "-id"], name="supervision_card_county"),
            models.Index(fields=["organisation", "-id"], name="supervision_card_organ"),
            models.Index(fields=["officer_id", "-id"], condition=~Q(officer_id=""), name="supervision_card_officer"),
            models.Index(fields=["case_number"], name="supervision_card_case"),
            models.Index(
                fields=["issued_on", "department"], condition=Q(issued_on__isnull=False), name="supervision_card_issued"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CardEvent(models.Model):
    """One event of a card; append-only, each link covers the one before (SM3)."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=64)
    payload = models.TextField()
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=64)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["card_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["card", "seq"], name="supervision_card_event_once")]

    def __str__(self) -> str:
        return f"{self.card_id}:{self.seq} {self.name}"


class CardFile(models.Model):
    """One file that was given as evidence with a reply or an appeal; `stored` is its random name in the storage."""

    key = models.CharField(max_length=32, unique=True)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=140)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    stored = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name


class CardNotice(models.Model):
    """What one person was told about a card; `owner` is the account's uuid as text."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=64)
    owner_name = models.CharField(max_length=64)
    level = models.CharField(max_length=12)
    text = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="supervision_notice_owner")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.owner}"


class CardSerial(models.Model):
    """The last serial given out for cards of one county in one year."""

    county = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        ordering = ["county", "year"]
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="supervision_card_serial_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.year} {self.last}"


class PublishedRanking(models.Model):
    """A ranking as it was published; a later correction is published again, and both stay."""

    month = models.CharField(_("月份"), max_length=7)
    division = models.CharField(_("区划"), max_length=12)
    rows = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("公布时间"))
    published_by_id = models.CharField(max_length=64)
    published_by = models.CharField(_("公布人"), max_length=64)

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [models.Index(fields=["month", "division", "-id"], name="supervision_ranking_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.division}"
