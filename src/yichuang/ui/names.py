"""Names of what pages speak of: places, departments, organisations and items on a day.

Stands between the codes in figures and the words on pages; kept per process by the versions of the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yichuang.catalogue import queries as catalogue
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.regions import queries as regions
from yichuang.regions.values import DivisionNotKnown, DivisionTree, Level

_KEPT = 16


class DepartmentNotKnown(Refusal):
    """No department of this key on that day."""

    sentence = N_("{on}没有代号为“{key}”的部门")
    remedy = N_("请从总览页的部门一览进入；2015年的部门以2015年的名称列出")


@dataclass(frozen=True, slots=True)
class Names:
    """Names on one day; a code without a name is shown as it is."""

    on: date
    tree: DivisionTree
    departments: Mapping[str, str]
    organisations: Mapping[str, str]
    centres: Mapping[str, str]
    # Of all times, since a case of 2015 is read today: places, and what a key of a body stands for.
    places: Mapping[str, str]
    kinds: Mapping[str, str]

    @property
    def city(self) -> str:
        """Give the code of the city, "" before any data was loaded."""
        return next(iter(self.tree.levels[Level.CITY]), "")

    @property
    def counties(self) -> tuple[str, ...]:
        """Give the codes figures are counted under: the city's own level, then counties and zones."""
        levels = self.tree.levels
        return (*levels[Level.CITY], *levels[Level.COUNTY], *levels[Level.ZONE])

    def division(self, code: str) -> str:
        """Return the name of a division; a county and the city also have one in English."""
        return _(self.tree.name_of(code)) if code in self.tree else code

    def county(self, code: str) -> str:
        """Name what figures are counted under: the city's own level is not the whole city."""
        name = self.division(code)
        return _("%(city)s本级") % {"city": name} if code == self.city else name

    def place(self, *, county: str, town: str = "") -> str:
        """Name where a case belongs: its town where it has one."""
        return self.division(town) if town else self.county(county)

    def department(self, key: str) -> str:
        """Return the name of a department without its place, also of one that another day had."""
        name = self.departments.get(key) or self.kinds.get(key)
        return _(name) if name else key

    def organisation(self, code: str) -> str:
        """Return the full name of an organisation, put together anew where the reader's language is another."""
        return self._named(code, self.organisations.get(code, code))

    def body(self, code: str) -> str:
        """Return the name of an organisation or of a centre, whichever the code is of."""
        return self._named(code, self.centres[code]) if code in self.centres else self.organisation(code)

    def _named(self, code: str, own: str) -> str:
        division, _dash, key = code.partition("-")
        kind = self.kinds.get(key)
        if (get_language() or "zh").startswith("zh") or division not in self.places or kind is None:
            return own
        return _("%(place)s%(name)s") % {"place": _(self.places[division]), "name": _(kind)}

    def require_county(self, code: str) -> None:
        """Refuse a code under which no figures are counted; raises DivisionNotKnown."""
        if code not in self.counties:
            raise DivisionNotKnown(code=code, on=self.on.isoformat())

    def require_department(self, key: str) -> None:
        """Refuse a key that no department has; raises DepartmentNotKnown."""
        if key not in self.departments:
            raise DepartmentNotKnown(key=key, on=self.on.isoformat())


def get_names(*, on: date) -> Names:
    """Return the names of a day (two queries when kept)."""
    return _names(on, regions.get_data_version())


@lru_cache(maxsize=_KEPT)
def _names(on: date, version: str) -> Names:  # noqa: ARG001 - the version is part of the key
    tree = regions.get_tree(on=on)
    departments: dict[str, str] = {}
    # The city's own organisation comes first in the order of codes and gives the department its name.
    for row in regions.list_organisations(on=on, departments_only=True):
        place = tree.name_of(row.division) if row.division in tree else ""
        departments.setdefault(row.department_key, row.name.removeprefix(place))
    centres = {row.code: row.name for row in regions.list_centres(on=on)}
    organisations = regions.get_organisation_names()
    places = {code: division.name for code, division in regions.get_division_register().items()}
    return Names(on, tree, departments, organisations, centres, places, _kinds({**organisations, **centres}, places))


def _kinds(bodies: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """Return what each key of a code stands for: the name, without its place, of the first body that has the key."""
    kinds: dict[str, str] = {}
    for code, name in sorted(bodies.items()):
        division, _dash, key = code.partition("-")
        kinds.setdefault(key, name.rpartition(places.get(division, name))[2] or name)
    return kinds


@dataclass(frozen=True, slots=True)
class ItemNames:
    """Names of items on one day, by main item code, and which departments exercise them."""

    names: Mapping[str, str]
    by_department: Mapping[str, frozenset[str]]

    def item(self, code: str) -> str:
        """Return the name of an item."""
        return self.names.get(code, code)

    def departments_of(self, code: str) -> set[str]:
        """Return the keys of the departments that exercise an item anywhere."""
        return {key for key, items in self.by_department.items() if code in items}

    def of_department(self, key: str) -> frozenset[str]:
        """Return the codes of the items that a department exercises anywhere."""
        return self.by_department.get(key, frozenset())


def get_item_names(*, on: date) -> ItemNames:
    """Return the names of items on a day (one query when kept)."""
    return _item_names(on, catalogue.data_version())


@lru_cache(maxsize=_KEPT)
def _item_names(on: date, version: int) -> ItemNames:  # noqa: ARG001 - the version is part of the key
    names: dict[str, str] = {}
    departments: dict[str, set[str]] = {}
    for (organisation, item), terms in catalogue.get_terms(on=on).items():
        names.setdefault(item, terms.name)
        departments.setdefault(organisation.partition("-")[2], set()).add(item)
    return ItemNames(names, {key: frozenset(items) for key, items in departments.items()})
