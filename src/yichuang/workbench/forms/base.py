"""Base of the workbench's forms: looks, refusals as errors, the version that was read, and giving the password again.

A form of a task carries the version of the case as the officer saw it. When somebody else was faster, the same form
comes back with everything that was typed and the new version in it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.kernel.refusal import Refusal

LONG, SHORT, LINE = 4000, 200, 64
_CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
}


class Form(forms.Form):
    """A form drawn by `workbench/parts/fields.html`; the browser's own checks are off, ours name every fault."""

    use_required_attribute = False
    # Where another context judges what is required, "optional" beside every label would say nothing.
    lenient = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give every field the look of its kind; called again by forms that add fields."""
        for field in self.fields.values():
            kind = next((name for cls, name in _CLASSES.items() if isinstance(field.widget, cls)), "form-control")
            # A browser would cut what is pasted without a word; the form says how long it is and keeps it.
            field.widget.attrs.pop("maxlength", None)
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", kind)

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show a refusal as the error of a field, or above the form."""
        self.add_error(field if field in self.fields else None, refusal.explain(gettext))


def long_text(label: Any, *, required: bool = True, rows: int = 4, help_text: Any = "") -> forms.CharField:
    """Return a field for several sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONG,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def line(label: Any, *, required: bool = True, length: int = SHORT, help_text: Any = "") -> forms.CharField:
    """Return a field of one line."""
    return forms.CharField(label=label, required=required, max_length=length, help_text=help_text)


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day, drawn with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def ticks(label: Any, *, required: bool = False, help_text: Any = "") -> forms.MultipleChoiceField:
    """Return a list to tick off; its choices are filled in by the form."""
    return forms.MultipleChoiceField(
        label=label, required=required, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


def options(label: Any, choices: Iterable[tuple[str, Any]] = (), *, initial: str = "") -> forms.ChoiceField:
    """Return a few choices of which one is taken, all in sight."""
    return forms.ChoiceField(label=label, choices=list(choices), initial=initial, widget=forms.RadioSelect)


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Fill in the choices of a field; a list with nothing to tick is left out."""
    if choices:
        form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
    else:
        del form.fields[name]


class Confirmation(Form):
    """Password (and second factor where one is set up) once more, in the same form as the decision."""

    password = forms.CharField(
        label=_("本人密码"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("作出决定前再次确认是您本人"),
    )
    code = forms.CharField(
        label=_("动态验证码"),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("启用了两步验证的账号填写"),
    )

    def __init__(self, *args: Any, confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if confirmed:
            del self.fields["password"], self.fields["code"]
