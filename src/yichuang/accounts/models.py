"""Tables of accounts: users, their grants, the sign-in log."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.values import Role


class UserManager(BaseUserManager["User"]):
    """Creates users; the superuser of Django's own command becomes an operator by grant."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create one user with a hashed password; no password means nobody can sign in with one."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user and grant him the operator's role."""
        user = self.create_user(username, password, **fields)
        Grant.objects.create(user=user, role=Role.OPERATOR, valid_from=timezone.localdate())
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; what he may do is on his grants, not here."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("用户名"), max_length=64, unique=True)
    display_name = models.CharField(_("姓名"), max_length=64)
    employee_number = models.CharField(_("工号"), max_length=32, blank=True, default="")
    division_code = models.CharField(_("区划"), max_length=12, blank=True, default="")
    organisation_code = models.CharField(_("部门"), max_length=64, blank=True, default="")
    centre_code = models.CharField(_("中心"), max_length=64, blank=True, default="")
    is_active = models.BooleanField(_("在用"), default=True)
    is_demonstration = models.BooleanField(_("演示账号"), default=False, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return f"{self.display_name} ({self.username})"

    @property
    def is_staff(self) -> bool:
        """Return whether Django admin opens; it asks for this name. The answer is the operator's grant."""
        from yichuang.accounts.permissions import allowed  # the permission source reads these tables

        return bool(allowed(self, "system.operate"))

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - asked by the admin
        """Return whether the admin may show or change a table: operators may, nobody else."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - asked by the admin
        """Return whether the admin lists an application: for operators all."""
        return self.is_active and self.is_staff


class Grant(models.Model):
    """A role held by a user, for a place and for a time; `valid_until` is exclusive."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("用户"))
    role = models.CharField(_("岗位"), max_length=32, choices=[(role.value, _(role.label)) for role in Role])
    division_code = models.CharField(_("区划"), max_length=12, blank=True, default="")
    organisation_code = models.CharField(_("部门"), max_length=64, blank=True, default="")
    centre_code = models.CharField(_("中心"), max_length=64, blank=True, default="")
    valid_from = models.DateField(_("自"))
    valid_until = models.DateField(_("至（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位授权")
        verbose_name_plural = _("岗位授权")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="accounts_grant_role"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="accounts_grant_dates"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "division_code", "organisation_code", "centre_code", "valid_from"],
                name="accounts_grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.division_code} {self.organisation_code} {self.valid_from}"


class SignInAttempt(models.Model):
    """One line of the sign-in log: who tried, from where, how it ended."""

    class Outcome(models.TextChoices):
        """How the try ended; wrong until proven right, so that parallel guesses are all counted."""

        WRONG = "wrong", _("不正确")
        ENTERED = "entered", _("已登录")
        LOCKED = "locked", _("锁定中")
        LEFT = "left", _("已退出")

    username = models.CharField(_("用户名"), max_length=64)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("用户"))
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices)
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("登录记录")
        verbose_name_plural = _("登录记录")
        indexes = [models.Index(fields=["username", "-id"], name="accounts_attempt_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["wrong", "entered", "locked", "left"]), name="accounts_attempt_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.username} {self.outcome} {self.at:%Y-%m-%d %H:%M:%S}"
