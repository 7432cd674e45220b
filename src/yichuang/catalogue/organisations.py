"""Organisations: between the regions context and the exercisers that the catalogue writes lists for."""

from datetime import date

from yichuang.catalogue.domain.source import Exerciser
from yichuang.regions import queries
from yichuang.regions.values import Level, OrganisationKind

_NATURES = {OrganisationKind.AGENCY: "1", OrganisationKind.INSTITUTION: "2"}
_OTHER_NATURE = "9"
_TIERS = {Level.CITY: "city", Level.COUNTY: "county", Level.ZONE: "county", Level.TOWN: "town"}


def list_exercisers(*, on: date) -> tuple[Exerciser, ...]:
    """Return every organisation that stands on a day, city first, in the order of division and department number."""
    tree = queries.get_tree(on=on)
    centres = {centre.division: centre for centre in queries.list_centres(on=on)}
    exercisers = []
    for row in queries.list_organisations(on=on):
        if row.division not in tree:
            continue
        centre = centres.get(row.division)
        exercisers.append(
            Exerciser(
                code=row.code,
                name=row.name,
                uscc=row.uscc,
                department=row.department_key,
                division=row.division,
                division_name=tree.name_of(row.division),
                tier=_TIERS[tree.level_of(row.division)],
                nature=_NATURES.get(row.kind, _OTHER_NATURE),
                centre=centre.code if centre else "",
                place=f"{centre.name}{row.short_name}窗口" if centre else "",
            )
        )
    return tuple(exercisers)
