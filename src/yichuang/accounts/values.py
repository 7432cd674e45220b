"""The words of accounts that other contexts see: roles, areas, scopes and the refusals.

Stands between the tables of accounts and everybody who asks "may this person do that, and where?".
"""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_


class Role(StrEnum):
    """What somebody is appointed to do; the place is on the grant."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    CHIEF_REPRESENTATIVE = "chief-representative"
    APPROVER = "approver"
    AGENT = "agent"
    CENTRE_MANAGER = "centre-manager"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    INTEGRATOR = "integrator"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.APPLICANT: N_("申请人"),
    Role.CLERK: N_("窗口人员"),
    Role.CHIEF_REPRESENTATIVE: N_("首席代表"),
    Role.APPROVER: N_("审批人员"),
    Role.AGENT: N_("代办员"),
    Role.CENTRE_MANAGER: N_("中心管理员"),
    Role.SUPERVISOR: N_("电子监察员"),
    Role.EDITOR: N_("通报编辑"),
    Role.INTEGRATOR: N_("县区对接员"),
    Role.OPERATOR: N_("系统运维"),
}


def division_prefix(code: str) -> str:
    """Return the leading digits that a division shares with everything under it (GB/T 2260: two digits a level).

    610000 -> 61, 610900 -> 6109, 610924 -> 610924; a twelve-digit statistical code loses its empty
    town and village parts, so 610924100000 -> 610924100. No code, no limit.
    """
    head, tail = code[:6], code[6:]
    while tail.endswith("000"):
        tail = tail[:-3]
    if tail or len(head) < 6:
        return head + tail
    return head.removesuffix("00").removesuffix("00")


@dataclass(frozen=True, slots=True)
class Area:
    """Where one grant counts: a division with all below it, narrowed to an organisation or a centre if named."""

    division: str = ""
    organisation: str = ""
    centre: str = ""

    def covers(self, *, division: str = "", organisation: str = "", centre: str = "") -> bool:
        """Return whether a thing at that place lies inside; a place that is not stated is outside a limit."""
        return (
            division.startswith(division_prefix(self.division))
            and self.organisation in ("", organisation)
            and self.centre in ("", centre)
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """The answer to "may this user do this action, and where?"; false when nowhere.

    `own` allows it for what belongs to the person himself: no area covers that, the page asks by his own key.
    """

    action: str
    areas: tuple[Area, ...] = ()
    own: bool = False

    def __bool__(self) -> bool:
        return bool(self.areas) or self.own

    @property
    def everything(self) -> bool:
        """Return whether no limit of place applies."""
        return Area() in self.areas

    @property
    def divisions(self) -> tuple[str, ...]:
        """Return the division codes of the areas, sorted; empty when there is no limit."""
        return () if self.everything else tuple(sorted({area.division for area in self.areas}))

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return the organisation codes when every area names one, sorted; else empty: no limit."""
        named = {area.organisation for area in self.areas}
        return () if "" in named else tuple(sorted(named))

    def covers(self, *, division: str = "", organisation: str = "", centre: str = "") -> bool:
        """Return whether one thing at that place is in scope: the answer for one case."""
        return any(area.covers(division=division, organisation=organisation, centre=centre) for area in self.areas)


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """One account that exists only while the demonstration is on."""

    username: str
    password: str
    role_title: str
    look_at: str


class NotPermitted(Refusal):
    """Somebody signed in asks for what none of his roles may do."""

    sentence = N_("您的岗位没有“{action}”的权限")
    remedy = N_("请联系有此权限的人员办理，或换用有权限的账号登录")

    def __init__(self, *, action: str, roles: tuple[Role, ...] = ()) -> None:
        super().__init__(action=action)
        self.roles = roles


class OutsideScope(NotPermitted):
    """The role would do, but not for that division or organisation."""

    sentence = N_("“{action}”的权限不包括这个区划或部门")
    remedy = N_("请联系该区划或部门的人员办理")


class WrongCredentials(Refusal):
    """User name and password do not belong together; which of them is wrong is not said."""

    sentence = N_("用户名或密码不正确")
    remedy = N_("请核对后重试；再错 {left} 次将锁定 {minutes} 分钟")


class LockedOut(Refusal):
    """Too many wrong tries one after another."""

    sentence = N_("连续输错 {tries} 次，该用户名暂时锁定")
    remedy = N_("请在 {minutes} 分钟后重试，或联系系统运维人员")


class DemonstrationOff(Refusal):
    """Demonstration accounts are wanted where the demonstration is switched off."""

    sentence = N_("演示模式已关闭，不能建立演示账号")
    remedy = N_("如确需演示，请设置 YICHUANG_DEMONSTRATION=1 后重新启动")
