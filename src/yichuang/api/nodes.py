"""The two addresses at which other nodes leave and fetch envelopes; signatures are the authentication, not sessions."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yichuang.accounts.queries import public_page
from yichuang.exchange.commands import answer_node
from yichuang.exchange.values import MOST_NODE_BODY_BYTES, NodeNotConfigured, NodeReply, NodeRequest

# After a database that is full, busy or away: long enough not to add to its trouble.
RETRY_SECONDS = 10


@csrf_exempt
@public_page
@never_cache
@require_POST
def inbox(request: HttpRequest) -> HttpResponse:
    """Take a batch of signed envelopes, and sign for what was taken."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > MOST_NODE_BODY_BYTES:
        return HttpResponse(status=413 if length.isdigit() else 411)
    return _answer(request, request.read(MOST_NODE_BODY_BYTES))


@csrf_exempt
@public_page
@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Give a neighbour, who proves who he is, the envelopes behind the number up to which he has them."""
    return _answer(request, b"")


def _target(request: HttpRequest) -> str:
    """Return the address as the sender signed it: from our own root on, wherever a proxy has put that."""
    query = request.META.get("QUERY_STRING", "")
    return f"{request.path_info}?{query}" if query else request.path_info


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    asked = NodeRequest(method=str(request.method), target=_target(request), heads=dict(request.headers), body=body)
    try:
        reply = answer_node(asked)
    except NodeNotConfigured:
        return HttpResponse(status=404)
    except DatabaseError:
        # Nothing of the batch is promised: the sender keeps it and comes again.
        reply = NodeReply(503, b"", {"Retry-After": str(RETRY_SECONDS)})
    response = HttpResponse(reply.body, status=reply.status, content_type=reply.media_type)
    for name, value in reply.heads.items():
        response[name] = value
    return response
