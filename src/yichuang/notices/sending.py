"""Sending: takes messages out of the outbox one at a time; a queue is a table, a retry is a decision.

A message is claimed in a transaction of its own before it is handed over. Whoever dies in between leaves a claim that
nobody repeats: it becomes `unknown` and is shown to the operator, because a second letter about a refused licence does
more harm than a late one.
"""

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction

from yichuang.notices.domain.retry import CLAIM_LASTS, delay
from yichuang.notices.gateways import NotSent, open_gateway
from yichuang.notices.models import Message
from yichuang.notices.values import Channel, State

_log = logging.getLogger(__name__)
_FAULT_LENGTH = 300


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Send up to `limit` messages whose time has come; return how many were taken up."""
    Message.objects.filter(state=State.SENDING.value, claimed_at__lt=now - CLAIM_LASTS).update(
        state=State.UNKNOWN.value, fault="interrupted"
    )
    taken = 0
    while taken < limit and (message := _claim(now)) is not None:
        taken += 1
        _send(message, now=now)
    return taken


def _claim(now: datetime) -> Message | None:
    """Take the next message that is due; two senders never take the same one."""
    with transaction.atomic():
        due = Message.objects.filter(state=State.WAITING.value, next_at__lte=now).order_by("next_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        message = due.first()
        if message is None:
            return None
        message.attempts += 1
        Message.objects.filter(pk=message.pk).update(
            state=State.SENDING.value, claimed_at=now, attempts=message.attempts, next_at=None
        )
    return message


def _send(message: Message, *, now: datetime) -> None:
    try:
        if message.channel == Channel.EMAIL:
            _send_email(message)
        else:
            gateway = open_gateway(settings.SMS_URL)
            gateway.send(phone=message.address, text=message.text, key=key_of(message))
    except NotSent as fault:
        _postpone(message, now=now, fault=str(fault))
    except Exception as fault:  # noqa: BLE001 - whatever a carrier's library raises, the message's fate must be written down
        _log.warning("message %s: %r", message.pk, fault)
        _settle(message, State.UNKNOWN, fault=repr(fault))
    else:
        _settle(message, State.SENT, sent_at=now)


def key_of(message: Message) -> str:
    """Return the key under which a carrier can recognise a repeated message."""
    return f"yichuang-{message.position}-{message.pk}"


def _send_email(message: Message) -> None:
    """Hand one e-mail over; raises NotSent when the server certainly did not take it."""
    mail = EmailMessage(
        subject=message.title,
        body=message.text,
        to=[message.address],
        headers={"Message-ID": f"<{key_of(message)}@{settings.EMAIL_DOMAIN}>"},
    )
    server = get_connection(fail_silently=False)
    try:
        opened = server.open()
    except (OSError, smtplib.SMTPException) as fault:
        # Nothing was handed over before the connection stood.
        raise NotSent(str(fault)) from fault
    try:
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as fault:
        raise NotSent(str(fault)) from fault
    except smtplib.SMTPResponseException as fault:
        # The server answered, so it did not take the message.
        raise NotSent(f"{fault.smtp_code} {fault.smtp_error!r}") from fault
    finally:
        if opened:
            _close(server)


def _close(server: object) -> None:
    # A server that hangs up first has already taken or refused the message.
    try:
        server.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        _log.info("the mail server closed first")


def _postpone(message: Message, *, now: datetime, fault: str) -> None:
    wait = delay(attempts=message.attempts)
    if wait is None:
        _settle(message, State.FAILED, fault=fault)
        return
    Message.objects.filter(pk=message.pk).update(
        state=State.WAITING.value, next_at=now + wait, claimed_at=None, fault=fault[:_FAULT_LENGTH]
    )


def _settle(message: Message, state: State, *, sent_at: datetime | None = None, fault: str = "") -> None:
    Message.objects.filter(pk=message.pk).update(
        state=state.value, sent_at=sent_at, claimed_at=None, fault=fault[:_FAULT_LENGTH]
    )
