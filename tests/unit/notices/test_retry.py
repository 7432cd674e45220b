"""When a sending that failed is tried again."""

from datetime import timedelta

from yichuang.notices.domain.retry import FIRST, LONGEST, MOST_ATTEMPTS, delay


def test_the_delays_double_up_to_the_longest() -> None:
    delays = [delay(attempts=number) for number in range(1, MOST_ATTEMPTS)]
    assert delays[0] == FIRST
    assert delays[1] == 2 * FIRST
    assert delays[-1] == LONGEST
    assert delays == sorted(delays, key=lambda one: one or timedelta.max)


def test_the_last_attempt_is_followed_by_none() -> None:
    assert delay(attempts=MOST_ATTEMPTS) is None


def test_about_a_day_passes_before_a_message_is_given_up() -> None:
    total = sum((delay(attempts=number) or timedelta() for number in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=12) < total < timedelta(hours=36)
