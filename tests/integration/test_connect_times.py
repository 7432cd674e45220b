"""Connecting late is no back-filling: what stood at a county before, what comes later, when each was received."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories.exchange_tables import AT, County, catalogue_of_the_county
from tests.integration.test_connect_passes import connect
from yichuang.cases.models import Facts
from yichuang.exchange.models import LandedRow

__all__ = ["catalogue_of_the_county"]
pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
A_YEAR_ON = AT + 365 * DAY


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A county that has worked for a month, and typed one of its two cases in weeks after the fact."""
    county = County(tmp_path)
    county.file_case("ZY-1")
    county.clock = datetime(2015, 3, 27, 20, 0)
    county.file_case("ZY-2")
    return county


def lags() -> dict[str, int]:
    """Return by how many working days each case came late."""
    return dict(Facts.objects.values_list("case__source_key", "entry_lag_days"))


def test_cases_that_stood_there_before_the_county_was_connected_are_judged_by_its_own_entry_times(
    county: County,
) -> None:
    connect(county, at=A_YEAR_ON)
    assert lags() == {"ZY-1": 0, "ZY-2": 19}
    assert set(LandedRow.objects.values_list("first_seen_at__date", flat=True)) == {A_YEAR_ON.date()}


def test_a_first_reading_that_takes_several_passes_is_one(county: County) -> None:
    while connect(county, at=A_YEAR_ON, limit=1).landed:
        pass
    assert lags() == {"ZY-1": 0, "ZY-2": 19}


def test_a_row_that_comes_later_counts_when_it_came_whatever_time_it_says_it_was_entered(county: County) -> None:
    connect(county, at=AT)
    county.clock = datetime(2015, 3, 28, 9, 0)
    county.file_case("ZY-3", day=26)
    connect(county, at=AT + DAY)
    assert lags()["ZY-3"] == 5

    connect(county, at=AT + 2 * DAY, from_start=True)
    county.file_case("ZY-4", day=26)
    connect(county, at=AT + 2 * DAY, from_start=True)
    assert lags()["ZY-4"] == 6


def test_a_source_that_does_not_say_when_it_entered_a_row_is_taken_at_our_clock(county: County) -> None:
    county.write("up_pro_accept", [county.accepted("ZY-5", day=30) | {"cd_time": ""}])
    connect(county, at=AT)
    (row,) = LandedRow.objects.filter(case_key="ZY-5")
    assert (row.changed_at, row.received_at.replace(microsecond=0)) == (None, AT)


def test_a_first_reading_believes_no_entry_time_that_is_still_to_come(county: County) -> None:
    county.clock = datetime(2015, 4, 1, 20, 0)
    county.file_case("ZY-6", day=30)
    connect(county, at=AT)
    received = LandedRow.objects.filter(case_key="ZY-6").values_list("received_at", flat=True)
    assert max(received) < datetime(2015, 4, 1, 3, 0, tzinfo=UTC)
