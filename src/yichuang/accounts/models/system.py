"""Other systems that use the API: what each may do and where; its secret stands hashed in the library's own table."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SystemClient(models.Model):
    """One system as a client of the API: the client of the OAuth library with its scopes and its area."""

    application = models.OneToOneField("oauth2_provider.Application", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("系统名称"), max_length=64)
    # Half of the identity of the cases that it reports, so for ever its own.
    source = models.CharField(_("来源系统"), max_length=64, unique=True)
    scopes = models.CharField(_("权限范围"), max_length=512)
    division_code = models.CharField(_("区划"), max_length=12, blank=True, default="")
    organisation_code = models.CharField(_("部门"), max_length=64, blank=True, default="")
    rate_per_minute = models.PositiveIntegerField(_("每分钟请求数"), default=600)
    created_at = models.DateTimeField(_("登记时间"))
    created_by = models.CharField(_("登记人"), max_length=64)
    revoked_at = models.DateTimeField(_("停用时间"), null=True)
    revoked_by = models.CharField(_("停用人"), max_length=64, blank=True, default="")

    class Meta:
        ordering = ["id"]
        verbose_name = _("接入系统")
        verbose_name_plural = _("接入系统")
        constraints = [
            models.CheckConstraint(condition=Q(rate_per_minute__gt=0), name="accounts_system_rate"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="accounts_system_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"
