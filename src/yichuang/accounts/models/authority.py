"""The authority list (授权清单): who may do what with which items, as letters of authority say."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.models.people import User
from yichuang.accounts.values import Power


class Authority(models.Model):
    """One line: holder, organisation, item ("" for all), power, period (`valid_until` exclusive) and its letter.

    That periods of one holder's same power do not overlap is held by a trigger too (migration 0003): a
    constraint of PostgreSQL would need an extension.
    """

    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorities", verbose_name=_("被授权人"))
    organisation_code = models.CharField(_("部门"), max_length=64)
    item_code = models.CharField(_("事项"), max_length=5, blank=True, default="")
    power = models.CharField(_("权限"), max_length=8, choices=[(power.value, _(power.label)) for power in Power])
    valid_from = models.DateField(_("自"))
    valid_until = models.DateField(_("至（不含）"), null=True, blank=True)
    document = models.CharField(_("授权书编号"), max_length=64)

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权清单")
        indexes = [
            models.Index(fields=["organisation_code", "item_code", "power"], name="accounts_authority_asked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(power__in=[power.value for power in Power]), name="accounts_authority_power"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="accounts_authority_dates",
            ),
            models.CheckConstraint(
                condition=~Q(organisation_code="") & ~Q(document=""), name="accounts_authority_letter"
            ),
            models.UniqueConstraint(
                fields=["holder", "organisation_code", "item_code", "power", "valid_from"],
                name="accounts_authority_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.holder_id} {self.organisation_code} {self.item_code} {self.power}"
