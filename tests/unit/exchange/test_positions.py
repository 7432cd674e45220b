"""Where reading starts again: behind what can still appear, by either clock, and never drawn ahead by a false date."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yichuang.exchange.domain.positions import Point, Reached

NOW = datetime(2015, 4, 1, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OVERLAP = 10 * MINUTE


def point(minute: int, *, read: datetime = NOW, clock: bool = True) -> Point:
    return Point((f"{minute:04d}",), read, NOW - 600 * MINUTE + minute * MINUTE if clock else None)


def reached(*points: Point, overlap: timedelta = OVERLAP) -> Reached:
    found = Reached(order=("t",))
    for one in points:
        found = found.noted(one, overlap=overlap)
    return found


def test_without_an_overlap_reading_goes_on_from_the_last_position() -> None:
    assert reached(point(1), point(2), overlap=timedelta()).again(overlap=timedelta(), now=NOW) == ("0002",)
    assert Reached().again(overlap=OVERLAP, now=NOW) == ()


def test_what_the_source_clock_has_left_behind_is_not_read_again() -> None:
    found = reached(point(1), point(50), point(55), point(61))
    assert found.again(overlap=OVERLAP, now=NOW) == ("0050",)


def test_a_bulk_of_one_moment_is_not_read_again_for_ever() -> None:
    found = reached(point(1), point(61))
    assert found.again(overlap=OVERLAP, now=NOW + MINUTE) == ("0001",)
    assert found.again(overlap=OVERLAP, now=NOW + 11 * MINUTE) == ("0061",)


def test_a_cursor_that_is_no_time_is_left_behind_by_our_own_clock() -> None:
    found = reached(point(1, read=NOW - 20 * MINUTE, clock=False), point(2, clock=False))
    assert found.again(overlap=OVERLAP, now=NOW) == ("0001",)


def test_a_row_dated_far_ahead_draws_no_position_after_it() -> None:
    ahead = Point(("2099",), NOW, NOW + timedelta(days=900))
    assert reached(point(1), ahead).last == ("0001",)


def test_a_source_whose_clock_is_a_day_ahead_is_read_on() -> None:
    day = timedelta(days=1)
    early, late = Point(("a",), NOW, NOW + day - 30 * MINUTE), Point(("b",), NOW, NOW + day)
    assert reached(early, late).again(overlap=OVERLAP, now=NOW) == ("a",)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=300, unique=True))
def test_nothing_younger_than_the_overlap_is_ever_skipped(minutes: list[int]) -> None:
    ordered = sorted(minutes)
    again = reached(*(point(one) for one in ordered)).again(overlap=OVERLAP, now=NOW)
    start = int(again[0]) if again else -1
    assert all(one <= start for one in ordered if one <= start)
    assert start < ordered[-1] - 10 or start == -1
    assert len(reached(*(point(one) for one in ordered)).points) <= 65
