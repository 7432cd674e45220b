"""The plan: every case of a half-year as one integer, in order of receipt. Who comes when, for what, with which fate?

Totals are exact by construction: places get their shares by largest remainder, days by rounding the running
sum. A plan follows from story, offers, seed and scale alone, never from how much of it is filed.
"""

import heapq
from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from enum import IntEnum
from itertools import accumulate
from math import erfc, log, sqrt
from random import Random
from typing import NamedTuple

from yichuang.scenario.domain.days import DAY_SECONDS, QUARTER_SECONDS, Days
from yichuang.scenario.domain.story import County, Story, apportion
from yichuang.scenario.values import NothingOffered, Offer

# received (25 bits), offer (14), fate (3), web (1), town (1)
_TOWN, _WEB, _FATE, _OFFER, _RECEIVED = 0, 1, 2, 5, 19
_OPEN_WITHIN = 40
_STUCK_WITHIN = 80
_LAST_QUARTERS = 4
# A public holiday shortens a law of calendar days by a working day.
_DAYS_OFF = 1


class Fate(IntEnum):
    """How a case shall end; NORMAL and UNDER_WAY and STUCK are accepted and counted."""

    NORMAL = 0
    UNDER_WAY = 1
    STUCK = 2
    NOT_ACCEPTED = 3
    LAPSED = 4
    VOID = 5
    PENDING = 6


class Slot(NamedTuple):
    """One case to come: `received` in seconds of the period, `offer` as place in the list of offers."""

    received: int
    offer: int
    fate: int
    web: bool
    town: bool


def pack(received: int, offer: int, fate: int, *, web: bool, town: bool) -> int:
    """Return a slot as one integer that sorts by receipt."""
    return received << _RECEIVED | offer << _OFFER | fate << _FATE | web << _WEB | town << _TOWN


def unpack(packed: int) -> Slot:
    """Return the slot that an integer stands for."""
    return Slot(
        packed >> _RECEIVED,
        packed >> _OFFER & 0x3FFF,
        packed >> _FATE & 7,
        bool(packed >> _WEB & 1),
        bool(packed >> _TOWN & 1),
    )


class Plan:
    """All slots of a half-year; a slot's place is the key under which its case is filed for ever."""

    def __init__(self, slots: Sequence[int]) -> None:
        self._slots = array("q", slots)

    def __len__(self) -> int:
        return len(self._slots)

    def __getitem__(self, place: int) -> Slot:
        return unpack(self._slots[place])

    def __iter__(self) -> Iterator[Slot]:
        return map(unpack, self._slots)


class _Counter:
    """What one place can take in on each day: the offers by their weights, as far as they have entered its centre."""

    def __init__(self, story: Story, days: Days, county: County, offers: Sequence[tuple[int, Offer]]) -> None:
        self.county = county
        if not offers:
            raise NothingOffered(division=county.division)
        self._offers = offers
        self._days = days
        self._kept: dict[tuple[int, ...], tuple[list[int], list[float]]] = {}
        self._towns = [(number, offer.town_weight) for number, offer in offers if offer.town_weight]
        self.town_numbers = [number for number, _ in self._towns]
        self.town_sums = list(accumulate(weight for _, weight in self._towns))
        self.town = county.town if self._towns else 0.0
        self.weights = [self._weight(story, place) for place in range(days.count)]
        # Days on which nothing can be taken in yet must not get a share.
        self._changes = sorted(
            {day for _, offer in offers for _, _, first, last in offer.handling for day in (first, last) if day}
        )
        self._epochs: dict[int, tuple[list[int], list[float]]] = {}

    def _weight(self, story: Story, place: int) -> float:
        day = self._days.all[self._days.working[place]]
        if self.county.open_from and day < self.county.open_from:
            return 0.0
        weight = story.weekdays[day.weekday()] * self.county.months[day.month - 1]
        for season in story.seasons:
            if season.from_on <= day < season.until:
                weight *= season.factor
        return weight

    def at(self, place: int) -> tuple[list[int], list[float]]:
        """Return the offers of a working day and the running sums of their weights."""
        day = self._days.all[self._days.working[place]]
        epoch = sum(change <= day for change in self._changes)
        if epoch not in self._epochs:
            self._epochs[epoch] = self._offered(day)
        return self._epochs[epoch]

    def _offered(self, day: date) -> tuple[list[int], list[float]]:
        numbers, weights = [], []
        for number, offer in self._offers:
            entered = sum(first <= day and (last is None or day < last) for _, _, first, last in offer.handling)
            if entered and offer.weight:
                numbers.append(number)
                weights.append(offer.weight * entered / len(offer.handling))
        if not numbers:
            raise NothingOffered(division=self.county.division)
        return numbers, list(accumulate(weights))


class _Planner:
    """Draws the slots of one half-year."""

    def __init__(self, story: Story, days: Days, offers: Sequence[Offer], *, seed: int, scale: float) -> None:
        self.story, self.days, self.offers = story, days, offers
        self.random = Random(f"plan:{seed}")
        self.accepted = round(story.accepted.count * scale)
        self.open = self.accepted - round(story.completed.count * scale)
        self.scale = scale
        by_county: dict[int, list[tuple[int, Offer]]] = {}
        for number, offer in enumerate(offers):
            by_county.setdefault(offer.county, []).append((number, offer))
        self.counters = [
            _Counter(story, days, county, by_county.get(place, [])) for place, county in enumerate(story.counties)
        ]
        self._hours: dict[tuple[int, ...], list[float]] = {}

    def plan(self) -> Plan:
        """Return the whole plan."""
        slots: list[int] = []
        shares = apportion(self.accepted, [county.cases for county in self.story.counties])
        for counter, share in zip(self.counters, shares, strict=True):
            slots += self._take_in(counter, self._by_day(counter, share), Fate.NORMAL)
        self._keep_open(slots)
        on_top = self.story.on_top
        for fate, count in (
            (Fate.NOT_ACCEPTED, on_top.not_accepted),
            (Fate.LAPSED, on_top.lapsed),
            (Fate.VOID, on_top.void),
            (Fate.PENDING, on_top.pending),
        ):
            slots += self._add(fate, round(count * self.scale))
        slots.sort()
        return Plan(slots)

    def _by_day(self, counter: _Counter, share: int) -> list[int]:
        whole = sum(counter.weights)
        start, before, counts = self.random.random(), 0, []
        for running in accumulate(counter.weights):
            # The last running sum may miss the whole by a rounding error.
            upto = int(share * min(1.0, running / whole + 1e-12) + start)
            counts.append(upto - before)
            before = upto
        return counts

    def _take_in(self, counter: _Counter, counts: Sequence[int], fate: Fate) -> Iterator[int]:
        random, offers = self.random, self.offers
        draw = random.random
        for place, count in enumerate(counts):
            if not count:
                continue
            numbers, sums = counter.at(place)
            quarters = self.days.quarters[place]
            if place == self.days.count - 1:
                # What comes in the very last hour could not be examined before the period ends.
                quarters = quarters[:-_LAST_QUARTERS]
            seconds = random.choices(quarters, cum_weights=self._hour_sums(quarters), k=count)
            midnight = self.days.working[place] * DAY_SECONDS
            earliest = self.days.closing_second(place - 1) if place else 0
            window = midnight + self.days.seconds[place][-1] - 7_200 - earliest
            for quarter, number in zip(seconds, random.choices(numbers, cum_weights=sums, k=count), strict=True):
                town = draw() < counter.town
                if town:
                    (chosen,) = random.choices(counter.town_numbers, cum_weights=counter.town_sums)
                else:
                    chosen = number
                web = not town and draw() < offers[chosen].web
                if web:
                    received = earliest + int(draw() * window)
                else:
                    received = midnight + quarter * QUARTER_SECONDS + int(draw() * (QUARTER_SECONDS - 60))
                yield pack(received, chosen, fate, web=web, town=town)

    def _hour_sums(self, quarters: tuple[int, ...]) -> list[float]:
        if quarters not in self._hours:
            hours = self.story.hours
            self._hours[quarters] = list(accumulate(hours.get(quarter // 4, 0.5) for quarter in quarters))
        return self._hours[quarters]

    def _add(self, fate: Fate, count: int) -> list[int]:
        """Return the slots of applications that come on top: of promised items, the pending ones in the last days."""
        slots: list[int] = []
        weights = [float(county.cases) for county in self.story.counties]
        while len(slots) < count:
            counter = self.random.choices(self.counters, weights=weights)[0]
            day_weights = counter.weights
            if fate is Fate.PENDING:
                day_weights = [
                    weight if place >= self.days.count - 6 else 0.0 for place, weight in enumerate(day_weights)
                ]
            elif fate is Fate.LAPSED:
                # A supplement may lapse only after its time.
                day_weights = [
                    weight if place < self.days.count - 25 else 0.0 for place, weight in enumerate(day_weights)
                ]
            if not any(day_weights):
                continue
            (place,) = self.random.choices(range(self.days.count), weights=day_weights)
            one = [0] * self.days.count
            one[place] = 1
            slots += [
                slot for slot in self._take_in(counter, one, fate) if not self.offers[unpack(slot).offer].on_the_spot
            ]
        return slots

    def _keep_open(self, slots: list[int]) -> None:
        """Choose among the accepted those that shall stand open at the end: most under way, a few dozen stuck."""
        stuck = min(round(self.story.overdue * self.scale), self.open)
        late: list[tuple[float, int]] = []
        recent: list[tuple[float, int]] = []
        for place, packed in enumerate(slots):
            slot = unpack(packed)
            offer = self.offers[slot.offer]
            age = self.days.count - 1 - int(self.days.when_open(slot.received))
            if offer.on_the_spot or age > _STUCK_WITHIN or offer.in_hours:
                continue
            draw = self.random.random()
            if offer.promised + 2 <= age:
                late.append((draw, place))
            elif age < min(_within(offer), _OPEN_WITHIN):
                weight = _still_open(age + 0.5, offer, spread=self.story.spread, pace=self.story.pace)
                recent.append((log(draw + 1e-300) / weight, place))
        chosen = heapq.nlargest(stuck, late)
        chosen_recent = heapq.nlargest(self.open - len(chosen), recent)
        for fate, found in ((Fate.STUCK, chosen), (Fate.UNDER_WAY, chosen_recent)):
            for _, place in found:
                slots[place] |= fate << _FATE
        if missing := self.open - len(chosen) - len(chosen_recent):
            # A tiny half-year has too few to choose from: the last ones stay open, whatever they are.
            free = [place for place, slot in enumerate(slots) if not unpack(slot).fate]
            for place in heapq.nlargest(missing, free, key=slots.__getitem__):
                slots[place] |= Fate.UNDER_WAY << _FATE


def _within(offer: Offer) -> float:
    """Return the working days that surely lie within promise and law; a law in calendar days may end first."""
    if not offer.statutory_calendar:
        return offer.promised
    return min(offer.promised, offer.statutory_calendar * 5 // 7 - _DAYS_OFF)


def _still_open(age: float, offer: Offer, *, spread: float, pace: float) -> float:
    """Return the chance that a case is still open after so many working days."""
    median = max(offer.median_used * pace * offer.promised, 0.2)
    return max(0.5 * erfc(log(age / median) / (spread * sqrt(2))), 1e-6)


def make_plan(story: Story, days: Days, offers: Sequence[Offer], *, seed: int, scale: float) -> Plan:
    """Return the plan of a half-year at a scale; refuses with NothingOffered where a place has no item to handle."""
    return _Planner(story, days, offers, seed=seed, scale=scale).plan()
