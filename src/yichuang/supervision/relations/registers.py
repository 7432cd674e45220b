"""Registers: the entries of departments' own lists, and what linking says of them (domain research 7, test 1)."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.supervision.domain.linkage.words import EntryState
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.models import RegisterEntry

_AT_ONCE = 5_000


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the entries decided up to and including `on`; one that was never linked has no outcome."""
    calendar = get_calendar()
    rows = (
        RegisterEntry.objects.filter(state=EntryState.STANDING.value, decided_on__lte=on)
        .select_related("register", "lead")
        .defer("content", "faults")
        .order_by("register__code", "identity")
    )
    for row in rows.iterator(chunk_size=_AT_ONCE):
        lead = getattr(row, "lead", None)
        if row.decided_on is None:
            continue
        yield {
            "key": f"{row.register.code}|{row.identity}",
            "register": row.register.code,
            "entry": row.identity,
            "number": lead.case_number if lead is not None and lead.matched else "",
            "county": row.county,
            "organisation": row.organisation,
            "department": row.department,
            "item": row.item,
            "document_number": row.document_number[:128],
            "decided_wd": calendar.ordinal(row.decided_on),
            "matched": lead is not None and lead.matched,
            "outcome": "" if lead is None else lead.outcome,
            "verdict": "" if lead is None else lead.verdict,
            "probability_permille": 0 if lead is None else lead.probability_permille,
            "centre_volume": 0 if lead is None else lead.centre_volume,
            "decided_apart_days": None if lead is None else lead.apart_days,
            "published_wd": None if row.published_on is None else calendar.ordinal(row.published_on),
        }
