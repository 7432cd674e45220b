"""Sheet: the applicant's form and materials as a case page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yichuang.cases.values import AttachmentRow, BelongingKind, BelongingState, ComingRow
from yichuang.catalogue.values import Field, FieldKind
from yichuang.exchange.queries import get_coming
from yichuang.exchange.values import Coming
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
    # Files that follow the case from another node and are not here (yet).
    coming: tuple[ComingRow, ...] = ()


def materials_of(desk: Desk, *, files: Iterable[AttachmentRow]) -> list[MaterialLine]:
    """Return every material that was asked for or came in, in the item's order; before them what is awaited as a whole.

    What another node has and this one has not got yet is told as being on its way.
    """
    state = desk.state
    away = get_coming(number=state.number)
    expected: dict[str, list[ComingRow]] = {}
    for one in away.things:
        if one.kind == BelongingKind.FILE:
            expected.setdefault(one.material, []).append(one)
    entries = {entry.name: entry for entry in state.materials}
    by_name: dict[str, list[AttachmentRow]] = {}
    for file in files:
        by_name.setdefault(file.material, []).append(file)
    needs = {need.name: need for need in desk.needs}
    lines = _awaited(away)
    for name in dict.fromkeys((*needs, *entries, *by_name, *expected)):
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
        here, coming = tuple(by_name.get(name, ())), tuple(expected.get(name, ()))
        lines.append(MaterialLine(name, way, entry.copies if entry else 0, mark, here, coming))
    return lines


def _awaited(away: Coming) -> list[MaterialLine]:
    """Return a line for each node that has not told yet what it has, and one for the form while it is not here."""
    form = next((one for one in away.things if one.kind == BelongingKind.FORM), None)
    lines = [
        MaterialLine(_("申请表和材料"), _("正在从{node}传来").format(node=node), 0, "info", ()) for node in away.awaited
    ]
    if form is not None:
        way = _("正在传来") if form.state == BelongingState.COMING else _("没有传来")
        lines.append(MaterialLine(_("申请表"), way, 0, "info", (), (form,)))
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
