"""Tables beside the ledger: drafts, forms, files and the attempts at tracking. All personal, all erasable."""

from django.db import models
from django.db.models import F, Q

from yichuang.cases.models.ledger import Case


class Draft(models.Model):
    """An application being written; once submitted only its key and the case remain."""

    key = models.CharField(max_length=32, unique=True)
    owner = models.CharField(max_length=64)
    item = models.CharField(max_length=40)
    handling_code = models.CharField(max_length=40, blank=True)
    content = models.TextField()
    version = models.PositiveIntegerField()
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="+")
    started_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-saved_at", "-id"], name="cases_draft_owner"),
            models.Index(fields=["expires_at"], name="cases_draft_expiry", condition=Q(case__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=~Q(owner=""), name="cases_draft_owned")]

    def __str__(self) -> str:
        return self.key


class DraftRevision(models.Model):
    """One saved text of a draft; `set_aside` where another page had saved meanwhile, so that nothing typed is lost."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    content = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=64)
    set_aside = models.BooleanField()

    class Meta:
        ordering = ["draft_id", "-id"]

    def __str__(self) -> str:
        return f"{self.draft_id}:{self.version}"


class Form(models.Model):
    """What was applied for, one row a case; the ledger keeps only the salted digest. Without owner: at a window."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    owner = models.CharField(max_length=64, blank=True)
    content = models.TextField()
    salt = models.BinaryField(max_length=16)
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["case_id"]
        indexes = [models.Index(fields=["owner", "-case"], name="cases_form_owner")]

    def __str__(self) -> str:
        return str(self.pk)


class Supplement(models.Model):
    """What has been handed in of what a supplement notice asked for, while something is still missing."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    content = models.TextField()
    version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=64)

    class Meta:
        ordering = ["case_id"]

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """One stored file of a draft or, from submission on, of a case; `stored` is its random name in the storage."""

    key = models.CharField(max_length=32, unique=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    material = models.CharField(max_length=400)
    file_name = models.CharField(max_length=140)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    stored = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, case__isnull=False) | Q(draft__isnull=False, case__isnull=True),
                name="cases_attachment_one_home",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="cases_attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return self.key


class Upload(models.Model):
    """A file on its way, in chunks; `attachment` once it has arrived, so that finishing twice finds it again."""

    key = models.CharField(max_length=43, unique=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    material = models.CharField(max_length=400)
    file_name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField()
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, null=True, related_name="+")
    started_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["expires_at"], name="cases_upload_expiry")]
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("size")), name="cases_upload_within_size"),
            models.CheckConstraint(
                condition=Q(draft__isnull=True, case__isnull=False) | Q(draft__isnull=False, case__isnull=True),
                name="cases_upload_one_home",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Chunk(models.Model):
    """One stretch of an upload, kept in the storage until the file is whole."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    stored = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["upload_id", "offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="cases_chunk_once")]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.offset}"


class TrackingGuard(models.Model):
    """How often somebody was wrong about one number or from one address; the address itself is not kept."""

    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=64)
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "subject"]
        indexes = [models.Index(fields=["since"], name="cases_guard_since")]
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="cases_guard_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
