"""Work on a draft: the draft with its guide, questions, files and faults, as every step's page needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import msgspec

from yichuang.accounts.values import Person, Represented
from yichuang.cases.queries import judge_draft, list_attachments
from yichuang.cases.values import Application, AttachmentRow, Draft, Fault
from yichuang.catalogue.queries import get_intake, get_situation
from yichuang.catalogue.values import Intake, ItemGuide, MaterialNeed, Situation
from yichuang.certificates.queries import list_held
from yichuang.certificates.values import CertificateRow
from yichuang.kernel.words import N_
from yichuang.portal.applying.inputs import language, tell

SITUATION, WHO, FORM, MATERIALS, DELIVERY, CHECK = "situation", "who", "form", "materials", "delivery", "check"
TITLES: dict[str, str] = {
    SITUATION: N_("申请情形"),
    WHO: N_("申请人"),
    FORM: N_("填表"),
    MATERIALS: N_("材料"),
    DELIVERY: N_("领取"),
    CHECK: N_("核对提交"),
}
_MAIN_LENGTH = 5
# 18 of the credit code, the level, province and type stand before it.
_MAIN_ITEM = slice(23, 28)
# Which step mends a fault, by the beginning of its key.
_MENDED = (
    ("answers.", SITUATION),
    ("applicant", WHO),
    ("agent", WHO),
    ("represented", WHO),
    ("fields.", FORM),
    ("summary", FORM),
    ("materials.", MATERIALS),
    ("delivery", DELIVERY),
    ("contact", DELIVERY),
)


def main_item(item: str) -> str:
    """Return the main item of five digits of what a draft names: an implementation code (31), or that itself."""
    return item[_MAIN_ITEM] if len(item) > _MAIN_LENGTH else item


def step_of(field: str) -> str:
    """Return the step on whose page a fault is mended."""
    return next((step for beginning, step in _MENDED if field.startswith(beginning)), CHECK)


@dataclass(frozen=True)
class Work:
    """A draft that its owner works on; everything else follows from it."""

    draft: Draft
    guide: ItemGuide
    person: Person
    firms: tuple[Represented, ...]
    today: date

    @property
    def application(self) -> Application:
        """Return what has been filled in so far."""
        return self.draft.application

    def with_application(self, application: Application) -> "Work":
        """Return the same work with another content of the draft."""
        return self.with_draft(replace(self.draft, application=application))

    def with_draft(self, draft: Draft) -> "Work":
        """Return the same work on another version of the draft; what does not depend on it is not asked for again."""
        changed = replace(self, draft=draft)
        for name in ("intake", "attachments"):
            if name in self.__dict__:
                changed.__dict__[name] = self.__dict__[name]
        return changed

    @cached_property
    def intake(self) -> Intake:
        """Return how the item is asked for, in the reader's language."""
        return get_intake(item=self.guide.content.item_code, language=language())

    @cached_property
    def situation(self) -> Situation:
        """Return what the answers lead to: open questions, needed materials, fields of the form."""
        return get_situation(guide=self.guide, intake=self.intake, answers=self.application.answers)

    @property
    def answers(self) -> Mapping[str, str]:
        """Return what was answered so far, as far as it is an answer."""
        return self.situation.answers

    @cached_property
    def attachments(self) -> tuple[AttachmentRow, ...]:
        """Return the files that have arrived."""
        return list_attachments(draft=self.draft.key)

    @cached_property
    def held(self) -> tuple[CertificateRow, ...]:
        """Return the certificates that the applicant already holds."""
        code = self.application.represented[0]
        holder = code or self.application.applicant.id_number
        return list_held(holder_id=holder, on=self.today) if holder else ()

    @property
    def needs(self) -> tuple[MaterialNeed, ...]:
        """Return the materials that this applicant needs."""
        return self.situation.materials

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the steps of this draft in order; nobody is asked for a situation that has no questions."""
        every = (SITUATION, WHO, FORM, MATERIALS, DELIVERY, CHECK)
        return tuple(
            step
            for step in every
            if (step != SITUATION or self.situation.questions) and (step != MATERIALS or self.needs)
        )

    def after(self, step: str) -> str:
        """Return the step after one; the last one is followed by itself."""
        steps = self.steps
        at = steps.index(step) if step in steps else 0
        return steps[min(at + 1, len(steps) - 1)]

    def before(self, step: str) -> str:
        """Return the step before one, "" before the first."""
        steps = self.steps
        at = steps.index(step) if step in steps else 0
        return steps[at - 1] if at else ""

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Return every fault that stands between this draft and its receipt."""
        return judge_draft(self.draft, guide=self.guide, files=self.attachments, on=self.today, channel="web")

    def faults_of(self, step: str) -> dict[str, tuple[str, str]]:
        """Return the faults that a step mends, in words."""
        labels = {f"fields.{field.key}": field.label for field in self.situation.fields}
        return tell([fault for fault in self.faults if step_of(fault.field) == step], labels)

    @property
    def first_faulty(self) -> str:
        """Return the first step with a fault; the page of checking where there is none."""
        broken = {step_of(fault.field) for fault in self.faults}
        return next((step for step in self.steps if step in broken), CHECK)


def in_readers_language(application: Application) -> Application:
    """Note the language in which the applicant fills in the form: notices are written in it."""
    return msgspec.structs.replace(application, language=language())
