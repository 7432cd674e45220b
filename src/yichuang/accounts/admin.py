"""Django admin for operators: users, grants and logs to look at; whoever changes them uses the site's own pages.

There each change is checked against what the giver holds and written to the account log; by the admin it would not
be. The admin's own sign-in form would be a second door without lock-out and log, and its own change of password one
without the policy, so both lead to ours. The tables of the sign-in library hold secrets and stay out.
"""

from typing import Any

from allauth.account import admin as _account
from allauth.mfa import admin as _mfa
from allauth.socialaccount import admin as _social
from django.contrib import admin
from django.contrib.auth import admin as _auth
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from oauth2_provider import admin as _tokens

from yichuang.accounts.models import AccountLogEntry, Authority, Grant, SignInAttempt, User
from yichuang.accounts.permissions import permission


@permission("system.operate")
def _first_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return admin.site.index(request, extra_context)


@permission("account.own")
def _own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG001
    return HttpResponseRedirect(reverse("accounts:password"))


admin.site.login = _first_page  # type: ignore[method-assign,assignment]
admin.site.password_change = _own_password  # type: ignore[method-assign,assignment]

# Imported above, so that they have registered themselves already; imported later, they would do it again.
_OF_LIBRARIES = {module.__package__ for module in (_account, _auth, _mfa, _social, _tokens)}
for _model in [model for model in admin.site._registry if model.__module__.rpartition(".")[0] in _OF_LIBRARIES]:
    admin.site.unregister(_model)


class _ToLookAt:
    """Nothing is added, changed or removed here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's
        """Return that nothing is added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Return that nothing is changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Return that nothing is removed."""
        return False


class GrantInline(_ToLookAt, admin.TabularInline):  # type: ignore[type-arg]
    """The grants of one user."""

    model = Grant
    extra = 0


@admin.register(User)
class UserAdmin(_ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
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
    inlines = [GrantInline]


@admin.register(Authority)
class AuthorityAdmin(_ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """The authority list."""

    list_display = ["holder", "organisation_code", "item_code", "power", "valid_from", "valid_until", "document"]
    list_filter = ["power", "organisation_code"]
    search_fields = ["document", "holder__username"]
    ordering = ["organisation_code", "item_code", "power", "id"]


@admin.register(SignInAttempt)
class SignInAttemptAdmin(_ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """The sign-in log."""

    list_display = ["at", "username", "door", "outcome", "address", "agent"]
    list_filter = ["outcome", "door"]
    search_fields = ["username"]
    ordering = ["-id"]


@admin.register(AccountLogEntry)
class AccountLogEntryAdmin(_ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """The account log."""

    list_display = ["at", "event", "user", "by_name", "detail"]
    list_filter = ["event"]
    search_fields = ["user__username", "by_name"]
    ordering = ["-id"]
