"""Applying on line: saved at every step, faults told all at once, submitted once, and nobody sees another's."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import files
from tests.factories.applicants import account, signed_in
from tests.factories.applying import HOMESTEAD, LAND, answers_of, begin, code_of, fill_in, send, submit
from yichuang.accounts.models import User
from yichuang.cases.queries import count_cases, get_application, get_case, list_attachments
from yichuang.cases.values import CaseFilter
from yichuang.catalogue.queries import get_intake, get_item_guide, get_situation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang", "media")]
# Left to SQLite: what pages show of an application, not what is kept of it.
ONCE = pytest.mark.once
ANSWERS = {"handling": "01"}


# -- the way through ---------------------------------------------------------------------------------------------------


def test_a_citizen_applies_step_by_step_and_holds_a_receipt_with_number_and_qr_code() -> None:
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key)
    assert "确认提交" in client.get(f"/apply/draft/{key}/check/").content.decode()
    number = submit(client, key)
    page = client.get(f"/apply/receipt/{number}/").content.decode()
    assert number in page
    assert "<svg" in page and "扫码查询进度的二维码" in page
    pdf = re.search(rf'href="(/track/{number}/papers/receipt/\d+/)"', page)
    assert pdf
    paper = client.get(pdf[1])
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert get_case(number).row.channel == "web"


@ONCE
def test_a_phone_is_told_from_a_desk() -> None:
    client = signed_in("chen", agent="Mozilla/5.0 (Linux; Android 9) Mobile Safari")
    key = begin(client)
    fill_in(client, key)
    assert get_case(submit(client, key)).row.channel == "mobile"


@ONCE
def test_identity_comes_from_the_account_and_never_from_the_form() -> None:
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key, **{"applicant.name": "冒名者", "applicant.id_number": "610924198503070012"})
    told = get_application(submit(client, key))
    assert told is not None
    assert told.applicant.name == "陈小禾"
    assert told.applicant.id_number != "610924198503070012"


@ONCE
def test_pages_show_ones_own_number_masked_only() -> None:
    client = signed_in("chen")
    number = account("chen").person.id_number
    key = begin(client)
    fill_in(client, key)
    for step in ("who", "check"):
        page = client.get(f"/apply/draft/{key}/{step}/").content.decode()
        assert number not in page
        assert number[:4] + "*" in page


@ONCE
def test_an_old_relative_is_applied_for_by_proxy() -> None:
    client = signed_in("chen")
    wang = account("wang").person
    key = begin(client)
    fill_in(client, key, capacity="family", **{"applicant.name": wang.name, "applicant.id_number": wang.id_number})
    told = get_application(submit(client, key))
    assert told is not None and told.agent is not None
    assert (told.applicant.name, told.agent.name, told.agent_relation) == (wang.name, "陈小禾", "family")


@ONCE
@pytest.mark.parametrize(("person", "relation"), [("liu", ""), ("zhou", "entrusted")])
def test_a_firm_applies_through_its_legal_representative_or_an_agent(person: str, relation: str) -> None:
    client = signed_in(person)
    firm = account(person).person.represented.get()
    key = begin(client, LAND)
    assert firm.name in client.get(f"/apply/draft/{key}/who/").content.decode()
    fill_in(client, key, item=LAND, capacity=f"firm:{firm.uscc}", **{"own.phone": "13900000013"})
    number = submit(client, key)
    told = get_application(number)
    assert told is not None
    assert (told.applicant_type, told.agent_relation) == ("legal", relation)
    applicant = get_case(number, personal=True).applicant
    assert applicant is not None
    assert (applicant.name, applicant.id_number) == (firm.name, firm.uscc)


@ONCE
def test_whoever_represents_a_firm_applies_for_himself_where_only_persons_may() -> None:
    client = signed_in("liu")
    firm = account("liu").person.represented.get()
    page = client.get(f"/apply/draft/{begin(client)}/who/").content.decode()
    assert 'value="self"' in page and firm.uscc not in page
    page = client.get(f"/apply/draft/{begin(client, LAND)}/who/").content.decode()
    assert 'value="self"' in page and firm.uscc in page


@ONCE
def test_a_firm_that_one_does_not_represent_cannot_be_chosen() -> None:
    firm = account("liu").person.represented.get()
    client = signed_in("chen")
    key = begin(client, LAND)
    assert "judge" in send(client, key, "who", capacity=f"firm:{firm.uscc}")


@ONCE
def test_an_answer_that_leads_to_another_question_is_no_fault() -> None:
    client = signed_in("chen")
    key = begin(client, LAND)
    led = send(client, key, "situation", **{"answers.handling": "01"})
    assert led.endswith("/situation/#answers.source")
    assert 'id="fault-summary"' not in client.get(led).content.decode()


@ONCE
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_checking_shows_a_choice_by_its_text(language: str) -> None:
    client = signed_in("chen", language=language)
    key = begin(client, LAND)
    fill_in(client, key, item=LAND)
    page = client.get(f"/apply/draft/{key}/check/").content.decode()
    choices = [one for one in get_intake(item=LAND, language=language).fields if one.choices]
    assert choices
    for field in choices:
        assert f"<bdi>{field.choices[0].text}</bdi>" in page
        assert f"<bdi>{field.choices[0].key}</bdi>" not in page


@ONCE
def test_a_step_reads_its_guide_draft_and_files_once() -> None:
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key)
    for step in ("situation", "who", "form", "materials", "delivery", "check"):
        client.get(f"/apply/draft/{key}/{step}/?judge")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/apply/draft/{key}/{step}/?judge")
        texts = [query["sql"] for query in asked.captured_queries]
        for table in ("cases_draft", "cases_attachment", "catalogue_material", "catalogue_centreentry"):
            assert sum(f'FROM "{table}"' in text for text in texts) <= 1, (step, table)
        assert len(texts) <= 23, (step, len(texts))
    with CaptureQueriesContext(connection) as asked:
        send(client, key, "form", **{"fields.remark": "一句话"})
    assert len(asked) <= 30
    assert sum('FROM "catalogue_material"' in query["sql"] for query in asked.captured_queries) == 1


# -- saving, faults, twice ---------------------------------------------------------------------------------------------


@ONCE
def test_a_step_with_faults_is_saved_and_names_each_with_a_link_to_its_field() -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "situation", **{f"answers.{name}": value for name, value in answers_of(HOMESTEAD).items()})
    send(client, key, "who", capacity="self", **{"own.phone": "13900000011"})
    back = send(client, key, "form", **{"fields.remark": "先填这一句"})
    assert "judge" in back
    page = client.get(back).content.decode()
    links = re.findall(r'<li><a href="#(fields\.[\w-]+)">', page)
    assert len(links) > 1
    assert all(f'id="{name}"' in page for name in links)
    assert "先填这一句" in page


@pytest.mark.parametrize(
    "text", ["𠮷𤭢生僻字", "مرحبا بالعالم", "🏠👨‍👩‍👧", "<script>alert(1)</script>", "a" * 5_000, "两\r\n行", "\x00零"]
)
def test_strange_texts_come_back_as_they_were_typed_or_are_refused_and_never_run(text: str) -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "form", **{"fields.remark": text})
    page = client.get(f"/apply/draft/{key}/form/").content.decode()
    assert "<script>alert" not in page
    if len(text) < 100 and text.isprintable() and "<" not in text:
        assert text in page


def test_a_draft_is_left_and_come_back_to() -> None:
    client = signed_in("chen")
    key = begin(client)
    assert send(client, key, "who", then="later", capacity="self") == "/my/drafts/"
    page = client.get("/my/drafts/").content.decode()
    assert f"/apply/draft/{key}/" in page
    assert client.get(f"/apply/draft/{key}/")["Location"].startswith(f"/apply/draft/{key}/")


def test_a_draft_is_dropped_only_when_it_is_said_twice() -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "who", capacity="self")
    assert client.post(f"/apply/draft/{key}/drop/").status_code == 200
    assert f"/apply/draft/{key}/" in client.get("/my/drafts/").content.decode()
    client.post(f"/apply/draft/{key}/drop/", {"sure": "1"})
    assert f"/apply/draft/{key}/" not in client.get("/my/drafts/").content.decode()


def test_two_pages_of_one_draft_lose_nothing() -> None:
    client = signed_in("chen")
    key = begin(client)
    seen = re.search(r'name="version" value="(\d+)"', client.get(f"/apply/draft/{key}/form/").content.decode())
    assert seen
    send(client, key, "form", version=seen[1], **{"fields.remark": "第一页的话"})
    answer = client.post(
        f"/apply/draft/{key}/form/", {"then": "next", "version": seen[1], "fields.remark": "第二页的话"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "第二页的话" in page
    newest = re.search(r'name="version" value="(\d+)"', page)
    assert newest and newest[1] != seen[1]


def test_submitted_five_times_there_is_one_case() -> None:
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key)
    before = count_cases(CaseFilter())
    numbers = {submit(client, key) for _ in range(5)}
    assert len(numbers) == 1
    assert count_cases(CaseFilter()) == before + 1
    # The back button leads to the receipt and not to a second application.
    assert client.get(f"/apply/draft/{key}/form/")["Location"] == f"/apply/receipt/{numbers.pop()}/"


def test_an_unfinished_application_is_not_submitted_and_every_fault_is_named() -> None:
    client = signed_in("chen")
    key = begin(client)
    before = count_cases(CaseFilter())
    answer = client.post(f"/apply/draft/{key}/submit/", follow=True)
    assert count_cases(CaseFilter()) == before
    page = answer.content.decode()
    assert 'id="fault-summary"' in page
    assert page.count("?judge") > 2


def test_a_session_that_ran_out_while_typing_loses_nothing() -> None:
    client = signed_in("chen")
    key = begin(client)
    client.logout()
    answer = client.post(f"/apply/draft/{key}/form/", {"fields.remark": "写了很久的话"})
    assert answer.status_code == 302
    assert "/accounts/sign-in/" in answer["Location"]


# -- whose -------------------------------------------------------------------------------------------------------------


def test_everything_asks_for_an_applicants_account() -> None:
    staff = Client()
    staff.force_login(User.objects.get(username="clerk"))
    for address in (f"/apply/{code_of(HOMESTEAD)}/", "/my/", "/my/drafts/", "/my/bookings/", "/my/messages/"):
        assert Client().get(address)["Location"].startswith("/accounts/sign-in/")
        assert staff.get(address).status_code == 403


def test_anothers_draft_file_and_case_are_not_found() -> None:
    mine, other = signed_in("chen"), signed_in("wang")
    key = begin(mine)
    upload(mine, key, files.picture(), "房子.jpg")
    file = list_attachments(draft=key)[0].key
    for step in ("situation", "who", "form", "materials", "delivery", "check"):
        assert other.get(f"/apply/draft/{key}/{step}/").status_code == 404
    assert other.get(f"/my/files/{file}/").status_code == 404
    assert other.get(f"/my/files/{file}/preview/").status_code == 404
    assert other.post(f"/apply/draft/{key}/submit/").status_code == 422
    assert other.post(f"/apply/draft/{key}/drop/", {"sure": "1"}).status_code == 422
    assert other.post(f"/apply/draft/{key}/files/{file}/remove/").status_code == 422
    fill_in(mine, key)
    number = submit(mine, key)
    for address in (
        f"/track/{number}/",
        f"/apply/receipt/{number}/",
        f"/track/{number}/papers/receipt/1/",
        f"/track/{number}/withdraw/",
        f"/track/{number}/supplement/",
        f"/track/{number}/rate/acceptance/",
    ):
        assert other.get(address).status_code == 404, address
        assert mine.get(address).status_code in {200, 302}, address
    assert number not in other.get("/my/").content.decode()
    assert number in mine.get("/my/").content.decode()


# -- files -------------------------------------------------------------------------------------------------------------


def upload(client: Client, key: str, data: bytes, name: str, material: str = "") -> HttpResponse:
    """Upload a file by the plain form and return the page that follows."""
    first = get_situation(
        guide=get_item_guide(code=code_of(HOMESTEAD)),
        intake=get_intake(item=HOMESTEAD),
        answers=answers_of(HOMESTEAD),
    ).materials[0]
    answer = client.post(
        f"/apply/draft/{key}/files/",
        {"material": material or first.name, "file": SimpleUploadedFile(name, data)},
        follow=True,
    )
    assert answer.status_code == 200
    return answer  # type: ignore[return-value]


@ONCE
def test_a_file_is_handed_out_for_saving_only_and_shown_as_a_picture_drawn_anew() -> None:
    client = signed_in("chen")
    key = begin(client)
    upload(client, key, files.picture(), "我的房子.jpg")
    file = list_attachments(draft=key)[0].key
    answer = client.get(f"/my/files/{file}/")
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    picture = client.get(f"/my/files/{file}/preview/")
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


@ONCE
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "空.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "图.svg"),
        (b"<html><script>alert(1)</script>", "页.html"),
        (b"GIF89a" + b"<script>" * 50, "图.jpg"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence_and_nothing_else_is_lost(data: bytes, name: str) -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "form", **{"fields.remark": "已经写好的话"})
    page = upload(client, key, data, name).content.decode()
    assert "notice-bad" in page
    assert list_attachments(draft=key) == ()
    assert "已经写好的话" in client.get(f"/apply/draft/{key}/form/").content.decode()


def test_a_file_goes_up_in_pieces_and_goes_on_where_it_stopped() -> None:
    client = signed_in("chen")
    key = begin(client)
    data = files.picture(size=(900, 900), quality=95)
    announced = {"material": "照片", "name": "大图.jpg", "size": str(len(data)), "fingerprint": "x"}
    begun = json.loads(client.post(f"/apply/draft/{key}/files/begin/", announced).content)
    middle = begun["piece"] if begun["piece"] < len(data) else len(data) // 2
    sent = client.post(
        begun["address"],
        data[:middle],
        content_type="application/octet-stream",
        headers={"X-Upload-Offset": "0"},
    )
    reached = json.loads(sent.content)
    if sent.status_code != 200:
        # A piece smaller than the law's least is taken only as the last one.
        reached, middle = {"offset": 0}, 0
    again = json.loads(client.post(f"/apply/draft/{key}/files/begin/", announced).content)
    assert again["offset"] == reached["offset"] == middle
    rest = client.post(
        again["address"],
        data[middle:],
        content_type="application/octet-stream",
        headers={"X-Upload-Offset": str(middle)},
    )
    assert json.loads(rest.content)["offset"] == len(data)
    assert client.post(again["finish"]).status_code == 200
    assert [row.file_name for row in list_attachments(draft=key)] == ["大图.jpg"]


@ONCE
def test_a_file_of_two_gigabytes_is_refused_before_a_byte_is_sent() -> None:
    client = signed_in("chen")
    key = begin(client)
    announced = {"material": "照片", "name": "大.jpg", "size": str(2 << 30)}
    answer = client.post(f"/apply/draft/{key}/files/begin/", announced)
    assert answer.status_code == 422
    assert "超过" in json.loads(answer.content)["reason"]


# -- cost --------------------------------------------------------------------------------------------------------------


@ONCE
def test_pages_of_a_draft_cost_a_constant_number_of_queries() -> None:
    client = signed_in("chen")
    key = begin(client)
    fill_in(client, key)
    costs = {}
    for step in ("situation", "who", "form", "materials", "delivery", "check"):
        client.get(f"/apply/draft/{key}/{step}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/apply/draft/{key}/{step}/")
        costs[step] = len(asked)
    assert max(costs.values()) <= 36, costs
    for number in range(3):
        upload(client, key, files.picture(size=(50 + number, 50)), f"{number}.jpg")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/apply/draft/{key}/materials/")
    assert len(asked) <= costs["materials"] + 1


@ONCE
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_step_speaks_both_languages(language: str) -> None:
    client = signed_in("chen", language=language)
    key = begin(client)
    for step, word in (("who", "For whom"), ("form", "Save and go on"), ("check", "Submit")):
        page = client.get(f"/apply/draft/{key}/{step}/").content.decode()
        assert (word in page) == (language == "en")
