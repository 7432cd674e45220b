"""Coverage: between the power lists and the entries of the centres (凡批必进). Answers what is still outside."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yichuang.catalogue.domain.states import State
from yichuang.catalogue.force import in_force, standing_entry
from yichuang.catalogue.models import CatalogueItem, CentreEntry, HandlingItem, ImplementationItem, PowerListEntry
from yichuang.catalogue.values import CoverageRow, GapRow


def count_entered(*, centre: str, on: date) -> int:
    """Return how many handling items stand in a centre on a day (对外受理事项数)."""
    return CentreEntry.objects.filter(standing_entry(on), centre=centre).count()


def list_entered(*, centre: str, on: date) -> tuple[str, ...]:
    """Return the codes of the handling items that stand in a centre on a day, in order."""
    rows = CentreEntry.objects.filter(standing_entry(on), centre=centre)
    return tuple(rows.order_by("handling_code", "pk").values_list("handling_code", flat=True))


def _listed(division: str, on: date) -> QuerySet[Any]:
    """Return the handling items, in force on a day, of the items on the power lists of a division."""
    powers = PowerListEntry.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
        published_on__lte=on,
        organisation_code=OuterRef("item__organisation_code"),
        catalogue_code=OuterRef("item__catalogue_code"),
    )
    entered = CentreEntry.objects.filter(standing_entry(on), handling_code=OuterRef("full_code"))
    return (
        HandlingItem.objects.filter(in_force(on, prefix="item__"), Exists(powers), item__division=division)
        .annotate(entered=Exists(entered))
        .order_by("item__organisation_code", "full_code", "pk")
    )


def list_gaps(*, division: str, on: date) -> tuple[GapRow, ...]:
    """Return by name every handling item that is on a power list of a division but in no centre (应进未进)."""
    rows = (
        _listed(division, on)
        .filter(entered=False)
        .values_list(
            "item__organisation_code",
            "item__organisation_name",
            "item__item_code",
            "item__name",
            "full_code",
            "name",
        )
    )
    return tuple(
        GapRow(
            organisation_code=organisation,
            organisation_name=organisation_name,
            item_code=item,
            item_name=item_name,
            handling_code=code,
            handling_name=name,
        )
        for organisation, organisation_name, item, item_name, code, name in rows
    )


def coverage(*, division: str, on: date) -> tuple[CoverageRow, ...]:
    """Return for each organisation of a division how many listed handling items it has and how many entered."""
    counts: dict[tuple[str, str], list[int]] = {}
    rows = _listed(division, on).values_list("item__organisation_code", "item__organisation_name", "entered")
    for code, name, entered in rows:
        count = counts.setdefault((code, name), [0, 0])
        count[0] += 1
        count[1] += bool(entered)
    return tuple(
        CoverageRow(organisation_code=code, organisation_name=name, listed=listed, entered=entered)
        for (code, name), (listed, entered) in counts.items()
    )


def list_cancelled_but_active(*, on: date) -> tuple[tuple[str, str, str], ...]:
    """Return (organisation, catalogue code, name) of items exercised under a cancelled code (应取消未取消)."""
    cancelled = CatalogueItem.objects.filter(state=State.CANCELLED, effective_until__lte=on).values("code")
    standing = CatalogueItem.objects.filter(in_force(on)).values("code")
    rows = ImplementationItem.objects.filter(in_force(on), catalogue_code__in=cancelled).exclude(
        catalogue_code__in=standing
    )
    return tuple(
        (organisation, code, name)
        for organisation, code, name in rows.order_by("organisation_code", "catalogue_code", "pk").values_list(
            "organisation_code", "catalogue_code", "name"
        )
    )
