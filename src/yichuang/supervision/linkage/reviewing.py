"""Reviewing: what a person says of a lead. It stands above every computation, and the next run learns from it."""

from datetime import datetime

from django.db import transaction

from yichuang.cases import queries as cases
from yichuang.kernel.actor import Actor
from yichuang.supervision.domain.linkage.refusals import CaseNotLinkable, EntryUnknown, LeadReasonNeeded, LeadUnknown
from yichuang.supervision.domain.linkage.words import EntryState, Verdict
from yichuang.supervision.linkage.importing import drop_row
from yichuang.supervision.models import Lead, LeadVerdict, RegisterEntry


@transaction.atomic
def review_lead(*, lead: int, verdict: Verdict, reason: str, case_number: str = "", by: Actor, at: datetime) -> None:
    """Keep a verdict on a lead: confirmed, it never went through the centre as it should; rejected, it did or need not.

    A rejection may name the case that it is: the next run links the two whatever their weights. Every pair that is
    judged teaches the thresholds. A later verdict replaces an earlier one, which is kept. Refuses with LeadUnknown,
    LeadReasonNeeded or CaseNotLinkable.
    """
    verdict, reason, number = Verdict(verdict), reason.strip(), case_number.strip()
    if not reason or verdict is Verdict.NONE:
        raise LeadReasonNeeded()
    row = Lead.objects.select_for_update().select_related("entry").filter(pk=lead).first()
    if row is None:
        raise LeadUnknown(lead=lead)
    if number:
        found = cases.find_linkable(number)
        if found is None or found.county != row.county:
            raise CaseNotLinkable(number=number)
    for judged, same, weight in _taught(row, verdict, number):
        LeadVerdict.objects.create(
            entry=row.entry,
            run_id=row.run_id,
            verdict=verdict.value,
            reason=reason,
            case_number=judged,
            same=same,
            weight=weight,
            at=at,
            by_id=by.id,
            by_name=by.name,
        )
    row.verdict, row.reason, row.reviewed_at, row.reviewed_by = verdict.value, reason, at, by.name
    row.save(update_fields=["verdict", "reason", "reviewed_at", "reviewed_by"])


def _taught(row: Lead, verdict: Verdict, number: str) -> list[tuple[str, bool | None, int | None]]:
    """Return the pairs that the verdict judges: case, whether it is the matter, its weight; the last one binds."""
    beside = row.case_number
    if row.matched:
        if verdict is Verdict.CONFIRMED:
            # Double track: it is the same matter, and its times do contradict each other.
            return [(beside, True, row.weight)]
        if number and number != beside:
            return [(beside, False, row.weight), (number, True, None)]
        # The times have their explanation; that it is the same matter nobody doubted.
        return [(beside, True if number else None, row.weight if number else None)]
    if verdict is Verdict.CONFIRMED:
        return [(beside, False, row.weight)] if beside else [("", None, None)]
    if number:
        other = [(beside, False, row.weight)] if beside and beside != number else []
        return [*other, (number, True, row.weight if number == beside else None)]
    return [("", None, None)]


@transaction.atomic
def drop_entry(*, entry: int, reason: str, by: Actor, at: datetime) -> None:
    """Take an entry out of linking for a reason (a test row, a row that a corrected one replaced); it is kept.

    Refuses with EntryUnknown or LeadReasonNeeded.
    """
    if not reason.strip():
        raise LeadReasonNeeded()
    row = RegisterEntry.objects.select_for_update().filter(pk=entry).exclude(state=EntryState.DROPPED.value).first()
    if row is None:
        raise EntryUnknown(entry=entry)
    drop_row(row, reason=reason.strip(), by=by, at=at)
    Lead.objects.filter(entry=row).delete()
