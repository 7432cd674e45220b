"""Tables of what follows a case from node to node beside its ledger: what was told of, what has arrived of it."""

from django.db import models
from django.db.models import F, Q

from yichuang.cases.domain.belongings import BelongingKind, BelongingState, Warrant
from yichuang.cases.models.ledger import Case


class Belonging(models.Model):
    """One form or file that this node was told of, or told another node of.

    It stays when the thing itself is erased here, so that no other node brings it back. The order of ids is the order
    in which files were handed in.
    """

    key = models.CharField(max_length=32, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    node = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=8)
    warrant = models.CharField(max_length=8, blank=True)
    material = models.CharField(max_length=400, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField()
    arrived = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_belonging_case"),
            models.Index(fields=["node", "id"], name="cases_belonging_coming", condition=Q(state="coming")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in BelongingState]), name="cases_belonging_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in BelongingKind]), name="cases_belonging_kind"
            ),
            models.CheckConstraint(
                condition=Q(warrant__in=["", *(one.value for one in Warrant)]), name="cases_belonging_warrant"
            ),
            models.CheckConstraint(condition=Q(arrived__lte=F("size")), name="cases_belonging_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class BelongingPiece(models.Model):
    """One piece that has arrived, kept in the storage until the whole is there."""

    belonging = models.ForeignKey(Belonging, on_delete=models.CASCADE, related_name="+")
    offset = models.PositiveBigIntegerField()
    stored = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["belonging_id", "offset"]
        constraints = [models.UniqueConstraint(fields=["belonging", "offset"], name="cases_belonging_piece_once")]

    def __str__(self) -> str:
        return f"{self.belonging_id}:{self.offset}"
