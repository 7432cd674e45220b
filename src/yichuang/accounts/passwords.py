"""Passwords: whether a new one meets the dated policy, and whether an old one must be replaced."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.models import OldPassword, User
from yichuang.accounts.policy import policy
from yichuang.accounts.values import PasswordRefused

_LIKENESS = UserAttributeSimilarityValidator(user_attributes=("username", "display_name", "employee_number"))
_COMMON = CommonPasswordValidator()
_NUMERIC = NumericPasswordValidator()


class DatedPolicy:
    """The one validator in Django's list; every way of setting a password asks it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with every fault of a password at once."""
        faults: list[ValidationError] = []
        # The clock stands here because Django's own forms and commands call this without one.
        rules = policy(on=timezone.localdate())
        for validator in (_LIKENESS, MinimumLengthValidator(rules.min_length), _COMMON, _NUMERIC):
            try:
                validator.validate(password, user)
            except ValidationError as fault:
                faults.append(fault)
        if isinstance(user, User) and user.pk and was_used(user, password, last=rules.history):
            faults.append(ValidationError(_("不能使用最近 %(count)d 次用过的密码。") % {"count": rules.history}))
        if faults:
            raise ValidationError(faults)

    def get_help_text(self) -> str:
        """Return the rule in one sentence."""
        rules = policy(on=timezone.localdate())
        text = _("至少 %(length)d 个字符；不用常见密码、纯数字、姓名或用户名，也不用最近 %(count)d 次用过的。")
        return text % {"length": rules.min_length, "count": rules.history}


def was_used(user: User, password: str, *, last: int) -> bool:
    """Return whether a password is the present one or among the last ones."""
    old: Iterable[str] = OldPassword.objects.filter(user=user).order_by("-id").values_list("password", flat=True)[:last]
    return any(check_password(password, known) for known in (user.password, *old) if known)


def require_good(password: str, *, user: User) -> None:
    """Return quietly if the password meets the policy; raises PasswordRefused with every reason."""
    try:
        DatedPolicy().validate(password, user)
    except ValidationError as faults:
        raise PasswordRefused(reasons="；".join(text.rstrip("。.") for text in faults.messages)) from faults


def set_password(user: User, password: str, *, at: datetime) -> None:
    """Replace a user's password and keep the old one's hash; the caller has asked require_good and saves nothing."""
    rules = policy(on=timezone.localdate(at))
    if user.password:
        OldPassword.objects.create(user=user, password=user.password, replaced_at=at)
    user.set_password(password)
    user.password_changed_at = at
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    kept = OldPassword.objects.filter(user=user).order_by("-id").values_list("id", flat=True)[: rules.history]
    OldPassword.objects.filter(user=user).exclude(id__in=list(kept)).delete()


def must_change(user: User, *, at: datetime) -> bool:
    """Return whether the user has to choose a new password before anything else.

    Demonstration accounts do not: their password is known by intent. Accounts without a password have none to change.
    """
    if user.is_demonstration or not user.has_usable_password():
        return False
    if user.must_change_password:
        return True
    age = policy(on=timezone.localdate(at)).password_age
    return bool(age and user.password_changed_at and at - user.password_changed_at > age)
