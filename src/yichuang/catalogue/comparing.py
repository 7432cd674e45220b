"""Comparing: every item of every organisation as all lists have it on a day: power list, centre, catalogue, promise.

For those who hold use against lists (应进未进、应取消未取消); one query a list.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from yichuang.catalogue.domain.states import State
from yichuang.catalogue.force import in_force, standing_entry
from yichuang.catalogue.models import CatalogueItem, CentreEntry, ImplementationItem, PowerListEntry
from yichuang.catalogue.values import ItemStanding

# Two of the province or country and two of the type stand before the main item of a catalogue code.
_MAIN_ITEM = slice(4, 9)
_IMPLEMENTATION_LENGTH = 31


def list_item_standings(*, on: date) -> tuple[ItemStanding, ...]:
    """Return every item that stands on some list of some organisation on a day, by organisation and item."""
    items: dict[tuple[str, str], ItemStanding] = {}

    def at(organisation: str, item: str) -> ItemStanding:
        return items.setdefault((organisation, item), ItemStanding(organisation, item))

    powers = PowerListEntry.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on), published_on__lte=on
    ).order_by("organisation_code", "catalogue_code", "pk")
    for organisation, code in powers.values_list("organisation_code", "catalogue_code"):
        at(organisation, code[_MAIN_ITEM]).listed = True
    cancelled, places = _cancelled(on), {}
    for row in _versions(on):
        standing = at(row["organisation_code"], row["item_code"])
        places[row["implementation_code"]] = standing
        if not standing.standing:
            standing.standing = True
            standing.kind = row["kind"]
            standing.promised_amount, standing.promised_unit = row["promised_amount"], row["promised_unit"]
            standing.statutory_amount, standing.statutory_unit = row["statutory_amount"], row["statutory_unit"]
        day = cancelled.get(row["catalogue_code"])
        if day is not None:
            standing.cancelled_on = day
    entries = CentreEntry.objects.filter(standing_entry(on)).order_by("handling_code", "pk")
    for handling, entered_on in entries.values_list("handling_code", "entered_on"):
        standing_here = places.get(handling[:_IMPLEMENTATION_LENGTH])
        if standing_here is not None:
            known = standing_here.entered_on
            standing_here.entered_on = entered_on if known is None else min(known, entered_on)
    return tuple(items[key] for key in sorted(items))


def _versions(on: date) -> Iterator[dict[str, Any]]:
    rows = ImplementationItem.objects.filter(in_force(on)).order_by("organisation_code", "item_code", "-version", "-id")
    yield from rows.values(
        "organisation_code",
        "item_code",
        "implementation_code",
        "catalogue_code",
        "kind",
        "promised_amount",
        "promised_unit",
        "statutory_amount",
        "statutory_unit",
    ).iterator(chunk_size=5_000)


def _cancelled(on: date) -> dict[str, date]:
    """Return the catalogue codes that were cancelled by a day and do not stand on it, with the day from which."""
    gone = CatalogueItem.objects.filter(state=State.CANCELLED, effective_until__lte=on)
    standing = set(CatalogueItem.objects.filter(in_force(on)).values_list("code", flat=True))
    rows = gone.order_by("code", "effective_until", "pk").values_list("code", "effective_until")
    return {code: until for code, until in rows if code not in standing}
