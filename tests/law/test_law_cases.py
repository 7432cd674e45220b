"""Runs the cases that a lawyer can read: each YAML entry beside this file is one test."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.factories.stories import Story, receipt, received, terms
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA, local_day
from yichuang.cases.domain import acts
from yichuang.cases.domain.clocks import (
    Clock,
    Limit,
    RunningClock,
    Unit,
    automatic_acceptance_on,
    due,
    late_clocks,
    paused,
    used_days,
)
from yichuang.cases.domain.refusals import NoTimeForTolerance, ToleranceTooLong
from yichuang.cases.domain.statutes import Law, load_statutes

FOLDER = Path(__file__).parent


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['title']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _instant(value: date | str) -> datetime:
    """Return a written day as ten o'clock of that day, or a written time as it stands."""
    text = value if isinstance(value, str) else f"{value.isoformat()}T10:00"
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def _limit(written: str, law: Law) -> Limit:
    if " " in written:
        amount, unit = written.split()
        return Limit(int(amount), Unit(unit))
    unit_of_law = Unit.OPENING_HOURS if written.endswith("_hours") else Unit.WORKING_DAYS
    assert law.citation(written)
    return Limit(getattr(law, written), unit_of_law)


@pytest.mark.parametrize("case", [case for case in _cases() if "limit" in case.values[0]])
def test_the_clock_runs_as_the_lawyer_says(case: dict[str, Any]) -> None:
    calendar = get_calendar()
    started_at, ended_at = _instant(case["started"]), _instant(case["ended"])
    law = load_statutes().in_force(started_at.date())
    limit = _limit(case["limit"], law)
    days = Unit.CALENDAR_DAYS if limit.unit is Unit.CALENDAR_DAYS else Unit.WORKING_DAYS
    suspended = case.get("suspended", [])
    assert {one["procedure"] for one in suspended} <= law.excluded_procedures

    ends = due(
        calendar=calendar,
        started_at=started_at,
        limit=limit,
        paused_days=sum(
            paused(calendar=calendar, started_on=one["from"], ended_on=one["until"], unit=days) for one in suspended
        ),
        extension_days=getattr(law, case["extension"]) if "extension" in case else 0,
    )
    used = used_days(
        calendar=calendar,
        started_on=started_at.date(),
        ended_on=ended_at.date(),
        paused_days=sum(paused(calendar=calendar, started_on=one["from"], ended_on=one["until"]) for one in suspended),
    )
    clocks = [RunningClock(Clock(case["clock"]), limit, ends)]

    expect = case["expect"]
    assert (ends.at if isinstance(expect["due"], str) else ends.on) == (
        _instant(expect["due"]) if isinstance(expect["due"], str) else expect["due"]
    )
    assert used == expect["used"]
    assert [*late_clocks(calendar=calendar, clocks=clocks, ended_at=ended_at)] == expect["late"]
    assert ends.provisional is expect.get("provisional", False)


@pytest.mark.parametrize("case", [case for case in _cases() if "received" in case.values[0]])
def test_silence_accepts_an_application_from_the_day_it_was_received(case: dict[str, Any]) -> None:
    received_on: date = case["received"]
    law = load_statutes().in_force(received_on)

    last_day = automatic_acceptance_on(calendar=get_calendar(), law=law, received_on=received_on)

    expect = case["expect"]
    assert last_day == expect["last_day_for_notice"]
    assert last_day + timedelta(days=1) == expect["accepted_by_law_on"]
    assert received_on == expect["counts_from"]


@pytest.mark.parametrize("case", [case for case in _cases() if "last" in case.values[0]])
def test_what_is_missing_at_acceptance_may_follow_until_the_last_day_and_not_a_day_longer(case: dict[str, Any]) -> None:
    accepted, last = case["accepted"].isoformat(), case["last"]
    calendar = get_calendar()

    def accept(until: date) -> None:
        limit = _limit(case["promised"], load_statutes().in_force(case["accepted"]))
        story = received(accepted, story=Story(terms=terms(promised=limit, statutory=limit)))
        story.then(acts.Accept(tolerated=("照片",), tolerated_until=until), accepted)

    if last is None:
        with pytest.raises(NoTimeForTolerance):
            accept(case["accepted"] + timedelta(days=1))
        return
    accept(last)
    with pytest.raises(ToleranceTooLong) as refused:
        accept(calendar.add(last, 1))
    assert refused.value.details["latest"] == last.isoformat()


_ACTS: dict[str, Any] = {
    "receive": receipt(),
    "supplement": acts.RequestSupplement(missing=("章程",)),
    "supplied": acts.TakeSupplement(),
    "accept": acts.Accept(),
    "suspend": acts.StartSpecialProcedure(procedure="hearing", reason="依申请"),
    "resume": acts.EndSpecialProcedure(),
    "grant": acts.Grant(),
    "refuse": acts.Refuse(reason="不符合", remedies="复议、诉讼"),
    "deliver": acts.Deliver(),
}


@pytest.mark.parametrize("case", [case for case in _cases() if "next" in case.values[0]])
def test_the_next_duty_of_the_authority_falls_due_as_the_lawyer_says(case: dict[str, Any]) -> None:
    story = Story(terms=terms())
    for done in case["acts"]:
        ((name, day),) = done.items()
        story.then(_ACTS[name], day.isoformat())

    next_due_at = story.facts().next_due_at

    assert (next_due_at and local_day(next_due_at)) == case["next"]
    assert next_due_at is None or next_due_at == get_calendar().close_of_business(case["next"])


def test_every_case_is_run_and_names_its_article() -> None:
    cases = [case.values[0] for case in _cases()]

    assert len(cases) >= 35
    assert all(case["article"] for case in cases)
    assert all(sum(key in case for key in ("limit", "received", "last", "next")) == 1 for case in cases)
    assert len({case["title"] for case in cases}) == len(cases)
