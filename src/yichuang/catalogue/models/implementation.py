"""Implementation list (实施清单): what one organisation promises the public about one catalogue item.

All 64 item fields of GB/T 39046-2020 have a column here or in the tables of parts (`domain.fields`).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.codes import CodeList
from yichuang.catalogue.models.versions import CatalogueItem, Version, version_constraints


def _choices(code_list: CodeList) -> list[tuple[str, str]]:
    return [(str(code_list.value(entry)), entry.name) for entry in code_list]


class ImplementationItem(Version):
    """One version of one implementation code (31): organisation, level and catalogue item."""

    catalogue_item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, verbose_name=_("目录事项"))
    implementation_code = models.CharField(_("实施编码（31位）"), max_length=31)
    local_code = models.CharField(_("实施编码（24位）"), max_length=24, blank=True, default="")
    catalogue_code = models.CharField(_("基本编码（12位）"), max_length=12)
    basic_code = models.CharField(_("基本编码（10位）"), max_length=10)
    item_code = models.CharField(_("主项编码"), max_length=5)
    name = models.CharField(_("事项名称"), max_length=200)
    type_code = models.CharField(_("事项类型"), max_length=2, choices=_choices(codes.TYPES))
    level = models.CharField(_("行使层级"), max_length=1, choices=_choices(codes.LEVELS))
    authority_split = models.CharField(_("权限划分"), max_length=1000, blank=True, default="")
    exercised_content = models.TextField(_("行使内容"), blank=True, default="")
    # A plain code, not a key to regions: the list must survive being carried to a node that has other organisations.
    organisation_code = models.CharField(_("实施主体编码"), max_length=48)
    organisation_name = models.CharField(_("实施主体"), max_length=100)
    organisation_uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    organisation_nature = models.CharField(_("实施主体性质"), max_length=1, choices=_choices(codes.NATURES))
    division = models.CharField(_("行政管辖代码"), max_length=12, db_index=True)
    division_name = models.CharField(_("行政管辖"), max_length=40, blank=True, default="")
    statutory_amount = models.PositiveSmallIntegerField(_("法定办结时限"), null=True, blank=True)
    statutory_unit = models.CharField(_("法定时限单位"), max_length=16, choices=_choices(codes.UNITS))
    statutory_note = models.TextField(_("法定时限说明"), blank=True, default="")
    promised_amount = models.PositiveSmallIntegerField(_("承诺办结时限"))
    promised_unit = models.CharField(_("承诺时限单位"), max_length=16, choices=_choices(codes.UNITS))
    promised_note = models.TextField(_("承诺时限说明"), blank=True, default="")
    kind = models.CharField(_("办件类型"), max_length=16, choices=_choices(codes.KINDS))
    review = models.CharField(_("审查类型"), max_length=16, choices=_choices(codes.REVIEWS))
    conditions = models.JSONField(_("受理条件"), default=list, blank=True)
    joint_names = models.JSONField(_("共同实施部门"), default=list, blank=True)
    joint_codes = models.JSONField(_("共同实施部门编码"), default=list, blank=True)
    undertaking_name = models.CharField(_("承办机构"), max_length=100, blank=True, default="")
    undertaking_code = models.CharField(_("承办机构编码"), max_length=48, blank=True, default="")
    intermediary = models.CharField(_("中介服务"), max_length=2000, blank=True, default="")
    quota = models.CharField(_("数量限制"), max_length=200, blank=True, default="")
    result_type = models.CharField(_("结果类型"), max_length=16, choices=_choices(codes.RESULT_TYPES))
    result_name = models.CharField(_("结果名称"), max_length=100, blank=True, default="")
    result_sample = models.CharField(_("结果样本"), max_length=200, blank=True, default="")
    charged = models.BooleanField(_("是否收费"), default=False)
    fee_basis = models.TextField(_("收费依据"), blank=True, default="")
    cross_region = models.CharField(_("通办范围"), max_length=1, blank=True, default="")
    objects_served = models.JSONField(_("服务对象"), default=list)
    themes = models.JSONField(_("服务主题"), default=list, blank=True)
    legal_theme_codes = models.JSONField(_("法人服务主题代码"), default=list, blank=True)
    natural_theme_codes = models.JSONField(_("自然人服务主题代码"), default=list, blank=True)
    channels = models.JSONField(_("办理形式"), default=list)
    special_procedures = models.JSONField(_("特别程序"), default=list, blank=True)
    appointment = models.BooleanField(_("是否支持预约办理"), default=False)
    pay_online = models.BooleanField(_("是否支持网上支付"), default=False)
    express = models.BooleanField(_("是否支持物流快递"), default=False)
    online = models.BooleanField(_("是否网办"), default=False)
    online_address = models.CharField(_("网办地址"), max_length=200, blank=True, default="")
    system_level = models.CharField(_("运行系统层级"), max_length=20, blank=True, default="")
    place = models.CharField(_("办理地点"), max_length=100, blank=True, default="")
    hours = models.CharField(_("办理时间"), max_length=150, blank=True, default="")
    consult_means = models.CharField(_("咨询方式"), max_length=100, blank=True, default="")
    consult_phone = models.CharField(_("咨询电话"), max_length=18, blank=True, default="")
    supervision_phone = models.CharField(_("监督电话"), max_length=18, blank=True, default="")
    questions = models.JSONField(_("常见问题"), default=list, blank=True)
    online_depth = models.PositiveSmallIntegerField(_("网办深度"), default=1)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=1)
    convenience = models.BooleanField(_("便民事项"), default=False)
    digest = models.CharField(_("内容摘要"), max_length=64)

    class Meta:
        verbose_name = _("实施清单")
        verbose_name_plural = _("实施清单")
        ordering = ["implementation_code", "version", "id"]
        indexes = [
            models.Index(fields=["organisation_code", "item_code"], name="catalogue_impl_by_item"),
            models.Index(fields=["division", "item_code", "organisation_code"], name="catalogue_impl_page"),
        ]
        constraints = [
            *version_constraints("implementation_item", "implementation_code"),
            # Across units a check in SQL would need a calendar; the pure rule `domain.limits` judges those.
            models.CheckConstraint(
                condition=Q(statutory_amount__isnull=True)
                | ~Q(statutory_unit=F("promised_unit"))
                | Q(promised_amount__lte=F("statutory_amount")),
                name="implementation_promise_within_law",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.implementation_code} v{self.version} {self.name}"


class PartRow(models.Model):
    """One row of a part of an implementation item, in the order its organisation listed it."""

    item = models.ForeignKey(ImplementationItem, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(_("序号"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.item_id} {self.position}"


class Material(PartRow):
    """One material (材料)."""

    name = models.CharField(_("材料名称"), max_length=200)
    issuer = models.CharField(_("出具机构"), max_length=100, blank=True, default="")
    issued_within = models.CharField(_("出具时间要求"), max_length=150, blank=True, default="")
    handling_note = models.CharField(_("材料办理说明"), max_length=500, blank=True, default="")
    handling_place = models.CharField(_("材料办理地点"), max_length=400, blank=True, default="")
    use_note = models.CharField(_("材料使用说明"), max_length=500, blank=True, default="")
    originals = models.PositiveSmallIntegerField(_("原件份数"), default=0)
    copies = models.PositiveSmallIntegerField(_("复印件份数"), default=0)
    required = models.BooleanField(_("是否必备材料"), default=True)
    form = models.CharField(_("材料形式"), max_length=16, choices=_choices(codes.FORMS))
    key = models.BooleanField(_("主审要件"), default=False)
    legal_basis = models.CharField(_("要求提供的依据"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("申请材料")
        ordering = ["item", "position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="material_position")]


class LegalBasis(PartRow):
    """One legal basis (设定依据)."""

    law = models.CharField(_("依据名称"), max_length=300)
    article = models.CharField(_("条款"), max_length=200, blank=True, default="")
    as_of = models.CharField(_("版本日期"), max_length=10, blank=True, default="")
    verified = models.CharField(_("核实"), max_length=1, default="K")

    class Meta:
        verbose_name = verbose_name_plural = _("设定依据")
        ordering = ["item", "position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="legal_basis_position")]


class Step(PartRow):
    """One step (环节) with its limit in the unit of the promise."""

    name = models.CharField(_("环节名称"), max_length=50)
    post = models.CharField(_("岗位"), max_length=16, blank=True, default="", choices=_choices(codes.POSTS))
    amount = models.PositiveSmallIntegerField(_("环节时限"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("办理环节")
        ordering = ["item", "position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="step_position")]


class HandlingItem(PartRow):
    """One handling item (业务办理项); `full_code` (33) stays the same through the versions of its item."""

    code = models.CharField(_("办理项编码"), max_length=2)
    full_code = models.CharField(_("业务办理项编码（33位）"), max_length=33, db_index=True)
    name = models.CharField(_("办理项名称"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("业务办理项")
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="handling_item_position"),
            models.UniqueConstraint(fields=["item", "code"], name="handling_item_code"),
        ]


class Fee(PartRow):
    """One fee (收费项目)."""

    name = models.CharField(_("收费项目"), max_length=200)
    standard = models.CharField(_("收费标准"), max_length=500, blank=True, default="")
    basis = models.CharField(_("收费依据"), max_length=500, blank=True, default="")
    reducible = models.BooleanField(_("是否允许减免"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("收费项目")
        ordering = ["item", "position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="fee_position")]
