"""Days: working time that never falls on a day off."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scenario import samples

DAYS = samples.days()


def test_the_half_year_has_122_working_days() -> None:
    assert DAYS.count == 122


def test_the_working_saturday_before_the_spring_festival_counts() -> None:
    places = {DAYS.all[place] for place in DAYS.working}
    assert {date(2015, 1, 4), date(2015, 2, 15), date(2015, 2, 28)} <= places
    assert date(2015, 2, 19) not in places


@given(st.integers(0, 180 * 86_400 + 16 * 3600))
def test_the_counter_opens_no_earlier_than_the_receipt(received: int) -> None:
    opened = DAYS.when_open(received)
    place = min(int(opened), DAYS.count - 1)
    seconds = DAYS.seconds[place]
    second = DAYS.working[place] * 86_400 + seconds[min(int((opened - place) * len(seconds)), len(seconds) - 1)]
    assert second >= received
