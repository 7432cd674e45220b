"""Keeps the two ways of proving who one is apart: cookies are for pages, tokens and signatures for systems."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from yichuang.api.problems import CONTENT_TYPE, plain
from yichuang.api.rates import Taken

# What other systems and other nodes ask for.
OF_SYSTEMS = ("/api/", "/nodes/")
_API = "/api/v1/"


class WithoutCookies:
    """Takes the cookies off a request of another system before session, form check or language can read them.

    A page somewhere that makes a signed-in browser ask the API gets the answer that a stranger gets; no session is
    opened, prolonged or ended by such a request. The other way round, no page ever looks at a token. On the way back a
    page of the site that came in the place of an answer becomes a problem, and the rest of the budget is told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on without its cookies."""
        if not request.path_info.startswith(OF_SYSTEMS):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if not request.path_info.startswith(_API):
            return response
        if response.status_code >= 400 and response.headers.get("Content-Type", "") != CONTENT_TYPE:
            answer = plain(response.status_code)
            for name in ("Allow", "Vary", "Content-Language"):
                if name in response.headers:
                    answer[name] = response[name]
            response = answer
        taken = getattr(request, "rate", None)
        if isinstance(taken, Taken):
            response["RateLimit-Limit"], response["RateLimit-Remaining"] = str(taken.limit), str(taken.remaining)
        # Answers differ by token, and hold what no shared cache may keep.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
