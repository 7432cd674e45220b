"""Our own organisations as other systems write them: by unified social credit code, by our code, by name."""

from collections import Counter
from datetime import date

from yichuang.catalogue.queries import get_terms
from yichuang.regions.queries import list_organisations

_CREDIT_CODE = slice(0, 18)


def organisations_by_name(*, on: date) -> dict[str, str]:
    """Return the organisation code by everything that names exactly one organisation of a day."""
    rows = list_organisations(on=on)
    names = Counter(name for row in rows for name in {row.name, row.short_name})
    found = {name: row.code for row in rows for name in (row.name, row.short_name) if names[name] == 1}
    for (organisation, _item), terms in get_terms(on=on).items():
        found |= {organisation: organisation, terms.implementation_code[_CREDIT_CODE]: organisation}
    for row in rows:
        found |= {row.code: row.code, row.uscc: row.code}
    found.pop("", None)
    return found
