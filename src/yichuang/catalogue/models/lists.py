"""Power list, responsibility list and the entries of centres: what must be there, and what is."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.catalogue.domain.codes import TYPES


class ListEntry(models.Model):
    """One matter on a published list of one organisation, in one version of that list."""

    organisation_code = models.CharField(_("部门编码"), max_length=48)
    division = models.CharField(_("区划"), max_length=12, db_index=True)
    catalogue_code = models.CharField(_("基本编码（12位）"), max_length=12)
    name = models.CharField(_("事项名称"), max_length=200)
    version = models.PositiveIntegerField(_("清单版本"), default=1)
    published_on = models.DateField(_("公布日期"))
    withdrawn_on = models.DateField(_("取消日期"), null=True, blank=True)
    notice = models.CharField(_("公告"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.organisation_code} {self.name}"


def _list_constraints(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["organisation_code", "catalogue_code", "version"], name=f"{prefix}_entry"),
        models.CheckConstraint(
            condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("published_on")),
            name=f"{prefix}_dates_are_ordered",
        ),
    ]


class PowerListEntry(ListEntry):
    """One power of one organisation (权力清单)."""

    type_code = models.CharField(_("权力类型"), max_length=2, choices=[(c.code, c.name) for c in TYPES])

    class Meta:
        verbose_name = verbose_name_plural = _("权力清单")
        ordering = ["organisation_code", "catalogue_code", "version"]
        constraints = _list_constraints("power_list")


class ResponsibilityListEntry(ListEntry):
    """The duties that go with one power (责任清单), and on what its holders answer for them."""

    duties = models.JSONField(_("责任事项"), default=list)
    accountability = models.CharField(_("追责依据"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("责任清单")
        ordering = ["organisation_code", "catalogue_code", "version"]
        constraints = _list_constraints("responsibility_list")


class CentreEntry(models.Model):
    """One handling item in one centre (进驻), from the day it entered until the day it left."""

    centre = models.CharField(_("中心代码"), max_length=48)
    handling_code = models.CharField(_("业务办理项编码（33位）"), max_length=33, db_index=True)
    organisation_code = models.CharField(_("部门编码"), max_length=48, db_index=True)
    entered_on = models.DateField(_("进驻日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("进驻事项")
        ordering = ["centre", "handling_code", "entered_on", "id"]
        indexes = [models.Index(fields=["centre", "entered_on", "left_on"], name="catalogue_centre_entry_days")]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "handling_code"],
                condition=Q(left_on__isnull=True),
                name="centre_entry_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("entered_on")),
                name="centre_entry_dates_are_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.handling_code} {self.entered_on}"
