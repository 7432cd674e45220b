"""Acts: what can be done to a card, one slug, one form and one command each; what bars somebody is said, and who may.

Supervision's own acts stand below a card's page in the list, those of the people concerned below their own page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from yichuang.dashboards.supervision import forms
from yichuang.kernel.actor import Actor
from yichuang.kernel.words import N_
from yichuang.supervision import commands
from yichuang.supervision.values import CardAct, Given

Typed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One act: its form, its hint, and the command that does it."""

    act: CardAct
    hint: str
    form: type[forms.ActForm]
    do: Callable[..., object]
    danger: bool = False
    # Whether the people concerned do it, or supervision.
    theirs: bool = False

    @property
    def label(self) -> str:
        """Return what it is called, a message id."""
        return self.act.label

    @property
    def slug(self) -> str:
        """Return its part of the address."""
        return self.act.value


def _given(files: list[UploadedFile]) -> tuple[Given, ...]:
    return tuple(Given(file_name=one.name or "", content=one, size=one.size or 0) for one in files)


def _issue(number: str, _typed: Typed, **who: Any) -> None:
    commands.issue_card(number=number, **who)


def _cancel(number: str, typed: Typed, **who: Any) -> None:
    commands.cancel(number=number, reason=typed["reason"], **who)


def _supervise(number: str, typed: Typed, **who: Any) -> None:
    commands.put_under_supervision(number=number, until=typed["until"], words=typed["words"], **who)


def _letter(number: str, typed: Typed, **who: Any) -> None:
    commands.send_letter(number=number, demand=typed["demand"], until=typed["until"], **who)


def _reply(number: str, typed: Typed, **who: Any) -> None:
    commands.reply(number=number, text=typed["text"], files_given=_given(typed["files"]), **who)


def _appeal(number: str, typed: Typed, **who: Any) -> None:
    commands.appeal(number=number, grounds=typed["grounds"], files_given=_given(typed["files"]), **who)


def _decide(number: str, typed: Typed, **who: Any) -> None:
    commands.decide_appeal(number=number, upheld=typed["upheld"] == "yes", reasons=typed["reasons"], **who)


def _accept(number: str, typed: Typed, **who: Any) -> None:
    commands.accept_rectification(number=number, words=typed["words"], **who)


def _withdraw(number: str, typed: Typed, **who: Any) -> None:
    commands.withdraw(number=number, reason=typed["reason"], **who)


TASKS: tuple[Task, ...] = (
    Task(CardAct.ISSUE, N_("通知经办人和所在部门，开始计算反馈期限"), forms.IssueForm, _issue),
    Task(CardAct.CANCEL, N_("查明不该发牌，写明理由"), forms.CancelForm, _cancel, danger=True),
    Task(CardAct.REPLY, N_("说明情况和处理结果，附上证据"), forms.ReplyForm, _reply, theirs=True),
    Task(CardAct.APPEAL, N_("认为发牌不对，说明理由并附上证据"), forms.AppealForm, _appeal, theirs=True),
    Task(CardAct.DECIDE_APPEAL, N_("看过理由和证据，维持或者撤销"), forms.DecideForm, _decide),
    Task(CardAct.SUPERVISE, N_("定下最后一天，到期仍不改正的从重处理"), forms.SuperviseForm, _supervise),
    Task(CardAct.SEND_LETTER, N_("编号发文，请部门限期整改"), forms.LetterForm, _letter),
    Task(CardAct.ACCEPT_RECTIFICATION, N_("核实已经改正，了结这张卡"), forms.AcceptForm, _accept),
    Task(CardAct.WITHDRAW, N_("查明不成立，写明理由，不再计分"), forms.WithdrawForm, _withdraw, danger=True),
)
BY_SLUG: Mapping[str, Task] = {task.slug: task for task in TASKS}


@dataclass(frozen=True, slots=True)
class Offer:
    """One act on one card for one reader; `reason` says why he may not, "" when he may."""

    task: Task
    href: str
    reason: str = ""


def do(task: Task, *, number: str, typed: Typed, by: Actor, at: datetime) -> None:
    """Do the act; raises the refusals of its command."""
    task.do(number, typed, by=by, at=at, expected_version=typed.get("version"))


def who_may(task: Task) -> str:
    """Return who may do an act, for somebody who may not."""
    return _("由卡上的经办人或其所在部门办理") if task.theirs else _("由电子监察员办理")
