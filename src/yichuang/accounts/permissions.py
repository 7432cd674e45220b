"""The one permission source: says for a user and an action where it may be done, and guards views.

Stands between every view and the matrix. Views say `@permission("cases.view")` or `@public_page`;
lists filter with `within(request.scope, ...)`, single things ask `require(request.scope, ...)`.
Nothing here depends on how the user signed in.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from yichuang.accounts import unsent
from yichuang.accounts.matrix import find_action, scope
from yichuang.accounts.models import User
from yichuang.accounts.passwords import must_change
from yichuang.accounts.values import Area, NotPermitted, OutsideScope, Role, Scope, division_prefix

PUBLIC = "public"
# What one may always do, so that a password that must be changed can be.
OWN_ACCOUNT = "account.own"

View = Callable[..., HttpResponseBase]


def _grants(user: User) -> tuple[tuple[date, date | None, Role, Area], ...]:
    """Read the grants once per request: the user object lives as long as the request."""
    kept: tuple[tuple[date, date | None, Role, Area], ...] | None = getattr(user, "_kept_grants", None)
    if kept is None:
        rows = user.grants.order_by("id").values_list(
            *("valid_from", "valid_until", "role", "division_code", "organisation_code", "centre_code", "window_code")
        )
        kept = tuple((start, until, Role(role), Area(*place)) for start, until, role, *place in rows)
        user._kept_grants = kept  # type: ignore[attr-defined]
    return kept


def allowed(user: AbstractBaseUser | AnonymousUser, action: str, *, on: date | None = None) -> Scope:
    """Return where the user may do the action on a day (today at the edge); false when nowhere.

    Public actions are everywhere for everybody. Demonstration accounts hold nothing once the
    demonstration is off, whatever their grants say.
    """
    day = on or timezone.localdate()
    return scope(action=action, grants=held_on(user, on=day), on=day)


def roles_for(action: str) -> tuple[Role, ...]:
    """Return the roles that may do an action, so that a refusal can say who may."""
    stated = find_action(action)
    return tuple(role for role in Role if stated and role in stated.roles)


def held_on(user: AbstractBaseUser | AnonymousUser, *, on: date) -> tuple[tuple[Role, Area], ...]:
    """Return the roles and areas that a user holds on a day; none once he, or the demonstration, is off."""
    if not isinstance(user, User) or not user.is_active or (user.is_demonstration and not settings.DEMONSTRATION):
        return ()
    return tuple(
        (role, area) for start, until, role, area in _grants(user) if start <= on and (not until or on < until)
    )


def holds_only_applicant(user: User) -> bool:
    """Return whether every role that the account was ever given is the applicant's."""
    roles = {role for _start, _until, role, _area in _grants(user)}
    return roles == {Role.APPLICANT}


def require(scope: Scope, *, division: str = "", organisation: str = "", centre: str = "", window: str = "") -> None:
    """Refuse when one thing lies outside the scope; raises OutsideScope."""
    if not scope.covers(division=division, organisation=organisation, centre=centre, window=window):
        stated = find_action(scope.action)
        raise OutsideScope(action=stated.title if stated else scope.action, roles=roles_for(scope.action))


def within(scope: Scope, *, division: str, organisation: str = "", centre: str = "", window: str = "") -> Q:
    """Return the filter that keeps a list inside the scope; the arguments name the columns of the list.

    The division filter is a prefix, which an index serves. A list without an organisation (or centre, or
    window) column shows nothing of an area that is narrowed to one: it could not be told apart.
    """
    if not scope:
        return Q(pk__in=[])
    if scope.everything:
        return Q()
    wanted = Q(pk__in=[])
    for area in scope.areas:
        part = Q(**{f"{division}__startswith": division_prefix(area.division)}) if area.division else Q()
        for column, value in ((organisation, area.organisation), (centre, area.centre), (window, area.window)):
            if value:
                part &= Q(**{column: value}) if column else Q(pk__in=[])
        wanted |= part
    return wanted


def _must_change(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and must_change(request.user, at=timezone.now())


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send an anonymous visitor to the sign-in page and remember where he wanted to go, or what he had typed."""
    is_fragment = request.headers.get("HX-Request") == "true"
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} and not is_fragment else ""
    if unsent.keep(request):
        wanted = unsent.RESUME
    if is_fragment:
        # A fragment must not be replaced by a sign-in form: htmx is told to leave the page.
        response = HttpResponse(status=204)
        response["HX-Redirect"] = redirect_to_login(wanted).url
        return response
    return redirect_to_login(wanted)


def permission(action: str) -> Callable[[View], View]:
    """Guard a view with an action of the matrix; the scope is put on `request.scope`.

    Anonymous visitors go to the sign-in page, signed-in ones without the right get NotPermitted (403), those
    whose password must be changed first do that.
    """
    stated = find_action(action)
    if stated is None:
        raise ValueError(f"unknown action {action!r}: add it to accounts/law/permissions.yaml")

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = allowed(request.user, action)
            if not found:
                if not request.user.is_authenticated:
                    return _to_sign_in(request)
                raise NotPermitted(action=stated.title, roles=roles_for(action))
            if (
                action != OWN_ACCOUNT
                and isinstance(request.user, User)
                and must_change(request.user, at=timezone.now())
            ):
                return redirect_to_login(request.get_full_path(), login_url="accounts:password")
            request.scope = found  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.permission = action  # type: ignore[attr-defined]
        return guarded

    return guard


def public_page(view: View) -> View:
    """Mark a view as open to everybody, so that no view is open by mistake."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    opened.permission = PUBLIC  # type: ignore[attr-defined]
    return opened
