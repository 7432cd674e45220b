"""Turns a refusal that reaches the edge into a page that says what, why and what next."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yichuang.accounts.values import NotPermitted
from yichuang.kernel.refusal import Refusal


class RefusalMiddleware:
    """Answers 403 where a right is missing, 404 where a page cannot be read, 422 where an act is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; refusals come back through process_exception."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the refusal; anything else is left to Django."""
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, NotPermitted):
            context = {"explanation": exception.explain(_), "roles": [_(role.label) for role in exception.roles]}
            return render(request, "403.html", context, status=403)
        status = 404 if request.method in {"GET", "HEAD"} else 422
        return render(request, "ui/refused.html", {"explanation": exception.explain(_)}, status=status)
