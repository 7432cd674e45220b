"""An application on line, step by step through the portal's own pages, as an applicant's browser sends it."""

from typing import Any

from django.test import Client

from yichuang.catalogue.queries import find_item, get_intake, get_item_guide, get_situation

ORGANISATION = "610924-guotu"
HOMESTEAD, LAND = "11003", "11002"


def code_of(item: str) -> str:
    row = find_item(code=item, organisation=ORGANISATION)
    assert row is not None
    return row.implementation_code


def begin(client: Client, item: str = HOMESTEAD) -> str:
    """Begin a draft and return its key."""
    answer = client.post(f"/apply/{code_of(item)}/")
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).split("/")[3]


def send(client: Client, key: str, step: str, **fields: Any) -> str:
    """Send a step and return where it led."""
    answer = client.post(f"/apply/draft/{key}/{step}/", {"then": "next", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def answers_of(item: str) -> dict[str, str]:
    """Answer every question with its first option, as one after the other appears."""
    guide, given = get_item_guide(code=code_of(item)), dict[str, str]()
    while True:
        situation = get_situation(guide=guide, intake=get_intake(item=item), answers=given)
        open_now = [question for question in situation.questions if question.key not in situation.answers]
        if not open_now:
            return given
        given |= {question.key: question.options[0].key for question in open_now}


def fill_in(client: Client, key: str, *, item: str = HOMESTEAD, capacity: str = "self", **person: str) -> None:
    """Fill in every step of a draft so that it may be submitted; every material is brought."""
    given = answers_of(item)
    send(client, key, "situation", **{f"answers.{name}": value for name, value in given.items()})
    send(client, key, "who", capacity=capacity, **{"own.phone": "13900000011", **person})
    guide = get_item_guide(code=code_of(item))
    answers = {**given, "applicant": "natural" if capacity in {"self", "family"} else "legal"}
    situation = get_situation(guide=guide, intake=get_intake(item=item), answers=answers)
    values = {"number": "2", "area": "100", "date": "2026-03-01", "phone": "13900000012"}
    fields = {
        f"fields.{one.key}": one.choices[0].key if one.choices else values.get(one.kind.value, "测试村三组")
        for one in situation.fields
    }
    send(client, key, "form", **fields)
    send(client, key, "materials", **{f"material-{at}.way": "bring" for at in range(len(situation.materials))})
    send(client, key, "delivery", delivery="window", contact=["sms"])


def submit(client: Client, key: str) -> str:
    """Submit a draft and return the case number."""
    answer = client.post(f"/apply/draft/{key}/submit/")
    assert answer.status_code == 302
    assert "/receipt/" in answer["Location"], client.get(answer["Location"]).content.decode()
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def filed(client: Client) -> str:
    """Fill an application in, submit it and return the number of its case."""
    key = begin(client)
    fill_in(client, key)
    return submit(client, key)
