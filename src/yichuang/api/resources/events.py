"""Events: the change feed, and who one is."""

from django.http import HttpRequest
from ninja import Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api import telling
from yichuang.api.access import Needs, client_of
from yichuang.api.cursors import seal, unseal
from yichuang.api.resources.shared import reading
from yichuang.cases.queries import START, Cursor, end_of_ledger, read_feed

router = Router()
_KIND = "events"
NOW = "now"


@router.get(
    "/events",
    response=reading(s.Feed),
    auth=Needs(SystemScope.READ_EVENTS),
    url_name="events",
    operation_id="read_events",
    summary="Read the change feed",
    tags=["events"],
)
def events(request: HttpRequest, after: s.Cursor = "", limit: s.Limit = 200) -> s.Feed:
    """Events of the system's area in the one order of the ledger; nothing is skipped, nothing comes twice.

    Without `after` from the beginning; with `after=now` only the cursor of the end. A page may be empty and yet say
    `more`.
    """
    client = client_of(request)
    if after == NOW:
        return s.Feed(events=[], next=seal(_KIND, list(end_of_ledger(START))), more=False)
    start = Cursor(*unseal(_KIND, after)) if after else START
    rows, end = read_feed(after=start, limit=limit, division=client.division, organisation=client.area.organisation)
    return s.Feed(
        events=[telling.event(row, whole=client.sees_persons) for row in rows],
        next=seal(_KIND, list(end)),
        more=end != start,
    )


@router.get(
    "/me",
    response=reading(s.Me),
    auth=Needs(),
    url_name="me",
    operation_id="get_me",
    summary="Who the token belongs to",
    tags=["me"],
)
def me(request: HttpRequest) -> s.Me:
    """The system behind the token: its scopes, area and rate."""
    client = client_of(request)
    return s.Me(
        client_id=client.system.client,
        name=client.system.name,
        source=client.system.source,
        scopes=sorted(client.scopes),
        division=client.area.division,
        organisation=client.area.organisation,
        rate_per_minute=client.system.rate_per_minute,
    )
