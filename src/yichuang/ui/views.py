"""Pages of the furniture itself: reading mode and the living style page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yichuang.accounts.queries import permission, public_page
from yichuang.ui.context import CONTRAST_COOKIE, ELDER_COOKIE
from yichuang.ui.specimens import specimens

_YEAR = 365 * 24 * 60 * 60


@public_page
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Switch elder mode or high contrast on or off and return to the page."""
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(wanted if here else "/")
    for name in (ELDER_COOKIE, CONTRAST_COOKIE):
        value = request.POST.get(name)
        if value in {"0", "1"}:
            response.set_cookie(
                name, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
            )
    return response


def _style(request: HttpRequest) -> HttpResponse:
    """Show every component with specimen data."""
    return render(request, "ui/style.html", specimens())


# Developers see it without an account; on a served installation it is the operator's.
style = public_page(_style) if settings.DEBUG else permission("system.operate")(_style)
