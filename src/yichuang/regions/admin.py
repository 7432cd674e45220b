"""Django admin for operators: the regions tables to look at.

Nothing is edited here. Rows come from the data files and from the amendments that managers record on their own pages:
an edit would be undone by the next of either, and trees kept in memory would not hear of it.
"""

from collections.abc import Sequence

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from yichuang.regions.models import (
    Amendment,
    Centre,
    CentreState,
    CentreSystem,
    Division,
    Load,
    Organisation,
    Post,
    StaffMember,
    Window,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Shows rows and lets nobody change them."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: rows come from the data files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: rows come from the data files."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: rows are closed, never deleted."""
        return False


_COLUMNS: dict[type[models.Model], tuple[Sequence[str], Sequence[str], Sequence[str]]] = {
    Division: (("code", "name", "level", "parent_id", "valid_from", "valid_until"), ("level",), ("code", "name")),
    Organisation: (
        ("code", "name", "kind", "uscc", "valid_from", "valid_until"),
        ("kind", "department_key"),
        ("code", "name", "uscc"),
    ),
    Centre: (("code", "name", "level", "opened_on", "valid_from", "valid_until"), ("level",), ("code", "name")),
    CentreState: (("code", "centre_id", "state", "valid_from", "valid_until", "source"), ("state",), ("code",)),
    CentreSystem: (
        ("code", "centre_id", "supervision", "compatible", "valid_from", "valid_until"),
        ("supervision", "compatible"),
        ("code",),
    ),
    Window: (
        ("code", "name", "kind", "organisation_id", "valid_from", "valid_until"),
        ("kind",),
        ("code", "name"),
    ),
    StaffMember: (("number", "organisation_id", "valid_from", "valid_until"), (), ("number",)),
    Post: (("code", "staff_id", "role", "rank", "window_id", "valid_from", "valid_until"), ("role",), ("code",)),
    Amendment: (("id", "centre", "kind", "in_force_on", "by_name", "recorded_at"), ("kind",), ("centre", "reason")),
    Load: (("loaded_at", "by_name", "folder", "version"), (), ("version",)),
}

for _model, (_shown, _filters, _searched) in _COLUMNS.items():
    admin.site.register(
        _model,
        type(
            f"{_model.__name__}Admin",
            (ReadOnlyAdmin,),
            {"list_display": _shown, "list_filter": _filters, "search_fields": _searched},
        ),
    )
