"""The plan of a hall: its windows by area, what is late first, so that a manager sees on a phone where to go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yichuang.cases.values import StateCount
from yichuang.regions.values import PostRow, WindowRow


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """One window: who sits there, A before B, and what its department has that is late or soon will be."""

    number: str
    name: str
    people: tuple[str, ...]
    overdue: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One area of the hall, "" where a hall has none; a department with several windows counts once."""

    name: str
    windows: tuple[WindowPlace, ...]
    overdue: int
    due_soon: int


def areas_of(
    windows: Iterable[WindowRow],
    *,
    posts: Iterable[PostRow],
    counts: Iterable[StateCount],
    successors: Mapping[str, str],
) -> tuple[AreaPlan, ...]:
    """Return the areas, and in each the windows, with the most that is late first, then the most that soon will be.

    A case of an organisation that has ended counts for the window of the one that took over its duties.
    """
    people = _people(posts)
    late: dict[str, tuple[int, int]] = {}
    for one in counts:
        code = successors.get(one.organisation, one.organisation)
        overdue, due_soon = late.get(code, (0, 0))
        late[code] = (overdue + one.overdue, due_soon + one.due_soon)
    by_area: dict[str, list[WindowRow]] = {}
    for row in windows:
        by_area.setdefault(row.area, []).append(row)
    areas = [_area(name, rows, people=people, late=late) for name, rows in by_area.items()]
    return tuple(sorted(areas, key=lambda area: (-area.overdue, -area.due_soon, area.name)))


def _area(
    name: str, rows: Sequence[WindowRow], *, people: Mapping[str, list[str]], late: Mapping[str, tuple[int, int]]
) -> AreaPlan:
    places = [
        WindowPlace(row.number, row.name, tuple(people.get(row.code, ())), *late.get(row.organisation, (0, 0)))
        for row in rows
    ]
    sums = [late.get(organisation, (0, 0)) for organisation in {row.organisation for row in rows}]
    return AreaPlan(
        name=name,
        windows=tuple(sorted(places, key=lambda one: (-one.overdue, -one.due_soon, one.number))),
        overdue=sum(overdue for overdue, _soon in sums),
        due_soon=sum(soon for _overdue, soon in sums),
    )


def _people(posts: Iterable[PostRow]) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for post in sorted(posts, key=lambda one: (one.window, one.rank or "C", one.code)):
        rank = _("%(rank)s岗") % {"rank": post.rank} if post.rank else ""
        people.setdefault(post.window, []).append(f"{post.staff_name} {rank}".strip())
    return people
