"""Guidance: how people are led to an item and through its form. Whole files in versions, each valid from its day.

A file is kept whole, as JSON: it is read whole, and one version of it is never half another.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sheet(models.Model):
    """One version of one file; of the versions in force on a day the newest counts."""

    version = models.PositiveIntegerField(_("版本"), default=1)
    effective_on = models.DateField(_("生效日期"))
    content = models.JSONField(_("内容"))
    digest = models.CharField(_("内容摘要"), max_length=64)
    created_by = models.CharField(_("起草人"), max_length=100)
    created_at = models.DateTimeField(_("起草时间"))

    class Meta:
        abstract = True


class Intake(Sheet):
    """How one main item is asked for: questions, form, ways of meeting its materials (情形引导、电子表单)."""

    item_code = models.CharField(_("主项编码"), max_length=5)

    class Meta:
        verbose_name = verbose_name_plural = _("办事引导和表单")
        ordering = ["item_code", "version", "id"]
        constraints = [models.UniqueConstraint(fields=["item_code", "version"], name="catalogue_intake_version")]

    def __str__(self) -> str:
        return f"{self.item_code} v{self.version}"


class Wording(Sheet):
    """Life events, or the words of the search."""

    kind = models.CharField(_("类别"), max_length=16)

    class Meta:
        verbose_name = verbose_name_plural = _("引导用语")
        ordering = ["kind", "version", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="catalogue_wording_version")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
