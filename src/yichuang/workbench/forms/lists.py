"""Forms beside lists: agreeing to several at once, opinion templates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import OPINION_KINDS
from yichuang.workbench.forms.base import Confirmation, Form, line, long_text

MOST_AT_ONCE = 200


class BulkForm(Confirmation):
    """The one opinion under which several are agreed to; the numbers stand at the rows."""

    opinion = long_text(_("审查意见"), rows=2)

    field_order = ["opinion", "password", "code"]


class OpinionForm(Form):
    """One opinion template of one's own."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("用在哪里"))
    title = line(_("标题"), length=60)
    text = long_text(_("内容"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(key, _(label)) for key, label in OPINION_KINDS.items()]  # type: ignore[attr-defined]
