"""Completeness: is this application fit to be received? Answers with every fault at once, each beside its field.

Stands between what somebody typed and the receipt of art. 29. Pure: the item's form and materials, the day and the
keys of the uploaded files are arguments. At a window only the person and the form are judged: whoever brings too
little is received all the same and told once of everything that is missing (art. 32 no. 4).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yichuang.cases.domain.application import (
    AGENT_RELATIONS,
    CONTACTS,
    CREDIT_CODE,
    DELIVERIES,
    RESIDENT_CARD,
    WAYS,
    Application,
    MaterialChoice,
    Party,
)
from yichuang.cases.domain.texts import (
    TextMissing,
    check_email,
    check_name,
    check_phone,
    check_text,
    plain_phone,
)
from yichuang.catalogue.values import Field, FieldKind, MaterialNeed
from yichuang.kernel.identifiers import resident_number, uscc
from yichuang.kernel.identifiers.spelling import normalise
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

ADDRESS_LENGTH, SUMMARY_LENGTH, NOTE_LENGTH, MATERIAL_LENGTH, ID_NUMBER_LENGTH = 200, 500, 200, 400, 64
_AREA = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_OTHER_DOCUMENT = re.compile(r"[0-9A-Z][0-9A-Z()/-]{3,63}")
_DOCUMENT_TYPE = re.compile(r"[0-9]{3}")

_NAME, _ID_NUMBER, _PHONE, _EMAIL = N_("姓名"), N_("证件号码"), N_("联系电话"), N_("电子邮箱")
_ADDRESS, _DELIVERY_ADDRESS, _SUMMARY = N_("地址"), N_("邮寄地址"), N_("申请事由")
_ORGANISATION_NAME, _CREDIT_CODE = N_("单位名称"), N_("统一社会信用代码")


class ChoiceUnknown(Refusal):
    """A value that is not on the list."""

    sentence = N_("“{label}”没有选择，或者选择的内容不在可选范围内")
    remedy = N_("请重新选择“{label}”")


class NumberUnfit(Refusal):
    """Not a number, or outside its bounds."""

    sentence = N_("“{label}”不是数字，或者超出了允许的范围{bounds}")
    remedy = N_("请只填写数字，不要填写单位")


class DateUnfit(Refusal):
    """Not a day of the calendar."""

    sentence = N_("“{label}”不是日历上有的日期")
    remedy = N_("请按年-月-日填写，如 2026-03-01；只有闰年才有2月29日")


class DocumentNumberUnfit(Refusal):
    """A number of another kind of document that cannot be one."""

    sentence = N_("“{label}”应为4至64位字母或数字")
    remedy = N_("请与证件逐位核对后重填")


class MaterialOpen(Refusal):
    """A required material for which nothing was chosen."""

    sentence = N_("材料“{name}”没有提供")
    remedy = N_("请为它选择一种提供方式")


class WayNotOffered(Refusal):
    """A way of meeting a material that the item does not offer for it."""

    sentence = N_("材料“{name}”不能用“{way}”的方式提供")
    remedy = N_("请改用该材料列出的其他提供方式")


class FileMissing(Refusal):
    """Uploading was chosen, and nothing was uploaded."""

    sentence = N_("材料“{name}”选择了上传，但还没有文件")
    remedy = N_("请上传文件；未传完的请继续传完")


class LicenceMissing(Refusal):
    """Taking it from a held certificate was chosen, and no certificate named."""

    sentence = N_("材料“{name}”选择了调用已有证照，但没有选定证照")
    remedy = N_("请选定证照，或改为上传")


class SamePerson(Refusal):
    """The agent is the applicant himself."""

    sentence = N_("代办人与申请人是同一个人")
    remedy = N_("本人办理的，请取消“由他人代办”")


class QuestionOpen(Refusal):
    """A question of the guidance without an answer."""

    sentence = N_("还有情形问题没有回答")
    remedy = N_("请回答后再提交，材料清单由您的回答决定")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one field. Keys: applicant.name, agent.phone, represented.uscc, fields.<key>, answers.<key>,
    materials.<name>, delivery, delivery_address, contact, summary.
    """

    field: str
    refusal: Refusal

    def told(self, translate: Callable[[str], str], *, label: str = "") -> tuple[str, str]:
        """Return (reason, remedy) in the language of `translate`; `label` replaces the field's Chinese label."""
        details = {k: translate(v) if isinstance(v, str) and v else v for k, v in self.refusal.details.items()}
        if label:
            details["label"] = label
        reason, remedy = (
            translate(text).format_map(details) if text else "" for text in (self.refusal.sentence, self.refusal.remedy)
        )
        return reason, remedy

    @property
    def reason(self) -> str:
        """Return in Chinese what is wrong."""
        return self.told(str)[0]

    @property
    def remedy(self) -> str:
        """Return in Chinese what to do."""
        return self.told(str)[1]


class ApplicationIncomplete(Refusal):
    """An application with faults; `faults` holds all of them, in the order of the form."""

    sentence = N_("申请还有{count}处需要补充或改正")
    remedy = N_("请按提示逐处修改后再提交；您已填写的内容都已保存")
    citation = N_("行政许可法第二十九条")

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return every fault."""
        found = self.details["faults"]
        assert isinstance(found, tuple)
        return found


def check(
    application: Application,
    needs: Sequence[MaterialNeed],
    fields: Sequence[Field],
    on: date,
    *,
    unanswered: Collection[str] = (),
    attached: Mapping[str, str] | None = None,
    at_window: bool = False,
) -> tuple[Fault, ...]:
    """Return every fault of a tidied application on a day, none when it may be received (art. 29).

    `attached` maps the keys of the files that have arrived to their material; None trusts the application.
    `at_window` leaves materials to the clerk.
    """
    faults = [*_people(application, on), *(Fault(f"answers.{key}", QuestionOpen()) for key in unanswered)]
    faults += _form(application, fields, on)
    if not at_window:
        faults += _materials(application.materials, needs, attached)
    faults += _way_home(application)
    return tuple(faults)


def _judge(field: str, judge: Callable[[], object]) -> Iterator[Fault]:
    try:
        judge()
    except Refusal as refusal:
        yield Fault(field, refusal)


def _people(application: Application, on: date) -> Iterator[Fault]:
    code, name = application.represented
    applicant, agent = application.applicant, application.agent
    alone = applicant.id_type == CREDIT_CODE
    # Who is represented need not have a phone of his own: an old person's family is called.
    yield from _party("applicant", applicant, on=on, reachable=agent is None)
    if code or name or (application.applicant_type != "natural" and not alone):
        yield from _judge("represented.uscc", lambda: _credit_code(code))
        yield from _judge("represented.name", lambda: check_name(name, label=_ORGANISATION_NAME, organisation=True))
    if agent is not None:
        if application.agent_relation not in AGENT_RELATIONS:
            yield Fault("agent_relation", ChoiceUnknown(label=N_("代办关系")))
        yield from _party("agent", agent, on=on, reachable=True)
        if (agent.id_type, agent.id_number) == (applicant.id_type, applicant.id_number) and agent.id_number:
            yield Fault("agent.id_number", SamePerson())


def _credit_code(code: str) -> None:
    check_text(code, label=_CREDIT_CODE, limit=ID_NUMBER_LENGTH, required=True)
    uscc.check(code)


def _party(place: str, party: Party, *, on: date, reachable: bool) -> Iterator[Fault]:
    firm = party.id_type == CREDIT_CODE
    label = _ORGANISATION_NAME if firm else _NAME
    yield from _judge(f"{place}.name", lambda: check_name(party.name, label=label, organisation=firm))
    if not _DOCUMENT_TYPE.fullmatch(party.id_type):
        yield Fault(f"{place}.id_type", ChoiceUnknown(label=N_("证件类型")))
    else:
        yield from _judge(f"{place}.id_number", lambda: _identity(party.id_type, party.id_number, on))
    if reachable or party.phone:
        yield from _judge(f"{place}.phone", lambda: check_phone(party.phone, label=_PHONE))
    if party.email:
        yield from _judge(f"{place}.email", lambda: check_email(party.email, label=_EMAIL))
    yield from _judge(f"{place}.address", lambda: check_text(party.address, label=_ADDRESS, limit=ADDRESS_LENGTH))


def _identity(id_type: str, number: str, on: date) -> None:
    check_text(number, label=_ID_NUMBER, limit=ID_NUMBER_LENGTH, required=True)
    if id_type == RESIDENT_CARD:
        resident_number.check(number, on=on)
    elif id_type == CREDIT_CODE:
        uscc.check(number)
    elif not _OTHER_DOCUMENT.fullmatch(number):
        raise DocumentNumberUnfit(label=_ID_NUMBER)


def _form(application: Application, fields: Sequence[Field], on: date) -> Iterator[Fault]:
    for field in fields:
        text = application.fields.get(field.key, "")
        try:
            _field(field, text, on)
        except Refusal as refusal:
            yield Fault(f"fields.{field.key}", refusal)


def _field(field: Field, text: str, on: date) -> None:
    lines = field.kind is FieldKind.LONG
    check_text(text, label=field.label, limit=field.longest, required=field.required, lines=lines)
    text = text.strip()
    if not text:
        return
    match field.kind:
        case FieldKind.CHOICE:
            if text not in {choice.key for choice in field.choices}:
                raise ChoiceUnknown(label=field.label)
        case FieldKind.NUMBER | FieldKind.AREA:
            _amount(field, text)
        case FieldKind.DATE:
            _day(field, text)
        case FieldKind.PHONE:
            check_phone(plain_phone(text), label=field.label)
        case FieldKind.ID:
            resident_number.check(text, on=on)
        case FieldKind.USCC:
            uscc.check(text)


def _amount(field: Field, text: str) -> None:
    plain = normalise(text, drop=",")
    shape = _AREA if field.kind is FieldKind.AREA else _NUMBER
    least, most = field.least, field.most
    if not shape.fullmatch(plain) or not _within(float(plain), least, most):
        bounds = "–".join("" if bound is None else str(bound) for bound in (least, most))
        raise NumberUnfit(label=field.label, bounds="" if bounds == "–" else bounds)


def _within(number: float, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _day(field: Field, text: str) -> None:
    try:
        date.fromisoformat(normalise(text).replace("/", "-"))
    except ValueError:
        raise DateUnfit(label=field.label) from None


def _materials(
    choices: Sequence[MaterialChoice], needs: Sequence[MaterialNeed], attached: Mapping[str, str] | None
) -> Iterator[Fault]:
    chosen = {choice.name: choice for choice in choices if choice.way}
    for need in needs:
        choice = chosen.get(need.name)
        if choice is None:
            if need.required:
                yield Fault(f"materials.{need.name}", MaterialOpen(name=need.name))
            continue
        try:
            judge_choice(choice, need, attached)
        except Refusal as refusal:
            yield Fault(f"materials.{need.name}", refusal)


def judge_choice(choice: MaterialChoice, need: MaterialNeed | None, attached: Mapping[str, str] | None) -> None:
    """Refuse a way that does not meet a material; raises WayNotOffered, FileMissing, LicenceMissing."""
    if need is not None and choice.way not in need.ways:
        way = WAYS.get(choice.way, choice.way)
        raise WayNotOffered(name=choice.name, way=way)
    arrived = [key for key in choice.attachments if attached is None or attached.get(key) == choice.name]
    if choice.way == "upload" and not arrived:
        raise FileMissing(name=choice.name)
    if choice.way == "reuse" and not choice.note.strip() and not arrived:
        raise LicenceMissing(name=choice.name)
    check_text(choice.note, label=choice.name, limit=NOTE_LENGTH, lines=True)


def _way_home(application: Application) -> Iterator[Fault]:
    if application.delivery not in DELIVERIES:
        yield Fault("delivery", ChoiceUnknown(label=N_("领取方式")))
    address = application.delivery_address
    yield from _judge(
        "delivery_address",
        lambda: check_text(
            address, label=_DELIVERY_ADDRESS, limit=ADDRESS_LENGTH, required=application.delivery == "post"
        ),
    )
    if any(way not in CONTACTS for way in application.contact):
        yield Fault("contact", ChoiceUnknown(label=N_("通知方式")))
    elif "email" in application.contact and not any(
        party and party.email for party in (application.applicant, application.agent)
    ):
        yield Fault("applicant.email", TextMissing(label=_EMAIL))
    yield from _judge(
        "summary", lambda: check_text(application.summary, label=_SUMMARY, limit=SUMMARY_LENGTH, lines=True)
    )
