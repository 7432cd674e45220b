"""The pages of centres through HTTP: who sees and amends which, what comes back refused, and two at one centre."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.integration.test_workbench import as_, fields_of, page, text_of, told
from yichuang.accounts.commands import grant_role
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Role
from yichuang.halls.commands import book
from yichuang.halls.queries import list_days, list_slots
from yichuang.kernel.actor import SYSTEM
from yichuang.regions.queries import list_amendments, list_centres, list_windows
from yichuang.regions.values import CentreStateKind

# Left to SQLite: pages over doors that test_amending_centres asks on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

CENTRE, HALL = "/workbench/centres/610924-centre/", "/workbench/centres/610924101-hall/"
CITY = "/workbench/centres/610900-centre/"
NEW_WINDOW = {"number": "99", "name": "测试窗口", "kind": "special", "organisation": "610924-gongan", "area": ""}


def soon(days: int = 30) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def send(client: Client, address: str, status: int = 302, **typed: str) -> HttpResponse:
    """Fill in the form of a task and send it."""
    hidden = fields_of(page(client, address))
    answer = client.post(address, hidden | {"in_force_on": soon(), "reason": "测试理由"} | typed)
    assert answer.status_code == status, told(text_of(answer))
    return answer


def booked(centre: str) -> str:
    now = timezone.now()
    day = list_days(centre=centre, at=now)[-1].on
    slot = list_slots(centre=centre, on=day, at=now)[0]
    book(centre=centre, on=day, start=slot.start, name="测试乙", phone="13900000002", by=SYSTEM, at=now)
    return day.isoformat()


def test_a_manager_sees_the_centre_and_halls_of_the_county_and_the_operator_all() -> None:
    own, all_ = page(as_("manager"), "/workbench/centres/"), page(as_("operator"), "/workbench/centres/")
    assert CENTRE in own and HALL in own
    assert CITY not in own and "/workbench/centres/610902-centre/" not in own
    assert CITY in all_ and "/workbench/centres/610902-centre/" in all_
    assert as_("clerk").get("/workbench/centres/").status_code == 403
    filtered = page(as_("operator"), "/workbench/centres/", county="610902", level="county", state="running", q="汉滨")
    assert re.findall(r"/workbench/centres/(\d[\w-]+)/", filtered) == ["610902-centre"]


def test_the_list_costs_the_same_however_many_centres_there_are() -> None:
    client = as_("operator")
    page(client, "/workbench/centres/")
    with CaptureQueriesContext(connection) as asked:
        page(client, "/workbench/centres/")
    assert len(asked) <= 14
    with CaptureQueriesContext(connection) as asked:
        page(client, CITY)
    assert len(asked) <= 18


@pytest.mark.parametrize("task", ["state", "system", "open-window", "windows/610900-centre-w03/close-window"])
def test_another_county_s_centre_is_not_amended(task: str) -> None:
    client = as_("manager")
    assert client.get(f"{CITY}{task}/").status_code == 403
    assert client.post(f"{CITY}{task}/", NEW_WINDOW | {"reason": "测试", "in_force_on": soon()}).status_code == 403
    assert client.get(CITY).status_code == 403
    assert list_amendments(centre="610900-centre") == ()
    assert client.get("/workbench/centres/new/", {"division": "610902"}).status_code == 403
    assert client.get("/workbench/centres/000000-none/").status_code == 404


def test_a_manager_narrowed_to_one_hall_amends_that_hall_only() -> None:
    grant_role(
        user=User.objects.get(username="townclerk"),
        role=Role.CENTRE_MANAGER,
        area=Area("610924101", "", "610924101-hall"),
        valid_from=timezone.localdate(),
    )
    client = as_("townclerk")
    assert "<h1>变更建设状态</h1>" in page(client, f"{HALL}state/")
    assert client.get(f"{CENTRE}state/").status_code == 403


def test_a_window_is_opened_from_a_day_on_and_the_page_says_by_whom_and_since_when() -> None:
    client = as_("manager")
    send(client, f"{CENTRE}open-window/", **NEW_WINDOW)
    text = page(client, CENTRE)
    assert "测试窗口" in text and "将开设" in text and "测试理由" in text and "即将生效" in text
    on = timezone.localdate() + timedelta(days=30)
    assert [row.name for row in list_windows(on=on, centre="610924-centre") if row.number == "99"] == ["测试窗口"]
    assert all(row.number != "99" for row in list_windows(on=on - timedelta(days=1), centre="610924-centre"))
    (line,) = list_amendments(centre="610924-centre")
    send(client, f"{CENTRE}amendments/{line.id}/withdraw/")
    assert "已由修订" in page(client, CENTRE)
    again = client.post(f"{CENTRE}amendments/{line.id}/withdraw/", {"version": "999999", "reason": "再撤一次"})
    assert again.status_code == 422 and "已经撤回" in told(text_of(again))


def test_a_form_with_faults_keeps_what_was_typed_and_names_every_fault() -> None:
    client = as_("manager")
    answer = send(client, f"{CENTRE}open-window/", 422, **NEW_WINDOW | {"number": "", "name": "甲" * 65, "reason": ""})
    text = text_of(answer)
    assert 'href="#id_number"' in text and 'href="#id_name"' in text and 'href="#id_reason"' in text
    assert "甲" * 65 in text
    taken = next(row.number for row in list_windows(on=timezone.localdate(), centre="610924-centre"))
    refused = send(client, f"{CENTRE}open-window/", 422, **NEW_WINDOW | {"number": taken})
    assert f"窗口号{taken}已由" in told(text_of(refused))


def test_a_window_where_people_sit_is_closed_only_when_their_posts_end_too() -> None:
    client = as_("manager")
    window = next(row for row in list_windows(on=timezone.localdate(), centre="610924-centre"))
    address = f"{CENTRE}windows/{window.code}/close-window/"
    staffed = "人任职，同时终止任职" in page(client, address)
    if staffed:
        assert "人在这个窗口任职" in told(text_of(send(client, address, 422)))
    send(client, address, end_posts="on")
    assert "将关闭" in page(client, CENTRE)
    assert client.get(f"{CENTRE}windows/none/close-window/").status_code == 404


def test_a_hall_with_bookings_is_closed_only_once_those_who_booked_are_told() -> None:
    client = as_("manager")
    day = booked("610924101-hall")
    # Its only window: whoever booked the hall booked that.
    only = send(client, f"{HALL}windows/610924101-hall-w01/close-window/", 422, in_force_on=day, end_posts="on")
    assert "还有 1 个预约" in text_of(only)
    typed = {"state": "closed", "with_windows": "on", "in_force_on": day}
    refused = text_of(send(client, f"{HALL}state/", 422, **typed))
    assert "还有 1 个预约" in refused and 'href="#id_told"' in refused
    send(client, f"{HALL}state/", **typed | {"told": "on"})
    (row,) = list_centres(on=timezone.localdate() + timedelta(days=60), division="610924101")
    assert row.state is CentreStateKind.CLOSED


def test_a_hall_that_closes_after_the_last_booking_asks_nobody() -> None:
    client = as_("manager")
    booked("610924101-hall")
    send(client, f"{HALL}state/", state="closed", with_windows="on", in_force_on=soon(200))


def test_who_was_overtaken_is_told_what_changed_and_loses_nothing() -> None:
    first, second = as_("manager"), as_("operator")
    hidden = fields_of(page(first, f"{CENTRE}system/"))
    send(second, f"{CENTRE}open-window/", **NEW_WINDOW)
    typed = hidden | {"system": "compatible", "in_force_on": soon(), "reason": "我写了很久的理由"}
    answer = first.post(f"{CENTRE}system/", typed)
    text = text_of(answer)
    assert answer.status_code == 409 and "您写的内容都在下面" in text
    assert "我写了很久的理由" in text and "99 号“测试窗口”" in text
    assert first.post(f"{CENTRE}system/", typed | fields_of(text)).status_code == 302


def test_a_second_click_does_nothing_more() -> None:
    client = as_("manager")
    typed = fields_of(page(client, f"{CENTRE}system/")) | {
        "system": "compatible",
        "in_force_on": soon(),
        "reason": "测试理由",
    }
    assert client.post(f"{CENTRE}system/", typed).status_code == 302
    assert client.post(f"{CENTRE}system/", typed).status_code == 302
    assert "没有重复提交" in page(client, CENTRE)
    assert len(list_amendments(centre="610924-centre")) == 1


@pytest.mark.parametrize("task", ["", "state/", "system/", "open-window/"])
def test_every_page_stands_in_english_too(task: str) -> None:
    text = page(as_("manager", "en"), CENTRE + task)
    main = text[text.index("<main") : text.index("</main>")]
    # Names of windows, departments in data and sources stay as they were written.
    headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>|<label[^>]*>(.*?)</label>|<button[^>]*>(.*?)</button>", main)
    assert headings
    assert not [found for found in headings if re.search(r"[\u4e00-\u9fff]", "".join(found))]


def test_where_every_division_has_a_centre_there_is_nothing_to_register() -> None:
    assert "每个区划都已经有中心" in page(as_("manager"), "/workbench/centres/new/")
