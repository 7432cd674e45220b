"""What the demonstration identity provider must remember: its codes and tokens, each for minutes only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityCode(models.Model):
    """One authorization code and the token it was changed into; only their digests are kept."""

    code_digest = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=32)
    client = models.CharField(max_length=128)
    redirect_uri = models.CharField(max_length=500)
    scopes = models.CharField(max_length=200)
    nonce = models.CharField(max_length=255, blank=True, default="")
    challenge = models.CharField(max_length=128, blank=True, default="")
    challenge_method = models.CharField(max_length=8, blank=True, default="")
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - null: not yet, so not unique
    token_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("演示认证码")
        verbose_name_plural = _("演示认证码")

    def __str__(self) -> str:
        return f"{self.id} {self.person}"
