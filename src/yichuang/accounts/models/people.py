"""Who can sign in: users, their grants, the verified identity of applicants and whom they represent."""

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
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, editable=False)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return f"{self.display_name} ({self.username})"

    def set_password(self, raw_password: str | None) -> None:
        """Hash a new password and note when; renewing the hash of the same password saves the hash only."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

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
    window_code = models.CharField(_("窗口"), max_length=64, blank=True, default="")
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
                fields=[
                    *("user", "role", "division_code", "organisation_code", "centre_code", "window_code"),
                    "valid_from",
                ],
                name="accounts_grant_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_code", "role"], name="accounts_grant_place"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.division_code} {self.organisation_code} {self.valid_from}"


class Person(models.Model):
    """The verified identity behind an applicant's account: what the identity provider said last."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="person", verbose_name=_("用户"))
    issuer = models.CharField(_("认证机构"), max_length=255)
    subject = models.CharField(_("认证机构内的标识"), max_length=255)
    name = models.CharField(_("姓名"), max_length=64)
    id_type = models.CharField(_("证件类型"), max_length=3)
    id_number = models.CharField(_("证件号码"), max_length=64)
    phone = models.CharField(_("电话"), max_length=32, blank=True, default="")
    email = models.CharField(_("电子邮箱"), max_length=254, blank=True, default="")
    # Kept apart, so that an invented number can never open a real person's account, or the other way round.
    is_demonstration = models.BooleanField(_("演示账号"), default=False, editable=False)
    verified_at = models.DateTimeField(_("核验时间"))

    class Meta:
        verbose_name = _("已核验身份")
        verbose_name_plural = _("已核验身份")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_person_subject"),
            models.UniqueConstraint(fields=["is_demonstration", "id_type", "id_number"], name="accounts_person_number"),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(id_number="") & ~Q(name=""), name="accounts_person_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issuer}"


class Represented(models.Model):
    """An organisation that a person may act for; `valid_until` is exclusive, set when it is no longer said."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="represented", verbose_name=_("用户"))
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("单位名称"), max_length=128)
    capacity = models.CharField(_("身份"), max_length=32)
    valid_from = models.DateField(_("自"))
    valid_until = models.DateField(_("至（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("代表的单位")
        verbose_name_plural = _("代表的单位")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__in=["legal-representative", "agent"]), name="accounts_represented_capacity"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="accounts_represented_dates",
            ),
            models.UniqueConstraint(
                fields=["person", "uscc", "capacity"],
                condition=Q(valid_until__isnull=True),
                name="accounts_represented_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.uscc} {self.capacity}"
