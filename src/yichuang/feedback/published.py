"""Published: what the public may read of ratings, consultations and complaints, and what they add up to."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q

from yichuang.accounts.values import division_prefix
from yichuang.calendar.queries import get_calendar
from yichuang.feedback.domain.handling import load_categories, load_tags
from yichuang.feedback.domain.lifecycle import Kind, State, Step
from yichuang.feedback.domain.ratings import FollowUpSummary, Level, RatingSummary, Service
from yichuang.feedback.domain.texts import veil
from yichuang.feedback.models import Matter, MatterStep, Rating
from yichuang.feedback.values import PublishedMatter, PublishedRating
from yichuang.kernel.masking import mask_name
from yichuang.kernel.page import Page

_COUNTY = 6


def place(*, division: str, organisation: str) -> Q:
    """Return the filter of a place: a division with all below it, an organisation; "" for no limit."""
    found = Q(division__startswith=division_prefix(division)) if division else Q()
    return found & Q(organisation=organisation) if organisation else found


def rated_place(*, division: str, organisation: str) -> Q:
    """Return the same for ratings, where county and city are found by a column that stands in the indexes."""
    if not division or len(division) > _COUNTY:
        return place(division=division, organisation=organisation)
    prefix = division_prefix(division)
    found = Q(county=division) if prefix == division else Q(county__startswith=prefix)
    return found & Q(organisation=organisation) if organisation else found


def before(after: str) -> Q:
    """Return the filter of what follows a cursor in a list from the newest on; a cursor that is none begins anew."""
    return Q(pk__lt=int(after)) if after.isascii() and after.isdigit() else Q()


def page_ratings(*, where: Q, after: str, limit: int) -> Page[PublishedRating]:
    """Return published ratings, the newest first (two queries)."""
    rows = list(Rating.objects.filter(where, before(after)).order_by("-id")[: limit + 1])
    shown = rows[:limit]
    orders = {order.rating_id: order for order in Matter.objects.filter(rating__in=[row.pk for row in shown])}
    tags = load_tags()
    return Page(
        rows=tuple(
            PublishedRating(
                id=row.pk,
                level=Level(row.level),
                tags=tuple(tags.title_of(key) for key in row.tags),
                text=veil(row.text),
                service=Service(row.service),
                organisation=row.organisation,
                item=row.item,
                rated_on=row.rated_on,
                excluded=row.excluded_at is not None,
                excluded_reason=veil(row.excluded_reason),
                state=State(orders[row.pk].state) if row.pk in orders else None,
                finding=orders[row.pk].finding if row.pk in orders else "",
                correction=veil(orders[row.pk].correction) if row.pk in orders else "",
            )
            for row in shown
        ),
        next_after=str(shown[-1].pk) if len(rows) > limit else "",
    )


def page_matters(*, kind: Kind, where: Q, after: str, limit: int) -> Page[PublishedMatter]:
    """Return answered consultations whose askers agreed, or what came of closed complaints, the newest first."""
    chosen = Q(kind=Kind.CONSULTATION.value, state=State.ANSWERED.value, may_publish=True)
    if kind is Kind.COMPLAINT:
        chosen = Q(kind=Kind.COMPLAINT.value, state=State.CLOSED.value)
    matters = Matter.objects.select_related("party").filter(chosen, where, before(after)).order_by("-id")
    rows = list(matters[: limit + 1])
    shown = rows[:limit]
    categories = {category.key: category.title for category in load_categories()}
    return Page(
        rows=tuple(_published(matter, categories) for matter in shown),
        next_after=str(shown[-1].pk) if len(rows) > limit else "",
    )


def _published(matter: Matter, categories: dict[str, str]) -> PublishedMatter:
    in_words = matter.kind == Kind.CONSULTATION
    party = getattr(matter, "party", None)
    answered_on = matter.answered_on
    return PublishedMatter(
        number=matter.number,
        kind=Kind(matter.kind),
        title=veil(matter.title) if in_words else "",
        text=veil(matter.text) if in_words else "",
        answer=veil(matter.answer) if in_words else "",
        name=mask_name(party.name) if in_words and party else "",
        organisation=matter.organisation or matter.about,
        division=matter.division,
        item=matter.item,
        category=categories.get(matter.category, ""),
        finding=matter.finding,
        opened_on=matter.opened_on,
        answered_on=answered_on,
        working_days=get_calendar().between(matter.opened_on, answered_on) if answered_on else None,
    )


_COUNTED = Count("pk", filter=Q(excluded_at__isnull=True))
_EXCLUDED = Count("pk", filter=Q(excluded_at__isnull=False))


def summarise(*, where: Q, organisation: str, services: int | None) -> RatingSummary:
    """Return what the ratings of a filter add up to (one query)."""
    counts = Rating.objects.filter(where).order_by().values_list("level").annotate(n=_COUNTED, out=_EXCLUDED)
    return _summary(organisation, counts, services)


def summarise_each(*, where: Q) -> tuple[RatingSummary, ...]:
    """Return the same for every organisation that was rated, by code (one query)."""
    ratings = Rating.objects.filter(where).order_by()
    found: dict[str, list[tuple[int, int, int]]] = {}
    for code, *counts in ratings.values_list("organisation", "level").annotate(n=_COUNTED, out=_EXCLUDED):
        found.setdefault(code, []).append((counts[0], counts[1], counts[2]))
    return tuple(_summary(code, found[code], None) for code in sorted(found))


def _summary(organisation: str, counts: Iterable[tuple[int, int, int]], services: int | None) -> RatingSummary:
    """Return the summary of counts by level: the ratings that count, and those excluded."""
    levels, excluded = dict.fromkeys(Level, 0), 0
    for level, counted, out in counts:
        levels[Level(level)] += counted
        excluded += out
    return RatingSummary(organisation=organisation, levels=levels, excluded=excluded, services=services)


def summarise_follow_up(*, where: Q) -> FollowUpSummary:
    """Return how the work orders of a filter were followed up (two queries)."""
    orders = Matter.objects.filter(where, kind=Kind.WORK_ORDER.value)
    totals = orders.aggregate(orders=Count("pk"), closed=Count("pk", filter=Q(closed_at__isnull=False)))
    # Only the first call and the first reply: what was returned and done again was already in time or not.
    steps = MatterStep.objects.filter(matter__in=orders, step__in=[Step.CONTACT, Step.GIVE_UP, Step.REPLY])
    counts: dict[str, int] = {"call": 0, "call in time": 0, "reply": 0, "reply in time": 0}
    seen: set[tuple[int, str]] = set()
    for matter, step, late in steps.order_by("matter_id", "seq").values_list("matter_id", "step", "late"):
        name = "reply" if step == Step.REPLY else "call"
        if (matter, name) not in seen:
            seen.add((matter, name))
            counts[name] += 1
            counts[f"{name} in time"] += not late
    return FollowUpSummary(
        orders=totals["orders"],
        contacted=counts["call"],
        contacted_in_time=counts["call in time"],
        replied=counts["reply"],
        replied_in_time=counts["reply in time"],
        closed=totals["closed"],
    )


def in_days(name: str, *, start_on: date, until: date) -> Q:
    """Return the filter of days from `start_on` up to, not including, `until`."""
    return Q(**{f"{name}__gte": start_on, f"{name}__lt": until})
