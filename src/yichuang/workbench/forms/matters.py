"""The form of one step on a work order, a consultation or a complaint: what is said, and to whom it goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.feedback.values import PossibleStep
from yichuang.workbench.forms.base import Form, day_field


class MatterForm(Form):
    """One step; which fields it has follows from the step."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.ChoiceField(label=_("交给哪个部门"))
    return_on = day_field(_("请对方在哪天前回复"))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, possible: PossibleStep, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.required = gettext(possible.text_label), possible.text_required
        text.max_length = possible.text_limit  # type: ignore[attr-defined]
        if not possible.text_label:
            del self.fields["text"]
        if possible.needs_organisation:
            self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        else:
            del self.fields["organisation"]
        if not possible.needs_return_on:
            del self.fields["return_on"]
