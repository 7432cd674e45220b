"""Forms of supervision: what is said when something is done to a card, to several, to a lead, after a call-back.

The browser's own checks are off: every fault is named above the form, with a link to its field, and nothing that was
typed is lost. A form of a card carries the version that was read.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.kernel.refusal import Refusal

LONG, SHORT = 4000, 200
MOST_FILES = 10
MOST_AT_ONCE = 100
_CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
}


class Form(forms.Form):
    """A form drawn by `dashboards/supervision/parts/fields.html`."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = next((name for cls, name in _CLASSES.items() if isinstance(field.widget, cls)), "form-control")
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", kind)

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show a refusal as the error of a field, or above the form."""
        self.add_error(field if field in self.fields else None, refusal.explain(gettext))


def _words(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": LONG})
    return forms.CharField(label=label, required=required, max_length=LONG, help_text=help_text, widget=widget)


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class Several(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none of them required; a browser without script sends them with the form."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files that were chosen."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in chosen if one]


def _files() -> FilesField:
    return FilesField(
        label=_("证据材料"),
        required=False,
        help_text=_("照片、PDF 或办公文档，可一次选多个，最多十个"),
        widget=Several(attrs={"accept": ".jpg,.jpeg,.png,.pdf,.docx,.xlsx,.ofd"}),
    )


class ActForm(Form):
    """The form of one act on one card."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class IssueForm(ActForm):
    """Issue a card that waits; nothing more need be said."""


class CancelForm(ActForm):
    """Do not issue a card that waits."""

    reason = _words(_("为什么取消"), help_text=_("写入监察卡的历史，当事人看得到"))


class SuperviseForm(ActForm):
    """Put a card under supervision until a day."""

    until = _day(_("督办到哪天"), required=False, help_text=_("留空则按规定的督办期限"))
    words = _words(_("督办要求"), required=False)


class LetterForm(ActForm):
    """Send a supervision letter."""

    demand = _words(_("要求"), rows=6, help_text=_("写明要改正什么、怎样报告"))
    until = _day(_("请在哪天前整改"), required=False, help_text=_("留空则按规定的整改期限"))


class ReplyForm(ActForm):
    """Say what happened and what was done."""

    text = _words(_("情况说明"), rows=6, help_text=_("是什么原因，已经怎样处理"))
    files = _files()


class AppealForm(ActForm):
    """Object to a card."""

    grounds = _words(_("申诉理由"), rows=6, help_text=_("哪里与事实不符，依据是什么；一张卡只能申诉一次"))
    files = _files()


class DecideForm(ActForm):
    """Decide an appeal."""

    upheld = forms.ChoiceField(
        label=_("决定"),
        choices=[("no", _("撤销：申诉成立")), ("yes", _("维持：申诉不成立"))],
        widget=forms.RadioSelect,
    )
    reasons = _words(_("理由"), help_text=_("写明查了什么、为什么这样决定"))


class AcceptForm(ActForm):
    """Find that what was wrong has been put right."""

    words = _words(_("核实情况"), required=False)


class WithdrawForm(ActForm):
    """Take an issued card back."""

    reason = _words(_("为什么撤销"), help_text=_("写入监察卡的历史，当事人看得到"))


class BulkForm(Form):
    """One act on every card that was ticked; which fields count follows from the act."""

    act = forms.ChoiceField(
        label=_("对选中的"),
        choices=[
            ("issue", _("发牌（待发的）")),
            ("supervise", _("列入督办（已发的）")),
            ("cancel", _("取消（待发的）")),
            ("withdraw", _("撤销（已发的）")),
        ],
        widget=forms.RadioSelect,
    )
    until = _day(_("督办到哪天"), required=False, help_text=_("列入督办时填写，留空则按规定的期限"))
    words = _words(_("理由或要求"), required=False, rows=3, help_text=_("取消和撤销必须写明理由"))

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where one is needed."""
        typed = super().clean() or {}
        if typed.get("act") in {"cancel", "withdraw"} and not typed.get("words"):
            self.add_error("words", gettext("请写明理由"))
        return typed


class VerdictForm(Form):
    """What a reviewer says of a lead."""

    verdict = forms.ChoiceField(
        label=_("核查结论"),
        choices=[
            ("confirmed", _("属实：没有经过中心办理")),
            ("rejected", _("排除：已经过中心办理，或不属于中心事项")),
        ],
        widget=forms.RadioSelect,
    )
    case_number = forms.CharField(
        label=_("对应的办件编号"),
        required=False,
        max_length=50,
        help_text=_("排除时，知道是哪一件就写上，今后比对会更准"),
    )
    reason = _words(_("理由"), help_text=_("依据了哪些材料、怎样核实"))


class CallbackForm(Form):
    """What the applicant said on the telephone."""

    state = forms.ChoiceField(
        label=_("结果"),
        choices=[
            ("done", _("接通并回答")),
            ("unreachable", _("无法接通")),
            ("declined", _("不愿回答")),
        ],
        widget=forms.RadioSelect,
        initial="done",
    )
    notes = _words(_("备注"), required=False, rows=3)

    def __init__(self, *args: Any, questions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in questions:
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("yes", _("相符")), ("no", _("不符")), ("", _("没有问到"))],
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                initial="",
            )
        self.order_fields(["state", *(name for name, _label in questions), "notes"])


class PublishForm(Form):
    """Publish the ranking of a month."""

    month = forms.CharField(widget=forms.HiddenInput, max_length=7)
    division = forms.CharField(widget=forms.HiddenInput, max_length=12)
