"""The applicant's door: to the identity provider and back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yichuang.accounts import attempts
from yichuang.accounts.applicants import take_in
from yichuang.accounts.identity import claims, client
from yichuang.accounts.permissions import public_page
from yichuang.accounts.values import (
    AccountClosed,
    IdentityClosed,
    IdentityConflict,
    IdentityNotVerified,
    IdentityUnreachable,
)
from yichuang.accounts.views.entering import came_from, enter, is_here, safe_next
from yichuang.kernel.refusal import Refusal


def _refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    context = {"title": _("身份认证没有完成"), "explanation": refusal.explain(_)}
    return render(request, "accounts/identity_refused.html", context, status=status)


@public_page
@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the identity provider; by POST, so that no other site can begin it for him."""
    try:
        return client.depart(request, wanted=safe_next(request))
    except (IdentityClosed, IdentityUnreachable) as refusal:
        return _refused(request, refusal, status=503)


@public_page
@never_cache
@require_safe
def arrive(request: HttpRequest) -> HttpResponse:
    """Take in one who comes back: his account is made or brought up to date, and his session begins."""
    now = timezone.now()
    try:
        proven, wanted = client.arrive(request)
        identity = claims.read(proven, on=timezone.localdate(now))
        user = take_in(identity, issuer=client.issuer_name(), is_demonstration=client.uses_demonstration(), at=now)
    except (IdentityClosed, IdentityUnreachable) as refusal:
        return _refused(request, refusal, status=503)
    except (IdentityNotVerified, IdentityConflict, AccountClosed) as refusal:
        return _refused(request, refusal, status=400)
    attempts.note(
        user=user, outcome=attempts.Outcome.ENTERED, door=attempts.Door.IDENTITY, at=now, **came_from(request)
    )
    return enter(request, user, wanted=wanted if is_here(request, wanted) else "/", at=now)
