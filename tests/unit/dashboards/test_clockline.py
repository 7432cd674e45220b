"""The clock on one line: stretches that run, stand still or are over; marks that do not cover each other."""

import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from yichuang.dashboards.supervision.clockline import Kind, Mark, draw, stretches

START = date(2015, 3, 2)


def day(after: int) -> date:
    return START + timedelta(days=after)


def test_a_pause_stands_between_running_stretches_and_what_follows_the_due_day_is_over() -> None:
    found = stretches(start=day(0), due=day(20), end=day(30), pauses=[(day(5), day(9))])
    assert [(part.kind, (part.end - part.start).days) for part in found] == [
        (Kind.RUNNING, 5),
        (Kind.PAUSED, 4),
        (Kind.RUNNING, 11),
        (Kind.OVER, 10),
    ]


def test_a_pause_that_still_runs_reaches_to_the_end() -> None:
    found = stretches(start=day(0), due=None, end=day(10), pauses=[(day(4), None)])
    assert [part.kind for part in found] == [Kind.RUNNING, Kind.PAUSED]


def test_a_case_of_one_day_is_drawn_all_the_same() -> None:
    line = draw([Mark(START, "受理", Kind.START)], stretches(start=START, due=START, end=START, pauses=[]))
    assert line.marks[0].number == 1
    assert "nan" not in line.svg


def test_marks_are_numbered_in_the_order_of_time_and_words_never_reach_the_drawing() -> None:
    line = draw([Mark(day(3), "<到期>", Kind.DUE), Mark(day(0), "受理", Kind.START)], [])
    assert [(mark.number, mark.label) for mark in line.marks] == [(1, "受理"), (2, "<到期>")]
    assert "到期" not in line.svg


@given(
    end=st.integers(0, 400),
    due=st.none() | st.integers(-5, 400),
    pauses=st.lists(st.tuples(st.integers(-5, 400), st.none() | st.integers(-5, 400)), max_size=4),
)
def test_stretches_cover_the_whole_time_once(end: int, due: int | None, pauses: list[tuple[int, int | None]]) -> None:
    found = stretches(
        start=day(0),
        due=None if due is None else day(due),
        end=day(end),
        pauses=[(day(a), None if b is None else day(b)) for a, b in pauses],
    )
    assert sum((part.end - part.start).days for part in found) == end
    assert all(before.end == after.start for before, after in pairwise(found))


@given(days=st.lists(st.integers(0, 300), min_size=1, max_size=4, unique=True))
def test_up_to_four_marks_never_cover_each_other(days: list[int]) -> None:
    line = draw([Mark(day(one), str(one), Kind.START) for one in days], [])
    circles = [
        (float(x), float(y)) for x, y in re.findall(r'<circle class="[^"]+" cx="([\d.]+)%" cy="([\d.]+)em"', line.svg)
    ]
    for at, (x, y) in enumerate(circles):
        assert all(abs(x - other_x) >= 8 or abs(y - other_y) > 1.5 for other_x, other_y in circles[at + 1 :])
