"""The life of a case as one table: (status, event) -> status, with the article it rests on.

Everything else that asks "may this happen now?" reads this table; the diagram in the docs is
printed from it. A transition marked irregular may be recorded when another system reports it (the
supervision rules look for it), but this system's own commands refuse it.
"""

from dataclasses import dataclass
from enum import StrEnum

from yichuang.cases.domain import events as e
from yichuang.kernel.words import N_


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    RECEIVED = "received"
    SUPPLEMENTING = "supplementing"
    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    GRANTED = "granted"
    REFUSED = "refused"
    DELIVERED = "delivered"
    FORWARDED = "forwarded"
    NOT_ACCEPTED = "not-accepted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    VOIDED = "voided"
    ARCHIVED = "archived"


STATUS_LABELS: dict[Status, str] = {
    Status.NEW: N_("未收件"),
    Status.RECEIVED: N_("已收件"),
    Status.SUPPLEMENTING: N_("补正中"),
    Status.ACCEPTED: N_("办理中"),
    Status.SUSPENDED: N_("特别程序中"),
    Status.GRANTED: N_("准予"),
    Status.REFUSED: N_("不予许可"),
    Status.DELIVERED: N_("已送达"),
    Status.FORWARDED: N_("已转报"),
    Status.NOT_ACCEPTED: N_("不予受理"),
    Status.LAPSED: N_("逾期未补"),
    Status.WITHDRAWN: N_("已撤回"),
    Status.CLOSED: N_("已办结"),
    Status.VOIDED: N_("已作废"),
    Status.ARCHIVED: N_("已归档"),
}

FINAL: frozenset[Status] = frozenset({Status.CLOSED, Status.VOIDED, Status.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads, on what article, and whether only another system's history may hold it."""

    to: Status
    article: str
    irregular: bool = False


_LICENSING = "行政许可法"
_A29, _A30, _A32 = f"{_LICENSING}第二十九条", f"{_LICENSING}第三十条", f"{_LICENSING}第三十二条"
_A34, _A37, _A38 = f"{_LICENSING}第三十四条", f"{_LICENSING}第三十七条", f"{_LICENSING}第三十八条"
_A39, _A42, _A43 = f"{_LICENSING}第三十九条", f"{_LICENSING}第四十二条", f"{_LICENSING}第四十三条"
_A44, _A45 = f"{_LICENSING}第四十四条", f"{_LICENSING}第四十五条"
_A31, _A59 = f"{_LICENSING}第三十一条", f"{_LICENSING}第五十九条"
_CONSULT = "国发〔1999〕9号"
_CENTRES = "GB/T 32168—2015"
_TOLERANCE = "容缺受理办法"
_STANDARD = "GB/T 39046—2020"

TABLE: dict[tuple[Status, type[e.Event]], Transition] = {
    (Status.NEW, e.ApplicationReceived): Transition(Status.RECEIVED, _A29),
    (Status.RECEIVED, e.MaterialsCorrected): Transition(Status.RECEIVED, _A32),
    (Status.RECEIVED, e.PreExaminationRecorded): Transition(Status.RECEIVED, _A29),
    (Status.RECEIVED, e.SupplementRequested): Transition(Status.SUPPLEMENTING, _A32),
    (Status.SUPPLEMENTING, e.SupplementReceived): Transition(Status.RECEIVED, _A32),
    (Status.SUPPLEMENTING, e.SupplementLapsed): Transition(Status.LAPSED, _STANDARD),
    (Status.RECEIVED, e.AcceptanceRefused): Transition(Status.NOT_ACCEPTED, _A32),
    (Status.RECEIVED, e.ApplicationAccepted): Transition(Status.ACCEPTED, _A32),
    (Status.ACCEPTED, e.StepStarted): Transition(Status.ACCEPTED, _A34),
    (Status.ACCEPTED, e.StepFinished): Transition(Status.ACCEPTED, _A34),
    (Status.ACCEPTED, e.ConsultationRequested): Transition(Status.ACCEPTED, _CONSULT),
    (Status.ACCEPTED, e.ConsultationAnswered): Transition(Status.ACCEPTED, _CONSULT),
    (Status.ACCEPTED, e.SpecialProcedureStarted): Transition(Status.SUSPENDED, _A45),
    (Status.SUSPENDED, e.SpecialProcedureEnded): Transition(Status.ACCEPTED, _A45),
    (Status.ACCEPTED, e.PeriodExtended): Transition(Status.ACCEPTED, _A42),
    (Status.ACCEPTED, e.CaseForwarded): Transition(Status.FORWARDED, _A43),
    (Status.ACCEPTED, e.ApplicationGranted): Transition(Status.GRANTED, _A38),
    (Status.ACCEPTED, e.ApplicationRefused): Transition(Status.REFUSED, _A38),
    (Status.GRANTED, e.CertificateIssued): Transition(Status.GRANTED, _A39),
    (Status.GRANTED, e.ResultDelivered): Transition(Status.DELIVERED, _A44),
    (Status.REFUSED, e.ResultDelivered): Transition(Status.DELIVERED, _A44),
    (Status.RECEIVED, e.ApplicationWithdrawn): Transition(Status.WITHDRAWN, _STANDARD),
    (Status.SUPPLEMENTING, e.ApplicationWithdrawn): Transition(Status.WITHDRAWN, _STANDARD),
    (Status.ACCEPTED, e.ApplicationWithdrawn): Transition(Status.WITHDRAWN, _STANDARD),
    (Status.SUSPENDED, e.ApplicationWithdrawn): Transition(Status.WITHDRAWN, _STANDARD),
    (Status.GRANTED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.REFUSED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.DELIVERED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.FORWARDED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.NOT_ACCEPTED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.LAPSED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.WITHDRAWN, e.CaseClosed): Transition(Status.CLOSED, _STANDARD),
    (Status.CLOSED, e.CaseArchived): Transition(Status.ARCHIVED, _STANDARD),
    # Other systems report these; the law has no room for them, and supervision looks for them.
    (Status.SUPPLEMENTING, e.SupplementRequested): Transition(Status.SUPPLEMENTING, _A32, irregular=True),
    (Status.ACCEPTED, e.SupplementRequested): Transition(Status.ACCEPTED, _A32, irregular=True),
    (Status.ACCEPTED, e.SupplementReceived): Transition(Status.ACCEPTED, _A32, irregular=True),
    (Status.ACCEPTED, e.CaseClosed): Transition(Status.CLOSED, _STANDARD, irregular=True),
    (Status.CLOSED, e.StepFinished): Transition(Status.CLOSED, _STANDARD, irregular=True),
    (Status.CLOSED, e.ResultDelivered): Transition(Status.CLOSED, _A44, irregular=True),
    (Status.RECEIVED, e.SupplementReceived): Transition(Status.RECEIVED, _A32, irregular=True),
    (Status.RECEIVED, e.ApplicationGranted): Transition(Status.GRANTED, _A38, irregular=True),
    (Status.RECEIVED, e.ApplicationRefused): Transition(Status.REFUSED, _A38, irregular=True),
    (Status.SUPPLEMENTING, e.ApplicationGranted): Transition(Status.GRANTED, _A38, irregular=True),
    (Status.SUPPLEMENTING, e.ApplicationRefused): Transition(Status.REFUSED, _A38, irregular=True),
}
_RECEIPT = (Status.RECEIVED, Status.SUPPLEMENTING)
_UNDER_WAY = (*_RECEIPT, Status.ACCEPTED, Status.SUSPENDED)
_DECIDED = (Status.GRANTED, Status.REFUSED)
# What leaves a case where it stands.
_STAYING: dict[type[e.Event], tuple[tuple[Status, ...], str]] = {
    e.ToleratedTaken: ((Status.ACCEPTED, Status.SUSPENDED), _TOLERANCE),
    e.CaseHandedOver: ((*_UNDER_WAY, *_DECIDED, Status.DELIVERED), _CENTRES),
    e.AgentAssigned: ((*_UNDER_WAY, *_DECIDED), _CENTRES),
    e.GreenChannelOpened: (_UNDER_WAY, _CENTRES),
    e.SiteReviewed: ((Status.ACCEPTED, Status.SUSPENDED), _A34),
    e.MaterialsMoved: ((*_UNDER_WAY, *_DECIDED), _CENTRES),
    e.FeeCharged: ((Status.ACCEPTED, Status.SUSPENDED, Status.GRANTED), _A59),
    e.FeePaid: ((Status.ACCEPTED, Status.SUSPENDED, Status.GRANTED, Status.DELIVERED), _A59),
}
# The same for what other systems report out of its order: the law has no room for it either.
_STAYING_IRREGULAR: dict[type[e.Event], tuple[tuple[Status, ...], str]] = {
    e.ApplicationAccepted: ((*_DECIDED, Status.DELIVERED, Status.CLOSED), _A32),
    e.CertificateIssued: ((Status.RECEIVED, Status.ACCEPTED, Status.SUSPENDED), _A39),
    e.ResultDelivered: ((Status.RECEIVED, Status.ACCEPTED, Status.SUSPENDED), _A44),
    e.SupplementRequested: ((Status.SUSPENDED,), _A32),
    e.SupplementReceived: ((Status.SUSPENDED,), _A32),
}
TABLE.update(
    {
        (Status.RECEIVED, e.MaterialsTaken): Transition(Status.RECEIVED, _A31),
        (Status.SUPPLEMENTING, e.MaterialsTaken): Transition(Status.SUPPLEMENTING, _A32),
        (Status.ACCEPTED, e.MaterialsTaken): Transition(Status.ACCEPTED, _TOLERANCE),
        (Status.ACCEPTED, e.ToleratedLapsed): Transition(Status.LAPSED, _TOLERANCE),
        (Status.SUSPENDED, e.ToleratedLapsed): Transition(Status.LAPSED, _TOLERANCE),
    }
)
TABLE.update(
    {
        (status, event): Transition(status, article, irregular)
        for staying, irregular in ((_STAYING, False), (_STAYING_IRREGULAR, True))
        for event, (statuses, article) in staying.items()
        for status in statuses
    }
)
TABLE.update(
    {
        (status, e.CaseVoided): Transition(Status.VOIDED, _STANDARD)
        for status in Status
        if status not in {Status.NEW, Status.VOIDED, Status.ARCHIVED}
    }
)
# A node may hand on whatever is not archived; one that its source archived may have been on its way already.
TABLE.update(
    {
        (status, e.CasePassedToNode): Transition(status, _STANDARD, irregular=status is Status.ARCHIVED)
        for status in Status
        if status is not Status.NEW
    }
)
# Only a source corrects what it reported. Where the case then stands follows from the history that counts.
TABLE.update(
    {
        (status, e.HistoryCorrected): Transition(status, _STANDARD, irregular=True)
        for status in Status
        if status is not Status.NEW
    }
)


def diagram() -> str:
    """Return the table as a Mermaid state diagram; irregular transitions are dashed by their label."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{STATUS_LABELS[status]}" as {status.name}' for status in Status]
    for (status, event), transition in TABLE.items():
        label = (event.__doc__ or "").split(":", 1)[0].strip()
        mark = "（不合规，仅如实记录）" if transition.irregular else ""
        lines.append(f"    {status.name} --> {transition.to.name}: {label} · {transition.article}{mark}")
    return "\n".join(lines) + "\n"
