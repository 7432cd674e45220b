"""Intake: between an item and the person who asks for it. Answers what to ask and which materials he needs.

A situation is what the applicant answered (情形引导): question key -> option key, and the two reserved keys `HANDLING`
(the two digits of the handling item) and `APPLICANT` ("natural" or "legal"). Nothing here knows a database or a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from yichuang.catalogue.domain.codes import NATURAL_PERSON
from yichuang.catalogue.domain.content import Material

HANDLING = "handling"
APPLICANT = "applicant"
NATURAL, LEGAL = "natural", "legal"
WITHOUT_PAPER_FROM = 2
"""From this depth of on-line handling on (收件, GB/T 39554.2) an item is taken in without the applicant's coming."""

When = dict[str, tuple[str, ...]]
Answers = Mapping[str, str]
T = TypeVar("T", bound=msgspec.Struct)


class Way(StrEnum):
    """How a material is met: brought, uploaded, by a held licence, or promised (告知承诺, 国办发〔2020〕42号)."""

    BRING = "bring"
    UPLOAD = "upload"
    REUSE = "reuse"
    PROMISE = "promise"


class FieldKind(StrEnum):
    """What a field of a form holds; `id` is a resident number, `uscc` a credit code, `area` counts square metres."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"
    ID = "id"
    USCC = "uscc"
    AREA = "area"


LENGTHS: dict[str, int] = {
    FieldKind.TEXT: 100,
    FieldKind.LONG: 500,
    FieldKind.NUMBER: 18,
    FieldKind.DATE: 10,
    FieldKind.CHOICE: 40,
    FieldKind.PHONE: 20,
    FieldKind.ID: 18,
    FieldKind.USCC: 18,
    FieldKind.AREA: 12,
}
"""How many characters a field takes when its file does not say."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all that an intake file may hold: strict, so that a misspelt key is a fault."""


class Option(Shape, frozen=True, kw_only=True):
    """One answer; `needs` makes optional materials required, `drops` takes materials off the list."""

    key: str
    text: str
    text_en: str
    needs: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    note: str = ""
    note_en: str = ""


class Question(Shape, frozen=True, kw_only=True):
    """One question, asked once all of `when` holds; the question `handling` asks which handling item it is."""

    key: str
    text: str
    text_en: str
    options: tuple[Option, ...]
    help: str = ""
    help_en: str = ""
    when: When = {}


class Choice(Shape, frozen=True, kw_only=True):
    """One value of a field of kind `choice`."""

    key: str
    text: str
    text_en: str


class Field(Shape, frozen=True, kw_only=True):
    """One field of the form (电子表单), shown once all of `when` holds; `least` and `most` bound numbers and areas."""

    key: str
    label: str
    label_en: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    max_length: int = 0
    least: int | None = None
    most: int | None = None
    unit: str = ""
    unit_en: str = ""
    choices: tuple[Choice, ...] = ()
    help: str = ""
    help_en: str = ""
    when: When = {}

    @property
    def longest(self) -> int:
        """Return how many characters the field takes."""
        return self.max_length or LENGTHS[self.kind]


class MaterialRule(Shape, frozen=True, kw_only=True):
    """What is special about one material of the item; what is left out follows from the item itself.

    `licences` are names of certificates that meet it (reuse), `sample` the rows (label, value) of a filled-in
    specimen, `tolerable` whether it may follow later (容缺); `when` names the situations in which it is asked for.
    """

    name: str
    ways: tuple[Way, ...] = ()
    tolerable: bool | None = None
    licences: tuple[str, ...] = ()
    sample: tuple[tuple[str, str], ...] = ()
    note: str = ""
    note_en: str = ""
    when: When = {}


class IntakeContent(Shape, frozen=True, kw_only=True):
    """What an intake file says; `town_hall` tells that town halls take the application in for the county (代收代办)."""

    item: str
    questions: tuple[Question, ...] = ()
    fields: tuple[Field, ...] = ()
    materials: tuple[MaterialRule, ...] = ()
    town_hall: bool = False


class Intake(IntakeContent, frozen=True, kw_only=True):
    """How an item is asked for, in one version; version 0 is derived from the item, because no file says it."""

    version: int = 0
    effective_on: date | None = None

    def find_material(self, name: str) -> MaterialRule:
        """Return the rule of a material; one without any where the file is silent."""
        return next((rule for rule in self.materials if rule.name == name), MaterialRule(name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialNeed:
    """One material that this applicant needs, and every way in which it may be met."""

    name: str
    issuer: str
    required: bool
    key: bool
    ways: tuple[Way, ...]
    tolerable: bool
    originals: int
    copies: int
    form: str
    sample: tuple[tuple[str, str], ...] = ()
    note: str = ""
    licences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An applicant's situation: what still is to be asked, and what follows from what was answered.

    `answers` are the given ones that are answers at all, `unanswered` the keys of `questions` without one; `notes` are
    the notes of the chosen options; `handling` is "" until the handling item is known.
    """

    questions: tuple[Question, ...]
    answers: Mapping[str, str]
    unanswered: tuple[str, ...]
    handling: str
    materials: tuple[MaterialNeed, ...]
    fields: tuple[Field, ...]
    notes: tuple[str, ...]


# Whoever acts for a firm must be reachable himself; everybody may add what no field asks for.
BASE_FIELDS: tuple[Field, ...] = (
    Field(
        key="contact",
        label="联系人",
        label_en="Contact person",
        max_length=40,
        when={APPLICANT: (LEGAL,)},
    ),
    Field(
        key="contact-phone",
        label="联系人电话",
        label_en="Phone of the contact person",
        kind=FieldKind.PHONE,
        when={APPLICANT: (LEGAL,)},
    ),
    Field(
        key="remark",
        label="其他需要说明的情况",
        label_en="Anything else we should know",
        kind=FieldKind.LONG,
        required=False,
    ),
)
BASE_KEYS = frozenset(field.key for field in BASE_FIELDS)


def base_fields(objects_served: Sequence[str]) -> tuple[Field, ...]:
    """Return the fields that every form ends with; firms' fields only where the item serves any but natural persons."""
    serves_legal = any(code != NATURAL_PERSON for code in objects_served)
    return tuple(field for field in BASE_FIELDS if serves_legal or APPLICANT not in field.when)


def complete(
    content: IntakeContent, *, objects_served: Sequence[str], version: int = 0, effective_on: date | None = None
) -> Intake:
    """Return the intake that people fill in: the file's content with the base fields at the end of its form."""
    return Intake(
        item=content.item,
        questions=content.questions,
        fields=(*content.fields, *base_fields(objects_served)),
        materials=content.materials,
        town_hall=content.town_hall,
        version=version,
        effective_on=effective_on,
    )


def holds(when: When, answers: Answers) -> bool:
    """Tell whether a condition holds; an answer not yet given does not fulfil it."""
    return all(answers.get(key) in allowed for key, allowed in when.items())


def contradicts(when: When, answers: Answers) -> bool:
    """Tell whether a condition can no longer hold, whatever else is answered."""
    return any(key in answers and answers[key] not in allowed for key, allowed in when.items())


def _settle(
    intake: IntakeContent, given: Answers, handling: str
) -> tuple[tuple[Question, ...], dict[str, str], list[Option]]:
    """Return the questions to ask, the answers that are answers, and the options chosen by them."""
    answers: dict[str, str] = {}
    if given.get(APPLICANT) in {NATURAL, LEGAL}:
        answers[APPLICANT] = given[APPLICANT]
    if not handling and given.get(HANDLING) and all(q.key != HANDLING for q in intake.questions):
        answers[HANDLING] = given[HANDLING]
    if handling:
        given = {**given, HANDLING: handling}
        answers[HANDLING] = handling
    asked: list[Question] = []
    chosen: list[Option] = []
    for question in intake.questions:
        if not holds(question.when, answers):
            continue
        # Whoever came for one handling item is not asked again which; what its option says still counts.
        if question.key != HANDLING or not handling:
            asked.append(question)
        option = next((o for o in question.options if o.key == given.get(question.key)), None)
        if option is not None:
            answers[question.key] = option.key
            chosen.append(option)
    return tuple(asked), answers, chosen


def default_ways(material: Material, *, online: bool) -> tuple[Way, ...]:
    """Return the ways of a material that no file speaks of: to the window, and on line where the item goes on line."""
    uploads = online or material.form != "paper"
    return (Way.BRING, Way.UPLOAD) if uploads else (Way.BRING,)


def _need(material: Material, rule: MaterialRule, *, required: bool, online: bool) -> MaterialNeed:
    return MaterialNeed(
        name=material.name,
        issuer=material.issuer,
        required=required,
        key=material.key,
        ways=rule.ways or default_ways(material, online=online),
        # 主审要件 never follows later, whatever a file says (容缺 rules, see cases/law/tolerance.yaml).
        tolerable=not material.key and rule.tolerable is not False,
        originals=material.originals,
        copies=material.copies,
        form=material.form,
        sample=rule.sample,
        note=rule.note or material.use_note,
        licences=rule.licences,
    )


def _needs(
    intake: Intake, materials: Sequence[Material], answers: Answers, chosen: Sequence[Option], *, online: bool
) -> tuple[MaterialNeed, ...]:
    needed = {name for option in chosen for name in option.needs}
    dropped = {name for option in chosen for name in option.drops} - needed
    # What some answer would need, and none given does, is not for this applicant - once nothing open can ask for it.
    open_questions = [q for q in intake.questions if q.key not in answers and not contradicts(q.when, answers)]
    may_be_needed = {name for q in open_questions for option in q.options for name in option.needs}
    conditional = {name for q in intake.questions for option in q.options for name in option.needs}
    found = []
    for material in materials:
        rule = intake.find_material(material.name)
        if material.name in dropped or contradicts(rule.when, answers):
            continue
        settled = material.name in conditional and material.name not in may_be_needed
        if not material.required and settled and material.name not in needed:
            continue
        required = material.required or material.name in needed
        found.append(_need(material, rule, required=required, online=online))
    return tuple(found)


def situate(
    intake: Intake, *, materials: Sequence[Material], answers: Answers, online: bool, handling: str = ""
) -> Situation:
    """Return the situation of an applicant; what is no answer to any question is left out, never refused.

    `materials` are those of the item's guide, `online` tells whether the item takes applications in on line, `handling`
    the handling item that the guide is of, if it is of one. A material that one answer needs and another drops is kept:
    nobody shall come without it.
    """
    asked, kept, chosen = _settle(intake, answers, handling)
    return Situation(
        questions=asked,
        answers=kept,
        unanswered=tuple(q.key for q in asked if q.key not in kept),
        handling=kept.get(HANDLING, ""),
        materials=_needs(intake, materials, kept, chosen, online=online),
        fields=tuple(field for field in intake.fields if holds(field.when, kept)),
        notes=tuple(option.note for option in chosen if option.note),
    )


def promisable(materials: Sequence[MaterialRule]) -> tuple[str, ...]:
    """Return the names of the materials that a commitment may stand for (告知承诺)."""
    return tuple(rule.name for rule in materials if Way.PROMISE in rule.ways)


def in_language(value: T, language: str) -> T:
    """Return the value with its English texts in the place of the Chinese ones where the language is English.

    Names of materials, specimens and everything that has no English stay as they are.
    """
    if not language.lower().startswith("en"):
        return value
    changes: dict[str, Any] = {}
    for name in value.__struct_fields__:
        held = getattr(value, name)
        english = getattr(value, f"{name}_en", "")
        if isinstance(english, str) and english:
            changes[name] = english
        elif isinstance(held, tuple) and held and isinstance(held[0], msgspec.Struct):
            changes[name] = tuple(in_language(part, language) for part in held)
    return msgspec.structs.replace(value, **changes) if changes else value
