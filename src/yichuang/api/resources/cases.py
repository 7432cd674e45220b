"""Cases: lists, one case, its events and certificates; and what a system reports."""

import hashlib
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from ninja import Header, Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api import telling
from yichuang.api.access import Needs, client_of
from yichuang.api.cursors import seal, unseal
from yichuang.api.hearing import ReportedCase
from yichuang.api.idempotency import Key, answered
from yichuang.api.problems import of_errors
from yichuang.api.reach import narrow, require_case
from yichuang.api.resources.shared import reading, writing
from yichuang.calendar.values import local_day
from yichuang.cases.queries import get_case, iterate_histories, page_cases
from yichuang.cases.values import CaseFilter
from yichuang.certificates.queries import list_by_case
from yichuang.exchange.commands import report_case

router = Router(tags=["cases"])
_KIND = "cases"


@router.get(
    "/cases",
    response=reading(s.Cases),
    auth=Needs(SystemScope.READ_CASES),
    url_name="cases",
    operation_id="list_cases",
    summary="List cases",
)
def list_cases(
    request: HttpRequest,
    *,
    measure: s.Measure = "received",
    from_on: s.Day | None = None,
    until: s.Day | None = None,
    county: s.Code = "",
    town: s.Code = "",
    organisation: s.Code = "",
    item: s.Code = "",
    channel: s.Code = "",
    source: s.Code = "",
    after: s.Cursor = "",
    limit: s.Limit = 100,
) -> s.Cases:
    """Cases of the area, oldest first. `from_on` and `until` (exclusive) bound the day that the measure counts."""
    client = client_of(request)
    chosen = narrow(
        CaseFilter(
            measure=measure,
            start_on=from_on,
            until=until,
            county=county,
            town=town,
            organisation=organisation,
            item=item,
            channel=channel,
            source=source,
        ),
        client,
    )
    page = page_cases(chosen, after=unseal(_KIND, after) or "", limit=limit)
    return s.Cases(cases=[s.Case(**telling.case_fields(row)) for row in page], next=seal(_KIND, page.next_after))


@router.post(
    "/cases",
    response={201: s.Reported, **writing(s.Reported)},
    auth=Needs(SystemScope.WRITE_CASES),
    url_name="report-case",
    operation_id="report_case",
    summary="Report a case",
)
def report(
    request: HttpRequest,
    told: ReportedCase,
    idempotency_key: Key = "",
) -> HttpResponse:
    """File a case with its history as this system knows it. 201: new; 200: added to, corrected, or as it stood.

    Every fault is named at its act. With an Idempotency-Key the same request is done once and answered alike for
    a week.
    """
    client = client_of(request)

    def work() -> tuple[int, Any]:
        found = report_case(
            system=client.system,
            case=told.model_dump(exclude={"applicant", "acts", "corrections"}, exclude_none=True),
            applicant=told.applicant.model_dump(),
            acts=[(act.act, act.at, act.fields) for act in told.acts],
            at=timezone.now(),
            corrections=told.corrections,
        )
        if found.faults:
            return 422, telling.faults(found.faults)
        answer = s.Reported(
            number=found.number, source_key=found.source_key, new_events=found.new_events, corrected=found.corrected
        )
        return 201 if found.is_new else 200, answer.model_dump()

    return answered(request, key=idempotency_key, work=work, refused=lambda body: of_errors(body, code="CaseFaulty"))


@router.get(
    "/cases/{number}",
    response={304: None, **reading(s.CaseFile)},
    auth=Needs(SystemScope.READ_CASES),
    url_name="case",
    operation_id="get_case",
    summary="Get one case",
)
def case(request: HttpRequest, number: s.Text, if_none_match: Annotated[str, Header(max_length=200)] = "") -> Any:
    """One case as it stands, its hash chain checked anew. With an ETag in If-None-Match: 304 while nothing changed."""
    client = client_of(request)
    require_case(number, client)
    found = get_case(number, personal=True)
    whole = client.sees_persons
    tag = f'"{hashlib.sha256(f"{found.head}:{found.version}:{whole}".encode()).hexdigest()[:32]}"'
    if tag in if_none_match:
        answer = HttpResponse(status=304)
    else:
        body = s.CaseFile(
            **telling.case_fields(found.row),
            uuid=found.uuid,
            version=found.version,
            head=found.head,
            chain_holds=not found.chain_faults,
            handling_item=found.handling_item,
            implementation_code=found.implementation_code,
            statutory_due_at=found.statutory_due_at,
            paused_days=found.paused_days,
            extension_days=found.extension_days,
            current_step=found.current_step,
            current_organisation=found.current_organisation,
            joint=found.joint,
            applicant=telling.applicant(found.applicant, whole=whole),
        )
        answer = HttpResponse(body.model_dump_json(), content_type="application/json; charset=utf-8")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Authorization"])
    return answer


@router.get(
    "/cases/{number}/events",
    response=reading(s.CaseEvents),
    auth=Needs(SystemScope.READ_EVENTS),
    url_name="case-events",
    operation_id="list_case_events",
    summary="List the events of a case",
)
def case_events(request: HttpRequest, number: s.Text) -> s.CaseEvents:
    """Every event of one case in the order of its chain."""
    client = client_of(request)
    require_case(number, client)
    row = get_case(number).row
    histories = iterate_histories(case_ids=[row.case_id])
    return s.CaseEvents(
        events=[event for history in histories for event in telling.events_of(history, whole=client.sees_persons)]
    )


@router.get(
    "/cases/{number}/certificates",
    response=reading(s.Certificates),
    auth=Needs(SystemScope.READ_CERTIFICATES),
    url_name="case-certificates",
    operation_id="list_case_certificates",
    summary="List the certificates of a case",
    tags=["certificates"],
)
def case_certificates(request: HttpRequest, number: s.Text) -> s.Certificates:
    """Every certificate or letter that a case has given, oldest first."""
    client = client_of(request)
    require_case(number, client)
    today = local_day(timezone.now())
    return s.Certificates(
        certificates=[
            telling.certificate(row, whole=client.sees_persons, in_force=row.is_in_force(today))
            for row in list_by_case(number)
        ]
    )
