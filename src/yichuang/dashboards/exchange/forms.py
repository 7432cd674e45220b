"""Forms of the exchange: a field put right, a record dropped, a conflict settled."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yichuang.dashboards.supervision.forms import Form

_LONGEST, _REASON = 4000, 400


class CorrectForm(Form):
    """One field of a quarantined record and what it should say."""

    field = forms.ChoiceField(label=_("更正哪一项"))
    value = forms.CharField(
        label=_("改为"),
        required=False,
        max_length=_LONGEST,
        strip=False,
        help_text=_("原来报送的内容会一并保留"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, fields: Sequence[str], first: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [(name, name) for name in fields]  # type: ignore[attr-defined]
        self.fields["field"].initial = first


class DropForm(Form):
    """Why a record is not filed at all."""

    reason = forms.CharField(label=_("丢弃的原因"), max_length=_REASON, help_text=_("记录不会删除，只是不再等待入库"))


class SettleForm(Form):
    """How a conflict is settled."""

    choice = forms.ChoiceField(label=_("如何处理"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["choice"].initial = choices[0][0]
