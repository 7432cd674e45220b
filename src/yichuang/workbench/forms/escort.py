"""Forms of the escort: agent, green channel, joint review on site."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import acts
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import day_field, line, long_text
from yichuang.workbench.forms.task import TaskForm

_FEWEST_OFFICERS = 2


class AgentForm(TaskForm):
    """An agent goes the whole way with the applicant (全程代办)."""

    agent = forms.ChoiceField(label=_("代办员"))
    note = long_text(_("说明"), required=False, rows=2)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["agent"].choices = [(one.id, one.name) for one in desk.agents]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        chosen = self.cleaned_data["agent"]
        names = dict(self.fields["agent"].choices)  # type: ignore[attr-defined]
        return acts.AssignAgent(agent_id=chosen, agent_name=str(names[chosen]), note=self.cleaned_data["note"])


class GreenForm(TaskForm):
    """The green channel, with its reason and who approved it."""

    reason = long_text(_("为什么走绿色通道"), rows=3)
    approved_by = line(_("批准人"), length=64)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.OpenGreenChannel(reason=self.cleaned_data["reason"], approved_by=self.cleaned_data["approved_by"])


class SiteReviewForm(TaskForm):
    """A joint review on site, by at least two officers (art. 34)."""

    on = day_field(_("会审日期"))
    participants = long_text(_("参加人员"), rows=3, help_text=_("一行一人，写明单位和姓名，至少两人"))
    minutes = long_text(_("会审记录"), rows=6)
    conclusion = long_text(_("会审结论"), rows=2)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        if not self.is_bound:
            self.initial["on"] = desk.today

    def clean_participants(self) -> tuple[str, ...]:
        """Return the people, one a line."""
        people = tuple(part.strip() for part in self.cleaned_data["participants"].splitlines() if part.strip())
        if len(people) < _FEWEST_OFFICERS:
            raise forms.ValidationError(gettext("现场核查须由两名以上工作人员进行"))
        return people

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.ReviewOnSite(
            on=self.cleaned_data["on"],
            participants=self.cleaned_data["participants"],
            minutes=self.cleaned_data["minutes"],
            conclusion=self.cleaned_data["conclusion"],
        )
