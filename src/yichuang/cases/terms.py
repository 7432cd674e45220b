"""Terms: what the catalogue promises for an item, in the shape that decisions need."""

from datetime import date
from functools import lru_cache

from yichuang.cases.domain.clocks import Limit, Unit
from yichuang.cases.domain.decide import Terms
from yichuang.catalogue.queries import get_terms
from yichuang.catalogue.values import ItemTerms


def find_terms(*, organisation: str, item: str, on: date) -> Terms | None:
    """Return the terms that the organisation's published item has on a day, or None."""
    found = get_terms(on=on).get((organisation, item))
    return None if found is None else _translate(item, found)


@lru_cache(maxsize=20_000)
def _translate(item: str, found: ItemTerms) -> Terms:
    return Terms(
        item=item,
        name=found.name,
        implementation_code=found.implementation_code,
        item_type=found.type,
        kind=found.kind,
        statutory=None if found.statutory_amount is None else Limit(found.statutory_amount, Unit(found.statutory_unit)),
        promised=Limit(found.promised_amount, Unit(found.promised_unit)),
        special_procedures=frozenset(found.special_procedures),
        joint=found.joint,
    )
