"""Offers: which tasks a case allows now, and of these which this officer may do, each refusal with its reason.

What is possible but not for this person is shown all the same, disabled and with who may: nobody should find out by
trying.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.accounts.queries import allowed
from yichuang.accounts.values import Power
from yichuang.workbench.desk import Desk, names_of
from yichuang.workbench.nodes import PASS, list_others
from yichuang.workbench.tasks.registry import ANSWER, ASKED_OF_OTHERS, HAND_ON, ON_THE_SPOT, TASKS
from yichuang.workbench.tasks.task import Group, Task


@dataclass(frozen=True, slots=True)
class Offer:
    """One task on one case for one officer; `reason` says why not, "" where he may.

    `there`: not done here, but asked of the node that holds the case.
    """

    task: Task
    number: str
    reason: str = ""
    there: bool = False

    @property
    def address(self) -> str:
        """Return the task's own page."""
        if self.there:
            return reverse("workbench:ask", args=[self.number, self.task.slug])
        return reverse(f"workbench:task-{self.task.slug}", args=[self.number])

    @property
    def possible(self) -> bool:
        """Tell whether the officer may do it now."""
        return not self.reason


def offers(desk: Desk) -> tuple[Offer, ...]:
    """Return the tasks that the state allows and the officer's posts cover, in the order of the list."""
    return tuple(
        Offer(task, desk.state.number, barred(desk, task))
        for task in TASKS
        if is_open(desk, task) and is_his(desk, task)
    )


def asks(desk: Desk) -> tuple[Offer, ...]:
    """Return what this officer may ask of the node that holds the case, in the order of the list."""
    return tuple(
        Offer(task, desk.state.number, barred(desk, task), there=True)
        for task in TASKS
        if task.slug in ASKED_OF_OTHERS and is_open(desk, task, there=True) and may_ask(desk, task)
    )


def may_ask(desk: Desk, task: Task) -> bool:
    """Tell whether the officer's posts let him ask for a task: nobody asks for what he could not do were it here."""
    within = bool(allowed(desk.request.user, PASS)) if task.slug == ANSWER else desk.may(PASS)
    return within and is_his(desk, task)


def is_his(desk: Desk, task: Task) -> bool:
    """Tell whether the officer's posts cover the task here; who was asked may answer, though the case is another's."""
    return bool(desk.asked_here) if task.slug == ANSWER else desk.may(task.permission)


def is_open(desk: Desk, task: Task, *, there: bool = False) -> bool:
    """Tell whether the state of the case has room for the task; with `there` at the node that holds it."""
    state = desk.state
    if task.act_name not in (state.possible_there if there else state.possible):
        return False
    if task.slug == HAND_ON:
        return bool(list_others())
    special: dict[str, bool] = {
        ON_THE_SPOT: desk.is_on_the_spot,
        ANSWER: bool(desk.asked_here),
        "tolerated": bool(state.tolerated),
        "tolerated-lapsed": bool(state.tolerated),
        "pre-examine": state.channel in ("web", "mobile"),
        "charge": bool(desk.fees),
        "paid": any(not fee.receipt_number for fee in state.fees),
        "issue": bool(desk.result_name) and not state.certificate_number,
    }
    return special.get(task.slug, True)


def barred(desk: Desk, task: Task) -> str:
    """Return why this officer may not, "" where he may."""
    lacking = next((power for power in _powers(desk, task) if not desk.is_authorised(power)), None)
    if lacking is None:
        return ""
    holders = names_of(desk.holders(lacking))
    if holders:
        return _("未授权给您；可以办的有：%(names)s") % {"names": holders}
    return _("授权书没有把这一权限授予任何人，请中心登记授权书后再办")


def _powers(desk: Desk, task: Task) -> tuple[Power, ...]:
    """Return the powers that the task takes: finishing at the window takes those of all its acts."""
    if task.slug == ON_THE_SPOT:
        return (Power.RECEIVE, Power.DECIDE, *((Power.SEAL,) if desk.result_name else ()))
    # Who was asked answers under his own organisation's list, which cases holds him against.
    return (task.power,) if task.power is not None and task.slug != ANSWER else ()


def grouped(found: tuple[Offer, ...]) -> list[tuple[Group, list[Offer]]]:
    """Return the offers by group, empty groups left out."""
    groups = [(group, [offer for offer in found if offer.task.group is group]) for group in Group]
    return [(group, some) for group, some in groups if some]
