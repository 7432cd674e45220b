"""Casework: a case in words and tones: its light, its clocks, its applicant as far as the reader may see."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.values import (
    CHANNEL_LABELS,
    CORRECTION_LABELS,
    KIND_LABELS,
    OWN_SOURCE,
    RESULT_LABELS,
    STATUS_LABELS,
    WITHDRAWN_LABEL,
    ApplicantDetails,
    CaseRow,
    EventLine,
    Result,
    Status,
)
from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_name, mask_phone
from yichuang.kernel.words import N_
from yichuang.ui.amounts import measured
from yichuang.ui.names import Names
from yichuang.ui.values import Happening, Tone

# The special procedures of article 45 of the Administrative Licence Law, as the ledger names them.
PROCEDURES: dict[str, str] = {
    "hearing": N_("听证"),
    "tender": N_("招标"),
    "auction": N_("拍卖"),
    "inspection": N_("检验"),
    "testing": N_("检测"),
    "quarantine": N_("检疫"),
    "appraisal": N_("鉴定"),
    "expert-review": N_("专家评审"),
}

ACTIONS: dict[str, str] = {"pass": N_("通过")}

COMPANY_ID_TYPES = frozenset({"001", "002", "003"})

ID_TYPES: dict[str, str] = {
    "001": N_("统一社会信用代码"),
    "002": N_("组织机构代码"),
    "003": N_("工商注册号"),
    "111": N_("居民身份证"),
}


_SCENARIO = "scenario:"
_RESULT_TONES = {
    Result.GRANTED: Tone.GOOD,
    Result.OTHER: Tone.GOOD,
    Result.NOT_GRANTED: Tone.BAD,
    Result.NOT_ACCEPTED: Tone.BAD,
}
_STATUS_TONES = {
    Status.RECEIVED: Tone.INFO,
    Status.ACCEPTED: Tone.INFO,
    Status.SUPPLEMENTING: Tone.WARN,
    Status.SUSPENDED: Tone.WARN,
    Status.GRANTED: Tone.GOOD,
    Status.DELIVERED: Tone.GOOD,
    Status.REFUSED: Tone.BAD,
    Status.NOT_ACCEPTED: Tone.BAD,
}
_EVENT_TONES = {
    "application-granted": Tone.GOOD,
    "case-closed": Tone.GOOD,
    "application-refused": Tone.BAD,
    "acceptance-refused": Tone.BAD,
    "supplement-requested": Tone.WARN,
    "special-procedure-started": Tone.WARN,
    "period-extended": Tone.WARN,
    "case-voided": Tone.BAD,
    "history-corrected": Tone.WARN,
    "case-passed-to-node": Tone.INFO,
    "application-received": Tone.INFO,
    "application-accepted": Tone.INFO,
}


@dataclass(frozen=True, slots=True)
class Person:
    """The applicant as a page shows him; `masked` says that parts were hidden before they came here."""

    name: str
    id_type: str
    id_number: str
    phone: str
    masked: bool


def limit(amount: int | None, unit: str) -> str:
    """Write a limit with its unit."""
    return "" if amount is None else measured(amount, unit)


def status_of(row: CaseRow) -> str:
    """Name the result where there is one, else the status."""
    if row.result and row.result in set(Result):
        return _(RESULT_LABELS[Result(row.result)])
    return _(STATUS_LABELS[row.status])


def tone_of(row: CaseRow) -> Tone:
    """Return the tone of the badge that names the status."""
    if row.result and row.result in set(Result):
        return _RESULT_TONES.get(Result(row.result), Tone.NEUTRAL)
    return _STATUS_TONES.get(row.status, Tone.NEUTRAL)


def source_of(source: str) -> str:
    """Name the system that a case came from; another city's system keeps the name its mapping gave it."""
    if source == OWN_SOURCE:
        return _("本系统")
    if source.startswith(_SCENARIO):
        return _("演示情景 %(name)s") % {"name": source.removeprefix(_SCENARIO).partition(":")[0]}
    return source


def day(moment: datetime | None) -> str:
    """Write the day of an instant in local time, short."""
    return "—" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d}"


def person(details: ApplicantDetails | None, *, whole: bool) -> Person | None:
    """Return the applicant, masked unless the reader may see him whole."""
    if details is None:
        return None
    label = _(ID_TYPES.get(details.id_type, N_("证件号码")))
    if whole:
        return Person(details.name, label, details.id_number, details.phone, masked=False)
    company = details.id_type in COMPANY_ID_TYPES
    kind = DocumentKind.USCC if company else DocumentKind.RESIDENT_NUMBER
    return Person(
        name=mask_name(details.name, is_company=company),
        id_type=label,
        id_number=mask_identifier(kind, details.id_number),
        phone=mask_phone(details.phone),
        masked=True,
    )


def happening(event: EventLine, *, when: str, names: Names) -> Happening:
    """Return one event as an entry of the time line; what its source took back is struck out, never hidden."""
    return Happening(
        title=_(event.title),
        when=when,
        who=_(event.actor),
        body=_("；").join(_detail(label, text, unit, names) for label, text, unit in event.details),
        tone=Tone.NEUTRAL if event.withdrawn else _EVENT_TONES.get(event.name.split(".")[1], Tone.NEUTRAL),
        struck=bool(event.withdrawn),
    )


def _detail(label: str, text: str, unit: str, names: Names) -> str:
    # A quoted sentence ends before the sign that parts it from the next.
    if label == WITHDRAWN_LABEL:
        said = _("、").join(_(title) for title in text.split("、"))
    else:
        said = measured(int(text), unit) if unit else _said(text, names).removesuffix("。")
    return _("%(label)s：%(text)s") % {"label": _(label), "text": said}


def _said(text: str, names: Names) -> str:
    for labels in (CHANNEL_LABELS, KIND_LABELS, PROCEDURES, ACTIONS, CORRECTION_LABELS):
        if text in labels:
            return _(labels[text])
    if text in set(Result):
        return _(RESULT_LABELS[Result(text)])
    return names.organisation(text)
