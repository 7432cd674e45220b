"""What happens to every page at the edge: a refusal becomes a page that says what, why, what next; text is packed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.accounts.values import NotPermitted
from yichuang.cases.queries import refuse_request
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


class AnnouncedSize:
    """Answers 413 to a request that announces more than may be sent, before anything reads its body.

    Stands before the check of forms, which would read two gigabytes to find its token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, or refuse it."""
        length = str(request.META.get("CONTENT_LENGTH") or "")
        try:
            refuse_request(length=int(length) if length.isascii() and length.isdecimal() else 0, at=timezone.now())
        except Refusal as refusal:
            return render(request, "ui/refused.html", {"explanation": refusal.explain(_)}, status=413)
        return self.get_response(request)


class PackText(GZipMiddleware):
    """Packs pages and other texts for a slow line; files that are packed already, or stream, go as they are.

    Django adds random bytes to each answer, so that its length betrays nothing of a secret within.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack the answer if it is text."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(("text/", "application/json", "image/svg+xml")):
            return response
        return super().process_response(request, response)
