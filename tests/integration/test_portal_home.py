"""The first page and its neighbours: region, search while typing, life events, departments; in both languages."""

import gzip
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.applicants import signed_in
from yichuang.accounts.models import User
from yichuang.halls.commands import publish_announcement
from yichuang.kernel.actor import SYSTEM
from yichuang.portal.popular import list_popular
from yichuang.portal.region import region_of
from yichuang.regions.queries import get_tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang_with_cases")]
COUNTY, TOWN = "610924", "610924100"


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.content.decode()


def at_place(code: str) -> Client:
    client = Client()
    client.cookies["region"] = code
    return client


# -- region ------------------------------------------------------------------------------------------------------------


def test_the_chosen_region_is_remembered_and_shown_on_every_page() -> None:
    client = Client()
    assert client.post("/region/", {"division": TOWN, "next": "/items/"})["Location"] == "/items/"
    for address in ("/", "/items/", "/track/", "/opinions/"):
        assert "紫阳县 · 城关镇" in page(client, address)


def test_the_region_switch_leads_nowhere_else_and_takes_no_unknown_code() -> None:
    client = Client()
    answer = client.post("/region/", {"division": "999999", "next": "https://example.org/"})
    assert answer["Location"] == "/"
    assert "region" not in answer.cookies


@pytest.mark.parametrize("cookie", ["999999", "'", "", "610924" * 99])
def test_a_strange_cookie_means_the_city(cookie: str) -> None:
    assert "在安康市，您要办什么" in page(at_place(cookie), "/")


def test_a_county_opens_its_towns() -> None:
    assert 'value="610924100"' in page(Client(), "/region/", county=COUNTY)


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["宅基地", "zhaijidi", "zjd", "宅集地"])
def test_the_box_understands_characters_pinyin_initials_and_a_wrong_character(words: str) -> None:
    client = at_place(COUNTY)
    assert "农村宅基地审批和登记" in page(client, "/items/suggestions/", q=words)
    assert "农村宅基地审批和登记" in page(client, "/items/", q=words)


def test_what_only_counties_offer_leads_from_the_city_to_the_counties_and_keeps_the_chosen_one() -> None:
    client = Client()
    text = page(client, "/items/", q="宅基地")
    assert "没有找到事项" not in text
    assert "在这些县区办理" in text and "农村宅基地审批和登记" in text
    # Each item once, however many organisations offer it.
    names = re.findall(r'class="nearby-name"[^>]*>([^<]+)<', text)
    assert len(names) == len(set(names)) > 0
    link = re.search(r'href="(/items/\?q=[^"]+&amp;division=610924)"', text)
    assert link
    found = page(client, link[1].replace("&amp;", "&"))
    assert re.search(r'class="item-name" href="/items/\w{31}/">农村宅基地审批和登记', found)
    assert "在紫阳县，您要办什么" in page(client, "/")


def test_suggestions_lead_from_the_city_to_the_counties_too() -> None:
    client = Client()
    text = page(client, "/items/suggestions/", q="zjd")
    assert "没有找到" not in text
    link = re.search(r'href="(/items/\?q=[^"]+)">农村宅基地审批和登记<', text)
    assert link
    assert "在这些县区办理" in page(client, link[1])


def test_a_place_in_the_address_that_nobody_knows_is_not_kept() -> None:
    client = Client()
    answer = client.get("/items/", {"division": "999999"})
    assert "region" not in answer.cookies
    assert "没有找到事项" in page(client, "/items/", q="不存在的事")


def test_filters_are_folded_until_one_is_set_and_the_words_always_stand_open() -> None:
    client = at_place(COUNTY)
    for query, opened in (({}, False), ({"q": "宅基地"}, False), ({"audience": "natural"}, True)):
        text = page(client, "/items/", **query)
        box, fold = text.index('id="filter-q"'), text.index('<details class="filter-fold"')
        assert box < fold < text.index('id="filter-audience"')
        assert ('<details class="filter-fold" open>' in text) == opened


def test_suggestions_are_a_fragment_and_say_when_there_is_nothing() -> None:
    text = page(Client(), "/items/suggestions/", q="不存在的事")
    assert "<html" not in text
    assert "没有找到" in text
    assert page(Client(), "/items/suggestions/").strip() == ""


def test_a_life_event_leads_to_its_items() -> None:
    events = re.findall(r'href="/items/\?event=([\w-]+)"', page(Client(), "/items/events/"))
    assert len(events) > 5
    assert "item-name" in page(at_place(COUNTY), "/items/", event=events[0])


@pytest.mark.parametrize("audience", ["natural", "legal"])
def test_persons_and_firms_see_what_is_for_them(audience: str) -> None:
    assert "item-name" in page(at_place(COUNTY), "/items/", audience=audience)


def test_a_department_leads_to_its_items() -> None:
    client = at_place(COUNTY)
    link = re.search(r'href="(/items/\?department=610924-guotu)"', page(client, "/items/departments/"))
    assert link
    assert "农村宅基地" in page(client, link[1])


def test_the_most_used_items_are_those_of_the_newest_half_year_and_open_their_guides() -> None:
    on = timezone.localdate()
    found = list_popular(region=region_of(get_tree(on=on), COUNTY), on=on)
    assert [one.accepted for one in found] == sorted((one.accepted for one in found), reverse=True)
    text = page(at_place(COUNTY), "/")
    assert found
    for one in found:
        assert f"/items/{one.implementation_code}/" in text
    before = date(2014, 1, 1)
    assert list_popular(region=region_of(get_tree(on=on), COUNTY), on=before) == ()


def test_answers_narrow_the_materials_of_a_guide() -> None:
    link = re.search(r"/items/(\w{31})/", page(at_place(COUNTY), "/items/", q="国有土地使用权登记"))
    assert link
    whole = page(Client(), f"/items/{link[1]}/")
    narrowed = page(Client(), f"/items/{link[1]}/", **{"answers.handling": "04"})
    assert "地籍调查表" in whole
    assert "地籍调查表" not in narrowed
    printed = page(Client(), f"/items/{link[1]}/print/", **{"answers.handling": "04"})
    assert "注销抵押" in printed and "地籍调查表" not in printed


# -- what is new -------------------------------------------------------------------------------------------------------


def test_an_announcement_stands_on_the_first_page_of_its_place_and_below() -> None:
    today = timezone.localdate()
    row = publish_announcement(
        division=COUNTY, title="停电公告", text="明日停电", from_on=today, by=SYSTEM, at=timezone.now()
    )
    assert "停电公告" in page(at_place(TOWN), "/")
    assert "停电公告" not in page(at_place("610900"), "/")
    assert "明日停电" in page(Client(), f"/announcements/{row}/")


# -- furniture ---------------------------------------------------------------------------------------------------------


def navigation(client: Client) -> list[str]:
    text = page(client, "/items/")
    return re.findall(r'<li><a href="([^"]+)"', text[: text.index("</nav>")])


def test_navigation_follows_the_role() -> None:
    applicants = ["/", "/items/", "/track/", "/my/"]
    assert navigation(Client()) == applicants
    assert navigation(signed_in("chen")) == applicants
    staff = Client()
    staff.force_login(User.objects.get(username="clerk"))
    assert navigation(staff)[0] == "/workbench/"
    assert "/my/" not in navigation(staff)


def test_pages_are_packed_and_files_are_not() -> None:
    answer = Client(headers={"accept-encoding": "gzip"}).get("/")
    assert answer["Content-Encoding"] == "gzip"
    assert "您要办什么" in gzip.decompress(answer.content).decode()
    assert len(answer.content) < 16_000


def test_a_body_of_two_gigabytes_is_refused_unread() -> None:
    class Unread(BytesIO):
        def read(self, *_size: Any) -> bytes:
            raise AssertionError("the body was read")

    answer = Client().post(
        "/track/", data="", content_type="text/plain", CONTENT_LENGTH=str(2 << 30), **{"wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "不能这样做" in answer.content.decode()


def test_what_a_signed_in_person_sees_is_kept_nowhere() -> None:
    assert "no-store" in signed_in("chen").get("/")["Cache-Control"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_speak_both_languages(language: str) -> None:
    client = Client(headers={"accept-language": language})
    for address, word in (("/", "What do you"), ("/track/", "Track by case number"), ("/verify/", "Verification code")):
        assert (word in page(client, address)) == (language == "en")


def test_the_first_page_costs_a_constant_number_of_queries() -> None:
    for client in (Client(), at_place(COUNTY), at_place(TOWN)):
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        assert len(asked) <= 14
