"""Wording: the words of the people (老百姓的话) and the events of a life that lead to items. Answers what is meant.

Life events follow 国办发〔2022〕32号 (一件事一次办): from birth to the last things, from opening to closing.
"""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.intake import LEGAL, NATURAL, Shape
from yichuang.kernel.words import N_

Path = tuple[str | int, ...]
Found = tuple[Path, Fault]

LIFE_EVENTS, SEARCH_WORDS = "life-events", "search-words"


class LifeEvent(Shape, frozen=True, kw_only=True):
    """One event of a person's or a firm's life, with the main items it leads to, the first ones first."""

    key: str
    name: str
    name_en: str
    audience: str
    items: tuple[str, ...]
    summary: str = ""
    summary_en: str = ""


class LifeEvents(Shape, frozen=True, kw_only=True):
    """life_events.yaml."""

    events: tuple[LifeEvent, ...] = ()


class Synonym(Shape, frozen=True, kw_only=True):
    """What people say, and the main items that they mean, the likeliest first."""

    words: tuple[str, ...]
    items: tuple[str, ...]


class SearchWords(Shape, frozen=True, kw_only=True):
    """search_words.yaml: words that mean nothing, words that mean items, names that people give departments."""

    fillers: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    departments: dict[str, tuple[str, ...]] = {}


def _unknown_item(code: str) -> Fault:
    return Fault(reason=N_("目录中没有主项“{code}”"), remedy=N_("请核对主项编码"), details={"code": code})


def find_life_event_faults(content: LifeEvents, *, items: Collection[str]) -> Iterator[Found]:
    """Yield every fault of the life events; `items` are the main items that the catalogue has."""
    seen: set[str] = set()
    for index, event in enumerate(content.events):
        path: Path = ("events", index)
        if event.key in seen:
            fault = Fault(reason=N_("键“{key}”写了两次"), remedy=N_("请改用另一个键"), details={"key": event.key})
            yield (*path, "key"), fault
        seen.add(event.key)
        if event.audience not in {NATURAL, LEGAL}:
            fault = Fault(reason=N_("audience应为natural或legal"), remedy=N_("请改正该数据文件"), value=event.audience)
            yield (*path, "audience"), fault
        if not event.items:
            yield (*path, "items"), Fault(reason=N_("没有列出事项"), remedy=N_("请至少列出一个主项"))
        for place, code in enumerate(event.items):
            if code not in items:
                yield (*path, "items", place), _unknown_item(code)


def find_search_word_faults(
    content: SearchWords, *, items: Collection[str], departments: Collection[str]
) -> Iterator[Found]:
    """Yield every fault of the words of the search."""
    homes: dict[str, int] = {}
    for index, synonym in enumerate(content.synonyms):
        path: Path = ("synonyms", index)
        for place, word in enumerate(synonym.words):
            if word in homes:
                fault = Fault(
                    reason=N_("“{word}”已在第{number}组中"),
                    remedy=N_("请合并"),
                    details={"word": word, "number": homes[word] + 1},
                )
                yield (*path, "words", place), fault
            homes.setdefault(word, index)
        for place, code in enumerate(synonym.items):
            if code not in items:
                yield (*path, "items", place), _unknown_item(code)
    for key in content.departments:
        if key not in departments:
            fault = Fault(
                reason=N_("没有部门“{key}”的事项"), remedy=N_("请改用items文件夹中的文件名"), details={"key": key}
            )
            yield ("departments", key), fault


def read_wording(raw: Any, kind: type[LifeEvents] | type[SearchWords]) -> LifeEvents | SearchWords:
    """Return the content of a wording file; raises msgspec.ValidationError where it has another shape."""
    return msgspec.convert(raw, kind)
