"""Applications: what a person asks for, in the shape in which a draft and a form keep it.

It stands between the pages of portal and window and the ledger: everything personal is here, and the ledger
gets only its digest. Every field has an empty default, so that an application half written is one too.
"""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from yichuang.cases.domain.texts import composed, lines_unified, plain_phone
from yichuang.kernel.identifiers.spelling import normalise
from yichuang.kernel.words import N_

RESIDENT_CARD, CREDIT_CODE = "111", "001"
# Who acts for the applicant.
AGENT_RELATIONS: dict[str, str] = {
    "family": N_("亲属代办"),
    "entrusted": N_("受委托人代办"),
    "staff": N_("工作人员代办"),
}
# How a material is met.
WAYS: dict[str, str] = {
    "bring": N_("现场提交"),
    "upload": N_("网上上传"),
    "reuse": N_("调用已有证照"),
    "promise": N_("告知承诺"),
}
DELIVERIES: dict[str, str] = {"window": N_("窗口领取"), "post": N_("邮寄送达"), "download": N_("网上下载")}
CONTACTS: dict[str, str] = {"sms": N_("短信"), "email": N_("电子邮件")}


class Party(msgspec.Struct, frozen=True, gc=False):
    """A person or firm on an application; `id_type` 111 is the resident card, 001 the unified credit code."""

    name: str = ""
    id_type: str = RESIDENT_CARD
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


class MaterialChoice(msgspec.Struct, frozen=True, gc=False):
    """How the applicant meets one material: `way` is a key of WAYS, `attachments` are keys of uploaded files.

    For `reuse`, `note` names the certificate; for `promise`, it may hold what was promised.
    """

    name: str
    way: str = ""
    attachments: tuple[str, ...] = ()
    copies: int = 1
    note: str = ""


class Application(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One application. `applicant` is the person who asks and is called; `represented` is (credit code, name) of
    the organisation in whose name he asks, two empty texts for a natural person. `agent` goes in his place and
    `agent_relation` is a key of AGENT_RELATIONS.
    """

    applicant_type: str = "natural"
    applicant: Party = Party()
    agent: Party | None = None
    agent_relation: str = ""
    represented: tuple[str, str] = ("", "")
    answers: dict[str, str] = {}
    fields: dict[str, str] = {}
    materials: tuple[MaterialChoice, ...] = ()
    delivery: str = "window"
    delivery_address: str = ""
    delivery_centre: str = ""
    contact: tuple[str, ...] = ("sms",)
    summary: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an application comes in: who decides it, for which division, and by which channel."""

    organisation: str
    division: str
    receiving_division: str = ""
    centre: str = ""
    channel: str = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as its page needs it; `number` is the case number once it was submitted."""

    key: str
    owner: str
    item: str
    handling_code: str
    version: int
    application: Application
    started_at: datetime
    saved_at: datetime
    expires_at: datetime
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One line of a person's drafts."""

    key: str
    item: str
    handling_code: str
    version: int
    applicant_name: str
    started_at: datetime
    saved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """One saved version; `set_aside` marks one that another page had overtaken: it was kept and not taken over."""

    version: int
    application: Application
    saved_at: datetime
    set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """One line of a person's own cases."""

    number: str
    item: str
    handling_item: str
    implementation_code: str
    organisation: str
    status: str
    result: str
    applicant_name: str
    summary: str
    submitted_at: datetime
    promised_due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """What was asked for after a supplement notice, what has been handed in so far and what is still missing.

    `until` is the last day for bringing it.
    """

    number: str
    asked: tuple[str, ...]
    choices: tuple[MaterialChoice, ...]
    missing: tuple[str, ...]
    complete: bool
    version: int
    until: date | None = None


def tidy(application: Application) -> Application:
    """Return the application with names composed, identifiers and phones in their canonical spelling.

    What is wrong stays as it was typed, so that the person finds it again.
    """
    code, name = application.represented
    return msgspec.structs.replace(
        application,
        applicant=tidy_party(application.applicant),
        agent=tidy_party(application.agent) if application.agent else None,
        represented=(normalise(code), composed(name.strip())),
        fields={key: lines_unified(text) for key, text in application.fields.items()},
        delivery_address=composed(application.delivery_address.strip()),
        summary=lines_unified(application.summary.strip()),
    )


def tidy_party(party: Party) -> Party:
    """Return one party in canonical spelling."""
    return Party(
        name=composed(party.name.strip()),
        id_type=party.id_type.strip(),
        id_number=normalise(party.id_number),
        phone=plain_phone(party.phone),
        email=party.email.strip(),
        address=composed(party.address.strip()),
    )


def in_whose_name(application: Application) -> tuple[str, str, str]:
    """Return (name, id type, id number) of the applicant before the law: the organisation where one is represented."""
    code, name = application.represented
    if code:
        return name, CREDIT_CODE, code
    party = application.applicant
    return party.name, party.id_type, party.id_number


def phones_of(application: Application) -> tuple[str, ...]:
    """Return the phones by which the people of an application are reached, the applicant's first."""
    phones = (application.applicant.phone, application.agent.phone if application.agent else "")
    return tuple(phone for phone in phones if phone)
