"""Series: the numbers that a register gives out one after another, and the gaps in them (test 8 of domain research 7).

Only where at least half of the numbers between first and last are there: a list that copies numbers given out
elsewhere, the centre's certificates say, is no series of its own, and its gaps mean nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Max, Min

from yichuang.supervision.domain.linkage.words import EntryState
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.models import RegisterEntry

_FEWEST = 5


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the series of the entries decided up to and including `on`."""
    rows = (
        RegisterEntry.objects.filter(state=EntryState.STANDING.value, decided_on__lte=on, serial__isnull=False)
        .order_by("register__code", "prefix")
        .values_list("register__code", "prefix")
        .annotate(Min("county"), Min("organisation"), Min("serial"), Max("serial"), Count("serial", distinct=True))
    )
    for register, prefix, county, organisation, first, last, present in rows:
        span = last - first + 1
        if present < _FEWEST or 2 * present < span:
            continue
        yield {
            "key": f"{register}|{prefix}",
            "register": register,
            "prefix": prefix,
            "county": county,
            "organisation": organisation,
            "first": first,
            "last": last,
            "present": present,
            "missing": span - present,
        }
