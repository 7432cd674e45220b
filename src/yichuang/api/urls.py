"""Addresses for other systems: the API below /api/v1/, tokens, and the doors of nodes.

Every one is open to everybody as far as roles go: who may ask is said by a token, or by an envelope's signature.
"""

from django.urls import URLPattern, URLResolver, include, path

from yichuang.accounts.queries import public_page
from yichuang.api import nodes
from yichuang.api.site import api
from yichuang.api.tokens import token

app_name = "api"


def _marked(patterns: list[URLPattern]) -> list[URLPattern]:
    for pattern in patterns:
        pattern.callback = public_page(pattern.callback)
    return patterns


_patterns, _name, _space = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/oauth/token/", public_page(token), name="token"),
    path("nodes/v1/inbox", nodes.inbox, name="nodes-inbox"),
    path("nodes/v1/outbox", nodes.outbox, name="nodes-outbox"),
    path("api/v1/", include((_marked(_patterns), _name), namespace=_space)),  # type: ignore[arg-type]
]
