"""Tokens: the one address where a system gives its secret (RFC 6749, 4.4)."""

import zlib

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView

from yichuang.api.access import count

# Slots behind those of systems: one for each address that asks for tokens, some share one.
_FIRST_SLOT, _SLOTS = 1 << 20, 1 << 12
# A secret is checked with a slow hash, so that nobody may have it checked without end.
A_MINUTE = 60
_issue = TokenView.as_view()


@csrf_exempt
def token(request: HttpRequest) -> HttpResponseBase:
    """Return a token for an identifier and a secret, in the words of the standard; 429 to one who asks too often."""
    slot = _FIRST_SLOT + zlib.crc32(request.META.get("REMOTE_ADDR", "").encode()) % _SLOTS
    taken = count(slot=slot, per_minute=A_MINUTE)
    if taken.is_refused:
        answer = JsonResponse({"error": "temporarily_unavailable"}, status=429)
        answer["Retry-After"] = str(int(taken.wait_seconds) + 1)
        return answer
    return _issue(request)
