"""The door for reading notices: an applicant's messages, and the outbox for the operator."""

from django.db.models import Count, QuerySet

from yichuang.kernel.masking import DocumentKind, mask_identifier, mask_phone
from yichuang.kernel.page import Page
from yichuang.notices.models import Message
from yichuang.notices.values import Channel, MessageRow, OutboxRow, State

__all__ = ["count_states", "count_unread", "list_messages", "page_outbox"]


def list_messages(*, owner: str, after: str = "", limit: int = 20) -> Page[MessageRow]:
    """Return one page of an account's messages in the site, newest first; `after` is the cursor of the page before."""
    rows, next_after = _newest(Message.objects.filter(owner=owner, channel=Channel.SITE.value), after, limit)
    told = (
        MessageRow(
            id=row.pk,
            case_number=row.case_number,
            title=row.title,
            text=row.text,
            at=row.happened_at,
            read_at=row.read_at,
        )
        for row in rows
    )
    return Page(tuple(told), next_after)


def _newest(rows: QuerySet[Message], after: str, limit: int) -> tuple[list[Message], str]:
    """Return a page of messages, newest first, and the cursor of the next; a made-up cursor begins at the beginning."""
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-id")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else ""


def count_unread(*, owner: str) -> int:
    """Return how many messages in the site an account has not read."""
    return Message.objects.filter(owner=owner, channel=Channel.SITE.value, read_at__isnull=True).count()


def page_outbox(*, states: tuple[State, ...] = (), after: str = "", limit: int = 50) -> Page[OutboxRow]:
    """Return one page of messages by e-mail and SMS, newest first, addresses masked."""
    chosen = Message.objects.exclude(channel=Channel.SITE.value)
    if states:
        chosen = chosen.filter(state__in=[state.value for state in states])
    rows, next_after = _newest(chosen, after, limit)
    sent = (
        OutboxRow(
            id=row.pk,
            case_number=row.case_number,
            channel=Channel(row.channel),
            address=_masked(row),
            state=State(row.state),
            attempts=row.attempts,
            fault=row.fault,
            at=row.happened_at,
            next_at=row.next_at,
            sent_at=row.sent_at,
        )
        for row in rows
    )
    return Page(tuple(sent), next_after)


def _masked(row: Message) -> str:
    if row.channel == Channel.SMS:
        return mask_phone(row.address)
    name, at, host = row.address.partition("@")
    return f"{mask_identifier(DocumentKind.OTHER, name)}{at}{host}"


def count_states() -> dict[State, int]:
    """Return how many messages by e-mail and SMS stand in each state."""
    rows = Message.objects.exclude(channel=Channel.SITE.value).order_by().values_list("state").annotate(Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state.value, 0) for state in State}
