"""Planting: which places of a plan hold a known violation. What must supervision find, and in which case?

A planted case takes the place of an ordinary one that would have been accepted and ended, so that no total changes.
The choice follows from story, offers, seed and scale alone, like the plan itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from math import ceil
from random import Random
from typing import NamedTuple, TypeVar

import msgspec

from yichuang.scenario.domain.breaches import RECIPES, Recipe
from yichuang.scenario.domain.days import DAY_SECONDS, Days
from yichuang.scenario.domain.plan import Fate, Plan
from yichuang.scenario.domain.scene import Planted
from yichuang.scenario.domain.story import Story, StoryFaulty
from yichuang.scenario.values import Offer

# Received between nine and three, so that the acts of the day of receipt fall into office hours.
_FROM, _UNTIL = 9 * 3600, 15 * 3600
# Working days beyond what an item needs: a delivery that is late by law takes two weeks.
_MARGIN = 15
_T = TypeVar("_T")


class Violation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of breach: how many cases (or groups of cases) of it, where, and which rules must find them."""

    kind: str
    count: int
    divisions: tuple[str, ...]
    finds: tuple[str, ...]
    note: str = ""


class _Candidate(NamedTuple):
    place: int
    first: int
    offer: Offer
    division: str


def read_violations(raw: object, *, file: str) -> tuple[Violation, ...]:
    """Return what a data file plants; refuses with StoryFaulty."""
    try:
        found = msgspec.convert(raw["violations"], tuple[Violation, ...], strict=False)  # type: ignore[index]
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise StoryFaulty(file=file, reason=str(error)) from error
    for one in found:
        if one.kind not in RECIPES or one.count < 1 or not one.finds:
            raise StoryFaulty(file=file, reason=one.kind)
    return found


def choose_places(
    violations: Sequence[Violation],
    plan: Plan,
    story: Story,
    days: Days,
    offers: Sequence[Offer],
    *,
    seed: int,
    scale: float,
) -> dict[int, Planted]:
    """Return the planted places of a plan; a kind for which a tiny half-year has no fitting item is left out."""
    pools: dict[str, list[_Candidate]] = {county.division: [] for county in story.counties}
    for one in _candidates(plan, story, days, offers):
        pools[one.division].append(one)
    random = Random(f"violations:{seed}")
    for pool in pools.values():
        random.shuffle(pool)
    planted: dict[int, Planted] = {}
    for violation in violations:
        recipe, count = RECIPES[violation.kind], ceil(violation.count * scale)
        # In the counties named, by turns; elsewhere only where they have too few.
        named = [pools.get(division, []) for division in violation.divisions]
        others = [pool for division, pool in pools.items() if division not in violation.divisions]
        fitting = (
            one
            for one in chain(_in_turn(named), _in_turn(others))
            if one.place not in planted and _fits(one, recipe, days)
        )
        groups = _grouped(fitting, recipe.group) if recipe.group > 1 else ([one] for one in fitting)
        for number, group in enumerate(islice(groups, count)):
            day = max(one.first for one in group) + 1
            for member, one in enumerate(group):
                planted[one.place] = Planted(violation.kind, violation.finds, number, member, day)
    return planted


def _candidates(plan: Plan, story: Story, days: Days, offers: Sequence[Offer]) -> Iterator[_Candidate]:
    for place, slot in enumerate(plan):
        offer = offers[slot.offer]
        if slot.fate != Fate.NORMAL or slot.web or offer.on_the_spot or offer.in_hours:
            continue
        day, second = divmod(slot.received, DAY_SECONDS)
        if not _FROM <= second < _UNTIL or offer.item == story.joint.item:
            continue
        yield _Candidate(place, days.next_working[day], offer, story.counties[offer.county].division)


def _fits(one: _Candidate, recipe: Recipe, days: Days) -> bool:
    needs = recipe.needs
    return needs.suit(one.offer) and one.first + needs.room(one.offer) + _MARGIN < days.count


def _grouped(fitting: Iterable[_Candidate], size: int) -> Iterator[list[_Candidate]]:
    """Yield groups of one organisation whose members can all be ended, within their promises, on one later day."""
    by_organisation: dict[str, list[_Candidate]] = {}
    for one in fitting:
        by_organisation.setdefault(one.offer.organisation, []).append(one)
    # In turn, so that no organisation has two groups while another has none.
    yield from _in_turn([_groups(found, size) for found in by_organisation.values()])


def _in_turn(several: Iterable[Iterable[_T]]) -> Iterator[_T]:
    """Yield one of each in turn until all are at their end."""
    for row in zip_longest(*several):
        yield from (one for one in row if one is not None)


def _groups(found: list[_Candidate], size: int) -> Iterator[list[_Candidate]]:
    """Yield the groups of one organisation, those of the middle of the period first."""
    found.sort(key=lambda one: (one.first, one.place))
    starts = range(0, len(found) - size + 1, size)
    for start in (*starts[len(starts) // 2 :], *starts[: len(starts) // 2]):
        group = found[start : start + size]
        if all(group[-1].first + 1 - one.first <= one.offer.promised for one in group):
            yield group
