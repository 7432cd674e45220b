"""Exports: the cases of the system's area as an event log, streamed."""

from typing import Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api.access import Needs, client_of
from yichuang.api.resources.shared import reading
from yichuang.exchange.queries import stream_log

router = Router(tags=["exports"])
_TYPES = {"xes": "application/xml", "ocel": "application/json"}


@router.get(
    "/exports/{form}",
    response=reading(None),
    auth=Needs(SystemScope.READ_EXPORTS),
    url_name="export",
    operation_id="export_log",
    summary="Export an event log",
    openapi_extra={
        "responses": {
            200: {
                "description": "The log, streamed",
                "content": {
                    "application/xml": {"schema": {"type": "string"}},
                    "application/json": {"schema": {"type": "object"}},
                },
            }
        }
    },
)
def export(
    request: HttpRequest, form: Literal["xes", "ocel"], from_on: s.Day | None = None, until: s.Day | None = None
) -> StreamingHttpResponse:
    """XES (IEEE 1849) or OCEL 2.0 (JSON) of the cases received from `from_on` to `until` (exclusive). Names nobody."""
    client = client_of(request)
    pieces = stream_log(
        form=form,
        division=client.division,
        organisation=client.area.organisation,
        start_on=from_on,
        until=until,
    )
    answer = StreamingHttpResponse(pieces, content_type=f"{_TYPES[form]}; charset=utf-8")
    suffix = "xes" if form == "xes" else "ocel.json"
    answer["Content-Disposition"] = f'attachment; filename="cases.{suffix}"'
    return answer
