"""What the other contexts may see of cases: words, refusals and the shapes that queries return."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from yichuang.cases.domain import acts, events, intake, links
from yichuang.cases.domain.acts import ACT_LABELS
from yichuang.cases.domain.authority import POWERS
from yichuang.cases.domain.clocks import Clock, Due, Limit, Unit
from yichuang.cases.domain.corrections import OPERATIONS as CORRECTION_LABELS
from yichuang.cases.domain.corrections import WITHDRAWN_LABEL
from yichuang.cases.domain.decide import Terms
from yichuang.cases.domain.gathered import ItemTally
from yichuang.cases.domain.intake import *  # noqa: F403 - the words of intake, each listed in its `__all__`
from yichuang.cases.domain.lifecycle import FINAL, STATUS_LABELS, Status
from yichuang.cases.domain.links import *  # noqa: F403 - what nodes hand each other, listed in its `__all__`
from yichuang.cases.domain.links import ApplicantDetails
from yichuang.cases.domain.local_rules import LocalRules, rules_in_force
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.domain.refusals import (
    InTheFuture,
    NotAccepted,
    NotForApplicants,
    NotInBulk,
    NotOnTheSpot,
    NotPossibleNow,
    OutOfOrder,
    OutsideAuthority,
    UnknownItem,
)
from yichuang.cases.domain.results import (
    RESULT_LABELS,
    CodeVariant,
    Result,
    UnknownResultCode,
    decode_result,
    encode_result,
)
from yichuang.cases.domain.shapes import (
    CaseState,
    ConsultationLine,
    GrantOutcome,
    OpinionRow,
    StateCount,
    StepLine,
)
from yichuang.cases.domain.state import Fee, Pause
from yichuang.cases.domain.statutes import Law, load_statutes
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

__all__ = [
    "ACT_LABELS",
    "CHANNEL_LABELS",
    "CORRECTION_LABELS",
    "FINAL",
    "KIND_LABELS",
    "OPINION_KINDS",
    "OWN_SOURCE",
    "POWERS",
    "RESULT_LABELS",
    "STATUS_LABELS",
    "WITHDRAWN_LABEL",
    "ActLine",
    "AppliedAct",
    "CaseFile",
    "CaseFilter",
    "CaseNotFound",
    "CaseRow",
    "CaseState",
    "ChangedMeanwhile",
    "Clock",
    "CodeVariant",
    "ConsultationLine",
    "DailyTally",
    "Due",
    "EventLine",
    "Fee",
    "Filed",
    "Filing",
    "GrantOutcome",
    "HistoryDiffers",
    "InTheFuture",
    "ItemTally",
    "Law",
    "Limit",
    "LocalRules",
    "MaterialEntry",
    "NotAccepted",
    "NotForApplicants",
    "NotInBulk",
    "NotOnTheSpot",
    "NotPossibleNow",
    "NothingFiled",
    "OpinionRow",
    "OpinionUnfit",
    "OutOfOrder",
    "OutsideAuthority",
    "PageUnknown",
    "Pause",
    "Result",
    "StateCount",
    "Status",
    "StepLine",
    "Terms",
    "TodoRow",
    "Unit",
    "UnknownItem",
    "UnknownResultCode",
    "acts",
    "case_uuid",
    "decode_result",
    "encode_result",
    "events",
    "load_statutes",
    "rules_in_force",
]
__all__ += intake.__all__
__all__ += links.__all__

OWN_SOURCE = "yichuang"
_CASES = uuid.UUID("6f1c2a52-6a0e-5d0c-9a53-6a7c8f0b5b11")

CHANNEL_LABELS: dict[str, str] = {
    "window": N_("窗口"),
    "web": N_("电脑端网上"),
    "mobile": N_("移动端"),
    "post": N_("快递"),
    "other": N_("其他"),
}
# What opinion templates are for.
OPINION_KINDS: dict[str, str] = {
    "agree": N_("同意"),
    "refuse": N_("不予许可"),
    "step": N_("审查意见"),
    "return": N_("退回"),
    "supplement": N_("告知补正"),
    "not-accept": N_("不予受理"),
    "consult": N_("征求意见"),
    "answer": N_("答复征求意见"),
    "special": N_("特别程序"),
    "extend": N_("延期"),
}
KIND_LABELS: dict[str, str] = {"promised": N_("承诺件"), "on-the-spot": N_("即办件"), "other": N_("其他件")}


def case_uuid(*, source: str, source_key: str) -> uuid.UUID:
    """Return the identity of a case between nodes: the same source and key give the same case everywhere."""
    return uuid.uuid5(_CASES, f"{source}\x1f{source_key}")


class CaseNotFound(Refusal):
    """No such case, or not within the reader's scope; the two are not told apart."""

    sentence = N_("没有找到办件{number}")
    remedy = N_("请核对办件编号；编号最后一位是校验码，输错任何一位都查不到")


class PageUnknown(Refusal):
    """A page's cursor that no page ever gave."""

    sentence = N_("没有从“{after}”开始的一页")
    remedy = N_("请从列表的第一页重新翻阅")


class ChangedMeanwhile(Refusal):
    """Somebody else has written to the case since it was loaded."""

    sentence = N_("办件{number}在您操作期间已被他人更新")
    remedy = N_("请重新打开办件，核对最新情况后再提交；您已填写的内容不会丢失")


class OpinionUnfit(Refusal):
    """An opinion template that is empty, of no known kind, or not his to change."""

    sentence = N_("意见模板“{title}”不能这样保存：{reason}")
    remedy = N_("请核对标题、内容和用途")


class NothingFiled(Refusal):
    """A history without a single act."""

    sentence = N_("来源编号{source_key}没有任何事件")
    remedy = N_("请至少报送收件")


class HistoryDiffers(Refusal):
    """A case that stands in the ledger is reported again with another past."""

    sentence = N_("办件{number}已按来源编号{source_key}入账，再次报送的第{place}个事件与已入账的不同")
    remedy = N_("账本不可改写：请以更正事件报送差异，或核对来源系统的编号是否重复")


class AppliedAct(msgspec.Struct, frozen=True, gc=False):
    """One act of a history: what, when it was done at its source, and when it reached this system."""

    act: acts.Act
    at: datetime
    received_at: datetime


class Filing(msgspec.Struct, frozen=True, gc=False):
    """One case's history to be recorded: the first act is the receipt.

    `deleted` is why its source deleted the case ("" while it stands; the history then need not be given).
    `batch`, `reason` and `changed_at` (when the source changed or deleted it) stand in the correcting event, if any.
    """

    source: str
    source_key: str
    applicant: ApplicantDetails
    history: Sequence[AppliedAct]
    deleted: str = ""
    batch: str = ""
    reason: str = ""
    changed_at: datetime | None = None


class Filed(msgspec.Struct, frozen=True, gc=False):
    """What became of one filing: `new_events` appended, or nothing and a refusal with the place of the act it hit.

    `corrected` is how many events of the ledger no longer count, withdrawn by their source. The correcting event itself
    is one of the new ones.
    """

    source_key: str
    number: str
    new_events: int
    refusal: Refusal | None = None
    place: int = 0
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: every given field narrows; days are inclusive from, exclusive until.

    `measure` says which day the period is held against and which cases count: received, accepted,
    completed, on-time, early, late, late-statutory, open, open-late.
    """

    measure: str = "received"
    start_on: date | None = None
    until: date | None = None
    county: str = ""
    town: str = ""
    centre: str = ""
    organisation: str = ""
    department: str = ""
    item: str = ""
    channel: str = ""
    kind: str = ""
    source: str = ""
    counties: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases; no personal data."""

    case_id: int
    number: str
    item: str
    organisation: str
    county: str
    town: str
    channel: str
    kind: str
    status: Status
    result: str
    received_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    promised_due_at: datetime | None
    used_days: int | None
    promised_amount: int | None
    limit_unit: str
    late_promised: bool | None
    source: str = OWN_SOURCE


@dataclass(frozen=True, slots=True)
class TodoRow(CaseRow):
    """One line of a to-do list: a case that stands open, and what is due next in it.

    `next_due_at` is None while the office waits for the applicant or a procedure. `tolerated_until` and
    `supplement_until` are the applicant's last days, inclusive. `holder` is another node that holds the case, or "".
    """

    next_due_at: datetime | None = None
    handler: str = ""
    handler_name: str = ""
    agent: str = ""
    agent_name: str = ""
    green: bool = False
    joint: bool = False
    centre: str = ""
    tolerated_until: date | None = None
    supplement_until: date | None = None
    current_step: str = ""
    current_organisation: str = ""
    version: int = 0
    involved: tuple[str, ...] = ()
    holder: str = ""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a case's time line.

    `withdrawn` is the place of the correcting event by which its source took it back, 0 while it counts.
    """

    seq: int
    name: str
    title: str
    details: tuple[tuple[str, str, str], ...]
    source_at: datetime
    received_at: datetime
    recorded_at: datetime
    actor: str
    digest: str
    status: Status
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class ActLine:
    """One event of a case as it was decided, with its place in the chain and the deadlines as they stood after it.

    Only what counts today: what a source has taken back is not among them, so places need not be without gaps.
    """

    seq: int
    event: events.Event
    at: datetime
    recorded_at: datetime
    actor_id: str
    actor: str
    digest: str
    promised_due_at: datetime | None = None
    statutory_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its page shows it; the applicant's details are given only where the reader may see them.

    `possible` are the acts that may come next, as labels; `open_acts` the same by their names in `acts`. `acts` is the
    history as decoded events, where it was asked for. `holder` is the node that holds it, "" where it is this one.
    """

    row: CaseRow
    uuid: str
    version: int
    head: str
    handling_item: str
    implementation_code: str
    source: str
    applicant: ApplicantDetails | None
    statutory_due_at: datetime | None
    paused_days: int
    extension_days: int
    current_step: str
    current_organisation: str
    provisional: bool
    joint: bool
    events: tuple[EventLine, ...]
    chain_faults: tuple[str, ...] = ()
    possible: tuple[str, ...] = field(default=())
    open_acts: tuple[str, ...] = ()
    agent_name: str = ""
    acts: tuple[ActLine, ...] = ()
    holder: str = ""


@dataclass(frozen=True, slots=True)
class DailyTally:
    """Sums of one day and one key of one dimension, counted from facts."""

    day: date
    county: str
    key: str
    received: int
    accepted: int
    completed: int
    on_time: int
    early: int
    late: int
    late_statutory: int
    judged: int
    used_days: int
    promised_days: int
    statutory_days: int
