"""Acts: what somebody wants done to a case. `decide` turns an act into events or refuses it."""

from datetime import date, datetime

import msgspec

from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.kernel.words import N_


class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all acts."""


class Receive(Act, frozen=True, kw_only=True, gc=False):
    """Take in an application (收件). `item` is the five-digit main item, `organisation` decides it."""

    item: str
    organisation: str
    division: str
    receiving_division: str = ""
    centre: str = ""
    handling_item: str = ""
    channel: str = "window"
    applicant_type: str = "natural"
    applicant_digest: str = ""
    summary: str = ""
    joint: bool = False
    green_channel: str = ""
    project_code: str = ""
    batch: str = ""
    form_digest: str = ""
    agent: str = ""


class CorrectMaterials(Act, frozen=True, kw_only=True, gc=False):
    """Let the applicant correct an error on the spot (当场更正)."""

    note: str = ""


class PreExamine(Act, frozen=True, kw_only=True, gc=False):
    """Look at an application made on the web before accepting it (预审)."""

    passed: bool
    opinion: str = ""


class RequestSupplement(Act, frozen=True, kw_only=True, gc=False):
    """Tell the applicant once of everything missing (一次性告知); without `due_on` the rule of the day sets it."""

    missing: tuple[str, ...]
    document_number: str = ""
    due_on: date | None = None


class TakeSupplement(Act, frozen=True, kw_only=True, gc=False):
    """Record that all supplements have come in (补正收齐)."""

    note: str = ""


class LapseSupplement(Act, frozen=True, kw_only=True, gc=False):
    """Return the application because no supplement came in time (补正逾期退件)."""

    note: str = ""


class RefuseAcceptance(Act, frozen=True, kw_only=True, gc=False):
    """Refuse to accept (不予受理): ground is `no-licence-needed` or `not-competent`."""

    ground: str
    reason: str
    competent_organ: str = ""
    document_number: str = ""


class Accept(Act, frozen=True, kw_only=True, gc=False):
    """Accept the application (受理); limits come from the item unless another system set them.

    `automatic` is the acceptance that art. 32 no. 4 brings about by lapse of time. `tolerated` materials may follow
    up to and including the day `tolerated_until` (容缺); for `committed` ones a promise is enough (告知承诺).
    """

    automatic: bool = False
    promised: Limit | None = None
    due_at: datetime | None = None
    document_number: str = ""
    tolerated: tuple[str, ...] = ()
    tolerated_until: date | None = None
    committed: tuple[str, ...] = ()


class StartStep(Act, frozen=True, kw_only=True, gc=False):
    """Lay a step before somebody (环节开始)."""

    step: str
    organisation: str = ""
    officer: str = ""
    limit: Limit | None = None


class FinishStep(Act, frozen=True, kw_only=True, gc=False):
    """Finish a step with an opinion (环节完成): action is `pass`, `return` or `other`."""

    step: str
    action: str = "pass"
    opinion: str = ""
    officer: str = ""


class Consult(Act, frozen=True, kw_only=True, gc=False):
    """Ask another department (征求意见)."""

    organisation: str
    question: str = ""


class AnswerConsultation(Act, frozen=True, kw_only=True, gc=False):
    """Answer as the department that was asked."""

    organisation: str
    answer: str
    agreed: bool = True


class StartSpecialProcedure(Act, frozen=True, kw_only=True, gc=False):
    """Stop the clocks for a hearing, inspection or another procedure of art. 45."""

    procedure: str
    reason: str
    expected_days: int = 0
    document_number: str = ""


class EndSpecialProcedure(Act, frozen=True, kw_only=True, gc=False):
    """Let the clocks run on."""

    result: str = ""


class Extend(Act, frozen=True, kw_only=True, gc=False):
    """Prolong the period with the head's approval (art. 42)."""

    days: int
    reason: str
    approved_by: str
    document_number: str = ""


class Forward(Act, frozen=True, kw_only=True, gc=False):
    """Send the case on to a higher or another organ and close it here (转报办结)."""

    to_organisation: str
    reason: str


class Grant(Act, frozen=True, kw_only=True, gc=False):
    """Decide yes (准予)."""

    decider: str = ""
    opinion: str = ""
    document_number: str = ""
    in_bulk: bool = False


class Refuse(Act, frozen=True, kw_only=True, gc=False):
    """Decide no, with reasons and remedies (不予许可, art. 38)."""

    reason: str
    remedies: str
    decider: str = ""
    document_number: str = ""


class IssueCertificate(Act, frozen=True, kw_only=True, gc=False):
    """Make the certificate or letter (制证)."""

    name: str
    certificate_number: str
    valid_until: date | None = None


class Deliver(Act, frozen=True, kw_only=True, gc=False):
    """Hand the result to the applicant (送达)."""

    method: str = "window"
    receipt_number: str = ""


class Withdraw(Act, frozen=True, kw_only=True, gc=False):
    """Take the application back (撤回) and close it as returned."""

    reason: str = ""


class Close(Act, frozen=True, kw_only=True, gc=False):
    """Close the case (办结). `result` is needed only where the status does not already say it."""

    result: str = ""
    explanation: str = ""
    fee: str = ""


class Void(Act, frozen=True, kw_only=True, gc=False):
    """Take a mistaken or void case out of every figure; result is `void` or `deleted`."""

    reason: str
    result: str = "void"


class Archive(Act, frozen=True, kw_only=True, gc=False):
    """Archive the complete file (归档)."""

    folder: str = ""


class TakeMaterials(Act, frozen=True, kw_only=True, gc=False):
    """Take in papers or files (收取材料); after acceptance only those that were tolerated as missing."""

    entries: tuple[MaterialEntry, ...]


class TakeTolerated(Act, frozen=True, kw_only=True, gc=False):
    """Record that tolerated materials have come in and are in order (容缺补齐)."""

    materials: tuple[str, ...]


class LapseTolerated(Act, frozen=True, kw_only=True, gc=False):
    """Return the case because tolerated materials did not come in time (容缺逾期退件)."""

    note: str = ""


class HandOver(Act, frozen=True, kw_only=True, gc=False):
    """Lay the case before another person of the authority list (移交, A/B posts)."""

    to_id: str
    to_name: str
    reason: str


class AssignAgent(Act, frozen=True, kw_only=True, gc=False):
    """Name the person of the centre who goes the whole way for the applicant (指派代办员)."""

    agent_id: str
    agent_name: str
    note: str = ""


class OpenGreenChannel(Act, frozen=True, kw_only=True, gc=False):
    """Let the case go first, with a reason and an approver (开通绿色通道)."""

    reason: str
    approved_by: str


class ReviewOnSite(Act, frozen=True, kw_only=True, gc=False):
    """Record what at least two officers found on the spot (现场会审, art. 34)."""

    on: date
    participants: tuple[str, ...]
    minutes: str
    conclusion: str


class MoveMaterials(Act, frozen=True, kw_only=True, gc=False):
    """Send papers to another centre (物料流转)."""

    to_centre: str
    materials: tuple[str, ...]
    carrier: str = ""
    note: str = ""
    document_number: str = ""


class ChargeFee(Act, frozen=True, kw_only=True, gc=False):
    """Ask for a fee that the item lists (缴费通知); `amount` is yuan, such as 80 or 80.50."""

    name: str
    amount: str
    basis: str = ""
    document_number: str = ""


class PayFee(Act, frozen=True, kw_only=True, gc=False):
    """Record that a fee was paid (缴费); without a name the only one that is open."""

    receipt_number: str
    name: str = ""


class PassToNode(Act, frozen=True, kw_only=True, gc=False):
    """Hand the case to another node, which alone may append to it from then on (移交节点)."""

    to_node: str
    from_node: str
    reason: str = ""
    taken_over: bool = False


ACT_LABELS: dict[type[Act], str] = {
    Receive: N_("收件"),
    CorrectMaterials: N_("当场更正"),
    PreExamine: N_("预审"),
    RequestSupplement: N_("告知补正"),
    TakeSupplement: N_("收齐补正材料"),
    LapseSupplement: N_("补正逾期退件"),
    RefuseAcceptance: N_("不予受理"),
    Accept: N_("受理"),
    StartStep: N_("开始环节"),
    FinishStep: N_("完成环节"),
    Consult: N_("征求意见"),
    AnswerConsultation: N_("答复征求意见"),
    StartSpecialProcedure: N_("启动特别程序"),
    EndSpecialProcedure: N_("结束特别程序"),
    Extend: N_("延期"),
    Forward: N_("转报"),
    Grant: N_("准予"),
    Refuse: N_("不予许可"),
    IssueCertificate: N_("制证"),
    Deliver: N_("送达"),
    Withdraw: N_("撤回"),
    Close: N_("办结"),
    Void: N_("作废"),
    Archive: N_("归档"),
    TakeMaterials: N_("收取材料"),
    TakeTolerated: N_("补齐容缺材料"),
    LapseTolerated: N_("容缺逾期退件"),
    HandOver: N_("移交"),
    AssignAgent: N_("指派代办员"),
    OpenGreenChannel: N_("开通绿色通道"),
    ReviewOnSite: N_("现场会审"),
    MoveMaterials: N_("流转材料"),
    ChargeFee: N_("通知缴费"),
    PayFee: N_("登记缴费"),
    PassToNode: N_("移交节点"),
}

# No system of a county can say these yet: a mapping file may not name them.
OWN_ONLY: frozenset[type[Act]] = frozenset(
    {
        TakeMaterials,
        TakeTolerated,
        LapseTolerated,
        HandOver,
        AssignAgent,
        OpenGreenChannel,
        ReviewOnSite,
        MoveMaterials,
        ChargeFee,
        PayFee,
        PassToNode,
    }
)
