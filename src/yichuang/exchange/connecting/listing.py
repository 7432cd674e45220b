"""Listing: cases that waited for a code in their source's own dictionary, taken up once it stands there."""

from django.db.models import Q

from yichuang.exchange.domain.lookups import Dictionaries
from yichuang.exchange.models import LandedRow, QuarantinedRecord
from yichuang.exchange.quarantine import faults_from_text
from yichuang.exchange.values import OPEN, RowState

_CODES = frozenset({"CodeNotListed", "CodeListedTwice"})
_PART = 500


def take_up_listed(source: str, dictionaries: Dictionaries) -> int:
    """Let the cases wait again of which some code is listed now; return how many.

    A dictionary changes without any row of the case changing: nothing else would ever look at them again.
    """
    listed = {(lookup.table, lookup.code, code) for lookup, found in dictionaries.items() for code in found.meanings}
    broken = QuarantinedRecord.objects.filter(
        Q(faults__contains="CodeNotListed") | Q(faults__contains="CodeListedTwice"), source=source, state__in=OPEN
    ).exclude(case_key="")
    keys = [
        key
        for key, faults in broken.order_by("id").values_list("case_key", "faults").iterator()
        if any(
            fault.code in _CODES and (fault.details["table"], fault.details["column"], fault.details["value"]) in listed
            for fault in faults_from_text(faults)
        )
    ]
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        LandedRow.objects.filter(source=source, case_key__in=part, state=RowState.QUARANTINED).update(
            state=RowState.WAITING
        )
    return len(keys)
