"""The pages of figures, cases and bulletins: who sees what, what it costs, what never reaches a page."""

import csv
import json
import os
import re
import time
from dataclasses import replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration import small_city
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.calendar.values import CHINA
from yichuang.cases.commands import record_histories
from yichuang.cases.queries import count_cases, page_cases
from yichuang.cases.values import CaseFilter, CaseNotFound
from yichuang.dashboards.export import csv_lines, escape_cell
from yichuang.dashboards.periods import choose_period
from yichuang.dashboards.reach import narrow, reachable
from yichuang.dashboards.totals import find_total
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.periods import Period
from yichuang.reporting.commands import draft_bulletin, follow_ledger
from yichuang.reporting.queries import behind, list_breakdown
from yichuang.reporting.values import Scope, ScopeTooNarrow
from yichuang.ui.lights import Judge
from yichuang.ui.names import ItemNames, get_item_names, get_names
from yichuang.ui.values import Light

# Left to SQLite: pages over figures that test_figures asks on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]

PUBLIC = (
    "/",
    "/overview/?period=2015-03&sort=-late",
    "/regions/610924/",
    "/regions/610900/",
    "/departments/guotu/",
    "/regions/610924/departments/guotu/",
    "/bulletins/",
    "/progress/",
)


@pytest.fixture
def bulletin() -> None:
    """Draft the bulletin of the half-year."""
    draft_bulletin(
        period=Period.parse("2015H1"), division="610900", by=SYSTEM, at=small_city.NOW, dated_on=date(2015, 7, 23)
    )


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return content.decode()


def a_case(county: str = "610924", organisation: str = "610924-guotu") -> str:
    return page_cases(CaseFilter(county=county, organisation=organisation), limit=1).rows[0].number


# -- figures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_answer_visitors_in_both_languages(address: str, language: str) -> None:
    client = Client(headers={"accept-language": language})
    body(client, address)


def test_the_overview_counts_what_the_ledger_holds_and_tells_the_two_rates_apart() -> None:
    text = body(Client(), "/overview/?period=2015H1")
    period = Period.parse("2015H1")
    accepted = behind(period=period, measure="accepted")[0]
    completed, on_time = behind(period=period, measure="completed")[0], behind(period=period, measure="on-time")[0]
    assert f"{accepted:,}" in text
    assert f"{completed:,} ÷ {accepted:,}" in text
    assert f"{on_time:,} ÷ {completed:,}" in text
    assert on_time < completed < accepted


def test_the_overview_opens_with_the_newest_half_year_in_which_cases_were_accepted() -> None:
    request = type("Asked", (), {"GET": {}})()
    assert choose_period(request, today=date(2030, 1, 1)).period.label == "2015H1"


def test_centres_are_those_running_on_the_last_day_of_the_period() -> None:
    shown = re.findall(r"<dt>(市级|县区级|镇级)</dt><dd>(\d+)</dd>", body(Client(), "/overview/?period=2015H1"))
    assert dict(shown) == {"市级": "1", "县区级": "9", "镇级": "150"}


def test_a_number_leads_to_its_cases_only_where_the_reader_may_see_all_of_them() -> None:
    link = "/cases/?measure=accepted&amp;period=2015H1"
    assert link not in body(Client(), "/overview/?period=2015H1")
    assert link not in body(signed_in("clerk"), "/overview/?period=2015H1")
    assert link in body(signed_in("supervisor"), "/overview/?period=2015H1")
    county = "/cases/?measure=accepted&amp;period=2015H1&amp;county=610924"
    assert county in body(signed_in("manager"), "/regions/610924/?period=2015H1")
    assert county not in body(signed_in("clerk"), "/regions/610924/?period=2015H1")


def test_the_list_behind_a_card_has_as_many_cases_as_the_card_says() -> None:
    text = body(signed_in("supervisor"), "/regions/610924/departments/guotu/?period=2015H1")
    for measure in ("accepted", "completed", "late", "open"):
        period = Period.parse("2015H1")
        wanted = CaseFilter(
            measure=measure, start_on=period.start_on, until=period.until, county="610924", department="guotu"
        )
        found = re.search(rf'measure={measure}&amp;[^"]*">(\d+)<span', text)
        assert found and int(found[1]) == count_cases(wanted)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/overview/?period=lately", "不是统计期间的写法"),
        ("/overview/?period=2015-13", "不存在"),
        ("/regions/999999/", "999999"),
        ("/regions/610981/?period=2015H1", "610981"),
        ("/regions/610924/departments/nobody/", "nobody"),
        ("/departments/nobody/", "nobody"),
        ("/regions/610924/departments/guotu/items/99999/", "99999"),
        ("/regions/610924/towns/610921100/", "610921100"),
        ("/bulletins/1999/610900/", "1999"),
    ],
)
def test_what_is_not_there_is_refused_with_its_reason(address: str, reason: str) -> None:
    text = body(Client(), address, 404)
    assert "不能这样做" in text
    assert reason in text


def test_a_page_costs_the_same_number_of_queries_however_many_cases_there_are() -> None:
    costs = {}
    for address in ("/overview/", "/regions/610924/", "/regions/610924/departments/guotu/", "/departments/guotu/"):
        body(Client(), address)
        with CaptureQueriesContext(connection) as before:
            body(Client(), address)
        costs[address] = len(before)
    day = date(2015, 6, 10)
    item = page_cases(CaseFilter(county="610924", organisation="610924-guotu"), limit=1).rows[0].item
    more = [
        small_city.filing(serial, county="610924", department="guotu", item=item, day=day)
        for serial in range(50_000, 50_050)
    ]
    list(record_histories(more, by=SYSTEM, now=small_city.NOW))
    follow_ledger()
    for address, cost in costs.items():
        with CaptureQueriesContext(connection) as after:
            body(Client(), address)
        assert len(after) == cost <= 20, address


def test_no_page_of_figures_reads_the_ledger() -> None:
    for address in PUBLIC[:6]:
        with CaptureQueriesContext(connection) as asked:
            body(Client(), address)
        assert not [query["sql"] for query in asked if "cases_event" in query["sql"] and "MAX(" not in query["sql"]]


def test_a_table_is_sorted_by_the_column_asked_for() -> None:
    def order(sort: str) -> list[str]:
        return re.findall(r'href="/regions/(\d{6})/\?period', body(Client(), f"/overview/?period=2015H1&sort={sort}"))

    most = order("-accepted")
    assert most[0] == "610924"
    assert order("accepted") == most[::-1]
    assert order("nonsense") == most


# -- cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/cases/", "/cases.csv", "/cases/61092420150105000010/"])
def test_a_visitor_is_asked_to_sign_in_before_any_case(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert "/accounts/sign-in/" in answer["Location"]


def test_an_operator_sees_no_cases() -> None:
    body(signed_in("operator"), "/cases/", 403)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"/cases/(\w{20})/", text))


def test_a_clerk_sees_the_cases_of_his_organisation_and_no_others() -> None:
    shown = numbers(body(signed_in("clerk"), "/cases/?period=2015H1"))
    assert shown
    assert shown <= {row.number for row in page_cases(CaseFilter(organisation="610924-guotu"), limit=10_000)}
    assert not numbers(body(signed_in("clerk"), "/cases/?period=2015H1&county=610902"))
    assert not numbers(body(signed_in("clerk"), "/cases/?period=2015H1&department=gongshang"))
    assert "61090" not in body(signed_in("clerk"), "/cases.csv?period=2015H1&county=610902")


def test_a_case_outside_the_scope_is_answered_like_one_that_does_not_exist() -> None:
    outside = a_case("610902", "610902-guotu")
    hidden = body(signed_in("clerk"), f"/cases/{outside}/", 404)
    assert str(CaseNotFound(number=outside)) in hidden.replace("&#x27;", "'")
    body(signed_in("supervisor"), f"/cases/{outside}/")


def test_two_grants_are_listed_one_at_a_time_and_never_crossed() -> None:
    user = User.objects.create_user("two", "a long enough phrase", display_name="两处")
    for area in (Area("610924", "610924-guotu"), Area("610902")):
        grant_role(user=user, role=Role.SUPERVISOR, area=area, valid_from=date(2015, 1, 1))
    client = Client()
    client.force_login(user)
    first, second = (numbers(body(client, f"/cases/?period=2015H1&area={at}")) for at in (0, 1))
    assert first and second and not first & second
    assert {number[:6] for number in first} == {"610902"}
    assert {number[:6] for number in second} == {"610924"}
    body(client, f"/cases/{a_case('610924', '610924-gongshang')}/", 404)


def test_an_area_limited_to_a_centre_lists_nothing_rather_than_too_much() -> None:
    scope = type("S", (), {"everything": False, "areas": (Area("610924", centre="610924-centre"),)})()
    assert reachable(scope) == ()
    assert count_cases(narrow(CaseFilter(), None)) == 0


@pytest.mark.parametrize("name", ["supervisor", "manager", "editor", "clerk", "approver"])
def test_personal_data_reach_only_whom_the_matrix_names(name: str) -> None:
    text = body(signed_in(name), f"/cases/{a_case()}/")
    whole = name in {"clerk", "approver"}
    for secret in (small_city.NAME, small_city.RESIDENT, small_city.PHONE):
        assert (secret in text) is whole
    assert ("6109**********0012" in text) is not whole


def test_lists_and_downloads_hold_no_personal_data() -> None:
    text = body(signed_in("approver"), "/cases/?period=2015H1") + body(
        signed_in("approver"), "/cases.csv?period=2015H1"
    )
    assert small_city.RESIDENT not in text
    assert small_city.NAME not in text
    assert small_city.PHONE not in text


def test_a_case_shows_its_clocks_its_three_times_and_its_chain() -> None:
    text = body(signed_in("supervisor"), f"/cases/{a_case()}/")
    for said in ("承诺期限届满", "法定期限届满", "发生时间", "收到时间", "入账时间", "哈希链已核验", "受理", "办结"):
        assert said in text


def test_the_search_box_opens_a_case_and_says_which_character_is_wrong() -> None:
    number = a_case()
    client = signed_in("supervisor")
    spoken = f"{number[:6]}-{number[6:14]}-{number[14:19]}-{number[19]}"
    assert client.get("/cases/", {"number": spoken})["Location"] == f"/cases/{number}/"
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    assert "校验码" in body(client, f"/cases/?number={wrong}")


def test_the_pager_shows_every_case_once() -> None:
    client, address, seen = signed_in("supervisor"), "/cases/?period=2015H1", []
    while address:
        text = body(client, address)
        seen += sorted(numbers(text))
        following = re.search(r'rel="next" href="([^"]*)"', text)
        part = following[1] if following else ""
        address = "/cases/" + part.replace("&amp;", "&") if part else ""
    assert len(seen) == len(set(seen)) == behind(period=Period.parse("2015H1"), measure="accepted")[0]


def test_the_download_is_read_by_spreadsheets_and_holds_the_shown_filter() -> None:
    client = signed_in("supervisor")
    answer = client.get("/cases.csv?period=2015H1&county=610924&measure=late")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    period = Period.parse("2015H1")
    wanted = CaseFilter(measure="late", start_on=period.start_on, until=period.until, county="610924")
    assert len(rows) - 1 == count_cases(wanted) > 0
    assert {len(row) for row in rows} == {12}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_download_is_a_formula(cell: str) -> None:
    assert escape_cell(cell) == f"'{cell}"


def test_an_item_named_like_a_formula_is_escaped_in_the_file() -> None:
    row = page_cases(CaseFilter(), limit=1).rows[0]
    names = get_names(on=date(2015, 6, 30))
    evil = ItemNames({row.item: '=HYPERLINK("http://x","y")'}, {})
    lines = csv_lines(
        CaseFilter(item=row.item),
        names=replace(names, organisations={}),
        items=evil,
        judge=Judge(now=datetime(2015, 7, 1, tzinfo=CHINA)),
    )
    next(lines)
    assert next(csv.reader([next(lines)]))[1].startswith("'=HYPERLINK")


@pytest.mark.parametrize("measure", ["received", "accepted", "completed", "on-time", "early", "late", "open"])
@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"county": "610924"},
        {"department": "guotu"},
        {"counties": ("610902", "610924")},
        {"channel": "web"},
        {"organisations": ("610924-guotu",)},
        {"county": "610902", "organisations": ("610924-guotu",)},
        {"county": "610902", "counties": ("610924",)},
        {"department": "guotu", "channel": "web"},
    ],
)
def test_a_total_is_told_only_where_it_is_the_number_of_the_listed_cases(measure: str, narrowed: dict) -> None:  # type: ignore[type-arg]
    period = Period.parse("2015H1")
    wanted = CaseFilter(measure=measure, start_on=period.start_on, until=period.until, **narrowed)
    total = find_total(wanted, items=get_item_names(on=period.last_on))
    assert total in (None, count_cases(wanted))
    assert total is not None or len(narrowed) > 1


def test_a_list_tells_its_total_or_that_there_is_more() -> None:
    client = signed_in("supervisor")
    count = count_cases(CaseFilter(measure="accepted", start_on=date(2015, 1, 1), until=date(2015, 7, 1)))
    assert f"共 {count} 条" in body(client, "/cases/?period=2015H1")
    crossed = body(client, "/cases/?period=2015H1&department=guotu&channel=window")
    assert not re.search(r"共 \d+ 条", crossed)
    assert re.search(r"本页 \d+ 条", crossed)


@pytest.mark.parametrize("measure", ["open", "open-late"])
def test_open_cases_are_listed_oldest_first_page_by_page_without_the_index_of_all_cases(measure: str) -> None:
    wanted = CaseFilter(measure=measure, until=date(2015, 7, 1))
    whole = page_cases(wanted, limit=1_000).rows
    assert len(whole) == count_cases(wanted) > 3
    assert list(whole) == sorted(whole, key=lambda row: (str(row.accepted_at)[:10], row.case_id))
    seen, after = [], ""
    while True:
        page = page_cases(wanted, after=after, limit=2)
        seen += page.rows
        after = page.next_after
        if not after:
            break
    assert seen == list(whole)
    if connection.vendor == "sqlite":
        with CaptureQueriesContext(connection) as asked:
            page_cases(wanted, limit=50)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert "cases_facts_accepted" not in plan


def test_open_cases_of_another_system_are_judged_at_its_last_report_and_the_page_says_so() -> None:
    client = signed_in("supervisor")
    row = page_cases(CaseFilter(measure="open", until=date(2015, 7, 1)), limit=1).rows[0]
    known = page_cases(CaseFilter(source=row.source), limit=10_000)
    last = max(max(one.received_at, one.closed_at or one.received_at) for one in known)
    on = last.astimezone(CHINA)
    said = f"以{on.year}年{on.month}月{on.day}日为准"
    assert said in body(client, f"/cases/{row.number}/")
    assert said in body(client, "/cases/?measure=open&period=2015H1")
    assert "为准：来源系统" not in body(client, "/cases/?measure=completed&period=2015H1")


def test_every_case_that_counts_as_open_and_late_has_a_red_light() -> None:
    judge = Judge(now=datetime(2026, 1, 1, tzinfo=CHINA))
    for row in page_cases(CaseFilter(measure="open-late", until=date(2015, 7, 1)), limit=1_000):
        found = judge.light(row)
        assert found is not None
        assert found[0] is Light.RED


def test_a_number_behind_which_there_is_no_case_is_no_link() -> None:
    text = body(signed_in("supervisor"), "/overview/?period=2015-01")
    assert not re.search(r'<td[^>]*><a href="[^"]*">(0|—)</a>', text)
    assert re.search(r'data-label="逾期办结"[^>]*>(0|—)<', text)


@pytest.mark.parametrize("by", ["department", "item", "channel"])
def test_figures_of_a_town_are_not_divided_by_what_its_sums_do_not_keep(by: str) -> None:
    with pytest.raises(ScopeTooNarrow):
        list_breakdown(period=Period.parse("2015H1"), by=by, scope=Scope(county="610924", town="610924100"))


def test_places_and_departments_have_english_names_and_the_citys_own_level_is_not_the_city() -> None:
    client = Client(headers={"accept-language": "en"})
    text = body(client, "/overview/?period=2015H1")
    assert "Ziyang County" in text
    assert "Ankang, city level" in text
    assert "Land and Resources Bureau" in text
    assert "安康市本级" in body(signed_in("supervisor"), "/cases/?period=2015H1")


def test_a_case_is_told_in_words_and_not_in_codes() -> None:
    text = body(signed_in("supervisor"), f"/cases/{a_case()}/")
    assert "：pass" not in text
    assert ">granted<" not in text


# -- bulletins -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bulletin")
def test_every_figure_of_a_bulletin_leads_to_a_page_of_its_own() -> None:
    text = body(Client(), "/bulletins/2015H1/610900/")
    addresses = set(re.findall(r'data-figure="[^"]+" href="([^"]+)"', text))
    assert len(addresses) > 10
    for address in addresses:
        assert "SM3" in body(Client(), address)


@pytest.mark.parametrize(("form", "beginning"), [("docx", b"PK"), ("pdf", b"%PDF"), ("annex.json", b"{")])
@pytest.mark.usefixtures("bulletin")
def test_a_bulletin_is_downloaded_in_each_form(form: str, beginning: bytes) -> None:
    answer = Client().get(f"/bulletins/2015H1/610900/bulletin.{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(beginning)


@pytest.mark.usefixtures("bulletin")
def test_an_editor_recounts_a_figure_and_sees_a_difference_once_there_is_one() -> None:
    address = "/bulletins/2015H1/610900/figures/accepted/recount/"
    assert "重算一致" in signed_in("editor").post(address).content.decode()
    item = page_cases(CaseFilter(county="610924", organisation="610924-guotu"), limit=1).rows[0].item
    late = small_city.filing(60_000, county="610924", department="guotu", item=item, day=date(2015, 6, 10))
    list(record_histories([late], by=SYSTEM, now=small_city.NOW))
    assert "重算不一致" in signed_in("editor").post(address).content.decode()


@pytest.mark.usefixtures("bulletin")
def test_only_editors_recount_and_draft() -> None:
    address = "/bulletins/2015H1/610900/figures/accepted/recount/"
    assert signed_in("supervisor").post(address).status_code == 403
    assert signed_in("supervisor").post("/bulletins/draft/", {}).status_code == 403
    assert Client().post("/bulletins/draft/", {}).status_code == 302
    assert "起草通报" not in body(signed_in("supervisor"), "/bulletins/")


def test_an_editor_drafts_a_bulletin_and_a_faulty_form_says_what_is_wrong() -> None:
    editor = signed_in("editor")
    said = {"period": "2015Q1", "region": "610900", "number": "安政办函〔2015〕69号", "dated_on": "2015-07-23"}
    answer = editor.post("/bulletins/draft/", said)
    assert answer["Location"] == "/bulletins/2015Q1/610900/"
    assert "安政办函〔2015〕69号" in body(Client(), answer["Location"])
    faulty = editor.post("/bulletins/draft/", said | {"period": "lately", "number": "69"})
    assert faulty.status_code == 422
    assert "不是统计期间的写法" in faulty.content.decode()


@pytest.mark.usefixtures("bulletin")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_bulletin_and_figure_answer_visitors_in_both_languages(language: str) -> None:
    client = Client(headers={"accept-language": language})
    body(client, "/bulletins/2015H1/610900/")
    body(client, "/bulletins/2015H1/610900/figures/on_time_rate/")


@pytest.mark.usefixtures("bulletin")
def test_what_a_bulletin_does_not_hold_is_refused_with_its_reason() -> None:
    assert "nothing" in body(Client(), "/bulletins/2015H1/610900/figures/nothing/", 404)
    assert "xls" in body(Client(), "/bulletins/2015H1/610900/bulletin.xls", 404)


# -- progress --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    return tmp_path / "progress.json"


def test_the_banner_tells_how_far_the_demonstration_is(folder: Path) -> None:
    folder.write_text(json.dumps({"label": "演示数据载入中", "percent": 37.5, "done": 120_731, "total": 326_300}))
    assert "演示数据载入中 37%" in body(Client(), "/")
    assert "hx-get" in body(Client(), "/progress/")
    told = Client().get("/progress/?format=json").json()
    assert (told["percent"], told["done"]) == (37, False)


@pytest.mark.parametrize("text", [None, "{", '{"label": 1}', "[]"])
def test_no_file_or_a_broken_one_shows_no_banner(folder: Path, text: str | None) -> None:
    if text is not None:
        folder.write_text(text)
    assert 'id="progress"' not in body(Client(), "/")
    assert Client().get("/progress/?format=json").json() == {"done": True}


def test_a_file_that_nobody_touches_any_more_is_forgotten(folder: Path) -> None:
    folder.write_text(json.dumps({"label": "演示数据载入中", "percent": 37.5, "done": 1, "total": 3}))
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))
    assert 'id="progress"' not in body(Client(), "/")
