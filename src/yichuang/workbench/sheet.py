"""Sheet: the applicant's form and materials as a case page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yichuang.cases.values import AttachmentRow
from yichuang.catalogue.queries import get_intake
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


def answers_of(desk: Desk) -> list[tuple[str, str]]:
    """Return (label, value) of the form's own fields, in the item's order."""
    application = desk.application
    if application is None:
        return []
    labels = {field.key: field.label for field in get_intake(item=desk.state.item).fields}
    return [(_(labels.get(key, key)), value) for key, value in application.fields.items() if value]
