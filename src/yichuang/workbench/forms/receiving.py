"""Forms of the window: the five outcomes of article 32, materials, tolerance, commitments."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import MaterialChoice, MaterialEntry, acts
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import day_field, line, long_text, offer, options, ticks
from yichuang.workbench.forms.task import TaskForm

_SPLIT = "\n"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("；", _SPLIT).split(_SPLIT) if part.strip())


class CorrectForm(TaskForm):
    """What was corrected on the spot (art. 32 no. 3)."""

    note = long_text(_("更正了什么"), rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.CorrectMaterials(note=self.cleaned_data["note"])


class NotNeededForm(TaskForm):
    """No licence is needed (art. 32 no. 1)."""

    reason = long_text(_("为什么不需要取得许可"), help_text=_("写给申请人看，一次说清"))

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.RefuseAcceptance(ground="no-licence-needed", reason=self.cleaned_data["reason"])


class NotCompetentForm(TaskForm):
    """Another organ is competent (art. 32 no. 2)."""

    organ = forms.CharField(
        label=_("有权办理的机关"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "organs", "autocomplete": "off"}),
        help_text=_("输入后从名单中选，名单里没有的可以直接写"),
    )
    reason = long_text(_("理由"))

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.RefuseAcceptance(
            ground="not-competent",
            reason=self.cleaned_data["reason"],
            competent_organ=self.cleaned_data["organ"],
        )


class SupplementForm(TaskForm):
    """Everything missing, told once (art. 32 no. 4)."""

    missing = ticks(_("缺少的材料"))
    other = long_text(_("其他需要补正的内容"), required=False, rows=3, help_text=_("一行写一项"))
    due_on = day_field(_("请申请人在哪天前补正"), required=False, help_text=_("不填则按规定的期限"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        offer(self, "missing", [(name, name) for name in desk.asked_materials])
        if "missing" in self.fields and not self.is_bound:
            self.initial["missing"] = list(desk.missing_materials)

    def clean(self) -> dict[str, Any]:
        """Join both lists; an empty notice is refused by the law itself."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["all"] = (*cleaned.get("missing", ()), *_lines(cleaned.get("other", "")))
        if not cleaned["all"]:
            self.add_error(
                "missing" if "missing" in self.fields else "other",
                gettext("请一次列明全部需要补正的内容；什么都不缺的，请直接受理"),
            )
        return cleaned

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.RequestSupplement(
            missing=self.cleaned_data["all"],
            due_on=self.cleaned_data["due_on"],
        )


class AcceptForm(TaskForm):
    """Acceptance, with what is tolerated for a while and what a commitment stands in for."""

    tolerated = ticks(_("容缺受理：先受理、后补的材料"), help_text=_("主审要件不能容缺，不在此列"))
    tolerated_until = day_field(
        _("容缺材料补交到哪天"),
        required=False,
        help_text=_("不超过20个工作日，并且比承诺办结日至少早2个工作日"),
    )
    committed = ticks(_("告知承诺：用书面承诺代替的材料"), help_text=_("只列出本事项允许承诺的材料"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        tolerable = desk.tolerable_materials
        offer(self, "tolerated", [(name, name) for name in tolerable])
        if not tolerable:
            del self.fields["tolerated_until"]
        offer(self, "committed", [(name, name) for name in desk.promisable_materials])
        if "committed" in self.fields and not self.is_bound:
            promised = {entry.name for entry in desk.state.materials if entry.way == "promise"}
            self.initial["committed"] = [name for name in desk.promisable_materials if name in promised]

    def clean(self) -> dict[str, Any]:
        """Ask for the day where something is tolerated."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("tolerated") and not cleaned.get("tolerated_until"):
            self.add_error("tolerated_until", gettext("容缺受理须写明补交期限"))
        return cleaned

    def act(self) -> acts.Act:
        """Return the act."""
        tolerated = tuple(self.cleaned_data.get("tolerated", ()))
        return acts.Accept(
            tolerated=tolerated,
            tolerated_until=self.cleaned_data.get("tolerated_until") if tolerated else None,
            committed=tuple(self.cleaned_data.get("committed", ())),
        )


class MaterialsForm(TaskForm):
    """Which materials have come in, and how."""

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.rows: list[tuple[str, str, str]] = []
        ways = [("", _("没有收")), ("bring", _("窗口收取")), ("upload", _("已上传")), ("reuse", _("调用已有证照"))]
        for at, name in enumerate(desk.missing_materials or desk.asked_materials):
            way, copies = f"way-{at}", f"copies-{at}"
            self.fields[way] = forms.ChoiceField(label=name, choices=ways, required=False)
            self.fields[way].widget.attrs["class"] = "form-select"
            self.fields[copies] = forms.IntegerField(
                label=gettext("%(name)s的份数") % {"name": name}, min_value=1, max_value=99, required=False, initial=1
            )
            self.fields[copies].widget.attrs["class"] = "form-control"
            self.rows.append((name, way, copies))

    def clean(self) -> dict[str, Any]:
        """Refuse a list in which nothing was taken."""
        cleaned = super().clean() or self.cleaned_data
        if self.rows and not any(cleaned.get(way) for _name, way, _copies in self.rows):
            self.add_error(None, gettext("请至少登记一份收到的材料"))
        return cleaned

    def act(self) -> acts.Act:
        """Return the act."""
        taken = self.cleaned_data
        return acts.TakeMaterials(
            entries=tuple(
                MaterialEntry(name=name, way=taken[way], copies=taken[copies] or 1)
                for name, way, copies in self.rows
                if taken[way]
            )
        )


class NoteForm(TaskForm):
    """A note, if any."""

    note = long_text(_("说明"), required=False, rows=3)


class SupplementedForm(TaskForm):
    """What came in of what the notice asked for; once all of it is there, the case goes on."""

    brought = ticks(_("这次收到了哪些"), required=True)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        open_ones = [(name, name) for name in desk.awaited]
        self.fields["brought"].choices = open_ones  # type: ignore[attr-defined]

    def choices(self) -> tuple[MaterialChoice, ...]:
        """Return what was brought."""
        return tuple(MaterialChoice(name=name, way="bring") for name in self.cleaned_data["brought"])


class LapseSupplementForm(NoteForm):
    """The supplements did not come."""

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.LapseSupplement(note=self.cleaned_data["note"])


class TakeToleratedForm(TaskForm):
    """Which tolerated materials have come in."""

    materials = ticks(_("补交了哪些材料"), required=True)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["materials"].choices = [(name, name) for name in desk.state.tolerated]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.TakeTolerated(materials=tuple(self.cleaned_data["materials"]))


class LapseToleratedForm(NoteForm):
    """The tolerated materials did not come: the application is returned."""

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.LapseTolerated(note=self.cleaned_data["note"])


class PreExamineForm(TaskForm):
    """The first look at an application made on the web."""

    passed = options(_("预审结论"), [("yes", _("通过")), ("no", _("退回修改"))], initial="yes")
    opinion = long_text(_("意见"), required=False, rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.PreExamine(passed=self.cleaned_data["passed"] == "yes", opinion=self.cleaned_data["opinion"])


class WithdrawForm(TaskForm):
    """The applicant takes his application back."""

    reason = long_text(_("申请人撤回的原因"), rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Withdraw(reason=self.cleaned_data["reason"])


class VoidForm(TaskForm):
    """A case that should not be there."""

    result = options(_("作废的种类"), [("void", _("作废")), ("deleted", _("录入有误"))], initial="void")
    reason = long_text(_("原因"), rows=3)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Void(reason=self.cleaned_data["reason"], result=self.cleaned_data["result"])


class MoveForm(TaskForm):
    """Materials on their way between a town's hall and the centre."""

    to_centre = forms.ChoiceField(label=_("送往"))
    materials = ticks(_("移交的材料"))
    carrier = line(_("交接人"), length=64)
    note = long_text(_("说明"), required=False, rows=2)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["to_centre"].choices = desk.centres  # type: ignore[attr-defined]
        offer(self, "materials", [(name, name) for name in desk.taken_materials])
        if "materials" in self.fields and not self.is_bound:
            self.initial["materials"] = list(desk.taken_materials)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.MoveMaterials(
            to_centre=self.cleaned_data["to_centre"],
            materials=tuple(self.cleaned_data.get("materials", ())),
            carrier=self.cleaned_data["carrier"],
            note=self.cleaned_data["note"],
        )


class FinishForm(TaskForm):
    """An on-the-spot matter is granted, made out, handed over and closed in one go."""

    opinion = long_text(_("审查意见"), rows=2)
    result_name = line(_("结果名称"), required=False, help_text=_("发证照或者批文的填写，不发的留空"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        if not self.is_bound:
            self.initial |= {"opinion": gettext("符合条件，准予办理"), "result_name": desk.result_name}
