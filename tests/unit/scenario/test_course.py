"""Courses: histories that the law would recognise, each the same whoever asks first."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.unit.scenario import samples
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases.values import Filing, acts
from yichuang.kernel.identifiers import organisation_code, registration_2015, resident_number
from yichuang.scenario.domain.plan import Fate, Slot

SCALE = 0.01


@pytest.fixture(scope="module")
def filings() -> list[tuple[Slot, Filing]]:
    """Every filing of a small half-year with its slot."""
    plan, courses = samples.plan(scale=SCALE), samples.courses()
    return [(slot, courses.make(place, slot)) for place, slot in enumerate(plan)]


def happened(filings: list[tuple[Slot, Filing]], kind: type) -> Iterator[tuple[Slot, Filing]]:
    """Yield the filings in which an act of a kind occurs."""
    return ((slot, filing) for slot, filing in filings if any(isinstance(one.act, kind) for one in filing.history))


def test_a_case_is_the_same_whoever_asks_first() -> None:
    plan = samples.plan(scale=SCALE)
    one, other = samples.courses(), samples.courses()
    places = range(0, len(plan), 37)
    forwards = [one.make(place, plan[place]) for place in places]
    backwards = [other.make(place, plan[place]) for place in reversed(places)]
    assert forwards == backwards[::-1]


def test_time_never_runs_backwards_and_nothing_arrives_before_it_happened(filings: list[tuple[Slot, Filing]]) -> None:
    for _, filing in filings:
        instants = [one.at for one in filing.history]
        assert instants == sorted(instants)
        assert all(one.received_at >= one.at for one in filing.history)


def test_only_a_receipt_over_the_web_falls_on_a_day_off(filings: list[tuple[Slot, Filing]]) -> None:
    calendar = get_calendar()
    for slot, filing in filings:
        for place, one in enumerate(filing.history):
            if not calendar.is_working_day(local_day(one.at)):
                assert slot.web and place == 0, filing.source_key


def test_everything_happens_within_the_half_year(filings: list[tuple[Slot, Filing]]) -> None:
    for _, filing in filings:
        assert local_day(filing.history[0].at) >= date(2015, 1, 1)
        assert local_day(filing.history[-1].at) <= date(2015, 6, 30)


def test_a_supplement_notice_comes_within_five_working_days_and_before_acceptance(
    filings: list[tuple[Slot, Filing]],
) -> None:
    calendar, seen = get_calendar(), 0
    for _, filing in happened(filings, acts.RequestSupplement):
        kinds = [type(one.act) for one in filing.history]
        notice = filing.history[kinds.index(acts.RequestSupplement)]
        assert calendar.between(local_day(filing.history[0].at), local_day(notice.at)) <= 5
        assert kinds.count(acts.RequestSupplement) == 1
        if acts.Accept in kinds:
            assert kinds.index(acts.RequestSupplement) < kinds.index(acts.TakeSupplement) < kinds.index(acts.Accept)
        seen += 1
    assert seen > 20


def test_a_refusal_gives_reason_and_remedies(filings: list[tuple[Slot, Filing]]) -> None:
    refused = [one.act for _, filing in filings for one in filing.history if isinstance(one.act, acts.Refuse)]
    assert refused
    assert all(act.reason and act.remedies for act in refused)


def test_a_case_within_its_promise_has_no_step_beyond_its_limit(filings: list[tuple[Slot, Filing]]) -> None:
    calendar, seen = get_calendar(), 0
    for slot, filing in filings:
        started: dict[str, tuple[acts.StartStep, date]] = {}
        accepted = next((local_day(one.at) for one in filing.history if isinstance(one.act, acts.Accept)), None)
        ended = next(
            (local_day(one.at) for one in filing.history if isinstance(one.act, acts.Grant | acts.Refuse)), None
        )
        paused = any(isinstance(one.act, acts.StartSpecialProcedure | acts.Extend) for one in filing.history)
        late = accepted and ended and not paused and calendar.between(accepted, ended) > 10
        if late or slot.fate == Fate.STUCK:
            continue
        for one in filing.history:
            if isinstance(one.act, acts.StartStep) and one.act.limit is not None:
                started[one.act.step] = one.act, local_day(one.at)
            elif isinstance(one.act, acts.FinishStep) and one.act.step in started:
                start, day = started.pop(one.act.step)
                assert start.limit is not None
                assert calendar.between(day, local_day(one.at)) <= start.limit.amount, filing.source_key
                seen += 1
        for start, day in started.values():
            assert start.limit is not None
            assert calendar.between(day, date(2015, 6, 30)) <= start.limit.amount, filing.source_key
    assert seen > 500


def test_what_the_law_wants_in_writing_has_a_number(filings: list[tuple[Slot, Filing]]) -> None:
    acted = [one.act for _, filing in filings for one in filing.history]
    specials = [act for act in acted if isinstance(act, acts.StartSpecialProcedure)]
    assert specials and all(act.document_number and act.expected_days for act in specials)
    refusals = [act for act in acted if isinstance(act, acts.Refuse)]
    assert refusals and all(act.document_number for act in refusals)
    extensions = [act for act in acted if isinstance(act, acts.Extend)]
    assert all(act.document_number and act.approved_by for act in extensions)


def test_a_lower_organ_forwards_within_twenty_working_days() -> None:
    plan, courses, calendar = samples.plan(scale=0.05), samples.courses(), get_calendar()
    seen = 0
    for place, slot in enumerate(plan):
        filing = courses.make(place, slot)
        if isinstance(filing.history[-1].act, acts.Forward):
            accepted = next(one.at for one in filing.history if isinstance(one.act, acts.Accept))
            assert calendar.between(local_day(accepted), local_day(filing.history[-1].at)) <= 20
            seen += 1
    assert seen > 10


def test_joint_approval_begins_at_each_place_on_its_day() -> None:
    story, days = samples.story(), samples.days()
    assert set(story.joint.from_on) == {"610900", "610921", "610925", "610928", "610971"}
    courses = samples.courses(item=story.joint.item)
    hanyin = next(place for place, one in enumerate(samples.offers(story)) if one.organisation == "610921-guotu")
    first = days.working[days.find_place(story.joint.from_on["610921"])] * 86_400
    for received, joint in ((first - 86_400 * 9, False), (first + 36_000, True)):
        filings = [
            courses.make(place, Slot(received, hanyin, Fate.NORMAL, web=False, town=False)) for place in range(40)
        ]
        acted = [one.act for filing in filings for one in filing.history]
        assert any(isinstance(act, acts.Consult) for act in acted) is joint
        assert {act.joint for act in acted if isinstance(act, acts.Receive)} == {joint}
        certificates = {act.name for act in acted if isinstance(act, acts.IssueCertificate)}
        assert (story.joint.certificate in certificates) is joint


def test_cases_that_shall_stand_open_have_no_decision(filings: list[tuple[Slot, Filing]]) -> None:
    ends = (acts.Grant, acts.Refuse, acts.Close, acts.Forward, acts.Withdraw)
    standing = [filing for slot, filing in filings if slot.fate in {Fate.UNDER_WAY, Fate.STUCK}]
    assert standing
    assert not any(isinstance(one.act, ends) for filing in standing for one in filing.history)


def test_all_numbers_of_applicants_are_valid_and_no_telephone_is_real(filings: list[tuple[Slot, Filing]]) -> None:
    kinds = set()
    for _, filing in filings[::3]:
        applicant = filing.applicant
        kinds.add(applicant.id_type)
        if applicant.id_type == "111":
            assert resident_number.parse(applicant.id_number, on=date(2015, 1, 1)).age_on(date(2015, 1, 1)) >= 18
        elif applicant.id_type == "002":
            organisation_code.parse(applicant.id_number)
        else:
            registration_2015.check_registration(applicant.id_number)
        assert applicant.phone.startswith("1000915") and len(applicant.phone) == 11
    assert kinds >= {"111", "099"}


def test_towns_receive_and_counties_decide(filings: list[tuple[Slot, Filing]]) -> None:
    received = [filing.history[0].act for slot, filing in filings if slot.town]
    assert received
    for act in received:
        assert isinstance(act, acts.Receive)
        assert len(act.receiving_division) == 9
        assert act.receiving_division.startswith(act.division)
        assert act.organisation.startswith(f"{act.division}-")
