"""Handling law: the dated periods, bounds and rating options, read strictly from `law/`.

It stands between the two YAML files and everybody who sets a deadline or shows the options of a level.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from yichuang.calendar.values import DatedAmounts, LawFile, read_amounts
from yichuang.feedback.domain import refusals as r
from yichuang.feedback.domain.ratings import Level
from yichuang.kernel.words import N_

_LAW = Path(__file__).parent.parent / "law"
_WORKING_DAYS = (
    *("contact_days", "simple_days", "complex_days", "appeal_days", "appeal_decision_days", "checking_days"),
    *("consultation_days", "consultation_extension_days", "complaint_acceptance_days", "assignment_days"),
    *("complaint_days", "complaint_extension_days"),
)
UNITS = {
    "rating_days": "days",
    **dict.fromkeys(_WORKING_DAYS, "working-days"),
    **dict.fromkeys(("contact_attempts", "entries_a_day", "look_ups_a_day"), "times"),
}


class Tag(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One option beside a level; `title` is a message id."""

    key: str
    title: str
    levels: tuple[int, ...]


class _Tags(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    mark: Literal["V", "K"]
    citation: str
    tags: tuple[Tag, ...]


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a complaint is about, and who usually looks into it; both texts are message ids."""

    key: str
    title: str
    route: str


class _Categories(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"from_on": "from"}):
    from_on: date
    mark: Literal["V", "K"]
    citation: str
    categories: tuple[Category, ...]


class _CategoryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    versions: tuple[_Categories, ...]


class _TagFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    versions: tuple[_Tags, ...]


@dataclass(frozen=True, slots=True)
class DatedTags:
    """All options of a file, oldest first."""

    versions: tuple[tuple[date, tuple[Tag, ...]], ...]

    def in_force(self, on: date) -> tuple[Tag, ...]:
        """Return the options on a day; none before the first version."""
        index = bisect_right(self.versions, on, key=lambda version: version[0])
        return self.versions[index - 1][1] if index else ()

    def title_of(self, key: str) -> str:
        """Return how an option was last called, however old; the key itself for an unknown one."""
        for _, tags in reversed(self.versions):
            for tag in tags:
                if tag.key == key:
                    return tag.title
        return key


@lru_cache(maxsize=8)
def load_amounts(folder: Path | None = None) -> DatedAmounts:
    """Return the periods and bounds of a folder that holds handling.yaml, or those shipped; raises FaultyLaw."""
    return read_amounts((folder or _LAW) / "handling.yaml", units=UNITS)


@lru_cache(maxsize=8)
def load_tags(folder: Path | None = None) -> DatedTags:
    """Return the options of a folder that holds tags.yaml, or those shipped; raises FaultyLaw."""
    file = LawFile((folder or _LAW) / "tags.yaml")
    content = file.read(_TagFile)
    for index, version in enumerate(content.versions):
        if index and version.from_on <= content.versions[index - 1].from_on:
            raise file.fault(["versions", index, "from"], N_("各段须按日期先后排列"))
        keys: set[str] = set()
        for place, tag in enumerate(version.tags):
            here: list[str | int] = ["versions", index, "tags", place]
            if tag.key in keys:
                raise file.fault([*here, "key"], N_("同一选项写了两次"))
            if not tag.levels or any(level not in set(Level) for level in tag.levels):
                raise file.fault([*here, "levels"], N_("等级应为 1 至 5"))
            keys.add(tag.key)
    return DatedTags(versions=tuple((version.from_on, version.tags) for version in content.versions))


@lru_cache(maxsize=8)
def load_categories(folder: Path | None = None) -> tuple[Category, ...]:
    """Return what complaints can be about, the newest version last said of each key first; raises FaultyLaw.

    A key that a newer version leaves out stays readable at the end, as old complaints bear it.
    """
    file = LawFile((folder or _LAW) / "complaints.yaml")
    content = file.read(_CategoryFile)
    found: dict[str, Category] = {}
    for index, version in enumerate(reversed(content.versions)):
        keys = [category.key for category in version.categories]
        if len(set(keys)) < len(keys):
            raise file.fault(["versions", len(content.versions) - 1 - index, "categories"], N_("同一类别写了两次"))
        for category in version.categories:
            found.setdefault(category.key, category)
    return tuple(found.values())


def check_category(key: str) -> str:
    """Return the key of a category; refuses with `CategoryNotKnown`."""
    if all(category.key != key for category in load_categories()):
        raise r.CategoryNotKnown(category=key)
    return key


def check_tags(tags: tuple[str, ...], *, level: Level, known: tuple[Tag, ...]) -> tuple[str, ...]:
    """Return the options ticked, each once and in the file's order; refuses with `TagNotKnown`."""
    fitting = [tag.key for tag in known if level in tag.levels]
    for key in tags:
        if key not in fitting:
            raise r.TagNotKnown(tag=next((tag.title for tag in known if tag.key == key), key))
    return tuple(key for key in fitting if key in tags)
