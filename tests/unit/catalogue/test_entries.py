"""Entries of the demonstration: waves fill a centre to the number asked for, in the order of the departments."""

from dataclasses import replace
from datetime import date

from yichuang.catalogue.domain.entries import Candidate, Entry, Halls, Plan, Wave, demonstration_entries

JANUARY, JUNE = date(2015, 1, 1), date(2015, 6, 1)


def candidates(centre: str, **numbers: int) -> list[Candidate]:
    """Return so many handling items of each department."""
    return [
        Candidate(centre=centre, department=key, organisation_code=f"1-{key}", handling_code=f"{key:0<31}{serial:02d}")
        for key, number in numbers.items()
        for serial in range(number)
    ]


def fill(*waves: Wave, **numbers: int) -> tuple[Entry, ...]:
    """Return the entries of one centre."""
    return demonstration_entries(plan=Plan(centres={"c": waves}), candidates=candidates("c", **numbers))[0]


def count(entries: tuple[Entry, ...], on: date) -> int:
    """Return how many stand on a day."""
    return sum(entry.entered_on <= on for entry in entries)


def test_a_centre_holds_what_its_waves_say_on_each_day() -> None:
    entries = fill(Wave(since=JANUARY, count=98), Wave(since=JUNE, count=259), a=200, b=100)
    assert count(entries, date(2015, 5, 31)) == 98
    assert count(entries, JUNE) == 259
    assert len({entry.handling_code for entry in entries}) == 259


def test_departments_take_turns_with_one_whole_item_each() -> None:
    items = candidates("c", a1=2, a2=2, b1=3)
    named = [replace(c, department=c.department[0]) for c in items]
    entries, _ = demonstration_entries(plan=Plan(centres={"c": (Wave(since=JANUARY, count=6),)}), candidates=named)
    assert [entry.organisation_code for entry in entries] == ["1-a1"] * 2 + ["1-b1"] * 3 + ["1-a2"]


def test_the_few_new_arrivals_come_from_every_department_named() -> None:
    entries = fill(Wave(since=JUNE, count=3, only=("a", "b", "c")), a=4, b=4, c=4, d=4)
    assert [entry.organisation_code for entry in entries] == ["1-a", "1-b", "1-c"]


def test_departments_that_come_last_leave_their_places_for_the_later_wave() -> None:
    entries = fill(Wave(since=JANUARY, count=5, last=("a",)), Wave(since=JUNE, count=8, only=("a",)), a=4, b=5, c=6)
    assert {e.organisation_code for e in entries if e.entered_on == JANUARY} == {"1-b"}
    assert {e.organisation_code for e in entries if e.entered_on == JUNE} == {"1-a"}


def test_no_more_departments_enter_than_allowed() -> None:
    entries = fill(Wave(since=JANUARY, count=10, departments=2), a=2, b=2, c=9)
    assert {entry.organisation_code for entry in entries} == {"1-a", "1-b"}


def test_a_wave_that_cannot_be_filled_is_told() -> None:
    plan = Plan(centres={"c": (Wave(since=JANUARY, count=7),)})
    entries, shortfalls = demonstration_entries(plan=plan, candidates=candidates("c", a=3))
    assert len(entries) == 3
    assert [(s.wanted, s.stands) for s in shortfalls] == [(7, 3)]


def test_a_centre_without_a_wave_holds_nothing_and_a_town_hall_everything() -> None:
    plan = Plan(halls=Halls(since=JANUARY))
    both = [*candidates("610926-centre", a=3), *candidates("610926100-hall", a=2)]
    entries, shortfalls = demonstration_entries(plan=plan, candidates=both)
    assert {entry.centre for entry in entries} == {"610926100-hall"}
    assert shortfalls == ()


def test_the_same_plan_brings_about_the_same_entries() -> None:
    waves = (Wave(since=JANUARY, count=3), Wave(since=JUNE, count=6, last=("a",)))
    assert fill(*waves, a=4, b=5) == fill(*waves, a=4, b=5)
