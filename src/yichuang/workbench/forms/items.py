"""Forms of the item list: a new version of an item, and the acts on one."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.catalogue.values import Approver, ItemContent
from yichuang.workbench.forms.base import Form, day_field, line, long_text


class ChangeForm(Form):
    """What changes most often in an item: promise, conditions, where and when; all else stays as it stands."""

    promised_amount = forms.IntegerField(label=_("承诺时限"), min_value=0, max_value=999)
    visits = forms.IntegerField(label=_("到现场次数"), min_value=0, max_value=9)
    conditions = long_text(_("受理条件"), required=False, rows=5, help_text=_("一行写一条"))
    place = line(_("办理地点"), required=False)
    hours = line(_("办理时间"), required=False)
    consult_phone = line(_("咨询电话"), required=False, length=64)
    supervision_phone = line(_("监督电话"), required=False, length=64)
    reason = long_text(_("为什么变更"), rows=2)

    def __init__(self, *args: Any, content: ItemContent, **kwargs: Any) -> None:
        names = ("promised_amount", "visits", "place", "hours", "consult_phone", "supervision_phone")
        initial = {name: getattr(content, name) for name in names} | {"conditions": "\n".join(content.conditions)}
        super().__init__(*args, initial=initial, **kwargs)

    def changes(self) -> dict[str, Any]:
        """Return the changed parts of the content."""
        typed = dict(self.cleaned_data)
        typed.pop("reason")
        typed["conditions"] = tuple(part.strip() for part in typed["conditions"].splitlines() if part.strip())
        return typed


class EffectiveForm(Form):
    """From when a version stands."""

    effective_on = day_field(_("从哪天起施行"))


class ApproveForm(Form):
    """For which department one approves."""

    role = forms.ChoiceField(label=_("以哪个部门的名义审核"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {Approver.STAFFING: _("机构编制部门"), Approver.LEGAL: _("法制部门")}
        self.fields["role"].choices = [(role.value, titles[role]) for role in Approver]  # type: ignore[attr-defined]


class SendForm(Form):
    """Nothing to fill in: the draft is sent as it is."""


class StopForm(Form):
    """From when, and why, an item is suspended or cancelled."""

    on = day_field(_("从哪天起"))
    reason = long_text(_("理由"), rows=2)


class ResumeForm(Form):
    """From when an item stands again."""

    on = day_field(_("从哪天起"))


FORMS: dict[str, type[Form]] = {
    "send": SendForm,
    "approve": ApproveForm,
    "publish": EffectiveForm,
    "suspend": StopForm,
    "resume": ResumeForm,
    "cancel": StopForm,
}


def told(act: str) -> str:
    """Return what an act on a version is called."""
    labels = {
        "send": gettext("送审"),
        "approve": gettext("审核同意"),
        "publish": gettext("发布"),
        "suspend": gettext("暂停"),
        "resume": gettext("恢复"),
        "cancel": gettext("取消"),
    }
    return labels[act]
