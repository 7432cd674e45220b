"""Roles, powers, areas and scopes: what somebody is appointed to do, and where it counts.

Pure; other contexts get these words from `values`.
"""

from dataclasses import dataclass
from enum import StrEnum

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


class Power(StrEnum):
    """What the authority list (授权清单) lets its holder do with an item; the act of a case names the one it needs."""

    RECEIVE = "receive"
    REVIEW = "review"
    DECIDE = "decide"
    SEAL = "seal"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _POWER_LABELS[self]


_POWER_LABELS = {
    Power.RECEIVE: N_("收件受理"),
    Power.REVIEW: N_("审查"),
    Power.DECIDE: N_("决定"),
    Power.SEAL: N_("用印"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """Where one grant counts: a division with all below it, narrowed to an organisation, a centre or a window."""

    division: str = ""
    organisation: str = ""
    centre: str = ""
    window: str = ""

    def covers(self, *, division: str = "", organisation: str = "", centre: str = "", window: str = "") -> bool:
        """Return whether a thing at that place lies inside; a place that is not stated is outside a limit."""
        return (
            division.startswith(division_prefix(self.division))
            and self.organisation in ("", organisation)
            and self.centre in ("", centre)
            and self.window in ("", window)
        )

    def contains(self, other: "Area") -> bool:
        """Return whether another area lies wholly inside this one, so that one who holds this may give that."""
        return self.covers(
            division=other.division, organisation=other.organisation, centre=other.centre, window=other.window
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
        return self._named({area.organisation for area in self.areas})

    @property
    def centres(self) -> tuple[str, ...]:
        """Return the centre codes when every area names one, sorted; else empty: no limit."""
        return self._named({area.centre for area in self.areas})

    @property
    def windows(self) -> tuple[str, ...]:
        """Return the window codes when every area names one, sorted; else empty: no limit."""
        return self._named({area.window for area in self.areas})

    @staticmethod
    def _named(codes: set[str]) -> tuple[str, ...]:
        return () if "" in codes else tuple(sorted(codes))

    def covers(self, *, division: str = "", organisation: str = "", centre: str = "", window: str = "") -> bool:
        """Return whether one thing at that place is in scope: the answer for one case."""
        return any(
            area.covers(division=division, organisation=organisation, centre=centre, window=window)
            for area in self.areas
        )
