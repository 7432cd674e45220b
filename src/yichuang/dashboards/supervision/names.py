"""Names over time: what a place or a department is called today or, once it is gone, was called last.

A list of findings mixes years: a county that became a city and a department that was merged still have cases.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from yichuang.regions.queries import get_data_version, get_division_register
from yichuang.ui.names import ItemNames, Names, get_item_names, get_names

# Before that there are no cases.
_FIRST_YEAR = 2013
_COUNTY = 6
_KEPT = 32


@lru_cache(maxsize=_KEPT)
def _names_of(year: int, version: str) -> Names:  # noqa: ARG001 - the version is part of the key
    return get_names(on=date(year, 7, 1))


@dataclass(frozen=True)
class NamesOverTime:
    """The names of a day, with those of the years before it for what has none today."""

    today: Names
    items: ItemNames
    version: str

    def _years(self) -> Iterator[Names]:
        yield self.today
        for year in range(self.today.on.year - 1, _FIRST_YEAR, -1):
            yield _names_of(year, self.version)

    def _knowing(self, known: Callable[[Names], bool]) -> Names:
        return next((names for names in self._years() if known(names)), self.today)

    def _of_place(self, code: str) -> Names:
        return self._knowing(lambda names: code in names.tree)

    @property
    def city(self) -> str:
        """Give the code of the city, "" before any data was loaded."""
        return self.today.city

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """Give the codes that findings may stand under: the city's own level and every county there ever was."""
        prefix = self.city.removesuffix("00")
        codes = {code for code in get_division_register() if len(code) == _COUNTY and code.startswith(prefix)}
        return tuple(sorted(codes)) if prefix else ()

    @property
    def departments(self) -> tuple[str, ...]:
        """Give the keys of the departments that exercise items or stand on the register."""
        return tuple(sorted({*self.today.departments, *self.items.by_department}))

    def division(self, code: str) -> str:
        """Return the name of a division."""
        return self._of_place(code).division(code)

    def county(self, code: str) -> str:
        """Name what figures are counted under."""
        return self._of_place(code).county(code)

    def place(self, *, county: str, town: str = "") -> str:
        """Name where something belongs: its town where it has one."""
        return self.division(town) if town else self.county(county)

    def department(self, key: str) -> str:
        """Return the name of a department without its place."""
        return self._knowing(lambda names: key in names.departments).department(key)

    def organisation(self, code: str) -> str:
        """Return the full name of an organisation."""
        division, _dash, key = code.partition("-")
        return self._knowing(lambda names: division in names.tree and key in names.departments).organisation(code)

    def body(self, code: str) -> str:
        """Return the name of an organisation or of a centre, whichever the code is of."""
        names = self._knowing(lambda names: code in names.centres)
        return names.centres[code] if code in names.centres else self.organisation(code)


def get_names_over_time(*, on: date) -> NamesOverTime:
    """Return the names of a day and of the years before it (four queries when kept)."""
    return NamesOverTime(get_names(on=on), get_item_names(on=on), get_data_version())
