"""Planting: known violations in place of ordinary cases, every kind of them, and nothing else is touched."""

from collections import Counter
from datetime import date

import pytest

from tests.unit.scenario import samples
from yichuang.calendar.values import local_day
from yichuang.cases.values import Filing, acts
from yichuang.scenario.domain.breaches import RECIPES
from yichuang.scenario.domain.plan import Fate
from yichuang.scenario.domain.planting import read_violations
from yichuang.scenario.domain.scene import Planted
from yichuang.scenario.domain.story import StoryFaulty
from yichuang.scenario.setting import load_violations

SCALE = 0.02
# The sample offers have no item that is promised in more than twenty days.
NOT_IN_SAMPLES = {"forwarded-late", "delivered-first", "overdue-by-law"}
_Filings = list[tuple[Planted, Filing]]


@pytest.fixture(scope="module")
def planted() -> dict[int, Planted]:
    """What is planted in a small half-year."""
    return samples.planted(scale=SCALE)


@pytest.fixture(scope="module")
def filings(planted: dict[int, Planted]) -> _Filings:
    """The planted cases."""
    plan, courses = samples.plan(scale=SCALE), samples.courses(planted=planted)
    return [(one, courses.make(place, plan[place])) for place, one in planted.items()]


def test_every_kind_of_breach_is_in_the_data_and_planted_at_least_once(planted: dict[int, Planted]) -> None:
    violations = load_violations(name=samples.story().violations)
    told = {one.kind for one in violations}
    # Who may decide is a list of accounts, which a story does not hold.
    assert set(RECIPES) - told == {"stranger-decided"}
    assert told - {one.kind for one in planted.values()} <= NOT_IN_SAMPLES
    assert all(one.finds for one in violations)


def test_only_cases_that_would_be_accepted_and_ended_are_taken(planted: dict[int, Planted]) -> None:
    plan = samples.plan(scale=SCALE)
    assert {Fate(plan[place].fate) for place in planted} == {Fate.NORMAL}


def test_the_choice_is_the_same_every_time_and_grows_with_the_scale(planted: dict[int, Planted]) -> None:
    assert samples.planted(scale=SCALE) == planted
    larger = Counter(one.kind for one in samples.planted(scale=0.1).values())
    assert larger["no-opinion"] == 3
    assert sum(larger.values()) > len(planted)


def test_nothing_else_changes(planted: dict[int, Planted]) -> None:
    plan = samples.plan(scale=SCALE)
    bare, mixed = samples.courses(), samples.courses(planted=planted)
    places = [place for place in range(0, len(plan), 17) if place not in planted]
    assert [bare.make(place, plan[place]) for place in places] == [mixed.make(place, plan[place]) for place in places]
    for place in planted:
        ordinary, breach = bare.make(place, plan[place]), mixed.make(place, plan[place])
        assert (breach.source_key, breach.applicant) == (ordinary.source_key, ordinary.applicant)
        assert breach.history[0].act == ordinary.history[0].act


def test_a_planted_case_is_accepted_and_ended_within_the_half_year(filings: _Filings) -> None:
    for one, filing in filings:
        kinds = [type(applied.act) for applied in filing.history]
        assert acts.Accept in kinds, one
        assert kinds[-1] in {acts.Close, acts.Forward}, one
        assert local_day(filing.history[-1].at) <= date(2015, 6, 30)


def test_time_never_runs_backwards_and_nothing_arrives_before_it_happened(filings: _Filings) -> None:
    for one, filing in filings:
        instants = [applied.at for applied in filing.history]
        arrivals = [applied.received_at for applied in filing.history]
        assert instants == sorted(instants), one
        assert arrivals == sorted(arrivals), one
        assert all(arrived >= at for arrived, at in zip(arrivals, instants, strict=True)), one


def test_a_group_is_ended_by_one_person_in_one_minute(filings: _Filings) -> None:
    bulk = [filing for one, filing in filings if one.kind == "in-bulk"]
    assert len(bulk) == 6
    minutes = {applied.at.replace(second=0) for filing in bulk for applied in filing.history[-3:]}
    deciders = {
        applied.act.decider for filing in bulk for applied in filing.history if isinstance(applied.act, acts.Grant)
    }
    assert len(minutes) == len(deciders) == 1


def test_a_group_shares_one_file(filings: _Filings) -> None:
    digests = {
        entry.digest
        for one, filing in filings
        if one.kind == "same-file"
        for applied in filing.history
        if isinstance(applied.act, acts.TakeMaterials)
        for entry in applied.act.entries
        if entry.digest
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"violations": [{"kind": "unheard-of", "count": 1, "divisions": [], "finds": ["x"]}]},
        {"violations": [{"kind": "overdue", "count": 0, "divisions": [], "finds": ["x"]}]},
        {"violations": [{"kind": "overdue", "count": 1, "divisions": [], "finds": []}]},
        {"violations": [{"kind": "overdue", "count": 1, "divisions": [], "finds": ["x"], "colour": "red"}]},
    ],
)
def test_a_faulty_file_is_refused(raw: object) -> None:
    with pytest.raises(StoryFaulty):
        read_violations(raw, file="x.yaml")
