"""Terms: what the catalogue promises for an item, in the shape that decisions need."""

from datetime import date

from msgspec.structs import replace

from yichuang.cases.domain.clocks import Limit, Unit
from yichuang.cases.domain.decide import Terms
from yichuang.cases.domain.listed import UNLISTED, Listed
from yichuang.catalogue.queries import get_item_guide, get_terms_register
from yichuang.catalogue.values import ItemTerms, ItemUnknown


class TermsBook:
    """Terms of every item on any day, looked up once for a command or a batch: no query per act."""

    __slots__ = ("_listed", "_register", "_translated")

    def __init__(self) -> None:
        self._register = get_terms_register()
        # By identity: the register, which this book holds, keeps each alive.
        self._translated: dict[int, Terms] = {}
        self._listed: dict[int, Listed] = {}

    def find(
        self, *, organisation: str, item: str, on: date, received_on: date | None = None, with_fees: bool = False
    ) -> Terms | None:
        """Return the terms that the organisation's published item has on a day, or None.

        An item that was cancelled meanwhile still binds the cases received before: they keep the terms of the
        day of their receipt. `with_fees` looks up the names of the fees too, which few acts ask for.
        """
        day = on
        found = self._register.find(organisation, item, day)
        if found is None and received_on is not None:
            day = received_on
            found = self._register.find(organisation, item, day)
        if found is None:
            return None
        terms = self._translated.get(id(found))
        if terms is None:
            terms = self._translated[id(found)] = _translate(item, found)
        return replace(terms, fees=list_fees(organisation=organisation, item=item, on=day)) if with_fees else terms

    def listed(self, *, organisation: str, item: str, on: date) -> Listed:
        """Return how many materials the item asks for on a day and whether its fee is fixed."""
        found = self._register.find(organisation, item, on)
        if found is None:
            return UNLISTED
        listed = self._listed.get(id(found))
        if listed is None:
            listed = Listed(len(found.required_materials), any(fee.fixed for fee in found.fees))
            self._listed[id(found)] = listed
        return listed


def list_fees(*, organisation: str, item: str, on: date) -> tuple[str, ...]:
    """Return the names of the fees that an item's implementation list has on a day (行政许可法第五十九条)."""
    try:
        guide = get_item_guide(code=item, organisation=organisation, on=on)
    except ItemUnknown:
        return ()
    return tuple(fee.name for fee in guide.content.fees)


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
        key_materials=frozenset(found.key_materials),
        required_materials=tuple(found.required_materials),
        promisable=frozenset(found.promisable),
    )
