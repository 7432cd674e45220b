"""What delivery calls when another node comes over HTTP."""

from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from yichuang.exchange.carriers import wire
from yichuang.exchange.carriers.answering import Desk, Reply, Request
from yichuang.exchange.carriers.contract import MOST_ENVELOPES


def answer_node(request: Request) -> Reply:
    """Answer another node at the inbox or the outbox; raises NodeNotConfigured, and database errors as they come."""
    from yichuang.exchange.carriers.mailroom import own_desk  # an installation that is no node need not load it

    return answer(own_desk(), request)


def answer(desk: Desk, request: Request) -> Reply:
    """Answer a request at a desk."""
    parts = urlsplit(request.target)
    if parts.path == wire.INBOX:
        return desk.take(request)
    asked = parse_qs(parts.query)
    return desk.give(request, after=_whole(asked, "after", 0), limit=_whole(asked, "limit", MOST_ENVELOPES))


def _whole(asked: dict[str, list[str]], name: str, otherwise: int) -> int:
    with suppress(KeyError, ValueError):
        return max(0, int(asked[name][0]))
    return otherwise
