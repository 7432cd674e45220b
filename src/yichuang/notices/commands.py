"""The door for changing notices: follow the ledger, send what is due, mark as read, settle what is unknown."""

from datetime import datetime

from yichuang.notices.following import follow
from yichuang.notices.models import Message
from yichuang.notices.sending import send_due
from yichuang.notices.values import Channel, State

__all__ = ["follow", "mark_read", "send_again", "send_due"]


def mark_read(*, owner: str, messages: tuple[int, ...] | None, at: datetime) -> int:
    """Mark messages in the site as read, all of the owner's when none are named; return how many were unread."""
    unread = Message.objects.filter(owner=owner, channel=Channel.SITE.value, read_at__isnull=True)
    if messages is not None:
        unread = unread.filter(pk__in=messages)
    return unread.update(read_at=at)


def send_again(*, message: int, at: datetime) -> bool:
    """Send a message of unknown or failed fate once more, because a person decided so; tell whether there was one."""
    waiting = Message.objects.filter(pk=message, state__in=[State.UNKNOWN.value, State.FAILED.value])
    return bool(waiting.update(state=State.WAITING.value, next_at=at, attempts=0))
