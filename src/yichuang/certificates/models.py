"""Tables of the certificates context: what was issued, which names an organisation issues, and serials."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Serial(models.Model):
    """The last serial of one book (a sign with its word, such as 紫国土受字) in one year."""

    book = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        ordering = ["book", "year"]
        constraints = [models.UniqueConstraint(fields=["book", "year"], name="certificates_serial_once")]

    def __str__(self) -> str:
        return f"{self.book} {self.year} {self.last}"


class CertificateName(models.Model):
    """A name under which a sign issues: its word in numbers and its three digits in identifiers, given once."""

    sign = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    word = models.CharField(max_length=40, blank=True)
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["sign", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["sign", "name"], name="certificates_name_once"),
            models.UniqueConstraint(fields=["sign", "word"], name="certificates_word_once"),
            models.UniqueConstraint(fields=["sign", "ordinal"], name="certificates_ordinal_once"),
            models.CheckConstraint(condition=Q(ordinal__gte=1, ordinal__lte=999), name="certificates_ordinal_of_three"),
        ]

    def __str__(self) -> str:
        return f"{self.sign} {self.name}"


class Certificate(models.Model):
    """One certificate or letter. A case gives each of its results once; a revoked one stays."""

    number = models.CharField(_("证照编号"), max_length=160, unique=True)
    identifier = models.CharField(_("电子证照标识"), max_length=80, unique=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(_("证照名称"), max_length=120)
    case_number = models.CharField(_("办件编号"), max_length=50)
    organisation = models.CharField(max_length=40)
    organisation_name = models.CharField(_("颁发机构"), max_length=200)
    division = models.CharField(max_length=12)
    item = models.CharField(max_length=8)
    holder_name = models.CharField(_("持证主体"), max_length=200)
    holder_id_type = models.CharField(max_length=3)
    holder_id = models.CharField(max_length=64)
    statements = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by_id = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=8)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    revoked_by_id = models.CharField(max_length=64, blank=True)
    revoked_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["issued_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case_number", "name"], name="certificates_once_a_case_and_name"),
            models.CheckConstraint(condition=Q(kind__in=["certificate", "letter"]), name="certificates_kind_known"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="certificates_validity_forward",
            ),
            models.CheckConstraint(
                condition=Q(status="valid", revoked_at__isnull=True)
                | Q(status="revoked", revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="certificates_revoked_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["holder_id", "holder_id_type"], name="certificates_holder")]

    def __str__(self) -> str:
        return self.number
