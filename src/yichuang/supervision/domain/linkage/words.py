"""The words of linkage: kinds of registers, what becomes of an entry, how a lead stands, how a call-back went."""

from enum import StrEnum

from yichuang.kernel.words import N_


class RegisterKind(StrEnum):
    """What kind of list a department keeps."""

    LICENCES = "licences"
    PUBLICITY = "publicity"
    SEALS = "seals"
    LEDGER = "ledger"
    FEES = "fees"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _KINDS[self]


_KINDS = {
    RegisterKind.LICENCES: N_("许可证登记簿"),
    RegisterKind.PUBLICITY: N_("双公示清单"),
    RegisterKind.SEALS: N_("用印登记簿"),
    RegisterKind.LEDGER: N_("业务台账"),
    RegisterKind.FEES: N_("收费清单"),
}


class EntryState(StrEnum):
    """Whether an entry can be linked: it stands, its row is faulty, or somebody dropped it with a reason."""

    STANDING = "standing"
    FAULTY = "faulty"
    DROPPED = "dropped"


class LeadOutcome(StrEnum):
    """What linking says of one entry.

    inside: a case of the centre was found for it, and the times agree. outside: none was found, and the organisation
    has no case of this item in the centre (体外循环). double: none was found though the item does run in the centre, or
    one was found whose times contradict the register (双轨运行). undecided: not enough to say either.
    """

    INSIDE = "inside"
    OUTSIDE = "outside"
    DOUBLE = "double"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _OUTCOMES[self]


_OUTCOMES = {
    LeadOutcome.INSIDE: N_("中心内办理"),
    LeadOutcome.OUTSIDE: N_("体外循环疑点"),
    LeadOutcome.DOUBLE: N_("双轨运行疑点"),
    LeadOutcome.UNDECIDED: N_("待核"),
}
# What a reviewer is asked about.
DOUBTFUL: frozenset[LeadOutcome] = frozenset({LeadOutcome.OUTSIDE, LeadOutcome.DOUBLE, LeadOutcome.UNDECIDED})


class Ground(StrEnum):
    """Why an entry has its outcome; one reason each, the strongest."""

    LINKED = "linked"
    NO_CASE_NO_VOLUME = "no-case-no-volume"
    NO_CASE = "no-case"
    TIMES_CONFLICT = "times-conflict"
    SLIP_OF_DATE = "slip-of-date"
    WEAK = "weak"
    TAKEN = "taken"
    ITEM_UNKNOWN = "item-unknown"
    TOO_LITTLE = "too-little"

    @property
    def label(self) -> str:
        """Return the Chinese sentence, a message id."""
        return _GROUNDS[self]


_GROUNDS = {
    Ground.LINKED: N_("已找到对应办件，时间相符"),
    Ground.NO_CASE_NO_VOLUME: N_("没有找到对应办件，且该部门该事项在中心没有任何办件"),
    Ground.NO_CASE: N_("没有找到对应办件，而该事项在中心有其他办件"),
    Ground.TIMES_CONFLICT: N_("找到对应办件，但登记簿的时间与办件的时间相互矛盾"),
    Ground.SLIP_OF_DATE: N_("找到对应办件，时间相差较大，但像是日期笔误"),
    Ground.WEAK: N_("有相近的办件，但不足以认定是同一件事"),
    Ground.TAKEN: N_("相近的办件已与登记簿的另一行对应"),
    Ground.ITEM_UNKNOWN: N_("没有找到对应办件，且不能确定属于哪一事项"),
    Ground.TOO_LITTLE: N_("这一行可供比对的内容太少"),
}


class LinkKind(StrEnum):
    """How an entry came to its case."""

    NONE = ""
    EXACT = "exact"
    PROBABLE = "probable"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _LINKS[self]


_LINKS = {
    LinkKind.NONE: N_("无对应办件"),
    LinkKind.EXACT: N_("编号或证件号完全一致"),
    LinkKind.PROBABLE: N_("按姓名、编号、日期等综合比对"),
    LinkKind.REVIEWED: N_("经核查人员认定"),
}


class Verdict(StrEnum):
    """What the reviewer says: the lead is confirmed (it never went through the centre), or rejected."""

    NONE = ""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _VERDICTS[self]


_VERDICTS = {Verdict.NONE: N_("未核查"), Verdict.CONFIRMED: N_("属实"), Verdict.REJECTED: N_("排除")}


class CallbackState(StrEnum):
    """How far a call-back has come."""

    DRAWN = "drawn"
    DONE = "done"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _CALLBACKS[self]


_CALLBACKS = {
    CallbackState.DRAWN: N_("待回访"),
    CallbackState.DONE: N_("已回访"),
    CallbackState.UNREACHABLE: N_("无法接通"),
    CallbackState.DECLINED: N_("申请人不愿回答"),
}
