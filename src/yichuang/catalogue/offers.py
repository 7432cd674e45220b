"""Offers: what each organisation offers over its counters on a day, and since when in which centre.

One look at the whole catalogue, in four queries, for whoever needs all of it at once.
"""

from collections import defaultdict
from datetime import date

from yichuang.catalogue.domain import codes
from yichuang.catalogue.force import in_force
from yichuang.catalogue.models import CentreEntry, HandlingItem, ImplementationItem, Material
from yichuang.catalogue.values import Entry, ItemOffer

_OBJECT_KEYS = {codes.OBJECTS.value(entry): entry.key for entry in codes.OBJECTS}
_CHANNEL_KEYS = {codes.CHANNELS.value(entry): entry.key for entry in codes.CHANNELS}


def list_offers(*, on: date) -> tuple[ItemOffer, ...]:
    """Return every item in force on a day with its handling items, their entries and its required materials.

    Entries are all there ever were, so that a caller can follow a centre through a period. In the order of
    organisation and main item.
    """
    standing = ImplementationItem.objects.filter(in_force(on))
    entries: dict[str, list[Entry]] = defaultdict(list)
    rows = CentreEntry.objects.order_by("handling_code", "entered_on", "pk")
    for code, centre, entered_on, left_on in rows.values_list("handling_code", "centre", "entered_on", "left_on"):
        entries[code].append(Entry(centre=centre, entered_on=entered_on, left_on=left_on))
    handling: dict[int, list[tuple[str, tuple[Entry, ...]]]] = defaultdict(list)
    items = HandlingItem.objects.filter(item__in=standing).order_by("item_id", "position")
    for item, code, full_code in items.values_list("item_id", "code", "full_code"):
        handling[item].append((code, tuple(entries[full_code])))
    materials: dict[int, list[str]] = defaultdict(list)
    needed = Material.objects.filter(item__in=standing, required=True).order_by("item_id", "position")
    for item, name in needed.values_list("item_id", "name"):
        materials[item].append(name)
    columns = ("pk", "organisation_code", "item_code", "division", "level", "objects_served", "channels", "convenience")
    return tuple(
        ItemOffer(
            organisation_code=organisation,
            item_code=item_code,
            division=division,
            level=level,
            objects=tuple(_OBJECT_KEYS.get(code, code) for code in objects),
            channels=tuple(_CHANNEL_KEYS.get(code, code) for code in channels),
            convenience=convenience,
            handling=tuple(handling[pk]),
            materials=tuple(materials[pk]),
        )
        for pk, organisation, item_code, division, level, objects, channels, convenience in standing.order_by(
            "organisation_code", "item_code", "pk"
        ).values_list(*columns)
    )
