"""Django admin for operators: users, grants, the sign-in log.

The admin's own sign-in form would be a second door without lock-out and log, so it is closed:
visitors are sent to the one sign-in page.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from yichuang.accounts.models import Grant, SignInAttempt, User
from yichuang.accounts.permissions import permission


@permission("system.operate")
def _first_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return admin.site.index(request, extra_context)


admin.site.login = _first_page  # type: ignore[method-assign,assignment]


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    """The grants of one user."""

    model = Grant
    extra = 0


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Users without their password hashes."""

    list_display = ["username", "display_name", "division_code", "organisation_code", "is_active", "last_login"]
    list_filter = ["is_active", "division_code"]
    search_fields = ["username", "display_name", "employee_number"]
    ordering = ["username"]
    fields = [
        "username",
        "display_name",
        "employee_number",
        "division_code",
        "organisation_code",
        "centre_code",
        "is_active",
        "last_login",
    ]
    readonly_fields = ["last_login"]
    inlines = [GrantInline]


@admin.register(SignInAttempt)
class SignInAttemptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The sign-in log, to read only."""

    list_display = ["at", "username", "outcome", "address", "agent"]
    list_filter = ["outcome"]
    search_fields = ["username"]
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return that nobody writes the log by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SignInAttempt | None = None) -> bool:  # noqa: ARG002
        """Return that nobody changes the log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SignInAttempt | None = None) -> bool:  # noqa: ARG002
        """Return that nobody deletes from the log."""
        return False
