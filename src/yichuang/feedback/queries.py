"""The reading door of feedback: lists for those who handle, results for everybody, sums for those who count.

Lists inside a scope come by deadline, keyset-paged; `on` is the day they are read, against which days are counted.
"""

from datetime import date

from django.db.models import Q

from yichuang.accounts.queries import within
from yichuang.accounts.values import Scope
from yichuang.feedback import files, published, raters
from yichuang.feedback.courses import list_courses
from yichuang.feedback.domain.handling import Category, Tag, load_categories, load_tags
from yichuang.feedback.domain.lifecycle import Kind, State
from yichuang.feedback.domain.ratings import FollowUpSummary, Level, RatingSummary
from yichuang.feedback.models import Appeal, Matter, Rating
from yichuang.feedback.rows import appeal_row, matter_row, rating_row
from yichuang.feedback.values import AppealRow, MatterFile, MatterRow, PublishedMatter, PublishedRating, RatingRow
from yichuang.kernel.page import Page

__all__ = [
    "count_open",
    "follow_up",
    "get_matter",
    "get_own_matter",
    "get_rater_digest",
    "list_categories",
    "list_courses",
    "list_own",
    "list_summaries",
    "list_tags",
    "page_appeals",
    "page_matters",
    "page_published_matters",
    "page_published_ratings",
    "page_work_orders",
    "ratings_of",
    "summary",
]


def get_rater_digest(*, id_type: str, id_number: str) -> str:
    """Return the digest by which a person's ratings are told from others' without naming him."""
    return raters.rater_digest(id_type=id_type, id_number=id_number)


def list_tags(*, level: Level, on: date) -> tuple[Tag, ...]:
    """Return what may be ticked beside a level on a day; titles are message ids."""
    return tuple(tag for tag in load_tags().in_force(on) if level in tag.levels)


def list_categories() -> tuple[Category, ...]:
    """Return what complaints can be about, and who usually looks into each; texts are message ids."""
    return load_categories()


def ratings_of(case_number: str) -> tuple[RatingRow, ...]:
    """Return the ratings of a case, by id; empty where nobody has rated (two queries)."""
    ratings = list(Rating.objects.filter(case_number=case_number).order_by("id"))
    orders = dict(Matter.objects.filter(rating__in=ratings).values_list("rating_id", "number")) if ratings else {}
    return tuple(rating_row(rating, order=orders.get(rating.pk, "")) for rating in ratings)


def get_matter(*, number: str, on: date, personal: bool = False) -> MatterFile:
    """Return one matter with its history; name and phone masked unless `personal`. Refuses with `MatterNotKnown`.

    The caller holds it against the reader's scope: `require(scope, division=row.division,
    organisation=row.organisation, centre=row.centre)`.
    """
    return files.get_file(number=number, on=on, personal=personal)


def get_own_matter(*, number: str, owner: str, on: date) -> MatterFile:
    """Return one's own matter as its asker sees it; refuses with `MatterNotKnown` also what is another's."""
    if not owner or not Matter.objects.filter(number=number, owner=owner).exists():
        return files.get_file(number="", on=on, personal=False)
    return files.for_the_asker(files.get_file(number=number, on=on, personal=False))


def list_own(*, owner: str, on: date, limit: int = 100) -> tuple[MatterRow, ...]:
    """Return what an account has asked and complained, the newest first (one query)."""
    if not owner:
        return ()
    matters = Matter.objects.select_related("rating").filter(owner=owner).order_by("-id")[:limit]
    return tuple(matter_row(matter, on=on) for matter in matters)


def page_matters(
    *,
    scope: Scope,
    on: date,
    kind: Kind | None = None,
    state: State | None = None,
    is_open: bool | None = True,
    after: str = "",
    limit: int = 50,
) -> Page[MatterRow]:
    """Return matters inside a scope by deadline (one query); all kinds together where none is named.

    A complaint stands in the list of the body that looks into it; until it is assigned only a scope without a
    limit of organisation shows it.
    """
    chosen = _within(scope) & _after_due(after)
    if kind is not None:
        chosen &= Q(kind=kind.value)
    if state is not None:
        chosen &= Q(state=state.value)
    if is_open is not None:
        chosen &= Q(closed_at__isnull=is_open)
    matters = Matter.objects.select_related("rating").filter(chosen).order_by("due_on", "id")
    rows = list(matters[: limit + 1])
    shown = rows[:limit]
    return Page(
        rows=tuple(matter_row(matter, on=on) for matter in shown),
        next_after=f"{shown[-1].due_on.isoformat()}_{shown[-1].pk}" if len(rows) > limit else "",
    )


def page_work_orders(
    *, scope: Scope, on: date, state: State | None = None, is_open: bool | None = True, after: str = "", limit: int = 50
) -> Page[MatterRow]:
    """Return the work orders of bad ratings inside a scope, by deadline (one query)."""
    return page_matters(
        scope=scope, on=on, kind=Kind.WORK_ORDER, state=state, is_open=is_open, after=after, limit=limit
    )


def page_appeals(*, scope: Scope, on: date, after: str = "", limit: int = 50) -> Page[AppealRow]:
    """Return the appeals that wait for a decision inside a scope, by deadline (one query)."""
    inside = within(scope, division="order__division", organisation="order__organisation", centre="order__centre")
    chosen = inside & Q(decided_at__isnull=True) & _after_due(after)
    appeals = Appeal.objects.select_related("order__rating").filter(chosen).order_by("due_on", "id")
    rows = list(appeals[: limit + 1])
    shown = rows[:limit]
    return Page(
        rows=tuple(appeal_row(appeal, on=on) for appeal in shown),
        next_after=f"{shown[-1].due_on.isoformat()}_{shown[-1].pk}" if len(rows) > limit else "",
    )


def count_open(*, scope: Scope, on: date) -> dict[Kind, tuple[int, int]]:
    """Return for each kind how many matters are open inside a scope, and how many of them are late (one query)."""
    found = dict.fromkeys(Kind, (0, 0))
    for kind, due_on in Matter.objects.filter(_within(scope), closed_at__isnull=True).values_list("kind", "due_on"):
        opened, late = found[Kind(kind)]
        found[Kind(kind)] = (opened + 1, late + (on > due_on))
    return found


def summary(
    *, division: str = "", organisation: str = "", start_on: date, until: date, services: int | None = None
) -> RatingSummary:
    """Return what the ratings of a place and of days up to, not including, `until` add up to (one query).

    `services` is how many services could have been rated, where the asker knows it: without it there is no 评议率.
    """
    where = published.rated_place(division=division, organisation=organisation)
    where &= published.in_days("rated_on", start_on=start_on, until=until)
    return published.summarise(where=where, organisation=organisation, services=services)


def list_summaries(*, division: str = "", start_on: date, until: date) -> tuple[RatingSummary, ...]:
    """Return the same for every organisation of a place that was rated, by code (one query)."""
    where = published.rated_place(division=division, organisation="")
    return published.summarise_each(where=where & published.in_days("rated_on", start_on=start_on, until=until))


def follow_up(*, division: str = "", organisation: str = "", start_on: date, until: date) -> FollowUpSummary:
    """Return how the bad ratings of a place and of some days were followed up (two queries)."""
    where = published.place(division=division, organisation=organisation)
    return published.summarise_follow_up(where=where & published.in_days("opened_on", start_on=start_on, until=until))


def page_published_ratings(
    *, division: str = "", organisation: str = "", item: str = "", after: str = "", limit: int = 20
) -> Page[PublishedRating]:
    """Return ratings as everybody may see them, the newest first; excluded ones are shown as excluded (two queries)."""
    where = published.rated_place(division=division, organisation=organisation)
    return published.page_ratings(where=where & Q(item=item) if item else where, after=after, limit=limit)


def page_published_matters(
    *, kind: Kind, division: str = "", organisation: str = "", item: str = "", after: str = "", limit: int = 20
) -> Page[PublishedMatter]:
    """Return answered consultations whose askers agreed, or results of complaints, the newest first (one query)."""
    where = published.place(division=division, organisation=organisation)
    return published.page_matters(kind=kind, where=where & Q(item=item) if item else where, after=after, limit=limit)


def _within(scope: Scope) -> Q:
    return within(scope, division="division", organisation="organisation", centre="centre")


def _after_due(after: str) -> Q:
    """Return the filter of what follows a cursor in a list by deadline; a cursor that is none begins anew."""
    day, _, key = after.partition("_")
    try:
        due_on, last = date.fromisoformat(day), int(key)
    except ValueError:
        return Q()
    return Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=last)
