"""Following a case: by digits or as its owner, and what one does on the way: supplement, withdraw, rate, prove."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import files
from tests.factories.applicants import account, signed_in
from tests.factories.applying import HOMESTEAD, filed
from yichuang.accounts.models import User
from yichuang.accounts.queries import get_actor
from yichuang.cases.commands import perform
from yichuang.cases.models import Form
from yichuang.cases.queries import get_application, get_case
from yichuang.cases.values import Status, acts
from yichuang.catalogue.queries import get_intake
from yichuang.feedback.queries import ratings_of
from yichuang.halls.queries import list_bookings, list_days
from yichuang.papers.queries import list_papers

# Left to SQLite: pages over doors that test_tracking, test_claiming and others ask on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang", "media")]
CENTRE = "610924-centre"
TAIL = "0011"
MISSING = "身份证和户口簿"


def do(number: str, act: Any, *, as_user: str = "clerk") -> None:
    """Let a member of staff act on a case, now."""
    now = timezone.now()
    perform(number=number, act=act, by=get_actor(User.objects.get(username=as_user)), at=now, now=now)


def track(client: Client, number: str, tail: str) -> Any:
    return client.post("/track/", {"number": number, "tail": tail})


# -- by digits ---------------------------------------------------------------------------------------------------------


def test_number_and_digits_open_the_case_without_a_word_about_its_owner() -> None:
    number = filed(signed_in("chen"))
    visitor = Client()
    answer = track(visitor, number, TAIL)
    assert answer["Location"] == f"/track/{number}/"
    page = visitor.get(answer["Location"]).content.decode()
    assert "材料核对中" in page and "紫阳县国土资源局" in page
    person = account("chen").person
    assert not any(text in page for text in (person.name, person.id_number, person.phone, "/papers/", "/withdraw/"))


def test_wrong_digits_and_unknown_numbers_are_told_in_the_same_words() -> None:
    number = filed(signed_in("chen"))
    told = []
    for wrong, tail in ((number, "9999"), ("6109242026010100000A", TAIL)):
        answer = track(Client(), wrong, tail)
        assert answer.status_code == 404
        found = re.search(r'<a href="#number">([^<]+)</a>', answer.content.decode())
        assert found
        told.append(found[1])
    assert told[0] == told[1]


def test_trying_digits_out_is_locked() -> None:
    number = filed(signed_in("chen"))
    codes = [track(Client(), number, f"{tail:04}").status_code for tail in range(30)]
    assert codes[0] == 404
    assert codes[-1] == 429
    assert track(Client(), number, TAIL).status_code == 429


def test_a_case_that_nobody_showed_to_be_his_is_not_found() -> None:
    number = filed(signed_in("chen"))
    assert Client().get(f"/track/{number}/").status_code == 404
    assert Client().get(f"/track/{number}/rate/acceptance/").status_code == 404


# -- as the owner ------------------------------------------------------------------------------------------------------


def test_the_owner_follows_his_case_to_the_end_and_takes_his_papers() -> None:
    client = signed_in("chen")
    number = filed(client)
    do(number, acts.Accept())
    page = client.get(f"/track/{number}/").content.decode()
    assert "正在办理" in page and "还剩工作日" in page
    assert "已受理，办理时限开始计算" in page
    for row in list_papers(number):
        answer = client.get(f"/track/{number}/papers/{row.kind.value}/{row.seq}/")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")


def test_missing_materials_are_brought_on_line_one_after_the_other() -> None:
    client = signed_in("chen")
    number = filed(client)
    do(number, acts.RequestSupplement(missing=(MISSING, "村民会议记录")))
    assert "等您补充材料" in client.get(f"/track/{number}/").content.decode()
    assert "等您补充材料" in client.get("/my/").content.decode()
    address = f"/track/{number}/supplement/"
    assert MISSING in client.get(address).content.decode()
    for at, name in enumerate((MISSING, "村民会议记录")):
        sent = {"material": name, "file": SimpleUploadedFile("照.jpg", files.picture(size=(60 + at, 60)))}
        client.post(f"{address}files/", sent)
        led = client.post(address)["Location"]
        assert led == (address if at == 0 else f"/track/{number}/")
    assert get_case(number).row.status is Status.RECEIVED
    # A page that was left open leads back to the case.
    assert client.get(address)["Location"] == f"/track/{number}/"


def test_withdrawing_asks_once_more() -> None:
    client = signed_in("chen")
    number = filed(client)
    assert client.get(f"/track/{number}/withdraw/").status_code == 200
    assert client.post(f"/track/{number}/withdraw/").status_code == 200
    assert get_case(number).row.status is Status.RECEIVED
    client.post(f"/track/{number}/withdraw/", {"sure": "1", "reason": "不办了"})
    assert "已撤回" in client.get(f"/track/{number}/").content.decode()


# -- from the window into one's account -------------------------------------------------------------------------------


def taken_in_at_a_window(person: str = "chen") -> str:
    """File an application and forget its owner, as a window does that takes it in for somebody."""
    number = filed(signed_in(person))
    Form.objects.filter(case__number=number).update(owner="")
    return number


def test_the_applicant_takes_a_case_from_a_window_into_his_own_and_all_works_as_for_his_own() -> None:
    number = taken_in_at_a_window()
    do(number, acts.RequestSupplement(missing=(MISSING,)))
    client = signed_in("chen")
    assert client.get(f"/track/{number}/").status_code == 404
    track(client, number, TAIL)
    page = client.get(f"/track/{number}/").content.decode()
    assert f'action="/track/{number}/claim/"' in page and "这是我的办件" in page
    assert number not in client.get("/my/").content.decode()
    assert client.post(f"/track/{number}/claim/")["Location"] == f"/track/{number}/"
    assert number in client.get("/my/").content.decode()
    page = client.get(f"/track/{number}/").content.decode()
    assert "网上补充材料" in page and f"/track/{number}/withdraw/" in page and "这是我的办件" not in page
    row = list_papers(number)[0]
    assert client.get(f"/track/{number}/papers/{row.kind.value}/{row.seq}/").status_code == 200
    client.post(
        f"/track/{number}/supplement/files/",
        {"material": MISSING, "file": SimpleUploadedFile("照.jpg", files.picture())},
    )
    client.post(f"/track/{number}/supplement/")
    assert get_case(number).row.status is Status.RECEIVED
    client.post(f"/track/{number}/withdraw/", {"sure": "1"})
    assert get_case(number).row.status is not Status.RECEIVED


def test_another_person_and_a_visitor_are_offered_no_claim_and_get_none() -> None:
    number = taken_in_at_a_window()
    other, visitor = signed_in("wang"), Client()
    for client in (other, visitor):
        track(client, number, TAIL)
        assert "/claim/" not in client.get(f"/track/{number}/").content.decode()
    assert other.post(f"/track/{number}/claim/").status_code in {404, 422}
    assert visitor.post(f"/track/{number}/claim/")["Location"].startswith("/accounts/sign-in/")
    assert signed_in("chen").get(f"/track/{number}/claim/").status_code == 405
    # Whoever has not shown number and digits is told what an unknown number is told.
    assert signed_in("chen").post(f"/track/{number}/claim/").status_code in {404, 422}
    assert not Form.objects.exclude(owner="").filter(case__number=number).exists()


def test_the_owner_reads_what_he_filled_in_with_choices_by_their_text() -> None:
    client = signed_in("chen")
    number = filed(client)
    told = get_application(number)
    assert told is not None
    for language, said in (("zh-hans", "您填写的内容"), ("en", "What you filled in")):
        page = signed_in("chen", language=language).get(f"/track/{number}/").content.decode()
        assert said in page
        shown = set(re.findall(r"<dd><bdi>([^<]*)</bdi></dd>", page))
        for field in get_intake(item=HOMESTEAD, language=language).fields:
            for choice in field.choices:
                if told.fields.get(field.key) == choice.key:
                    assert choice.text in shown and choice.key not in shown
    visitor = Client()
    track(visitor, number, TAIL)
    assert "您填写的内容" not in visitor.get(f"/track/{number}/").content.decode()


# -- rating ------------------------------------------------------------------------------------------------------------


def test_no_level_is_chosen_beforehand_and_one_stretch_is_rated_once() -> None:
    client = signed_in("chen")
    number = filed(client)
    do(number, acts.Accept())
    address = f"/track/{number}/rate/acceptance/"
    page = client.get(address).content.decode()
    assert len(re.findall(r'name="level" value="[1-5]"', page)) == 5
    assert not re.search(r"<input[^>]* checked", page)
    assert client.post(address, {"text": "没选"}).status_code == 422
    assert client.post(address, {"level": "2", "text": "办得快"}).status_code == 302
    assert client.post(address, {"level": "1"}).status_code == 422
    assert [rating.level.value for rating in ratings_of(number)] == [2]
    assert "办得快" in client.get("/opinions/").content.decode()


def test_a_bad_rating_by_digits_becomes_a_work_order() -> None:
    number = filed(signed_in("chen"))
    do(number, acts.Accept())
    visitor = Client()
    track(visitor, number, TAIL)
    assert visitor.post(f"/track/{number}/rate/acceptance/", {"level": "5", "text": "态度差"}).status_code == 302
    (rating,) = ratings_of(number)
    assert rating.order


# -- proof -------------------------------------------------------------------------------------------------------------


def test_anybody_may_prove_a_paper_and_an_altered_code_proves_nothing() -> None:
    number = filed(signed_in("chen"))
    code = list_papers(number)[0].code
    page = Client().get(f"/verify/{code}/").content.decode()
    assert "文书真实" in page and "紫阳县国土资源局" in page
    assert account("chen").person.name not in page
    altered = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert Client().get(f"/verify/{altered}/").status_code == 404
    assert Client().get("/verify/", {"code": code})["Location"] == f"/verify/{code}/"


# -- booking, asking ---------------------------------------------------------------------------------------------------


def test_a_slot_is_booked_shown_and_given_back() -> None:
    client = signed_in("chen")
    day = list_days(centre=CENTRE, at=timezone.now())[1].on
    page = client.get("/book/", {"centre": CENTRE, "on": day.isoformat()}).content.decode()
    start = re.search(r'name="start" value="(\d\d:\d\d)"(?! disabled)', page)
    area = re.search(r'name="area" value="([^"]*)"', page)
    assert start and area
    wanted = {"centre": CENTRE, "area": area[1], "on": day.isoformat(), "start": start[1]}
    assert Client().post("/book/take/", wanted)["Location"].startswith("/accounts/sign-in/")
    assert client.post("/book/take/", wanted)["Location"] == "/my/bookings/"
    # The same person on the same day: said in a sentence, no second place taken.
    assert client.post("/book/take/", wanted)["Location"].startswith("/book/")
    owner = get_actor(account("chen")).id
    (row,) = list_bookings(owner=owner)
    assert row.spoken in client.get("/my/bookings/").content.decode()
    assert signed_in("wang").post(f"/my/bookings/{row.code}/cancel/").status_code == 302
    assert list_bookings(owner=owner)[0].state is row.state
    client.post(f"/my/bookings/{row.code}/cancel/")
    assert list_bookings(owner=owner)[0].state is not row.state


def test_a_question_and_a_complaint_get_numbers_under_which_they_are_found() -> None:
    visitor = Client()
    told = {"title": "宅基地", "text": "分户后能申请吗", "name": "测试人", "phone": "13900000099"}
    answer = visitor.post("/opinions/consult/", told)
    number = answer["Location"].rstrip("/").rpartition("/")[2]
    assert number in visitor.get(answer["Location"]).content.decode()
    found = Client().post("/opinions/look-up/", {"number": number, "tail": "0099"})
    assert "分户后能申请吗" in found.content.decode()
    assert "13900000099" not in found.content.decode()
    assert Client().post("/opinions/look-up/", {"number": number, "tail": "0000"}).status_code == 404
    page = visitor.post("/opinions/complain/", {"title": "只有标题"}).content.decode()
    assert 'id="fault-summary"' in page and "只有标题" in page


def test_anothers_question_is_not_found() -> None:
    chen = signed_in("chen")
    told = {"title": "标题", "text": "内容", "name": "陈", "phone": "13900000011"}
    address = chen.post("/opinions/consult/", told)["Location"]
    assert chen.get(address).status_code == 200
    assert signed_in("wang").get(address).status_code == 404
    assert Client().get(address)["Location"] == "/opinions/look-up/"


# -- cost --------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_case_and_ones_own_cost_a_constant_number_of_queries() -> None:
    client = signed_in("chen")
    number = filed(client)
    client.get(f"/track/{number}/")
    costs = []
    for turn in range(2):
        if turn:
            do(number, acts.Accept())
            filed(client)
            filed(client)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/track/{number}/")
        assert sum("FROM cases_event" in one["sql"] for one in asked) == 1, "its events are read once"
        with CaptureQueriesContext(connection) as listed:
            client.get("/my/")
        costs.append((len(asked), len(listed)))
    assert max(costs[0]) <= 20, costs
    assert costs[1][0] <= costs[0][0] + 3, costs
    assert costs[1][1] == costs[0][1], costs


def test_a_promise_kept_is_counted_in_working_days() -> None:
    client = signed_in("chen")
    number = filed(client)
    do(number, acts.Accept())
    page = client.get(f"/track/{number}/").content.decode()
    promised = get_case(number).row.promised_amount
    assert re.search(rf"<dt>承诺工作日</dt><dd>{promised}</dd>", page)
    assert timezone.now() - get_case(number).row.received_at < timedelta(minutes=5)
