"""Items: what the lists say of every item of every organisation, and how much it is used."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.cases.queries import count_accepted_from, tally_items
from yichuang.cases.values import ItemTally
from yichuang.catalogue.queries import list_item_standings
from yichuang.catalogue.values import ItemStanding
from yichuang.supervision.domain.relations import Value

# About a quarter of a year.
_RECENT_DAYS = 60


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield the items that stand on a list of a day or have cases, by organisation and item."""
    calendar = get_calendar()
    # The last 60 working days: behind the day that many before.
    since = calendar.day_of(calendar.ordinal(on) - _RECENT_DAYS + 1)
    standings = {(one.organisation, one.item): one for one in list_item_standings(on=on)}
    tallies = {(one.organisation, one.item): one for one in tally_items(since=since)}
    cancelled = {key: one.cancelled_on for key, one in standings.items() if one.cancelled_on and key in tallies}
    after = count_accepted_from(cancelled)
    for organisation, item in sorted({*standings, *tallies}):
        key = (organisation, item)
        standing = standings.get(key) or ItemStanding(organisation, item)
        tally = tallies.get(key) or ItemTally(organisation, item, 0, 0, None)
        yield {
            "key": f"{organisation}|{item}",
            "county": organisation[:6] if organisation[:6].isdigit() else "",
            "organisation": organisation,
            "department": organisation.partition("-")[2],
            "item": item,
            "listed": standing.listed,
            "entered": standing.entered_on is not None,
            "entered_wd": calendar.ordinal(standing.entered_on) if standing.entered_on else None,
            "cancelled": standing.cancelled_on is not None,
            "cancelled_wd": calendar.ordinal(standing.cancelled_on) if standing.cancelled_on else None,
            "standing": standing.standing,
            "kind": standing.kind,
            "promised_amount": standing.promised_amount,
            "statutory_amount": standing.statutory_amount,
            "same_unit": bool(standing.promised_unit) and standing.promised_unit == standing.statutory_unit,
            "cases_all": tally.accepted,
            "cases_quarter": tally.recent,
            "cases_after_cancel": after.get(key, 0),
            "last_case_wd": calendar.ordinal(tally.last_on) if tally.last_on else None,
        }
