"""Results: certificates of cases that ought to stand in their department's list, and whether they do (test 2)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from yichuang.calendar.queries import get_calendar
from yichuang.cases.queries import list_linkable
from yichuang.supervision.domain.linkage.words import EntryState
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.models import Lead, RegisterEntry
from yichuang.supervision.relations.volumes import month_of


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the certificates of cases decided up to and including `on`, of items and months that a list covers.

    Two cases may bear one certificate's number by mistake: the key names the case as well.
    """
    rows = RegisterEntry.objects.filter(state=EntryState.STANDING.value, decided_on__lte=on).exclude(item="")
    covered = {
        (organisation, item, month_of(day))
        for organisation, item, day in rows.order_by().values_list("organisation", "item", "decided_on")
        if day is not None
    }
    found = set(Lead.objects.filter(matched=True).order_by().values_list("case_number", flat=True))
    counties = sorted({organisation.partition("-")[0][:6] for organisation, _, _ in covered})
    calendar = get_calendar()
    for case in list_linkable(counties=counties, received_until=on + timedelta(days=1)):
        if not case.certificate_number or case.decided_on is None or case.decided_on > on:
            continue
        if (case.organisation, case.item, month_of(case.decided_on)) not in covered:
            continue
        yield {
            "key": f"{case.certificate_number}|{case.number}"[:160],
            "number": case.number,
            "county": case.county,
            "organisation": case.organisation,
            "department": case.department,
            "item": case.item,
            "certificate_number": case.certificate_number,
            "decided_wd": calendar.ordinal(case.decided_on),
            "in_register": case.number in found,
        }
