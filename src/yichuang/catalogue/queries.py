"""Queries of the catalogue: reads that return values or a page of rows, never a model.

Answer what an item asks of people, where it is handled, what stands in a centre and what should but does not.
"""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Count, F, QuerySet

from yichuang.catalogue import audit, store
from yichuang.catalogue.administration import list_versions, page_versions
from yichuang.catalogue.comparing import list_item_standings
from yichuang.catalogue.coverage import count_entered, coverage, list_cancelled_but_active, list_entered, list_gaps
from yichuang.catalogue.domain import codes
from yichuang.catalogue.domain.intake import (
    WITHOUT_PAPER_FROM,
    Intake,
    IntakeContent,
    MaterialNeed,
    Situation,
    complete,
    in_language,
    situate,
)
from yichuang.catalogue.domain.states import STANDING, State
from yichuang.catalogue.domain.wording import LifeEvent
from yichuang.catalogue.force import in_force, standing_entry
from yichuang.catalogue.guidance import get_guidance
from yichuang.catalogue.listing import COLUMNS, Filter, get_listing, read_row
from yichuang.catalogue.models import CentreEntry, HandlingItem, ImplementationItem
from yichuang.catalogue.offers import list_offers
from yichuang.catalogue.refusals import ItemUnknown
from yichuang.catalogue.terms import Terms, TermsRegister
from yichuang.catalogue.terms import get_register as _get_register
from yichuang.catalogue.values import Department, ItemGuide, ItemRow, Suggestion
from yichuang.kernel.page import Page

__all__ = [
    "count_entered",
    "coverage",
    "data_version",
    "export_items",
    "find_item",
    "get_intake",
    "get_item_guide",
    "get_situation",
    "get_terms",
    "get_terms_register",
    "list_cancelled_but_active",
    "list_departments",
    "list_entered",
    "list_gaps",
    "list_item_standings",
    "list_life_events",
    "list_offers",
    "list_themes",
    "list_versions",
    "narrow",
    "page_items",
    "page_versions",
    "search_items",
    "suggest_items",
]

IMPLEMENTATION_LENGTH = 31
HANDLING_LENGTH = 33
MAIN_ITEM_LENGTH = 5
# 18 of the credit code, the level, province and type stand before it (GB/T 39554.1-2020).
_MAIN_ITEM = slice(23, 28)
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
    found = _standing(code, organisation, on).values(*COLUMNS).first()
    return None if found is None else read_row(found, HandlingItem.objects.filter(item=found["id"]).count())


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


def page_items(
    *,
    search: str = "",
    department: str = "",
    division: str = "",
    type: str = "",
    theme: str = "",
    audience: str = "",
    after: str = "",
    limit: int = PAGE,
    on: date | None = None,
    with_total: bool = False,
) -> Page[ItemRow]:
    """Return one page of the items that stand, best match first, then by main item and division.

    `department` is an organisation code or a department key, `division` a code (a six-digit code without its towns; a
    town's code with what its county offers, see `listing`), `type` a code of A.1, `theme` a whole theme, `audience`
    "natural" or "legal". `after` is the `next_after` of the page before. Without `on`: now.
    """
    narrowed = Filter(division=division, department=department, type=type, theme=theme, audience=audience, on=on)
    return get_listing().page(search, narrowed, after=after, limit=limit, with_total=with_total)


def search_items(
    *,
    text: str,
    division: str = "",
    audience: str = "",
    department: str = "",
    theme: str = "",
    life_event: str = "",
    after: str = "",
    limit: int = 30,
    with_total: bool = False,
) -> Page[ItemRow]:
    """Return one page of the standing items that a text means, the best first; all that pass without a text.

    Chinese, pinyin, first letters of pinyin and typing mistakes are understood (`domain.search` says how); a text
    without any letter finds nothing. `life_event` is a key of `list_life_events`; the rest as in `page_items`.
    """
    narrowed = Filter(
        division=division,
        department=department,
        theme=theme,
        audience=audience,
        items=_items_of(life_event) if life_event else None,
    )
    return get_listing().page(text, narrowed, after=after, limit=limit, with_total=with_total)


def _items_of(life_event: str) -> Collection[str]:
    events = get_guidance().life_events().events
    return next((event.items for event in events if event.key == life_event), ())


def suggest_items(*, text: str, division: str = "", audience: str = "", limit: int = 8) -> tuple[Suggestion, ...]:
    """Return what a half-typed text may mean, each item once, the best first: the lines below a search box."""
    return get_listing().suggest(text, Filter(division=division, audience=audience), limit=limit)


def list_life_events(*, audience: str = "", language: str = "zh-hans") -> tuple[LifeEvent, ...]:
    """Return the events of a person's ("natural") or a firm's ("legal") life, with their main items, in their order."""
    events = get_guidance().life_events().events
    return tuple(in_language(event, language) for event in events if not audience or event.audience == audience)


def get_intake(*, item: str, on: date | None = None, language: str = "zh-hans") -> Intake:
    """Return how an item is asked for: questions, form and rules of its materials, in the language asked for.

    `item` is a main item (5), implementation (31) or handling code (33). Without `on`: the newest version. An item
    without a file gets no questions and the fields that every form has. Refuses with `ItemUnknown`.
    """
    code = item[_MAIN_ITEM] if len(item) in {IMPLEMENTATION_LENGTH, HANDLING_LENGTH} else item
    served = (
        ImplementationItem.objects.filter(item_code=code, state__in=STANDING)
        .order_by("organisation_code", "id")
        .values_list("objects_served", flat=True)
        .first()
    )
    if served is None:
        raise ItemUnknown(code=item)
    found = get_guidance().find_intake(code, on)
    if found is None:
        return in_language(complete(IntakeContent(item=code), objects_served=served), language)
    day, version, content = found
    return in_language(complete(content, objects_served=served, version=version, effective_on=day), language)


def get_situation(*, guide: ItemGuide, intake: Intake, answers: Mapping[str, str]) -> Situation:
    """Return what still is to be asked of an applicant, and the materials, fields and notes that his answers lead to.

    `answers` maps question keys to option keys; "handling" (two digits) and "applicant" ("natural" or "legal") may be
    among them. A guide of one handling item settles the first by itself.
    """
    content = guide.content
    return situate(
        intake,
        materials=content.materials,
        answers=answers,
        online=content.online or content.online_depth >= WITHOUT_PAPER_FROM,
        handling=guide.handling.code if guide.handling else "",
    )


def narrow(*, guide: ItemGuide, intake: Intake, answers: Mapping[str, str]) -> tuple[MaterialNeed, ...]:
    """Return the materials that an applicant in this situation needs (情形引导), each with the ways of meeting it."""
    return get_situation(guide=guide, intake=intake, answers=answers).materials


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
