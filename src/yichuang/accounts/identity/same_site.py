"""A way for the site to ask itself: HTTP in every detail, without a socket.

While the demonstration's identity provider is part of the same site, the one half asks the other for its keys
and tokens in the middle of a request. Over the network each such request would hold one thread while it waits
for another; a few people coming back at once would hold all. So those addresses, and only those, are answered
by the site itself in the same thread, through all its middleware, as a server would have had it done.
"""

from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.utils import translation
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict


@cache
def _site() -> BaseHandler:
    """Return the site without the server around it.

    Django's WSGI handler would also announce the beginning and end of a request, upon which the thread's database
    connection may be closed: it is still in use by the request outside.
    """
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _environment(asked: requests.PreparedRequest) -> dict[str, Any]:
    """Return the request as a WSGI server would pass it on (PEP 3333)."""
    parts = urlsplit(asked.url or "")
    body = asked.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    found: dict[str, Any] = {
        "REQUEST_METHOD": asked.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_TYPE": asked.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(content),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in asked.headers.items():
        if name.lower() not in {"content-type", "content-length", "accept-encoding"}:
            found["HTTP_" + name.upper().replace("-", "_")] = value
    return found


class SameSite(BaseAdapter):
    """A transport of `requests` that ends in this process."""

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        """Answer a request by the site itself; the outer request's language is put back."""
        with translation.override(translation.get_language()):
            given = _site().get_response(WSGIRequest(_environment(request)))
        answer = requests.Response()
        answer.status_code, answer.reason = given.status_code, given.reason_phrase
        answer.headers = CaseInsensitiveDict(given.items())
        answer.raw = BytesIO(given.content)
        answer.url, answer.request = request.url or "", request
        answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
        return answer

    def close(self) -> None:
        """Hold nothing open."""
