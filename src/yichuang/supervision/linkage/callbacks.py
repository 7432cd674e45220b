"""Call-backs: cases drawn by lot to be telephoned about, and what the applicants said (domain research 7, test 10)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.cases import queries as cases
from yichuang.cases.values import CaseFilter
from yichuang.kernel.actor import Actor
from yichuang.kernel.page import Page
from yichuang.regions import queries as regions
from yichuang.supervision.domain.linkage.refusals import CallbackDone, CallbackUnknown, NothingDrawable
from yichuang.supervision.domain.linkage.sampling import draw
from yichuang.supervision.domain.linkage.terms import terms_on
from yichuang.supervision.domain.linkage.values import CallbackFilter, CallbackRow
from yichuang.supervision.domain.linkage.words import CallbackState
from yichuang.supervision.models import Callback

_COUNTY_DIGITS = 6


@transaction.atomic
def draw_callbacks(*, on: date, per_county: int, seed: int, by: Actor, at: datetime) -> tuple[str, ...]:  # noqa: ARG001
    """Draw so many cases of each county among those closed in the days before `on`, and return their numbers.

    How many days back says `law/linkage.yaml`. The same day and seed draw the same cases again and add none; a case is
    drawn once. Refuses with NothingDrawable.
    """
    days = terms_on(on).callback_days.value
    already = set(Callback.objects.exclude(drawn_on=on, seed=seed).values_list("number", flat=True))
    drawn: list[str] = []
    for division in regions.get_tree(on=on):
        if len(division.code) != _COUNTY_DIGITS:
            continue
        chosen = CaseFilter(measure="completed", start_on=on - timedelta(days=days), until=on, county=division.code)
        numbers = (line.partition("\t")[0] for line in cases.list_evidence(chosen))
        drawn += draw((one for one in numbers if one not in already), count=per_county, seed=seed)
    if not drawn:
        raise NothingDrawable(on=on.isoformat(), days=days)
    standing = set(Callback.objects.filter(number__in=drawn).values_list("number", flat=True))
    fresh = [cases.find_linkable(number) for number in drawn if number not in standing]
    Callback.objects.bulk_create(
        Callback(
            number=one.number,
            county=one.county,
            organisation=one.organisation,
            item=one.item,
            state=CallbackState.DRAWN.value,
            seed=seed,
            drawn_on=on,
            drawn_by=by.name,
        )
        for one in fresh
        if one is not None
    )
    return tuple(drawn)


@transaction.atomic
def record_callback(
    *,
    number: str,
    state: CallbackState,
    place_agrees: bool | None = None,
    date_agrees: bool | None = None,
    visits_agree: bool | None = None,
    fees_agree: bool | None = None,
    notes: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Keep what the applicant of a drawn case said; None where it was not asked or he did not know.

    Somebody who could not be reached may be called again; what was said once stands. Refuses with CallbackUnknown or
    CallbackDone.
    """
    row = Callback.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise CallbackUnknown(number=number)
    if row.state in {CallbackState.DONE.value, CallbackState.DECLINED.value} or state is CallbackState.DRAWN:
        raise CallbackDone(number=number)
    row.state = CallbackState(state).value
    asked = state is CallbackState.DONE
    row.place_agrees, row.date_agrees = (place_agrees, date_agrees) if asked else (None, None)
    row.visits_agree, row.fees_agree = (visits_agree, fees_agree) if asked else (None, None)
    row.notes, row.called_at, row.called_by = notes.strip(), at, by.name
    row.save()


def page_callbacks(*, chosen: CallbackFilter, scope: Scope, after: str = "", limit: int = 50) -> Page[CallbackRow]:
    """Return one page of call-backs, the last drawn first; `after` is a page's cursor."""
    rows = Callback.objects.filter(within(scope, division="county", organisation="organisation"))
    if chosen.state is not None:
        rows = rows.filter(state=chosen.state.value)
    for name in ("county", "organisation", "drawn_on"):
        if value := getattr(chosen, name):
            rows = rows.filter(**{name: value})
    if chosen.disagrees is not None:
        against = Q(place_agrees=False) | Q(date_agrees=False) | Q(visits_agree=False) | Q(fees_agree=False)
        rows = rows.filter(against) if chosen.disagrees else rows.exclude(against)
    if after:
        on, _, place = after.partition("~")
        if not place.isdigit():
            raise CallbackUnknown(number=after)
        rows = rows.filter(Q(drawn_on__lt=on) | Q(drawn_on=on, pk__lt=int(place)))
    found = list(rows.order_by("-drawn_on", "-id")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    next_after = f"{found[-1].drawn_on.isoformat()}~{found[-1].pk}" if more else ""
    return Page(tuple(map(_row, found)), next_after)


def get_callback(number: str) -> CallbackRow:
    """Return the call-back of a case; raises CallbackUnknown."""
    row = Callback.objects.filter(number=number).first()
    if row is None:
        raise CallbackUnknown(number=number)
    return _row(row)


def _row(row: Callback) -> CallbackRow:
    return CallbackRow(
        id=row.pk,
        number=row.number,
        county=row.county,
        organisation=row.organisation,
        item=row.item,
        state=CallbackState(row.state),
        drawn_on=row.drawn_on,
        place_agrees=row.place_agrees,
        date_agrees=row.date_agrees,
        visits_agree=row.visits_agree,
        fees_agree=row.fees_agree,
        notes=row.notes,
        called_at=row.called_at,
        called_by=row.called_by,
    )
