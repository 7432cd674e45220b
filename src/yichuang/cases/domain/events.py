"""Events: what has happened to a case, frozen, in the past tense; the only thing the ledger stores.

An event never carries a person's details (they stand in a table of their own and can be erased;
the ledger keeps their salted digest) and never a computed period (a calendar published later must
be able to change it). When it happened, who did it and its place in the case stand beside it in the
ledger, not in it.
"""

from datetime import date, datetime

import msgspec

from yichuang.cases.domain.clocks import Limit
from yichuang.cases.domain.materials import MaterialEntry


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of all events."""


class ApplicationReceived(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """收件: an application has reached a centre, a hall or the web, and has a number.

    `form_digest` binds the form kept beside the ledger; `agent` says who goes for the applicant (AGENT_RELATIONS);
    `node` is the node that founded the case, "" in an installation that is none.
    """

    item: str
    organisation: str
    division: str
    receiving_division: str = ""
    centre: str = ""
    handling_item: str = ""
    implementation_code: str = ""
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
    node: str = ""


class MaterialsCorrected(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """当场更正: an error was put right on the spot (art. 32 no. 3)."""

    note: str = ""


class PreExaminationRecorded(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """预审: an application made on the web was looked at before acceptance."""

    passed: bool
    opinion: str = ""


class SupplementRequested(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """补正告知: the applicant was told, once and in writing, of everything missing (art. 32 no. 4).

    `due_on` is the last day on which he should bring it.
    """

    missing: tuple[str, ...]
    document_number: str = ""
    due_on: date | None = None


class SupplementReceived(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """补正收齐: all supplements have come in."""

    note: str = ""


class SupplementLapsed(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """补正逾期: nothing came in within the time given."""

    note: str = ""


class AcceptanceRefused(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """不予受理: no licence is needed, or another organ is competent (art. 32 nos. 1 and 2)."""

    ground: str
    reason: str
    competent_organ: str = ""
    document_number: str = ""


class ApplicationAccepted(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """受理: the statutory and the promised clock start.

    `counted_from` differs from the event's own time where acceptance is automatic: the application
    then counts as accepted from the day of receipt (art. 32 no. 4). `due_at` stands where another
    system set the deadline itself. `tolerated` materials may follow up to and including the day
    `tolerated_until` (容缺受理); a written commitment stands in place of the `committed` ones (告知承诺).
    """

    kind: str
    statutory: Limit | None = None
    promised: Limit | None = None
    due_at: datetime | None = None
    counted_from: datetime | None = None
    automatic: bool = False
    document_number: str = ""
    tolerated: tuple[str, ...] = ()
    tolerated_until: date | None = None
    committed: tuple[str, ...] = ()


class StepStarted(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """环节开始: a step lies with somebody; its own clock runs."""

    step: str
    organisation: str = ""
    officer: str = ""
    limit: Limit | None = None


class StepFinished(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """环节完成: the step is done, with an opinion."""

    step: str
    action: str = "pass"
    opinion: str = ""
    officer: str = ""


class ConsultationRequested(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """征求意见: another department was asked; it has 7 working days."""

    organisation: str
    question: str = ""


class ConsultationAnswered(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """征求意见答复: the other department has answered."""

    organisation: str
    answer: str
    agreed: bool = True


class SpecialProcedureStarted(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """特别程序开始: hearing, inspection or another of art. 45; the clocks stand still."""

    procedure: str
    reason: str
    expected_days: int = 0
    document_number: str = ""


class SpecialProcedureEnded(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """特别程序结束: the clocks run on."""

    procedure: str
    result: str = ""


class PeriodExtended(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """延期: the period was prolonged with approval, and the applicant told why (art. 42)."""

    days: int
    reason: str
    approved_by: str
    document_number: str = ""


class CaseForwarded(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """转报: sent on to a higher or another organ."""

    to_organisation: str
    reason: str


class ApplicationGranted(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """准予: the decision is yes; `in_bulk` where it was agreed to together with others."""

    decider: str = ""
    opinion: str = ""
    document_number: str = ""
    in_bulk: bool = False


class ApplicationRefused(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """不予许可: the decision is no, with reasons and remedies (art. 38)."""

    reason: str
    remedies: str
    decider: str = ""
    document_number: str = ""


class CertificateIssued(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """制证: the certificate or letter stands."""

    name: str
    certificate_number: str
    valid_until: date | None = None


class ResultDelivered(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """送达: the result has reached the applicant (art. 44: within 10 working days)."""

    method: str = "window"
    receipt_number: str = ""


class ApplicationWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """撤回: the applicant took it back."""

    reason: str = ""


class CaseClosed(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """办结: nothing more is to be done; the result is one of the seven of the standard."""

    result: str
    explanation: str = ""
    fee: str = ""


class CaseVoided(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """作废: entered by mistake or void; it counts in no figure."""

    result: str
    reason: str


class CaseArchived(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """归档: the file is complete and closed."""

    folder: str = ""


class MaterialsTaken(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """收取材料: papers or files were taken in, each with the way it came."""

    entries: tuple[MaterialEntry, ...]


class ToleratedTaken(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """容缺补齐: materials that were tolerated as missing have come in."""

    materials: tuple[str, ...]


class ToleratedLapsed(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """容缺逾期: tolerated materials did not come in the time promised."""

    materials: tuple[str, ...]
    note: str = ""


class CaseHandedOver(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """移交: the case lies with another person from now on (A/B posts)."""

    to_id: str
    to_name: str
    reason: str


class AgentAssigned(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """指派代办员: somebody of the centre goes the whole way for the applicant, free of charge."""

    agent_id: str
    agent_name: str
    note: str = ""


class GreenChannelOpened(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """开通绿色通道: the case goes first, for a stated reason and with approval."""

    reason: str
    approved_by: str


class SiteReviewed(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """现场会审: at least two officers looked on the spot, with minutes (art. 34)."""

    on: date
    participants: tuple[str, ...]
    minutes: str
    conclusion: str


class MaterialsMoved(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """物料流转: papers went from one centre to another (town and county)."""

    to_centre: str
    materials: tuple[str, ...]
    carrier: str = ""
    note: str = ""
    document_number: str = ""


class FeeCharged(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """缴费通知: a fee that the item lists was asked for (art. 59); `amount` is yuan with two decimals."""

    name: str
    amount: str
    basis: str = ""
    document_number: str = ""


class FeePaid(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """缴费: a fee was paid against a receipt."""

    receipt_number: str
    name: str = ""


class CasePassedToNode(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """移交节点: from now on another node (town, county, city) holds the case and alone may append to it.

    `taken_over` says that it was the receiving node's doing, because the other was lost, retired or restored.
    """

    to_node: str
    from_node: str
    reason: str = ""
    taken_over: bool = False


class HistoryCorrected(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """来源更正: its source reports the case's past otherwise; nothing is rewritten, this says what counts from now on.

    `order` are the places of all events that count, in their true order, those behind this one included that came with
    it; what it does not name no longer counts. `operation` is one of OPERATIONS (corrections.py), `batch` the source's.
    """

    order: tuple[int, ...]
    operation: str
    reason: str = ""
    batch: str = ""


EVENT_TYPES: tuple[type[Event], ...] = (
    ApplicationReceived,
    MaterialsCorrected,
    PreExaminationRecorded,
    SupplementRequested,
    SupplementReceived,
    SupplementLapsed,
    AcceptanceRefused,
    ApplicationAccepted,
    StepStarted,
    StepFinished,
    ConsultationRequested,
    ConsultationAnswered,
    SpecialProcedureStarted,
    SpecialProcedureEnded,
    PeriodExtended,
    CaseForwarded,
    ApplicationGranted,
    ApplicationRefused,
    CertificateIssued,
    ResultDelivered,
    ApplicationWithdrawn,
    CaseClosed,
    CaseVoided,
    CaseArchived,
    MaterialsTaken,
    ToleratedTaken,
    ToleratedLapsed,
    CaseHandedOver,
    AgentAssigned,
    GreenChannelOpened,
    SiteReviewed,
    MaterialsMoved,
    FeeCharged,
    FeePaid,
    CasePassedToNode,
    HistoryCorrected,
)
