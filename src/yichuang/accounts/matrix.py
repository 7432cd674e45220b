"""The permission matrix: reads law/permissions.yaml and answers which role may do what on a day.

Pure: it knows roles, actions and areas, not users or requests. `permissions` asks it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yichuang.accounts.values import Area, Role, Scope

SOURCE = Path(__file__).parent / "law" / "permissions.yaml"


class Reach(StrEnum):
    """How much of a grant's area an action reaches."""

    GRANTED = "granted"
    ORGANISATION = "organisation"
    EVERYWHERE = "everywhere"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be allowed: its key, its Chinese title (a message id), who may."""

    key: str
    title: str
    public: bool
    roles: Mapping[Role, Reach]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All actions as one dated version states them."""

    in_force_from: date
    citation: str
    actions: Mapping[str, Action]


def _action(key: str, entry: Mapping[str, Any]) -> Action:
    roles = {Role(role): Reach(reach) for role, reach in entry.get("roles", {}).items()}
    public = bool(entry.get("public", False))
    if public == bool(roles):
        raise ValueError(f"{SOURCE.name}: {key} must be either public or name its roles")
    return Action(key=key, title=str(entry["title"]), public=public, roles=roles)


@cache
def versions() -> tuple[Matrix, ...]:
    """Return every version of the matrix, oldest first; raises ValueError on an unknown role or reach."""
    entries = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    found = (
        Matrix(
            in_force_from=entry["in_force_from"],
            citation=entry["citation"],
            actions={key: _action(key, value) for key, value in entry["actions"].items()},
        )
        for entry in entries
    )
    return tuple(sorted(found, key=lambda matrix: matrix.in_force_from))


def matrix(*, on: date) -> Matrix:
    """Return the version in force on a day; before the first one, the first."""
    past = [version for version in versions() if version.in_force_from <= on]
    return past[-1] if past else versions()[0]


def find_action(key: str) -> Action | None:
    """Return the newest statement of an action, or None for an unknown key."""
    return next((version.actions[key] for version in reversed(versions()) if key in version.actions), None)


def scope(*, action: str, grants: Iterable[tuple[Role, Area]], on: date) -> Scope:
    """Return where holders of these grants may do the action on that day; an unknown action is nowhere."""
    stated = matrix(on=on).actions.get(action)
    if stated is None:
        return Scope(action=action)
    if stated.public:
        return Scope(action=action, areas=(Area(),))
    areas: list[Area] = []
    own = False
    for role, area in grants:
        reach = stated.roles.get(role)
        own = own or reach is Reach.OWN
        if reach is Reach.EVERYWHERE:
            areas.append(Area())
        elif reach is Reach.GRANTED or (reach is Reach.ORGANISATION and area.organisation):
            areas.append(area)
    return Scope(action=action, areas=tuple(dict.fromkeys(areas)), own=own)


_MARKS = {Reach.GRANTED: "辖区", Reach.ORGANISATION: "本部门", Reach.EVERYWHERE: "全部", Reach.OWN: "本人"}


def table(version: Matrix) -> str:
    """Return one version as a Markdown table, roles across, actions down, for the documents."""
    heads = ["操作", "公众", *(role.label for role in Role)]
    lines = [f"自 {version.in_force_from} 起施行。{version.citation}", ""]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for action in version.actions.values():
        marks = [_MARKS[action.roles[role]] if role in action.roles else "" for role in Role]
        everybody = "✓" if action.public else ""
        lines.append(f"| {action.title} `{action.key}` | " + " | ".join([everybody, *marks]) + " |")
    return "\n".join(lines) + "\n"
