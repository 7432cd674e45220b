"""Fees: what was asked for in cases, beside the item's own list on the day of receipt (行政许可法第五十九条)."""

from collections.abc import Iterator
from datetime import date, datetime

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.queries import list_charged_fees
from yichuang.catalogue.queries import get_terms_register
from yichuang.supervision.domain.amounts import fen
from yichuang.supervision.domain.relations import Value


def gather(*, on: date, at: datetime) -> Iterator[dict[str, Value]]:  # noqa: ARG001 - one signature for all relations
    """Yield every fee with whether the item lists it, and whether it is higher than the standard listed."""
    register, calendar = get_terms_register(), get_calendar()
    for fee in list_charged_fees():
        terms = register.find(fee.organisation, fee.item, fee.received_on)
        listed = next((one for one in terms.fees if one.name == fee.name), None) if terms else None
        amount = fen(fee.amount)
        yield {
            "key": f"{fee.number}|{fee.place}",
            "number": fee.number,
            "county": fee.county,
            "organisation": fee.organisation,
            "item": fee.item,
            "name": fee.name.replace("\0", "")[:200],
            "amount_fen": amount,
            "on_list": listed is not None,
            "over_list": listed is not None and listed.most_fen is not None and amount > listed.most_fen,
            "paid": fee.paid,
            "charged_wd": calendar.ordinal(local_day(fee.charged_at)),
        }
