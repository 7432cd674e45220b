"""The last step of every way in: the session begins, and the visitor goes where he wanted to go."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from yichuang.accounts import passwords, sessions, unsent
from yichuang.accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def is_here(request: HttpRequest, address: str) -> bool:
    """Return whether an address is a page of this site: no open redirect."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def safe_next(request: HttpRequest, *, otherwise: str = "/") -> str:
    """Return the wanted page if it is on this site, else another."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_here(request, wanted) else otherwise


def came_from(request: HttpRequest) -> dict[str, Any]:
    """Return from where a request comes, as the commands take it."""
    return {"address": request.META.get("REMOTE_ADDR") or None, "agent": request.headers.get("User-Agent", "")}


def enter(request: HttpRequest, user: User, *, wanted: str, at: datetime) -> HttpResponse:
    """Begin the session of a user who has proved who he is, and send him on."""
    login(request, user, backend=BACKEND)
    unsent.drop_of_others(request, user)
    sessions.begin(request.session, user=user, at=at, **came_from(request))
    if passwords.must_change(user, at=at):
        wanted = f"{reverse('accounts:password')}?{urlencode({'next': wanted})}"
    response = HttpResponseRedirect(wanted)
    unsent.remember_user(response, user, secure=settings.SESSION_COOKIE_SECURE)
    return response
