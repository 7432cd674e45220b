"""Nearby: what is asked for and not offered in the chosen region, with the regions around it that do offer it.

Most matters are decided by a county: who has not chosen one yet must be led there and not told that there is nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.catalogue.queries import search_items
from yichuang.catalogue.values import ItemRow
from yichuang.portal.finding import Asked
from yichuang.portal.region import Region
from yichuang.regions.queries import get_tree
from yichuang.regions.values import DivisionTree

SHOWN = 10
# What stands before the region's own must leave it in sight.
BESIDE = 2
# Every row that answers: a city has some thousands.
_READ = 100_000


@dataclass(frozen=True, slots=True)
class Nearby:
    """One main item with the places, (code, name), that offer it: directly below the chosen region, or above it."""

    item: str
    name: str
    type_name: str
    places: tuple[tuple[str, str], ...]


def find_nearby(asked: Asked, *, here: Sequence[str], limit: int = SHOWN) -> tuple[Nearby, ...]:
    """Return the main items, the best first, that the regions below or above the chosen one offer for what is asked.

    `here` are the main items that the chosen region itself offers, the best first. Where there are some, only what
    answers better than the first of them is returned: a vague answer here must not hide the right one there.
    """
    if here and not asked.words:
        return ()
    rows = search_items(
        text=asked.words,
        # The same department of another county.
        department=asked.department.partition("-")[2] or asked.department,
        theme=asked.theme,
        audience=asked.audience,
        life_event=asked.event,
        limit=_READ,
    )
    better = takewhile(lambda row: row.item_code != here[0], rows) if here else rows
    elsewhere = (row for row in better if row.item_code not in here)
    tree = get_tree(on=timezone.localdate())
    return _grouped(elsewhere, asked.region, tree, min(limit, BESIDE) if here else limit)


def _grouped(rows: Iterable[ItemRow], region: Region, tree: DivisionTree, limit: int) -> tuple[Nearby, ...]:
    first: dict[str, ItemRow] = {}
    places: dict[str, set[str]] = {}
    for row in rows:
        place = _place(tree, region, row.division)
        if place and (row.item_code in first or len(first) < limit):
            first.setdefault(row.item_code, row)
            places.setdefault(row.item_code, set()).add(place)
    return tuple(
        Nearby(
            code,
            row.name,
            row.type_name,
            tuple((place, _(tree.name_of(place))) for place in sorted(places[code])),
        )
        for code, row in first.items()
    )


def _place(tree: DivisionTree, region: Region, division: str) -> str:
    """Return where to go for an item of a division: to the region's part that holds it, or above; "" for elsewhere."""
    if division not in tree:
        return ""
    path = tree.path(division)
    if region.code in path[:-1]:
        return path[path.index(region.code) + 1]
    return division if any(code == division for code, _name in region.path[:-1]) else ""
