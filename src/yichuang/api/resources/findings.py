"""Findings: what supervision found in the system's area."""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Path, Router

from yichuang.accounts.values import SystemScope
from yichuang.api import schemas as s
from yichuang.api.access import Needs, client_of
from yichuang.api.cursors import seal, unseal
from yichuang.api.resources.shared import reading
from yichuang.supervision.queries import get_finding, page_findings
from yichuang.supervision.values import FindingFilter, FindingNotKnown, FindingRow

router = Router(tags=["findings"])
_KIND = "findings"


@router.get(
    "/findings",
    response=reading(s.Findings),
    auth=Needs(SystemScope.READ_FINDINGS),
    url_name="findings",
    operation_id="list_findings",
    summary="List findings",
)
def findings(
    request: HttpRequest,
    *,
    state: Literal["standing", "ended", "all"] = "standing",
    colour: Literal["", "none", "any", "reminder", "yellow", "red"] = "",
    rule: s.Code = "",
    county: s.Code = "",
    organisation: s.Code = "",
    item: s.Code = "",
    number: s.Code = "",
    from_on: s.Day | None = None,
    until: s.Day | None = None,
    after: s.Cursor = "",
    limit: s.Limit = 100,
) -> s.Findings:
    """Findings, the newest found first; `from_on` and `until` (exclusive) bound the day of the breach."""
    chosen = FindingFilter(
        state=state,
        colour=colour,
        rule=rule,
        county=county,
        organisation=organisation,
        item=item,
        number=number,
        from_on=from_on,
        until=until,
    )
    page = page_findings(chosen=chosen, scope=client_of(request).scope, after=unseal(_KIND, after) or "", limit=limit)
    return s.Findings(findings=[s.Finding(**_fields(row)) for row in page], next=seal(_KIND, page.next_after))


@router.get(
    "/findings/{finding}",
    response=reading(s.FindingFile),
    auth=Needs(SystemScope.READ_FINDINGS),
    url_name="finding",
    operation_id="get_finding",
    summary="Get one finding",
)
def finding(request: HttpRequest, finding: Annotated[s.Identity, Path()]) -> s.FindingFile:
    """One finding with the rule that caught it, its evidence and the parameters of that day."""
    found = get_finding(finding)
    row = found.row
    scope = client_of(request).scope
    if not scope.covers(division=row.town or row.county, organisation=row.organisation, centre=row.centre):
        raise FindingNotKnown(finding=finding)
    english = (get_language() or "").startswith("en")
    return s.FindingFile(
        **_fields(row),
        title=found.rule.title.en if english else found.rule.title.zh,
        citation=_plain(found.rule.citation),
        rule_version=row.rule_version,
        evidence=_as_json(found.evidence),
        parameters=_as_json(found.parameters),
    )


def _fields(row: FindingRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "rule": row.rule,
        "rule_class": row.rule_class,
        "colour": row.colour.value if row.colour else "",
        "number": row.number,
        "county": row.county,
        "town": row.town,
        "organisation": row.organisation,
        "item": row.item,
        "source": row.source,
        "occurred_on": row.occurred_on,
        "found_at": row.found_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason.value if row.end_reason else "",
        "card_number": row.card_number,
        "card_state": row.card_state.value if row.card_state else "",
    }


def _plain(citation: Any) -> str:
    return citation if isinstance(citation, str) else str(getattr(citation, "zh", citation))


def _as_json(found: Any) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(dict(found), default=str))
    return kept
