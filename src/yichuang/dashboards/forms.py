"""Forms of the dashboards: what an editor says before a bulletin is drafted."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.kernel.periods import Period
from yichuang.kernel.refusal import Refusal
from yichuang.reporting.values import DocumentNumber


class DraftForm(forms.Form):
    """Period, place, document number and date of a bulletin."""

    period = forms.CharField(
        label=_("统计期间"), max_length=32, help_text=_("如 2015H1（半年通报）、2015-06（月通报）、2015W23（周公示）")
    )
    region = forms.ChoiceField(label=_("区划"))
    number = forms.CharField(
        label=_("发文字号"), required=False, max_length=64, help_text=_("如 安政办函〔2015〕69号，留空则暂编1号")
    )
    dated_on = forms.DateField(label=_("成文日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = regions  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "region" else "form-control"

    def clean_period(self) -> Period:
        """Return the period; its refusal becomes the field's error."""
        try:
            return Period.parse(self.cleaned_data["period"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.explain(gettext)) from refusal

    def clean_number(self) -> DocumentNumber | None:
        """Return the document number, None when left empty."""
        text = self.cleaned_data["number"]
        try:
            return DocumentNumber.parse(text) if text else None
        except Refusal as refusal:
            raise forms.ValidationError(refusal.explain(gettext)) from refusal

    @staticmethod
    def beginning(*, period: str, region: str, today: date) -> dict[str, object]:
        """Return what the empty form proposes."""
        return {"period": period, "region": region, "dated_on": today}
