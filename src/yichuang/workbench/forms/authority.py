"""Forms of the authority list: a letter of authority is registered, or ends."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.accounts.values import Power
from yichuang.workbench.forms.base import Form, day_field, line, ticks


class AuthorityForm(Form):
    """One letter of authority: who may do what with which items, and how long."""

    holder = forms.ChoiceField(label=_("授权给谁"))
    item = forms.ChoiceField(label=_("事项"), required=False)
    powers = ticks(_("授予哪些权限"), required=True)
    valid_from = day_field(_("从哪天起"))
    last_on = day_field(_("到哪天为止"), required=False, help_text=_("不填为长期有效；这一天仍然有效"))
    document = line(_("授权书文号"), length=64)

    def __init__(self, *args: Any, people: list[tuple[str, str]], items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = people  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", gettext("本部门全部事项")), *items]  # type: ignore[attr-defined]
        self.fields["powers"].choices = [(power.value, gettext(power.label)) for power in Power]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn the last day into the exclusive end that the list keeps."""
        cleaned = super().clean() or self.cleaned_data
        last = cleaned.get("last_on")
        cleaned["valid_until"] = last + timedelta(days=1) if last else None
        return cleaned


class EndAuthorityForm(Form):
    """The last day of a letter of authority."""

    last_on = day_field(_("最后有效的一天"))
