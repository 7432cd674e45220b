"""Facts: what one flat row says of a case, for every unit of limit and every way to end."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.stories import Story, accepted, china, granted, received, terms, working_days
from yichuang.calendar.queries import get_calendar
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.clocks import Limit, Unit
from yichuang.cases.domain.facts import FactsRow
from yichuang.cases.projections import COLUMNS

FIFTEEN_DAYS = Limit(15, Unit.CALENDAR_DAYS)
EIGHT_HOURS = Limit(8, Unit.OPENING_HOURS)


def judged(facts: FactsRow) -> str:
    """Say in one word how the case stands against its promise."""
    return "late" if facts.late_promised else "early" if facts.early else "on time"


@pytest.mark.parametrize(
    ("decided", "verdict"),
    [
        ("2015-02-13T16:00", "early"),
        ("2015-03-03T18:00", "early"),
        ("2015-03-04T08:00", "on time"),
        ("2015-03-04T23:59", "on time"),
        ("2015-03-05T00:01", "late"),
    ],
)
def test_ten_working_days_from_the_eve_of_spring_festival_run_out_on_the_fourth_of_march(
    decided: str, verdict: str
) -> None:
    facts = granted(decided).facts()
    assert facts.promised_due_at == china("2015-03-04T17:00")
    assert judged(facts) == verdict
    assert facts.late_statutory is False


def test_a_decision_on_the_saturday_after_the_due_friday_has_used_no_further_day() -> None:
    facts = granted("2015-04-18", accepted_at="2015-04-10", promised=working_days(5)).facts()
    assert facts.promised_due_at == china("2015-04-17T17:00")
    assert (facts.used_days, judged(facts)) == (5, "on time")


@pytest.mark.parametrize(
    ("decided", "verdict"),
    [("2015-05-03", "early"), ("2015-05-04T20:00", "on time"), ("2015-05-05T00:30", "late")],
)
def test_fifteen_calendar_days_that_end_on_a_holiday_end_on_the_next_working_day(decided: str, verdict: str) -> None:
    facts = granted(decided, accepted_at="2015-04-16", promised=FIFTEEN_DAYS).facts()
    assert facts.promised_due_at == china("2015-05-04T17:00")  # 05-01 is Labour Day, a Friday
    assert facts.limit_unit == "calendar-days"
    assert judged(facts) == verdict


def test_a_pause_prolongs_a_calendar_limit_by_calendar_days() -> None:
    story = accepted("2015-03-02", promised=FIFTEEN_DAYS)
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-03-06")
    story.then(a.EndSpecialProcedure(), "2015-03-12")
    facts = story.facts()
    assert facts.paused_days == 4  # working days, for the figures
    assert facts.promised_due_at == china("2015-03-23T17:00")  # 17 March and six calendar days


@pytest.mark.parametrize(
    ("decided", "verdict"),
    [("2015-03-03T09:59", "on time"), ("2015-03-03T10:00", "on time"), ("2015-03-03T10:01", "late")],
)
def test_eight_opening_hours_are_judged_to_the_minute_and_never_early(decided: str, verdict: str) -> None:
    story = accepted("2015-03-02T10:00", promised=EIGHT_HOURS)
    due_at = story.facts().promised_due_at
    assert due_at is not None
    hours = get_calendar().opening_seconds(china("2015-03-02T10:00"), due_at) / 3600
    assert hours == 8
    shift = due_at - china("2015-03-03T10:00")
    story.state = granted_at(story, china(decided) + shift)
    assert judged(story.facts()) == verdict


def granted_at(story: Story, at: datetime):  # type: ignore[no-untyped-def]
    """Decide at an instant rather than at a written time."""
    story.then(a.Grant(), at.replace(tzinfo=None).isoformat())
    return story.state


@pytest.mark.parametrize(
    ("decided", "verdict"),
    [("2015-02-26T23:00", "early"), ("2015-02-27T12:00", "on time"), ("2015-02-27T12:01", "late")],
)
def test_a_deadline_that_another_system_set_is_judged_by_the_instant(decided: str, verdict: str) -> None:
    story = accepted("2015-02-13", observed=True, due_at="2015-02-27T12:00")
    story.then(a.Grant(), decided)
    assert story.facts().promised_due_at == china("2015-02-27T12:00")
    assert judged(story.facts()) == verdict


def test_a_case_can_keep_the_law_and_break_the_promise() -> None:
    facts = granted("2015-03-10").facts()
    assert (facts.late_promised, facts.late_statutory) == (True, False)
    facts = granted("2015-03-19").facts()
    assert (facts.late_promised, facts.late_statutory) == (True, True)


def test_days_used_leave_out_the_pause() -> None:
    story = accepted("2015-02-13")
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25")
    story.then(a.EndSpecialProcedure(), "2015-03-04")
    story.then(a.Grant(), "2015-03-05")
    facts = story.facts()
    assert facts.accepted_wd is not None
    assert facts.ended_wd is not None
    assert facts.used_days == facts.ended_wd - facts.accepted_wd - 6 == 5


def test_an_open_pause_is_counted_to_the_day_that_is_asked_about() -> None:
    story = accepted("2015-02-13")
    story.then(a.StartSpecialProcedure(procedure="hearing", reason="依申请"), "2015-02-25")
    assert story.facts(on="2015-02-25").paused_days == 0
    assert story.facts(on="2015-03-04").paused_days == 6
    assert story.facts(on="2015-02-01").paused_days == 0


def test_an_undecided_case_is_neither_late_nor_early() -> None:
    facts = accepted().facts()
    assert (facts.late_promised, facts.late_statutory, facts.early, facts.used_days) == (None, None, None, None)
    assert facts.counted


def test_a_case_that_was_never_accepted_has_no_clock() -> None:
    story = received()
    story.then(a.RefuseAcceptance(ground="no-licence-needed", reason="不需要"), "2015-02-13")
    facts = story.facts()
    assert (facts.accepted_on, facts.promised_due_at, facts.late_promised, facts.kind) == (None, None, None, "")
    assert facts.closed_on == date(2015, 2, 13)


def test_delivery_late_does_not_make_the_decision_late() -> None:
    story = granted("2015-02-26")
    story.then(a.Deliver(), "2015-06-01")
    story.then(a.Close(), "2015-06-01")
    facts = story.facts()
    assert facts.late_promised is False
    assert (facts.ended_on, facts.closed_on) == (date(2015, 2, 26), date(2015, 6, 1))


def test_a_case_is_closed_on_a_day_only_when_it_is_closed() -> None:
    story = granted("2015-02-26")
    assert story.facts().closed_on is None
    story.then(a.Close(), "2015-02-27")
    assert story.facts().closed_on == date(2015, 2, 27)


def test_the_day_is_the_day_in_china() -> None:
    story = received("2015-02-13T00:30")
    assert story.state.received_at is not None
    assert story.state.received_at.astimezone(UTC).date() == date(2015, 2, 12)
    assert story.facts().received_on == date(2015, 2, 13)


def test_late_steps_are_judged_by_their_own_limit() -> None:
    story = accepted("2015-02-13")
    for step, started, finished in (("审核", "2015-02-13", "2015-02-25"), ("核查", "2015-02-25", "2015-02-27")):
        story.then(a.StartStep(step=step, limit=working_days(2)), started)
        story.then(a.FinishStep(step=step), finished)
    assert (story.facts().step_count, story.facts().late_steps) == (2, 1)


@pytest.mark.parametrize(
    ("received_on", "decided_on", "provisional"),
    [
        ("2015-02-13", "2015-02-26", False),
        ("2026-12-28", "2026-12-29", True),  # the limits run into a year without a notice
        ("2026-11-02", "2027-01-11", True),  # the limits do not, but the days used do
        ("2027-03-01", "2027-03-02", True),
    ],
)
def test_what_rests_on_an_unpublished_year_is_provisional(received_on: str, decided_on: str, provisional: bool) -> None:
    facts = granted(decided_on, accepted_at=received_on, promised=working_days(1)).facts()
    assert facts.provisional is provisional


def test_a_voided_case_counts_nowhere_and_a_returned_one_does() -> None:
    story = accepted()
    story.then(a.Withdraw(reason="不办了"), "2015-02-26")
    assert story.facts().counted
    story.then(a.Void(reason="重复"), "2015-02-27")
    assert not story.facts().counted


def test_places_are_read_from_the_receipt() -> None:
    story = Story(terms=terms())
    story.then(
        a.Receive(
            item="01001", organisation="610924-gongshang", division="610924",
            receiving_division="610924101000", channel="web",
        ),
        "2015-02-13",
    )  # fmt: skip
    facts = story.facts()
    assert (facts.county, facts.town, facts.department, facts.channel) == ("610924", "610924101", "gongshang", "web")
    assert facts.item_type == "01"


def test_the_stored_row_has_exactly_these_columns() -> None:
    from django.apps import apps

    stored = {field.column for field in apps.get_model("cases", "Facts")._meta.fields}
    assert stored == set(COLUMNS)
