"""Volumes: how much of an item a department's list shows in a month, beside what the centre decided (test 3)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from yichuang.cases.queries import list_linkable
from yichuang.supervision.domain.linkage.words import EntryState
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.models import RegisterEntry

Month = tuple[str, str, int]


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the months in which a register shows an item, up to and including `on`.

    Of several lists of one department the fullest counts: a licence and its seal are one matter in two lists.
    """
    listed: Counter[tuple[str, Month]] = Counter()
    rows = RegisterEntry.objects.filter(state=EntryState.STANDING.value, decided_on__lte=on).exclude(item="")
    for register, organisation, item, day in rows.order_by().values_list(
        "register__code", "organisation", "item", "decided_on"
    ):
        if day is not None:
            listed[register, (organisation, item, month_of(day))] += 1
    volumes: dict[Month, int] = {}
    for (_, key), count in listed.items():
        volumes[key] = max(volumes.get(key, 0), count)
    decided: Counter[Month] = Counter()
    counties = sorted({organisation.partition("-")[0][:6] for organisation, _, _ in volumes})
    for case in list_linkable(counties=counties, received_until=on + timedelta(days=1)):
        if case.decided_on is not None and case.granted and case.decided_on <= on:
            decided[case.organisation, case.item, month_of(case.decided_on)] += 1
    for (organisation, item, month), volume in sorted(volumes.items()):
        centre = decided[organisation, item, month]
        yield {
            "key": f"{organisation}|{item}|{month}",
            "county": organisation.partition("-")[0][:6],
            "organisation": organisation,
            "item": item,
            "month": month,
            "register_volume": volume,
            "centre_volume": centre,
            "ratio_permille": 1000 * centre // volume,
        }


def month_of(day: date) -> int:
    """Return a day's month as yyyymm."""
    return day.year * 100 + day.month
