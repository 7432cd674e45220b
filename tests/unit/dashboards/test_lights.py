"""The deadline light: kept through the last day, yellow by the dated rule, red after, in the country's working days."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.values import CaseRow, Status
from yichuang.ui.lights import judge, rule_on
from yichuang.ui.values import Light


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


# Accepted on Monday 1 June 2015 with 20 working days; 22 June was a day off (Dragon Boat), so due on 30 June.
ROW = CaseRow(
    case_id=1,
    number="6109242015060100001A",
    item="01001",
    organisation="610924-guotu",
    county="610924",
    town="",
    channel="window",
    kind="promised",
    status=Status.ACCEPTED,
    result="",
    received_at=at("2015-06-01 09:00"),
    accepted_at=at("2015-06-01 09:20"),
    closed_at=None,
    promised_due_at=at("2015-06-30 17:00"),
    used_days=None,
    promised_amount=20,
    limit_unit="working-days",
    late_promised=None,
)


def light(row: CaseRow, moment: str) -> Light | None:
    found = judge(row, at=at(moment), calendar=get_calendar())
    return found[0] if found else None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2015-06-25 16:00", Light.GREEN),  # three working days left: 85 % used
        ("2015-06-26 08:00", Light.YELLOW),  # Friday, two left: 90 % used
        ("2015-06-28 12:00", Light.YELLOW),  # a Sunday counts as the working day before it
        ("2015-06-30 16:59", Light.YELLOW),
        ("2015-06-30 23:30", Light.YELLOW),  # a promise in days is kept all through its last day
        ("2015-07-01 00:00", Light.RED),
    ],
)
def test_twenty_working_days_turn_yellow_at_nine_tenths_and_red_after_the_last_day(
    moment: str, expected: Light
) -> None:
    assert light(ROW, moment) is expected


def test_a_short_promise_turns_yellow_one_working_day_before_its_last_day_across_a_weekend() -> None:
    # Due on Monday: on Friday one working day is left, whatever the hours between are.
    row = replace(ROW, promised_amount=3, promised_due_at=at("2015-06-15 17:00"))
    assert light(row, "2015-06-11 17:00") is Light.GREEN
    assert light(row, "2015-06-12 00:01") is Light.YELLOW


def test_a_promise_in_opening_hours_is_judged_to_the_minute_and_not_by_days() -> None:
    row = replace(ROW, promised_amount=10, limit_unit="opening-hours", promised_due_at=at("2015-06-02 11:20"))
    assert light(row, "2015-06-02 09:00") is Light.GREEN
    assert light(row, "2015-06-02 10:30") is Light.YELLOW
    assert light(row, "2015-06-02 11:20") is Light.RED


def test_no_light_burns_before_acceptance_or_without_a_promise() -> None:
    assert light(replace(ROW, accepted_at=None), "2015-06-30 12:00") is None
    assert light(replace(ROW, promised_due_at=None), "2015-06-30 12:00") is None


def test_a_clock_that_stands_still_is_never_red() -> None:
    assert light(replace(ROW, status=Status.SUSPENDED), "2016-01-01 12:00") is Light.GREEN


def test_a_decided_case_keeps_its_light_whatever_the_day() -> None:
    decided = replace(ROW, late_promised=False)
    assert light(decided, "2030-01-01 00:00") is Light.GREEN
    assert light(replace(decided, late_promised=True), "2015-06-02 00:00") is Light.RED


def test_the_instant_may_come_in_any_zone() -> None:
    moment = datetime(2015, 6, 30, 15, 59, tzinfo=UTC)  # 23:59 in China
    found = judge(ROW, at=moment, calendar=get_calendar())
    assert found is not None and found[0] is Light.YELLOW


def test_every_rule_says_where_its_numbers_come_from() -> None:
    rule = rule_on(date(2015, 6, 30))
    for parameter in (rule.used_percent, rule.working_days_before):
        assert parameter.mark in {"V", "K"} and parameter.citation
    assert rule_on(date(1990, 1, 1)) == rule
