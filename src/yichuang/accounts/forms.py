"""Forms of accounts: what is typed, nothing more; the commands decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _password(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": autocomplete}),
    )


def _code(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=32,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


def _credential() -> forms.CharField:
    return forms.CharField(required=False, max_length=16384, widget=forms.HiddenInput())


class SignIn(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=64,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _password(_("密码"), "current-password")


class Code(forms.Form):
    """A code of the second factor, or what a passkey answered."""

    code = _code(_("验证码或恢复代码"), required=False)
    credential = _credential()

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        typed = super().clean() or self.cleaned_data
        if not typed.get("code", "").strip() and not typed.get("credential"):
            self.add_error("code", _("请输入验证码"))
        return typed


class NewAuthenticator(forms.Form):
    """The first code of an authenticator that has taken the secret in."""

    code = _code(_("验证器显示的验证码"), required=True)


class NewPasskey(forms.Form):
    """The name of a passkey, and what the browser made."""

    name = forms.CharField(
        label=_("给这个通行密钥起个名字"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    credential = _credential()


class ChangePassword(forms.Form):
    """The old password and the new one, twice."""

    old = _password(_("当前密码"), "current-password")
    new = _password(_("新密码"), "new-password")
    again = _password(_("再输一遍新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Hold that both new ones are the same."""
        typed = super().clean() or self.cleaned_data
        if typed.get("new") and typed.get("again") and typed["new"] != typed["again"]:
            self.add_error("again", _("两次输入的新密码不一致"))
        return typed


class Confirmation(forms.Form):
    """Password, code or passkey, asked again."""

    password = forms.CharField(
        label=_("当前密码"),
        strip=False,
        required=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )
    code = _code(_("或验证器上的验证码"), required=False)
    credential = _credential()
