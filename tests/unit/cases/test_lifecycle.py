"""The table of a case's life: complete, cited, printed, and asked by everybody."""

import re

import pytest

from tests.factories.stories import Story, accepted, received
from yichuang.cases.codec import NAMES
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import events as e
from yichuang.cases.domain.acts import ACT_LABELS
from yichuang.cases.domain.decide import possible_acts
from yichuang.cases.domain.lifecycle import FINAL, STATUS_LABELS, TABLE, Status, diagram
from yichuang.cases.lines import title_of

ARTICLE = re.compile(r"行政许可法第.+条|国发〔\d{4}〕\d+号|GB/T (39046—2020|32168—2015)|容缺受理办法")


@pytest.mark.parametrize("place", TABLE, ids=lambda place: f"{place[0]}-{place[1].__name__}")
def test_every_place_in_the_table_names_its_article(place: tuple[Status, type[e.Event]]) -> None:
    assert ARTICLE.fullmatch(TABLE[place].article)


@pytest.mark.parametrize("kind", e.EVENT_TYPES)
def test_every_event_has_a_place_a_name_and_a_chinese_title(kind: type[e.Event]) -> None:
    assert kind in {event for _, event in TABLE}
    assert re.fullmatch(r"cases\.[a-z-]+\.v\d+", NAMES[kind])
    assert (kind.__doc__ or "").split(":")[0].strip()


def test_every_event_type_that_exists_is_registered() -> None:
    assert set(e.EVENT_TYPES) == set(e.Event.__subclasses__())
    assert len(set(NAMES.values())) == len(e.EVENT_TYPES)


def test_every_act_has_a_label_and_every_status_too() -> None:
    assert set(ACT_LABELS) == set(a.Act.__subclasses__())
    assert set(STATUS_LABELS) == set(Status)


def test_every_status_can_be_reached_from_the_first() -> None:
    reached = {Status.NEW}
    while more := {t.to for (status, _), t in TABLE.items() if status in reached} - reached:
        reached |= more
    assert reached == set(Status)


def test_every_case_can_come_to_an_end_without_being_voided() -> None:
    regular = {place: t for place, t in TABLE.items() if not t.irregular and place[1] is not e.CaseVoided}
    ending = {Status.CLOSED}
    while more := {status for (status, _), t in regular.items() if t.to in ending} - ending:
        ending |= more
    assert ending == set(Status) - {Status.VOIDED, Status.ARCHIVED}


def test_nothing_happens_to_a_voided_or_archived_case_but_that_it_is_corrected_or_goes_to_another_node() -> None:
    happening = {event for status, event in TABLE if status in {Status.VOIDED, Status.ARCHIVED}}
    assert happening == {e.HistoryCorrected, e.CasePassedToNode}
    assert all(t.to is status for (status, event), t in TABLE.items() if event in happening)
    assert {Status.VOIDED, Status.ARCHIVED} < FINAL


def test_the_diagram_draws_every_place_and_marks_what_is_irregular() -> None:
    drawn = diagram().splitlines()

    assert drawn[0] == "stateDiagram-v2"
    assert sum("-->" in line for line in drawn) == len(TABLE)
    assert sum("不合规" in line for line in drawn) == sum(t.irregular for t in TABLE.values()) > 0
    assert "    RECEIVED --> ACCEPTED: 受理 · 行政许可法第三十二条" in drawn


def test_only_receiving_is_possible_at_first() -> None:
    assert possible_acts(Story().state) == (a.Receive,)


def test_after_receipt_the_outcomes_of_article_32_are_possible() -> None:
    assert set(possible_acts(received().state)) == {
        a.CorrectMaterials, a.PreExamine, a.RequestSupplement, a.RefuseAcceptance, a.Accept, a.Withdraw, a.Void,
        a.TakeMaterials, a.HandOver, a.AssignAgent, a.OpenGreenChannel, a.MoveMaterials,
    }  # fmt: skip


def test_irregular_acts_are_possible_only_for_what_was_observed() -> None:
    state = accepted().state

    assert {a.RequestSupplement, a.TakeSupplement, a.Close}.isdisjoint(possible_acts(state))
    assert {a.RequestSupplement, a.TakeSupplement, a.Close} < set(possible_acts(state, observed=True))


def test_every_event_of_a_story_has_a_title_for_its_time_line() -> None:
    assert [title_of(event) for event, _ in accepted().history] == ["收件", "受理"]
