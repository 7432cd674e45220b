"""What the API says: each system sees its own area, masked, page by page, and the same as the pages say."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.factories.systems import EVERYTHING, caller
from tests.integration import small_city
from yichuang.cases.models import Event
from yichuang.cases.queries import count_cases, page_cases
from yichuang.cases.values import CaseFilter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]
COUNTIES = ("610902", "610922", "610924")
PERSONAL = (*EVERYTHING, "cases:personal")


@pytest.fixture(autouse=True)
def rates_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Each test begins with a whole budget."""
    settings.VAR = tmp_path


def all_pages(asking: Any, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    """Return every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    after = ""
    for _ in range(100):
        body = asking.get(path, after=after, **query).json()
        rows += body[key]
        after = body["next"]
        if not after or body.get("more") is False:
            return rows
    raise AssertionError("a list without end")


def number_in(county: str) -> str:
    """Return the number of a case of a county."""
    return page_cases(CaseFilter(county=county), limit=1).rows[0].number


def test_a_county_sees_its_own_cases_whatever_it_asks_for() -> None:
    asking = caller(division="610924")
    own = all_pages(asking, "/cases", "cases", limit=7)
    assert len(own) == count_cases(CaseFilter(county="610924")) > 0
    assert {row["county"] for row in own} == {"610924"}
    assert asking.get("/cases", county="610902").json()["cases"] == []
    other = number_in("610902")
    for path in (f"/cases/{other}", f"/cases/{other}/events", f"/cases/{other}/certificates"):
        answer = asking.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "CaseNotFound")


def test_an_organisation_sees_its_own_cases_only() -> None:
    asking = caller(organisation="610924-guotu", division="610924")
    rows = all_pages(asking, "/cases", "cases")
    assert {row["organisation"] for row in rows} == {"610924-guotu"}
    assert asking.get("/cases", organisation="610924-gongan").json()["cases"] == []


def test_a_system_of_the_city_sees_every_case_once_in_pages() -> None:
    rows = all_pages(caller(), "/cases", "cases", limit=50)
    numbers = [row["number"] for row in rows]
    assert len(numbers) == len(set(numbers)) == count_cases(CaseFilter())


def test_the_applicant_is_masked_unless_scope_and_area_allow() -> None:
    number = number_in("610924")
    masked = caller("a", division="610924").get(f"/cases/{number}").json()
    whole = caller("b", division="610924", scopes=PERSONAL).get(f"/cases/{number}").json()
    assert whole["applicant"]["id_number"] == small_city.RESIDENT
    assert masked["applicant"]["masked"] is True
    text = json.dumps(masked, ensure_ascii=False)
    for personal in (small_city.NAME, small_city.RESIDENT, small_city.PHONE):
        assert personal not in text
    assert caller("c", division="610902", scopes=PERSONAL).get(f"/cases/{number}").status_code == 404


def test_a_case_that_has_not_changed_is_not_sent_again() -> None:
    asking, number = caller(), number_in("610924")
    first = asking.get(f"/cases/{number}")
    assert first.json()["chain_holds"] is True
    again = asking.get(f"/cases/{number}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_change_feed_gives_every_event_once_and_ends() -> None:
    events = all_pages(caller(), "/events", "events", limit=200)
    places = [(event["number"], event["seq"]) for event in events]
    assert len(places) == len(set(places)) == Event.objects.count()


def test_the_feed_of_a_county_holds_its_own_events_and_its_cursor_goes_on() -> None:
    asking = caller(division="610924")
    events = all_pages(asking, "/events", "events", limit=100)
    assert {event["county"] for event in events} == {"610924"}
    end = asking.get("/events", after="now").json()
    assert asking.get("/events", after=end["next"]).json() == {"events": [], "next": end["next"], "more": False}


def test_events_leave_free_texts_out_and_say_so() -> None:
    number = number_in("610924")
    masked = caller("a", division="610924").get(f"/cases/{number}/events").json()["events"]
    whole = caller("b", division="610924", scopes=PERSONAL).get(f"/cases/{number}/events").json()["events"]
    granted = next(event for event in whole if event["type"].startswith("cases.application-granted"))
    assert granted["data"]["decider"]
    same = next(event for event in masked if event["seq"] == granted["seq"])
    assert "decider" not in same["data"]
    assert "decider" in same["withheld"]


@pytest.mark.parametrize(
    "cursor", ["x", "WyIyMDE1LTAxLTA1IiwgMV0", "a:b:c", "now", "\udcff".encode("utf-8", "replace").decode()]
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    answer = caller().get("/cases", after=cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "PageUnknown")


def test_figures_are_of_the_systems_own_area() -> None:
    county, city = caller("a", division="610924"), caller("b")
    own = county.get("/figures", period="2015H1").json()
    whole = city.get("/figures", period="2015H1").json()
    assert own == city.get("/figures", period="2015H1", county="610924").json()
    accepted = {
        name: next(f["value"] for f in body["figures"] if f["key"] == "accepted")
        for name, body in (("own", own), ("city", whole))
    }
    assert 0 < accepted["own"] < accepted["city"] == count_cases(CaseFilter(measure="accepted"))
    assert county.get("/figures", period="2015H1", county="610902").json()["code"] == "OutsideScope"
    lines = county.get("/figures/breakdown", period="2015H1", by="department").json()["lines"]
    assert sum(next(f["value"] for f in line["figures"] if f["key"] == "accepted") for line in lines) == accepted["own"]


def test_items_are_listed_searched_and_opened() -> None:
    asking = caller(division="610924")
    found = asking.get("/items", q="土地", division="610924", limit=5).json()["items"]
    assert found
    one = asking.get(f"/items/{found[0]['implementation_code']}").json()
    assert one == found[0]
    assert asking.get("/items/12345", organisation="610924-guotu").json()["code"] == "ItemUnknown"


def test_a_proof_code_that_is_not_borne_out_proves_nothing() -> None:
    answer = caller().get("/certificates/verify", code="nothing-0000")
    assert (answer.status_code, answer.json()["code"]) == (404, "CertificateNotProven")


@pytest.mark.parametrize(("division", "counties"), [("", {"610900", *COUNTIES}), ("610924", {"610924"})])
def test_an_exported_log_holds_the_cases_of_the_area_and_no_person(division: str, counties: set[str]) -> None:
    asking = caller(division=division)
    xes = b"".join(asking.get("/exports/xes").streaming_content)
    log = ElementTree.fromstring(xes)
    traces = log.findall("{*}trace")
    assert len(traces) == count_cases(CaseFilter(county=division))
    assert {one.get("value") for one in log.iterfind("{*}trace/{*}string[@key='yichuang:county']")} == counties
    ocel = json.loads(b"".join(asking.get("/exports/ocel").streaming_content))
    assert sum(one["type"] == "case" for one in ocel["objects"]) == len(traces)
    for personal in (small_city.NAME, small_city.RESIDENT, small_city.PHONE):
        assert personal not in xes.decode()
        assert personal not in json.dumps(ocel, ensure_ascii=False)


def test_every_wrong_parameter_is_named_in_words() -> None:
    answer = caller().get("/cases", measure="nothing", limit=0, from_on="2015-02-30")
    assert answer.status_code == 422
    assert {one["place"] for one in answer.json()["errors"]} == {"measure", "limit", "from_on"}


def test_a_nul_in_an_address_is_refused_on_every_database() -> None:
    asking = caller()
    assert asking.get("/cases", organisation="a\x00b").status_code == 400
    assert asking.get("/items", q="a\x00b").status_code == 400
