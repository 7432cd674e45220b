"""Queries of the catalogue: reads that return values or a page of rows, never a model.

Answer what an item asks of people, where it is handled, what stands in a centre and what should but does not.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from yichuang.catalogue import audit, store
from yichuang.catalogue.coverage import count_entered, coverage, list_cancelled_but_active, list_entered, list_gaps
from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.states import STANDING, State
from yichuang.catalogue.force import in_force, standing_entry
from yichuang.catalogue.models import CentreEntry, HandlingItem, ImplementationItem
from yichuang.catalogue.offers import list_offers
from yichuang.catalogue.refusals import ItemUnknown
from yichuang.catalogue.terms import Terms, TermsRegister
from yichuang.catalogue.terms import get_register as _get_register
from yichuang.catalogue.values import Department, ItemGuide, ItemRow
from yichuang.kernel.page import Page

__all__ = [
    "count_entered",
    "coverage",
    "data_version",
    "export_items",
    "find_item",
    "get_item_guide",
    "get_terms",
    "get_terms_register",
    "list_cancelled_but_active",
    "list_departments",
    "list_entered",
    "list_gaps",
    "list_offers",
    "list_themes",
    "page_items",
]

IMPLEMENTATION_LENGTH = 31
HANDLING_LENGTH = 33
MAIN_ITEM_LENGTH = 5
PAGE = 50


def data_version() -> int:
    """Return a number that differs whenever the catalogue data differ; for keys of caches."""
    return audit.data_version()


def get_terms_register() -> TermsRegister:
    """Return the terms of every item on any day, from memory while no act changed the catalogue."""
    return _get_register()


def get_terms(*, on: date) -> Terms:
    """Return what cases must know of every item in force on a day, by (organisation code, main item code)."""
    return _get_register().standing(on)


def _standing(code: str, organisation: str, on: date | None) -> QuerySet[ImplementationItem]:
    rows = ImplementationItem.objects.order_by("-version")
    rows = rows.filter(state__in=STANDING) if on is None else rows.filter(in_force(on))
    if len(code) in {IMPLEMENTATION_LENGTH, HANDLING_LENGTH}:
        rows = rows.filter(implementation_code=code[:IMPLEMENTATION_LENGTH])
    elif len(code) == MAIN_ITEM_LENGTH:
        rows = rows.filter(item_code=code)
    else:
        rows = rows.filter(catalogue_code=code)
    return rows.filter(organisation_code=organisation) if organisation else rows


def find_item(*, code: str, organisation: str = "", on: date | None = None) -> ItemRow | None:
    """Return the item under an implementation code (31), or under a main item (5) or catalogue code (12) of an
    organisation; None where none stands. Without `on` it is the version that stands now.
    """
    if not organisation and len(code) < IMPLEMENTATION_LENGTH:
        return None
    rows = _item_rows(_standing(code, organisation, on)[:1])
    return rows[0] if rows else None


def get_item_guide(*, code: str, organisation: str = "", on: date | None = None) -> ItemGuide:
    """Return the guide (办事指南) of an item or of one handling item (code of 33); refuses with `ItemUnknown`."""
    if not organisation and len(code) < IMPLEMENTATION_LENGTH:
        raise ItemUnknown(code=code)
    row = _standing(code, organisation, on).first()
    if row is None:
        raise ItemUnknown(code=code)
    content = store.read_one(row)
    handling = None
    if len(code) == HANDLING_LENGTH:
        handling = next((h for h in content.handling_items if h.code == code[IMPLEMENTATION_LENGTH:]), None)
        if handling is None:
            raise ItemUnknown(code=code)
    entered = CentreEntry.objects.filter(
        handling_code__in=[content.implementation_code + h.code for h in content.handling_items]
    )
    entered = entered.filter(left_on__isnull=True) if on is None else entered.filter(standing_entry(on))
    return ItemGuide(
        content=content,
        version=row.version,
        state=row.state,
        effective_on=row.effective_on,
        type_name=codes.TYPES.name(content.type_code),
        level_name=codes.LEVELS.name(content.level),
        kind_name=codes.KINDS.name(content.kind),
        review_name=codes.REVIEWS.name(content.review),
        promised_unit_name=codes.UNITS.name(content.promised_unit),
        statutory_unit_name=codes.UNITS.name(content.statutory_unit),
        result_type_name=codes.RESULT_TYPES.name(content.result_type),
        object_names=codes.OBJECTS.names(content.objects_served),
        channel_names=codes.CHANNELS.names(content.channels),
        special_procedure_names=codes.SPECIAL_PROCEDURES.names(content.special_procedures),
        handling=handling,
        handling_codes=tuple((content.implementation_code + h.code, h.name) for h in content.handling_items),
        centres=tuple(entered.order_by("centre").values_list("centre", flat=True).distinct()),
    )


def _item_rows(rows: Iterable[ImplementationItem]) -> tuple[ItemRow, ...]:
    """Return the rows of a page as values; handling items are counted for these rows only."""
    found = list(rows)
    counted = HandlingItem.objects.filter(item__in=[row.pk for row in found]).order_by().values_list("item_id")
    counts = dict(counted.annotate(Count("pk")))
    return tuple(_item_row(row, counts.get(row.pk, 0)) for row in found)


def _item_row(row: ImplementationItem, handling_count: int) -> ItemRow:
    return ItemRow(
        implementation_code=row.implementation_code,
        item_code=row.item_code,
        organisation_code=row.organisation_code,
        organisation_name=row.organisation_name,
        division=row.division,
        division_name=row.division_name,
        name=row.name,
        type_code=row.type_code,
        type_name=codes.TYPES.name(row.type_code),
        kind=row.kind,
        kind_name=codes.KINDS.name(row.kind),
        promised_amount=row.promised_amount,
        promised_unit=row.promised_unit,
        promised_unit_name=codes.UNITS.name(row.promised_unit),
        themes=tuple(row.themes),
        handling_count=handling_count,
        online_depth=row.online_depth,
        visits=row.visits,
        convenience=row.convenience,
        state=row.state,
        version=row.version,
    )


def _ranked(rows: QuerySet[ImplementationItem], search: str) -> QuerySet[Any]:
    """Keep what holds the words and rank it: name begins with them, name holds them, a handling item or department."""
    handling = HandlingItem.objects.filter(name__icontains=search).values("item_id")
    found = Q(name__icontains=search) | Q(organisation_name__icontains=search) | Q(pk__in=handling)
    rank = Case(
        When(name__istartswith=search, then=Value(0)),
        When(name__icontains=search, then=Value(1)),
        When(pk__in=handling, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.filter(found).annotate(rank=rank)


def page_items(
    *,
    search: str = "",
    department: str = "",
    division: str = "",
    type: str = "",
    theme: str = "",
    after: str = "",
    limit: int = PAGE,
    on: date | None = None,
    with_total: bool = False,
) -> Page[ItemRow]:
    """Return one page of the items that stand, best match first, then by main item and division.

    `department` is an organisation code or a department key, `division` a code (a six-digit code without its towns),
    `type` a code of A.1, `theme` a whole theme. `after` is the `next_after` of the page before. Without `on`: now.
    """
    rows = ImplementationItem.objects.all()
    rows = rows.filter(state=State.PUBLISHED) if on is None else rows.filter(in_force(on))
    if department:
        match = (
            Q(organisation_code=department) if "-" in department else Q(organisation_code__endswith="-" + department)
        )
        rows = rows.filter(match)
    if division:
        rows = rows.filter(division=division)
    if type:
        rows = rows.filter(type_code=type)
    if theme:
        # SQLite cannot ask whether a JSON list contains a value.
        rows = rows.filter(pk__in=_with_theme(rows, theme))
    search = search.strip()
    ranked = _ranked(rows, search) if search else rows.annotate(rank=Value(0, output_field=IntegerField()))
    total = ranked.count() if with_total else None
    page = ranked.order_by("rank", "item_code", "division", "organisation_code", "id")
    if after:
        page = page.filter(_beyond(after))
    found = list(page[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(rows=_item_rows(found), next_after=_cursor(found[-1]) if more else "", total=total)


_ORDER = ("rank", "item_code", "division", "organisation_code", "id")


def _cursor(row: Any) -> str:
    return "|".join(str(getattr(row, name)) for name in _ORDER)


def _beyond(after: str) -> Q:
    """Return the condition "sorts after the cursor"; a cursor that somebody made up begins at the beginning."""
    texts = after.split("|")
    if len(texts) != len(_ORDER) or not (texts[0].isdecimal() and texts[-1].isdecimal()):
        return Q()
    values: list[Any] = [int(texts[0]), *texts[1:-1], int(texts[-1])]
    condition, equal = Q(pk__in=[]), Q()
    for name, value in zip(_ORDER, values, strict=True):
        condition |= equal & Q(**{f"{name}__gt": value})
        equal &= Q(**{name: value})
    return condition


def _with_theme(rows: QuerySet[ImplementationItem], theme: str) -> Sequence[int]:
    return [pk for pk, themes in rows.values_list("pk", "themes") if theme in themes]


def list_themes(*, division: str = "") -> tuple[str, ...]:
    """Return every theme of the items that stand, most used first."""
    rows = ImplementationItem.objects.filter(state=State.PUBLISHED)
    if division:
        rows = rows.filter(division=division)
    counts: dict[str, int] = {}
    for themes in rows.values_list("themes", flat=True):
        for theme in themes:
            counts[theme] = counts.get(theme, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def list_departments(*, division: str = "") -> tuple[Department, ...]:
    """Return the organisations that exercise items, with how many, in the order of division and code."""
    rows = ImplementationItem.objects.filter(state=State.PUBLISHED)
    if division:
        rows = rows.filter(division=division)
    counted = (
        rows.order_by()
        .values("division", code=F("organisation_code"), organisation=F("organisation_name"))
        .annotate(items=Count("pk"))
        .order_by("division", "code", "organisation")
    )
    return tuple(
        Department(
            organisation_code=row["code"],
            organisation_name=row["organisation"],
            division=row["division"],
            items=row["items"],
        )
        for row in counted
    )


def export_items(*, division: str = "", organisation: str = "") -> bytes:
    """Return the standing items of a division or an organisation as an .xlsx file that `import_workbook` reads back."""
    from yichuang.catalogue.workbook.selection import export  # the writer of workbooks is slow to import

    return export(division=division, organisation=organisation)
