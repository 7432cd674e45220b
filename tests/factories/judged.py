"""Findings written by judging's own writer, cards and notices included, out of a rule's worked example."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.supervision.engines.hit import Hit
from yichuang.supervision.judging.judgement import judgement
from yichuang.supervision.judging.writing import Differences, count_in, write
from yichuang.supervision.models import Card, Finding

COUNTY, DEPARTMENT, ITEM = "610924", "guotu", "11003"


def judged(
    serial: int,
    *,
    at: datetime,
    rule: str = "promised-overdue",
    number: str = "",
    county: str = COUNTY,
    department: str = DEPARTMENT,
    item: str = ITEM,
    occurred_on: date | None = None,
    case_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Finding:
    """Write what a rule finds in its first example that it finds something in, as of one place; return the finding.

    What occurred on the day of `at` is issued at once; an old breach waits for a person.
    """
    by, calendar = judgement(kind="live", at=at), get_calendar()
    known = by.rules.get(rule)
    assert known is not None
    example = next(one for one in known.examples if one.found)
    row = {**example.values(known.relation, calendar), **(facts or {})}
    hit = Hit(
        rule_id=rule,
        key=number or f"K{serial:06d}",
        number=number,
        county=county,
        organisation=f"{county}-{department}",
        department=department,
        item=item,
        centre=f"{county}-centre",
        town="",
        source="yichuang",
        version=1 if case_id else 0,
        case_id=case_id,
        open=True,
        occurred_wd=calendar.ordinal(occurred_on or local_day(at)),
        evidence={name: row[name] for name in sorted(known.columns) if name in row},
    )
    with transaction.atomic():
        found = count_in([hit], by)
        assert found, f"{rule} does not apply at {county}"
        write(Differences(new=found, changed=[], gone=[]), by=by)
    return Finding.objects.order_by("-id")[0]


def card_of(finding: Finding) -> Card:
    """Return the card that a finding brought."""
    return Card.objects.get(finding=finding)
