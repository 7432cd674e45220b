"""The tasks on a centre: each one slug, one form, one template, with the kind of amendment that it leaves."""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.kernel.words import N_
from yichuang.regions.values import AmendmentKind
from yichuang.workbench.forms import centres as forms


class Subject(StrEnum):
    """What a task is about: the centre, one of its windows, one of its amendments."""

    CENTRE = ""
    WINDOW = "windows/<str:window>/"
    AMENDMENT = "amendments/<int:amendment>/"


@dataclass(frozen=True, slots=True)
class CentreTask:
    """One task; `hint` says below its name what it is for."""

    slug: str
    label: str
    hint: str
    form: type[forms.CentreForm]
    kind: AmendmentKind
    subject: Subject = Subject.CENTRE
    danger: bool = False

    @property
    def template(self) -> str:
        """Name the template of the task."""
        return f"workbench/centres/{self.slug}.html"

    @property
    def address(self) -> str:
        """Return the pattern of the task's address."""
        return f"centres/<str:centre>/{self.subject.value}{self.slug}/"

    @property
    def name(self) -> str:
        """Return the name of the task's address."""
        return f"centre-{self.slug}"


CENTRE_TASKS: tuple[CentreTask, ...] = (
    CentreTask(
        "open-window",
        N_("开设窗口"),
        N_("窗口号、名称和进驻部门"),
        forms.OpenWindowForm,
        AmendmentKind.WINDOW_OPENED,
    ),
    CentreTask(
        "state",
        N_("变更建设状态"),
        N_("在建、试运行、运行或者停用"),
        forms.StateForm,
        AmendmentKind.STATE_CHANGED,
    ),
    CentreTask(
        "system",
        N_("变更电子监察系统"),
        N_("有没有，与市级系统是否兼容"),
        forms.SystemForm,
        AmendmentKind.SYSTEM_CHANGED,
    ),
    CentreTask(
        "rename-window",
        N_("窗口更名"),
        N_("在岗的人不变"),
        forms.RenameWindowForm,
        AmendmentKind.WINDOW_RENAMED,
        Subject.WINDOW,
    ),
    CentreTask(
        "reseat-window",
        N_("更换进驻部门"),
        N_("窗口由另一个部门进驻"),
        forms.ReseatWindowForm,
        AmendmentKind.WINDOW_RESEATED,
        Subject.WINDOW,
    ),
    CentreTask(
        "close-window",
        N_("关闭窗口"),
        N_("从这一天起不再使用"),
        forms.CloseWindowForm,
        AmendmentKind.WINDOW_CLOSED,
        Subject.WINDOW,
        danger=True,
    ),
    CentreTask(
        "withdraw",
        N_("撤回修订"),
        N_("还没有生效的变更不再办"),
        forms.WithdrawForm,
        AmendmentKind.WITHDRAWN,
        Subject.AMENDMENT,
        danger=True,
    ),
)


def tasks_of(subject: Subject) -> tuple[CentreTask, ...]:
    """Return the tasks on one kind of subject."""
    return tuple(task for task in CENTRE_TASKS if task.subject is subject)
