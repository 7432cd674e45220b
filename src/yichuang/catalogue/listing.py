"""Listing: every item that ever stood as one row, kept per process by data version. Answers who finds what.

All lists and searches of items come from here, so that they cost one query (the version of the data) and are the same
on every database. A town's list holds what the town itself exercises, and the other items of its county: those its hall
takes in for the county (they entered the hall, or their intake says `town_hall`) and, last, those that one has to go to
the county's centre for (`receivable` is then False).
"""

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any

from yichuang.catalogue import audit
from yichuang.catalogue.domain import codes, search
from yichuang.catalogue.domain.intake import LEGAL, NATURAL
from yichuang.catalogue.domain.search import Index, Match, Phrase
from yichuang.catalogue.domain.states import State
from yichuang.catalogue.force import standing_entry
from yichuang.catalogue.guidance import GuidanceRegister, get_guidance_of
from yichuang.catalogue.models import CentreEntry, HandlingItem, ImplementationItem
from yichuang.catalogue.values import ItemRow, Suggestion
from yichuang.kernel.page import Page

COUNTY_LENGTH = 6
IMPLEMENTATION_LENGTH = 31
_STEP_OF_SYNONYM, _LEAST_SYNONYM = 3, 82
# Above every score, so that the best stands first in ascending order.
_HIGHEST = 100_000
_CURSOR_PARTS = 5
COLUMNS = (
    "id",
    "implementation_code",
    "item_code",
    "organisation_code",
    "organisation_name",
    "division",
    "division_name",
    "name",
    "type_code",
    "kind",
    "promised_amount",
    "promised_unit",
    "themes",
    "objects_served",
    "online_depth",
    "visits",
    "convenience",
    "state",
    "version",
    "effective_on",
    "effective_until",
    "suspended_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; "" and None narrow nothing."""

    division: str = ""
    department: str = ""
    type: str = ""
    theme: str = ""
    audience: str = ""
    items: Collection[str] | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """One version of one item with what is not shown of it: its days, and its numbers in the index."""

    row: ItemRow
    id: int
    item: int
    place: int
    start: date
    ends: tuple[date, ...]

    def stands(self, on: date | None) -> bool:
        if on is None:
            return self.row.state == State.PUBLISHED
        return self.start <= on and all(on < day for day in self.ends)


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of an answer with its place in the order."""

    rank: int
    placed: _Placed
    receivable: bool

    @property
    def order(self) -> tuple[int, str, str, str, int]:
        row = self.placed.row
        return (self.rank, row.item_code, row.division, row.organisation_code, self.placed.id)

    @property
    def row(self) -> ItemRow:
        return self.placed.row if self.receivable else replace(self.placed.row, receivable=False)


class Listing:
    """All rows, and what finds them."""

    def __init__(
        self,
        rows: Sequence[_Placed],
        items: Sequence[Sequence[Phrase]],
        places: Sequence[Sequence[Phrase]],
        guidance: GuidanceRegister,
    ) -> None:
        self._rows, self._guidance = rows, guidance
        self._items, self._places = items, places

    @cached_property
    def _index(self) -> Index:
        """Return the index; who only leafs through lists never needs it."""
        fillers = self._guidance.search_words().fillers
        index = Index(items=self._items, places=self._places, fillers=fillers)
        # The dictionaries of pinyin are some hundred thousand objects that stay: walking them again and again in
        # search of garbage would make every twentieth search ten times slower.
        gc.freeze()
        return index

    def page(self, text: str, narrowed: Filter, *, after: str, limit: int, with_total: bool) -> Page[ItemRow]:
        """Return one page of what a text finds, of everything without a text."""
        found = self._find(text, narrowed)[0]
        total = len(found) if with_total else None
        cursor = _read_cursor(after)
        if cursor is not None:
            found = [one for one in found if one.order > cursor]
        rows = tuple(one.row for one in found[:limit])
        more = len(found) > limit
        following = "|".join(map(str, found[limit - 1].order)) if more and limit else ""
        return Page(rows=rows, next_after=following, total=total)

    def suggest(self, text: str, narrowed: Filter, *, limit: int) -> tuple[Suggestion, ...]:
        """Return the best items, each once, or the handling item where its name answers better than the item's."""
        found, match = self._find(text, narrowed)
        if match is None:
            return ()
        suggestions: dict[str, Suggestion] = {}
        for one in found:
            row = one.placed.row
            if row.item_code in suggestions:
                continue
            phrase = match.best(one.placed.item)
            handling = phrase.handling if phrase else ""
            suggestions[row.item_code] = Suggestion(
                code=row.implementation_code + handling,
                text=phrase.text if phrase and handling else row.name,
                item_name=row.name,
                organisation_name=row.organisation_name,
            )
            if len(suggestions) >= limit:
                break
        return tuple(suggestions.values())

    def _find(self, text: str, narrowed: Filter) -> tuple[list[_Found], Match | None]:
        candidates = list(self._narrow(narrowed))
        if not text.strip():
            found = [_Found(0 if receivable else 1, placed, receivable) for placed, receivable in candidates]
            return sorted(found, key=lambda one: one.order), None
        match = self._index.match(text)
        scores = search.score_all(match, [(placed.item, placed.place) for placed, _ in candidates])
        best = max(scores, default=0)
        # What answers less than half as well as the best only hides it.
        found = [
            _Found(_HIGHEST - score + (0 if receivable else 1), placed, receivable)
            for (placed, receivable), score in zip(candidates, scores, strict=True)
            if score and score * 2 >= best
        ]
        return sorted(found, key=lambda one: one.order), match

    def _narrow(self, narrowed: Filter) -> Iterator[tuple[_Placed, bool]]:
        """Yield the rows that pass, with whether an application is received there."""
        town = narrowed.division if len(narrowed.division) > COUNTY_LENGTH else ""
        county = narrowed.division[:COUNTY_LENGTH] if town else ""
        passing = [placed for placed in self._rows if _passes(placed, narrowed)]
        if not town:
            for placed in passing:
                if not narrowed.division or placed.row.division == narrowed.division:
                    yield placed, True
            return
        own = {p.row.item_code for p in self._rows if p.row.division == town and p.stands(narrowed.on)}
        forwarded = self._guidance.find_town_hall_items(narrowed.on)
        entered = _entered(f"{town}-hall", narrowed.on)
        for placed in passing:
            row = placed.row
            if row.division == town:
                yield placed, True
            elif row.division == county and row.item_code not in own:
                yield placed, row.item_code in forwarded or row.implementation_code in entered


def _passes(placed: _Placed, narrowed: Filter) -> bool:
    row = placed.row
    department = narrowed.department
    return (
        placed.stands(narrowed.on)
        and (not narrowed.type or row.type_code == narrowed.type)
        and (not narrowed.theme or narrowed.theme in row.themes)
        and (not narrowed.audience or narrowed.audience in row.audiences)
        and (narrowed.items is None or row.item_code in narrowed.items)
        and (
            not department
            or row.organisation_code == department
            or ("-" not in department and row.organisation_code.endswith("-" + department))
        )
    )


def _entered(hall: str, on: date | None) -> set[str]:
    rows = CentreEntry.objects.filter(centre=hall)
    rows = rows.filter(left_on__isnull=True) if on is None else rows.filter(standing_entry(on))
    return {code[:IMPLEMENTATION_LENGTH] for code in rows.values_list("handling_code", flat=True)}


def _read_cursor(after: str) -> tuple[int, str, str, str, int] | None:
    """Return the place after which a page begins; a cursor that somebody made up begins at the beginning."""
    texts = after.split("|")
    if len(texts) != _CURSOR_PARTS or not (texts[0].isdecimal() and texts[4].isdecimal()):
        return None
    return int(texts[0]), texts[1], texts[2], texts[3], int(texts[4])


# --- reading ----------------------------------------------------------------------------------------------------------

_kept: tuple[int, Listing] | None = None
_lock = Lock()


def get_listing() -> Listing:
    """Return the listing from memory while no act changed the catalogue, else read anew (four queries)."""
    global _kept  # noqa: PLW0603 - one per process, replaced whole
    version = audit.data_version()
    with _lock:
        if _kept is None or _kept[0] != version:
            _kept = (version, _read(get_guidance_of(version)))
        return _kept[1]


def _read(guidance: GuidanceRegister) -> Listing:
    handling: dict[int, list[tuple[str, str]]] = {}
    names = HandlingItem.objects.filter(item__effective_on__isnull=False).order_by("item_id", "position")
    for item, code, name in names.values_list("item_id", "code", "name").iterator(chunk_size=5000):
        handling.setdefault(item, []).append((code, name))
    words = guidance.search_words()
    synonyms: dict[str, list[Phrase]] = {}
    for synonym in words.synonyms:
        for place, code in enumerate(synonym.items):
            weight = max(search.SYNONYM - _STEP_OF_SYNONYM * place, _LEAST_SYNONYM)
            synonyms.setdefault(code, []).extend(Phrase(word, weight) for word in synonym.words)
    items: dict[object, int] = {}
    item_phrases: list[list[Phrase]] = []
    places: dict[tuple[str, ...], int] = {}
    place_phrases: list[list[Phrase]] = []
    found: list[_Placed] = []
    rows = ImplementationItem.objects.filter(effective_on__isnull=False)
    ordered = rows.order_by("item_code", "division", "organisation_code", "id").values_list(*COLUMNS)
    for columns in ordered.iterator(chunk_size=5000):
        named = dict(zip(COLUMNS, columns, strict=True))
        kinds = tuple(handling.get(named["id"], ()))
        row = read_row(named, len(kinds))
        # The same phrases at forty organisations are one item of the index.
        item = items.setdefault((row.item_code, row.name, row.themes, kinds), len(items))
        if item == len(item_phrases):
            item_phrases.append(_item_phrases(row, kinds, synonyms.get(row.item_code, ())))
        place = places.setdefault((row.organisation_code, row.organisation_name, row.division_name), len(places))
        if place == len(place_phrases):
            key = row.organisation_code.rpartition("-")[2]
            said = (row.organisation_name, row.division_name, *words.departments.get(key, ()))
            place_phrases.append([Phrase(text, search.PLACE) for text in said if text])
        ends = tuple(day for day in (named["effective_until"], named["suspended_on"]) if day is not None)
        found.append(_Placed(row, named["id"], item, place, named["effective_on"], ends))
    return Listing(found, item_phrases, place_phrases, guidance)


def _item_phrases(row: ItemRow, kinds: Sequence[tuple[str, str]], synonyms: Sequence[Phrase]) -> list[Phrase]:
    return [
        Phrase(row.name, search.NAME),
        *synonyms,
        Phrase(row.item_code, search.CODE),
        *(Phrase(name, search.HANDLING, handling=code) for code, name in kinds),
        *(Phrase(theme, search.THEME) for theme in row.themes),
        Phrase(row.type_name, search.TYPE),
        Phrase(row.kind_name, search.TYPE),
    ]


def read_row(named: Mapping[str, Any], handling_count: int) -> ItemRow:
    """Return the row that `COLUMNS` describe."""
    served = named["objects_served"]
    audiences = (
        *((NATURAL,) if codes.NATURAL_PERSON in served else ()),
        *((LEGAL,) if any(code != codes.NATURAL_PERSON for code in served) else ()),
    )
    columns = {name: value for name, value in named.items() if name in ItemRow.__dataclass_fields__}
    columns["themes"] = tuple(named["themes"])
    return ItemRow(
        **columns,
        type_name=codes.TYPES.name(named["type_code"]),
        kind_name=codes.KINDS.name(named["kind"]),
        promised_unit_name=codes.UNITS.name(named["promised_unit"]),
        handling_count=handling_count,
        audiences=audiences,
    )
