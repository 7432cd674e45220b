"""Tables of feedback: ratings, matters with their history and people, appeals, numbers, the throttle.

A rating and a line of history are never changed or removed; the database itself refuses it (migration 0002).
People stand in a table of their own, so that they can be erased and the matter stays.
"""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.feedback.domain.lifecycle import FINAL, Kind, State, states_of
from yichuang.feedback.domain.ratings import Channel, Service

_STATES = reduce(or_, (Q(kind=kind.value, state__in=sorted(state.value for state in states_of(kind))) for kind in Kind))
_FINAL = sorted(state.value for state in FINAL)


class Rating(models.Model):
    """What one person said of one stretch of service of one case. There is no default level on purpose."""

    case_number = models.CharField(_("办件编号"), max_length=64)
    service = models.CharField(_("评价环节"), max_length=16)
    level = models.PositiveSmallIntegerField(_("评价等级"))
    tags = models.JSONField(_("选项"), default=list, blank=True)
    text = models.TextField(_("文字评价"), blank=True, default="")
    channel = models.CharField(_("评价渠道"), max_length=16)
    organisation = models.CharField(_("部门"), max_length=64)
    division = models.CharField(_("区划"), max_length=12)
    # A county's list is found by equality: a prefix of the division would not serve the order of the list.
    county = models.CharField(_("县区"), max_length=6)
    item = models.CharField(_("事项"), max_length=40, blank=True, default="")
    rater_digest = models.CharField(_("评价人摘要"), max_length=64)
    rated_at = models.DateTimeField(_("评价时间"))
    rated_on = models.DateField(_("评价日期"))
    excluded_at = models.DateTimeField(_("剔除时间"), null=True, blank=True)
    excluded_reason = models.TextField(_("剔除理由"), blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case_number", "service"], name="feedback_rating_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="feedback_rating_level"),
            models.CheckConstraint(condition=Q(service__in=[s.value for s in Service]), name="feedback_rating_service"),
            models.CheckConstraint(condition=Q(channel__in=[c.value for c in Channel]), name="feedback_rating_channel"),
            models.CheckConstraint(condition=~Q(rater_digest="") & ~Q(case_number=""), name="feedback_rating_is_real"),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True, excluded_reason="")
                | (Q(excluded_at__isnull=False) & ~Q(excluded_reason="")),
                name="feedback_rating_excluded_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rated_on", "county", "organisation", "level", "excluded_at"], name="feedback_rating_sums"
            ),
            models.Index(fields=["county", "-id"], name="feedback_rating_of_county"),
            models.Index(fields=["organisation", "-id"], name="feedback_rating_of_body"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.service} {self.level}"


class Matter(models.Model):
    """A work order, a consultation or a complaint: what it is about, where it stands, by when what must be done."""

    number = models.CharField(_("编号"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=16)
    state = models.CharField(_("状态"), max_length=16)
    version = models.PositiveIntegerField(_("步骤数"), default=1)
    title = models.CharField(_("标题"), max_length=100, blank=True, default="")
    text = models.TextField(_("内容"), blank=True, default="")
    division = models.CharField(_("区划"), max_length=12)
    organisation = models.CharField(_("承办部门"), max_length=64, blank=True, default="")
    # Whom a complaint is about; the body that looks into it may be another.
    about = models.CharField(_("被投诉部门"), max_length=64, blank=True, default="")
    target = models.CharField(_("被投诉的人或窗口"), max_length=100, blank=True, default="")
    category = models.CharField(_("投诉类别"), max_length=24, blank=True, default="")
    centre = models.CharField(_("中心"), max_length=64, blank=True, default="")
    item = models.CharField(_("事项"), max_length=40, blank=True, default="")
    case_number = models.CharField(_("办件编号"), max_length=64, blank=True, default="")
    owner = models.CharField(_("提出账号"), max_length=64, blank=True, default="")
    rating = models.OneToOneField(
        Rating, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("差评")
    )
    opened_at = models.DateTimeField(_("提出时间"))
    opened_on = models.DateField(_("提出日期"))
    due_on = models.DateField(_("办理期限"))
    extended = models.BooleanField(_("已延期"), default=False)
    attempts = models.PositiveSmallIntegerField(_("联系未果次数"), default=0)
    finding = models.CharField(_("认定"), max_length=16, blank=True, default="")
    correction = models.TextField(_("整改情况"), blank=True, default="")
    answer = models.TextField(_("答复"), blank=True, default="")
    replied_by = models.CharField(_("答复人"), max_length=64, blank=True, default="")
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    may_publish = models.BooleanField(_("同意公开"), default=False)
    closed_at = models.DateTimeField(_("了结时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("咨询、投诉和工单")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=_STATES, name="feedback_matter_state_of_its_kind"),
            models.CheckConstraint(
                condition=Q(kind=Kind.WORK_ORDER.value, rating__isnull=False)
                | (~Q(kind=Kind.WORK_ORDER.value) & Q(rating__isnull=True)),
                name="feedback_matter_order_has_a_rating",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, state__in=_FINAL)
                | (Q(closed_at__isnull=True) & ~Q(state__in=_FINAL)),
                name="feedback_matter_closed_when_final",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ANSWERED.value, State.REPLIED.value, State.REFUSED.value])
                | ~Q(answer=""),
                name="feedback_matter_answered_in_words",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("opened_on")), name="feedback_matter_due_after_opening"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "due_on", "id"], condition=Q(closed_at__isnull=True), name="feedback_matter_open"
            ),
            models.Index(fields=["kind", "organisation", "due_on", "id"], name="feedback_matter_of_body"),
            models.Index(fields=["owner", "-id"], condition=~Q(owner=""), name="feedback_matter_of_owner"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="feedback_matter_of_case"),
            models.Index(
                fields=["kind", "-id"],
                condition=Q(state__in=[State.ANSWERED.value, State.CLOSED.value]),
                name="feedback_matter_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Party(models.Model):
    """Who brought a consultation or a complaint, beside the matter, so that he can be erased."""

    matter = models.OneToOneField(
        Matter, on_delete=models.CASCADE, primary_key=True, related_name="party", verbose_name=_("咨询、投诉")
    )
    name = models.CharField(_("姓名"), max_length=100, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=32, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("提出人")

    def __str__(self) -> str:
        return str(self.matter_id)


class MatterStep(models.Model):
    """One line of history: who did what, when, by which deadline; never changed or removed."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps", verbose_name=_("咨询、投诉"))
    seq = models.PositiveIntegerField(_("序号"))
    step = models.CharField(_("步骤"), max_length=20)
    state = models.CharField(_("其后状态"), max_length=16)
    at = models.DateTimeField(_("时间"))
    by_id = models.CharField(_("办理人标识"), max_length=64)
    by_name = models.CharField(_("办理人"), max_length=100)
    by_organisation = models.CharField(_("办理人部门"), max_length=64, blank=True, default="")
    text = models.TextField(_("办理说明"), blank=True, default="")
    organisation = models.CharField(_("转往部门"), max_length=64, blank=True, default="")
    met_due_on = models.DateField(_("当时期限"), null=True, blank=True)
    late = models.BooleanField(_("逾期"), default=False)
    due_on = models.DateField(_("其后期限"))

    class Meta:
        verbose_name = verbose_name_plural = _("办理记录")
        ordering = ["matter_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="feedback_step_one_line_a_place"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="feedback_step_counts_from_one"),
            models.CheckConstraint(condition=~Q(by_id=""), name="feedback_step_by_somebody"),
        ]
        indexes = [models.Index(fields=["step", "at"], name="feedback_step_by_kind")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.seq} {self.step}"


class Appeal(models.Model):
    """A department asks that a bad rating be left out; the centre decides, once."""

    order = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("工单"))
    lodged_at = models.DateTimeField(_("申请时间"))
    due_on = models.DateField(_("复核期限"))
    reason = models.TextField(_("申请理由"))
    by_name = models.CharField(_("申请人"), max_length=100)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    excluded = models.BooleanField(_("剔除"), null=True, blank=True)
    decision = models.TextField(_("决定理由"), blank=True, default="")
    decided_by = models.CharField(_("决定人"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("评价复核")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, excluded__isnull=True)
                | (Q(decided_at__isnull=False, excluded__isnull=False) & ~Q(decision="")),
                name="feedback_appeal_decided_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(decided_at__isnull=True), name="feedback_appeal_pending")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.excluded}"


class Serial(models.Model):
    """The last serial number given out to a kind of matter in a division on a day."""

    kind = models.CharField(_("类别"), max_length=16)
    division = models.CharField(_("区划"), max_length=6)
    on = models.DateField(_("日期"))
    last = models.PositiveIntegerField(_("末号"))

    class Meta:
        verbose_name = verbose_name_plural = _("编号")
        constraints = [models.UniqueConstraint(fields=["kind", "division", "on"], name="feedback_serial_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.division} {self.on} {self.last}"


class Throttle(models.Model):
    """How often one network did one thing on one day; a digest that says nothing of the network, kept for a day."""

    purpose = models.CharField(_("用途"), max_length=16)
    network_digest = models.CharField(_("网络摘要"), max_length=64)
    on = models.DateField(_("日期"))
    count = models.PositiveIntegerField(_("次数"))

    class Meta:
        verbose_name = verbose_name_plural = _("限次")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "network_digest", "on"], name="feedback_throttle_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.on} {self.count}"
