"""Idempotency: the same request under the same key is done once and answered alike, word for word."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header

from yichuang.api.access import client_of
from yichuang.exchange.commands import answer_once
from yichuang.kernel.crypto import sm3

Key = Annotated[str, Header(pattern=r"^[A-Za-z0-9._:-]{0,128}$")]
_CONTENT_TYPE = "application/json; charset=utf-8"
_REFUSED = 422


class _Refused(Exception):
    """The work found faults; nothing was done, so nothing is remembered."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body


def answered(
    request: HttpRequest, *, key: str, work: Callable[[], tuple[int, Any]], refused: Callable[[Any], HttpResponse]
) -> HttpResponse:
    """Return the answer of the work, or the one that its key was given before.

    `work` returns a status and what is to be written as JSON; at 422 that goes to `refused` and is not remembered.
    Raises KeyReused and KeyInUse.
    """

    def once() -> tuple[int, str]:
        status, body = work()
        if status == _REFUSED:
            raise _Refused(body)
        return status, json.dumps(body, ensure_ascii=False, default=str)

    try:
        if not key:
            status, text = once()
            return HttpResponse(text, status=status, content_type=_CONTENT_TYPE)
        client = client_of(request)
        asked = b"\n".join((str(request.method).encode(), request.path.encode(), request.body))
        kept = answer_once(system=client.system.id, key=key, digest=sm3(asked).hex(), at=timezone.now(), work=once)
    except _Refused as faults:
        return refused(faults.body)
    answer = HttpResponse(kept.body, status=kept.status, content_type=_CONTENT_TYPE)
    if kept.again:
        answer["Idempotency-Replayed"] = "true"
    return answer
