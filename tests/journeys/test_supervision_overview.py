"""The overview, the wall and the feeds in a real browser: what is drawn is what the tables say, on every screen."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import prepared
from tests.conftest import OUTPUT
from tests.factories.findings import finding
from tests.integration import small_city
from tests.journeys.accessibility import WIDTHS, broken, faults_at_every_width, overflow
from tests.journeys.test_furniture import enter
from yichuang.catalogue.queries import get_terms
from yichuang.reporting.commands import follow_findings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.slow(85), pytest.mark.django_db(transaction=True)]
CITY = "/supervision/overview/?period=2015H1"
RULES = (
    "promised-overdue", "supplement-asked-twice", "decider-outside-authority", "promised-near-due", "delivery-late",
    "refusal-without-reasons", "entered-on-day-off", "back-filled", "sent-between-offices",
)  # fmt: skip
COUNTIES = ("610900", "610902", "610921", "610922", "610923", "610924", "610925", "610927", "610928", "610929")
FINDINGS = 900
DEPARTMENTS = ("guotu", "gongshang", "gongan", "zhujian", "renshe")
# The wall asks four times a minute: 800 updates are what more than three hours bring; a leak of 200 kB in them fails.
WARM, STRETCH = 300, 250


def put_findings() -> None:
    """Fill the small city with findings in all counties, thicker in some, over the whole half-year."""
    offered = sorted(get_terms(on=small_city.ON))
    items = dict(reversed(offered))
    for serial in range(FINDINGS):
        county = COUNTIES[(serial * serial + serial // 7) % len(COUNTIES)]
        department = DEPARTMENTS[(serial * 3 + serial // 11) % len(DEPARTMENTS)]
        finding(
            serial,
            rule=RULES[(serial * 5 + serial // 13) % len(RULES) if serial % 3 else 0],
            county=county,
            department=department,
            item=items.get(f"{county}-{department}", ""),
            colour=("red", "yellow", "reminder", "", "yellow", "reminder")[serial % 6],
            on=date(2015, 1, 5) + timedelta(days=(serial * 7 + serial // 5) % 174),
        )
    follow_findings()


@pytest.fixture(autouse=True)
def city(transactional_db: None) -> Iterator[None]:
    """Begin with the city and its findings."""
    with prepared.holding(*small_city.CITY, small_city.file_cases, put_findings):
        yield


def drawn(page: "Page") -> dict[str, Any]:
    """Return what each drawn chart holds: of every series its name and its values."""
    return dict(
        page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('.plot-drawn')].map(one => {
                const held = echarts.getInstanceByDom(one.querySelector('.plot-canvas')).getOption();
                const plain = value => value === null || typeof value !== 'object' ? value
                    : Array.isArray(value) ? value : [value.title, value.number];
                return [one.id.replace('chart-', ''), held.series.map(row => [row.name || '', row.data.map(plain)])];
            }))"""
        )
    )


def told(page: "Page") -> dict[str, list[list[str]]]:
    """Return the table below each chart, row by row."""
    return dict(
        page.evaluate(
            """() => {
                const cells = row => [...row.children].map(cell => cell.textContent.trim());
                const rows = one => [...one.querySelectorAll('details tr')].map(cells);
                const all = [...document.querySelectorAll('[data-plot]')];
                return Object.fromEntries(all.map(one => [one.id.replace('chart-', ''), rows(one)]));
            }"""
        )
    )


def scroll_through(page: "Page") -> None:
    """Bring every chart near the window, so that it is drawn."""
    for one in page.locator("[data-plot]").all():
        one.scroll_into_view_if_needed()
        page.wait_for_function(
            "id => document.getElementById(id).classList.contains('plot-drawn')", arg=one.get_attribute("id")
        )
    page.evaluate("scrollTo(0, 0)")


def look(page: "Page", photograph: Callable[[str], Path], name: str) -> None:
    """Keep a picture at every width; nothing may stick out and axe may find nothing."""

    def drawn_anew() -> None:
        page.wait_for_function(
            """() => [...document.querySelectorAll('.plot-drawn .plot-canvas')].every(one => {
                const held = echarts.getInstanceByDom(one);
                return !held || held.getWidth() === one.clientWidth;
            })"""
        )

    assert faults_at_every_width(page, photograph, f"supervision-{name}", settled=drawn_anew) == []


def number(text: str) -> float | None:
    return None if text == "—" else float(text.replace(",", "").rstrip("%"))


def test_what_is_drawn_is_what_stands_in_the_tables(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    enter(page, live_server, "supervisor", CITY)
    scroll_through(page)
    look(page, photograph, "city")
    charts, tables = drawn(page), told(page)
    assert set(charts) == set(tables) == {"map", "trend", "pace", "parts", "rules", "departments", "heat"}
    for key in ("trend", "pace", "parts", "rules", "departments"):
        for across, (name, values) in enumerate(charts[key], start=1):
            column = [row[across] for row in tables[key]]
            assert column[0] == name
            assert values == [number(one) for one in column[1:]], key
    heat = tables["heat"]
    assert {(down, across): value for across, down, value in charts["heat"][0][1]} == {
        (down, across): number(one) for down, row in enumerate(heat[1:]) for across, one in enumerate(row[1:])
    }
    shown = {name: value for row in charts["map"][1:] for name, value in row[1]}
    assert shown == {row[0]: number(row[1]) for row in tables["map"][1:]}
    assert len(shown) == 12


def test_from_the_map_to_the_item_and_back_with_everything_that_was_chosen(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    enter(page, live_server, "supervisor", CITY)
    page.get_by_text("筛选条件").click()
    page.get_by_label("规则类别").select_option("timeliness")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**rule_class=timeliness**")
    page.get_by_role("table", name="各县区：办件与监察发现").get_by_role("link", name="紫阳县", exact=True).click()
    page.get_by_role("heading", name="紫阳县电子监察", exact=True).wait_for()
    assert "rule_class=timeliness" in page.url
    assert "period=2015H1" in page.url
    scroll_through(page)
    look(page, photograph, "county")
    page.get_by_role("table", name="各部门：办件与监察发现").get_by_role("link", name="国土资源局").first.click()
    page.get_by_role("heading", name="紫阳县 · 国土资源局", exact=True).wait_for()
    scroll_through(page)
    look(page, photograph, "department")
    page.get_by_role("table", name="各事项：办件与监察发现").get_by_role("link").first.click()
    page.get_by_role("heading", name="最近的监察发现").wait_for()
    look(page, photograph, "item")
    page.get_by_role("link", name="全部监察发现").click()
    page.wait_for_url("**/supervision/?**")
    assert "rule_class=timeliness" in page.url
    assert "department=guotu" in page.url


def test_a_bar_and_a_county_on_the_map_lead_where_their_rows_lead(page: "Page", live_server: LiveServer) -> None:
    enter(page, live_server, "supervisor", CITY)
    scroll_through(page)
    href = page.evaluate(
        """() => JSON.parse(document.getElementById('plot-map').textContent)
            .places.find(one => one.code === '610924').href"""
    )
    at = page.evaluate(
        """() => {
            const room = document.querySelector('#chart-map .plot-canvas');
            room.scrollIntoView({block: 'center', behavior: 'instant'});
            const [x, y] = echarts.getInstanceByDom(room).convertToPixel('geo', [108.439, 32.443]);
            const box = room.getBoundingClientRect();
            return [box.x + x, box.y + y];
        }"""
    )
    page.mouse.click(*at)
    page.wait_for_url(f"**{href}")


def test_a_chart_can_be_taken_along_as_a_file(page: "Page", live_server: LiveServer) -> None:
    enter(page, live_server, "supervisor", CITY)
    with page.expect_download() as waiting:
        page.locator("#chart-heat").get_by_role("link", name="下载 CSV").click()
    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
    rows = told(page)["heat"]
    assert waiting.value.suggested_filename == "supervision-heat-2015H1.csv"
    assert [line.split(",") for line in lines] == [[cell.replace(",", "") for cell in row] for row in rows]


def test_on_paper_stand_drawings_that_scale_and_all_the_numbers(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    enter(page, live_server, "supervisor", CITY)
    scroll_through(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    photograph("supervision-print")
    assert not page.locator(".plot-canvas").first.is_visible()
    assert page.locator("#chart-trend .plot-plain svg.chart-svg").is_visible()
    assert page.locator("#chart-map svg.map").is_visible()
    assert page.locator("#chart-trend details table").is_visible()
    assert not page.get_by_role("link", name="下载 CSV").first.is_visible()
    assert overflow(page) <= 0
    page.pdf(path=OUTPUT / "supervision-overview.pdf", format="A4")


def test_without_script_every_number_is_there(browser: "Browser", live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 800})
    page = context.new_page()
    enter(page, live_server, "supervisor", CITY)
    for key in ("map", "trend", "parts", "rules"):
        assert page.locator(f"#chart-{key} .plot-plain > svg").is_visible(), key
    page.locator("#chart-parts summary").click()
    page.locator("#chart-parts details").get_by_role("link", name="紫阳县").click()
    page.wait_for_url("**/supervision/overview/610924/**")
    page.goto(f"{live_server.url}/supervision/wall/?period=2015H1")
    assert page.locator("svg.map").is_visible()
    assert page.get_by_role("row").count() == 13
    context.close()


def test_in_english_and_in_high_contrast_nothing_is_left_in_chinese_by_mistake(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]
) -> None:
    page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
    enter(page, live_server, "supervisor", CITY)
    # Before anything is drawn, too: the tables stand in for the charts until then.
    assert overflow(page) == 0
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="High contrast").click()
    scroll_through(page)
    look(page, photograph, "city-en")
    left = page.evaluate(
        "() => [...new Set((document.querySelector('main').innerText.match(/[\\u4e00-\\u9fff]+/g) || []))]"
    )
    assert left == []
    page.goto(f"{live_server.url}/supervision/feeds/")
    look(page, photograph, "feeds-en")
    page.goto(f"{live_server.url}/supervision/wall/?period=2015H1")
    left = page.evaluate("() => [...new Set((document.body.innerText.match(/[\\u4e00-\\u9fff]+/g) || []))]")
    assert left == []


def test_the_feeds_fit_every_screen(page: "Page", live_server: LiveServer, photograph: Callable[[str], Path]) -> None:
    enter(page, live_server, "supervisor", "/supervision/feeds/")
    look(page, photograph, "feeds")


# --- the wall ---------------------------------------------------------------------------------------------------------


def wait_for_wall(page: "Page") -> None:
    page.wait_for_function("() => window.yichuangWall && window.yichuangWall.ready")


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 1080), (360, 800)])
def test_the_wall_fills_its_screen_and_never_scrolls(
    page: "Page", live_server: LiveServer, photograph: Callable[[str], Path], size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    enter(page, live_server, "supervisor", "/supervision/wall/?period=2015H1")
    wait_for_wall(page)
    page.wait_for_timeout(500)
    photograph(f"supervision-wall-{size[0]}")
    assert overflow(page) <= 0
    assert broken(page) == []
    if size[1] == 1080:
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
        cut = page.evaluate(
            """() => [...document.querySelectorAll('.wall > section, .wall tbody tr, .wall li, .tile, .tile dd')]
                .filter(one => {
                    const box = one.getBoundingClientRect(), home = one.closest('section').getBoundingClientRect();
                    return box.bottom > home.bottom + 1 || box.right > home.right + 1 || box.bottom > innerHeight
                        || (one.matches('dd') && one.scrollWidth > one.clientWidth);
                })
                .map(one => one.className + ' ' + one.textContent.slice(0, 20))"""
        )
        assert cut == []
        assert page.locator("#wall-news li").count() == 12


def heap(session: Any) -> dict[str, float]:
    """Return what the page holds after the garbage has been taken away."""
    session.send("HeapProfiler.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def test_hours_on_the_wall_leave_memory_and_page_as_they_were(page: "Page", live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    enter(page, live_server, "supervisor", "/supervision/wall/?period=2015H1")
    wait_for_wall(page)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    # Every update is another snapshot: new numbers, new findings, as the poll and the stream bring them.
    drive = """async ([from, count]) => {
        const first = await (await fetch('/supervision/wall/data.json?period=2015H1')).json();
        for (let step = from; step < from + count; step++) {
            const next = JSON.parse(JSON.stringify(first));
            next.at = `2015-07-01 ${step}`;
            next.today.forEach((one, place) => { one.value = String(step * 7 + place); });
            next.counties.forEach((one, place) => {
                one.red = (step + place) % 90;
                one.value = (step * 3 + place) % 120;
            });
            next.trend.series.forEach(one => { one.values = one.values.map((_, place) => (step + place * 5) % 60); });
            next.pace.values = next.pace.values.map((_, place) => 90 + ((step + place) % 10));
            next.newest.forEach((one, place) => { one.id = step * 12 + place; one.rule = `规则 ${step}-${place}`; });
            window.yichuangWall.update(next);
            if (step % 20 === 0) await new Promise(requestAnimationFrame);
        }
    }"""
    seen, driven = [], 0
    for count in (WARM, STRETCH, STRETCH):
        page.evaluate(drive, [driven, count])
        driven += count
        seen.append({"updates": driven, **heap(session)})
    start, middle, end = seen
    shown = ("updates", "JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")
    report = [{name: one[name] for name in shown} for one in seen]
    print(f"\nthe wall: {json.dumps(report)}")
    (OUTPUT / "wall-memory.json").write_text(json.dumps(report, indent=2))
    assert page.evaluate("window.yichuangWall.updates()") >= driven
    # What the drawing library remembers (widths of words, compiled code) fills up and ends; a leak would go on evenly.
    assert end["JSHeapUsedSize"] < start["JSHeapUsedSize"] * 1.12
    assert (
        end["JSHeapUsedSize"] - middle["JSHeapUsedSize"] < middle["JSHeapUsedSize"] - start["JSHeapUsedSize"] + 200_000
    )
    for one in ("Nodes", "JSEventListeners", "Documents"):
        assert end[one] <= start[one] + 5, one
    assert page.locator("#wall-news li").count() == 12


def test_the_wall_asks_again_and_says_so_when_the_line_is_cut(page: "Page", live_server: LiveServer) -> None:
    enter(page, live_server, "supervisor", "/supervision/wall/?period=2015H1")
    wait_for_wall(page)
    finding(9_999, rule="promised-overdue", county="610927", department="gongan", colour="red", on=date(2015, 4, 1))
    follow_findings()
    page.evaluate("window.yichuangWall.ask()")
    page.wait_for_function("() => document.querySelector('#wall-news li').textContent.includes('镇坪县')")
    assert page.locator("#wall-state-word").inner_text() == "定时刷新"
    page.context.set_offline(True)
    page.evaluate("window.yichuangWall.ask()")
    page.get_by_text("连接中断，重试中").wait_for()
    assert page.get_by_role("row").count() == 13
    page.context.set_offline(False)
    page.evaluate("window.yichuangWall.ask()")
    page.get_by_text("定时刷新").wait_for()


def test_news_from_the_stream_brings_the_numbers_within_seconds(page: "Page", live_server: LiveServer) -> None:
    spoken = "retry: 60000\nevent: beat\ndata: {}\n\nid: 1\nevent: finding\ndata: {}\n\n"
    allowed = {"Access-Control-Allow-Origin": live_server.url, "Access-Control-Allow-Credentials": "true"}

    def speak(route: Any) -> None:
        route.fulfill(status=200, headers={"Content-Type": "text/event-stream", **allowed}, body=spoken)

    page.route("**/supervision/stream", speak)
    enter(page, live_server, "supervisor", "/supervision/wall/?period=2015H1")
    wait_for_wall(page)
    page.wait_for_function("() => window.yichuangWall.updates() >= 2", timeout=10_000)
    assert page.locator("#wall-state-word").inner_text() == "实时"
