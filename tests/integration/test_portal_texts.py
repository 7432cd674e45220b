"""What people type on the portal is kept whole or refused in words, whole on the page: nothing is cut."""

import re
from html import unescape

import pytest
from django.http import HttpResponse

from tests.factories.applicants import account, signed_in
from tests.factories.applying import HOMESTEAD, answers_of, begin, filed, send
from yichuang.cases.queries import get_draft, get_state
from yichuang.feedback.models import Matter
from yichuang.feedback.queries import ratings_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang", "media")]
END = "完。"


def long(length: int) -> str:
    """Return a text of so many characters whose end tells whether it was cut."""
    return "长" * (length - len(END)) + END


def refused(answer: HttpResponse, text: str, *, limit: int) -> None:
    """Hold that a page says how long the text is and how long it may be, and still has all of it."""
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert text in page
    told = re.search(r'id="fault-summary".*?</div>', page, re.DOTALL)
    assert told and f"{len(text)}个字，最多{limit}个字" in told[0]


@pytest.mark.parametrize(
    ("address", "kind", "field", "limit"),
    [
        ("/opinions/consult/", "consultation", "title", 100),
        ("/opinions/consult/", "consultation", "text", 2000),
        ("/opinions/consult/", "consultation", "name", 100),
        ("/opinions/complain/", "complaint", "title", 100),
        ("/opinions/complain/", "complaint", "text", 2000),
        ("/opinions/complain/", "complaint", "target", 100),
    ],
)
def test_a_question_or_complaint_too_long_is_refused_whole_and_one_that_fits_is_kept_whole(
    address: str, kind: str, field: str, limit: int
) -> None:
    client = signed_in("chen")
    form = {
        "title": "标题",
        "text": "内容",
        "name": "测试甲",
        "phone": "13900000001",
        "organisation": "610924-guotu",
        "category": "attitude",
    }
    refused(client.post(address, form | {field: long(limit + 1)}), long(limit + 1), limit=limit)
    # Far beyond what any field holds, too.
    refused(client.post(address, form | {field: long(9_000)}), long(9_000), limit=limit)
    assert not Matter.objects.exists()
    assert client.post(address, form | {field: long(limit)}).status_code == 302
    if field != "name":
        assert getattr(Matter.objects.get(kind=kind), field) == long(limit)


def test_a_rating_too_long_is_refused_whole_and_one_that_fits_is_kept_whole() -> None:
    client = signed_in("chen")
    number = filed(client)
    address = f"/track/{number}/rate/acceptance/"
    refused(client.post(address, {"level": "2", "text": long(501)}), long(501), limit=500)
    assert not ratings_of(number)
    client.post(address, {"level": "2", "text": long(500)})
    assert [one.text for one in ratings_of(number)] == [long(500)]


def test_a_reason_for_withdrawing_too_long_is_refused_whole_and_nothing_is_withdrawn() -> None:
    client = signed_in("chen")
    number = filed(client)
    address = f"/track/{number}/withdraw/"
    refused(client.post(address, {"sure": "1", "reason": long(501)}), long(501), limit=500)
    assert get_state(number).status == "received"
    client.post(address, {"sure": "1", "reason": long(500)})
    assert get_state(number).status == "closed"


def test_no_page_lets_the_browser_cut_what_is_pasted() -> None:
    client = signed_in("chen")
    number = filed(client)
    for address in (
        "/opinions/consult/",
        "/opinions/complain/",
        f"/track/{number}/rate/acceptance/",
        f"/track/{number}/withdraw/",
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        boxes = re.findall(
            r'<(?:textarea|input)[^>]*name="(?:text|title|target|name|reason)"[^>]*>', page.content.decode()
        )
        assert boxes
        assert [box for box in boxes if "maxlength" in box] == []


def test_a_field_of_an_application_is_saved_whole_and_judged_at_its_place() -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "situation", **{f"answers.{name}": value for name, value in answers_of(HOMESTEAD).items()})
    send(client, key, "who", capacity="self", **{"own.phone": "13900000011"})
    where = send(client, key, "form", **{"fields.location": long(9_000)})
    draft = get_draft(key=key, owner=str(account("chen").uuid))
    assert draft.application.fields["location"] == long(9_000)
    page = unescape(client.get(where.partition("#")[0]).content.decode())
    assert long(9_000) in page
    assert "9000" in page


def test_a_draft_larger_than_any_may_be_comes_back_whole_and_says_why() -> None:
    client = signed_in("chen")
    key = begin(client)
    send(client, key, "situation", **{f"answers.{name}": value for name, value in answers_of(HOMESTEAD).items()})
    send(client, key, "who", capacity="self", **{"own.phone": "13900000011"})
    answer = client.post(f"/apply/draft/{key}/form/", {"then": "next", "fields.location": long(400_001)})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert long(400_001) in page
    assert "最多400000个" in page
