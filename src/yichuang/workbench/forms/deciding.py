"""Forms of the approver: steps, consultations, special procedures, extension, decision, hand-over."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import acts
from yichuang.papers.queries import suggest_remedies
from yichuang.ui.casework import PROCEDURES
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import line, long_text, options
from yichuang.workbench.forms.task import TaskForm


def organisation_field(label: Any) -> forms.ChoiceField:
    """Return a choice of organisations; filled in from the desk."""
    return forms.ChoiceField(label=label)


class AgreeForm(TaskForm):
    """Yes, with an opinion."""

    opinion = long_text(_("审查意见"), rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Grant(
            decider=self.desk.actor.name,
            opinion=self.cleaned_data["opinion"],
        )


class RefuseForm(TaskForm):
    """No, with reasons and remedies (art. 38)."""

    reason = long_text(_("不予许可的理由"), help_text=_("写明事实和依据的条款，申请人会收到原文"))
    remedies = long_text(_("救济途径"), rows=4, help_text=_("必须告知申请人依法享有的复议和诉讼权利"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        if not self.is_bound:
            self.initial["remedies"] = suggest_remedies(organisation=desk.state.organisation, on=desk.today)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Refuse(
            reason=self.cleaned_data["reason"],
            remedies=self.cleaned_data["remedies"],
            decider=self.desk.actor.name,
        )


class StartStepForm(TaskForm):
    """A step is laid before somebody."""

    step = forms.ChoiceField(label=_("环节"))
    officer = forms.ChoiceField(label=_("交给谁"), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["step"].choices = [(name, name) for name in desk.step_names]  # type: ignore[attr-defined]
        people = [(one.name, one.name) for one in desk.colleagues]
        self.fields["officer"].choices = [("", _("不指定")), *people]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.StartStep(
            step=self.cleaned_data["step"],
            organisation=self.desk.state.organisation,
            officer=self.cleaned_data["officer"],
        )


def _next_step(desk: Desk, names: list[str]) -> str:
    """Return the first step that is not done; the first of all, at the window, is over with the acceptance."""
    done = {step.step for step in desk.state.steps if step.finished_at is not None}
    waiting = [name for place, name in enumerate(names) if name not in done and (place or not desk.state.accepted_at)]
    return next(iter(waiting or names), "")


class FinishStepForm(TaskForm):
    """A step is done, with an opinion, a name and a time: a name alone is not enough."""

    step = forms.ChoiceField(label=_("环节"))
    action = options(_("处理"), [("pass", _("通过")), ("return", _("退回")), ("other", _("其他"))], initial="pass")
    opinion = long_text(_("审查意见"), rows=3)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        current = desk.state.open_step
        names = [current.step] if current else list(desk.step_names)
        self.fields["step"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.initial["step"] = _next_step(desk, names)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.FinishStep(
            step=self.cleaned_data["step"],
            action=self.cleaned_data["action"],
            opinion=self.cleaned_data["opinion"],
            officer=self.desk.actor.name,
        )


class ConsultForm(TaskForm):
    """Another department is asked (国发〔1999〕9号: seven working days)."""

    organisation = organisation_field(_("征求哪个部门的意见"))
    question = long_text(_("请对方答复什么"), rows=3)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["organisation"].choices = desk.other_organisations  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Consult(organisation=self.cleaned_data["organisation"], question=self.cleaned_data["question"])


class AnswerForm(TaskForm):
    """The answer of the department that was asked."""

    organisation = organisation_field(_("以哪个部门的名义"))
    agreed = options(_("结论"), [("yes", _("同意")), ("no", _("不同意"))], initial="yes")
    answer = long_text(_("答复"), help_text=_("不同意的写明理由和依据"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["organisation"].choices = desk.asked_here  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.AnswerConsultation(
            organisation=self.cleaned_data["organisation"],
            answer=self.cleaned_data["answer"],
            agreed=self.cleaned_data["agreed"] == "yes",
        )


class StartSpecialForm(TaskForm):
    """The clocks stop for a procedure of article 45."""

    procedure = forms.ChoiceField(label=_("特别程序"))
    expected_days = forms.IntegerField(label=_("预计需要几个工作日"), min_value=1, max_value=999)
    reason = long_text(_("理由和依据"), rows=3)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        planned = desk.special_procedures or tuple(PROCEDURES)
        self.fields["procedure"].choices = [  # type: ignore[attr-defined]
            (key, gettext(PROCEDURES.get(key, key))) for key in planned
        ]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.StartSpecialProcedure(
            procedure=self.cleaned_data["procedure"],
            reason=self.cleaned_data["reason"],
            expected_days=self.cleaned_data["expected_days"],
        )


class EndSpecialForm(TaskForm):
    """The clocks run on."""

    result = long_text(_("特别程序的结果"), rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.EndSpecialProcedure(result=self.cleaned_data["result"])


class ExtendForm(TaskForm):
    """The period is prolonged once, with the head's approval (art. 42)."""

    days = forms.IntegerField(label=_("延长几个工作日"), min_value=1, max_value=99)
    reason = long_text(_("延长的理由"), rows=3, help_text=_("理由会书面告知申请人"))
    approved_by = forms.ChoiceField(label=_("批准人"), help_text=_("须是有决定权的负责人"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["approved_by"].choices = [(name, name) for name in desk.deciders]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Extend(
            days=self.cleaned_data["days"],
            reason=self.cleaned_data["reason"],
            approved_by=self.cleaned_data["approved_by"],
        )


class HandOverForm(TaskForm):
    """The case goes to the other of the two posts (AB岗)."""

    to = forms.ChoiceField(label=_("交给谁"))
    reason = long_text(_("交接原因"), rows=2)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        others = [(one.id, one.name) for one in desk.colleagues if one.id != desk.actor.id]
        self.fields["to"].choices = others  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        chosen = self.cleaned_data["to"]
        names = dict(self.fields["to"].choices)  # type: ignore[attr-defined]
        return acts.HandOver(to_id=chosen, to_name=str(names[chosen]), reason=self.cleaned_data["reason"])


class ForwardForm(TaskForm):
    """The case goes on to a higher or another organ and is closed here (转报)."""

    to_organisation = line(_("转报给哪个机关"), length=100)
    reason = long_text(_("理由"), rows=3)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["to_organisation"].widget.attrs |= {"list": "organs", "autocomplete": "off"}

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Forward(to_organisation=self.cleaned_data["to_organisation"], reason=self.cleaned_data["reason"])
