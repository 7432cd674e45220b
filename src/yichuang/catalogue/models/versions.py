"""Catalogue list (目录清单): which items exist at all, in which version, approved by whom.

A version is published only after the staffing (编制) and the legal (法制) department approved it
(国办函〔2016〕108号); the database itself refuses a published row without both.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.catalogue.domain.codes import TYPES
from yichuang.catalogue.domain.states import ACTION_TITLES, STANDING, STATE_TITLES, State


def _choices(titles: dict[str, str]) -> list[tuple[str, str]]:
    return [(str(value), title) for value, title in titles.items()]


def version_constraints(prefix: str, code: str) -> list[models.BaseConstraint]:
    """Return the constraints that every versioned list shares; `code` names its column of identity."""
    # Plain text: migrations must not need our code to stay as it is.
    standing = [state.value for state in STANDING]
    public = [*standing, State.SUPERSEDED.value]
    return [
        models.UniqueConstraint(fields=[code, "version"], name=f"{prefix}_code_and_version"),
        models.UniqueConstraint(
            fields=[code],
            condition=Q(state__in=standing),
            name=f"{prefix}_one_version_stands",
        ),
        models.CheckConstraint(
            condition=~Q(state__in=public) | Q(staffing_approved_at__isnull=False, legal_approved_at__isnull=False),
            name=f"{prefix}_published_needs_both_approvals",
        ),
        models.CheckConstraint(
            condition=~Q(state__in=public) | Q(effective_on__isnull=False), name=f"{prefix}_published_has_a_date"
        ),
        models.CheckConstraint(
            condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_on")),
            name=f"{prefix}_dates_are_ordered",
        ),
    ]


class Version(models.Model):
    """One version: its state, why it was made, who approved it, and from when until when it stands."""

    version = models.PositiveIntegerField(_("版本"), default=1)
    state = models.CharField(_("状态"), max_length=16, choices=_choices(STATE_TITLES), default=State.DRAFT.value)
    action = models.CharField(_("变更方式"), max_length=8, choices=_choices(ACTION_TITLES))
    reason = models.CharField(_("变更理由"), max_length=500, blank=True, default="")
    predecessors = models.JSONField(_("来源编码"), default=list, blank=True)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    effective_until = models.DateField(_("失效日期"), null=True, blank=True)
    suspended_on = models.DateField(_("暂停日期"), null=True, blank=True)
    staffing_approved_by = models.CharField(_("编制部门审核人"), max_length=100, blank=True, default="")
    staffing_approved_at = models.DateTimeField(_("编制部门审核时间"), null=True, blank=True)
    legal_approved_by = models.CharField(_("法制部门审核人"), max_length=100, blank=True, default="")
    legal_approved_at = models.DateTimeField(_("法制部门审核时间"), null=True, blank=True)
    created_by = models.CharField(_("起草人"), max_length=100)
    created_at = models.DateTimeField(_("起草时间"))

    class Meta:
        abstract = True


class CatalogueItem(Version):
    """One version of one catalogue code: what kind of matter it is, whoever exercises it."""

    code = models.CharField(_("基本编码（12位）"), max_length=12)
    item_code = models.CharField(_("主项编码"), max_length=5, db_index=True)
    basic_code = models.CharField(_("基本编码（10位）"), max_length=10)
    name = models.CharField(_("事项名称"), max_length=200)
    type_code = models.CharField(_("事项类型"), max_length=2, choices=[(c.code, c.name) for c in TYPES])
    department = models.CharField(_("主管部门"), max_length=32)
    levels = models.JSONField(_("行使层级"), default=list)

    class Meta:
        verbose_name = _("目录清单")
        verbose_name_plural = _("目录清单")
        ordering = ["code", "version", "id"]
        constraints = version_constraints("catalogue_item", "code")

    def __str__(self) -> str:
        return f"{self.code} v{self.version} {self.name}"


class CatalogueAct(models.Model):
    """One act upon the catalogue, kept for ever; the salts of all acts together version its data (`audit`)."""

    at = models.DateTimeField(_("时间"))
    by_id = models.CharField(_("操作人标识"), max_length=100)
    by_name = models.CharField(_("操作人"), max_length=100)
    act = models.CharField(_("操作"), max_length=32)
    subject = models.CharField(_("对象"), max_length=64, db_index=True)
    version = models.PositiveIntegerField(_("版本"), null=True, blank=True)
    details = models.JSONField(_("内容"), default=dict)
    salt = models.BigIntegerField(_("随机数"), editable=False)

    class Meta:
        verbose_name = _("目录操作记录")
        verbose_name_plural = _("目录操作记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name} {self.act} {self.subject}"
