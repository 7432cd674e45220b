"""Pages of accounts: signing in and out."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.accounts import commands
from yichuang.accounts.forms import SignIn
from yichuang.accounts.models import User
from yichuang.accounts.permissions import public_page
from yichuang.accounts.queries import list_demonstration_accounts
from yichuang.accounts.values import LockedOut, WrongCredentials


def _safe_next(request: HttpRequest) -> str:
    """Return the wanted page if it is on this site, else the first page: no open redirect."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here else "/"


@public_page
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or check it and go on to the wanted page; 401 when wrong, 429 when locked."""
    wanted = _safe_next(request)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(wanted)
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                user = commands.sign_in(
                    **form.cleaned_data,
                    at=timezone.now(),
                    address=request.META.get("REMOTE_ADDR") or None,
                    agent=request.headers.get("User-Agent", ""),
                )
            except (WrongCredentials, LockedOut) as refusal:
                form.add_error(None, refusal.explain(_))
                status = 429 if isinstance(refusal, LockedOut) else 401
            else:
                login(request, user)
                return HttpResponseRedirect(wanted)
    context = {"form": form, "next": wanted, "demonstration_accounts": list_demonstration_accounts()}
    return render(request, "accounts/sign_in.html", context, status=status)


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; a second click does nothing more."""
    if isinstance(request.user, User):
        commands.sign_out(
            user=request.user,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR") or None,
            agent=request.headers.get("User-Agent", ""),
        )
    logout(request)
    return HttpResponseRedirect("/")
