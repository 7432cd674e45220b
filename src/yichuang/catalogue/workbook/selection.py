"""Selection: which standing items a workbook is made of."""

from yichuang.catalogue import store
from yichuang.catalogue.domain.states import STANDING
from yichuang.catalogue.models import ImplementationItem
from yichuang.catalogue.workbook.export import export_workbook


def export(*, division: str = "", organisation: str = "") -> bytes:
    """Return the workbook of the standing items of a division or of one organisation, by organisation and code."""
    rows = ImplementationItem.objects.filter(state__in=STANDING).order_by("organisation_code", "item_code", "id")
    if division:
        rows = rows.filter(division=division)
    if organisation:
        rows = rows.filter(organisation_code=organisation)
    return export_workbook(list(store.read(rows).values()))
