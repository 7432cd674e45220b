"""Who applies: himself, an old relative by proxy, or a firm; identity comes from the account, never from the form.

Stands between the signed-in person (accounts) and the parties of an application (cases).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext as _

from yichuang.accounts.values import Person, Represented
from yichuang.cases.values import Application, Party
from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_name
from yichuang.portal.applying.inputs import Faults, Input, typed

SELF, FAMILY, FIRM = "self", "family", "firm"
_CREDIT_CODE = "001"
_RESIDENT_CARD = "111"
_LEGAL_REPRESENTATIVE = "legal-representative"


@dataclass(frozen=True, slots=True)
class Capacity:
    """One way in which the signed-in person may apply: `key` is sent by the form."""

    key: str
    title: str
    note: str


def capacities(person: Person, firms: Sequence[Represented], *, natural: bool, legal: bool) -> tuple[Capacity, ...]:
    """Return in whose name this person may apply for an item that serves natural persons, organisations or both."""
    found: list[Capacity] = []
    if natural or not firms:
        masked = mask_identifier(DocumentKind.RESIDENT_NUMBER, person.id_number)
        found.append(Capacity(SELF, _("本人"), f"{person.name} {masked}"))
        found.append(Capacity(FAMILY, _("代家中老人或其他家人"), _("您代办，办理结果属于家人")))
    if legal:
        found += [
            Capacity(f"{FIRM}:{firm.uscc}", f"{firm.name}", f"{_(firm.capacity_title)} · {firm.uscc}") for firm in firms
        ]
    return tuple(found)


def capacity_of(application: Application) -> str:
    """Return the key under which an application was begun; "" while nobody has chosen."""
    if application.agent_relation == FAMILY:
        return FAMILY
    if application.represented[0]:
        return f"{FIRM}:{application.represented[0]}"
    if application.applicant.id_type == _CREDIT_CODE and application.applicant.id_number:
        return f"{FIRM}:{application.applicant.id_number}"
    return SELF if application.applicant.id_number else ""


def fill(
    application: Application, post: Mapping[str, str], *, person: Person, firms: Sequence[Represented]
) -> Application:
    """Return the application in the chosen capacity; a firm that the person does not represent changes nothing."""
    chosen = post.get("capacity", "")
    me = Party(
        name=person.name,
        id_type=person.id_type,
        id_number=person.id_number,
        phone=typed(post, "own.phone") or person.phone,
        email=typed(post, "own.email") or person.email,
        address=typed(post, "own.address"),
    )
    if chosen == SELF:
        return _with(application, "natural", me)
    if chosen == FAMILY:
        relative = Party(
            name=typed(post, "applicant.name"),
            id_type=_RESIDENT_CARD,
            id_number=typed(post, "applicant.id_number"),
            phone=typed(post, "applicant.phone"),
            address=typed(post, "applicant.address"),
        )
        return _with(application, "natural", relative, agent=me, relation=FAMILY)
    firm = next((one for one in firms if chosen == f"{FIRM}:{one.uscc}"), None)
    if firm is None:
        return application
    if firm.capacity == _LEGAL_REPRESENTATIVE:
        return _with(application, "legal", me, firm=(firm.uscc, firm.name))
    # An agent is not the applicant: the firm itself asks, and he goes in its place.
    itself = Party(name=firm.name, id_type=_CREDIT_CODE, id_number=firm.uscc, phone=me.phone)
    return _with(application, "legal", itself, agent=me, relation="entrusted")


def _with(
    application: Application,
    kind: str,
    applicant: Party,
    *,
    agent: Party | None = None,
    relation: str = "",
    firm: tuple[str, str] = ("", ""),
) -> Application:
    return msgspec.structs.replace(
        application,
        applicant_type=kind,
        applicant=applicant,
        agent=agent,
        agent_relation=relation,
        represented=firm,
        answers={**application.answers, "applicant": kind},
    )


def me_in(application: Application) -> tuple[str, Party]:
    """Return (key of its faults, party) of the signed-in person in an application."""
    return ("agent", application.agent) if application.agent is not None else ("applicant", application.applicant)


def relative_inputs(application: Application, faults: Faults) -> list[Input]:
    """Return the inputs for the relative in whose name one applies."""
    party = application.applicant if application.agent_relation == FAMILY else Party()
    return [
        Input("applicant.name", _("家人的姓名"), value=party.name, longest=50, fault=faults.get("applicant.name")),
        Input(
            "applicant.id_number",
            _("家人的身份证号码"),
            value=party.id_number,
            longest=18,
            help=_("18位居民身份证号码，末位可以是X"),
            fault=faults.get("applicant.id_number"),
        ),
        Input(
            "applicant.phone",
            _("家人的电话"),
            kind="tel",
            mode="tel",
            value=party.phone,
            required=False,
            longest=20,
            help=_("没有可以不填，我们会联系您"),
            fault=faults.get("applicant.phone"),
        ),
    ]


def own_inputs(application: Application, person: Person, faults: Faults) -> list[Input]:
    """Return the inputs for how the signed-in person is reached; the faults of his party are shown here."""
    place, party = me_in(application)
    known = party if party.id_number == person.id_number else Party(phone=person.phone, email=person.email)
    return [
        Input(
            "own.phone",
            _("您的手机号"),
            kind="tel",
            mode="tel",
            complete="tel",
            value=known.phone or person.phone,
            longest=20,
            help=_("办理进度发到这个号码；查询进度时用它的后四位"),
            fault=faults.get(f"{place}.phone"),
        ),
        Input(
            "own.email",
            _("电子邮箱"),
            kind="email",
            mode="email",
            complete="email",
            value=known.email or person.email,
            required=False,
            longest=100,
            fault=faults.get(f"{place}.email"),
        ),
        Input(
            "own.address",
            _("联系地址"),
            complete="street-address",
            value=known.address,
            required=False,
            longest=200,
            fault=faults.get(f"{place}.address"),
        ),
    ]


def described(application: Application) -> list[tuple[str, str]]:
    """Return who applies as (label, text) for the page on which one checks: names whole, numbers masked."""

    def number(party: Party) -> str:
        kind = DocumentKind.USCC if party.id_type == _CREDIT_CODE else DocumentKind.RESIDENT_NUMBER
        return mask_identifier(kind, party.id_number) if party.id_number else ""

    pairs = []
    code, name = application.represented
    if code:
        pairs.append((_("申请单位"), f"{name} {code}"))
        pairs.append((_("法定代表人"), f"{application.applicant.name} {number(application.applicant)}"))
    elif application.applicant.id_number or application.applicant.name:
        label = _("申请单位") if application.applicant.id_type == _CREDIT_CODE else _("申请人")
        pairs.append((label, f"{application.applicant.name} {number(application.applicant)}"))
    if application.agent is not None:
        pairs.append((_("代办人"), f"{application.agent.name} {number(application.agent)}"))
    me = me_in(application)[1]
    pairs.append((_("联系电话"), me.phone))
    if me.email:
        pairs.append((_("电子邮箱"), me.email))
    return pairs


def short_name(application: Application) -> str:
    """Return the applicant's name as lists show it, masked."""
    code, name = application.represented
    firm = bool(code) or application.applicant.id_type == _CREDIT_CODE
    return mask_name(name if code else application.applicant.name, is_company=firm)
