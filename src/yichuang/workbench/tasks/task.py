"""A task: one thing an officer can do to a case, as address, words, act, permission, form and template."""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.accounts.values import Power
from yichuang.cases.values import POWERS, acts
from yichuang.kernel.words import N_
from yichuang.workbench.forms.task import TaskForm


class Group(StrEnum):
    """Where on the page of a case a task stands."""

    WINDOW = "window"
    REVIEW = "review"
    RESULT = "result"
    ESCORT = "escort"
    RARE = "rare"

    @property
    def label(self) -> str:
        """Name the group (a message id)."""
        return _GROUPS[self]


_GROUPS = {
    Group.WINDOW: N_("窗口"),
    Group.REVIEW: N_("审查与决定"),
    Group.RESULT: N_("结果"),
    Group.ESCORT: N_("代办与会审"),
    Group.RARE: N_("其他"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing an officer can do to a case.

    `confirms` asks for the password once more. `first` marks the usual next step, drawn as the main button.
    `opinions` is the kind of opinion templates, `opinion_field` the field that they fill. `takes` is the power that a
    task of several acts takes; else it is that of its act.
    """

    slug: str
    label: str
    hint: str
    act: type[acts.Act]
    form: type[TaskForm]
    permission: str
    group: Group
    takes: Power | None = None
    confirms: bool = False
    first: bool = False
    opinions: str = ""
    opinion_field: str = ""
    danger: bool = False

    @property
    def template(self) -> str:
        """Return the task's own template."""
        return f"workbench/tasks/{self.slug}.html"

    @property
    def power(self) -> Power | None:
        """Return the power of the authority list that the task takes, None where none is needed."""
        if self.takes is not None:
            return self.takes
        return Power(POWERS[self.act]) if self.act in POWERS else None

    @property
    def act_name(self) -> str:
        """Return the name under which cases says that the act is possible."""
        return self.act.__name__
