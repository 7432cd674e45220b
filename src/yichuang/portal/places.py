"""Places: what the filters of the catalogue offer: divisions, and the departments that have items there."""

from datetime import date

from django.utils.translation import gettext as _

from yichuang.catalogue.queries import list_departments
from yichuang.regions.queries import get_tree
from yichuang.regions.values import Level


def divisions(*, on: date) -> list[tuple[str, str]]:
    """Return (code, name) of the city, then its counties and zones."""
    tree = get_tree(on=on)
    codes = [code for level in (Level.CITY, Level.COUNTY, Level.ZONE) for code in tree.levels[level]]
    return [(code, _(tree.name_of(code))) for code in codes]


def departments(*, division: str) -> list[tuple[str, str]]:
    """Return (key or code, name) of the departments with items: of a division, else one line for all of a kind."""
    rows = list_departments(division=division)
    if division:
        return [(row.organisation_code, row.organisation_name) for row in rows]
    found: dict[str, str] = {}
    for row in rows:
        # The city's own organisation comes first and gives the kind its name.
        found.setdefault(row.organisation_code.partition("-")[2], row.organisation_name)
    return sorted(found.items(), key=lambda pair: pair[1])
