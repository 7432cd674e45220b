"""Webhooks: what happened is told to who subscribed, signed, in order, until it is taken, and to nobody inside."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.people import CONNECTOR
from tests.factories.receivers import Receiver, receiving
from tests.factories.systems import caller, registered
from yichuang.accounts.commands import revoke_system
from yichuang.cases.values import ApplicantDetails
from yichuang.exchange.commands import (
    deliver_webhooks,
    follow_webhooks,
    renew_webhook_secret,
    resume_webhook,
    subscribe_webhook,
)
from yichuang.exchange.queries import list_webhooks, page_webhook_deliveries
from yichuang.exchange.values import (
    DeliveryState,
    EventsRefused,
    NewSubscription,
    ReceiverRefused,
    TooManySubscriptions,
)
from yichuang.exchange.webhooks.delivering import WAITS
from yichuang.exchange.webhooks.guard import vet
from yichuang.exchange.webhooks.signing import sign

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]
EVENTS_A_CASE = 6
PERSON = ApplicantDetails("欧阳测试", "111", "610924198503070012", "13892501234")


@pytest.fixture(autouse=True)
def inner_receivers(settings: Any, tmp_path: Path) -> None:
    """The receivers of these tests stand on this machine, which an operator must have allowed."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.VAR = tmp_path


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything, until it is told otherwise."""
    with receiving() as found:
        yield found


def subscribed(receiver: Receiver, *events: str, source: str = "county-system", **more: Any) -> NewSubscription:
    """Subscribe a fresh system."""
    system = registered(source, **more).row
    return subscribe_webhook(system=system.id, url=receiver.url, wanted=events, at=timezone.now())


def happen(key: str, *, county: str = "610924") -> str:
    """File a case of six events and bring the news to the subscribers' table."""
    number = file([filing(key, decided(county=county), applicant=PERSON)])[0].number
    follow_webhooks()
    return number


def test_each_event_is_told_once_in_order_and_signed(receiver: Receiver) -> None:
    made = subscribed(receiver)
    number = happen("A-1")
    report = deliver_webhooks(now=timezone.now())
    assert (report.tried, report.delivered) == (EVENTS_A_CASE, EVENTS_A_CASE)
    assert [json.loads(body)["data"]["seq"] for _headers, body in receiver.heard] == list(range(1, 7))
    assert {json.loads(body)["data"]["number"] for _headers, body in receiver.heard} == {number}
    for headers, body in receiver.heard:
        signature = sign(
            secret=made.secret,
            message=headers["webhook-id"],
            timestamp=int(headers["webhook-timestamp"]),
            body=body,
        )
        assert headers["webhook-signature"] == signature
    assert deliver_webhooks(now=timezone.now() + timedelta(days=9)).tried == 0


def test_a_message_holds_no_person(receiver: Receiver) -> None:
    subscribed(receiver)
    happen("A-1")
    deliver_webhooks(now=timezone.now())
    text = b"".join(body for _headers, body in receiver.heard).decode()
    for personal in (PERSON.name, PERSON.id_number, PERSON.phone):
        assert personal not in text


def test_what_happened_before_the_subscription_is_not_told(receiver: Receiver) -> None:
    happen("A-0")
    subscribed(receiver)
    follow_webhooks()
    assert deliver_webhooks(now=timezone.now()).tried == 0
    happen("A-1")
    assert deliver_webhooks(now=timezone.now()).delivered == EVENTS_A_CASE


def test_only_the_events_asked_for_and_only_of_its_area(receiver: Receiver) -> None:
    subscribed(receiver, "cases.case-closed.v1", source="county-a", division="610924")
    happen("A-1")
    happen("B-1", county="610902")
    deliver_webhooks(now=timezone.now())
    assert [json.loads(body)["type"] for _headers, body in receiver.heard] == ["cases.case-closed.v1"]
    assert [json.loads(body)["data"]["county"] for _headers, body in receiver.heard] == ["610924"]


def test_a_revoked_system_hears_nothing_more(receiver: Receiver) -> None:
    made = registered()
    subscribe_webhook(system=made.row.id, url=receiver.url, wanted=(), at=timezone.now())
    revoke_system(client=made.row.client, by=CONNECTOR, at=timezone.now())
    happen("A-1")
    assert deliver_webhooks(now=timezone.now()).tried == 0


def test_what_is_not_taken_waits_longer_each_time_and_the_rest_waits_behind_it(receiver: Receiver) -> None:
    subscribed(receiver)
    receiver.statuses = [500, 302, 204]
    happen("A-1")
    now = timezone.now()
    assert deliver_webhooks(now=now).postponed == 1
    assert deliver_webhooks(now=now + timedelta(seconds=1)).tried == 0
    assert deliver_webhooks(now=now + WAITS[0] + timedelta(seconds=1)).postponed == 1
    after = now + WAITS[0] + WAITS[1] + timedelta(seconds=2)
    assert deliver_webhooks(now=after).delivered == EVENTS_A_CASE
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2]
    assert len(set(receiver.ids)) == EVENTS_A_CASE


def test_after_the_last_try_it_is_given_up_in_words_and_can_be_resumed(receiver: Receiver) -> None:
    made = subscribed(receiver)
    system, subscription = made.subscription.system, made.subscription.id
    receiver.statuses = [503]
    happen("A-1")
    now = timezone.now()
    for wait in (*WAITS, timedelta()):
        deliver_webhooks(now=now)
        now += wait + timedelta(seconds=1)
    [row] = list_webhooks(system=system)
    assert (row.dead, row.waiting, row.stopped_because) == (1, EVENTS_A_CASE - 1, "多次重试后仍未送达")
    [dead] = page_webhook_deliveries(system=system, subscription=subscription, state=DeliveryState.DEAD)
    assert (dead.attempts, dead.status, dead.fault) == (len(WAITS) + 1, 503, "HTTP 503")
    assert deliver_webhooks(now=now + timedelta(days=30)).tried == 0
    receiver.statuses = [204]
    resume_webhook(system=system, subscription=subscription, at=now)
    assert deliver_webhooks(now=now + timedelta(seconds=1)).delivered == EVENTS_A_CASE


def test_a_receiver_that_says_it_is_gone_is_asked_no_more(receiver: Receiver) -> None:
    made = subscribed(receiver)
    receiver.statuses = [410]
    happen("A-1")
    deliver_webhooks(now=timezone.now())
    assert list_webhooks(system=made.subscription.system)[0].stopped_because == "对方答复410，不再接收"
    assert len(receiver.heard) == 1


def test_a_receiver_that_is_away_is_tried_again() -> None:
    with receiving() as gone:
        subscribed(gone)
    happen("A-1")
    now = timezone.now()
    assert deliver_webhooks(now=now).postponed == 1
    assert deliver_webhooks(now=now + timedelta(minutes=1)).postponed == 1


def test_while_a_secret_is_replaced_messages_bear_both_signatures(receiver: Receiver) -> None:
    made = subscribed(receiver)
    fresh = renew_webhook_secret(system=made.subscription.system, subscription=made.subscription.id)
    happen("A-1")
    deliver_webhooks(now=timezone.now())
    headers, body = receiver.heard[0]
    given = {"message": headers["webhook-id"], "timestamp": int(headers["webhook-timestamp"]), "body": body}
    both = " ".join(sign(secret=secret, **given) for secret in (fresh.secret, made.secret))
    assert headers["webhook-signature"] == both


def test_several_receivers_do_not_wait_for_each_other(receiver: Receiver, tmp_path: Path) -> None:
    from tests.factories.at_once import on_disk

    with receiving(Receiver(statuses=[500])) as deaf:
        subscribed(deaf, source="deaf")
        subscribed(receiver, source="hearing")
        happen("A-1")
        with on_disk(tmp_path):
            report = deliver_webhooks(now=timezone.now())
    assert (report.delivered, report.postponed) == (EVENTS_A_CASE, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1:8000/operator/",
        "https://10.0.0.5/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://user:password@192.0.2.1/",
        "https://100.64.0.1/",
        "file:///etc/passwd",
        "gopher://192.0.2.1/",
        "https://",
        "https://[",
        "https://exa mple/",
        "",
    ],
)
def test_nobody_makes_us_knock_inside_the_walls(url: str, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(ReceiverRefused):
        vet(url, networks=settings.WEBHOOK_NETWORKS)


def test_a_name_that_answers_differently_later_is_judged_again_each_time(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = subscribed(receiver)
    happen("A-1")
    settings.WEBHOOK_NETWORKS = []
    assert deliver_webhooks(now=timezone.now()).postponed == 1
    assert receiver.heard == []
    [first, *_rest] = reversed(
        page_webhook_deliveries(system=made.subscription.system, subscription=made.subscription.id)
    )
    assert "内部网络" in first.fault


def test_a_system_manages_its_own_subscriptions_by_the_api_and_sees_no_others(receiver: Receiver) -> None:
    one, two = caller("county-a"), caller("county-b")
    made = one.post("/webhooks", {"url": receiver.url, "events": ["cases.case-closed.v1"]}).json()
    assert made["secret"].startswith("whsec_")
    assert [row["id"] for row in one.get("/webhooks").json()["webhooks"]] == [made["id"]]
    assert "secret" not in one.get(f"/webhooks/{made['id']}").json()
    assert two.get("/webhooks").json() == {"webhooks": []}
    for answer in (
        two.get(f"/webhooks/{made['id']}"),
        two.get(f"/webhooks/{made['id']}/deliveries"),
        two.post(f"/webhooks/{made['id']}/secret"),
        two.post(f"/webhooks/{made['id']}/resume"),
        two.delete(f"/webhooks/{made['id']}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "SubscriptionUnknown")
    happen("A-1")
    deliver_webhooks(now=timezone.now())
    [told] = one.get(f"/webhooks/{made['id']}/deliveries").json()["deliveries"]
    assert (told["state"], told["status"]) == ("delivered", 204)
    assert one.delete(f"/webhooks/{made['id']}").status_code == 204
    assert one.get("/webhooks").json() == {"webhooks": []}


def test_what_makes_no_sense_is_not_subscribed_to(receiver: Receiver) -> None:
    system = registered().row.id
    with pytest.raises(EventsRefused):
        subscribe_webhook(system=system, url=receiver.url, wanted=("cases.party.v1",), at=timezone.now())
    for _ in range(20):
        subscribe_webhook(system=system, url=receiver.url, wanted=(), at=timezone.now())
    with pytest.raises(TooManySubscriptions):
        subscribe_webhook(system=system, url=receiver.url, wanted=(), at=timezone.now())


def test_a_signature_is_that_of_the_standard() -> None:
    signature = sign(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
