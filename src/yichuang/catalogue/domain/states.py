"""States and acts of a version: a table one can print. Answers which act is possible in which state."""

from enum import StrEnum

from yichuang.kernel.words import N_


class State(StrEnum):
    """State of one version of a catalogue or implementation item."""

    DRAFT = "draft"
    IN_APPROVAL = "in-approval"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


STANDING = (State.PUBLISHED, State.SUSPENDED)


class Action(StrEnum):
    """Why a version was made (国办函〔2016〕108号: 新增、变更、拆分、合并、暂停、取消)."""

    ADD = "add"
    CHANGE = "change"
    SPLIT = "split"
    MERGE = "merge"
    SUSPEND = "suspend"
    CANCEL = "cancel"


class Approver(StrEnum):
    """The two departments whose approval a new version needs."""

    STAFFING = "staffing"
    LEGAL = "legal"


STATE_TITLES: dict[str, str] = {
    State.DRAFT: N_("草稿"),
    State.IN_APPROVAL: N_("审核中"),
    State.PUBLISHED: N_("已发布"),
    State.SUSPENDED: N_("已暂停"),
    State.SUPERSEDED: N_("已被新版取代"),
    State.CANCELLED: N_("已取消"),
}
ACTION_TITLES: dict[str, str] = {
    Action.ADD: N_("新增"),
    Action.CHANGE: N_("变更"),
    Action.SPLIT: N_("拆分"),
    Action.MERGE: N_("合并"),
    Action.SUSPEND: N_("暂停"),
    Action.CANCEL: N_("取消"),
}
APPROVER_TITLES: dict[str, str] = {Approver.STAFFING: N_("编制"), Approver.LEGAL: N_("法制")}

SEND, APPROVE, PUBLISH, SUSPEND, RESUME, CANCEL = "send", "approve", "publish", "suspend", "resume", "cancel"
ACT_TITLES: dict[str, str] = {
    SEND: N_("送审"),
    APPROVE: N_("审核同意"),
    PUBLISH: N_("发布"),
    SUSPEND: N_("暂停"),
    RESUME: N_("恢复"),
    CANCEL: N_("取消"),
}

# (state, act) -> state that follows; what is not here is not possible.
TABLE: dict[tuple[State, str], State] = {
    (State.DRAFT, SEND): State.IN_APPROVAL,
    (State.DRAFT, CANCEL): State.CANCELLED,
    (State.IN_APPROVAL, APPROVE): State.IN_APPROVAL,
    (State.IN_APPROVAL, PUBLISH): State.PUBLISHED,
    (State.IN_APPROVAL, CANCEL): State.CANCELLED,
    (State.PUBLISHED, SUSPEND): State.SUSPENDED,
    (State.PUBLISHED, CANCEL): State.CANCELLED,
    (State.SUSPENDED, RESUME): State.PUBLISHED,
    (State.SUSPENDED, CANCEL): State.CANCELLED,
}


def possible_acts(state: str) -> tuple[str, ...]:
    """Return the acts that the table allows in a state, in the table's order."""
    return tuple(act for (before, act) in TABLE if before == state)
