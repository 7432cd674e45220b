"""Django admin for operators: the lists to look at. Acts go through the commands, so that each leaves its audit row."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from yichuang.catalogue.models import (
    CatalogueAct,
    CatalogueItem,
    CentreEntry,
    HandlingItem,
    ImplementationItem,
    Intake,
    LegalBasis,
    Material,
    PowerListEntry,
    ResponsibilityListEntry,
    Step,
    Wording,
)


class _LooksOnly:
    """Shows rows and lets nobody change them."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: versions are proposed by commands."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: a change is a new version."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: versions are kept."""
        return False


class ListAdmin(_LooksOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """A list to look at, page by page."""

    list_per_page = 50
    show_full_result_count = False


class PartInline(_LooksOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The rows of one part of an implementation item."""

    extra = 0
    show_change_link = False


def _inline(part: type[models.Model]) -> type[PartInline]:
    return type(f"{part.__name__}Inline", (PartInline,), {"model": part})


@admin.register(CatalogueItem)
class CatalogueItemAdmin(ListAdmin):
    """Versions of the catalogue list."""

    list_display = ("code", "version", "name", "state", "action", "effective_on", "effective_until")
    list_filter = ("state", "type_code", "department")
    search_fields = ("code", "name")


@admin.register(ImplementationItem)
class ImplementationItemAdmin(ListAdmin):
    """Versions of the implementation list, with their parts."""

    list_display = ("implementation_code", "version", "name", "organisation_name", "state", "effective_on")
    list_filter = ("state", "level", "kind", "type_code")
    search_fields = ("implementation_code", "name", "organisation_name")
    inlines = tuple(map(_inline, (Material, Step, LegalBasis, HandlingItem)))


@admin.register(PowerListEntry, ResponsibilityListEntry)
class ListEntryAdmin(ListAdmin):
    """The two lists."""

    list_display = ("organisation_code", "catalogue_code", "name", "version", "published_on", "withdrawn_on")
    search_fields = ("organisation_code", "name")


@admin.register(CentreEntry)
class CentreEntryAdmin(ListAdmin):
    """Which handling item stands in which centre."""

    list_display = ("centre", "handling_code", "organisation_code", "entered_on", "left_on")
    search_fields = ("centre", "handling_code", "organisation_code")


@admin.register(Intake)
class IntakeAdmin(ListAdmin):
    """How items are asked for, version by version."""

    list_display = ("item_code", "version", "effective_on", "created_by", "created_at")
    search_fields = ("item_code",)


@admin.register(Wording)
class WordingAdmin(ListAdmin):
    """Life events and the words of the search, version by version."""

    list_display = ("kind", "version", "effective_on", "created_by", "created_at")
    list_filter = ("kind",)


@admin.register(CatalogueAct)
class CatalogueActAdmin(ListAdmin):
    """Who did what, and when."""

    list_display = ("at", "by_name", "act", "subject", "version")
    list_filter = ("act",)
    search_fields = ("subject", "by_name")
