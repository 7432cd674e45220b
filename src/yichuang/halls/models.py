"""Tables of halls: slots with their places, bookings, announcements, and who did what.

No slot is overbooked and nobody books twice a day, whoever asks at the same instant: the database holds both.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.halls.domain.bookings import BookingState


class SlotPlaces(models.Model):
    """How many places of one slot are taken; a row comes into being with the first booking."""

    centre = models.CharField(_("中心"), max_length=64)
    area = models.CharField(_("大厅分区"), max_length=32, blank=True, default="")
    starts_at = models.DateTimeField(_("开始时间"))
    capacity = models.PositiveIntegerField(_("名额"))
    taken = models.PositiveIntegerField(_("已约"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("预约时段")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "starts_at", "area"], name="halls_slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="halls_slot_never_overbooked"),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.starts_at} {self.taken}/{self.capacity}"


class Booking(models.Model):
    """One place held by one person."""

    code = models.CharField(_("预约码"), max_length=9, unique=True)
    slot = models.ForeignKey(SlotPlaces, on_delete=models.PROTECT, related_name="+", verbose_name=_("预约时段"))
    # Repeated from the slot, for the unique constraints and the day's list.
    centre = models.CharField(_("中心"), max_length=64)
    area = models.CharField(_("大厅分区"), max_length=32, blank=True, default="")
    on = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    state = models.CharField(_("状态"), max_length=12, default=BookingState.BOOKED.value)
    owner = models.CharField(_("预约账号"), max_length=64, blank=True, default="")
    name = models.CharField(_("姓名"), max_length=100)
    phone = models.CharField(_("电话"), max_length=32)
    item = models.CharField(_("事项"), max_length=40, blank=True, default="")
    case_number = models.CharField(_("办件编号"), max_length=64, blank=True, default="")
    booked_at = models.DateTimeField(_("预约时间"))
    changed_at = models.DateTimeField(_("变更时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("预约")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BookingState]), name="halls_booking_state"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="halls_booking_lasts"),
            models.UniqueConstraint(
                fields=["owner", "on"],
                condition=Q(state=BookingState.BOOKED.value) & ~Q(owner=""),
                name="halls_one_open_booking_a_day",
            ),
            models.UniqueConstraint(
                fields=["phone", "on"],
                condition=Q(state=BookingState.BOOKED.value, owner=""),
                name="halls_one_open_booking_a_phone",
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "on", "starts_at", "id"], name="halls_booking_of_day"),
            models.Index(fields=["owner", "-starts_at", "-id"], name="halls_booking_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Announcement(models.Model):
    """What a government tells its public from a day on; withdrawn ones stay."""

    division = models.CharField(_("区划"), max_length=12)
    centre = models.CharField(_("中心"), max_length=64, blank=True, default="")
    title = models.CharField(_("标题"), max_length=100)
    text = models.TextField(_("内容"))
    from_on = models.DateField(_("起始日"))
    until = models.DateField(_("截止日（不含）"), null=True, blank=True)
    by_id = models.CharField(_("发布人标识"), max_length=64)
    by_name = models.CharField(_("发布人"), max_length=100)
    published_at = models.DateTimeField(_("发布时间"))
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_by = models.CharField(_("撤下人"), max_length=100, blank=True, default="")
    withdrawn_reason = models.CharField(_("撤下理由"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("公告")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("from_on")), name="halls_announcement_dates"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="halls_announcement_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="halls_announcement_withdrawn_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["division", "-from_on", "-id"], name="halls_announcement_of_division")]

    def __str__(self) -> str:
        return self.title


class HallAct(models.Model):
    """Who did what in the hall, and when; never changed or removed. `subject` is a booking code or announcement id."""

    at = models.DateTimeField(_("时间"))
    by_id = models.CharField(_("办理人标识"), max_length=64)
    by_name = models.CharField(_("办理人"), max_length=100)
    act = models.CharField(_("事由"), max_length=24)
    subject = models.CharField(_("对象"), max_length=24)

    class Meta:
        verbose_name = verbose_name_plural = _("大厅记录")
        ordering = ["id"]
        indexes = [models.Index(fields=["subject", "id"], name="halls_act_of_subject")]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
