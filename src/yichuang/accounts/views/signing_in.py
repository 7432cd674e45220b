"""Signing in with a password, the second step, and signing out."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.accounts import commands, second_factor, sessions, unsent
from yichuang.accounts.forms import Code, SignIn
from yichuang.accounts.identity.client import is_open
from yichuang.accounts.models import User
from yichuang.accounts.permissions import public_page
from yichuang.accounts.policy import policy
from yichuang.accounts.queries import list_demonstration_accounts, list_demonstration_persons
from yichuang.accounts.values import AccountClosed, LockedOut, SignInUnfinished, WrongCode, WrongCredentials
from yichuang.accounts.views.entering import came_from, enter, safe_next

HALF_WAY = "accounts_half_way"


@public_page
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show both doors, or check a password and go on; 401 when wrong, 429 when locked."""
    wanted = safe_next(request)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(wanted)
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            now = timezone.now()
            try:
                user = commands.sign_in(**form.cleaned_data, at=now, **came_from(request))
            except (WrongCredentials, LockedOut) as refusal:
                form.add_error(None, refusal.explain(_))
                status = 429 if isinstance(refusal, LockedOut) else 401
            else:
                if second_factor.is_asked(user):
                    return _half_way(request, user, wanted)
                return enter(request, user, wanted=wanted, at=now)
    context = {
        "form": form,
        "next": wanted,
        "identity_open": is_open(),
        "demonstration_accounts": list_demonstration_accounts(),
        "demonstration_persons": list_demonstration_persons(),
        "typed_kept": unsent.KEY in request.session,
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _half_way(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Remember in the session that the password was right, and ask for the second factor."""
    request.session.cycle_key()
    request.session[HALF_WAY] = {
        "user": user.pk,
        "at": timezone.now().timestamp(),
        "next": wanted,
        # A password that is changed meanwhile ends what was begun with the old one.
        "hash": user.get_session_auth_hash(),
    }
    return HttpResponseRedirect(reverse("accounts:second-factor"))


def _waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Return who is half way in and where he wants to go; None when nobody is, or not any more."""
    kept: dict[str, Any] | None = request.session.get(HALF_WAY)
    if kept is None:
        return None
    now = timezone.now()
    if now.timestamp() - kept["at"] > policy(on=timezone.localdate(now)).half_way.total_seconds():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return user, kept["next"]


def _begin_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(HALF_WAY, None)
    form = SignIn()
    context = {
        "form": form,
        "next": safe_next(request),
        "notice": SignInUnfinished().explain(_),
        "identity_open": is_open(),
    }
    return render(request, "accounts/sign_in.html", context, status=400)


@public_page
@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask a user who gave his password for a code or a passkey; 401 when wrong, 429 when locked."""
    waiting = _waiting(request)
    if waiting is None:
        return _begin_again(request)
    user, wanted = waiting
    form = Code(request.POST or None)
    status = 200
    if request.method == "POST":
        status, now = 400, timezone.now()
        if form.is_valid():
            try:
                commands.finish_sign_in(user=user, **form.cleaned_data, at=now, **came_from(request))
            except (WrongCode, LockedOut, AccountClosed) as refusal:
                form.add_error(None, refusal.explain(_))
                status = 429 if isinstance(refusal, LockedOut) else 401
            else:
                request.session.pop(HALF_WAY, None)
                return enter(request, user, wanted=wanted, at=now)
    kinds = second_factor.kinds(user)
    context = {
        "form": form,
        "has_totp": second_factor.Kind.TOTP in kinds,
        "has_passkey": second_factor.Kind.WEBAUTHN in kinds,
    }
    return render(request, "accounts/second_step.html", context, status=status)


@public_page
@never_cache
@require_POST
def second_step_challenge(request: HttpRequest) -> HttpResponse:
    """Return the challenge that a passkey of the waiting user must answer."""
    waiting = _waiting(request)
    if waiting is None:
        return JsonResponse({}, status=400)
    return JsonResponse(second_factor.begin_proof(waiting[0]))


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; a second click does nothing more."""
    if isinstance(request.user, User):
        now = timezone.now()
        commands.sign_out(user=request.user, at=now, **came_from(request))
        sessions.end_this(request.session, why=sessions.Why.LEFT, at=now)
    logout(request)
    response = HttpResponseRedirect("/")
    unsent.forget_user(response)
    return response
