"""Knowing: what the installation itself knows of items and organisations, as a draft asks for it."""

from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from yichuang.exchange.domain.drafting.matching import Knowledge
from yichuang.exchange.domain.drafting.seen import KnownItem, KnownOrganisation

_ALIKE = 88
_ITEM_LENGTHS = {31, 33}


class Known(NamedTuple):
    """The items of the catalogue and the organisations, as they stand on the day of the draft."""

    items: tuple[KnownItem, ...] = ()
    organisations: tuple[KnownOrganisation, ...] = ()


def knowledge_of(known: Known) -> Knowledge | None:
    """Return the questions that matching asks about a value; None where nothing is known."""
    if not known.items:
        return None
    item_names = list(dict.fromkeys(utils.default_process(item.name) for item in known.items))
    organisation_names = list(dict.fromkeys(utils.default_process(one.name) for one in known.organisations))
    main = {item.code for item in known.items}
    whole = {item.implementation_code for item in known.items} - {""}
    codes = {one.uscc for one in known.organisations} | {one.code for one in known.organisations}

    def named(value: str, names: list[str]) -> bool:
        wanted = utils.default_process(value)
        return (
            len(wanted) >= 4 and process.extractOne(wanted, names, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None
        )

    return Knowledge(
        item_code=lambda value: value in whole or value[:31] in whole or (len(value) == 5 and value in main),
        item_name=lambda value: named(value, item_names),
        organisation_code=lambda value: value in codes,
        organisation_name=lambda value: named(value, organisation_names),
    )
