"""Needs: what an item asks of this applicant, from the catalogue, and whether his application has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from yichuang.cases.domain.application import Application, Draft, MaterialChoice, tidy
from yichuang.cases.domain.attachments import AttachmentRow
from yichuang.cases.domain.completeness import Fault, check
from yichuang.cases.drafts import get_draft
from yichuang.cases.uploads.shelf import list_attachments
from yichuang.catalogue.queries import get_intake, get_item_guide, get_situation
from yichuang.catalogue.values import ItemGuide, Situation

WINDOW = "window"
HANDLING_LENGTH = 33


@dataclass(frozen=True, slots=True)
class Demand:
    """The guide of an item and what it asks in the situation of one applicant."""

    guide: ItemGuide
    situation: Situation

    @property
    def item(self) -> str:
        """Return the main item of five digits."""
        return self.guide.content.item_code

    @property
    def handling_item(self) -> str:
        """Return the two digits of the handling item, "" while it is not known."""
        return self.guide.handling.code if self.guide.handling else self.situation.handling


def demand_of(draft: Draft, application: Application, *, organisation: str, on: date) -> Demand:
    """Return what the item of a draft asks of its applicant on a day; raises ItemUnknown."""
    code = draft.handling_code if len(draft.handling_code) == HANDLING_LENGTH else draft.item
    return _demand_under(get_item_guide(code=code, organisation=organisation, on=on), application, on=on)


def _demand_under(guide: ItemGuide, application: Application, *, on: date) -> Demand:
    intake = get_intake(item=guide.content.implementation_code, on=on)
    natural = application.applicant_type == "natural"
    answers = {**application.answers, "applicant": "natural" if natural else "legal"}
    return Demand(guide, get_situation(guide=guide, intake=intake, answers=answers))


def settled(application: Application, files: Mapping[str, tuple[str, ...]]) -> Application:
    """Return the application, tidy, with the files that have really arrived: a page may have saved before they came.

    A file for a material for which nothing was chosen says by itself that it was uploaded.
    """
    choices = {choice.name: choice for choice in application.materials}
    changed = []
    for choice in application.materials:
        arrived = files.get(choice.name, ())
        way = choice.way or ("upload" if arrived else "")
        changed.append(msgspec.structs.replace(choice, attachments=arrived, way=way))
    for name, arrived in files.items():
        if name not in choices:
            changed.append(MaterialChoice(name=name, way="upload", attachments=arrived))
    return tidy(msgspec.structs.replace(application, materials=tuple(changed)))


def faults_of(application: Application, demand: Demand, *, on: date, channel: str) -> tuple[Fault, ...]:
    """Return every fault of a settled application."""
    attached = {key: choice.name for choice in application.materials for key in choice.attachments}
    situation = demand.situation
    return check(
        application,
        situation.materials,
        situation.fields,
        on,
        unanswered=situation.unanswered,
        attached=attached,
        at_window=channel == WINDOW,
    )


def check_draft(*, key: str, owner: str, on: date, channel: str = "web", organisation: str = "") -> tuple[Fault, ...]:
    """Return every fault that submitting a draft now would meet, none when it may be submitted.

    `organisation` is needed where the draft names only a main item. Raises DraftUnknown, ItemUnknown.
    """
    draft = get_draft(key=key, owner=owner)
    code = draft.handling_code if len(draft.handling_code) == HANDLING_LENGTH else draft.item
    guide = get_item_guide(code=code, organisation=organisation, on=on)
    return judge_draft(draft, guide=guide, files=list_attachments(draft=key), on=on, channel=channel)


def judge_draft(
    draft: Draft, *, guide: ItemGuide, files: Iterable[AttachmentRow], on: date, channel: str = "web"
) -> tuple[Fault, ...]:
    """Return the same as `check_draft` for a draft that is at hand with its guide of the day and its files."""
    arrived: dict[str, tuple[str, ...]] = {}
    for row in files:
        arrived[row.material] = (*arrived.get(row.material, ()), row.key)
    application = settled(draft.application, arrived)
    return faults_of(application, _demand_under(guide, application, on=on), on=on, channel=channel)
