"""Places: the departments that have items in a division."""

from yichuang.catalogue.queries import list_departments


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
