"""Entries of the demonstration: which handling items entered which centre, and on which day.

Answers it the same way on every machine: waves name a day and how many handling items stand from that
day on. The departments take turns in the order of their numbers, each bringing in its next item whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

import msgspec


class Wave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the day `since`, `count` handling items stand in the centre; see data/ankang/entries.yaml for the rest."""

    since: date
    count: int
    only: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    departments: int | None = None


class Halls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the day `since`, every town hall holds all that its town exercises."""

    since: date


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole plan of a city."""

    centres: dict[str, tuple[Wave, ...]] = msgspec.field(default_factory=dict)
    halls: Halls | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One handling item that could enter a centre: `department` is the key of its organisation."""

    centre: str
    department: str
    organisation_code: str
    handling_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One handling item entering one centre."""

    centre: str
    handling_code: str
    organisation_code: str
    entered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A wave that asked for more than the catalogue holds."""

    centre: str
    since: date
    wanted: int
    stands: int


# Asks for everything there is; no shortfall is told.
EVERYTHING = 999
_IMPLEMENTATION_LENGTH = 31


def _in_turn(candidates: Sequence[Candidate], *, whole_items: bool) -> list[Candidate]:
    """Return the candidates as departments take turns, each with one item or with one handling item at a time."""
    queues: dict[str, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        code = candidate.handling_code
        turn = code[:_IMPLEMENTATION_LENGTH] if whole_items else code
        queues.setdefault(candidate.department, {}).setdefault(turn, []).append(candidate)
    waiting = [list(queue.values()) for queue in queues.values()]
    return [c for turn in zip_longest(*waiting, fillvalue=()) for group in turn for c in group]


def _fill(centre: str, waves: Sequence[Wave], candidates: Sequence[Candidate]) -> tuple[list[Entry], list[Shortfall]]:
    waiting = list(candidates)
    entries: list[Entry] = []
    shortfalls = []
    for wave in waves:
        eligible = [c for c in waiting if not wave.only or c.department in wave.only]
        if wave.departments is not None:
            first = list(dict.fromkeys(c.department for c in eligible))[: wave.departments]
            eligible = [c for c in eligible if c.department in first]
        # A few new arrivals come from all the departments named; a new centre takes items whole.
        eligible = _in_turn(eligible, whole_items=not wave.only)
        eligible.sort(key=lambda c: c.department in wave.last)
        chosen = eligible[: max(0, wave.count - len(entries))]
        taken = {c.handling_code for c in chosen}
        waiting = [c for c in waiting if c.handling_code not in taken]
        entries += [
            Entry(
                centre=centre,
                handling_code=c.handling_code,
                organisation_code=c.organisation_code,
                entered_on=wave.since,
            )
            for c in chosen
        ]
        if len(entries) < wave.count < EVERYTHING:
            shortfalls.append(Shortfall(centre=centre, since=wave.since, wanted=wave.count, stands=len(entries)))
    return entries, shortfalls


def demonstration_entries(
    *, plan: Plan, candidates: Sequence[Candidate]
) -> tuple[tuple[Entry, ...], tuple[Shortfall, ...]]:
    """Return the entries a plan brings about, and the waves that the catalogue could not fill.

    `candidates` stand in the order of the departments; centres without a wave hold nothing.
    """
    by_centre: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_centre.setdefault(candidate.centre, []).append(candidate)
    entries: list[Entry] = []
    shortfalls: list[Shortfall] = []
    for centre, found in by_centre.items():
        waves: Sequence[Wave] = plan.centres.get(centre, ())
        if not waves and plan.halls and centre.endswith("-hall"):
            waves = (Wave(since=plan.halls.since, count=EVERYTHING),)
        filled, short = _fill(centre, waves, found)
        entries += filled
        shortfalls += short
    return tuple(entries), tuple(shortfalls)
