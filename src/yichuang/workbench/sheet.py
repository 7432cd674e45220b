"""Sheet: the applicant's form and materials as a case page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yichuang.cases.values import AttachmentRow
from yichuang.catalogue.values import Field, FieldKind
from yichuang.ui.templatetags.ui import day
from yichuang.workbench.desk import Desk
from yichuang.workbench.words import WAYS


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material: how it was met, its files, and what is special about it."""

    name: str
    way: str
    copies: int
    mark: str
    files: tuple[AttachmentRow, ...]


def materials_of(desk: Desk, *, files: Iterable[AttachmentRow]) -> list[MaterialLine]:
    """Return every material that was asked for or came in, in the item's order."""
    state = desk.state
    entries = {entry.name: entry for entry in state.materials}
    by_name: dict[str, list[AttachmentRow]] = {}
    for file in files:
        by_name.setdefault(file.material, []).append(file)
    needs = {need.name: need for need in desk.needs}
    lines = []
    for name in dict.fromkeys((*needs, *entries, *by_name)):
        entry, need = entries.get(name), needs.get(name)
        if name in state.tolerated:
            way, mark = _("容缺后补"), "warn"
        elif name in state.committed:
            way, mark = _("告知承诺"), "info"
        elif entry:
            way, mark = _(WAYS.get(entry.way, entry.way)), "good"
        else:
            way = _("未收到") if need and need.required else _("未收到（视情况）")
            mark = "bad" if need and need.required else "neutral"
        lines.append(MaterialLine(name, way, entry.copies if entry else 0, mark, tuple(by_name.get(name, ()))))
    return lines


def situation_of(desk: Desk) -> list[tuple[str, str]]:
    """Return (question, answer) of the situation that the applicant told, in the order of the questions."""
    if desk.application is None or desk.intake is None:
        return []
    given, questions = desk.application.answers, desk.intake.questions
    told = {question.key: {option.key: option.text for option in question.options} for question in questions}
    return [
        (question.text, told[question.key].get(given[question.key], given[question.key]))
        for question in questions
        if given.get(question.key)
    ]


def answers_of(desk: Desk) -> list[tuple[str, str]]:
    """Return (label, value) of the form's own fields, in the item's order; what the item asks no more comes last."""
    if desk.application is None:
        return []
    values = {key: value for key, value in desk.application.fields.items() if value}
    fields = {field.key: field for field in (desk.intake.fields if desk.intake else ())}
    return [(fields[key].label, _said(fields[key], values[key])) for key in fields if key in values] + [
        (key, value) for key, value in values.items() if key not in fields
    ]


def _said(field: Field, value: str) -> str:
    """Return a value as a person reads it: a choice by its text, a day in words, a number with its unit."""
    if field.kind is FieldKind.CHOICE:
        return next((one.text for one in field.choices if one.key == value), value)
    if field.kind is FieldKind.DATE:
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    return f"{value} {field.unit}" if field.unit else value
