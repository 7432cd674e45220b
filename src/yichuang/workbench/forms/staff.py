"""Forms of staff: an account, its home, its roles, its password."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.values import Area, Role
from yichuang.workbench.forms.base import Form, day_field, line

_PARTS = 4


def place_key(area: Area) -> str:
    """Return an area as one value of a choice."""
    return "|".join((area.division, area.organisation, area.centre, area.window))


def area_of(key: str) -> Area:
    """Return the area of a choice."""
    parts = [*key.split("|"), "", "", "", ""][:_PARTS]
    return Area(*parts)


class PlaceForm(Form):
    """Base of forms that name a place: which places there are, the page says."""

    place = forms.ChoiceField(label=_("所在单位"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]

    @property
    def area(self) -> Area:
        """Return the chosen place."""
        return area_of(self.cleaned_data["place"])


class StaffForm(PlaceForm):
    """Name, number and home of an account."""

    name = line(_("姓名"), length=64)
    employee_number = line(_("工号"), length=32, required=False)

    field_order = ["username", "name", "employee_number", "place", "password"]


class NewStaffForm(StaffForm):
    """A new account; its password is changed at the first sign-in."""

    username = line(_("用户名"), length=64)
    password = forms.CharField(
        label=_("初始密码"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("本人第一次登录时必须修改"),
    )


class PasswordForm(Form):
    """A new password given by the administrator."""

    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("本人下次登录时必须修改"),
    )


class RoleForm(PlaceForm):
    """A role at a place, from a day on."""

    role = forms.ChoiceField(label=_("岗位"))
    valid_from = day_field(_("从哪天起"))
    last_on = day_field(_("到哪天为止"), required=False, help_text=_("不填为长期有效；这一天仍然有效"))

    field_order = ["role", "place", "valid_from", "last_on"]

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, gettext(role.label)) for role in roles]  # type: ignore[attr-defined]
        self.fields["place"].label = gettext("在哪里")

    def clean(self) -> dict[str, Any]:
        """Turn the last day into the exclusive end that grants keep."""
        cleaned = super().clean() or self.cleaned_data
        last = cleaned.get("last_on")
        cleaned["valid_until"] = last + timedelta(days=1) if last else None
        return cleaned


class EndRoleForm(Form):
    """The last day of a role."""

    last_on = day_field(_("最后有效的一天"))
