"""Pages of the overview, the wall and the feeds: what they count, what they ask the database, what they hide."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import prepared
from tests.factories.findings import finding
from tests.integration import small_city
from yichuang.accounts.queries import DEMONSTRATION_PASSWORD
from yichuang.catalogue.queries import get_terms
from yichuang.reporting.commands import follow_findings
from yichuang.supervision.models import Finding

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db
CITY = "/supervision/overview/?period=2015H1"


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Let the mark ask for the database and no more: its own teardown would close the module's connection."""


def plant(more: int = 0) -> None:
    """Put findings into the small city: every county, two departments, several weeks, four colours."""
    serial = 0
    for county in small_city.COUNTIES:
        for department in ("guotu", "gongshang"):
            item = next(item for code, item in sorted(get_terms(on=small_city.ON)) if code == f"{county}-{department}")
            for number in range(4 + len(department) % 3 + more):
                serial += 1
                finding(
                    10_000 * (more + 1) + serial,
                    rule=("promised-overdue", "supplement-asked-twice", "decider-outside-authority")[number % 3],
                    county=county,
                    department=department,
                    item=item,
                    colour=("red", "yellow", "reminder", "")[serial % 4],
                    on=date(2015, 1, 5) + timedelta(days=(serial * 5) % 170),
                )
    follow_findings()


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    with django_db_blocker.unblock(), prepared.holding(*small_city.CITY, small_city.file_cases):
        plant()
        yield


@pytest.fixture(autouse=True)
def undone(city: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(name: str = "supervisor") -> Client:
    client = Client()
    assert client.login(username=name, password=DEMONSTRATION_PASSWORD)
    return client


def page(address: str, name: str = "supervisor") -> str:
    answer = signed_in(name).get(address)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def plots(text: str) -> dict[str, dict[str, Any]]:
    found = re.findall(r'<script id="plot-([\w-]+)" type="application/json">(.*?)</script>', text, re.S)
    return {key: json.loads(body) for key, body in found}


def table_of(text: str, key: str) -> list[list[str]]:
    """Return the numbers in the table below a chart, row by row."""
    figure = re.search(rf'<figure[^>]*id="chart-{key}".*?</figure>', text, re.S)
    assert figure
    details = figure[0][figure[0].index("<details>") :]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", details, re.S)
    ]


def written(value: object, *, percent: bool) -> str:
    if value is None:
        return "—"
    return f"{value:,.1f}%" if percent else f"{value:,}"


# --- the numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [CITY, "/supervision/overview/610924/?period=2015H1", "/supervision/overview/610924/guotu/?period=2015"]
)
def test_every_chart_its_table_and_its_file_say_the_same(address: str) -> None:
    text = page(address)
    drawn = plots(text)
    assert {"trend", "parts", "rules", "heat"} <= set(drawn)
    for key, plot in drawn.items():
        rows = table_of(text, key)
        told = list(csv.reader(StringIO(signed_in().get(f"{address}&csv={key}").content.decode("utf-8-sig"))))
        if plot["kind"] == "heat":
            expected = [[one["label"], *one["values"]] for one in plot["series"]]
            assert rows[0][1:] == plot["labels"] == told[0][1:]
        else:
            expected = [
                [label, *(one["values"][at] for one in plot["series"])] for at, label in enumerate(plot["labels"])
            ]
            assert rows[0][1:] == [one["label"] for one in plot["series"]] == told[0][1:]
        assert rows[1:] == [[row[0], *(written(one, percent=plot["percent"]) for one in row[1:])] for row in expected]
        assert told[1:] == [[row[0], *("" if one is None else str(one) for one in row[1:])] for row in expected]


def test_the_numbers_of_the_city_are_those_of_its_findings_and_add_up_from_its_counties() -> None:
    drawn = plots(page(CITY))
    total = Finding.objects.filter(occurred_on__gte="2015-01-01", occurred_on__lt="2015-07-01").count()
    for key in ("trend", "parts", "rules", "departments", "heat"):
        assert sum(value for one in drawn[key]["series"] for value in one["values"]) == total, key
    reds = Finding.objects.filter(colour="red", county="610924", occurred_on__lt="2015-07-01").count()
    parts = drawn["parts"]
    at = parts["labels"].index("紫阳县")
    assert parts["series"][3]["label"] == "红牌"
    assert parts["series"][3]["values"][at] == reds
    cards = Finding.objects.filter(colour__in=["red", "yellow"], county="610924", occurred_on__lt="2015-07-01").count()
    shown = drawn["map"]
    assert shown["series"][0]["values"][shown["labels"].index("紫阳县")] == cards


def test_a_class_of_rules_a_department_and_a_measure_of_the_map_narrow_and_stay_in_every_link() -> None:
    text = page(f"{CITY}&rule_class=procedure&map=on-time")
    drawn = plots(text)
    total = Finding.objects.filter(rule_class="procedure", occurred_on__lt="2015-07-01").count()
    assert sum(value for one in drawn["trend"]["series"] for value in one["values"]) == total
    assert drawn["map"]["percent"]
    for href in (*drawn["parts"]["hrefs"], *drawn["map"]["hrefs"]):
        assert "period=2015H1" in href
        assert "rule_class=procedure" in href
    for href in drawn["rules"]["hrefs"]:
        assert "rule_class=procedure" in href
        assert "from=2015-01-01" in href
        assert "until=2015-06-30" in href
    text = page(f"{CITY}&department=guotu")
    total = Finding.objects.filter(department="guotu", occurred_on__lt="2015-07-01").count()
    assert sum(value for one in plots(text)["trend"]["series"] for value in one["values"]) == total
    assert "/supervision/overview/610924/guotu/" in text


def test_from_the_city_down_to_the_case_every_number_is_a_link() -> None:
    text = page(CITY)
    assert re.search(r'href="/supervision/overview/610924/\?period=2015H1"', text)
    text = page("/supervision/overview/610924/?period=2015H1")
    assert re.search(r'href="/supervision/overview/610924/guotu/\?period=2015H1"', text)
    text = page("/supervision/overview/610924/guotu/?period=2015H1")
    item = re.search(r'href="(/supervision/overview/610924/guotu/\d+/)\?period=2015H1"', text)
    assert item
    text = page(f"{item[1]}?period=2015H1")
    assert "最近的监察发现" in text
    assert f"/supervision/findings/{Finding.objects.filter(organisation='610924-guotu').first().pk}/" in text
    assert "measure=accepted" in text


def test_a_week_runs_from_monday_and_a_long_period_is_told_by_months() -> None:
    labels = plots(page(CITY))["trend"]["labels"]
    assert labels[0] == "12月29日"
    assert len(labels) == 27
    assert plots(page("/supervision/overview/?period=2014-01-01..2015-12-31"))["trend"]["labels"][13] == "2015-02"


def test_a_period_without_findings_says_so_and_draws_no_script() -> None:
    text = page("/supervision/overview/?period=2009H1")
    assert "这个期间没有监察发现" in text
    assert "echarts" not in text


# --- the map ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "name", "code"), [("2015H1", "旬阳县", "610928"), ("2022H1", "旬阳市", "610981")])
def test_the_map_knows_a_county_by_the_code_of_that_day(period: str, name: str, code: str) -> None:
    finding(77_777, county=code, colour="red", on=date(int(period[:4]), 3, 3))
    follow_findings()
    plot = plots(page(f"/supervision/overview/?period={period}"))["map"]
    one = next(one for one in plot["places"] if one.get("shape") == "610928")
    assert (one["name"], one["code"]) == (name, code)
    assert plot["series"][0]["values"][plot["places"].index(one)] == 1
    assert {one["code"] for one in plot["places"] if "mark" in one} == {"610900", "610971"}
    assert len([one for one in plot["places"] if "shape" in one]) == 10


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [CITY, "/supervision/overview/610924/", "/supervision/overview/610924/guotu/", "/supervision/wall/data.json"],
)
def test_a_page_asks_as_many_questions_for_many_findings_as_for_few(address: str) -> None:
    client = signed_in()
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    plant(more=20)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
    assert len(many) <= 30
    if "610924/guotu" not in address:
        scans = [one["sql"] for one in many if "COUNT" in one["sql"] and "supervision_finding" in one["sql"]]
        assert all("fell-away" in sql for sql in scans), scans


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CITY, "/supervision/wall/", "/supervision/wall/data.json", "/supervision/feeds/"])
def test_without_the_right_nothing_is_shown(address: str) -> None:
    assert Client().get(address).status_code == 302
    assert signed_in("clerk").get(address).status_code == 403


def test_a_county_that_is_not_the_readers_stays_closed(city: None) -> None:
    from yichuang.accounts.models import Grant

    Grant.objects.filter(user__username="supervisor").update(division_code="610924")
    client = signed_in()
    assert client.get("/supervision/overview/610902/?period=2015H1").status_code == 403
    answer = client.get(CITY)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/supervision/overview/610924/?period=2015H1")
    told = client.get("/supervision/wall/data.json?period=2015H1").json()
    assert [one["code"] for one in told["counties"]] == ["610924"]
    rows = Finding.objects.filter(county="610924", colour="red", occurred_on__lt="2015-07-01").count()
    assert next(one["value"] for one in told["tiles"] if one["key"] == "red") == str(rows)


def test_an_unknown_county_department_item_or_chart_is_refused() -> None:
    client = signed_in()
    for address in ("619999/", "610924/nobody/", "610924/guotu/99999/"):
        assert client.get(f"/supervision/overview/{address}").status_code == 404, address
    assert client.get(f"{CITY}&csv=nothing").status_code == 404


# --- the wall and the feeds -------------------------------------------------------------------------------------------


def test_the_wall_is_whole_without_script_and_names_nobody() -> None:
    text = page("/supervision/wall/?period=2015H1")
    assert "紫阳县" in text
    assert "map-word" in text
    told = signed_in().get("/supervision/wall/data.json?period=2015H1").json()
    assert len(told["newest"]) == 12
    assert len(told["counties"]) == 12
    for hidden in (small_city.NAME, small_city.RESIDENT, small_city.PHONE):
        assert hidden not in text
        assert hidden not in json.dumps(told, ensure_ascii=False)
    newest = Finding.objects.order_by("-id").first()
    assert newest is not None
    assert told["newest"][0]["id"] == newest.pk


def test_the_snapshot_of_the_wall_has_a_size_that_does_not_grow() -> None:
    client = signed_in()
    before = len(client.get("/supervision/wall/data.json?period=2015H1").content)
    plant(more=60)
    after = len(client.get("/supervision/wall/data.json?period=2015H1").content)
    assert after < before * 1.1


def test_the_feeds_name_every_county_and_why_one_is_silent() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_feeds")
    text = page("/supervision/feeds/")
    for name in ("紫阳县", "平利县", "白河县"):
        assert name in text
    assert "未建成电子监察系统" in text
    assert "隔离区" in text
