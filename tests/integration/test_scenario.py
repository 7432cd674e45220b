"""The scenario through real doors: totals to the last case, the same whoever stops it and wherever."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TestCase

from tests import prepared
from tests.integration import small_city
from yichuang.calendar.queries import get_calendar
from yichuang.cases import queries as cases
from yichuang.cases.values import CaseFilter
from yichuang.catalogue.queries import get_terms
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.periods import Period
from yichuang.regions.commands import BUNDLED as REGIONS
from yichuang.regions.commands import load_regions
from yichuang.reporting import queries as reporting
from yichuang.reporting.values import Sums
from yichuang.scenario.commands import build_scenario, count_missing, draft_missing_bulletin
from yichuang.scenario.setting import load_setting, source_of
from yichuang.scenario.values import BuildReport, Tick

# A whole build takes seconds.
pytestmark = pytest.mark.slow(25)
NAME = "ankang-2015h1"
ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
HALF = Period.parse("2015H1")
BOUNDS = {"start_on": HALF.start_on, "until": HALF.until}
# Salted digests, and what hangs on them, differ from build to build; so do numbers of rows.
BY_CHANCE = {"case_id", "head", "accepted_hash", "closed_hash", "source"}


def build(*, scale: float, seed: int = 2015, **options: Any) -> BuildReport:
    """Build a small half-year that nothing may refuse."""
    report = build_scenario(name=NAME, seed=seed, scale=scale, at=AT, **options)
    assert list(report.refusals) == []
    return report


def count(measure: str, source: str, **narrower: Any) -> int:
    """Return how many of a source's cases a measure of the half-year counts."""
    return cases.count_cases(CaseFilter(measure=measure, source=source, **(BOUNDS | narrower)))


def sums() -> Sums:
    """Return the sums of the half-year over all sources."""
    return reporting.get_figures(period=HALF).sums


def facts(source: str) -> list[dict[str, Any]]:
    """Return what the facts say of a source's cases, without what chance decides."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.source_key, f.* FROM cases_facts f JOIN cases_case c ON c.id = f.case_id"
            " WHERE c.source = %s ORDER BY c.source_key",
            [source],
        )
        names = [column[0] for column in cursor.description]
        return [
            {name: value for name, value in zip(names, row, strict=True) if name not in BY_CHANCE}
            for row in cursor.fetchall()
        ]


@pytest.mark.django_db(transaction=True)
def test_accepted_and_completed_are_exact_in_facts_and_in_figures() -> None:
    # Committed, since on PostgreSQL figures follow only what is.
    with prepared.holding(small_city.load_places, small_city.load_items):
        build_two()


def build_two() -> None:
    """Build two half-years of different sizes, each of which adds its own to the figures."""
    for scale in (0.01, 0.02):
        before, source = sums(), source_of(name=NAME, seed=2015, scale=scale)
        report = build(scale=scale)
        accepted, completed = round(326_300 * scale), round(325_500 * scale)
        assert report.filed == report.planned == count("received", source)
        assert (count("accepted", source), count("completed", source)) == (accepted, completed)
        assert count("open", source) == accepted - completed
        after = sums()
        assert (after.received - before.received, after.accepted - before.accepted) == (report.planned, accepted)
        assert after.completed - before.completed == completed
        on_time = (after.on_time - before.on_time) / completed
        assert 0.99 < on_time < 0.999
        assert abs(on_time - completed / accepted) > 0.0002, "the two rates of the bulletin must be told apart"
        assert after.late - before.late == completed - (after.on_time - before.on_time)
        assert count("late-statutory", source) <= count("late", source)


@pytest.mark.once  # what is drawn by lot knows no database; filing whole histories has tests of its own
@pytest.mark.usefixtures("ankang")
class TestAnkang(TestCase):
    """One small build that most tests read; what a test builds beside it is rolled back."""

    source = source_of(name=NAME, seed=2015, scale=0.01)

    @classmethod
    def setUpTestData(cls) -> None:
        """Build once for all."""
        assert build(scale=0.01).events > 0

    def planted(self, *kinds: str) -> set[str]:
        """Return the numbers of the cases in which a violation of these kinds is planted."""
        numbers = cases.list_source_numbers(self.source)
        setting = load_setting(name=NAME, seed=2015, scale=0.01)
        found = {numbers[str(place)] for place, one in setting.planted.items() if one.kind in kinds}
        assert found
        return found

    def test_the_second_build_files_nothing(self) -> None:
        again = build(scale=0.01)
        assert (again.filed, again.events) == (0, 0)
        assert count_missing(name=NAME, seed=2015, scale=0.01) == 0

    def test_batches_and_interruptions_leave_no_trace(self) -> None:
        class Stopped(Exception):
            pass

        def stop_after_three(tick: Tick) -> None:
            if tick.filed >= 3 * 70:
                raise Stopped

        source = source_of(name=NAME, seed=7, scale=0.002)
        with transaction.atomic():
            build(scale=0.002, seed=7)
            whole = facts(source)
            transaction.set_rollback(True)
        with transaction.atomic():
            with pytest.raises(Stopped):
                build(scale=0.002, seed=7, batch=70, tell=stop_after_three)
            assert cases.count_source(source) == 210
            resumed = build(scale=0.002, seed=7, batch=33)
            assert resumed.filed == len(whole) - 210
            stopped = facts(source)
            transaction.set_rollback(True)
        assert len(whole) == 657
        assert stopped == whole

    def test_the_first_part_is_spread_over_the_half_year_and_the_rest_follows(self) -> None:
        source = source_of(name=NAME, seed=8, scale=0.01)
        first = build(scale=0.01, seed=8, first=300)
        assert 300 <= first.filed <= 330
        for month in range(1, 7):
            start, until = date(2015, month, 1), date(2015, month + 1, 1)
            assert count("received", source, start_on=start, until=until) > 15
        assert build(scale=0.01, seed=8, first=300).filed == 0
        assert count_missing(name=NAME, seed=8, scale=0.01) == first.planned - first.filed
        assert build(scale=0.01, seed=8).filed == first.planned - first.filed
        assert count("accepted", source) == 3263
        assert count("completed", source) == 3255

    def test_no_event_falls_on_a_day_off_except_receipts_over_the_web(self) -> None:
        calendar = get_calendar()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.received_on, f.accepted_on, f.ended_on, f.closed_on, f.channel, f.number FROM cases_facts f"
                " WHERE f.source = %s",
                [self.source],
            )
            planted = self.planted("on-day-off")
            rows = [row[:-1] for row in cursor.fetchall() if row[-1] not in planted]
        days = [
            [day if isinstance(day, date) or day is None else date.fromisoformat(day) for day in row[:4]]
            for row in rows
        ]
        off = {day for row in days for day in row if day and not calendar.is_working_day(day)}
        assert off <= {row[0] for row, (*_, channel) in zip(days, rows, strict=True) if channel in {"web", "mobile"}}
        assert not any(day in off for row in days for day in row[1:] if day)

    def test_the_zone_has_no_case_before_its_centre_opens_and_a_county_without_centre_has_none_in_one(self) -> None:
        build(scale=0.02)
        source = source_of(name=NAME, seed=2015, scale=0.02)
        assert count("received", source, county="610971", until=date(2015, 6, 29)) == 0
        assert count("accepted", source, county="610971") == 3
        assert count("accepted", source, county="610926") > 200
        assert count("accepted", source, county="610926", centre="610926-centre") == 0

    def test_no_promise_exceeds_the_law_and_every_chain_holds(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.number, f.organisation, f.item, f.statutory_due_at, f.promised_due_at FROM cases_facts f"
                " WHERE f.source = %s AND f.promised_due_at IS NOT NULL AND f.statutory_due_at IS NOT NULL",
                [self.source],
            )
            planted = self.planted("long-promise", "law-ends-first")
            rows = [row for row in cursor.fetchall() if row[0] not in planted]
        assert len(rows) > 1000
        # A law that counts calendar days lets a holiday shorten itself, but never the promise in working days.
        terms = get_terms(on=date(2015, 1, 1))
        later = {(row[1], row[2]) for row in rows if row[4] > row[3]}
        assert [key for key in later if terms[key].statutory_unit != "calendar-days"] == []
        sample = [row[0] for row in rows[::200]]
        assert [faults for _, faults in cases.verify_cases(sample) if faults] == []


@pytest.mark.django_db(transaction=True)
def test_the_half_years_bulletin_is_drafted_once_and_not_again() -> None:
    load_regions(folder=REGIONS, by=SYSTEM, at=AT)
    assert draft_missing_bulletin(name=NAME, at=AT)
    assert not draft_missing_bulletin(name=NAME, at=AT)
    (row,) = reporting.list_bulletins(division="610900")
    assert (row.period, row.drafted_by) == ("2015H1", "演示情景")
