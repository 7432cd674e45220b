"""Places: what departments' own words for themselves, their items and their towns mean, from regions and catalogue."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from yichuang.catalogue import queries as catalogue
from yichuang.regions import queries as regions
from yichuang.supervision.domain.linkage.normalise import letters
from yichuang.supervision.domain.linkage.rows import Places

# A firm's name begins with them; the tree of divisions begins with the city.
_PROVINCE = ("陕西省", "陕西")
_TOWN_DIGITS = 9


def read_places(*, days: Iterable[date]) -> Places:
    """Return what words meant on some days: a list of many months may use a name that was changed meanwhile.

    Kept per process while neither regions nor catalogue change: a folder of lists is mostly of the same months.
    """
    return _read_places(tuple(sorted(set(days))), regions.get_data_version(), catalogue.data_version())


@lru_cache(maxsize=8)
def _read_places(days: tuple[date, ...], _regions: str, _catalogue: int) -> Places:
    organisations: dict[str, str] = {}
    departments: dict[str, str] = {}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    names: dict[str, set[tuple[str, str]]] = defaultdict(set)
    towns: dict[str, set[tuple[str, str]]] = defaultdict(set)
    codes: set[str] = set()
    for day in days:
        for row in regions.list_organisations(on=day):
            departments[row.code] = row.department_key
            organisations[letters(row.name)] = row.code
        for (organisation, item), terms in catalogue.get_terms(on=day).items():
            codes.add(item)
            for name in {letters(terms.name), letters(terms.result_name)} - {""}:
                found[organisation, name].add(item)
                found["", name].add(item)
                names[organisation].add((name, item))
        for division in regions.get_tree(on=day):
            if len(division.code) == _TOWN_DIGITS:
                for name in (division.name, division.short_name):
                    towns[division.code[:6]].add((letters(name), division.code))
    return Places(
        organisations=organisations,
        departments=departments,
        items={key: tuple(sorted(items)) for key, items in found.items()},
        names={organisation: sorted(pairs) for organisation, pairs in names.items()},
        item_codes=frozenset(codes),
        # The longest first: 城关 stands in 老城关.
        towns={county: sorted(pairs, key=lambda pair: (-len(pair[0]), pair)) for county, pairs in towns.items()},
    )


def firm_places(*, on: date) -> tuple[str, ...]:
    """Return the names that may stand before a firm's name, longest first: province, city, counties."""
    tree = regions.get_tree(on=on)
    names = {letters(name) for row in tree if len(row.code) == 6 for name in (row.name, row.short_name)}
    return tuple(sorted({*names, *_PROVINCE} - {""}, key=lambda name: (-len(name), name)))
