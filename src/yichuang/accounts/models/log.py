"""What is written down about accounts: the sign-in log, open sessions, old passwords, the account log."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.models.people import User
from yichuang.accounts.values import AccountEvent


class SignInAttempt(models.Model):
    """One line of the sign-in log: who tried, from where, how it ended."""

    class Outcome(models.TextChoices):
        """How the try ended; wrong until proven right, so that parallel guesses are all counted."""

        WRONG = "wrong", _("不正确")
        # The password was right and a second factor is still asked for: neither a success nor a slip, or a
        # known password would begin the count of wrong codes anew each time.
        HALF = "half", _("待第二因素")
        ENTERED = "entered", _("已登录")
        CONFIRMED = "confirmed", _("已确认")
        LOCKED = "locked", _("锁定中")
        UNLOCKED = "unlocked", _("解除锁定")
        LEFT = "left", _("已退出")
        EXPIRED = "expired", _("会话到期")

    class Door(models.TextChoices):
        """Where the try was made."""

        PASSWORD = "password", _("密码")
        SECOND_FACTOR = "second-factor", _("第二因素")
        CONFIRMATION = "confirmation", _("再次确认")
        IDENTITY = "identity", _("统一身份认证")

    username = models.CharField(_("用户名"), max_length=64)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("用户"))
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices)
    door = models.CharField(_("入口"), max_length=16, choices=Door.choices, default=Door.PASSWORD)
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("登录记录")
        verbose_name_plural = _("登录记录")
        indexes = [models.Index(fields=["username", "-id"], name="accounts_attempt_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["wrong", "half", "entered", "confirmed", "locked", "unlocked", "left", "expired"]
                ),
                name="accounts_attempt_outcome",
            ),
            models.CheckConstraint(
                condition=Q(door__in=["password", "second-factor", "confirmation", "identity"]),
                name="accounts_attempt_door",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.username} {self.outcome} {self.at:%Y-%m-%d %H:%M:%S}"


class SignedInSession(models.Model):
    """One session that a sign-in began, so that it can be listed and ended from elsewhere."""

    class Why(models.TextChoices):
        """Why a session ended."""

        LEFT = "left", _("已退出")
        IDLE = "idle", _("闲置过久")
        LIFETIME = "lifetime", _("到达最长时限")
        TOO_MANY = "too-many", _("会话过多")
        ENDED = "ended", _("由本人或管理员结束")
        GONE = "gone", _("会话到期")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("用户"))
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(_("登录时间"))
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    ended_why = models.CharField(_("结束原因"), max_length=16, choices=Why.choices, blank=True, default="")

    class Meta:
        verbose_name = _("会话")
        verbose_name_plural = _("会话")
        indexes = [
            models.Index(fields=["user", "began_at"], name="accounts_session_open", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="accounts_session_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M:%S}"


class OldPassword(models.Model):
    """The hash of a password that was used, so that it is not used again too soon."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("用户"))
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("用过的密码")
        verbose_name_plural = _("用过的密码")
        indexes = [models.Index(fields=["user", "-id"], name="accounts_old_password_recent")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.replaced_at:%Y-%m-%d}"


class AccountLogEntry(models.Model):
    """One line of the account log: appended to, never changed or removed (the database refuses)."""

    at = models.DateTimeField(_("时间"))
    event = models.CharField(
        _("事件"), max_length=32, choices=[(event.value, _(event.label)) for event in AccountEvent]
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("用户"))
    by_id = models.CharField(_("办理人标识"), max_length=64)
    by_name = models.CharField(_("办理人"), max_length=64)
    detail = models.CharField(_("内容"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("账号日志")
        verbose_name_plural = _("账号日志")
        indexes = [models.Index(fields=["user", "-id"], name="accounts_log_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__in=[event.value for event in AccountEvent]), name="accounts_log_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.event} {self.user_id}"
