"""Notices: told once, by the channels the applicant named, in his language; over a real SMTP server."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.conftest import free_port
from tests.factories import catalogue
from tests.factories.catalogue import handmade_catalogue
from tests.factories.people import CLERK
from tests.factories.stories import china, receipt
from yichuang.cases import commands as cases
from yichuang.cases.commands import begin_again
from yichuang.cases.values import ApplicantDetails
from yichuang.notices import commands, queries
from yichuang.notices.following import NAME
from yichuang.notices.models import Message
from yichuang.notices.recipients import Recipient
from yichuang.notices.values import Channel, State

__all__ = ["handmade_catalogue"]
# A follower reads what other transactions have committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handmade_catalogue")]
OWNER = "2f6d3c0e-0000-4000-8000-000000000001"
AT = china("2026-11-26 10:00")
PHONE, ADDRESS = "13900000000", "ceshi@example.invalid"


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> list[Recipient]:
    """An applicant who wants everything, by whichever case."""
    wanted = [
        Recipient(Channel.SITE, OWNER, "en", OWNER),
        Recipient(Channel.EMAIL, ADDRESS, "zh-hans"),
        Recipient(Channel.SMS, PHONE, "zh-hans"),
    ]
    monkeypatch.setattr(
        "yichuang.notices.following.recipients_of", lambda _: ("610924202611260000X", "采伐许可", wanted)
    )
    return wanted


def receive(at: datetime = AT) -> str:
    details = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011", phone=PHONE)
    return cases.receive_application(receipt=receipt(catalogue.LICENCE), applicant=details, by=CLERK, at=at, now=at)


class Inbox:
    """Keeps what a real SMTP server took; refuses addresses it was told to."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuse = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == self.refuse:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port):
        yield box
    server.stop()


@pytest.fixture
def sms(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "outbox" / "sms.jsonl"
    with override_settings(SMS_URL=f"file://{path}"):
        yield path


def test_a_receipt_is_told_in_the_site_by_mail_and_by_sms(reader: list[Recipient], inbox: Inbox, sms: Path) -> None:
    receive()
    assert commands.follow() == 1
    assert commands.send_due(now=AT) == 2

    (told,) = queries.list_messages(owner=OWNER)
    assert told.title == "Your application has arrived"
    assert queries.count_unread(owner=OWNER) == 1
    assert [mail["Subject"] for mail in inbox.mails] == ["已收到您的申请"]
    assert "采伐许可" in inbox.mails[0].get_content()
    (line,) = sms.read_text().splitlines()
    assert json.loads(line)["phone"] == PHONE
    assert json.loads(line)["text"].startswith("【一窗】")


def test_nothing_is_told_twice_however_often_the_ledger_is_read(
    reader: list[Recipient], inbox: Inbox, sms: Path
) -> None:
    receive()
    for _ in range(3):
        commands.follow()
        commands.send_due(now=AT)
    # A follower that lost its cursor reads everything again.
    begin_again(follower=NAME)
    assert commands.follow() == 1
    commands.send_due(now=AT)
    assert Message.objects.count() == 3
    assert len(inbox.mails) == 1
    assert len(sms.read_text().splitlines()) == 1


def test_no_message_holds_a_name_or_an_identity_number(reader: list[Recipient], inbox: Inbox, sms: Path) -> None:
    receive()
    commands.follow()
    commands.send_due(now=AT)
    told = "".join(f"{row.title}{row.text}" for row in Message.objects.all())
    assert "测试甲" not in told
    assert "19900101" not in told


def test_steps_inside_the_administration_are_not_told(reader: list[Recipient]) -> None:
    number = receive()
    cases.accept_application(number=number, by=CLERK, at=AT)
    cases.start_step(number=number, step="审核", organisation="", officer="", by=CLERK, at=AT)
    commands.follow()
    titles = list(Message.objects.filter(channel="site").order_by("id").values_list("title", flat=True))
    assert titles == ["Your application has arrived", "Your application is accepted"]


def test_a_mail_server_that_is_away_is_tried_again_later(reader: list[Recipient], sms: Path) -> None:
    receive()
    commands.follow()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=free_port()):
        commands.send_due(now=AT)
    mail = Message.objects.get(channel="email")
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert mail.next_at is not None
    assert mail.next_at > AT
    assert commands.send_due(now=AT) == 0


def test_after_the_wait_the_mail_goes_out(reader: list[Recipient], inbox: Inbox, sms: Path) -> None:
    receive()
    commands.follow()
    with override_settings(EMAIL_PORT=free_port()):
        commands.send_due(now=AT)
    commands.send_due(now=AT + timedelta(minutes=2))
    assert len(inbox.mails) == 1
    assert Message.objects.get(channel="email").state == "sent"


def test_an_address_that_the_server_refuses_is_given_up_in_the_end_with_its_reason(
    reader: list[Recipient], inbox: Inbox, sms: Path
) -> None:
    inbox.refuse = ADDRESS
    receive()
    commands.follow()
    now = AT
    for _ in range(20):
        commands.send_due(now=now)
        now += timedelta(hours=5)
    mail = Message.objects.get(channel="email")
    assert mail.state == "failed"
    assert "550" in mail.fault
    assert inbox.mails == []


def test_a_claim_whose_process_died_is_unknown_and_never_repeated_by_itself(
    reader: list[Recipient], inbox: Inbox, sms: Path
) -> None:
    receive()
    commands.follow()
    # As kill -9 between the claim and the answer leaves it.
    Message.objects.filter(channel="email").update(state="sending", claimed_at=AT, next_at=None)
    commands.send_due(now=AT + timedelta(hours=1))
    mail = Message.objects.get(channel="email")
    assert mail.state == "unknown"
    assert inbox.mails == []
    (shown,) = queries.page_outbox(states=(State.UNKNOWN,))
    assert ADDRESS not in shown.address

    assert commands.send_again(message=mail.pk, at=AT)
    commands.send_due(now=AT + timedelta(hours=2))
    assert len(inbox.mails) == 1


def test_marking_as_read_touches_only_ones_own(reader: list[Recipient]) -> None:
    receive()
    commands.follow()
    assert commands.mark_read(owner="somebody-else", messages=None, at=AT) == 0
    assert commands.mark_read(owner=OWNER, messages=None, at=AT) == 1
    assert queries.count_unread(owner=OWNER) == 0


def test_a_case_without_a_form_tells_nobody() -> None:
    receive()
    assert commands.follow() == 1
    assert Message.objects.count() == 0


class Carrier(BaseHTTPRequestHandler):
    """An SMS carrier that answers as it is told."""

    answer = 200
    taken: list[tuple[str, str, dict[str, str]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).taken.append((self.headers["Authorization"], self.headers["Idempotency-Key"], body))
        if type(self).answer == 0:
            # The line breaks after the message was taken.
            self.wfile.close()
            return
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def carrier() -> Iterator[type[Carrier]]:
    Carrier.taken, Carrier.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), Carrier)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    with override_settings(SMS_URL=f"http://secret@127.0.0.1:{server.server_port}/send"):
        yield Carrier
    server.shutdown()


@pytest.mark.parametrize(
    ("answer", "state"),
    [(200, "sent"), (422, "waiting"), (500, "unknown"), (0, "unknown")],
    ids=["taken", "refused", "broken inside", "line cut after the message"],
)
def test_what_a_carrier_answers_decides_whether_it_may_be_repeated(
    reader: list[Recipient], carrier: type[Carrier], answer: int, state: str
) -> None:
    carrier.answer = answer
    receive()
    commands.follow()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        commands.send_due(now=AT)
        commands.send_due(now=AT)
    message = Message.objects.get(channel="sms")
    assert message.state == state
    ((authorisation, key, body),) = carrier.taken
    assert authorisation == "Bearer secret"
    assert key.endswith(str(message.pk))
    assert body["phone"] == PHONE
