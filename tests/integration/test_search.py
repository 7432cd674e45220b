"""Search over the catalogue of Ankang: what people type finds the item, by place, audience and event."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yichuang.catalogue import commands, queries
from yichuang.kernel.actor import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

NOW = datetime(2015, 7, 1, 9, 0, tzinfo=UTC)
COUNTY, TOWN = "610924", "610924100"


def codes(text: str, division: str = COUNTY, **narrowed: str) -> list[str]:
    """Return the main items of the first page."""
    return [row.item_code for row in queries.search_items(text=text, division=division, **narrowed)]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("护照", "07001"),
        ("huzhao", "07001"),
        ("hz", "07001"),
        ("户找", "07001"),
        ("宅基地", "11003"),
        ("宅基第", "11003"),
        ("zjd", "11003"),
        ("开公司", "01002"),
        ("公司登纪", "01002"),
        ("社保卡", "08010"),
        ("shebaoka", "08010"),
        ("sbk", "08010"),
        ("结婚", "16001"),
        ("jiehun", "16001"),
        ("结昏证", "16001"),
        ("我要给孩子上户口", "05001"),
        ("土地登记", "11002"),
        ("登记土地", "11002"),
        ("公积金提取", "27002"),
        ("提取公积金", "27002"),
        ("驾照到期了怎么换", "06004"),
        ("开饭店", "15001"),
        ("低保", "16002"),
        ("老年证", "16005"),
        ("房产证过户", "32002"),
        ("新农合报销", "14008"),
        ("紫阳护照", "07001"),
        ("huankuan", "17005"),
        ("11003", "11003"),
    ],
)
def test_the_words_of_the_people_find_the_item(text: str, item: str) -> None:
    assert codes(text)[0] == item


def test_a_page_of_search_and_one_of_suggestions_cost_one_query() -> None:
    queries.search_items(text="护照", division=COUNTY)
    for ask in (
        lambda: queries.search_items(text="gongjijn", division=COUNTY, with_total=True),
        lambda: queries.search_items(text="", division=COUNTY, theme="企业开办"),
        lambda: queries.suggest_items(text="hu", division=COUNTY),
        lambda: queries.page_items(search="登记", limit=100),
    ):
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) == 1


def test_the_order_is_the_same_wherever_it_is_asked() -> None:
    """No database sorts here, so these very lists hold on both."""
    assert codes("养老保险") == ["09001", "09003", "09002", "09005", "04005", "09004"]
    rows = [(row.item_code, row.division) for row in queries.page_items(search="护照", limit=5)]
    assert rows == [("07001", code) for code in ("610900", "610921", "610922", "610923", "610924")]


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    for text in ("", "登记", "gs"):
        whole = [row.implementation_code for row in queries.search_items(text=text, division=COUNTY, limit=1000)]
        walked: list[str] = []
        after = ""
        while True:
            page = queries.search_items(text=text, division=COUNTY, after=after, limit=7, with_total=True)
            assert page.total == len(whole)
            walked += [row.implementation_code for row in page]
            after = page.next_after
            if not after:
                break
        assert walked == whole
        assert len(set(whole)) == len(whole)


def test_items_are_narrowed_by_audience_department_theme_and_life_event() -> None:
    def rows(**narrowed: str) -> list[str]:
        found = queries.search_items(text="", division=COUNTY, limit=1000, **narrowed)  # type: ignore[arg-type]
        return [row.item_code for row in found]

    natural, legal = set(rows(audience="natural")), set(rows(audience="legal"))
    assert "16001" in natural - legal
    assert "08004" in legal - natural
    assert natural | legal == set(rows())
    assert {code[:2] for code in rows(department="guotu")} == {"11"}
    assert set(rows(theme="户籍办理")) == {"05001", "05002", "05003"}
    birth = next(event for event in queries.list_life_events(audience="natural") if event.key == "birth")
    assert set(rows(life_event="birth")) <= set(birth.items)
    assert len(rows(life_event="birth")) == 6
    assert rows(life_event="nothing") == []
    assert rows(audience="robot") == []


def test_every_item_of_a_life_event_is_in_the_catalogue_and_every_event_is_for_somebody() -> None:
    events = queries.list_life_events()
    assert {event.audience for event in events} == {"natural", "legal"}
    assert len(events) >= 15
    every = {row.item_code for row in queries.page_items(limit=100_000)}
    assert {code for event in events for code in event.items} <= every


def test_a_town_lists_what_it_receives_first_and_then_what_its_county_does() -> None:
    page = queries.page_items(division=TOWN, limit=1000)
    received = [row for row in page if row.receivable]
    assert [row.receivable for row in page] == sorted((row.receivable for row in page), reverse=True)
    assert {row.division for row in received} == {TOWN, COUNTY}
    forwarded = {row.item_code for row in received if row.division == COUNTY}
    assert "11002" in forwarded, "its intake says that town halls take it in"
    assert len({row.item_code for row in page}) == len(page), "nothing stands twice"
    county = {row.item_code for row in queries.page_items(division=COUNTY, limit=1000)}
    assert {row.item_code for row in page} == county
    (passport,) = queries.search_items(text="护照", division=TOWN)
    assert (passport.division, passport.receivable) == (COUNTY, False)


def test_what_entered_a_town_hall_is_received_there() -> None:
    (passport,) = queries.search_items(text="护照", division=TOWN)
    with transaction.atomic():
        commands.enter_centre(
            centre=f"{TOWN}-hall",
            handling_items=[f"{passport.implementation_code}01"],
            on=date(2015, 6, 1),
            by=SYSTEM,
            at=NOW,
        )
        (again,) = queries.search_items(text="护照", division=TOWN)
        assert again.receivable
        transaction.set_rollback(True)


def test_a_change_of_the_catalogue_is_found_at_once() -> None:
    (row,) = queries.search_items(text="护照", division=COUNTY)
    with transaction.atomic():
        code = row.implementation_code
        commands.suspend_item(code=code, on=date(2015, 6, 1), reason="", by=SYSTEM, at=NOW)
        assert codes("护照") == []
        assert [r.item_code for r in queries.page_items(search="护照", division=COUNTY, on=date(2015, 5, 31))] == [
            "07001"
        ]
        transaction.set_rollback(True)
    assert codes("护照") == ["07001"]


def test_suggestions_name_each_item_once_and_the_handling_item_where_that_is_meant() -> None:
    found = queries.suggest_items(text="shenfenzheng", division=COUNTY)
    assert found[0].item_name == "居民身份证申领、换领和补领"
    assert len({one.item_name for one in found}) == len(found) <= 8
    (first, *_) = queries.suggest_items(text="临时居民身份证", division=COUNTY)
    assert (first.text, len(first.code)) == ("临时居民身份证申领", 33)
    assert queries.get_item_guide(code=first.code).handling is not None
    assert queries.suggest_items(text=" ", division=COUNTY) == ()
    assert len(queries.suggest_items(text="d", division=COUNTY, limit=3)) == 3


@pytest.mark.parametrize("text", ["%", "'", "\0", "𠮷", "\u202eabc", "😀", "a" * 5000, "登" * 5000, "<script>"])
def test_strange_texts_find_nothing_and_break_nothing(text: str) -> None:
    assert codes(text) == [] or text.startswith("登")


def test_planted_mistakes_in_every_name_are_forgiven() -> None:
    """One character left out of each name of the county: nearly always the item still stands among the first five."""
    rows = queries.page_items(division=COUNTY, limit=1000).rows
    missed = []
    for row in rows:
        name = row.name[:8]
        if len(name) < 6:
            continue
        mistaken = name[:3] + name[4:]
        if row.item_code not in codes(mistaken)[:5]:
            missed.append((mistaken, row.name))
    assert len(missed) <= len(rows) // 25, missed
