"""A county system reports by the API: filed as by any connector, once however often it asks, every fault named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests import prepared
from tests.factories.at_once import at_once, on_disk
from tests.factories.systems import Caller, caller, registered, token_of
from tests.integration import small_city
from yichuang.cases.queries import count_cases, get_case
from yichuang.cases.values import CaseFilter
from yichuang.exchange.commands import answer_once
from yichuang.exchange.models import AnsweredRequest
from yichuang.exchange.values import KeyInUse

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def places_and_items(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Places and catalogue, for the module."""
    with django_db_blocker.unblock(), prepared.holding(small_city.load_places, small_city.load_items):
        yield


@pytest.fixture(autouse=True)
def rates_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Each test begins with a whole budget."""
    settings.VAR = tmp_path


def told(key: str = "A-1", *, acts: int = 3, **more: Any) -> dict[str, Any]:
    """Return a case as a system tells it."""
    history = [
        {"act": "accept", "at": "2015-01-05T10:00:00+08:00", "fields": {"tolerated": []}},
        {"act": "grant", "at": "2015-01-08T15:00:00+08:00", "fields": {"decider": "局长"}},
        {"act": "close", "at": "2015-01-09T09:00:00+08:00", "fields": {"result": "granted"}},
    ]
    return {
        "source_key": key,
        "item": "11003",
        "organisation": "610924-guotu",
        "division": "610924",
        "received_at": "2015-01-05T09:00:00+08:00",
        "applicant": {"name": "测试人", "id_type": "111", "id_number": "610924198503070012"},
        "acts": history[:acts],
        **more,
    }


def test_a_reported_case_stands_in_the_ledger_under_its_systems_name() -> None:
    answer = caller("county-a", division="610924").post("/cases", told())
    assert answer.status_code == 201, answer.json()
    case = get_case(answer.json()["number"])
    assert (case.row.source, case.row.item, case.row.result) == ("county-a", "11003", "granted")
    assert case.events[0].actor == "系统 county-a"


def test_reported_again_it_changes_nothing_and_with_more_it_is_added_to() -> None:
    asking = caller()
    first = asking.post("/cases", told(acts=1))
    assert (first.status_code, first.json()["new_events"]) == (201, 2)
    again = asking.post("/cases", told(acts=1))
    assert (again.status_code, again.json()["new_events"]) == (200, 0)
    more = asking.post("/cases", told(acts=3))
    assert (more.status_code, more.json()["new_events"], more.json()["number"]) == (200, 2, first.json()["number"])


def test_another_past_is_refused_unless_it_is_meant_as_a_correction() -> None:
    asking = caller()
    asking.post("/cases", told())
    other = told(acts=2)
    other["acts"][1]["at"] = "2015-01-07T15:00:00+08:00"
    refused = asking.post("/cases", other)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "HistoryDiffers")
    corrected = asking.post("/cases", {**other, "corrections": True})
    assert (corrected.status_code, corrected.json()["corrected"] > 0) == (200, True), corrected.json()


def test_every_fault_is_named_at_its_act() -> None:
    wrong = told(item="99", division="61092X")
    wrong["acts"][0]["at"] = "gestern"
    wrong["acts"][1]["fields"] = {"decided_by": "局长"}
    wrong["acts"].append({"act": "applaud", "at": "2015-01-09", "fields": {}})
    answer = caller().post("/cases", wrong)
    assert answer.status_code == 422
    found = {(one["act"], one["place"]) for one in answer.json()["errors"]}
    assert found >= {(0, "division"), (1, "at"), (2, "decided_by"), (4, "act")}
    assert count_cases(CaseFilter()) == 0


def test_a_fault_shows_nothing_of_the_applicant() -> None:
    answer = caller().post("/cases", told(applicant={"name": "张\x01三丰", "id_number": "610924198503070012"}))
    assert answer.status_code == 422
    assert "三丰" not in answer.content.decode()


def test_a_system_reports_for_its_own_area_only() -> None:
    asking = caller("county-a", division="610902")
    answer = asking.post("/cases", told())
    assert (answer.status_code, answer.json()["code"]) == (403, "OutsideArea")
    assert count_cases(CaseFilter()) == 0


def test_the_same_key_is_answered_alike_and_another_request_under_it_is_refused() -> None:
    asking = caller()
    first = asking.post("/cases", told(), headers={"Idempotency-Key": "k-1"})
    again = asking.post("/cases", told(), headers={"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = asking.post("/cases", told("B-2"), headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")


def test_a_key_of_one_system_is_nothing_to_another() -> None:
    one, two = caller("county-a"), caller("county-b")
    assert one.post("/cases", told(), headers={"Idempotency-Key": "k"}).status_code == 201
    assert two.post("/cases", told(), headers={"Idempotency-Key": "k"}).status_code == 201
    assert count_cases(CaseFilter()) == 2


def test_a_refused_request_may_be_put_right_under_its_key() -> None:
    asking = caller()
    assert asking.post("/cases", told(item="99"), headers={"Idempotency-Key": "k"}).status_code == 422
    assert asking.post("/cases", told(), headers={"Idempotency-Key": "k"}).status_code == 201


def test_a_request_whose_process_died_is_taken_over_after_a_minute() -> None:
    system, now = registered().row.id, timezone.now()
    AnsweredRequest.objects.create(system=system, key="k", digest="d", begun_at=now - timedelta(seconds=30))
    with pytest.raises(KeyInUse):
        answer_once(system=system, key="k", digest="d", at=now, work=lambda: (201, "{}"))
    AnsweredRequest.objects.update(begun_at=now - timedelta(seconds=90))
    assert answer_once(system=system, key="k", digest="d", at=now, work=lambda: (201, "{}")).status == 201


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_file_one_case(tmp_path: Path) -> None:
    small_city.load_places()
    small_city.load_items()
    token = token_of(registered())
    with on_disk(tmp_path):
        works = [lambda: Caller(token).post("/cases", told(), headers={"Idempotency-Key": "k"}) for _ in range(6)]
        answers = at_once(works)
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert [answer.status_code for answer in answers].count(201) >= 1
        assert len({answer.json()["number"] for answer in answers if answer.status_code == 201}) == 1
        final = Caller(token).post("/cases", told(), headers={"Idempotency-Key": "k"})
        assert final.status_code == 201
        assert count_cases(CaseFilter()) == 1
