"""Tables of the regions context. Every row is true from `valid_from` up to, not including, `valid_until`.

Foreign keys point to codes, not to numbers: a dump reads like the data files it came from, and rows keep
their identity when a database is built anew.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.regions.values import (
    AmendmentKind,
    CentreStateKind,
    Level,
    OrganisationKind,
    PostRank,
    PostRole,
    WindowKind,
)


def _choices(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


# Foreign keys have no reverse name: rows are read through queries only.
class Dated(models.Model):
    """What all tables share: the days on which a row is true."""

    valid_from = models.DateField(_("起始日"))
    valid_until = models.DateField(_("截止日（不含）"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_period",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            )
        ]


class Amendable(Dated):
    """What rows share that amendments reach: which one made or changed them, and what the data file says of them.

    `amendment` is null where a row stands as in its file. `filed` holds the cells of the file, by column, where it
    says something else; it is null where it says the same, or nothing because an amendment made the row.
    """

    filed = models.JSONField(_("数据文件所载"), null=True, blank=True)
    amendment = models.ForeignKey(
        "regions.Amendment",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("修订"),
    )

    class Meta(Dated.Meta):
        abstract = True


class Division(Dated):
    """A division: city, county, zone or town."""

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=64)
    short_name = models.CharField(_("简称"), max_length=32)
    level = models.CharField(_("层级"), max_length=8, choices=_choices(Level))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("上级"),
    )
    statutory = models.BooleanField(_("法定区划"))
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("后继"),
    )
    source = models.CharField(_("来源"), max_length=200, blank=True, default="")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Organisation(Dated):
    """A department, a public institution, a convenience enterprise or a town hall's body."""

    code = models.CharField(_("部门代码"), max_length=64, unique=True)
    number = models.CharField(_("部门序号"), max_length=2, blank=True, default="")
    department_key = models.CharField(_("部门简码"), max_length=32, db_index=True)
    division = models.ForeignKey(
        "regions.Division", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("区划")
    )
    name = models.CharField(_("名称"), max_length=96)
    short_name = models.CharField(_("简称"), max_length=32)
    kind = models.CharField(_("机构类别"), max_length=20, choices=_choices(OrganisationKind))
    organisation_code = models.CharField(_("组织机构代码"), max_length=9, unique=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("后继"),
    )
    source = models.CharField(_("来源"), max_length=200, blank=True, default="")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("部门")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Centre(Amendable):
    """A government-service centre, or the convenience hall of a town."""

    code = models.CharField(_("中心代码"), max_length=64, unique=True)
    name = models.CharField(_("名称"), max_length=96)
    division = models.ForeignKey(
        "regions.Division", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("区划")
    )
    level = models.CharField(_("层级"), max_length=8, choices=_choices(Level))
    organisation = models.ForeignKey(
        "regions.Organisation", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("运行机构")
    )
    floor_area = models.DecimalField(_("面积（平方米）"), max_digits=9, decimal_places=1, null=True, blank=True)
    opened_on = models.DateField(_("启用日"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("后继"),
    )
    source = models.CharField(_("来源"), max_length=200, blank=True, default="")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("政务服务中心")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CentreState(Amendable):
    """How far a centre had come in a period; a removal to a new building is a new row."""

    code = models.CharField(_("代码"), max_length=64, unique=True)
    centre = models.ForeignKey(
        "regions.Centre", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("中心")
    )
    state = models.CharField(_("状态"), max_length=8, choices=_choices(CentreStateKind))
    source = models.CharField(_("来源"), max_length=200, blank=True, default="")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("中心建设状态")
        ordering = ["centre_id", "valid_from", "code"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="regions_centrestate_start", fields=["centre", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class CentreSystem(Amendable):
    """Whether a centre had an electronic supervision system, and one that speaks with the city's."""

    code = models.CharField(_("代码"), max_length=64, unique=True)
    centre = models.ForeignKey(
        "regions.Centre", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("中心")
    )
    supervision = models.BooleanField(_("已建电子监察系统"))
    compatible = models.BooleanField(_("与市系统兼容"))
    source = models.CharField(_("来源"), max_length=200, blank=True, default="")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("中心电子监察系统")
        ordering = ["centre_id", "valid_from", "code"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="regions_centresystem_start", fields=["centre", "valid_from"]),
            models.CheckConstraint(
                name="regions_centresystem_compatible", condition=Q(supervision=True) | Q(compatible=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.supervision}"


class Window(Amendable):
    """A window of a centre and the organisation that sits there."""

    code = models.CharField(_("窗口代码"), max_length=64, unique=True)
    centre = models.ForeignKey(
        "regions.Centre", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("中心")
    )
    number = models.CharField(_("窗口号"), max_length=8)
    name = models.CharField(_("名称"), max_length=64)
    kind = models.CharField(_("类别"), max_length=16, choices=_choices(WindowKind))
    area = models.CharField(_("功能区"), max_length=16, blank=True, default="")
    organisation = models.ForeignKey(
        "regions.Organisation", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("部门")
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("窗口")
        ordering = ["centre_id", "number", "valid_from", "code"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="regions_window_start", fields=["centre", "number", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StaffMember(Dated):
    """A member of staff; names are synthetic."""

    number = models.CharField(_("工号"), max_length=32, unique=True)
    name = models.CharField(_("姓名"), max_length=64)
    organisation = models.ForeignKey(
        "regions.Organisation", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("部门")
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("工作人员")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class Post(Amendable):
    """One person in one post, at a window or in a section; A holds it, B takes over (AB岗)."""

    code = models.CharField(_("岗位代码"), max_length=64, unique=True)
    staff = models.ForeignKey(
        "regions.StaffMember", on_delete=models.PROTECT, to_field="number", related_name="+", verbose_name=_("工作人员")
    )
    organisation = models.ForeignKey(
        "regions.Organisation", on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("部门")
    )
    window = models.ForeignKey(
        "regions.Window",
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("窗口"),
    )
    role = models.CharField(_("岗位"), max_length=24, choices=_choices(PostRole))
    rank = models.CharField(_("AB岗"), max_length=1, blank=True, default="", choices=_choices(PostRank))

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = _("任职")
        ordering = ["code"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="regions_post_window", condition=~Q(role=PostRole.WINDOW.value) | Q(window__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Load(models.Model):
    """One change of the data; each knows the one before, so two at the same time cannot both succeed.

    A load of the files names its folder and what it changed; an amendment has neither.
    """

    version = models.CharField(_("数据版本"), max_length=64, unique=True)
    previous = models.CharField(_("上一版本"), max_length=64, unique=True, blank=True)
    folder = models.CharField(_("数据目录"), max_length=400, blank=True)
    by_id = models.CharField(_("操作人标识"), max_length=64)
    by_name = models.CharField(_("操作人"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"))
    changes = models.JSONField(_("变更数"))

    class Meta:
        verbose_name = verbose_name_plural = _("区划数据载入记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.version


class Amendment(models.Model):
    """One change that a manager recorded beside the data files; never rewritten, never removed.

    `details` are cells as the data files write them, by file. The centre is named by its code: a registration that
    is withdrawn before its day leaves no row to point to.
    """

    centre = models.CharField(_("中心代码"), max_length=64)
    kind = models.CharField(_("修订事项"), max_length=24, choices=_choices(AmendmentKind))
    in_force_on = models.DateField(_("生效日"))
    details = models.JSONField(_("修订内容"))
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("撤回的修订")
    )
    reason = models.CharField(_("理由"), max_length=500)
    by_id = models.CharField(_("操作人标识"), max_length=64)
    by_name = models.CharField(_("操作人"), max_length=100)
    recorded_at = models.DateTimeField(_("修订登记时间"))
    load = models.OneToOneField(Load, on_delete=models.PROTECT, related_name="+", verbose_name=_("数据版本"))

    class Meta:
        verbose_name = verbose_name_plural = _("中心修订")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="regions_amendment_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="regions_amendment_withdraws",
                condition=Q(kind=AmendmentKind.WITHDRAWN.value, withdraws__isnull=False)
                | (~Q(kind=AmendmentKind.WITHDRAWN.value) & Q(withdraws__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["centre", "id"], name="regions_amendment_of_centre")]

    def __str__(self) -> str:
        return f"{self.centre} {self.kind} {self.in_force_on}"
