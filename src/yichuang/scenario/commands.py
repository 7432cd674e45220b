"""Door of the scenario context: builds invented half-years through the doors that everyone uses.

A build may be stopped at any moment: what was acknowledged stands, and the next one files what is missing,
since a case's place in the plan is its key at the source.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from yichuang.cases import queries as cases
from yichuang.cases.commands import record_histories, record_prepared
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.kernel.periods import Period
from yichuang.kernel.words import N_
from yichuang.reporting.commands import draft_bulletin, follow_ledger
from yichuang.reporting.queries import list_bulletins
from yichuang.scenario.setting import count_planned, load_setting, load_story, source_of
from yichuang.scenario.values import BuildReport, Tick
from yichuang.scenario.workers import prepared_batches

__all__ = ["BATCH", "build_scenario", "count_missing", "draft_missing_bulletin"]

BATCH = 2_000
_REFUSALS_KEPT = 20


def count_missing(*, name: str, seed: int, scale: float) -> int:
    """Return how many cases of a build do not stand in the ledger yet; refuses with ScenarioUnknown."""
    source = source_of(name=name, seed=seed, scale=scale)
    return max(count_planned(load_story(name=name), scale=scale) - cases.count_source(source), 0)


def build_scenario(
    *,
    name: str,
    seed: int,
    scale: float,
    at: datetime,
    first: int = 0,
    batch: int = BATCH,
    tell: Callable[[Tick], None] | None = None,
    follow_every: int = 0,
    workers: int = 0,
) -> BuildReport:
    """File what is missing of a half-year, in order of receipt, and bring the figures up to date.

    `at` is the recorded time. With `first`, only about so many cases, evenly spread over the period, are
    filed; the rest waits for a later call. `tell` hears of every batch; the figures follow every
    `follow_every` batches (0: at the end only). `workers` processes make the histories while this one writes
    (0: all in this one).
    Refuses with ScenarioUnknown, StoryFaulty or NothingOffered. Interrupted at any point it may be called again.
    """
    with _no_collector():
        return _build(
            name, seed, scale, at=at, first=first, batch=batch, tell=tell, follow_every=follow_every, workers=workers
        )


def _build(
    name: str,
    seed: int,
    scale: float,
    *,
    at: datetime,
    first: int,
    batch: int,
    tell: Callable[[Tick], None] | None,
    follow_every: int,
    workers: int,
) -> BuildReport:
    started = time.perf_counter()
    source = source_of(name=name, seed=seed, scale=scale)
    planned = count_planned(load_story(name=name), scale=scale)
    wanted = range(0, planned, max(planned // first, 1) if first else 1)
    standing = cases.count_source(source)
    if standing >= len(wanted):
        follow_ledger()
        return BuildReport(source, planned, 0, 0, time.perf_counter() - started)
    by = _actor(name)
    filed = events = 0
    refusals: list[str] = []
    already = set(map(int, cases.list_source_keys(source)))
    places = [place for place in wanted if place not in already]
    if workers:
        batches = prepared_batches(
            places, workers=workers, batch=batch, name=name, seed=seed, scale=scale, by=by, at=at
        )
        outcomes = map(record_prepared, batches)
    else:
        setting = load_setting(name=name, seed=seed, scale=scale)
        filings = (setting.courses.make(place, setting.plan[place]) for place in places)
        outcomes = record_histories(filings, by=by, now=at, observed=True, batch=batch)
    for number, outcome in enumerate(outcomes, start=1):
        for one in outcome:
            filed += one.refusal is None
            events += one.new_events
            if one.refusal is not None and len(refusals) < _REFUSALS_KEPT:
                refusals.append(f"{one.source_key}.{one.place}: {one.refusal}")
        if follow_every and number % follow_every == 0:
            follow_ledger()
        if tell is not None:
            tell(Tick(standing + filed, planned, time.perf_counter() - started, filed, events))
    follow_ledger()
    return BuildReport(source, planned, filed, events, time.perf_counter() - started, tuple(refusals))


def draft_missing_bulletin(*, name: str, at: datetime) -> bool:
    """Draft the half-year's bulletin unless one stands; tell whether it was drafted now."""
    story = load_story(name=name)
    period, planned = Period(story.start_on, story.until), story.bulletin
    if any(row.period == period.label for row in list_bulletins(division=planned.division)):
        return False
    draft_bulletin(period=period, division=planned.division, by=_actor(name), at=at, dated_on=planned.dated_on)
    return True


def _actor(name: str) -> Actor:
    return Actor(id=f"scenario:{name}", name=N_("演示情景"), kind=ActorKind.CONNECTOR)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the cycle collector still: histories hold no cycles, and looking for them costs a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
