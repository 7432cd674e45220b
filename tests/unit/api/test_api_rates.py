"""A minute's budget may be spent at once, comes back evenly, and a clock put back harms nobody for long."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.api.rates import spend, take


@given(
    per_minute=st.integers(1, 50),
    steps=st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=120),
)
def test_no_minute_lets_through_more_than_two_budgets_and_the_first_never_more_than_one(
    per_minute: int, steps: list[float]
) -> None:
    now = whole_at = 1_000.0
    passed: list[float] = []
    for step in steps:
        now += step
        taken, whole_at = spend(whole_at=whole_at, per_minute=per_minute, now=now)
        if not taken.is_refused:
            passed.append(now)
    # What was there, and what has come back meanwhile.
    for place, first in enumerate(passed):
        within = [at for at in passed[place:] if at - first < 60]
        assert len(within) <= 2 * per_minute + 1
        assert len([at for at in within if at == first]) <= per_minute


def test_who_waits_as_long_as_he_was_told_is_let_in() -> None:
    whole_at, now = 0.0, 500.0
    for _ in range(3):
        taken, whole_at = spend(whole_at=whole_at, per_minute=3, now=now)
        assert not taken.is_refused
    refused, whole_at = spend(whole_at=whole_at, per_minute=3, now=now)
    assert refused.wait_seconds == pytest.approx(20)
    taken, _ = spend(whole_at=whole_at, per_minute=3, now=now + refused.wait_seconds)
    assert not taken.is_refused


def test_a_clock_put_back_shuts_nobody_out_for_longer_than_a_minute() -> None:
    refused, whole_at = spend(whole_at=1_000_000.0, per_minute=1, now=1_000.0)
    assert refused.wait_seconds <= 60
    assert not spend(whole_at=whole_at, per_minute=1, now=1_061.0)[0].is_refused


def test_each_slot_of_the_file_counts_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "rates"
    answers = [take(file=file, slot=slot, per_minute=1, now=10.0).is_refused for slot in (0, 1, 0, 1, 7)]
    assert answers == [False, False, True, True, False]
